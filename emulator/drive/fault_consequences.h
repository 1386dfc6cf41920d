// SPDX-License-Identifier: Apache-2.0
// What a rule's fault leaves behind in the drive and on the disc, as the real one would (mmc-
// recording, chapters 3 and 16). One thread at a time.
#pragma once

#include <optional>

#include "emulator/disc/former_content.h"
#include "emulator/drive/request.h"
#include "emulator/faults/decision.h"

namespace burnrig::emulator {

struct LogicalUnit;

/// An invented failure of this command: a failed calibration has used a slot, a failed write leaves
/// a damaged track, a failed blank a disc that must be blanked again.
void leave_consequence(LogicalUnit& unit, const Request& request, mmc::SenseCode code);

/// Blocks of a write that go wrong on their way to the disc: asked before it is carried out, done
/// when it has been.
class WriteDamage {
public:
    WriteDamage(const LogicalUnit& unit, const Request& request, const faults::Decision& decision);
    /// The write was good; `request` may be a shorter one than at first.
    void strike(LogicalUnit& unit, const Request& request);

private:
    const faults::Decision& decision_;
    std::optional<FormerContent> former_;
};

/// What needs no command: the disc's surface and its service areas, before the command.
void damage_disc(LogicalUnit& unit, const faults::Decision& decision);

/// What comes upon the drive when the command is over: busy times, the disc leaving, resets, the
/// cable, the power.
void act_on_drive(LogicalUnit& unit, const faults::Decision& decision, mmc::Duration now);

void eject(LogicalUnit& unit, faults::Ejection how, mmc::Duration now);

} // namespace burnrig::emulator
