// SPDX-License-Identifier: Apache-2.0
// Who a drive is: what INQUIRY and GET CONFIGURATION tell. Both leave unit attentions to the next
// who asks, so that a program behind it finds the drive untouched.
//
// Thread-safe (no state), as far as the target is.
#pragma once

#include <map>

#include "emulator/drive/drive_model.h"
#include "harness/profile/asking.h"

namespace burnrig::harness::profile {

/// The bytes behind a feature descriptor's header of four, by feature code.
using Features = std::map<std::uint16_t, Bytes>;

struct Identity {
    emulator::DriveModel model; ///< identity, interface, profiles, loading mechanism, serial number
    Features features;          ///< empty: the drive has no GET CONFIGURATION
    std::uint16_t current_profile = 0; ///< of the disc in it; 0: none
};

Identity identify(mmc::Target& target);

/// Printable characters, blanks for others, none of them around the text.
std::string plain_text(std::span<const std::uint8_t> bytes);

} // namespace burnrig::harness::profile
