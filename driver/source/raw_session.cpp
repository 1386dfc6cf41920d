// SPDX-License-Identifier: Apache-2.0
#include "driver/source/raw_session.h"

#include <algorithm>

#include "driver/source/memory_source.h"
#include "driver/source/raw_sector.h"
#include "mmc/cd_text.h"

namespace burnrig::driver {
namespace {

using Subchannel = std::span<std::uint8_t, mmc::raw_subchannel_size>;

constexpr std::uint8_t rw_bits = 0x3F;

std::array<std::uint8_t, 3> bcd_of(std::int32_t lba) {
    const mmc::Msf msf = mmc::msf_from_lba(lba);
    return {mmc::to_bcd(msf.minute), mmc::to_bcd(msf.second), mmc::to_bcd(msf.frame)};
}

/// The entries of the lead-in, each once.
std::vector<mmc::QBytes> table_of(const RawLayout& layout) {
    enum : std::uint8_t { first_track = 0xA0, last_track = 0xA1, lead_out = 0xA2 };
    enum : std::uint8_t { next_session = 0xB0, first_lead_in = 0xC0, pointers = 5 };
    constexpr std::int32_t lead_in_and_pregap = 4500 + mmc::pregap_blocks; // of the next session
    const RawTrack& first = layout.tracks.front();
    const RawTrack& last = layout.tracks.back();
    std::vector<mmc::QBytes> table;
    table.push_back(mmc::q_table_entry(
        {.control = first.control,
         .point = first_track,
         .value = {mmc::to_bcd(first.number), static_cast<std::uint8_t>(layout.format), 0}}));
    table.push_back(mmc::q_table_entry(
        {.control = last.control, .point = last_track, .value = {mmc::to_bcd(last.number), 0, 0}}));
    table.push_back(mmc::q_table_entry(
        {.control = last.control, .point = lead_out, .value = bcd_of(layout.lead_out)}));
    for (const RawTrack& track : layout.tracks)
        table.push_back(mmc::q_table_entry(
            {.control = track.control, .point = track.number, .value = bcd_of(track.start)}));
    if (!layout.more_may_follow)
        return table;
    table.push_back(
        mmc::q_table_entry({.control = first.control,
                            .adr = pointers,
                            .point = next_session,
                            .running = bcd_of(layout.end() + lead_in_and_pregap),
                            .zero = layout.is_first_session ? std::uint8_t{2} : std::uint8_t{1},
                            .value = bcd_of(layout.last_lead_out)}));
    if (layout.is_first_session)
        table.push_back(mmc::q_table_entry({.control = first.control,
                                            .adr = pointers,
                                            .point = first_lead_in,
                                            .value = bcd_of(layout.disc_lead_in)}));
    return table;
}

/// Position, and at times the catalogue number or the recording code: in one block of a hundred
/// each, as the standard wants it, and never where a track or an index begins.
mmc::QBytes q_of_track(const RawLayout& layout, const RawTrack& track, std::int32_t lba) {
    constexpr std::int32_t cycle = 96;
    constexpr std::int32_t catalog_place = 32;
    constexpr std::int32_t code_place = 64;
    const std::int32_t relative = lba - track.start;
    std::uint8_t index = relative < 0 ? 0 : 1;
    for (const std::int32_t begin : track.indexes)
        index = static_cast<std::uint8_t>(index + (lba >= begin ? 1 : 0));
    const bool begins =
        std::find(track.indexes.begin(), track.indexes.end(), lba) != track.indexes.end();
    if (relative > 0 && !begins && relative % cycle == catalog_place)
        if (const auto q = mmc::q_catalog_number(track.control, layout.media_catalog_number, lba))
            return *q;
    if (relative > 0 && !begins && relative % cycle == code_place)
        if (const auto q = mmc::q_recording_code(track.control, track.isrc, lba))
            return *q;
    return mmc::q_position({.control = track.control,
                            .track = track.number,
                            .index = index,
                            .relative = relative,
                            .lba = lba});
}

/// In the lead-out P blinks twice a second, two seconds after its beginning.
bool blinks(std::int32_t since_lead_out) {
    constexpr std::int32_t quiet = 150;
    constexpr std::int32_t half_periods_per_second = 4;
    return since_lead_out >= quiet &&
           (since_lead_out - quiet) * half_periods_per_second / mmc::frames_per_second % 2 == 1;
}

void put_subchannel(RawForm form, std::span<std::uint8_t> out, bool p, const mmc::QBytes& q) {
    if (form == RawForm::pq16)
        mmc::put_formatted_q(out.first<mmc::formatted_q_size>(), p, q);
    else
        mmc::put_raw_subchannel(out.first<mmc::raw_subchannel_size>(), p, q);
}

void put_text(const RawLayout& layout, Subchannel out, std::int32_t lba) {
    const std::size_t packs = layout.cd_text_packs.size() / mmc::cd_text_pack_size;
    if (packs == 0)
        return;
    std::array<std::uint8_t, mmc::cd_text_block_size> four{};
    for (std::size_t i = 0; i < mmc::cd_text_packs_in_block; ++i) {
        const std::size_t number =
            static_cast<std::size_t>(lba - layout.lead_in) * mmc::cd_text_packs_in_block + i;
        std::copy_n(layout.cd_text_packs.begin() +
                        static_cast<std::ptrdiff_t>(number % packs * mmc::cd_text_pack_size),
                    mmc::cd_text_pack_size,
                    four.begin() + static_cast<std::ptrdiff_t>(i * mmc::cd_text_pack_size));
    }
    mmc::put_cd_text(out, four);
}

/// What the source has of the sub-channel goes over what was made.
void take_subchannel(SubchannelData has, std::span<std::uint8_t> out,
                     std::span<const std::uint8_t> from) {
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = has == SubchannelData::raw_pw
                     ? from[i]
                     : static_cast<std::uint8_t>((out[i] & ~rw_bits) | (from[i] & rw_bits));
}

} // namespace

std::uint32_t block_bytes_of(RawForm form) {
    return static_cast<std::uint32_t>(mmc::raw_sector_size + (form == RawForm::pq16
                                                                  ? mmc::formatted_q_size
                                                                  : mmc::raw_subchannel_size));
}

RawSession::RawSession(std::shared_ptr<const RawLayout> layout, std::int32_t first,
                       std::int32_t end)
    : layout_(std::move(layout)), first_(first), end_(end), next_(first),
      table_(table_of(*layout_)) {
    name_ = end_ <= layout_->program()    ? "the lead-in"
            : first_ >= layout_->lead_out ? "the lead-out"
                                          : layout_->tracks.front().data->name();
}

std::optional<std::uint64_t> RawSession::size() const {
    return static_cast<std::uint64_t>(end_ - first_) * block_bytes();
}

Supply RawSession::supply() const {
    const bool waits =
        std::any_of(layout_->tracks.begin(), layout_->tracks.end(),
                    [](const RawTrack& track) { return track.data->supply() == Supply::stream; });
    return waits ? Supply::stream : Supply::computed;
}

bool RawSession::rewinds() const {
    return std::all_of(layout_->tracks.begin(), layout_->tracks.end(),
                       [](const RawTrack& track) { return track.data->rewinds(); });
}

const RawTrack* RawSession::track_at(std::int32_t lba) const {
    for (const RawTrack& track : layout_->tracks)
        if (lba >= track.pregap && lba < track.end)
            return &track;
    return nullptr;
}

mmc::Duration RawSession::available_at(mmc::Duration now) const {
    const RawTrack* track = track_at(next_);
    return track == nullptr ? now : track->data->available_at(now);
}

mmc::Result<void> RawSession::intact() const {
    for (const RawTrack& track : layout_->tracks)
        if (auto intact = track.data->intact(); !intact)
            return intact;
    return {};
}

void RawSession::stop() {
    for (const RawTrack& track : layout_->tracks)
        track.data->stop();
}

void RawSession::make_lead_in(std::int32_t lba, Block block) const {
    // Nobody reads its main channel: silence.
    std::fill(block.main.begin(), block.main.end(), std::uint8_t{0});
    const auto entry = static_cast<std::size_t>(lba - layout_->lead_in) / 3;
    put_subchannel(layout_->form, block.sub, false, table_[entry % table_.size()]);
    if (layout_->form != RawForm::pq16)
        put_text(*layout_, block.sub.first<mmc::raw_subchannel_size>(), lba);
}

void RawSession::make_lead_out(std::int32_t lba, Block block) const {
    const RawTrack& last = layout_->tracks.back();
    const std::int32_t since = lba - layout_->lead_out;
    make_empty_sector(block.main, last.kind, lba);
    put_subchannel(layout_->form, block.sub, blinks(since),
                   mmc::q_position({.control = last.control,
                                    .track = mmc::lead_out_track,
                                    .relative = since,
                                    .lba = lba}));
}

void RawSession::make_gap(const RawTrack& track, std::int32_t lba, Block block) const {
    make_empty_sector(block.main, track.kind, lba);
    put_subchannel(layout_->form, block.sub, lba < track.start, q_of_track(*layout_, track, lba));
}

void RawSession::make_data(const RawTrack& track, std::int32_t lba, Block block,
                           std::span<const std::uint8_t> from) const {
    const bool has_sub = track.subchannel != SubchannelData::none;
    const std::size_t sub_bytes = has_sub ? mmc::raw_subchannel_size : 0;
    make_sector(block.main, track.kind, from.first(from.size() - sub_bytes), lba);
    put_subchannel(layout_->form, block.sub, lba < track.start, q_of_track(*layout_, track, lba));
    if (has_sub)
        take_subchannel(track.subchannel, block.sub, from.last(sub_bytes));
}

RawSession::Block RawSession::block_in(std::span<std::uint8_t> out, std::int32_t number) const {
    const auto block = out.subspan(static_cast<std::size_t>(number) * block_bytes(), block_bytes());
    return {block.first<mmc::raw_sector_size>(), block.subspan(mmc::raw_sector_size)};
}

/// Blocks of one kind: lead-in, lead-out, a gap or filling, or data.
mmc::Result<void> RawSession::make_run(std::int32_t lba, std::int32_t count,
                                       std::span<std::uint8_t> out) {
    const RawTrack* track = track_at(lba);
    if (track != nullptr && lba >= track->data_begin && lba < track->data_end)
        return make_data_run(*track, lba, count, out);
    for (std::int32_t i = 0; i < count; ++i) {
        const Block block = block_in(out, i);
        if (lba + i < layout_->pregap)
            make_lead_in(lba + i, block);
        else if (track == nullptr)
            make_lead_out(lba + i, block);
        else
            make_gap(*track, lba + i, block);
    }
    return {};
}

mmc::Result<void> RawSession::make_data_run(const RawTrack& track, std::int32_t lba,
                                            std::int32_t count, std::span<std::uint8_t> out) {
    for (std::int32_t done = 0; done < count;) {
        const auto data =
            track.data->read({.first = static_cast<std::uint32_t>(lba + done - track.data_begin),
                              .count = static_cast<std::uint32_t>(count - done)});
        if (!data)
            return tl::unexpected(data.error());
        if (data->empty())
            return mmc::fail("{}: ended before its last block", track.data->name());
        const std::uint32_t bytes = track.data->block_bytes();
        for (std::size_t at = 0; at < data->size(); at += bytes, ++done)
            make_data(track, lba + done, block_in(out, done), data->subspan(at, bytes));
    }
    return {};
}

mmc::Result<std::size_t> RawSession::fill(std::uint32_t first, std::span<std::uint8_t> out) {
    std::int32_t lba = first_ + static_cast<std::int32_t>(first);
    const auto room =
        static_cast<std::int32_t>(std::min<std::size_t>(out.size() / block_bytes(), INT32_MAX));
    std::int32_t left = std::min(room, end_ - lba);
    std::size_t done = 0;
    while (left > 0) {
        std::int32_t until = end_; // where blocks of another kind begin
        const auto bound = [&](std::int32_t at) { until = at > lba ? std::min(until, at) : until; };
        bound(layout_->pregap);
        for (const RawTrack& track : layout_->tracks)
            for (const std::int32_t at :
                 {track.pregap, track.data_begin, track.data_end, track.end})
                bound(at);
        const std::int32_t count = std::min(left, until - lba);
        const std::size_t bytes = static_cast<std::size_t>(count) * block_bytes();
        if (auto made = make_run(lba, count, out.subspan(done, bytes)); !made)
            return tl::unexpected(std::move(made.error()));
        lba += count;
        left -= count;
        done += bytes;
    }
    next_ = lba;
    return done;
}

mmc::Result<std::span<const std::uint8_t>> RawSession::read(BlockRange range) {
    const auto blocks = static_cast<std::uint64_t>(end_ - first_);
    if (range.count == 0 || range.first >= blocks)
        return behind_the_end(*this, range);
    return read_by_filling(*this, range, buffer_);
}

} // namespace burnrig::driver
