// SPDX-License-Identifier: Apache-2.0
#include "harness/trace/tracing_target.h"

namespace burnrig::harness {

mmc::Completion TracingTarget::execute(const mmc::Command& command) {
    const auto at = clock_.now();
    for (auto* sink : sinks_)
        sink->begins(at);
    const auto completion = next_.execute(command);
    const auto record = make_record(++count_, at, command, completion);
    for (auto* sink : sinks_)
        sink->command(record, command);
    return completion;
}

void TracingTarget::mark(const std::string& text) {
    for (auto* sink : sinks_)
        sink->mark(text, clock_.now());
}

mmc::Result<void> TracingTarget::finish() {
    mmc::Result<void> first;
    for (auto* sink : sinks_)
        if (auto finished = sink->finish(); !finished && first)
            first = std::move(finished);
    return first;
}

} // namespace burnrig::harness
