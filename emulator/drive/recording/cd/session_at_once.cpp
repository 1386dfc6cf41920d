// SPDX-License-Identifier: Apache-2.0
// Session at once: the host says in a cue sheet what will come, then sends every block from -150 to
// the lead-out; the lead-in goes first, SYNCHRONIZE CACHE puts the lead-out behind.
#include <algorithm>

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/cd/cd_layout.h"
#include "emulator/drive/recording/cd/cd_rules.h"

namespace burnrig::emulator {

Answer CdRules::send_cue_sheet(LogicalUnit& unit, std::span<const std::uint8_t> bytes) {
    const auto& structure = unit.disc->structure();
    if (!writable(*unit.disc))
        return refuse(mmc::sense::unwritable_medium);
    if (unit.pages.write_parameters().write_type !=
        static_cast<std::uint8_t>(WriteType::session_at_once))
        return refuse(mmc::sense::sequence_error);
    // Most drives take a cue sheet on a blank disc only (mmc-recording 5.3), and so does this one.
    if (!structure.tracks.empty() || structure.sessions.size() > 1)
        return refuse(mmc::sense::program_area_not_empty);
    auto parsed = parse_cue_sheet(bytes);
    if (!parsed.sheet)
        return refuse_list(parsed.fault);
    if (parsed.sheet->lead_out > unit.disc->medium().capacity())
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
    auto* last = last_track(structure);
    if (last && last->number == segment.track)
        return;
    if (last) {
        last->state = TrackState::complete;
        last->in_pma = false;
    } else {
        const auto& parameters = unit.pages.write_parameters();
        auto& session = current_session(structure);
        session.state = SessionState::open;
        session.disc_type = parameters.session_format;
        structure.media_catalog_number = cue_->media_catalog_number.empty()
                                             ? parameters.media_catalog_number
                                             : cue_->media_catalog_number;
    }
    Track track;
    track.number = segment.track;
    track.session = current_session(structure).number;
    track.method = WriteMethod::session_at_once;
    track.control = segment.control;
    track.form = segment.form;
    track.pregap = segment.first;
    track.start = cue_->start_of(segment.track).value_or(segment.first);
    track.end = track.start;
    for (const auto& isrc : cue_->isrcs)
        if (isrc.track == track.number)
            track.isrc = isrc.code;
    structure.tracks.push_back(track);
    (void)unit.disc->save(); // should it fail, so will the write that follows
}

Answer CdRules::record_segment(LogicalUnit& unit, const CueSegment& segment, std::int32_t blocks,
                               std::span<const std::uint8_t> data) {
    if (!write_->simulated) {
        enter_segment(unit, segment);
        const std::size_t kept = block_size(segment.form);
        mmc::Result<void> result;
        if (segment.zeros) {
            result = unit.disc->write_zeros(write_->next, segment.form, blocks);
        } else if (kept == segment.host_bytes) {
            result = unit.disc->write(write_->next, segment.form, data);
        } else {
            for (std::int32_t i = 0; i < blocks && result; ++i)
                result = unit.disc->write(
                    write_->next + i, segment.form,
                    data.subspan(static_cast<std::size_t>(i) * segment.host_bytes + segment.offset,
                                 kept));
        }
        if (!result)
            return refuse_at(mmc::sense::write_error, write_->next);
    }
    write_->next += blocks;
    if (!write_->simulated) {
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
    const auto begin = request.lba;
    const auto end = begin + static_cast<std::int32_t>(request.blocks);
    if (begin > cue_->first() && begin == write_->next &&
        last_track(unit.disc->structure()) == nullptr) {
        write_->next = cue_->first();
        if (auto answer = make_zeros(unit, begin); !answer.good())
            return answer;
    }
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
    complete_session(unit, cue_->lead_out, unit.pages.write_parameters().next_session_allowed());
    return unit.saved(unit.disc->flush());
}

} // namespace burnrig::emulator
