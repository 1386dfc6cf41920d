// SPDX-License-Identifier: Apache-2.0
// CD-R and CD-RW, raw: the driver makes every block with its sub-channel, lead-in and lead-out
// too, and the drive only puts them on the disc.
//
//     lead-in start (ATIP)           0                     lead-out            + 90 s
//     | lead-in and first pre-gap    | tracks and gaps     | lead-out          |
//       one stream of WRITEs without a pause; SYNCHRONIZE CACHE ends it; nothing is closed
//
// Behind other sessions, on drives that can: the lead-in is 60 s long, the lead-out 30 s, and what
// belongs to the disc (CD-TEXT, where its lead-in begins) is said in the first session only.
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

// Orange Book: 90 s of lead-out behind a disc's first session, 30 s behind others, which have 60 s
// of lead-in.
constexpr std::int32_t first_lead_out_blocks = 6750;
constexpr std::int32_t later_lead_out_blocks = 2250;
constexpr std::int32_t later_lead_in_blocks = 4500;

bool is_first_session(const Situation& now) {
    return now.disc.status == DiscStatus::blank;
}

Outcome<void> check_other_sessions(const Situation& now) {
    if (is_first_session(now))
        return {};
    if (const auto fit = check_appendable(now.disc); !fit)
        return fit;
    if (!now.drive.write.raw_multi_session)
        return refuse(Cause::medium_not_blank,
                      "The disc has recordings on it, and the drive does not offer raw recording "
                      "behind other sessions; --mode tao can append.");
    if (now.disc.last_session != SessionState::empty || !now.disc.next_writable)
        return refuse(Cause::medium_not_blank,
                      "The last session of the disc is still open: go on with it track at once "
                      "(--mode tao), or close it first (`burnrig close`).");
    return {};
}

Outcome<void> check_drive(const Situation& now) {
    if (!now.drive.write.raw)
        return refuse(Cause::command_refused,
                      "The drive does not offer raw recording for this disc; take --mode sao.");
    if (const auto room = check_other_sessions(now); !room)
        return room;
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
    const bool first = is_first_session(now);
    layout->form = form;
    layout->is_first_session = first;
    layout->disc_lead_in = mmc::lba_from_msf(now.disc.atip->lead_in);
    layout->pregap = plan.extents.front().first_lba;
    const std::int32_t usual_lead_in = layout->pregap - later_lead_in_blocks;
    const std::int32_t told_lead_in = now.disc.next_lead_in.value_or(usual_lead_in);
    layout->lead_in = first                           ? layout->disc_lead_in
                      : told_lead_in < layout->pregap ? told_lead_in
                                                      : usual_lead_in;
    layout->lead_out_blocks = first ? first_lead_out_blocks : later_lead_out_blocks;
    layout->more_may_follow = now.job.multi;
    layout->last_lead_out = now.disc.last_lead_out.value_or(0);
    const Compilation* compilation = now.job.compilation;
    std::uint8_t number = first_number(now);
    if (compilation != nullptr) {
        layout->media_catalog_number = compilation->media_catalog_number;
        layout->format = compilation->format;
        if (form != RawForm::pq16 && first)
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
void put_extents(Plan& plan, const std::shared_ptr<const RawLayout>& layout,
                 const std::vector<CdTrack>& tracks) {
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
    for (std::size_t i = 0; i < plan.read_back.size(); ++i)
        plan.read_back[i].read_form = read_form_of(tracks[i], true);
    put(layout->lead_in, layout->program(), true);
    put(layout->program(), layout->lead_out, false);
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
    put_extents(plan, layout, *tracks);
    if (layout->cd_text_packs.empty() && now.job.compilation != nullptr &&
        !now.job.compilation->cd_text_packs.empty())
        plan.notes.push_back(layout->is_first_session
                                 ? "CD-TEXT is left out: it needs --mode raw96r"
                                 : "CD-TEXT is left out: it belongs to the disc's first session");
    // The drive's word for simulation is its feature "mastering" and that it keeps the bit in page
    // 05h; MMC-3 knows it of session at once only.
    const auto set = plan_parameters(
        plan, now.job, {now.drive.write.sao_test_write, now.drive.write.sao_underrun_free},
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
