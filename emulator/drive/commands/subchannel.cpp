// SPDX-License-Identifier: Apache-2.0
// READ SUB-CHANNEL and READ HEADER: where the head is, catalogue number, ISRC, a block's header.
#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "emulator/drive/block_access.h"
#include "emulator/drive/commands/commands.h"
#include "emulator/drive/recording/cd/cd_layout.h"
#include "emulator/drive/sector_image.h"

namespace burnrig::emulator::commands {
namespace {

constexpr unsigned adr_position = 1;

void put_address(Reply& reply, std::int32_t lba, bool msf) {
    if (!msf) {
        reply.quad(static_cast<std::uint32_t>(lba));
        return;
    }
    const auto time = mmc::msf_from_lba(lba);
    reply.byte(0).byte(time.minute).byte(time.second).byte(time.frame);
}

void position(const LogicalUnit& unit, const Request& request, Reply& reply) {
    const auto* track = track_around(unit.disc->structure(), unit.head);
    reply.byte(1).byte(adr_position << 4 | (track ? track->control : 0U));
    reply.byte(track ? track->number : 0).byte(track ? index_at(*track, unit.head) : 1U);
    const bool msf = request.bit(1, 1);
    put_address(reply, unit.head, msf);
    const auto relative = track ? unit.head - track->start : 0;
    // As a time it counts down to 0 in the pre-gap, as in the Q channel; as blocks it is negative.
    put_address(reply, msf ? std::abs(relative) - mmc::pregap_blocks : relative, msf);
}

// A validity bit, the characters, a zero; `length` characters have room.
void code(Reply& reply, std::string_view text, std::size_t length) {
    reply.byte(text.empty() ? 0 : 0x80);
    for (std::size_t i = 0; i < length; ++i)
        reply.byte(i < text.size() ? static_cast<unsigned char>(text[i]) : 0);
    reply.byte(0);
}

} // namespace

Answer read_subchannel(LogicalUnit& unit, const Request& request) {
    enum : unsigned { current_position = 1, catalog_number = 2, isrc = 3 };
    const auto& structure = unit.disc->structure();
    Reply reply;
    if (unit.audio.active(request.now))
        unit.head = unit.audio.position(request.now);
    reply.byte(0).byte(static_cast<unsigned>(unit.audio.take_status(request.now))).word(0);
    if (request.bit(2, 6)) {
        switch (request[3]) {
        case current_position:
            position(unit, request, reply);
            break;
        case catalog_number:
            reply.byte(catalog_number).zeros(3);
            code(reply, structure.media_catalog_number, 13);
            reply.byte(0);
            break;
        case isrc: {
            const auto found =
                std::find_if(structure.tracks.begin(), structure.tracks.end(),
                             [&](const Track& track) { return track.number == request[6]; });
            if (found == structure.tracks.end())
                return refuse_cdb(6);
            reply.byte(isrc).byte(adr_position << 4 | found->control).byte(found->number).byte(0);
            code(reply, found->isrc, 12);
            reply.word(0);
            break;
        }
        default:
            return refuse_cdb(3);
        }
    }
    mmc::put16(reply.at(2), static_cast<std::uint32_t>(reply.size() - 4));
    return reply.deliver(request, request.word(7));
}

Answer read_header(LogicalUnit& unit, const Request& request) {
    const auto lba = request.address(2);
    const auto* track = track_around(unit.disc->structure(), lba);
    if (!track)
        return refuse_at(mmc::sense::lba_out_of_range, lba);
    const auto run = readable_at(unit, lba);
    if (run.fault)
        return refuse_at(*run.fault, lba);
    SectorImage image;
    if (!make_sector_image(*unit.disc, *track, lba, run.form, false, image))
        return refuse_at(mmc::sense::unrecovered_read, lba);
    if (image.type == SectorType::audio)
        return refuse(mmc::sense::illegal_mode_for_track);
    constexpr std::size_t mode_at = 15;
    Reply reply;
    reply.byte(image.bytes[mode_at] & 3U).zeros(3);
    put_address(reply, lba, request.bit(1, 1));
    return reply.deliver(request, request.word(7));
}

} // namespace burnrig::emulator::commands
