// SPDX-License-Identifier: Apache-2.0
// READ DISC INFORMATION, READ TRACK INFORMATION, READ CAPACITY, READ FORMAT CAPACITIES: how full
// the disc is and where to go on.
#include <algorithm>

#include "emulator/drive/commands/commands.h"

namespace burnrig::emulator::commands {
namespace {

// Addresses are MSF on a CD, LBA on a DVD or BD; all ones when there is none.
void put_position(Reply& reply, MediumFamily family, std::optional<std::int32_t> lba) {
    const bool cd = family == MediumFamily::cd;
    if (!lba)
        reply.byte(cd ? 0 : 0xFF).byte(0xFF).byte(0xFF).byte(0xFF);
    else if (!cd)
        reply.quad(static_cast<std::uint32_t>(*lba));
    else {
        const auto msf = mmc::msf_from_lba(*lba);
        reply.byte(0).byte(msf.minute).byte(msf.second).byte(msf.frame);
    }
}

Answer standard_information(LogicalUnit& unit, const Request& request) {
    const auto view = unit.rules->disc_view(unit);
    constexpr std::uint32_t length = 32;
    Reply reply;
    reply.word(length);
    reply.byte((view.erasable ? 0x10U : 0U) | static_cast<unsigned>(view.last_session) << 2 |
               static_cast<unsigned>(view.status));
    reply.byte(1).byte(view.sessions).byte(view.first_track_of_last).byte(view.last_track_of_last);
    reply.byte((view.unrestricted_use ? 0x20U : 0U) | static_cast<unsigned>(view.background));
    reply.byte(view.disc_type);
    reply.byte(view.sessions >> 8).byte(view.first_track_of_last >> 8);
    reply.byte(view.last_track_of_last >> 8);
    reply.zeros(4); // no disc identification
    const auto family = unit.disc->medium().family();
    put_position(reply, family, view.lead_in);
    put_position(reply, family, view.lead_out);
    reply.zeros(8).byte(0).byte(0); // no bar code, no application code, no OPC tables
    return reply.deliver(request, request.word(7));
}

Answer track_resources(const LogicalUnit& unit, const Request& request) {
    const auto resources = unit.rules->track_resources(unit);
    Reply reply;
    reply.word(10).byte(0x20).byte(0).word(resources.most_tracks).word(resources.assigned);
    reply.word(resources.most_appendable).word(resources.appendable);
    return reply.deliver(request, request.word(7));
}

Answer pseudo_overwrite_resources(const LogicalUnit& unit, const Request& request) {
    const auto resources = unit.rules->pseudo_overwrite_resources(unit);
    if (!resources)
        return refuse_cdb(1, std::uint8_t{2});
    Reply reply;
    reply.word(14).byte(0x40).byte(0).quad(resources->replacements);
    reply.quad(resources->map_entries).quad(resources->updates);
    return reply.deliver(request, request.word(7));
}

Answer describe(const TrackView& track, const Request& request) {
    Reply reply;
    reply.word(0).byte(track.number).byte(track.session).byte(0);
    reply.byte((track.damaged ? 0x20U : 0U) | (track.copy ? 0x10U : 0U) | track.track_mode);
    reply.byte((track.reserved ? 0x80U : 0U) | (track.blank ? 0x40U : 0U) |
               (track.packet ? 0x20U : 0U) | (track.fixed_packets ? 0x10U : 0U) | track.data_mode);
    reply.byte((track.next_writable ? 1U : 0U) | (track.last_recorded ? 2U : 0U));
    reply.quad(static_cast<std::uint32_t>(track.start));
    reply.quad(static_cast<std::uint32_t>(track.next_writable.value_or(0)));
    reply.quad(static_cast<std::uint32_t>(track.free)).quad(track.packet_size);
    reply.quad(static_cast<std::uint32_t>(track.size));
    reply.quad(static_cast<std::uint32_t>(track.last_recorded.value_or(0)));
    reply.byte(track.number >> 8).byte(track.session >> 8).zeros(2);
    if (track.read_compatibility != 0)
        reply.quad(static_cast<std::uint32_t>(track.read_compatibility));
    mmc::put16(reply.at(0), static_cast<std::uint32_t>(reply.size() - 2));
    return reply.deliver(request, request.word(7));
}

// The lead-in of the session that can be recorded next, told as a track with number 0.
std::optional<TrackView> lead_in(const LogicalUnit& unit) {
    const auto view = unit.rules->disc_view(unit);
    if (!view.lead_in || unit.disc->medium().family() != MediumFamily::cd)
        return std::nullopt;
    TrackView track;
    track.number = 0;
    track.session = view.sessions;
    track.start = *view.lead_in;
    track.blank = true;
    return track;
}

std::optional<TrackView> by_number(const LogicalUnit& unit, std::uint32_t number) {
    constexpr std::uint32_t incomplete_or_invisible = 0xFF;
    if (number == 0)
        return lead_in(unit);
    const auto next = unit.rules->next_track(unit);
    if (number == incomplete_or_invisible)
        return unit.rules->knows_invisible_track() ? next : std::nullopt;
    if (next && number == next->number)
        return next;
    for (const auto& track : unit.disc->structure().tracks)
        if (track.number == number)
            return unit.rules->track_view(unit, track);
    return std::nullopt;
}

std::optional<TrackView> by_address(const LogicalUnit& unit, std::int32_t lba) {
    const auto& tracks = unit.disc->structure().tracks;
    for (const auto& track : tracks) {
        const auto view =
            unit.rules->track_view(unit, track); // can be longer than what is recorded
        if (lba >= track.pregap && lba < std::max(track.end_with_run_out(), view.start + view.size))
            return view;
    }
    const auto next = unit.rules->next_track(unit);
    if (next && lba >= next->start - mmc::pregap_blocks && lba < next->start + next->size)
        return next;
    return std::nullopt;
}

std::optional<TrackView> by_session(const LogicalUnit& unit, std::uint32_t session) {
    if (session <= 0xFFFF)
        if (const auto* track =
                first_track_of(unit.disc->structure(), static_cast<std::uint16_t>(session)))
            return unit.rules->track_view(unit, *track);
    const auto next = unit.rules->next_track(unit);
    return next && next->session == session ? next : std::nullopt;
}

// The first track from a number on that still takes blocks.
std::optional<TrackView> first_open(const LogicalUnit& unit, std::uint32_t number) {
    for (const auto& track : unit.disc->structure().tracks)
        if (track.number >= number && track.state != TrackState::complete)
            return unit.rules->track_view(unit, track);
    const auto next = unit.rules->next_track(unit);
    return next && next->number >= number ? next : std::nullopt;
}

} // namespace

Answer read_disc_information(LogicalUnit& unit, const Request& request) {
    // dvd+rw-tools asks for data type 010b where an older draft had it: byte 1 = 10h.
    constexpr unsigned older_pseudo_overwrite = 0x10;
    if (request[1] == older_pseudo_overwrite)
        return pseudo_overwrite_resources(unit, request);
    switch (request[1] & 7) {
    case 0:
        return standard_information(unit, request);
    case 1:
        return track_resources(unit, request);
    case 2:
        return pseudo_overwrite_resources(unit, request);
    default:
        return refuse_cdb(1, std::uint8_t{2});
    }
}

Answer read_track_information(LogicalUnit& unit, const Request& request) {
    enum : unsigned { address = 0, track_number = 1, session_number = 2 };
    std::optional<TrackView> track;
    const unsigned type = request[1] & 3;
    if (request.bit(1, 2)) { // Open
        track = first_open(unit, request.quad(2));
    } else if (type == address) {
        track = by_address(unit, request.address(2));
    } else if (type == track_number) {
        track = by_number(unit, request.quad(2));
    } else if (type == session_number) {
        track = by_session(unit, request.quad(2));
    } else {
        return refuse_cdb(1, std::uint8_t{1});
    }
    return track ? describe(*track, request) : refuse_cdb(2);
}

Answer read_capacity(LogicalUnit& unit, const Request& request) {
    if (request.bit(8, 0)) // PMI
        return refuse_cdb(8, std::uint8_t{0});
    const auto blocks = unit.rules->capacity(unit);
    Reply reply;
    reply.quad(static_cast<std::uint32_t>(std::max(0, blocks - 1))).quad(2048);
    return reply.deliver(request, 8);
}

Answer read_format_capacities(LogicalUnit& unit, const Request& request) {
    FormatCapacities capacities;
    if (unit.medium())
        capacities = unit.rules->format_capacities(unit);
    constexpr std::size_t descriptor_bytes = 8;
    Reply reply;
    reply.zeros(3).byte(static_cast<unsigned>(descriptor_bytes * (1 + capacities.count)));
    reply.quad(capacities.blocks).byte(static_cast<unsigned>(capacities.type)).byte(0).word(2048);
    for (std::size_t i = 0; i < capacities.count; ++i) {
        const auto& offer = capacities.offers[i];
        reply.quad(offer.blocks).byte(static_cast<unsigned>(offer.type) << 2);
        reply.byte(offer.parameter >> 16).word(offer.parameter);
    }
    return reply.deliver(request, request.word(7));
}

} // namespace burnrig::emulator::commands
