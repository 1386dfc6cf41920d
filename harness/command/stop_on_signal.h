// SPDX-License-Identifier: Apache-2.0
// Ctrl-C while a disc is changed: SIGINT, SIGTERM and SIGHUP ask for an end, in three steps.
//
//     first     the WRITE under way is finished, the disc is left as well as it can be; what is
//               being closed is closed
//     second    nothing is waited for any more; the tray is unlocked if the drive lets it
//     third     what the signal does to any program: it dies, the tray stays as it is
//
//     StopOnSignal signals;                       // until its end
//     options.stop = &signals.token();
//
// One at a time.
#pragma once

#include <array>
#include <csignal>

#include "driver/writer/stop_token.h"

namespace burnrig::harness {

class StopOnSignal {
public:
    StopOnSignal();
    ~StopOnSignal();
    StopOnSignal(const StopOnSignal&) = delete;
    StopOnSignal& operator=(const StopOnSignal&) = delete;

    driver::StopToken& token();

private:
    static constexpr std::array signals{SIGINT, SIGTERM, SIGHUP};
    std::array<struct sigaction, signals.size()> before_{};
};

} // namespace burnrig::harness
