// SPDX-License-Identifier: Apache-2.0
// Session at once: the host says in a cue sheet what will come, then sends every block from the
// pre-gap to the lead-out; the lead-in goes first, SYNCHRONIZE CACHE puts the lead-out behind. With
// CD-TEXT the host sends the lead-in's sub-channel before that.
#include <algorithm>
#include <array>

#include "emulator/disc/block_payload.h"
#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/cd/cd_layout.h"
#include "emulator/drive/recording/cd/cd_rules.h"
#include "emulator/drive/sector_image.h"

namespace burnrig::emulator {

Answer CdRules::send_cue_sheet(LogicalUnit& unit, std::span<const std::uint8_t> bytes) {
    const auto& disc = *unit.disc;
    const auto& structure = disc.structure();
    if (!writable(disc))
        return refuse(mmc::sense::unwritable_medium);
    if (unit.pages.write_parameters().write_type !=
        static_cast<std::uint8_t>(WriteType::session_at_once))
        return refuse(mmc::sense::sequence_error);
    const auto& session = current_session(structure);
    if (first_track_of(structure, session.number))
        return refuse(mmc::sense::program_area_not_empty);
    const auto offers = [&](std::uint8_t data_block_type) {
        const auto& modes = unit.model.write_modes;
        return std::find(modes.begin(), modes.end(), WriteMode{2, data_block_type}) != modes.end();
    };
    CueConditions conditions;
    conditions.pregap = cd::next_track_start(structure) - mmc::pregap_blocks;
    conditions.first_track = session.number > 1 ? cd::next_track_number(structure) : 0;
    conditions.lead_in = mmc::lba_from_msf(disc.medium().atip.lead_in);
    conditions.packed_subchannel = offers(2);
    conditions.raw_subchannel = offers(3);
    auto parsed = parse_cue_sheet(bytes, conditions);
    if (!parsed.sheet)
        return refuse_list(parsed.fault);
    if (parsed.sheet->lead_out > disc.medium().capacity())
        return refuse_list(bytes.size() - 8); // the lead-out does not fit on this disc
    cue_ = std::move(parsed.sheet);
    return good();
}

Answer CdRules::plan_session(const LogicalUnit&, const WriteRequest&, WriteInProgress& plan) const {
    if (!cue_)
        return refuse(mmc::sense::sequence_error);
    plan.method = WriteMethod::session_at_once;
    plan.next = cue_->first();
    plan.limit = cue_->lead_out;
    for (const auto& segment : cue_->segments) { // blocks the drive makes itself come without WRITE
        if (segment.host_bytes != 0)
            break;
        plan.next = segment.end;
    }
    return good();
}

// Bytes the host sends for the next `blocks` blocks.
std::size_t CdRules::host_bytes(const WriteInProgress& write, std::uint32_t blocks) const {
    if (write.method == WriteMethod::raw)
        return static_cast<std::size_t>(blocks) * write.block_bytes;
    if (write.method != WriteMethod::session_at_once)
        return static_cast<std::size_t>(blocks) * block_size(write.track.form);
    std::size_t bytes = 0;
    auto at = write.next;
    auto left = static_cast<std::int32_t>(blocks);
    while (left > 0) {
        const auto* segment = cue_ ? cue_->segment_at(at) : nullptr;
        if (!segment)
            break;
        const auto count = std::min(left, segment->end - at);
        bytes += static_cast<std::size_t>(count) * segment->host_bytes;
        at += count;
        left -= count;
    }
    return bytes;
}

// A new track begins in the structure as soon as its first block is taken.
void CdRules::enter_segment(LogicalUnit& unit, const CueSegment& segment) {
    auto& structure = unit.disc->structure();
    const auto session = current_session(structure).number;
    auto* last = last_track(structure);
    const bool first = !last || last->session != session;
    if (segment.track == 0 || (!first && last->number == segment.track))
        return;
    if (!first)
        last->state = TrackState::complete;
    Track track;
    track.number = segment.track;
    track.session = session;
    track.method = WriteMethod::session_at_once;
    track.control = segment.control;
    track.form = segment.form;
    track.pregap = segment.first;
    track.start = cue_->start_of(segment.track).value_or(segment.first);
    track.end = track.start;
    track.indexes = cue_->indexes_of(segment.track);
    for (const auto& isrc : cue_->isrcs)
        if (isrc.track == track.number)
            track.isrc = isrc.code;
    structure.tracks.push_back(track);
    (void)unit.disc->save(); // should it fail, so will the write that follows
}

// R to W come from the host, P and Q from the drive, as the cue sheet has them (MMC-3, 5.3.33).
mmc::Result<void> CdRules::keep_with_subchannel(LogicalUnit& unit, const CueSegment& segment,
                                                std::int32_t lba,
                                                std::span<const std::uint8_t> block) {
    std::array<std::uint8_t, block_size(BlockForm::raw_pw)> kept;
    static constexpr std::array<std::uint8_t, mmc::raw_sector_size> zeros{};
    const auto main_bytes = block_size(segment.main);
    const auto main = segment.zeros ? std::span<const std::uint8_t>(zeros).first(main_bytes)
                                    : block.subspan(segment.offset, main_bytes);
    make_whole_sector(segment.main, lba, main, std::span(kept).first<mmc::raw_sector_size>());
    const auto sub = std::span(kept).last<mmc::raw_subchannel_size>();
    const auto& track = *last_track(unit.disc->structure());
    mmc::put_raw_subchannel(sub, lba < track.start, make_q(unit.disc->structure(), track, lba));
    const auto from_host = block.last(sub.size());
    for (std::size_t i = 0; i < sub.size(); ++i)
        sub[i] = static_cast<std::uint8_t>(sub[i] | (from_host[i] & 0x3FU));
    return unit.disc->write(lba, BlockForm::raw_pw, kept);
}

mmc::Result<void> CdRules::keep_segment(LogicalUnit& unit, const CueSegment& segment,
                                        std::int32_t blocks, std::span<const std::uint8_t> data) {
    auto& disc = *unit.disc;
    const bool subchannel = segment.form != segment.main && !data.empty();
    if (segment.zeros && !subchannel)
        return disc.write_zeros(write_->next, segment.main, blocks);
    if (segment.track == 0)
        for (std::int32_t i = 0; i < blocks; ++i)
            text_.take(data.subspan(static_cast<std::size_t>(i) * mmc::raw_subchannel_size)
                           .first<mmc::raw_subchannel_size>());
    const std::size_t kept = block_size(segment.form);
    if (kept == segment.host_bytes && !subchannel)
        return disc.write(write_->next, segment.form, data);
    mmc::Result<void> result;
    for (std::int32_t i = 0; i < blocks && result; ++i) {
        const auto block =
            data.subspan(static_cast<std::size_t>(i) * segment.host_bytes, segment.host_bytes);
        result = subchannel ? keep_with_subchannel(unit, segment, write_->next + i, block)
                            : disc.write(write_->next + i, segment.form,
                                         block.subspan(segment.offset, kept));
    }
    return result;
}

Answer CdRules::record_segment(LogicalUnit& unit, const CueSegment& segment, std::int32_t blocks,
                               std::span<const std::uint8_t> data) {
    if (!write_->simulated) {
        enter_segment(unit, segment);
        if (!keep_segment(unit, segment, blocks, data))
            return refuse_at(mmc::sense::write_error, write_->next);
    }
    write_->next += blocks;
    if (!write_->simulated && segment.track != 0) {
        auto& track = *last_track(unit.disc->structure());
        track.end = std::max(track.start, write_->next);
    }
    return good();
}

// Zeros up to `end`, of the forms the cue sheet says.
Answer CdRules::make_zeros(LogicalUnit& unit, std::int32_t end) {
    while (write_->next < end) {
        const auto* segment = cue_->segment_at(write_->next);
        if (!segment)
            break;
        auto made = *segment;
        made.zeros = true;
        const auto count = std::min(end, segment->end) - write_->next;
        if (auto answer = record_segment(unit, made, count, {}); !answer.good())
            return answer;
    }
    return good();
}

// Stretches for which the host sends nothing follow by themselves.
void CdRules::skip_made_blocks(LogicalUnit& unit) {
    const auto* segment = cue_->segment_at(write_->next);
    while (segment && segment->host_bytes == 0) {
        if (!make_zeros(unit, segment->end).good())
            return;
        segment = cue_->segment_at(write_->next);
    }
}

Answer CdRules::record_session(LogicalUnit& unit, const WriteRequest& request) {
    const auto end = request.lba + static_cast<std::int32_t>(request.blocks);
    auto data = request.data;
    while (write_->next < end) {
        const auto* segment = cue_->segment_at(write_->next);
        if (!segment)
            break;
        const auto count = std::min(end, segment->end) - write_->next;
        const auto bytes = static_cast<std::size_t>(count) * segment->host_bytes;
        if (auto answer = record_segment(unit, *segment, count, data.first(bytes)); !answer.good())
            return answer;
        data = data.subspan(bytes);
    }
    skip_made_blocks(unit);
    return good();
}

// What is missing is padded with zeros (one of two known behaviours), then comes the lead-out.
Answer CdRules::finish_session(LogicalUnit& unit) {
    if (write_->simulated)
        return good();
    if (auto answer = make_zeros(unit, cue_->lead_out); !answer.good())
        return answer;
    auto& structure = unit.disc->structure();
    if (auto* last = last_track(structure))
        last->state = TrackState::complete;
    current_session(structure).cd_text = text_.packs();
    complete_session(unit, cue_->lead_out, unit.pages.write_parameters().next_session_allowed());
    return unit.saved(unit.disc->flush());
}

} // namespace burnrig::emulator
