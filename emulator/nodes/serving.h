// SPDX-License-Identifier: Apache-2.0
// Serves doors and a control socket in one thread, in the order in which they are wanted:
//
//     poll -> door.attend(), socket.attend() ... -> poll        until a signal, or the program's
//     end
//
// One at a time in a process.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "emulator/nodes/device_door.h"
#include "mmc/result.h"

namespace burnrig::emulator::nodes {

/// Who is served. `visitors` (a control socket) may be nullptr.
struct Served {
    std::span<DeviceDoor* const> doors;
    Attendant* visitors = nullptr;
};

/// Until SIGINT or SIGTERM, or until a door is taken away from outside. `on_ready` is called when
/// both signals are cared for.
mmc::Result<void> serve_until_stopped(const Served& served, const std::function<void()>& on_ready);

/// Runs a program that finds the first door in $BURNRIG_DEVICE, to its end; then serves the
/// processes that it left behind until they have closed the device, or give it nothing to do for
/// five seconds. Returns its exit code as a shell does. `on_start` is told its number.
///
/// SIGINT and SIGTERM sent to this process are passed on to the program meanwhile.
mmc::Result<int> run_through(const Served& served, const std::vector<std::string>& argv,
                             const std::function<void(pid_t)>& on_start = {});

} // namespace burnrig::emulator::nodes
