// SPDX-License-Identifier: Apache-2.0
// System calls that fail: their errno by name, and what one says about the drive behind it.
// Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mmc/target.h"

namespace burnrig::mmc {

/// "EIO"; "errno 999" for a number that has no name.
std::string system_error_name(int error);

/// The number of "EIO", in capitals as the standard writes it; nothing for an unknown name.
std::optional<int> system_error_of(std::string_view name);

/// The host status that comes nearest to a command whose system call failed.
HostStatus host_status_of(int error);

/// A command whose system call failed: whether the drive ever saw it is not known.
Completion failed_system_call(int error, Duration duration);

} // namespace burnrig::mmc
