// SPDX-License-Identifier: Apache-2.0
// Any text as a scenario file: it is read, or refused with a message that names the file.
#pragma once

#include <string_view>

namespace burnrig::fuzz {

/// Whether it was a scenario. Ends the process when a refusal says nothing.
bool try_scenario(std::string_view text);

} // namespace burnrig::fuzz
