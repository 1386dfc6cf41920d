// SPDX-License-Identifier: Apache-2.0
// CD-R and CD-RW: track at once and session at once.
//
// Session at once makes the cleaner disc: no run-out blocks that cannot be read, all of the
// capacity, lead-in and table of contents first. Track at once can append.
// Source: MMC-3, 4.2.3; recorders' practice for the addresses.
#include <algorithm>

#include <fmt/format.h>

#include "driver/recorder/plans/planners.h"

namespace burnrig::driver::plans {
namespace {

/// The shortest track of a CD: four seconds.
constexpr std::uint64_t track_blocks_min = 300;

// A CD ends before 99:59:74; whatever room a drive claims beyond that has no address.
constexpr std::uint64_t cd_blocks_max = 100 * 60 * 75 - mmc::pregap_blocks;

void note_padding(Plan& plan) {
    const std::uint64_t padding = plan.extents.front().trailing_zero_blocks;
    if (padding > 0)
        plan.notes.push_back(
            fmt::format("{} blocks of zeros added: a track of a CD has at least {}", padding,
                        track_blocks_min));
}

/// One data track of Mode 1.
std::vector<CueEntry> cue_sheet(std::int32_t end) {
    constexpr std::uint8_t data_adr_1 = 0x41;   // CONTROL: data; ADR 1: position
    constexpr std::uint8_t mode_1 = 0x10;       // 2048 bytes from the host
    constexpr std::uint8_t mode_1_zeros = 0x14; // made by the drive
    return {
        {data_adr_1, 0, 0, mode_1_zeros, 0, {0, 0, 0}},
        {data_adr_1, 1, 0, mode_1, 0, {0, 0, 0}},
        {data_adr_1, 1, 1, mode_1, 0, mmc::msf_from_lba(0)},
        {data_adr_1, lead_out_track, 1, mode_1_zeros, 0, mmc::msf_from_lba(end)},
    };
}

DiscStatus left_as(const BurnJob& job) {
    return job.multi ? DiscStatus::appendable : DiscStatus::complete;
}

} // namespace

ModeChoice choose_cd(const Situation& now) {
    const WriteFeatures& can = now.drive.write;
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
    Plan plan;
    if (const auto track = plan_track(plan, now, {.multiple = 1, .blocks_min = track_blocks_min});
        !track)
        return tl::unexpected(track.error());
    note_padding(plan);
    const std::uint64_t room = std::min<std::uint64_t>(now.disc.free_blocks, cd_blocks_max);
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
    if (now.disc.status != DiscStatus::blank)
        return refuse(Cause::medium_not_blank,
                      "Session at once begins with the disc's first session, and this disc already "
                      "has one; track at once (--mode tao) can append.");
    const WriteFeatures& can = now.drive.write;
    if (!can.sao)
        return refuse(Cause::command_refused,
                      "The drive does not offer session at once for this disc; take --mode tao.");
    Plan plan;
    if (const auto track = plan_track(plan, now, {.multiple = 1, .blocks_min = track_blocks_min});
        !track)
        return tl::unexpected(track.error());
    note_padding(plan);
    plan.extents.front().first_lba = -mmc::pregap_blocks;
    plan.extents.front().leading_zero_blocks = mmc::pregap_blocks;
    // No blocks are lost to linking, and some drives subtract them from the free blocks of a blank
    // disc.
    const std::uint64_t reach = static_cast<std::uint64_t>(
        std::max<std::int64_t>(now.disc.free_blocks, now.disc.last_lead_out.value_or(0)));
    if (const auto fits = check_room(plan, now.job, std::min(reach, cd_blocks_max)); !fits)
        return tl::unexpected(fits.error());
    const auto set =
        plan_parameters(plan, now.job, {can.sao_test_write, can.sao_underrun_free},
                        {.write_type = WriteType::session_at_once, .multi_session = now.job.multi});
    if (!set)
        return tl::unexpected(set.error());
    plan.cue_sheet = cue_sheet(static_cast<std::int32_t>(plan.blocks()));
    plan.expected = left_as(now.job); // closed by the flush
    return plan;
}

} // namespace burnrig::driver::plans
