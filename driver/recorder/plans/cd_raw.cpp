// SPDX-License-Identifier: Apache-2.0
// CD-R and CD-RW, raw: the driver makes every block with its sub-channel, lead-in and lead-out
// too, and the drive only puts them on the disc.
//
//     lead-in start (ATIP)           0                     lead-out            + 90 s
//     | lead-in and first pre-gap    | tracks and gaps     | lead-out          |
//       one stream of WRITEs without a pause; SYNCHRONIZE CACHE ends it; nothing is closed
//
// It is read back as what it was made from. Source: MMC-3, write parameters page, write type 3;
// what cdrdao and wodim send.
#include <algorithm>

#include <fmt/format.h>

#include "driver/recorder/plans/cd_tracks.h"
#include "driver/recorder/plans/planners.h"
#include "driver/source/raw_sector.h"
#include "driver/source/raw_session.h"

namespace burnrig::driver::plans {
namespace {

constexpr std::int32_t lead_out_blocks = 6750; // of a disc's first session

Outcome<void> check_drive(const Situation& now) {
    if (!now.drive.write.raw)
        return refuse(Cause::command_refused,
                      "The drive does not offer raw recording for this disc; take --mode sao.");
    if (now.disc.status != DiscStatus::blank)
        return refuse(Cause::medium_not_blank,
                      "Raw recording needs a blank disc, and this one has recordings on it; "
                      "--mode tao can append.");
    if (!now.disc.atip)
        return refuse(Cause::medium_not_writable,
                      "The drive does not tell where the lead-in of this disc begins (ATIP); take "
                      "--mode sao.");
    if (now.job.multi && !now.drive.write.raw_multi_session)
        return refuse(Cause::command_refused,
                      "The drive does not offer several sessions in raw recording; take --mode "
                      "tao.");
    return {};
}

Outcome<void> check_request(const Situation& now) {
    if (now.job.simulate)
        return refuse(Cause::invalid_job, "There is no simulation of raw recording: the laser "
                                          "might be on; --mode sao has one.");
    if (now.job.resume)
        return refuse(Cause::invalid_job, "A raw recording cannot be gone on with: its lead-in "
                                          "says where it ends.");
    return require_size(now.job, "Raw recording", WriteMode::tao);
}

Outcome<void> check_tracks(const Situation& now, const std::vector<CdTrack>& tracks, RawForm form) {
    for (const CdTrack& track : tracks) {
        const bool has_sub = track.subchannel != SubchannelData::none;
        const std::uint32_t sub = has_sub ? mmc::raw_subchannel_size : 0;
        if (!makes_sectors(track.kind, track.data->block_bytes() - sub))
            return refuse(Cause::invalid_job,
                          fmt::format("No whole sectors can be made of blocks of {} bytes of {}.",
                                      track.data->block_bytes(), to_string(track.kind)));
        const bool packed = track.subchannel == SubchannelData::packed_rw;
        const bool raw = track.subchannel == SubchannelData::raw_rw ||
                         track.subchannel == SubchannelData::raw_pw;
        if ((packed && form != RawForm::packed96) || (raw && form != RawForm::raw96))
            return refuse(Cause::invalid_job,
                          fmt::format("The sub-channel of {} is recorded with --mode {}.",
                                      track.data->name(), packed ? "raw96p" : "raw96r"));
        if (now.job.verify && !track.data->rewinds())
            return refuse(Cause::invalid_job,
                          fmt::format("{} can be read only once, and a raw recording is compared "
                                      "with what it was made from: leave out --verify.",
                                      track.data->name()));
    }
    return {};
}

/// Where everything lies, from the extents that session at once would have.
std::shared_ptr<const RawLayout> lay_out(const Plan& plan, const Situation& now,
                                         const std::vector<CdTrack>& tracks, RawForm form) {
    auto layout = std::make_shared<RawLayout>();
    layout->form = form;
    layout->lead_in = mmc::lba_from_msf(now.disc.atip->lead_in);
    layout->lead_out_blocks = lead_out_blocks;
    layout->more_may_follow = now.job.multi;
    layout->last_lead_out = now.disc.last_lead_out.value_or(0);
    const Compilation* compilation = now.job.compilation;
    std::uint8_t number = compilation == nullptr ? 1 : compilation->first_track;
    if (compilation != nullptr) {
        layout->media_catalog_number = compilation->media_catalog_number;
        layout->format = compilation->format;
        if (form != RawForm::pq16)
            layout->cd_text_packs = compilation->cd_text_packs;
    }
    for (std::size_t i = 0; i < tracks.size(); ++i) {
        const Extent& extent = plan.extents[i];
        const CdTrack& track = tracks[i];
        const auto after = [&](std::uint64_t blocks) {
            return extent.first_lba + static_cast<std::int32_t>(blocks);
        };
        RawTrack raw{.data = track.data,
                     .kind = track.kind,
                     .subchannel = track.subchannel,
                     .number = number++,
                     .control = track.control,
                     .pregap = extent.first_lba,
                     .start = after(extent.leading_zero_blocks + track.pregap_in_source),
                     .end = after(extent.blocks()),
                     .data_begin = after(extent.leading_zero_blocks),
                     .data_end = after(extent.leading_zero_blocks + extent.source_blocks),
                     .isrc = track.isrc};
        for (const std::uint32_t blocks : track.indexes)
            raw.indexes.push_back(raw.start + static_cast<std::int32_t>(blocks));
        layout->tracks.push_back(std::move(raw));
    }
    layout->lead_out = layout->tracks.back().end;
    return layout;
}

/// Lead-in with the first pre-gap, tracks, lead-out: three sources of one layout.
void put_extents(Plan& plan, const std::shared_ptr<const RawLayout>& layout) {
    const auto put = [&](std::int32_t first, std::int32_t end, bool lead_area) {
        const auto source = std::make_shared<RawSession>(layout, first, end);
        plan.own_sources.push_back(source);
        plan.extents.push_back({.source = source.get(),
                                .first_lba = first,
                                .block_bytes = source->block_bytes(),
                                .is_lead_area = lead_area,
                                .source_blocks = static_cast<std::uint64_t>(end - first)});
    };
    plan.read_back = std::exchange(plan.extents, {});
    put(layout->lead_in, 0, true);
    put(0, layout->lead_out, false);
    put(layout->lead_out, layout->end(), true);
    plan.writes_cd_text = !layout->cd_text_packs.empty();
}

Outcome<Plan> cd_raw(const Situation& now, RawForm form) {
    if (const auto drive = check_drive(now); !drive)
        return tl::unexpected(drive.error());
    if (const auto request = check_request(now); !request)
        return tl::unexpected(request.error());
    const auto tracks = cd_tracks(now.job);
    if (!tracks)
        return tl::unexpected(tracks.error());
    if (const auto known = check_tracks(now, *tracks, form); !known)
        return tl::unexpected(known.error());
    Plan plan;
    if (const auto session = plan_session(plan, now, *tracks); !session)
        return tl::unexpected(session.error());
    plan.cue_sheet.clear(); // the lead-in says it all
    if (const auto fits = check_session_room(plan, now); !fits)
        return tl::unexpected(fits.error());
    const auto layout = lay_out(plan, now, *tracks, form);
    put_extents(plan, layout);
    if (form == RawForm::pq16 && now.job.compilation != nullptr &&
        !now.job.compilation->cd_text_packs.empty())
        plan.notes.push_back("CD-TEXT is left out: it needs --mode raw96r");
    const auto set =
        plan_parameters(plan, now.job, {.underrun_free = now.drive.write.sao_underrun_free},
                        {.write_type = WriteType::raw,
                         .multi_session = now.job.multi,
                         .track_mode = tracks->front().control,
                         .data_block_type = static_cast<std::uint8_t>(form),
                         .session_format = static_cast<std::uint8_t>(layout->format)});
    if (!set)
        return tl::unexpected(set.error());
    plan.expected = now.job.multi ? DiscStatus::appendable : DiscStatus::complete;
    return plan;
}

} // namespace

Outcome<Plan> cd_raw16(const Situation& now) {
    return cd_raw(now, RawForm::pq16);
}

Outcome<Plan> cd_raw96p(const Situation& now) {
    return cd_raw(now, RawForm::packed96);
}

Outcome<Plan> cd_raw96r(const Situation& now) {
    return cd_raw(now, RawForm::raw96);
}

} // namespace burnrig::driver::plans
