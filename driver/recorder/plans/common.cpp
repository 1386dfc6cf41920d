// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "driver/recorder/plans/planners.h"

namespace burnrig::driver::plans {
namespace {

double mebibytes(std::uint64_t blocks) {
    return static_cast<double>(blocks) * data_block_bytes / (1024.0 * 1024.0);
}

constexpr std::uint64_t up_to_multiple(std::uint64_t blocks, std::uint64_t multiple) {
    return (blocks + multiple - 1) / multiple * multiple;
}

/// Where a recording that was interrupted goes on.
Outcome<void> continue_track(Extent& extent, const Situation& now, const TrackInformation& track) {
    if (!now.disc.next_writable || *now.disc.next_writable < track.start)
        return refuse(Cause::medium_not_writable,
                      fmt::format("Track {} was begun, and the drive gives no address at which it "
                                  "could go on.",
                                  track.number));
    const auto recorded = static_cast<std::uint64_t>(*now.disc.next_writable - track.start);
    if (recorded > extent.source_blocks + extent.trailing_zero_blocks)
        return refuse(Cause::invalid_job,
                      fmt::format("Track {} has {} blocks, more than the {} of the source: this is "
                                  "not the recording that was interrupted.",
                                  track.number, recorded, extent.source_blocks));
    const std::uint64_t of_source = std::min(recorded, extent.source_blocks);
    extent.source_first += of_source;
    extent.resumed_blocks = of_source;
    extent.source_blocks -= of_source;
    extent.trailing_zero_blocks -= recorded - of_source;
    return {};
}

} // namespace

std::uint64_t blocks_of(const BurnJob& job) {
    return job.source.blocks().value_or(0);
}

bool tells_no_size(const BurnJob& job) {
    if (job.compilation == nullptr)
        return !job.source.size();
    return std::any_of(job.compilation->tracks.begin(), job.compilation->tracks.end(),
                       [](const CompilationTrack& track) { return !track.data->size(); });
}

Outcome<void> require_size(const BurnJob& job, std::string_view mode, WriteMode instead) {
    if (!tells_no_size(job))
        return {};
    return refuse(Cause::invalid_job,
                  fmt::format("{} needs to know beforehand how long the recording will be, and {} "
                              "does not tell: give its size with --size, or take --mode {}, which "
                              "ends where the source ends.",
                              mode, job.source.name(), to_string(instead)));
}

tl::unexpected<BurnError> refuse(Cause cause, std::string message) {
    return tl::unexpected(make_error(cause, Stage::medium, std::move(message)));
}

Outcome<void> check_appendable(const DiscSummary& disc) {
    if (disc.status == DiscStatus::complete && disc.erasable)
        return refuse(Cause::medium_not_blank,
                      fmt::format("The disc is complete; being a {} it can be blanked.",
                                  profile_name(disc.profile)));
    if (disc.status != DiscStatus::blank && disc.status != DiscStatus::appendable)
        return refuse(
            Cause::medium_not_writable,
            fmt::format("The disc is {}: nothing can be added to it.", to_string(disc.status)));
    if (disc.last_session == SessionState::damaged)
        return refuse(Cause::medium_not_writable, "The last session of the disc is damaged.");
    return {};
}

Outcome<void> plan_track(Plan& plan, const Situation& now, TrackRules rules) {
    if (const auto fit = check_appendable(now.disc); !fit)
        return fit;
    if (now.job.start_lba)
        return refuse(Cause::invalid_job,
                      fmt::format("{} is recorded from one end to the other: where the data begin "
                                  "cannot be chosen.",
                                  profile_name(now.disc.profile)));
    Extent extent{.source = &now.job.source,
                  .source_blocks = blocks_of(now.job),
                  .until_end = tells_no_size(now.job),
                  .blocks_min = rules.blocks_min};
    const std::uint64_t whole =
        std::max(up_to_multiple(extent.source_blocks, rules.multiple), rules.blocks_min);
    extent.trailing_zero_blocks = extent.until_end ? 0 : whole - extent.source_blocks;
    const TrackInformation* unfinished = now.disc.unfinished_track();
    if (unfinished != nullptr && !now.job.resume)
        return refuse(Cause::medium_not_writable,
                      fmt::format("Track {} was begun and never finished: go on with it (--resume, "
                                  "with the same source) or close it first (`burnrig close`).",
                                  unfinished->number));
    if (unfinished == nullptr && now.job.resume)
        return refuse(Cause::invalid_job,
                      "No track of the disc is unfinished, so there is nothing to go on with.");
    if (unfinished != nullptr)
        if (const auto continued = continue_track(extent, now, *unfinished); !continued)
            return continued;
    if (!now.disc.next_writable)
        return refuse(Cause::medium_not_writable,
                      "The drive gives no address at which this disc could be written.");
    extent.first_lba = *now.disc.next_writable;
    plan.multiple = rules.multiple;
    plan.extents.push_back(extent);
    if (!now.disc.tracks.empty() && family_of(now.disc.profile) != MediumFamily::cd)
        plan.track = now.disc.tracks.back().number;
    return {};
}

Outcome<void> plan_overwrite(Plan& plan, const Situation& now, std::uint32_t multiple,
                             std::uint64_t capacity) {
    if (now.job.resume)
        return refuse(Cause::invalid_job,
                      fmt::format("A {} keeps no account of what was written last, so nothing says "
                                  "where to go on; write the whole source again.",
                                  profile_name(now.disc.profile)));
    const std::int32_t start = now.job.start_lba.value_or(0);
    if (start % static_cast<std::int32_t>(multiple) != 0)
        return refuse(Cause::invalid_job,
                      fmt::format("LBA {} is no beginning on this medium: take a multiple of {}.",
                                  start, multiple));
    const std::uint64_t blocks = blocks_of(now.job);
    const std::uint64_t padding = up_to_multiple(blocks, multiple) - blocks;
    plan.multiple = multiple;
    plan.writes_whole_track = false;
    plan.extents.push_back({.source = &now.job.source,
                            .first_lba = start,
                            .source_blocks = blocks,
                            .trailing_zero_blocks = padding,
                            .until_end = tells_no_size(now.job)});
    const auto before = static_cast<std::uint64_t>(start);
    return check_room(plan, now.job, capacity > before ? capacity - before : 0);
}

Outcome<void> check_before_format(const Situation& now, std::uint32_t multiple,
                                  std::uint64_t capacity) {
    Plan afterwards;
    return plan_overwrite(afterwards, now, multiple,
                          capacity == 0 ? std::uint64_t{UINT32_MAX} : capacity);
}

Outcome<void> check_room(Plan& plan, const BurnJob& job, std::uint64_t room) {
    return check_room(plan, job, room, plan.blocks());
}

Outcome<void> check_room(Plan& plan, const BurnJob& job, std::uint64_t room, std::uint64_t needed) {
    const auto open = std::find_if(plan.extents.begin(), plan.extents.end(),
                                   [](const Extent& extent) { return extent.until_end; });
    if (open != plan.extents.end()) {
        const std::uint64_t left = room - std::min(needed, room);
        open->blocks_max = job.overburn ? UINT64_MAX : left / plan.multiple * plan.multiple;
        if (open->blocks_max == 0)
            return refuse(Cause::image_too_large, "The disc has no room left.");
    }
    if (needed <= room)
        return {};
    const std::string text = fmt::format(
        "The image has {} blocks ({:.1f} MiB), the disc has room for {} ({:.1f} MiB): {} blocks "
        "({:.1f} MiB) too many.",
        needed, mebibytes(needed), room, mebibytes(room), needed - room, mebibytes(needed - room));
    if (!job.overburn)
        return refuse(Cause::image_too_large, text + " Nothing was written.");
    plan.notes.push_back(text + " It is tried nevertheless, as asked for.");
    return {};
}

Outcome<void> plan_parameters(Plan& plan, const BurnJob& job, Offered offered,
                              WriteParameters parameters) {
    if (job.simulate && !offered.test_write)
        return refuse(Cause::command_refused,
                      "The drive offers no simulation in this write mode; without its word for it, "
                      "the laser might be on.");
    parameters.buffer_underrun_free = job.burn_free && offered.underrun_free;
    parameters.test_write = job.simulate;
    plan.parameters = parameters;
    if (job.burn_free && !offered.underrun_free)
        plan.notes.push_back("the drive offers no protection against buffer underruns");
    return {};
}

Outcome<void> refuse_simulation(const Situation& now) {
    if (!now.job.simulate)
        return {};
    return refuse(Cause::invalid_job,
                  fmt::format("There is no simulation on {}: the laser would be on.",
                              profile_name(now.disc.profile)));
}

void note_needless_multi(Plan& plan, const BurnJob& job) {
    if (job.multi)
        plan.notes.push_back("this medium stays writable whatever is written on it");
}

} // namespace burnrig::driver::plans
