// SPDX-License-Identifier: Apache-2.0
#include "harness/trace/tracing_target.h"

#include <cerrno>
#include <cstring>
#include <iterator>

#include "harness/report/result_json.h"
#include "mmc/opcode.h"
#include "mmc/sense.h"
#include "mmc/system_error.h"

namespace burnrig::harness {
namespace {

double seconds(mmc::Duration time) {
    return std::chrono::duration<double>(time).count();
}

} // namespace

TracingTarget::TracingTarget(mmc::Target& next, const mmc::Clock& clock, std::string path,
                             std::FILE* file)
    : next_(next), clock_(clock), path_(std::move(path)), file_(file) {}

mmc::Result<std::unique_ptr<TracingTarget>> TracingTarget::create(mmc::Target& next,
                                                                  const mmc::Clock& clock,
                                                                  const std::string& path,
                                                                  const RunIdentity& identity) {
    std::FILE* file = std::fopen(path.c_str(), "we");
    if (!file)
        return mmc::fail("--trace {}: cannot be written: {}", path, std::strerror(errno));
    std::unique_ptr<TracingTarget> tracing(new TracingTarget(next, clock, path, file));
    const auto header = to_json(identity).dump() + "\n";
    std::fwrite(header.data(), 1, header.size(), file);
    return tracing;
}

mmc::Completion TracingTarget::execute(const mmc::Command& command) {
    const auto at = clock_.now();
    const auto completion = next_.execute(command);

    line_.clear();
    auto out = std::back_inserter(line_);
    const std::uint8_t opcode = command.cdb.empty() ? 0 : command.cdb[0];
    fmt::format_to(out, R"({{"n":{},"at":{:.9f},"command":"{}","cdb":"{:02X}")", ++count_,
                   seconds(at), mmc::opcode_name(opcode), fmt::join(command.cdb, " "));
    if (!command.data_out.empty())
        fmt::format_to(out, R"(,"out":{})", command.data_out.size());
    if (!command.data_in.empty())
        fmt::format_to(out, R"(,"in":{},"got":{})", command.data_in.size(), completion.transferred);
    fmt::format_to(out, R"(,"status":{})", static_cast<int>(completion.status));
    if (completion.host != mmc::HostStatus::ok)
        fmt::format_to(out, R"(,"host":{})", static_cast<int>(completion.host));
    if (completion.system_error != 0)
        fmt::format_to(out, R"(,"errno":"{}")", mmc::system_error_name(completion.system_error));
    if (completion.sense.length > 0) {
        fmt::format_to(out, R"(,"sense":"{:02X}")", fmt::join(completion.sense.view(), " "));
        if (const auto sense = mmc::decode_sense(completion.sense.view()))
            fmt::format_to(out, R"(,"means":"{}")", mmc::describe(sense->code));
    }
    fmt::format_to(out,
                   ","
                   R"("took":{:.9f}}})"
                   "\n",
                   seconds(completion.duration));
    write_line();
    return completion;
}

void TracingTarget::write_line() {
    if (std::fwrite(line_.data(), 1, line_.size(), file_.get()) != line_.size())
        write_error_ = errno;
}

void TracingTarget::mark(const std::string& text) {
    line_.clear();
    fmt::format_to(std::back_inserter(line_),
                   R"({{"mark":{},"at":{:.9f}}})"
                   "\n",
                   Json(text).dump(-1, ' ', false, Json::error_handler_t::replace),
                   seconds(clock_.now()));
    write_line();
}

mmc::Result<void> TracingTarget::finish() {
    if (std::fflush(file_.get()) != 0)
        write_error_ = errno;
    if (write_error_ != 0)
        return mmc::fail("--trace {}: not complete: {}", path_, std::strerror(write_error_));
    return {};
}

} // namespace burnrig::harness
