// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/cd/raw_session.h"

#include <algorithm>

#include "mmc/msf.h"

namespace burnrig::emulator {
namespace {

constexpr std::uint8_t disc_type_point = 0xA0;
constexpr std::uint8_t lead_out_point = 0xA2;
constexpr std::uint8_t next_session_point = 0xB0;
constexpr std::uint8_t none_allowed = 0xFF; // MIN of B0 on a disc that is final

// Two decimal digits, 1 to 99; 0 for anything else.
std::uint8_t track_number(std::uint8_t bcd) {
    const bool decimal = (bcd & 15) <= 9 && bcd >> 4 <= 9;
    return decimal ? mmc::from_bcd(bcd) : std::uint8_t{0};
}

std::optional<std::int32_t> address(const std::uint8_t* bcd) {
    const mmc::Msf msf{mmc::from_bcd(bcd[0]), mmc::from_bcd(bcd[1]), mmc::from_bcd(bcd[2])};
    if (!msf.valid())
        return std::nullopt;
    return mmc::lba_from_msf(msf);
}

} // namespace

void RawSession::lead_in_block(const mmc::QBytes& q) {
    if (!mmc::crc_good(q))
        return;
    control_ = q[0] >> 4;
    const auto adr = q[0] & 15;
    const auto point = q[2];
    if (adr == 5 && point == next_session_point)
        next_allowed_ = q[3] != none_allowed;
    if (adr != 1 || q[1] != 0)
        return;
    if (point == disc_type_point)
        disc_type_ = q[8];
    else if (point == lead_out_point)
        lead_out_ = address(&q[7]);
    else if (const auto number = track_number(point)) {
        seen_[number].listed = address(&q[7]);
        seen_[number].control = control_;
    }
}

void RawSession::program_block(std::int32_t lba, const mmc::QBytes& q) {
    if (!mmc::crc_good(q))
        return;
    control_ = q[0] >> 4;
    switch (q[0] & 15) {
    case 1:
        position(lba, q);
        break;
    case 2:
        if (catalog_number_.empty())
            catalog_number_ = mmc::catalog_number_of(q);
        break;
    case 3:
        if (current_ != 0 && seen_[current_].isrc.empty())
            seen_[current_].isrc = mmc::recording_code_of(q);
        break;
    default:
        break;
    }
}

void RawSession::position(std::int32_t lba, const mmc::QBytes& q) {
    if (q[1] == mmc::lead_out_track) {
        if (!lead_out_seen_ && !lead_out_)
            lead_out_ = lba;
        lead_out_seen_ = true;
        return;
    }
    const auto number = track_number(q[1]);
    const auto index = track_number(q[2]);
    if (number == 0)
        return;
    auto& track = seen_[number];
    current_ = number;
    track.control = control_;
    if (!track.pregap)
        track.pregap = lba;
    if (index >= 1 && !track.start)
        track.start = lba;
    if (index >= 2 && index > track.last_index)
        track.indexes.push_back(lba);
    track.last_index = std::max(track.last_index, index);
}

std::vector<Track> RawSession::tracks(std::int32_t end, BlockForm form) const {
    std::vector<Track> tracks;
    for (std::size_t number = 1; number <= most_tracks; ++number) {
        const auto& seen = seen_[number];
        if (!seen.pregap) // announced, but no block of it came
            continue;
        // The lead-in's word counts where it can be true.
        const bool listed = seen.listed && *seen.listed >= *seen.pregap && *seen.listed <= end;
        const auto start = listed ? *seen.listed : seen.start.value_or(*seen.pregap);
        Track track;
        track.number = static_cast<std::uint16_t>(number);
        track.method = WriteMethod::raw;
        track.control = seen.control;
        track.form = form;
        track.start = start;
        track.pregap = std::min(*seen.pregap, start);
        track.end = std::max(end, start);
        track.isrc = seen.isrc;
        track.indexes = seen.indexes;
        if (!tracks.empty())
            tracks.back().end = std::max(tracks.back().start, track.pregap);
        tracks.push_back(std::move(track));
    }
    return tracks;
}

} // namespace burnrig::emulator
