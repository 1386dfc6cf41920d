// SPDX-License-Identifier: Apache-2.0
// The address of a Unix socket. Thread-safe (no state).
#pragma once

#include <string>

#include <sys/un.h>

#include "mmc/result.h"

namespace burnrig::harness::control {

/// The error names the longest path there can be.
inline mmc::Result<sockaddr_un> socket_address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path)
        return mmc::fail("the path of a socket has 1 to {} bytes, '{:.40}' has {}",
                         sizeof address.sun_path - 1, path, path.size());
    path.copy(address.sun_path, path.size());
    return address;
}

} // namespace burnrig::harness::control
