// SPDX-License-Identifier: Apache-2.0
#include "harness/trace/trace_file.h"

#include <iterator>

#include "harness/report/result_json.h"
#include "harness/trace/output_file.h"
#include "harness/trace/pcapng_trace.h"
#include "mmc/seconds.h"

namespace burnrig::harness {
namespace {

class JsonlTrace final : public CommandSink {
public:
    JsonlTrace(OutputFile file, const RunIdentity& identity) : file_(std::move(file)) {
        file_.write(to_json(identity).dump() + "\n");
    }

    void command(const CommandRecord& record, const mmc::Command&) override {
        line_.clear();
        format_record(line_, record);
        file_.write({line_.data(), line_.size()});
    }

    void mark(const std::string& text, mmc::Duration at) override {
        line_.clear();
        fmt::format_to(std::back_inserter(line_),
                       R"({{"mark":{},"at":{:.9f}}})"
                       "\n",
                       Json(text).dump(-1, ' ', false, Json::error_handler_t::replace),
                       mmc::seconds(at));
        file_.write({line_.data(), line_.size()});
    }

    mmc::Result<void> finish() override { return file_.finish(); }

private:
    OutputFile file_;
    fmt::memory_buffer line_; ///< reused, so that a command allocates nothing
};

} // namespace

mmc::Result<std::unique_ptr<CommandSink>> make_trace_file(const TraceOptions& options,
                                                          const RunIdentity& identity) {
    auto file = OutputFile::create("--trace", options.path);
    if (!file)
        return tl::unexpected(file.error());
    if (options.path.ends_with(".pcapng"))
        return std::make_unique<PcapngTrace>(std::move(*file), identity, options.snap_bytes);
    return std::make_unique<JsonlTrace>(std::move(*file), identity);
}

} // namespace burnrig::harness
