// SPDX-License-Identifier: Apache-2.0
#include "harness/trace/watchers.h"

namespace burnrig::harness {

mmc::Result<mmc::Target*> Watchers::around(mmc::Target& target, mmc::Clock& clock,
                                           const WatchOptions& options, const RunIdentity& identity,
                                           const emulator::Drive* drive,
                                           const emulator::faults::FaultEngine* rules) {
    auto sinks = options.others;
    if (!options.trace.path.empty()) {
        auto trace = make_trace_file(options.trace, identity);
        if (!trace)
            return tl::unexpected(trace.error());
        trace_ = std::move(*trace);
        sinks.push_back(trace_.get());
    }
    if (options.report) {
        log_ = std::make_shared<RunLog>(clock, drive, rules);
        sinks.push_back(log_.get());
    }
    if (sinks.empty())
        return &target;
    tracing_ = std::make_unique<TracingTarget>(target, clock, std::move(sinks));
    return tracing_.get();
}

bool Watchers::mark(const std::string& text) {
    if (tracing_)
        tracing_->mark(text);
    return trace_ != nullptr;
}

mmc::Result<void> Watchers::finish() {
    return tracing_ ? tracing_->finish() : mmc::Result<void>{};
}

} // namespace burnrig::harness
