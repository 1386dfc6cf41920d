// SPDX-License-Identifier: Apache-2.0
// CD-R and CD-RW: track at once and session at once.
//
// Session at once makes the cleaner disc: no run-out blocks that cannot be read, all of the
// capacity, lead-in and table of contents first. Track at once can append.
// Source: MMC-3, 4.2.3; recorders' practice for the addresses.
#include <algorithm>

#include <fmt/format.h>

#include "driver/recorder/plans/cd_tracks.h"
#include "driver/recorder/plans/planners.h"

namespace burnrig::driver::plans {
namespace {

/// The shortest track of a CD: four seconds.
constexpr std::uint64_t track_blocks_min = 300;

void note_padding(Plan& plan) {
    const std::uint64_t padding = plan.extents.front().trailing_zero_blocks;
    if (padding > 0)
        plan.notes.push_back(
            fmt::format("{} blocks of zeros added: a track of a CD has at least {}", padding,
                        track_blocks_min));
}

DiscStatus left_as(const BurnJob& job) {
    return job.multi ? DiscStatus::appendable : DiscStatus::complete;
}

/// What every track at once has in page 05h. Refused where it has no name for such blocks.
Outcome<WriteParameters> track_parameters(const Situation& now, const CdTrack& track) {
    if (!track.form->block_type || track.subchannel != SubchannelData::none)
        return refuse(
            Cause::invalid_job,
            fmt::format("Blocks of {} bytes of {} cannot be recorded track by track; take "
                        "--mode sao.",
                        track.data->block_bytes(), to_string(track.kind)));
    WriteParameters parameters{.write_type = WriteType::track_at_once,
                               .multi_session = now.job.multi,
                               .track_mode = track.control,
                               .data_block_type = *track.form->block_type,
                               .recording_code = track.isrc};
    if (const Compilation* compilation = now.job.compilation; compilation != nullptr) {
        parameters.session_format = static_cast<std::uint8_t>(compilation->format);
        parameters.catalog_number = compilation->media_catalog_number;
    }
    parameters.buffer_underrun_free = now.job.burn_free && now.drive.write.tao_underrun_free;
    parameters.test_write = now.job.simulate;
    return parameters;
}

/// What a sheet asks for and track at once cannot do.
void note_losses(Plan& plan, const Situation& now, const std::vector<CdTrack>& tracks) {
    const auto any = [&](auto has) { return std::any_of(tracks.begin(), tracks.end(), has); };
    if (any([](const CdTrack& track) { return track.pregap_blocks > 0; }))
        plan.notes.push_back("the gaps between the tracks are those that the drive makes, of 2 s");
    if (any([](const CdTrack& track) { return !track.indexes.empty(); }))
        plan.notes.push_back("index points are left out: only session at once has them");
    if (now.job.compilation != nullptr && !now.job.compilation->cd_text_packs.empty())
        plan.notes.push_back("CD-TEXT is left out: only session at once has it");
}

/// One track after the other, each at the address that the drive tells when the one before is done.
Outcome<Plan> tracks_one_by_one(const Situation& now) {
    if (const auto fit = check_appendable(now.disc); !fit)
        return tl::unexpected(fit.error());
    auto tracks = cd_tracks(now.job);
    if (!tracks)
        return tl::unexpected(tracks.error());
    if (now.job.resume || now.disc.unfinished_track() != nullptr || !now.disc.next_writable)
        return refuse(Cause::medium_not_writable,
                      "A track of the disc was begun and not finished: close it first (`burnrig "
                      "close`); only a single data track can be gone on with.");
    Plan plan;
    convert_for_track_at_once(plan, *tracks);
    std::uint64_t needed = 0;
    for (const CdTrack& track : *tracks) {
        constexpr std::uint64_t between_tracks = 152; // run-out and the next pre-gap
        const auto parameters = track_parameters(now, track);
        if (!parameters)
            return tl::unexpected(parameters.error());
        const bool first = plan.extents.empty();
        const bool until_end = !track.data->size();
        if (first)
            plan.parameters = *parameters;
        plan.extents.push_back(
            {.source = track.data,
             .first_lba = *now.disc.next_writable,
             .block_bytes = track.data->block_bytes(),
             .is_audio = track.kind == TrackKind::audio,
             .read_form = read_form_of(track),
             .parameters = first ? std::nullopt : std::optional(*parameters),
             .at_next_writable = !first,
             .source_first = track.pregap_in_source,
             .source_blocks = track.blocks,
             .trailing_zero_blocks = track.blocks < track_blocks_min && !until_end
                                         ? track_blocks_min - track.blocks
                                         : 0,
             .until_end = until_end,
             .blocks_min = track_blocks_min});
        needed += plan.extents.back().blocks() + (first ? 0 : between_tracks);
    }
    const WriteFeatures& can = now.drive.write;
    if (now.job.simulate && !can.tao_test_write)
        return refuse(Cause::command_refused, "The drive offers no simulation of track at once.");
    if (const auto fits = check_room(
            plan, now.job, std::min<std::uint64_t>(now.disc.free_blocks, cd_addresses), needed);
        !fits)
        return tl::unexpected(fits.error());
    note_losses(plan, now, *tracks);
    plan.close = {{.function = CloseFunction::session}};
    plan.expected = left_as(now.job);
    return plan;
}

} // namespace

ModeChoice choose_cd(const Situation& now) {
    const WriteFeatures& can = now.drive.write;
    if (tells_no_size(now.job))
        return {WriteMode::tao, "track at once, since the source does not tell its size before it "
                                "ends"};
    const bool whole_session = now.disc.status == DiscStatus::blank && can.sao;
    if (!is_plain(now.job) && whole_session && !(now.job.simulate && !can.sao_test_write))
        return {WriteMode::sao,
                "session at once: tracks, gaps and texts come out as the sheet has them"};
    if (now.disc.status != DiscStatus::blank)
        return {WriteMode::tao, "track at once, since the disc already has sessions"};
    if (now.job.multi)
        return {WriteMode::tao, "track at once, since the disc is to stay appendable"};
    if (!can.sao)
        return {WriteMode::tao, "track at once, since the drive does not offer session at once"};
    if (now.job.simulate && !can.sao_test_write)
        return {WriteMode::tao, "track at once, since the drive can simulate only that"};
    return {WriteMode::sao,
            "session at once: one closed session on a blank disc, without unreadable blocks at the "
            "end"};
}

Outcome<Plan> cd_tao(const Situation& now) {
    if (!is_plain(now.job))
        return tracks_one_by_one(now);
    Plan plan;
    if (const auto track = plan_track(plan, now, {.multiple = 1, .blocks_min = track_blocks_min});
        !track)
        return tl::unexpected(track.error());
    note_padding(plan);
    const std::uint64_t room = std::min<std::uint64_t>(now.disc.free_blocks, cd_addresses);
    if (const auto fits = check_room(plan, now.job, room); !fits)
        return tl::unexpected(fits.error());
    const WriteFeatures& can = now.drive.write;
    const auto set =
        plan_parameters(plan, now.job, {can.tao_test_write, can.tao_underrun_free},
                        {.write_type = WriteType::track_at_once, .multi_session = now.job.multi});
    if (!set)
        return tl::unexpected(set.error());
    // The flush ends the track.
    plan.close = {{.function = CloseFunction::session}};
    plan.expected = left_as(now.job);
    return plan;
}

Outcome<Plan> cd_sao(const Situation& now) {
    if (const auto fit = check_appendable(now.disc); !fit)
        return tl::unexpected(fit.error());
    if (const auto sized = require_size(now.job, "Session at once", WriteMode::tao); !sized)
        return tl::unexpected(sized.error());
    if (now.disc.status != DiscStatus::blank && now.disc.last_session != SessionState::empty)
        return refuse(Cause::medium_not_blank,
                      "The last session of the disc is still open: go on with it track at once "
                      "(--mode tao), or close it first (`burnrig close`).");
    const WriteFeatures& can = now.drive.write;
    if (!can.sao)
        return refuse(Cause::command_refused,
                      "The drive does not offer session at once for this disc; take --mode tao.");
    if (!now.disc.next_writable)
        return refuse(Cause::medium_not_writable,
                      "The drive gives no address at which this disc could be written.");
    if (now.job.resume)
        return refuse(
            Cause::invalid_job,
            "A session at once cannot be gone on with: it ends where its cue sheet says.");
    auto tracks = cd_tracks(now.job);
    if (!tracks)
        return tl::unexpected(tracks.error());
    Plan plan;
    convert_for_session_at_once(plan, *tracks);
    if (const auto session = plan_session(plan, now, *tracks); !session)
        return tl::unexpected(session.error());
    if (const auto taken = check_cue_sheet(plan, now, *tracks); !taken)
        return tl::unexpected(taken.error());
    // No blocks are lost to linking, and some drives subtract them from the free blocks of a blank
    // disc.
    if (const auto fits = check_session_room(plan, now); !fits)
        return tl::unexpected(fits.error());
    const auto set = plan_parameters(
        plan, now.job, {can.sao_test_write, can.sao_underrun_free},
        {.write_type = WriteType::session_at_once,
         .multi_session = now.job.multi,
         .track_mode = tracks->front().control,
         .session_format = now.job.compilation == nullptr
                               ? std::uint8_t{0}
                               : static_cast<std::uint8_t>(now.job.compilation->format)});
    if (!set)
        return tl::unexpected(set.error());
    plan_cd_text(plan, now);
    plan.expected = left_as(now.job); // closed by the flush
    return plan;
}

} // namespace burnrig::driver::plans
