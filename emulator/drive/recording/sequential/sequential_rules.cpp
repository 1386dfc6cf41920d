// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/sequential/sequential_rules.h"

#include <algorithm>

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/calibration.h"
#include "emulator/drive/recording/overwrite/spare_area.h"
#include "emulator/drive/recording/write_stream.h"
#include "emulator/drive/speeds.h"

namespace burnrig::emulator {

using sequential::Zone;

namespace {

constexpr std::size_t block_bytes = 2048;

} // namespace

const Structure& SequentialRules::structure(const LogicalUnit& unit) const {
    return shadow_ ? *shadow_ : unit.disc->structure();
}

Structure& SequentialRules::structure(LogicalUnit& unit) {
    return shadow_ ? *shadow_ : unit.disc->structure();
}

std::optional<Zone> SequentialRules::last_zone(const LogicalUnit& unit) const {
    return sequential::last_zone(unit.disc->medium(), structure(unit), traits_);
}

std::int32_t SequentialRules::recordable_end(const LogicalUnit& unit) const {
    return sequential::recordable_end(unit.disc->medium(), structure(unit), traits_);
}

bool SequentialRules::writable(const Disc& disc) const {
    return !disc.structure().finalized;
}

Answer SequentialRules::calibrate(LogicalUnit& unit, mmc::Duration) {
    if (!writable(*unit.disc))
        return refuse(mmc::sense::unwritable_medium);
    return calibrate_by_command(unit);
}

// Where a WRITE goes: on with the stream, or into a zone whose next address it names.
Answer SequentialRules::find_target(LogicalUnit& unit, const WriteRequest& request,
                                    Stream& target) const {
    if (continues_stream(request.lba)) {
        target = *stream_;
        return good();
    }
    if (!writable(*unit.disc))
        return refuse(mmc::sense::unwritable_medium);
    target.method = method(unit);
    if (auto answer = admit(unit, target.method); !answer.good())
        return answer;
    if (current_session(structure(unit)).state == SessionState::damaged)
        return refuse(mmc::sense::unwritable_medium); // its close was cut off and has to come first
    const auto zone =
        sequential::zone_at(unit.disc->medium(), structure(unit), traits_, request.lba);
    if (!zone)
        return refuse(mmc::sense::bad_write_address);
    if (auto answer = admit_zone(unit, target.method, *zone); !answer.good())
        return answer;
    target.track = zone->number;
    target.begin = target.next = zone->next;
    target.limit = zone->limit;
    return good();
}

Answer SequentialRules::write_elsewhere(LogicalUnit& unit, const WriteRequest& request) {
    if (request.lba < 0 || request.lba >= unit.disc->medium().data_zone.blocks)
        return refuse_at(mmc::sense::lba_out_of_range, request.lba);
    const bool full = stream_ && stream_->next >= stream_->limit && request.lba >= stream_->limit;
    return refuse(full ? mmc::sense::end_of_track : mmc::sense::bad_write_address);
}

Answer SequentialRules::write(LogicalUnit& unit, const WriteRequest& request) {
    Stream target;
    if (auto answer = find_target(unit, request, target); !answer.good())
        return answer.sense->code == mmc::sense::bad_write_address ? write_elsewhere(unit, request)
                                                                   : answer;
    if (request.blocks > static_cast<std::uint32_t>(target.limit - target.next))
        return refuse(mmc::sense::end_of_track);
    const auto bytes = request.blocks * block_bytes;
    if (request.data.size() < bytes)
        return refuse(data_phase_error);
    auto answer = good();
    const bool goes_on = continues_stream(request.lba);
    if (!goes_on)
        answer = begin(unit, request, target);
    else
        answer = keep_fed(unit, request.now, stream_->method.is_protected, stream_->next);
    if (!answer.good()) {
        if (goes_on)
            cut_off(unit, request.now); // the buffer ran dry
        return answer;
    }
    const auto taken = take_blocks(unit, request.now + answer.time, request.lba, request.blocks);
    if (!taken.good())
        return taken;
    const auto time = answer.time + taken.time;
    auto verified = good();
    if (verifies(unit, request)) {
        verified = verify(unit, request);
        if (!verified.good() && verified.sense->code.key != mmc::SenseKey::recovered_error)
            return verified;
    }
    answer = record(unit, request);
    if (!answer.good()) {
        cut_off(unit, request.now);
        return answer;
    }
    answer.sense = verified.sense; // a warning
    answer.time = time;
    answer.transferred = static_cast<std::uint32_t>(bytes);
    return answer;
}

// The laser gets ready, the track is opened. What another track still has in the buffer is burned
// first.
Answer SequentialRules::begin(LogicalUnit& unit, const WriteRequest& request,
                              const Stream& target) {
    mmc::Duration before{0};
    if (stream_) {
        before = drain_time(unit, request.now);
        if (auto answer = finish_stream(unit); !answer.good())
            return answer;
    }
    if (target.method.simulated && !shadow_)
        shadow_ = unit.disc->structure();
    StreamStart start;
    start.now = request.now + before;
    start.lba = target.next;
    start.block_bytes = block_bytes;
    start.simulated = target.method.simulated;
    if (target.method.at_once)
        start.lead = unit.medium_timing().lead_in;
    auto answer = begin_stream(unit, start);
    answer.time += before;
    if (!answer.good())
        return answer;
    stream_ = target;
    open_track(unit, target);
    return answer;
}

void SequentialRules::open_track(LogicalUnit& unit, const Stream& target) {
    auto& all = structure(unit);
    auto& session = current_session(all);
    session.state = SessionState::open;
    auto* track = sequential::find_track(all, target.track);
    if (!track) {
        Track fresh;
        fresh.number = target.track;
        fresh.session = session.number;
        fresh.method = WriteMethod::packet;
        fresh.control = traits_.control;
        fresh.pregap = fresh.start = fresh.end = target.next;
        all.tracks.push_back(fresh);
        track = &all.tracks.back();
    }
    track->state = TrackState::open;
    track->damaged = false;
    if (!shadow_)
        (void)unit.disc->save(); // should it fail, so will the write that follows
}

// The disc passes under the head once more; places that are bad get a spare one.
Answer SequentialRules::verify(LogicalUnit& unit, const WriteRequest& request) {
    unit.buffer.pause(unit.recording(write_time(unit, request.lba, request.blocks)));
    return replace_defects(unit, request.lba, static_cast<std::int32_t>(request.blocks));
}

Answer SequentialRules::record(LogicalUnit& unit, const WriteRequest& request) {
    const auto bytes = request.data.first(request.blocks * block_bytes);
    if (!shadow_ && !unit.disc->write(stream_->next, BlockForm::mode1, bytes))
        return refuse_at(mmc::sense::write_error, stream_->next);
    stream_->next += static_cast<std::int32_t>(request.blocks);
    if (auto* track = sequential::find_track(structure(unit), stream_->track))
        track->end = stream_->next;
    return good();
}

// The drive's own zeros up to `end`.
Answer SequentialRules::pad(LogicalUnit& unit, Track& track, std::int32_t end) {
    if (end <= track.end)
        return good();
    auto answer = good();
    if (!shadow_)
        answer = unit.saved(unit.disc->write_zeros(track.end, BlockForm::mode1, end - track.end));
    if (answer.good())
        track.end = end;
    return answer;
}

// The last block is burned: the ECC block is filled up; a reservation that is full is complete.
Answer SequentialRules::finish_stream(LogicalUnit& unit) {
    if (!stream_)
        return good();
    const auto ended = *stream_;
    stream_.reset();
    auto* track = sequential::find_track(structure(unit), ended.track);
    auto answer = good();
    if (track) {
        const auto unit_end = sequential::round_up(track->end, unit.disc->medium().write_unit());
        answer = pad(unit, *track, ended.method.at_once ? ended.limit : unit_end);
        if (answer.good() && track->reserved_end > 0 && track->end >= track->reserved_end)
            track->state = TrackState::complete;
        if (answer.good() && ended.method.at_once)
            complete_session(unit, false);
    }
    if (shadow_)
        return answer;
    const auto flushed = unit.saved(unit.disc->flush());
    return answer.good() ? flushed : answer;
}

Answer SequentialRules::synchronize(LogicalUnit& unit, mmc::Duration now, bool immediate) {
    if (!stream_)
        return good();
    auto length = drain_time(unit, now);
    if (stream_->method.at_once)
        length += unit.recording(write_time(unit, stream_->next, stream_->limit - stream_->next) +
                                 unit.medium_timing().close_session);
    return unit.begin(OperationKind::synchronizing, now, length, immediate,
                      [this](LogicalUnit& ended) {
                          auto answer = finish_stream(ended);
                          shadow_.reset(); // a test write ends here
                          return answer;
                      });
}

void SequentialRules::parameters_changed(LogicalUnit& unit) {
    if (shadow_ && !stream_ && !method(unit).simulated)
        shadow_.reset();
}

void SequentialRules::end_idle_write(LogicalUnit& unit, mmc::Duration now) {
    if (stream_ && stream_->method.at_once && stream_->next < stream_->limit)
        cut_off(unit, now);
    else
        (void)finish_stream(unit);
    shadow_.reset();
}

// Blocks that the laser has not reached are lost, and with them the ECC block it was burning: its
// place is used up. The track can be taken up behind it.
void SequentialRules::cut_off(LogicalUnit& unit, mmc::Duration now) {
    const auto ended = stream_;
    forget();
    if (!ended || ended->method.simulated)
        return;
    auto& disc = *unit.disc;
    auto* track = sequential::find_track(disc.structure(), ended->track);
    if (!track)
        return;
    const auto lost = static_cast<std::int32_t>(unit.buffer.level(now));
    const auto write_unit = disc.medium().write_unit();
    const auto burned = std::max(ended->next - lost, ended->begin);
    const auto whole = std::max(ended->begin, burned - burned % write_unit);
    (void)disc.erase(whole, ended->next);
    track->end = std::min(sequential::round_up(burned, write_unit), ended->limit);
    track->state = TrackState::open;
    track->damaged = true;
    (void)disc.save();
}

// Blocks were recorded behind what the structure knows: the drive lost power in the midst of it.
void SequentialRules::recover(LogicalUnit& unit) {
    auto& disc = *unit.disc;
    bool changed = false;
    for (auto& track : disc.structure().tracks) {
        if (track.state == TrackState::complete)
            continue;
        const auto limit =
            track.reserved_end > 0 ? track.reserved_end : disc.layout().end_address();
        auto end = std::max(track.start, track.end);
        while (end < limit && disc.run_at(end).state != BlockState::unrecorded)
            end = std::min(limit, disc.run_at(end).extent.end());
        if (end == std::max(track.start, track.end))
            continue;
        track.end = std::min(sequential::round_up(end, disc.medium().write_unit()), limit);
        track.state = TrackState::open;
        track.damaged = true;
        changed = true;
    }
    if (changed)
        (void)disc.save();
}

} // namespace burnrig::emulator
