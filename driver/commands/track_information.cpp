// SPDX-License-Identifier: Apache-2.0
#include "driver/commands/track_information.h"

#include <algorithm>

#include <fmt/format.h>

#include "driver/timeouts.h"
#include "mmc/bytes.h"

namespace burnrig::driver {
namespace {

constexpr std::uint32_t all_ones = 0xFFFFFFFF;
constexpr std::uint32_t all_ones_msf = 0x00FFFFFF;

/// The field, unless it says "none".
std::optional<std::uint32_t> address_field(const std::uint8_t* at) {
    const std::uint32_t value = mmc::get32(at);
    if (value == all_ones || value == all_ones_msf)
        return std::nullopt;
    return value;
}

/// Bytes of a reply that are really there: what was transferred, and what the length field in bytes
/// 0-1 announces. A transport that always claims a full transfer is common.
std::uint32_t usable(const std::uint8_t* reply, std::uint32_t transferred) {
    if (transferred < 2)
        return transferred;
    return std::min<std::uint32_t>(transferred, mmc::get16(reply) + 2U);
}

} // namespace

Reply<DiscInformation> read_disc_information(Channel& channel) {
    constexpr std::uint32_t fixed_part = 34;
    constexpr std::uint32_t bytes_needed = 24;
    std::array<std::uint8_t, fixed_part> reply{};
    Request request{.cdb = make_cdb(mmc::Opcode::read_disc_information), .limit = limits::status};
    mmc::put16(&request.cdb.bytes[7], reply.size());
    const auto transferred = channel.fetch(request, reply);
    if (!transferred)
        return tl::unexpected(transferred.error());
    const std::uint32_t length = usable(reply.data(), *transferred);
    if (length < bytes_needed)
        return tl::unexpected(
            bad_reply(request, *transferred,
                      fmt::format("{} bytes of disc information, {} are the least that is useful",
                                  length, bytes_needed)));
    DiscInformation disc;
    disc.erasable = (reply[2] & 0x10) != 0;
    disc.last_session_state = (reply[2] >> 2) & 3;
    disc.status = reply[2] & 3;
    disc.first_track = reply[3];
    disc.sessions = static_cast<std::uint16_t>(reply[9] << 8 | reply[4]);
    disc.first_track_of_last_session = static_cast<std::uint16_t>(reply[10] << 8 | reply[5]);
    disc.last_track_of_last_session = static_cast<std::uint16_t>(reply[11] << 8 | reply[6]);
    disc.background_format = reply[7] & 3;
    disc.disc_type = reply[8];
    disc.lead_in = address_field(&reply[16]);
    disc.last_lead_out = address_field(&reply[20]);
    if (length >= fixed_part)
        disc.opc_tables = reply[33];
    return disc;
}

std::optional<std::int32_t> lba_of_msf_field(std::uint32_t field) {
    const mmc::Msf time{static_cast<std::uint8_t>(field >> 16),
                        static_cast<std::uint8_t>(field >> 8), static_cast<std::uint8_t>(field)};
    if (!time.valid())
        return std::nullopt;
    return mmc::lba_from_msf(time);
}

Reply<TrackInformation> read_track_information(Channel& channel, std::uint16_t track) {
    constexpr std::uint32_t bytes_needed = 28;
    std::array<std::uint8_t, 36> reply{};
    Request request{.cdb = make_cdb(mmc::Opcode::read_track_information), .limit = limits::status};
    request.cdb.bytes[1] = 0x01; // by track number
    mmc::put32(&request.cdb.bytes[2], track);
    mmc::put16(&request.cdb.bytes[7], reply.size());
    const auto transferred = channel.fetch(request, reply);
    if (!transferred)
        return tl::unexpected(transferred.error());
    const std::uint32_t length = usable(reply.data(), *transferred);
    if (length < bytes_needed)
        return tl::unexpected(
            bad_reply(request, *transferred,
                      fmt::format("{} bytes of information on track {}, {} are the least that is "
                                  "useful",
                                  length, track, bytes_needed)));
    TrackInformation info;
    info.number = static_cast<std::uint16_t>(reply[32] << 8 | reply[2]);
    info.session = static_cast<std::uint16_t>(reply[33] << 8 | reply[3]);
    info.damaged = (reply[5] & 0x20) != 0;
    info.copy = (reply[5] & 0x10) != 0;
    info.track_mode = reply[5] & 0x0F;
    info.reserved = (reply[6] & 0x80) != 0;
    info.blank = (reply[6] & 0x40) != 0;
    info.packet = (reply[6] & 0x20) != 0;
    info.fixed_packet = (reply[6] & 0x10) != 0;
    info.data_mode = reply[6] & 0x0F;
    info.start = static_cast<std::int32_t>(mmc::get32(&reply[8]));
    if ((reply[7] & 0x01) != 0)
        info.next_writable = static_cast<std::int32_t>(mmc::get32(&reply[12]));
    info.free_blocks = mmc::get32(&reply[16]);
    info.packet_size = mmc::get32(&reply[20]);
    info.size = mmc::get32(&reply[24]);
    if ((reply[7] & 0x02) != 0 && length >= 32)
        info.last_recorded = static_cast<std::int32_t>(mmc::get32(&reply[28]));
    return info;
}

Reply<Capacity> read_capacity(Channel& channel) {
    std::array<std::uint8_t, 8> reply{};
    const Request request{.cdb = make_cdb(mmc::Opcode::read_capacity), .limit = limits::status};
    const auto transferred = channel.fetch(request, reply);
    if (!transferred)
        return tl::unexpected(transferred.error());
    if (*transferred < reply.size())
        return tl::unexpected(bad_reply(
            request, *transferred, fmt::format("{} bytes of capacity instead of 8", *transferred)));
    return Capacity{.last_lba = mmc::get32(&reply[0]), .block_bytes = mmc::get32(&reply[4])};
}

} // namespace burnrig::driver
