// SPDX-License-Identifier: Apache-2.0
// Acting out what the fault rules decided for one command.
//
//     decide -> stall -> before | midway: the first blocks only | after: the handler, then the
//     failure -> the reply as the rules want it -> what comes upon the drive
//
// What it leaves on the disc is in fault_consequences.h. Lives for one command.
#pragma once

#include <optional>

#include "emulator/drive/command_table.h"
#include "emulator/drive/request.h"
#include "emulator/faults/decision.h"
#include "mmc/target.h"

namespace burnrig::emulator {

class FaultActs {
public:
    /// Rules of the form "at time T" that have come due before this command, and rules at the state
    /// that the drive has come into meanwhile.
    void come_due(LogicalUnit& unit, mmc::Duration now);

    /// Asks the rules, and runs the handler as far as they let it. `refusal` is what the drive
    /// itself says instead, because an operation runs; nullptr when it does not. The request
    /// arrives later when its host stalls.
    Answer act(LogicalUnit& unit, Request& request, Handler handler, const Answer* refusal);

    /// When the command ends, instead of at `end`.
    mmc::Duration end(mmc::Duration begin, mmc::Duration end) const;

    /// The host waits in vain.
    bool hangs() const { return decision_ && decision_->hang && !decision_->hang_for; }
    /// The command comes back with a rule's outcome at a rule's time, whatever the host's patience.
    bool ignores_limit() const {
        return decision_ && decision_->take && decision_->strikes() && !decision_->hang;
    }

    /// What happens when the command is over.
    void follow_up(LogicalUnit& unit, const Request& request, mmc::Completion& completion);

    /// Rules at the state that the drive is in now, if it has just come into it.
    void enter_state(LogicalUnit& unit, mmc::Duration now);

private:
    Answer run(LogicalUnit& unit, const Request& request, Handler handler, const Answer* refusal);
    Answer carry_out(LogicalUnit& unit, const Request& request, Handler handler,
                     const Answer* refusal);
    Answer carry_out_short(LogicalUnit& unit, const Request& request, Handler handler);
    void change_reply(LogicalUnit& unit, const Request& request, Answer& answer) const;
    Answer fail(LogicalUnit& unit, const Request& request, Answer answer) const;

    std::optional<faults::Decision> decision_; ///< only when rules do anything
};

} // namespace burnrig::emulator
