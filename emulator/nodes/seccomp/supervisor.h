// SPDX-License-Identifier: Apache-2.0
// Serves the system calls of a program under the filter until the program and all that it started
// are gone.
//
//     poll: a call waits -> SystemCalls | a file was closed | the program ended | somebody visits
//
// While the drive takes real time for a command, its clock calls serve_others_until(): calls that
// need the drive queue up, the others are answered at once.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <sys/types.h>

#include "emulator/nodes/attendant.h"
#include "emulator/nodes/seccomp/system_calls.h"

namespace burnrig::emulator::nodes::seccomp {

class Supervisor {
public:
    Supervisor(Listener& listener, SystemCalls& calls, DeviceFiles& files, Attendant* attendant)
        : listener_(listener), calls_(calls), files_(files), attendant_(attendant) {}

    /// Until nobody is left, or those left had nothing for the drive for `grace`. The program's
    /// status as waitpid() tells it; nothing when it cannot be watched.
    mmc::Result<int> serve(pid_t program, std::chrono::milliseconds grace);

    /// Whether processes are left under the filter.
    bool anybody_left() const;

    void serve_others_until(std::chrono::steady_clock::time_point end);

private:
    void serve_waiting();
    bool serve_next(bool drive_busy);

    Listener& listener_;
    SystemCalls& calls_;
    DeviceFiles& files_;
    Attendant* attendant_;
    std::deque<Call> put_off_;
};

/// Starts a process that lets every call of those left under the filter go on, until the last has
/// ended. Without it their calls would fail, and they with them.
void leave_to_caretaker(const Listener& listener);

} // namespace burnrig::emulator::nodes::seccomp
