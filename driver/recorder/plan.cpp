// SPDX-License-Identifier: Apache-2.0
#include "driver/recorder/plan.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "driver/recorder/plans/cd_tracks.h"
#include "driver/recorder/plans/planners.h"
#include "mmc/profile.h"

namespace burnrig::driver {
namespace {

using mmc::Profile;

struct Row {
    Profile profile;
    WriteMode mode;
    plans::Planner plan;
};

// The first mode of a profile is the one that is taken when nothing speaks for another.
constexpr std::array rows{
    Row{Profile::cd_r, WriteMode::sao, plans::cd_sao},
    Row{Profile::cd_r, WriteMode::tao, plans::cd_tao},
    Row{Profile::cd_r, WriteMode::raw16, plans::cd_raw16},
    Row{Profile::cd_r, WriteMode::raw96p, plans::cd_raw96p},
    Row{Profile::cd_r, WriteMode::raw96r, plans::cd_raw96r},
    Row{Profile::cd_rw, WriteMode::sao, plans::cd_sao},
    Row{Profile::cd_rw, WriteMode::tao, plans::cd_tao},
    Row{Profile::cd_rw, WriteMode::raw16, plans::cd_raw16},
    Row{Profile::cd_rw, WriteMode::raw96p, plans::cd_raw96p},
    Row{Profile::cd_rw, WriteMode::raw96r, plans::cd_raw96r},
    Row{Profile::dvd_minus_r, WriteMode::dao, plans::dvd_minus_at_once},
    Row{Profile::dvd_minus_r, WriteMode::incremental, plans::dvd_minus_incremental},
    Row{Profile::dvd_download, WriteMode::dao, plans::dvd_minus_at_once},
    Row{Profile::dvd_download, WriteMode::incremental, plans::dvd_minus_incremental},
    Row{Profile::dvd_minus_r_dl, WriteMode::dao, plans::dvd_minus_at_once},
    Row{Profile::dvd_minus_r_dl, WriteMode::incremental, plans::dvd_minus_incremental},
    Row{Profile::dvd_minus_rw_dl, WriteMode::dao, plans::dvd_minus_at_once},
    Row{Profile::dvd_minus_rw_dl, WriteMode::incremental, plans::dvd_minus_incremental},
    Row{Profile::dvd_minus_rw, WriteMode::dao, plans::dvd_minus_at_once},
    Row{Profile::dvd_minus_rw, WriteMode::incremental, plans::dvd_minus_incremental},
    Row{Profile::dvd_minus_rw, WriteMode::overwrite, plans::restricted_overwrite},
    Row{Profile::dvd_minus_rw_overwrite, WriteMode::overwrite, plans::restricted_overwrite},
    Row{Profile::dvd_plus_r, WriteMode::sequential, plans::dvd_plus_r},
    Row{Profile::dvd_plus_r_dl, WriteMode::sequential, plans::dvd_plus_r},
    Row{Profile::dvd_plus_rw, WriteMode::overwrite, plans::dvd_plus_rw},
    Row{Profile::dvd_plus_rw_dl, WriteMode::overwrite, plans::dvd_plus_rw},
    Row{Profile::dvd_ram, WriteMode::overwrite, plans::dvd_ram},
    Row{Profile::bd_r, WriteMode::sequential, plans::bd_r_sequential},
    Row{Profile::bd_r, WriteMode::pow, plans::bd_r_pseudo_overwrite},
    Row{Profile::bd_r, WriteMode::random, plans::bd_r_random},
    Row{Profile::bd_r_random, WriteMode::random, plans::bd_r_random},
    Row{Profile::bd_re, WriteMode::overwrite, plans::bd_re},
};

struct ChooserRow {
    Profile profile;
    plans::Chooser choose;
};

/// Profiles with a choice to make.
constexpr std::array choosers{
    ChooserRow{Profile::cd_r, plans::choose_cd},
    ChooserRow{Profile::cd_rw, plans::choose_cd},
    ChooserRow{Profile::dvd_minus_r, plans::choose_dvd_minus},
    ChooserRow{Profile::dvd_download, plans::choose_dvd_minus},
    ChooserRow{Profile::dvd_minus_r_dl, plans::choose_dvd_minus},
    ChooserRow{Profile::dvd_minus_rw, plans::choose_dvd_minus},
    ChooserRow{Profile::dvd_minus_rw_dl, plans::choose_dvd_minus},
    ChooserRow{Profile::bd_r, plans::choose_bd_r},
};

plans::ModeChoice choose(const Situation& now, WriteMode first) {
    for (const ChooserRow& row : choosers)
        if (mmc::code(row.profile) == now.disc.profile)
            return row.choose(now);
    return {first,
            fmt::format("{}: what a {} has", to_string(first), profile_name(now.disc.profile))};
}

std::string words(const std::vector<WriteMode>& modes) {
    std::string text;
    for (const WriteMode mode : modes)
        text += fmt::format("{}{}", text.empty() ? "" : ", ", to_string(mode));
    return text;
}

tl::unexpected<BurnError> no_such_mode(std::uint16_t profile, WriteMode mode) {
    const auto modes = modes_of(profile);
    if (modes.empty())
        return plans::refuse(Cause::medium_not_writable,
                             fmt::format("The drive takes the disc for {}, which cannot be "
                                         "recorded.",
                                         profile_name(profile)));
    return plans::refuse(Cause::invalid_job,
                         fmt::format("{} is not recorded in the mode {}; there is: {}.",
                                     profile_name(profile), to_string(mode), words(modes)));
}

} // namespace

std::uint64_t Plan::blocks() const {
    std::uint64_t sum = 0;
    for (const Extent& extent : extents)
        if (!extent.is_lead_area)
            sum += extent.source_blocks + extent.trailing_zero_blocks;
    return sum;
}

bool Plan::until_end() const {
    return std::any_of(extents.begin(), extents.end(),
                       [](const Extent& extent) { return extent.until_end; });
}

std::vector<WriteMode> modes_of(std::uint16_t profile) {
    std::vector<WriteMode> modes;
    for (const Row& row : rows)
        if (mmc::code(row.profile) == profile)
            modes.push_back(row.mode);
    return modes;
}

namespace {

tl::unexpected<BurnError> no_job(Cause cause, std::string message) {
    return tl::unexpected(make_error(cause, Stage::plan, std::move(message)));
}

Outcome<void> check_source(const BurnJob& job, const Source& source) {
    if (source.size() == 0U)
        return no_job(Cause::source_error, fmt::format("{} is empty.", source.name()));
    const bool of_many = job.compilation != nullptr && job.compilation->tracks.size() > 1;
    if (job.verify && of_many && !source.rewinds())
        return no_job(Cause::invalid_job,
                      fmt::format("{} can be read only once, so there is nothing to compare the "
                                  "disc with: leave out --verify.",
                                  source.name()));
    if (job.resume && !source.rewinds())
        return no_job(Cause::invalid_job,
                      fmt::format("{} can be read only once, so its beginning cannot be compared "
                                  "with what is on the disc.",
                                  source.name()));
    return {};
}

} // namespace

Outcome<void> check_job(const BurnJob& job) {
    if (job.simulate && job.verify)
        return no_job(Cause::invalid_job,
                      "A simulated burn writes nothing, so there is nothing to verify: leave out "
                      "one of the two.");
    if (job.simulate && job.resume)
        return no_job(Cause::invalid_job,
                      "A simulation begins at the beginning: leave out --simulate or --resume.");
    if (job.start_lba && *job.start_lba < 0)
        return no_job(Cause::invalid_job, "Data begin at LBA 0 or behind it.");
    if (job.compilation == nullptr)
        return check_source(job, job.source);
    for (const CompilationTrack& track : job.compilation->tracks)
        if (const auto sound = check_source(job, *track.data); !sound)
            return sound;
    return {};
}

Outcome<Plan> make_plan(const BurnJob& job, const DriveSummary& drive, const DiscSummary& disc) {
    const Situation now{job, drive, disc};
    if (family_of(disc.profile) != MediumFamily::cd && !plans::is_plain(job))
        return plans::refuse(Cause::invalid_job,
                             fmt::format("{} takes one data track in blocks of 2048 bytes; tracks, "
                                         "audio and CD-TEXT are for CD.",
                                         profile_name(disc.profile)));
    const auto modes = modes_of(disc.profile);
    plans::ModeChoice choice{job.mode, fmt::format("{}, as asked for", to_string(job.mode))};
    if (job.mode == WriteMode::automatic && !modes.empty())
        choice = choose(now, modes.front());
    for (const Row& row : rows) {
        if (mmc::code(row.profile) != disc.profile || row.mode != choice.mode)
            continue;
        auto plan = row.plan(now);
        if (plan) {
            plan->mode = choice.mode;
            plan->reason = choice.reason;
        }
        return plan;
    }
    return no_such_mode(disc.profile, choice.mode);
}

} // namespace burnrig::driver
