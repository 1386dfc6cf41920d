// SPDX-License-Identifier: Apache-2.0
// Packet writing: the drive puts link, run-in and run-out around every packet, so that a track can
// be recorded piece by piece.
//
//     variable   | 4 run-in | any number of blocks | 2 run-out | 1 link |     they have addresses:
//     the
//                                                                             next packet is at end
//                                                                             + 7
//     fixed      | 4 | 32 blocks | 2 | 1 | 4 | 32 blocks | 2 | 1 |            they have none: the
//     next
//                                                                             packet is at end
//                                                                             (method 2)
//
// A variable packet ends with SYNCHRONIZE CACHE, with a WRITE 7 blocks behind it, or when the
// buffer runs dry in a recording that is not protected. Sources: MMC-3, packet writing and
// addressing methods; Orange Book parts II and III as quoted there.
#include <algorithm>

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/cd/cd_layout.h"
#include "emulator/drive/recording/cd/cd_rules.h"

namespace burnrig::emulator {

std::int32_t CdRules::track_limit(const LogicalUnit& unit, const Track& track) const {
    const auto end = track.reserved_end != 0 ? track.reserved_end : unit.disc->medium().capacity();
    const auto user_end =
        track.packet_size > 0
            ? track.start + cd::fixed_packet_blocks(end - track.start, track.packet_size)
            : end - cd::run_out_blocks;
    return std::max(user_end, track.start);
}

Answer CdRules::plan_packet(const LogicalUnit& unit, const WriteRequest& request,
                            WriteInProgress& plan) const {
    const auto& structure = unit.disc->structure();
    const auto& parameters = unit.pages.write_parameters();
    const auto form = form_of(parameters.data_block_type, false);
    if (!form)
        return refuse(mmc::sense::illegal_mode_for_track);
    const auto packet_size = parameters.fixed_packets ? parameters.packet_size : 0;
    const auto* begun = cd::track_to_continue(structure, request.lba);
    if (!begun)
        begun = cd::incomplete_track(structure);
    if (!begun)
        if (auto answer = room_for_track(structure); !answer.good())
            return answer;
    plan.method = WriteMethod::packet;
    plan.track = begun ? *begun : invisible_track(unit);
    auto& track = plan.track;
    if (!begun || begun->state == TrackState::reserved) {
        track.method = WriteMethod::packet;
        track.form = *form;
        track.packet_size = packet_size;
        track.control = parameters.track_mode;
        track.state = TrackState::open;
    } else if (track.damaged) {
        return refuse(mmc::sense::bad_write_address); // REPAIR TRACK first
    } else if (track.method != WriteMethod::packet || track.form != *form) {
        return refuse(mmc::sense::illegal_mode_for_track);
    } else if (track.packet_size != packet_size) {
        return refuse(mmc::sense::invalid_packet_size);
    }
    plan.next = cd::next_writable(track);
    plan.limit = track_limit(unit, track);
    return good();
}

// Before a WRITE goes on with the packet being written: whether that packet has ended meanwhile,
// and whether the host means another track.
void CdRules::turn_to_packet(LogicalUnit& unit, const WriteRequest& request) {
    if (!write_ || write_->method != WriteMethod::packet)
        return;
    const auto behind_link = cd::next_writable(write_->track);
    if (packet_has_ended(unit, request.now) || request.lba == behind_link)
        write_->next = behind_link;
    if (request.lba == write_->next || write_->simulated)
        return;
    const auto* other = cd::track_to_continue(unit.disc->structure(), request.lba);
    if (other && other->number != write_->track.number)
        (void)finish_write(unit);
}

bool CdRules::packet_has_ended(const LogicalUnit& unit, mmc::Duration now) const {
    return write_ && write_->method == WriteMethod::packet && !write_->burn_free &&
           unit.buffer.ran_dry(now);
}

} // namespace burnrig::emulator
