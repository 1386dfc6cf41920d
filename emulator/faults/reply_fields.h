// SPDX-License-Identifier: Apache-2.0
// The fields of replies that a rule can make wrong: `report nwa = 0`.
//
//     nwa   READ TRACK INFORMATION, bytes 12..15      disc-status   READ DISC INFORMATION, byte 2,
//                                                                   bits 0..1
//
// Offsets: MMC-5 6.22 (READ DISC INFORMATION), 6.26 (READ TRACK INFORMATION) and the other
// commands' reply tables. Thread-safe (constant tables).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "mmc/opcode.h"
#include "mmc/result.h"

namespace burnrig::emulator::faults {

/// A number of `bits` bits in `bytes` bytes from `offset` on, the lowest bit of it at `shift`; or
/// text, when bits is 0.
struct ReplyField {
    std::string_view name;
    mmc::Opcode opcode;
    std::uint16_t offset = 0;
    std::uint8_t bytes = 1;
    std::uint8_t bits = 8;
    std::uint8_t shift = 0;
    std::int16_t mode_page = -1; ///< of MODE SENSE(10): offset counts from the page's beginning
    std::string_view words{};    ///< names of the values 0, 1, ..., one blank between
    std::string_view summary{};

    bool text() const { return bits == 0; }
};

/// All fields, ascending by name.
std::span<const ReplyField> reply_fields();
const ReplyField* find_reply_field(std::string_view name);

/// A field and what it is made to say.
struct ReportedValue {
    const ReplyField* field = nullptr;
    std::uint64_t number = 0;
    std::string text{};
};

/// The value as a rule writes it: decimal, 0x..., negative where a block address is, a word of the
/// field, or text. The error is the part of a sentence that follows "expected".
mmc::Result<ReportedValue> parse_reported(const ReplyField& field, std::string_view value);

/// Puts the value into a reply to that command, as far as the reply reaches. False when the reply
/// does not have the field.
bool report_value(const ReportedValue& value, std::span<const std::uint8_t> cdb,
                  std::span<std::uint8_t> reply);

} // namespace burnrig::emulator::faults
