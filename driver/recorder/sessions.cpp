// SPDX-License-Identifier: Apache-2.0
#include "driver/recorder/sessions.h"

#include <algorithm>

#include <fmt/format.h>

#include "mmc/msf.h"

namespace burnrig::driver {
namespace {

tl::unexpected<BurnError> refuse_job(Cause cause, std::string message) {
    return tl::unexpected(make_error(cause, Stage::plan, std::move(message)));
}

Outcome<void> check_sessions(const BurnJob& job, const DiscSummary& disc) {
    if (family_of(disc.profile) != MediumFamily::cd)
        return refuse_job(
            Cause::invalid_job,
            fmt::format("{} takes one data track in blocks of 2048 bytes; sessions of "
                        "a sheet are for CD.",
                        profile_name(disc.profile)));
    if (job.simulate)
        return refuse_job(
            Cause::invalid_job,
            "Only the first session of a disc can be simulated: behind it there would "
            "have to be one.");
    if (job.resume)
        return refuse_job(Cause::invalid_job,
                          "Only a single data track can be gone on with, not a sheet.");
    return {};
}

/// Everything behind the first block: data, gaps, and what lies between two sessions.
std::uint64_t blocks_needed(const BurnJob& job, std::size_t sessions) {
    constexpr std::uint64_t between_first_and_second = 11400; // lead-out, lead-in and pre-gap
    constexpr std::uint64_t between_others = 6900;
    constexpr std::uint64_t track_blocks_min = 300;
    std::uint64_t blocks = between_first_and_second + (sessions - 2) * between_others;
    for (const CompilationTrack& track : job.compilation->tracks)
        blocks += std::max(track.blocks().value_or(0), track_blocks_min) + track.pregap_blocks;
    return blocks;
}

Outcome<void> check_sessions_room(const BurnJob& job, const DiscSummary& disc,
                                  std::size_t sessions) {
    const std::uint64_t needed = blocks_needed(job, sessions);
    if (job.overburn || needed <= disc.free_blocks)
        return {};
    return refuse_job(Cause::image_too_large,
                      fmt::format("The {} sessions need {} blocks with what lies between them, the "
                                  "disc has room for {}. Nothing was written.",
                                  sessions, needed, disc.free_blocks));
}

void add(std::vector<std::string>& all, const std::vector<std::string>& more,
         std::uint16_t session) {
    for (const std::string& text : more)
        all.push_back(fmt::format("session {}: {}", session, text));
}

/// The first session's report stands; the later ones are added.
void add(BurnReport& all, const BurnReport& more, std::uint16_t session) {
    all.mode_reason += fmt::format("; session {}: {}", session, more.mode_reason);
    all.blocks += more.blocks;
    all.padding_blocks += more.padding_blocks;
    all.bytes += more.bytes;
    all.write_retries += more.write_retries;
    all.calibrated |= more.calibrated;
    if (all.verify && more.verify)
        all.verify->compared += more.verify->compared;
    all.elapsed += more.elapsed;
    all.writing += more.writing;
    all.disc_now = more.disc_now;
    add(all.warnings, more.warnings, session);
    add(all.notes, more.notes, session);
}

} // namespace

std::vector<std::uint16_t> sessions_of(const BurnJob& job) {
    std::vector<std::uint16_t> sessions;
    if (job.compilation == nullptr)
        return sessions;
    for (const CompilationTrack& track : job.compilation->tracks)
        sessions.push_back(track.session);
    std::sort(sessions.begin(), sessions.end());
    sessions.erase(std::unique(sessions.begin(), sessions.end()), sessions.end());
    return sessions;
}

Outcome<BurnReport> burn_sessions(const BurnJob& job, const std::vector<std::uint16_t>& sessions,
                                  const DiscSummary& disc, const BurnOne& burn) {
    if (const auto fit = check_sessions(job, disc); !fit)
        return tl::unexpected(fit.error());
    if (const auto room = check_sessions_room(job, disc, sessions.size()); !room)
        return tl::unexpected(room.error());
    BurnReport all;
    for (const std::uint16_t session : sessions) {
        const bool is_last = session == sessions.back();
        BurnJob one = job;
        one.session = session;
        one.multi = job.multi || !is_last;
        one.eject = job.eject && is_last;
        auto burned = burn(one);
        if (!burned) {
            burned.error().message = fmt::format(
                "Session {} of the sheet ({} of {}): {}", session,
                std::find(sessions.begin(), sessions.end(), session) - sessions.begin() + 1,
                sessions.size(), burned.error().message);
            return burned;
        }
        if (session == sessions.front())
            all = *burned;
        else
            add(all, *burned, session);
    }
    return all;
}

} // namespace burnrig::driver
