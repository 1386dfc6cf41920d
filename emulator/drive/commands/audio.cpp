// SPDX-License-Identifier: Apache-2.0
// PLAY AUDIO, PAUSE/RESUME, STOP PLAY/SCAN, SCAN. A command is answered when playing begins; what
// comes of it READ SUB-CHANNEL and REQUEST SENSE tell. Any command that moves the head ends it.
#include <algorithm>
#include <array>

#include "emulator/drive/commands/commands.h"

namespace burnrig::emulator::commands {
namespace {

constexpr std::array<std::uint8_t, 3> here{0xFF, 0xFF, 0xFF};

// Where the head is: what hosts mean by an address of all bits set.
std::int32_t position(const LogicalUnit& unit, const Request& request) {
    return unit.audio.active(request.now) ? unit.audio.position(request.now) : unit.head;
}

// Behind the last track of those that follow without a data track between.
std::int32_t end_of_audio(const Structure& structure, std::int32_t from) {
    auto end = from;
    for (const auto& track : structure.tracks) {
        if (track.end_with_run_out() <= from)
            continue;
        if (!track.audio() || track.pregap > end)
            break;
        end = track.end_with_run_out();
    }
    return end;
}

// SOTC of page 0Eh: playing ends with the track.
bool stops_on_track(const LogicalUnit& unit) {
    constexpr unsigned stop_on_track_crossing = 0x02;
    return (unit.pages.page(0x0E, PageControl::current)[2] & stop_on_track_crossing) != 0;
}

Answer not_offered() {
    return refuse(mmc::sense::invalid_opcode);
}

Answer play(LogicalUnit& unit, const Request& request, std::int32_t from, std::int64_t end) {
    if (end <= from) // nothing to play is no error, wherever
        return good();
    const auto last = unit.rules->readable_end(unit);
    if (from < 0 || from >= last)
        return refuse_at(mmc::sense::lba_out_of_range, from);
    if (end > last)
        return refuse_at(mmc::sense::lba_out_of_range, last);
    const auto& structure = unit.disc->structure();
    const auto* track = track_at(structure, from);
    if (track && !track->audio())
        return refuse_at(mmc::sense::illegal_mode_for_track, from);
    const auto time = unit.read_time(from, 0);
    auto stop = end_of_audio(structure, from);
    if (track && stops_on_track(unit))
        stop = std::min(stop, track->end_with_run_out());
    const bool fails = stop < end && !stops_on_track(unit);
    unit.audio.play(from, static_cast<std::int32_t>(std::min<std::int64_t>(stop, end)), fails,
                    request.now + time);
    return good(time);
}

Answer play_blocks(LogicalUnit& unit, const Request& request, std::uint32_t blocks) {
    if (!unit.model.audio_play)
        return not_offered();
    if (request.bit(1, 0)) // RelAdr
        return refuse_cdb(1, std::uint8_t{0});
    const auto lba = request.address(2);
    const auto from = lba == -1 ? position(unit, request) : lba;
    return play(unit, request, from, std::int64_t{from} + blocks);
}

} // namespace

Answer play_audio_10(LogicalUnit& unit, const Request& request) {
    return play_blocks(unit, request, request.word(7));
}

Answer play_audio_12(LogicalUnit& unit, const Request& request) {
    return play_blocks(unit, request, request.quad(6));
}

Answer play_audio_msf(LogicalUnit& unit, const Request& request) {
    if (!unit.model.audio_play)
        return not_offered();
    const bool from_here = std::equal(here.begin(), here.end(), &request.cdb[3]);
    const mmc::Msf begin{request[3], request[4], request[5]};
    const mmc::Msf stop{request[6], request[7], request[8]};
    if (!from_here && !begin.valid())
        return refuse_cdb(3);
    if (!stop.valid())
        return refuse_cdb(6);
    const auto from = from_here ? position(unit, request) : mmc::lba_from_msf(begin);
    const auto end = mmc::lba_from_msf(stop);
    if (from > end)
        return refuse_cdb(6);
    return play(unit, request, from, end);
}

Answer pause_resume(LogicalUnit& unit, const Request& request) {
    if (!unit.model.audio_play)
        return not_offered();
    if (!unit.audio.active(request.now))
        return refuse(mmc::sense::sequence_error);
    if (request.bit(8, 0))
        unit.audio.resume(request.now);
    else
        unit.audio.pause(request.now);
    return good();
}

Answer stop_play_scan(LogicalUnit& unit, const Request& request) {
    if (!unit.model.audio_play)
        return not_offered();
    if (unit.audio.active(request.now))
        unit.head = unit.audio.position(request.now);
    unit.audio.stop();
    return good();
}

Answer scan(LogicalUnit& unit, const Request& request) {
    enum : unsigned { by_address = 0, by_time = 1, by_track = 2 };
    if (!unit.model.audio_play)
        return not_offered();
    const auto& structure = unit.disc->structure();
    std::int32_t from = request.address(2);
    switch (request[9] >> 6) {
    case by_address:
        break;
    case by_time: {
        const mmc::Msf time{request[3], request[4], request[5]};
        if (!time.valid())
            return refuse_cdb(3);
        from = mmc::lba_from_msf(time);
        break;
    }
    case by_track: {
        const auto found =
            std::find_if(structure.tracks.begin(), structure.tracks.end(),
                         [&](const Track& track) { return track.number == request[5]; });
        if (found == structure.tracks.end())
            return refuse_cdb(5);
        from = found->start;
        break;
    }
    default:
        return refuse_cdb(9, std::uint8_t{7});
    }
    const auto* track = track_at(structure, from);
    if (!track)
        return refuse_at(mmc::sense::lba_out_of_range, from);
    if (!track->audio())
        return refuse_at(mmc::sense::illegal_mode_for_track, from);
    auto low = track->start;
    for (auto before = track; before >= structure.tracks.data() && before->audio(); --before)
        low = before->start;
    const auto time = unit.read_time(from, 0);
    unit.audio.scan(from, low, end_of_audio(structure, from), request.bit(1, 4),
                    request.now + time);
    return good(time);
}

} // namespace burnrig::emulator::commands
