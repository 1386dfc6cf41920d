// SPDX-License-Identifier: Apache-2.0
// Ctrl-C while a burn runs: the WRITE under way is finished, the disc is left as well as it can be.
//
//     StopOnSignal signals;                       // SIGINT, SIGTERM, SIGHUP until its end
//     job.stop = &signals.token();
//
// The second signal does what it always does: it ends the program, and the disc and the tray stay
// as they are. One at a time.
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
