// SPDX-License-Identifier: Apache-2.0
// A rig: an emulated drive with its disc, its fault rules and a trace, put together from what the
// user asked for.
//
//     sender -> TracingTarget (only with --trace or a report) -> Drive
//
// One thread at a time, but for what Target and Clock say.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "emulator/drive/drive.h"
#include "harness/rig/surroundings.h"
#include "harness/trace/watchers.h"
#include "mmc/result.h"

namespace burnrig::harness {

struct RigOptions {
    std::string drive = "generic-dvd-recorder"; ///< fixture name or path
    std::string
        medium; ///< fixture name or path; "": the disc's own, or cd-r-80; "none": an empty drive
    std::string disc{};          ///< directory that keeps the disc; "": the disc lives in memory
    std::string keep = "blocks"; ///< what a new disc keeps: "blocks" or "digests"
    std::vector<std::string> faults{};
    std::uint64_t seed = 1;
    bool unlimited_speed = false; ///< recording and reading take no drive time
    std::string trace{};          ///< file to write, "" for none (trace_file.h)
    std::uint32_t trace_bytes = TraceOptions{}.snap_bytes; ///< of each command's data in it
    bool report = false;                  ///< keep what a report page shows (run_log.h)
    std::vector<CommandSink*> watchers{}; ///< told of every command too; they outlive the rig
    std::string replay{}; ///< the command that would do all this again, for result files
    /// Who stands around the drive, for rules that need them: a program on a node, a burn driver's
    /// source, a control socket. Media can always be put in.
    emulator::faults::Backend around{};
};

class Rig {
public:
    /// The clock must outlive the rig. Errors name the option and the fix.
    static mmc::Result<std::unique_ptr<Rig>> create(const RigOptions& options, mmc::Clock& clock);

    /// The same with a drive and a disc that are there already (nullptr: an empty drive); what the
    /// options say of them is not looked at.
    static mmc::Result<std::unique_ptr<Rig>> create(const RigOptions& options, mmc::Clock& clock,
                                                    emulator::DriveModel model,
                                                    std::unique_ptr<emulator::Disc> disc);

    /// Where commands go in.
    mmc::Target& target() { return *entrance_; }
    emulator::Drive& drive() { return *drive_; }
    const RunIdentity& identity() const { return identity_; }

    /// Who stands around the drive for its rules.
    Surroundings& surroundings() { return *surroundings_; }

    /// Writes a line of its own into the trace; false when there is none.
    bool mark(const std::string& text) { return watchers_.mark(text); }

    /// What a report shows; nullptr unless the options asked for it.
    RunLog* log() { return watchers_.log().get(); }

    /// Finishes the trace. An error here means that the trace file is not complete.
    mmc::Result<void> finish() { return watchers_.finish(); }

private:
    Rig() = default;

    RunIdentity identity_;
    std::unique_ptr<emulator::Drive> drive_;
    std::unique_ptr<Surroundings> surroundings_;
    Watchers watchers_;
    mmc::Target* entrance_ = nullptr;
};

} // namespace burnrig::harness
