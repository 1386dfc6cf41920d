// SPDX-License-Identifier: Apache-2.0
// The part of a burn between the first WRITE and the written-out buffer.
#include <algorithm>

#include <fmt/format.h>

#include "driver/recorder/burn.h"
#include "driver/recorder/closing.h"
#include "driver/recorder/preparation.h"
#include "driver/recorder/resume.h"
#include "driver/seeded_bugs.h"
#include "driver/timeouts.h"
#include "driver/writer/write.h"

namespace burnrig::driver {
namespace {

/// How many of the blocks that were sent are user data with padding. They were sent in order.
std::uint64_t user_blocks(std::span<const Extent> group, std::uint64_t sent) {
    std::uint64_t user = 0;
    for (const Extent& extent : group) {
        const std::uint64_t of_this = extent.until_end ? sent : std::min(sent, extent.blocks());
        sent -= of_this;
        if (!extent.is_lead_area)
            user += of_this - std::min(of_this, extent.leading_zero_blocks);
    }
    return user;
}

/// What follows without a pause: everything up to the next track that the drive ends by itself.
std::span<Extent> next_group(std::span<Extent> extents) {
    std::size_t count = 1;
    while (count < extents.size() && !extents[count].parameters)
        ++count;
    return extents.first(count);
}

std::string describe_place(std::span<const Extent> group) {
    const auto first = std::find_if(group.begin(), group.end(),
                                    [](const Extent& extent) { return !extent.is_lead_area; });
    const Extent& extent = first == group.end() ? group.front() : *first;
    const auto lba = extent.first_lba + static_cast<std::int32_t>(extent.leading_zero_blocks);
    std::uint64_t blocks = 0;
    for (const Extent& each : group)
        blocks += each.is_lead_area ? 0 : each.blocks() - each.leading_zero_blocks;
    if (extent.until_end)
        return fmt::format("until the source ends, from LBA {}", lba);
    return fmt::format("{} blocks from LBA {}", blocks, lba);
}

/// A drive that refuses what belongs into the lead-in says so in many ways.
BurnError blame_the_lead_in(BurnError error, std::span<const Extent> group) {
    const bool vague = error.cause == Cause::sequence_error ||
                       error.cause == Cause::command_refused ||
                       error.cause == Cause::unexpected_sense;
    const Extent& first = group.front();
    const auto lead_in_end =
        first.first_lba + static_cast<std::int32_t>(first.blocks()) - mmc::pregap_blocks;
    if (!vague || !first.is_lead_area || !error.lba || *error.lba >= lead_in_end)
        return error;
    const CauseInfo& info = describe(Cause::leadin_failed);
    error.cause = Cause::leadin_failed;
    error.message = fmt::format("{} {}", info.explanation, error.message);
    error.likely.assign({"the drive says that it takes raw recordings, and does not"});
    error.advice.assign({"--mode sao, in which the drive makes the lead-in itself"});
    return error;
}

} // namespace

Outcome<void> Burn::write() {
    const mmc::Duration start = operation_.clock().now();
    for (std::span<Extent> left = plan_.extents; !left.empty();) {
        const std::span<Extent> group = next_group(left);
        left = left.subspan(group.size());
        if (group.front().parameters)
            if (const auto begun = begin_track(group.front()); !begun)
                return begun;
        if (const auto written = write_group(group); !written)
            return written;
    }
    report_.writing = operation_.clock().now() - start;
    return {};
}

/// Another track at once: the one before is ended, and its end tells where this one begins.
Outcome<void> Burn::begin_track(Extent& extent) {
    operation_.enter(Stage::flush);
    if (const auto flushed = flush_buffer(operation_, family_of(disc_.profile)); !flushed)
        return flushed;
    operation_.enter(Stage::setup);
    if (const auto set = set_write_parameters(operation_, *extent.parameters); !set)
        return set;
    if (!extent.at_next_writable)
        return {};
    const auto track = operation_.patiently(limits::becoming_ready, [&] {
        return read_track_information(operation_.channel(), invisible_track);
    });
    if (!track)
        return operation_.fail(track);
    if (!track->next_writable)
        return operation_.fail(Cause::medium_not_writable,
                               "The drive gives no address for the next track.");
    extent.first_lba = std::max(*track->next_writable, track->start);
    return {};
}

WriteTask Burn::task_of(const Extent& extent) const {
    WriteTask task{.source = *extent.source,
                   .first_lba = extent.first_lba,
                   .leading_zero_blocks = extent.leading_zero_blocks,
                   .source_first = extent.source_first,
                   .source_blocks = extent.source_blocks,
                   .trailing_zero_blocks = extent.trailing_zero_blocks,
                   .transfer_bytes = options_.max_transfer_bytes,
                   .block_bytes = extent.block_bytes,
                   .multiple = plan_.multiple,
                   .streaming = plan_.streaming,
                   .track = plan_.writes_whole_track ? std::optional(plan_.track) : std::nullopt};
    if (seeded(Bug::end_cut_off) && extent.source->size().value_or(0) % extent.block_bytes != 0)
        --*task.source_blocks;
    if (extent.until_end) {
        task.source_blocks.reset();
        task.fill_to_multiple_of = plan_.multiple;
        task.blocks_min = extent.blocks_min;
        task.blocks_max = extent.blocks_max;
    }
    return task;
}

/// Of streams that told their length only by ending.
void Burn::take_lengths(std::span<Extent> group, const WriteResult& result) {
    for (Extent& extent : group) {
        if (!extent.until_end)
            continue;
        const std::uint64_t sent = result.blocks_sent; // a stream without a size goes alone
        extent.source_blocks = std::min(extent.source->blocks().value_or(sent), sent);
        extent.trailing_zero_blocks = sent - extent.source_blocks;
        extent.until_end = false;
        ended_by_stream_ = true;
        if (extent.trailing_zero_blocks > 0)
            plan_.notes.push_back(fmt::format("{} blocks of zeros added behind the source",
                                              extent.trailing_zero_blocks));
    }
}

Outcome<void> Burn::write_group(std::span<Extent> group) {
    const Extent& first = group.front();
    if (first.resumed_blocks > 0) {
        operation_.enter(Stage::read, "the end of what was recorded earlier");
        if (const auto same = compare_seam(operation_, *first.source, first); !same)
            return same;
    }
    operation_.enter(Stage::write, describe_place(group));
    writing_ = true;
    std::vector<WriteTask> tasks;
    for (const Extent& extent : group)
        tasks.push_back(task_of(extent));
    const WriterOptions writer{.ring_bytes = options_.ring_bytes,
                               .links = !plan_.parameters || plan_.parameters->buffer_underrun_free,
                               .stop = stop(),
                               .digests = wants_digests() ? &digests_ : nullptr,
                               .seed = options_.writer_seed,
                               .single_thread = options_.single_thread};
    WriteResult result;
    const auto written = write_all(operation_, tasks, writer, result);
    blocks_sent_ += user_blocks(group, result.blocks_sent);
    report_.write_retries += result.statistics.refusals;
    report_.writer = result.statistics;
    if (!written)
        return tl::unexpected(blame_the_lead_in(written.error(), group));
    if (result.stopped)
        return operation_.fail(Cause::stopped, "The burn was ended on request while writing.");
    take_lengths(group, result);
    return doubt_the_end();
}

/// Control-C reaches all of `mkisofs | burnrig burn -`: the end of such a stream is no proof of its
/// being whole.
Outcome<void> Burn::doubt_the_end() {
    if (!ended_by_stream_ || stop() == nullptr || !stop()->requested())
        return {};
    return operation_.fail(Cause::stopped,
                           "The burn was asked to end, and its source, which tells its size only "
                           "by ending, ended too: it need not have been whole.");
}

Outcome<void> Burn::flush() {
    operation_.enter(Stage::flush);
    const mmc::Duration start = operation_.clock().now();
    if (const auto flushed = flush_buffer(operation_, family_of(disc_.profile)); !flushed)
        return flushed;
    flushed_ = true;
    report_.writing += operation_.clock().now() - start;
    return {};
}

Outcome<void> Burn::check_speed() {
    // A few megabytes are in the drive's buffer before anything is written; below half a second the
    // clock says little.
    constexpr double too_short = 0.5;
    constexpr double tolerance = 1.25;
    if (!options_.judge_speed)
        return {};
    const bool is_cd = family_of(disc_.profile) == MediumFamily::cd;
    const double block_bytes = is_cd ? 2352 : data_block_bytes;
    const double kilobytes = static_cast<double>(blocks_sent_) * block_bytes / 1000.0;
    const double fastest = fastest_possible(drive_, disc_);
    const double least = kilobytes / (fastest * tolerance);
    const double took = std::chrono::duration<double>(report_.writing).count();
    if (least < too_short || took >= least)
        return {};
    return operation_.fail(
        Cause::implausible_speed,
        fmt::format(
            "{} blocks in {:.2f} s: at the fastest speed that there is for this disc, {:.0f} "
            "kB/s, they take {:.1f} s.",
            blocks_sent_, took, fastest, kilobytes / fastest));
}

} // namespace burnrig::driver
