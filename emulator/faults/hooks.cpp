// SPDX-License-Identifier: Apache-2.0
#include "emulator/faults/hooks.h"

#include "emulator/faults/decision.h"

namespace burnrig::emulator::faults {

void act_around(const Decision& decision, const Hooks& hooks) {
    if (hooks.log)
        for (const auto& text : decision.logs)
            hooks.log(text);
    if (hooks.signal)
        for (const int number : decision.signals)
            hooks.signal(number);
    if (decision.pause && hooks.pause)
        hooks.pause();
}

} // namespace burnrig::emulator::faults
