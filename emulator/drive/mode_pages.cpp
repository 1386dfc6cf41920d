// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/mode_pages.h"

#include <algorithm>
#include <cstring>

#include "mmc/bytes.h"

namespace burnrig::emulator {
namespace {

constexpr std::size_t longest = 52;
using Bytes = std::array<std::uint8_t, longest>;

struct PageDefinition {
    std::uint8_t code;
    std::uint8_t size; ///< header included
    Bytes defaults;
    Bytes changeable; ///< bits a host may change; code and length are not among them
};

constexpr Bytes write_parameters_changeable() {
    Bytes mask{};
    mask[2] = 0x7F; // BUFE, LS_V, Test Write, Write Type
    mask[3] = 0xFF; // Multi-session, FP, Copy, Track Mode
    mask[4] = 0x0F; // Data Block Type
    mask[5] = 0xFF; // Link Size
    mask[7] = 0x3F; // Host Application Code
    mask[8] = 0xFF; // Session Format
    for (std::size_t i = 10; i <= 51; ++i)
        mask[i] = 0xFF; // Packet Size, Audio Pause Length, MCN, ISRC, Sub-header
    return mask;
}

// Write parameters: track at once, mode 1, one session, pause of 150 blocks.
constexpr Bytes write_parameters_defaults() {
    Bytes page{};
    page[2] = 0x01;
    page[3] = 0x04;
    page[4] = 0x08;
    page[15] = 150;
    return page;
}

// Defaults begin behind code and length, at byte 2.
constexpr Bytes from_byte_2(std::initializer_list<int> values) {
    Bytes page{};
    std::size_t at = 2;
    for (const int value : values)
        page[at++] = static_cast<std::uint8_t>(value);
    return page;
}

// Ascending by code. Read retries, cache bit and power timers are values drives commonly show;
// none of them changes what this drive does, except SWPP of page 1Dh.
constexpr std::array definitions{
    PageDefinition{0x01, 12, from_byte_2({0x00, 0x20, 0, 0, 0, 0, 0x01}),
                   from_byte_2({0xF7, 0xFF, 0, 0, 0, 0, 0xFF})},
    PageDefinition{0x05, 52, write_parameters_defaults(), write_parameters_changeable()},
    PageDefinition{0x08, 12, from_byte_2({0x04}), from_byte_2({0x05})},
    PageDefinition{0x0D, 8, from_byte_2({0, 0x0D, 0, 60, 0, 75}), from_byte_2({0, 0x0F})},
    PageDefinition{
        0x0E, 16, from_byte_2({0x04, 0, 0, 0, 0, 75, 0x01, 0xFF, 0x02, 0xFF, 0, 0, 0, 0}),
        from_byte_2({0x02, 0, 0, 0, 0, 0, 0x0F, 0xFF, 0x0F, 0xFF, 0x0F, 0xFF, 0x0F, 0xFF})},
    PageDefinition{0x1A, 12, from_byte_2({0, 0x03, 0, 0, 0x02, 0x58, 0, 0, 0x12, 0xC0}),
                   from_byte_2({0, 0x03, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF})},
    PageDefinition{0x1D, 12, from_byte_2({0, 0, 0, 0, 0, 0, 0, 0, 0, 0}),
                   from_byte_2({0, 0, 0x07, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0})},
};

constexpr std::size_t write_parameters_index = 1;
constexpr std::size_t power_condition_index = 5;
constexpr std::size_t timeout_and_protect_index = 6;
static_assert(definitions[power_condition_index].code == 0x1A);
static_assert(definitions[write_parameters_index].code == ModePages::write_parameters_page);
static_assert(definitions[timeout_and_protect_index].code == 0x1D);

constexpr auto make_codes() {
    std::array<std::uint8_t, definitions.size()> codes{};
    for (std::size_t i = 0; i < codes.size(); ++i)
        codes[i] = definitions[i].code;
    return codes;
}
constexpr auto all_codes = make_codes();

// Default and changeable values with code and length in front.
constexpr auto with_headers(bool changeable) {
    std::array<Bytes, definitions.size()> pages{};
    for (std::size_t i = 0; i < pages.size(); ++i) {
        pages[i] = changeable ? definitions[i].changeable : definitions[i].defaults;
        pages[i][0] = definitions[i].code;
        pages[i][1] = static_cast<std::uint8_t>(definitions[i].size - 2);
    }
    return pages;
}
constexpr auto default_pages = with_headers(false);
constexpr auto changeable_pages = with_headers(true);

std::optional<std::size_t> index_of(std::uint8_t code) {
    const auto* found = std::find(all_codes.begin(), all_codes.end(), code);
    if (found == all_codes.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - all_codes.begin());
}

} // namespace

void ModePages::reset() {
    static_assert(definitions.size() == count);
    current_ = default_pages;
    write_parameters_ = decode_write_parameters(current_[write_parameters_index]);
}

void ModePages::set_incremental() {
    auto& page = current_[write_parameters_index];
    page[2] = static_cast<std::uint8_t>(page[2] & 0xF0); // write type 0
    page[4] = 0x08;                                      // data block type
    write_parameters_ = decode_write_parameters(page);
}

std::span<const std::uint8_t> ModePages::codes() {
    return all_codes;
}

std::span<const std::uint8_t> ModePages::page(std::uint8_t code, PageControl control) const {
    const auto index = index_of(code);
    if (!index)
        return {};
    const auto& bytes = control == PageControl::changeable ? changeable_pages[*index]
                        : control == PageControl::defaults ? default_pages[*index]
                                                           : current_[*index];
    return {bytes.data(), definitions[*index].size};
}

std::optional<std::size_t>
ModePages::find_unchangeable(std::span<const std::uint8_t> wanted) const {
    const auto index = index_of(static_cast<std::uint8_t>(wanted[0] & 0x3F));
    if (!index || wanted.size() != definitions[*index].size)
        return 1;
    for (std::size_t i = 2; i < wanted.size(); ++i)
        if ((wanted[i] ^ current_[*index][i]) & ~changeable_pages[*index][i])
            return i;
    return std::nullopt;
}

void ModePages::set(std::span<const std::uint8_t> wanted) {
    const auto index = index_of(static_cast<std::uint8_t>(wanted[0] & 0x3F));
    if (!index)
        return;
    std::memcpy(current_[*index].data() + 2, wanted.data() + 2,
                std::min<std::size_t>(wanted.size(), definitions[*index].size) - 2);
    if (*index == write_parameters_index)
        write_parameters_ = decode_write_parameters(current_[*index]);
}

ModePages::PowerTimers ModePages::power_timers() const {
    const auto& page = current_[power_condition_index];
    constexpr mmc::Duration unit = std::chrono::milliseconds(100);
    PowerTimers timers;
    if (page[3] & 0x02)
        timers.idle = unit * mmc::get32(&page[4]);
    if (page[3] & 0x01)
        timers.standby = unit * mmc::get32(&page[8]);
    return timers;
}

void ModePages::set_software_write_protect(bool protect) {
    auto& byte = current_[timeout_and_protect_index][4];
    byte = static_cast<std::uint8_t>(protect ? byte | 0x01 : byte & ~0x01);
}

bool ModePages::software_write_protect() const {
    return (current_[timeout_and_protect_index][4] & 0x01) != 0;
}

} // namespace burnrig::emulator
