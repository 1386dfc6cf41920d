// SPDX-License-Identifier: Apache-2.0
#include "driver/commands/toc.h"

#include <algorithm>

#include <fmt/format.h>

#include "driver/timeouts.h"
#include "mmc/bytes.h"

namespace burnrig::driver {
namespace {

constexpr std::uint32_t header_bytes = 4;
constexpr std::size_t tracks_max = 99;

Request toc_request(std::uint8_t format, std::uint8_t number, std::size_t room) {
    Request request{.cdb = make_cdb(mmc::Opcode::read_toc_pma_atip), .limit = limits::status};
    request.cdb.bytes[2] = format;
    request.cdb.bytes[6] = number;
    mmc::put16(&request.cdb.bytes[7], static_cast<std::uint32_t>(room));
    return request;
}

/// Fetches the reply and gives the bytes of it that are really there.
Reply<std::uint32_t> fetch_toc(Channel& channel, const Request& request,
                               std::span<std::uint8_t> reply, std::uint32_t bytes_needed) {
    const auto transferred = channel.fetch(request, reply);
    if (!transferred)
        return transferred;
    const std::uint32_t announced = *transferred < 2 ? 0 : mmc::get16(reply.data()) + 2U;
    const std::uint32_t length = std::min(*transferred, announced);
    if (length < bytes_needed)
        return tl::unexpected(
            bad_reply(request, *transferred,
                      fmt::format("{} bytes for format {}, at least {} are needed", length,
                                  request.cdb.bytes[2], bytes_needed)));
    return length;
}

TocTrack toc_track(const std::uint8_t* descriptor) {
    return {.number = descriptor[2],
            .adr = static_cast<std::uint8_t>(descriptor[1] >> 4),
            .control = static_cast<std::uint8_t>(descriptor[1] & 0x0F),
            .start = static_cast<std::int32_t>(mmc::get32(descriptor + 4))};
}

mmc::Msf msf(const std::uint8_t* at) {
    return {at[0], at[1], at[2]};
}

} // namespace

Reply<Toc> read_toc(Channel& channel) {
    constexpr std::uint32_t descriptor_bytes = 8;
    std::array<std::uint8_t, header_bytes + (tracks_max + 1) * descriptor_bytes> reply{};
    const Request request = toc_request(0, 0, reply.size());
    const auto length = fetch_toc(channel, request, reply, header_bytes);
    if (!length)
        return tl::unexpected(length.error());
    Toc toc;
    toc.first_track = reply[2];
    toc.last_track = reply[3];
    for (std::uint32_t at = header_bytes; at + descriptor_bytes <= *length;
         at += descriptor_bytes) {
        const TocTrack track = toc_track(&reply[at]);
        if (track.number == lead_out_track)
            toc.lead_out = track;
        else
            toc.tracks.push_back(track);
    }
    return toc;
}

Reply<SessionInfo> read_session_info(Channel& channel) {
    std::array<std::uint8_t, 12> reply{};
    const Request request = toc_request(1, 0, reply.size());
    const auto length = fetch_toc(channel, request, reply, reply.size());
    if (!length)
        return tl::unexpected(length.error());
    return SessionInfo{.first_session = reply[2],
                       .last_session = reply[3],
                       .first_track_of_last = toc_track(&reply[4])};
}

Reply<std::vector<FullTocEntry>> read_full_toc(Channel& channel) {
    // A disc has at most 99 tracks and as many sessions of five points each; more is cut off.
    constexpr std::uint32_t entry_bytes = 11;
    constexpr std::size_t entries_max = 256;
    std::vector<std::uint8_t> reply(header_bytes + entries_max * entry_bytes);
    const Request request = toc_request(2, 0, reply.size());
    const auto length = fetch_toc(channel, request, reply, header_bytes);
    if (!length)
        return tl::unexpected(length.error());
    std::vector<FullTocEntry> entries;
    for (std::uint32_t at = header_bytes; at + entry_bytes <= *length; at += entry_bytes) {
        const std::uint8_t* entry = &reply[at];
        entries.push_back({.session = entry[0],
                           .adr = static_cast<std::uint8_t>(entry[1] >> 4),
                           .control = static_cast<std::uint8_t>(entry[1] & 0x0F),
                           .point = entry[3],
                           .running = msf(entry + 4),
                           .zero = entry[7],
                           .value = msf(entry + 8)});
    }
    return entries;
}

Reply<std::vector<std::uint8_t>> read_cd_text(Channel& channel) {
    // 8 blocks of 256 packs at the most.
    constexpr std::size_t pack_bytes = 18;
    std::vector<std::uint8_t> reply(header_bytes + 8 * 256 * pack_bytes);
    const Request request = toc_request(5, 0, reply.size());
    const auto length = fetch_toc(channel, request, reply, 0);
    if (!length) {
        if (length.error().is(mmc::SenseKey::illegal_request))
            return std::vector<std::uint8_t>{};
        return tl::unexpected(length.error());
    }
    const std::size_t bytes = *length < header_bytes ? 0 : *length - header_bytes;
    reply.erase(reply.begin(), reply.begin() + header_bytes);
    reply.resize(bytes / pack_bytes * pack_bytes);
    return reply;
}

Reply<std::optional<Atip>> read_atip(Channel& channel) {
    constexpr std::uint32_t bytes_needed = 16;
    std::array<std::uint8_t, 28> reply{};
    Request request = toc_request(4, 0, reply.size());
    request.cdb.bytes[1] = 0x02; // MSF; the standard knows no other form of ATIP
    const auto length = fetch_toc(channel, request, reply, 0);
    if (!length) {
        if (length.error().is(mmc::SenseKey::illegal_request))
            return std::nullopt;
        return tl::unexpected(length.error());
    }
    if (*length < bytes_needed)
        return std::nullopt; // an empty reply is how some drives say that there is none
    Atip atip;
    atip.indicative_power = (reply[4] >> 4) & 7;
    atip.reference_speed = reply[4] & 7;
    atip.unrestricted_use = (reply[5] & 0x40) != 0;
    atip.rewritable = (reply[6] & 0x40) != 0;
    atip.sub_type = (reply[6] >> 3) & 7;
    atip.lead_in = msf(&reply[8]);
    atip.last_lead_out = msf(&reply[12]);
    const auto additional = [&](std::uint8_t valid, std::uint32_t at) {
        std::optional<std::array<std::uint8_t, 3>> value;
        if ((reply[6] & valid) != 0 && *length >= at + 3)
            value = {reply[at], reply[at + 1], reply[at + 2]};
        return value;
    };
    atip.a1 = additional(0x04, 16);
    atip.a2 = additional(0x02, 20);
    atip.a3 = additional(0x01, 24);
    return atip;
}

} // namespace burnrig::driver
