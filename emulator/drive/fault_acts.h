// SPDX-License-Identifier: Apache-2.0
// Acting out what the fault rules decided for one command, with the effect it has on the disc.
//
//     decide -> before | midway: the first blocks only | after: the handler, then the failure
//
// A failed write leaves a damaged track, a failed calibration has used up a slot, a failed blank
// leaves a disc that must be blanked again (mmc-recording, error table). Lives for one command.
#pragma once

#include <optional>

#include "emulator/drive/command_table.h"
#include "emulator/drive/request.h"
#include "emulator/faults/decision.h"
#include "mmc/target.h"

namespace burnrig::emulator {

/// The tray opens without a command: by its button, which a locked drive only tells its host of, or
/// by the pin hole.
void eject(LogicalUnit& unit, faults::Ejection how, mmc::Duration now);

class FaultActs {
public:
    /// Rules of the form "at time T" that have come due before this command.
    void come_due(LogicalUnit& unit, mmc::Duration now);

    /// Asks the rules, and runs the handler as far as they let it.
    Answer act(LogicalUnit& unit, const Request& request, Handler handler);

    /// When the command ends, instead of at `end`.
    mmc::Duration end(mmc::Duration begin, mmc::Duration end) const;

    /// The host waits in vain.
    bool hangs() const { return decision_.hang && !decision_.hang_for; }

    /// What happens when the command is over: busy times, the disc leaving, power loss.
    void follow_up(LogicalUnit& unit, const Request& request, mmc::Completion& completion);

private:
    Answer run(LogicalUnit& unit, const Request& request, Handler handler);

    faults::Decision decision_;
};

} // namespace burnrig::emulator
