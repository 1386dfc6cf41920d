// SPDX-License-Identifier: Apache-2.0
// What a field of a reply says, in the words of a rule: the way back of `report nwa = 0`.
//
// Thread-safe (no state).
#pragma once

#include <optional>
#include <span>
#include <string>

#include "emulator/faults/reply_fields.h"

namespace burnrig::emulator::faults {

/// A word, a number or text; nothing when the reply does not have the field.
std::optional<std::string> told_value(const ReplyField& field, std::span<const std::uint8_t> cdb,
                                      std::span<const std::uint8_t> reply);

} // namespace burnrig::emulator::faults
