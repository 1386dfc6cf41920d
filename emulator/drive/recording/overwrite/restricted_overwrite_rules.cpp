// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/overwrite/restricted_overwrite_rules.h"

#include <algorithm>

#include "emulator/disc/formatted.h"
#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/dvd_rw_states.h"
#include "emulator/drive/recording/write_stream.h"

namespace burnrig::emulator {
namespace {

constexpr std::int32_t ecc_block = 16;

// Behind the last recorded block, as whole ECC blocks.
std::int32_t recorded_end(const Disc& disc) {
    std::int32_t end = 0;
    disc.recorded().each([&](const Extent& extent) { end = std::max(end, extent.end()); });
    return (end + ecc_block - 1) / ecc_block * ecc_block;
}

} // namespace

// A disc of two layers has one profile for both of its kinds.
mmc::Profile RestrictedOverwriteRules::profile(const Disc& disc) const {
    return disc.medium().kind == MediumKind::dvd_minus_rw_dl ? mmc::Profile::dvd_minus_rw_dl
                                                             : mmc::Profile::dvd_minus_rw_overwrite;
}

bool RestrictedOverwriteRules::feature_current(const LogicalUnit&, std::uint16_t feature) const {
    switch (feature) {
    case 0x001F: // DVD read
    case 0x0023: // formattable
    case 0x0026: // restricted overwrite
    case 0x002C: // rigid restricted overwrite
    case 0x002F: // DVD-R/-RW write
        return true;
    default:
        return false;
    }
}

// What an intermediate disc shows is in no source: here it is one whose session is open.
DiscView RestrictedOverwriteRules::disc_view(const LogicalUnit& unit) const {
    auto view = OverwriteRules::disc_view(unit);
    if (format_of(unit).intermediate) {
        view.last_session = LastSession::incomplete;
        view.status = DiscStatus::appendable;
    }
    return view;
}

TrackView RestrictedOverwriteRules::track_view(const LogicalUnit& unit, const Track& track) const {
    auto view = OverwriteRules::track_view(unit, track);
    view.packet = view.fixed_packets = true;
    if (format_of(unit).intermediate) {
        view.next_writable = format_of(unit).blocks;
        view.free = writable_end(unit) - format_of(unit).blocks;
    }
    return view;
}

std::int32_t RestrictedOverwriteRules::writable_end(const LogicalUnit& unit) const {
    return dvd_minus_rw_blocks(unit.disc->medium());
}

FormatCapacities RestrictedOverwriteRules::format_capacities(const LogicalUnit& unit) const {
    return dvd_rw_format_capacities(unit);
}

Answer RestrictedOverwriteRules::format(LogicalUnit& unit, const FormatRequest& request) {
    auto answer = format_dvd_rw(unit, request);
    if (answer.good())
        size_before_growth_.reset();
    return answer;
}

Answer RestrictedOverwriteRules::admit(LogicalUnit& unit, const WriteRequest& request) {
    const auto& format = format_of(unit);
    const auto end = request.lba + static_cast<std::int32_t>(request.blocks);
    if (request.lba % ecc_block != 0)
        return refuse(mmc::sense::bad_write_address);
    if (request.blocks % ecc_block != 0)
        return refuse(mmc::sense::invalid_packet_size);
    if (request.lba > format.blocks || (request.lba == format.blocks && !format.intermediate))
        return refuse(mmc::sense::bad_write_address);
    if (end > format.blocks && !format.intermediate)
        return refuse(mmc::sense::end_of_track);
    return good();
}

void RestrictedOverwriteRules::set_size(LogicalUnit& unit, std::int32_t blocks) const {
    auto& structure = unit.disc->structure();
    structure.format.blocks = blocks;
    current_session(structure).lead_out = blocks;
    if (auto* track = last_track(structure))
        track->end = std::min(track->end, blocks);
    if (blocks >= writable_end(unit))
        structure.format.intermediate = false; // written full
}

Answer RestrictedOverwriteRules::blocks_written(LogicalUnit& unit, std::int32_t, std::int32_t end) {
    const auto blocks = format_of(unit).blocks;
    if (end <= blocks)
        return good();
    size_before_growth_ = size_before_growth_.value_or(blocks);
    set_size(unit, end);
    return good();
}

// An intermediate disc gets its lead-in and border-out; on any other there is nothing to do.
Answer RestrictedOverwriteRules::close(LogicalUnit& unit, std::uint8_t function, std::uint16_t,
                                       mmc::Duration now, bool immediate) {
    constexpr std::uint8_t session = 2;
    constexpr std::uint8_t intermediate_session = 3;
    if (function != session && function != intermediate_session)
        return refuse_cdb(2, std::uint8_t{2});
    if (!format_of(unit).intermediate && !writing())
        return good();
    const auto& timing = unit.model.timing;
    auto length = drain_time(unit, now);
    if (format_of(unit).intermediate)
        length += unit.recording(timing.close_session_extra + timing.blank_minimal);
    return unit.begin(OperationKind::closing, now, length, immediate, [this](LogicalUnit& ended) {
        auto answer = finish_write(ended);
        ended.disc->structure().format.intermediate = false;
        ended.media_events.push(MediaEvent::new_media);
        const auto flushed = ended.saved(ended.disc->flush());
        return answer.good() ? flushed : answer;
    });
}

Answer RestrictedOverwriteRules::blank(LogicalUnit& unit, std::uint8_t type, std::int32_t,
                                       mmc::Duration now, bool immediate) {
    return blank_dvd_rw(unit, type, now, immediate);
}

void RestrictedOverwriteRules::cut_off(LogicalUnit& unit, mmc::Duration now) {
    OverwriteRules::cut_off(unit, now);
    if (!size_before_growth_)
        return;
    const auto left = std::max(*size_before_growth_, recorded_end(*unit.disc));
    if (left < format_of(unit).blocks) {
        unit.disc->structure().format.intermediate = true;
        set_size(unit, left);
        (void)unit.disc->save();
    }
}

// An intermediate disc has grown with what was recorded after it was last saved.
void RestrictedOverwriteRules::recover(LogicalUnit& unit) {
    const auto end = std::min(recorded_end(*unit.disc), writable_end(unit));
    if (format_of(unit).intermediate && end > format_of(unit).blocks)
        set_size(unit, end);
    OverwriteRules::recover(unit);
}

} // namespace burnrig::emulator
