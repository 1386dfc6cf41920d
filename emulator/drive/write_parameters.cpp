// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/write_parameters.h"

#include <algorithm>
#include <array>

#include "emulator/drive/drive_model.h"
#include "mmc/bytes.h"

namespace burnrig::emulator {
namespace {

constexpr std::uint8_t raw_2352 = 0;
constexpr std::uint8_t mode1_2048 = 8;

// Characters behind a validity bit; "" when the bit is clear.
std::string text_field(std::span<const std::uint8_t> page, std::size_t at, std::size_t length) {
    if (page.size() < at + 1 + length || (page[at] & 0x80) == 0)
        return "";
    return {page.begin() + static_cast<std::ptrdiff_t>(at + 1),
            page.begin() + static_cast<std::ptrdiff_t>(at + 1 + length)};
}

bool offers(const DriveModel& model, std::uint8_t write_type, std::uint8_t data_block_type) {
    const WriteMode wanted{write_type, data_block_type};
    if (std::find(model.write_modes.begin(), model.write_modes.end(), wanted) !=
        model.write_modes.end())
        return true;
    // A drive that writes 2048-byte blocks at once writes audio that way too; and in SAO the cue
    // sheet decides on the form, so that the field may say either (wodim and libburn send 0).
    const bool at_once = write_type == static_cast<std::uint8_t>(WriteType::track_at_once) ||
                         write_type == static_cast<std::uint8_t>(WriteType::session_at_once);
    return at_once && data_block_type == raw_2352 && offers(model, write_type, mode1_2048);
}

} // namespace

WriteParameters decode_write_parameters(std::span<const std::uint8_t> page) {
    WriteParameters out;
    if (page.size() < 9)
        return out;
    out.burn_free = (page[2] & 0x40) != 0;
    out.test_write = (page[2] & 0x10) != 0;
    out.write_type = page[2] & 0x0F;
    out.multi_session = page[3] >> 6;
    out.fixed_packets = (page[3] & 0x20) != 0;
    out.track_mode = page[3] & 0x0F;
    out.data_block_type = page[4] & 0x0F;
    out.session_format = page[8];
    if (page.size() >= 16) {
        out.packet_size = mmc::get32(&page[10]);
        out.audio_pause = mmc::get16(&page[14]);
    }
    out.media_catalog_number = text_field(page, 16, 13);
    out.isrc = text_field(page, 32, 12);
    return out;
}

std::optional<std::size_t> find_fault(const DriveModel& model, std::span<const std::uint8_t> page) {
    const auto wanted = decode_write_parameters(page);
    if (wanted.test_write && !model.test_write)
        return 2;
    if (wanted.burn_free && !model.burn_free)
        return 2;
    const bool raw = wanted.write_type == static_cast<std::uint8_t>(WriteType::raw);
    if (raw && wanted.test_write && !model.raw_test_write)
        return 2;
    if (wanted.multi_session == 2) // reserved
        return 3;
    if (!offers(model, wanted.write_type, wanted.data_block_type))
        return 4;
    const bool at_once = wanted.write_type == static_cast<std::uint8_t>(WriteType::track_at_once);
    if (at_once && wanted.audio() != (wanted.data_block_type == raw_2352))
        return 4; // audio has 2352 bytes a block, data in this write type never
    const bool packet = wanted.write_type == static_cast<std::uint8_t>(WriteType::packet);
    if (packet && (wanted.audio() || wanted.data_block_type < mode1_2048))
        return 4;
    constexpr std::uint32_t most_packet_blocks = 0xFFFF; // longer than any buffer
    if (packet && wanted.fixed_packets &&
        (wanted.packet_size == 0 || wanted.packet_size > most_packet_blocks))
        return 10;
    return std::nullopt;
}

std::optional<BlockForm> form_of(std::uint8_t data_block_type, bool audio) {
    switch (data_block_type) {
    case 0:
        return audio ? BlockForm::audio : BlockForm::raw;
    case 1:
        return BlockForm::raw_pq;
    case 2:
    case 3:
        return BlockForm::raw_pw;
    case 8:
        return BlockForm::mode1;
    case 9:
        return BlockForm::mode2;
    case 10:
        return BlockForm::xa_form1;
    case 11:
        return BlockForm::xa_form1_header;
    case 12:
        return BlockForm::xa_form2;
    case 13:
        return BlockForm::xa_mixed;
    default:
        return std::nullopt;
    }
}

} // namespace burnrig::emulator
