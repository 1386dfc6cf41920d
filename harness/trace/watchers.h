// SPDX-License-Identifier: Apache-2.0
// Everybody who is told of the commands that reach a target: a trace file, a report's log.
//
//     sender -> Watchers::around(target) -> target
//                 |-- trace file      --trace
//                 |-- RunLog          a report
//                 `-- others
//
// One thread at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/report/run_log.h"
#include "harness/rig/identity.h"
#include "harness/trace/trace_file.h"
#include "harness/trace/tracing_target.h"
#include "mmc/result.h"

namespace burnrig::harness {

struct WatchOptions {
    TraceOptions trace{}; ///< no file when it has no path
    bool report = false;
    std::vector<CommandSink*> others{}; ///< they outlive the watchers
};

class Watchers {
public:
    Watchers() = default;
    Watchers(const Watchers&) = delete;
    Watchers& operator=(const Watchers&) = delete;

    /// What commands are to be sent to instead of `target`, which it is itself when nobody watches.
    /// `drive`: the emulated one, for a report that looks into it, or nullptr; `rules`: the same.
    mmc::Result<mmc::Target*> around(mmc::Target& target, mmc::Clock& clock,
                                     const WatchOptions& options, const RunIdentity& identity,
                                     const emulator::Drive* drive,
                                     const emulator::faults::FaultEngine* rules);

    /// Writes a line of its own into the trace; false when there is none.
    bool mark(const std::string& text);
    /// nullptr unless the options asked for a report.
    const std::shared_ptr<RunLog>& log() const { return log_; }
    /// An error means that the trace file is not complete.
    mmc::Result<void> finish();

private:
    std::unique_ptr<CommandSink> trace_;
    std::shared_ptr<RunLog> log_;
    std::unique_ptr<TracingTarget> tracing_;
};

} // namespace burnrig::harness
