// SPDX-License-Identifier: Apache-2.0
// The other end of a control socket: asks a running rig for one thing and waits for the answer.
//
//     auto reply = control::ask("/tmp/rig.sock", {"inject", "opc-failure"}, 60s);
//
// Thread-safe (no state).
#pragma once

#include <chrono>
#include <string>

#include "harness/control/protocol.h"

namespace burnrig::harness::control {

/// Whether the rig could be asked at all, and what it said.
struct Reply {
    bool arrived = false;
    mmc::Result<Json> result;
};

Reply ask(const std::string& path, const Request& request, std::chrono::milliseconds patience);

} // namespace burnrig::harness::control
