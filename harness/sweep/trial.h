// SPDX-License-Identifier: Apache-2.0
// One trial of a sweep: the subject's burn with some fault rules, and what was seen of it. The
// drive stays as it was left, for whoever judges it, and can be healed.
//
//     Trial trial(ground, {"write-error: at WRITE_10 #3 after -> fail 03/0C/00"});
//     trial.seen().succeeded ... trial.drive().disc() ... trial.heal_and_burn_again()
//
// One thread at a time; trials on different grounds are independent.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "driver/burner.h"
#include "emulator/drive/drive.h"
#include "harness/rig/surroundings.h"
#include "harness/sweep/subject.h"
#include "harness/trace/command_record.h"
#include "harness/trace/recording_target.h"

namespace burnrig::harness::sweep {

/// A rule that fired, as far as it matters for what may come of it.
struct Strike {
    Kind kind;
    CommandClass where = asks_drive;
    Position position = whole;
    bool persistent = false;
    std::uint64_t times = 0;
};

/// What a rule of a sweep strikes with; of a rule that is none of the table's kinds anything may
/// come.
mmc::Result<Strike> strike_of(const std::string& rule);

struct Seen {
    bool succeeded = false;
    bool hung = false; ///< had not come to an end by the ground's deadline
    std::optional<driver::BurnError> error;
    std::optional<driver::BurnReport> report;
    std::vector<CommandRecord> commands;
    bool other_disc = false;     ///< the disc in the drive is not the one of the beginning
    std::vector<Strike> strikes; ///< the rules that fired
    std::vector<emulator::Disc::Recording> recorded;
    std::vector<std::string> progress_faults; ///< what was wrong with what a person was shown
    emulator::DriveStatus drive;
    mmc::Duration took{0};
};

class Trial {
public:
    /// The ground must outlive the trial. Errors are mistakes in the rules.
    static mmc::Result<std::unique_ptr<Trial>> run(const Ground& ground,
                                                   const std::vector<std::string>& rules);

    const Seen& seen() const { return seen_; }
    const Ground& ground() const { return ground_; }
    /// The disc as the burn left it; nullptr when it is gone.
    const emulator::Disc* disc() const { return drive_->disc(); }
    emulator::Disc* disc_now() { return drive_->disc(); }

    /// Takes all faults away, opens the tray, puts in a fresh disc and burns it with the same
    /// recorder and, on `twice`, another one with a new recorder. "" when all of that works.
    std::string heal_and_burn_again(bool twice);

    /// A digest of all commands with their answers and times.
    std::string hash() const;

private:
    explicit Trial(const Ground& ground) : ground_(ground) {}
    mmc::Result<void> set_up(const std::vector<std::string>& rules);
    mmc::Result<void> burn();
    std::string burn_small(driver::Recorder& recorder);

    const Ground& ground_;
    Seen seen_; // the disc notes its recordings there to its end
    mmc::VirtualClock clock_;
    std::unique_ptr<emulator::Drive> drive_;
    std::optional<Surroundings> surroundings_;
    std::optional<RecordingTarget> target_;
    std::optional<driver::Recorder> recorder_;
    std::vector<Strike> strikes_; ///< of all rules, in order
    const emulator::Disc* first_disc_ = nullptr;
};

} // namespace burnrig::harness::sweep
