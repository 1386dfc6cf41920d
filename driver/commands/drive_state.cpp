// SPDX-License-Identifier: Apache-2.0
#include "driver/commands/drive_state.h"

#include <algorithm>

#include <fmt/format.h>

#include "driver/commands/mode_page.h"
#include "driver/timeouts.h"
#include "mmc/bytes.h"

namespace burnrig::driver {
namespace {

/// Characters as a person may see them: trailing blanks removed, what is not printable as '?'.
std::string text_field(const std::uint8_t* at, std::size_t length) {
    std::string text;
    for (std::size_t i = 0; i < length && at[i] != 0; ++i)
        text += at[i] >= 0x20 && at[i] < 0x7F ? static_cast<char>(at[i]) : '?';
    while (text.ends_with(' '))
        text.pop_back();
    return text;
}

namespace feature {
constexpr std::uint16_t profile_list = 0x0000;
constexpr std::uint16_t cd_track_at_once = 0x002D;
constexpr std::uint16_t cd_mastering = 0x002E;
} // namespace feature

/// Takes over one feature descriptor: code, current bit, and the data behind its four-byte head.
void take_feature(Configuration& configuration, std::uint16_t code, bool current,
                  std::span<const std::uint8_t> data) {
    WriteFeatures& write = configuration.write;
    configuration.features.push_back(code);
    if (code == feature::profile_list)
        for (std::size_t at = 0; at + 4 <= data.size(); at += 4)
            configuration.profiles.push_back(mmc::get16(&data[at]));
    if (data.size() < 4 || !current)
        return;
    if (code == feature::cd_track_at_once) {
        write.tao = true;
        write.tao_underrun_free = (data[0] & 0x40) != 0;
        write.tao_test_write = (data[0] & 0x04) != 0;
    }
    if (code == feature::cd_mastering) {
        write.sao = (data[0] & 0x20) != 0;
        write.raw = (data[0] & 0x08) != 0;
        write.sao_underrun_free = (data[0] & 0x40) != 0;
        write.sao_test_write = (data[0] & 0x04) != 0;
        write.max_cue_sheet_bytes = mmc::get24(&data[1]);
    }
}

} // namespace

Reply<Inquiry> inquiry(Channel& channel) {
    constexpr std::uint32_t bytes_needed = 36;
    std::array<std::uint8_t, 96> reply{};
    Request request{.cdb = make_cdb(mmc::Opcode::inquiry), .limit = limits::status};
    request.cdb.bytes[4] = reply.size();
    const auto transferred = channel.fetch(request, reply);
    if (!transferred)
        return tl::unexpected(transferred.error());
    if (*transferred < bytes_needed)
        return tl::unexpected(
            bad_reply(request, *transferred,
                      fmt::format("{} bytes of identification, 36 are required", *transferred)));
    Inquiry drive;
    drive.device_type = reply[0] & 0x1F;
    drive.removable = (reply[1] & 0x80) != 0;
    drive.version = reply[2];
    drive.response_format = reply[3] & 0x0F;
    drive.vendor = text_field(&reply[8], 8);
    drive.product = text_field(&reply[16], 16);
    drive.revision = text_field(&reply[32], 4);
    return drive;
}

Reply<void> test_unit_ready(Channel& channel) {
    const auto done =
        channel.run({.cdb = make_cdb(mmc::Opcode::test_unit_ready), .limit = limits::status});
    if (!done)
        return tl::unexpected(done.error());
    return {};
}

Reply<std::optional<mmc::Sense>> request_sense(Channel& channel) {
    std::array<std::uint8_t, 18> reply{};
    Request request{.cdb = make_cdb(mmc::Opcode::request_sense), .limit = limits::status};
    request.cdb.bytes[4] = reply.size();
    const auto transferred = channel.fetch(request, reply);
    if (!transferred)
        return tl::unexpected(transferred.error());
    return mmc::decode_sense(std::span(reply).first(*transferred));
}

Reply<Configuration> get_configuration(Channel& channel) {
    constexpr std::uint32_t header_bytes = 8;
    std::array<std::uint8_t, 4096> reply{};
    Request request{.cdb = make_cdb(mmc::Opcode::get_configuration), .limit = limits::status};
    mmc::put16(&request.cdb.bytes[7], reply.size());
    const auto transferred = channel.fetch(request, reply);
    if (!transferred)
        return tl::unexpected(transferred.error());
    if (*transferred < header_bytes)
        return tl::unexpected(bad_reply(
            request, *transferred,
            fmt::format("{} bytes of configuration, the head alone has 8", *transferred)));
    Configuration configuration;
    configuration.current_profile = mmc::get16(&reply[6]);
    const std::uint64_t announced = std::uint64_t{mmc::get32(&reply[0])} + 4;
    const std::size_t length = std::min<std::uint64_t>(*transferred, announced);
    std::size_t at = header_bytes;
    while (at + 4 <= length) {
        const std::size_t end = at + 4 + reply[at + 3];
        if (end > length)
            break; // cut off; what came before it stands
        take_feature(configuration, mmc::get16(&reply[at]), (reply[at + 2] & 0x01) != 0,
                     std::span(reply).subspan(at + 4, end - at - 4));
        at = end;
    }
    return configuration;
}

Reply<Capabilities> mode_sense_capabilities(Channel& channel) {
    std::array<std::uint8_t, 512> reply{};
    const auto bytes = mode_sense_page(channel, {.page_code = 0x2A, .bytes_needed = 22}, reply);
    if (!bytes)
        return tl::unexpected(bytes.error());
    const std::uint8_t* page = bytes->data();
    const std::size_t page_length = bytes->size();
    Capabilities can;
    can.reads_cd_r = (page[2] & 0x01) != 0;
    can.writes_cd_r = (page[3] & 0x01) != 0;
    can.writes_cd_rw = (page[3] & 0x02) != 0;
    can.test_write = (page[3] & 0x04) != 0;
    can.buffer_underrun_free = (page[4] & 0x80) != 0;
    can.multi_session = (page[4] & 0x40) != 0;
    can.tray_locked = (page[6] & 0x02) != 0;
    can.buffer_kib = mmc::get16(page + 12);
    can.max_write_kb = mmc::get16(page + 18);
    can.current_write_kb = mmc::get16(page + (page_length >= 30 ? 28 : 20));
    if (page_length >= 32)
        for (std::uint32_t i = 0, count = mmc::get16(page + 30);
             i < count && 32 + 4 * (i + 1) <= page_length; ++i)
            can.write_speeds_kb.push_back(mmc::get16(page + 32 + 4 * i + 2));
    return can;
}

Reply<std::optional<MediaStatus>> get_event_status(Channel& channel) {
    constexpr std::uint8_t media_class = 4;
    std::array<std::uint8_t, 8> reply{};
    Request request{.cdb = make_cdb(mmc::Opcode::get_event_status_notification),
                    .limit = limits::status};
    request.cdb.bytes[1] = 0x01; // polled
    request.cdb.bytes[4] = 1U << media_class;
    mmc::put16(&request.cdb.bytes[7], reply.size());
    const auto transferred = channel.fetch(request, reply);
    if (!transferred)
        return tl::unexpected(transferred.error());
    const bool has_event =
        *transferred >= reply.size() && (reply[2] & 0x80) == 0 && (reply[2] & 0x07) == media_class;
    if (!has_event)
        return std::nullopt;
    return MediaStatus{.event = static_cast<MediaEvent>(reply[4] & 0x0F),
                       .medium_present = (reply[5] & 0x02) != 0,
                       .tray_open = (reply[5] & 0x01) != 0};
}

} // namespace burnrig::driver
