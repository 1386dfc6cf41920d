// SPDX-License-Identifier: Apache-2.0
// What every result file and JSON object says about the run it is from. Plain data.
#pragma once

#include <cstdint>
#include <string>

namespace burnrig::harness {

struct RunIdentity {
    std::uint64_t seed = 0;
    std::string drive;  ///< fixture name, or the device node of a drive that is not emulated
    std::string medium; ///< fixture name; "none" for an empty drive, "unknown" for a physical one
    std::string replay; ///< the command that does the same again
};

} // namespace burnrig::harness
