// SPDX-License-Identifier: Apache-2.0
#include "driver/commands/write_parameters.h"

#include <algorithm>

#include <fmt/format.h>

#include "driver/commands/mode_page.h"
#include "driver/timeouts.h"
#include "mmc/bytes.h"

namespace burnrig::driver {
namespace {

constexpr std::uint8_t page_code = 0x05;
constexpr std::uint32_t header_bytes = 8;
constexpr std::uint32_t page_bytes_needed = 32; // up to the media catalogue number

/// The 16 bytes of a catalogue number or a recording code: a bit that says that it is valid, then
/// its characters.
void put_code(WriteParametersPage& page, std::size_t at, const std::string& code) {
    constexpr std::size_t field_bytes = 16;
    constexpr std::uint8_t valid = 0x80;
    if (page.length < at + field_bytes)
        return; // an old drive's shorter page
    const auto field = page.bytes.begin() + static_cast<std::ptrdiff_t>(at);
    std::fill_n(field, field_bytes, std::uint8_t{0});
    if (code.empty() || code.size() > field_bytes - 2)
        return;
    *field = valid;
    std::transform(code.begin(), code.end(), field + 1,
                   [](char character) { return static_cast<std::uint8_t>(character); });
}

} // namespace

Reply<WriteParametersPage> mode_sense_write_parameters(Channel& channel) {
    std::array<std::uint8_t, 128> reply{};
    const auto bytes = mode_sense_page(channel, {page_code, page_bytes_needed}, reply);
    if (!bytes)
        return tl::unexpected(bytes.error());
    WriteParametersPage page;
    const auto page_bytes = std::min<std::size_t>(bytes->size(), WriteParametersPage::capacity);
    std::copy_n(bytes->begin(), page_bytes, page.bytes.begin());
    page.length = static_cast<std::uint8_t>(page_bytes);
    page.bytes[0] = page_code; // PS is reserved in MODE SELECT
    page.bytes[1] = static_cast<std::uint8_t>(page_bytes - 2);
    return page;
}

WriteParametersPage with(WriteParametersPage page, const WriteParameters& parameters) {
    auto& bytes = page.bytes;
    const bool packets = parameters.fixed_packet_blocks > 0;
    bytes[2] = static_cast<std::uint8_t>((parameters.buffer_underrun_free ? 0x40 : 0) |
                                         (packets ? 0x20 : 0) | (parameters.test_write ? 0x10 : 0) |
                                         static_cast<int>(parameters.write_type));
    bytes[3] = static_cast<std::uint8_t>((parameters.multi_session ? 0xC0 : 0) |
                                         (packets ? 0x20 : 0) | (parameters.track_mode & 0x0F));
    bytes[4] = parameters.data_block_type & 0x0F;
    bytes[5] = parameters.fixed_packet_blocks; // link size
    bytes[8] = parameters.session_format;
    mmc::put32(&bytes[10], parameters.fixed_packet_blocks);
    mmc::put16(&bytes[14], 150); // audio pause
    put_code(page, 16, parameters.catalog_number);
    put_code(page, 32, parameters.recording_code);
    return page;
}

Reply<void> mode_select_write_parameters(Channel& channel, const WriteParametersPage& page) {
    std::array<std::uint8_t, header_bytes + WriteParametersPage::capacity> list{};
    std::copy_n(page.bytes.begin(), page.length, list.begin() + header_bytes);
    Request request{.cdb = make_cdb(mmc::Opcode::mode_select_10), .limit = limits::status};
    request.cdb.bytes[1] = 0x10; // PF
    const std::uint32_t length = header_bytes + page.length;
    mmc::put16(&request.cdb.bytes[7], length);
    return channel.give(request, std::span(list).first(length), "write parameters");
}

} // namespace burnrig::driver
