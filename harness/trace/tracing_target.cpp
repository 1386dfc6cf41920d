// SPDX-License-Identifier: Apache-2.0
#include "harness/trace/tracing_target.h"

#include <cerrno>
#include <cstring>
#include <iterator>

#include "harness/report/result_json.h"
#include "harness/trace/command_record.h"

namespace burnrig::harness {

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
    format_record(line_, make_record(++count_, at, command, completion));
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
                   std::chrono::duration<double>(clock_.now()).count());
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
