// SPDX-License-Identifier: Apache-2.0
// One run of a scenario: a drive with a disc and fresh rules, a sender, and what came of it.
//
//     program:  program -> fake device -> RecordingTarget -> Drive      drive and program on one
//     clock burn:     driver::Recorder       -> RecordingTarget -> Drive send:     bare commands ->
//     RecordingTarget -> Drive
//
// One thread at a time; a program's run redirects this process's standard streams meanwhile.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "driver/burner.h"
#include "emulator/drive/drive.h"
#include "harness/physical/physical_drive.h"
#include "harness/report/run_log.h"
#include "harness/scenario/scenario.h"
#include "harness/scenario/workspace.h"
#include "harness/trace/command_record.h"
#include "mmc/result.h"

namespace burnrig::harness::scenario {

/// What came of a run, before anybody judges it.
struct Outcome {
    std::string word;             ///< one of outcome_words
    std::string skipped;          ///< why it was not carried out; "": it was
    std::string text;             ///< what the program printed, or our driver said
    std::optional<int> exit_code; ///< of a program
    std::optional<driver::Cause> cause;
    std::optional<mmc::SenseCode> sense; ///< that our driver gave as the reason
    std::string disc_now;                ///< what our driver says of the disc
    std::vector<CommandRecord> commands;
    std::string trace_hash;
    std::shared_ptr<RunLog> log; ///< for a report, where the options asked for one
    std::vector<emulator::faults::RuleReport> rules;
    emulator::DriveStatus drive;
    mmc::Duration drive_time{0};
    std::unique_ptr<emulator::Disc> disc; ///< as the run left it; nullptr: there was none
};

/// Stands between the sender and the drive, for who wants to hear both.
class DriveFilter : public mmc::Target {
public:
    /// The sender is done, and the drive with its disc still there.
    virtual void sender_left() = 0;
};
/// Both outlive the filter.
using MakeFilter = std::function<std::unique_ptr<DriveFilter>(mmc::Target& drive, mmc::Clock&)>;

struct TrialOptions {
    bool with_faults = true; ///< not while a disc is being made
    std::string trace{};     ///< file for the commands, "" for none
    MakeFilter filter{};     ///< empty: none
    /// Instead of the scenario's own drive; the disc in it is the one.
    PhysicalDrive* physical = nullptr;
    bool report = false; ///< keep what a report page shows
};

/// Why a rule of the scenario cannot act in such a run; "" when all can. They are sound where the
/// scenario was read: what cannot act on this drive, or around this job, is no fault of theirs.
std::string cannot_apply(const Scenario& scenario, const Job& job, const PhysicalDrive* physical);

/// An error means that the rig is broken, not the run.
mmc::Result<Outcome> run_trial(const Scenario& scenario, const Job& job,
                               std::unique_ptr<emulator::Disc> disc, const Workspace& workspace,
                               const TrialOptions& options = {});

} // namespace burnrig::harness::scenario
