// SPDX-License-Identifier: Apache-2.0
#include "driver/recorder/plan.h"

#include <algorithm>

#include <fmt/format.h>

namespace burnrig::driver {
namespace {

constexpr std::uint16_t profile_cd_r = 0x0009;
constexpr std::uint16_t profile_cd_rw = 0x000A;

// A CD ends before 99:59:74; whatever room a drive claims beyond that has no address.
constexpr std::int64_t cd_blocks_max = 100 * 60 * 75 - mmc::pregap_blocks;

tl::unexpected<BurnError> refuse(Cause cause, Stage stage, std::string message) {
    return tl::unexpected(make_error(cause, stage, std::move(message)));
}

double mebibytes(std::uint64_t blocks) {
    return static_cast<double>(blocks) * data_block_bytes / (1024.0 * 1024.0);
}

/// Whether this disc can take another session at all.
Outcome<void> check_disc(const DiscSummary& disc) {
    if (disc.profile != profile_cd_r && disc.profile != profile_cd_rw)
        return refuse(Cause::medium_not_writable, Stage::medium,
                      fmt::format("The drive takes the disc for {}; CD-R and CD-RW are what this "
                                  "driver records.",
                                  profile_name(disc.profile)));
    if (disc.status == DiscStatus::complete && disc.erasable)
        return refuse(Cause::medium_not_blank, Stage::medium,
                      "The disc is complete; being a CD-RW it can be blanked.");
    if (disc.status != DiscStatus::blank && disc.status != DiscStatus::appendable)
        return refuse(
            Cause::medium_not_writable, Stage::medium,
            fmt::format("The disc is {}: nothing can be added to it.", to_string(disc.status)));
    if (disc.last_session == SessionState::damaged)
        return refuse(Cause::medium_not_writable, Stage::medium,
                      "The last session of the disc is damaged.");
    const bool unfinished = !disc.tracks.empty() && disc.last_session == SessionState::incomplete &&
                            !disc.tracks.back().blank && !disc.tracks.back().reserved;
    if (unfinished)
        return refuse(Cause::medium_not_writable, Stage::medium,
                      fmt::format("Track {} was begun and never finished; close it first "
                                  "(`burnrig close`).",
                                  disc.tracks.back().number));
    if (!disc.next_writable)
        return refuse(Cause::medium_not_writable, Stage::medium,
                      "The drive gives no address at which this disc could be written.");
    return {};
}

struct ModeChoice {
    WriteMode mode;
    std::string reason;
};

/// What an expert would take. Session at once makes the cleaner disc: no run-out blocks that cannot
/// be read, all of the capacity, lead-in and table of contents first. It cannot append.
ModeChoice choose_mode(const BurnJob& job, const WriteFeatures& can, const DiscSummary& disc) {
    if (disc.status != DiscStatus::blank)
        return {WriteMode::tao, "track at once, since the disc already has sessions"};
    if (job.multi)
        return {WriteMode::tao, "track at once, since the disc is to stay appendable"};
    if (!can.sao)
        return {WriteMode::tao, "track at once, since the drive does not offer session at once"};
    if (job.simulate && !can.sao_test_write)
        return {WriteMode::tao, "track at once, since the drive can simulate only that"};
    return {WriteMode::sao,
            "session at once: one closed session on a blank disc, without unreadable blocks at the "
            "end"};
}

Outcome<ModeChoice> settle_mode(const BurnJob& job, const WriteFeatures& can,
                                const DiscSummary& disc) {
    if (job.mode == WriteMode::automatic)
        return choose_mode(job, can, disc);
    if (job.mode == WriteMode::tao)
        return ModeChoice{WriteMode::tao, "track at once, as asked for"};
    if (disc.status != DiscStatus::blank)
        return refuse(Cause::medium_not_blank, Stage::medium,
                      "Session at once begins with the disc's first session, and this disc already "
                      "has one; track at once (--mode tao) can append.");
    if (!can.sao)
        return refuse(Cause::command_refused, Stage::medium,
                      "The drive does not offer session at once for this disc; take --mode tao.");
    return ModeChoice{WriteMode::sao, "session at once, as asked for"};
}

/// Blocks that fit, by the drive's own account.
std::uint64_t room(const Plan& plan, const DiscSummary& disc) {
    std::int64_t blocks = disc.free_blocks;
    // At session at once no blocks are lost to linking, and some drives subtract them from the free
    // blocks of a blank disc.
    if (plan.mode == WriteMode::sao && disc.last_lead_out)
        blocks = std::max<std::int64_t>(blocks, *disc.last_lead_out);
    return static_cast<std::uint64_t>(std::clamp<std::int64_t>(blocks, 0, cd_blocks_max));
}

Outcome<void> check_room(const Plan& plan, const DiscSummary& disc) {
    const std::uint64_t fits = room(plan, disc);
    const std::uint64_t needed = plan.blocks();
    if (needed <= fits)
        return {};
    return refuse(
        Cause::image_too_large, Stage::medium,
        fmt::format("The image has {} blocks ({:.1f} MiB), the disc has room for {} ({:.1f} "
                    "MiB): {} blocks ({:.1f} MiB) too many. Nothing was written.",
                    needed, mebibytes(needed), fits, mebibytes(fits), needed - fits,
                    mebibytes(needed - fits)));
}

Outcome<void> settle_parameters(Plan& plan, const BurnJob& job, const WriteFeatures& can) {
    const bool sao = plan.mode == WriteMode::sao;
    if (job.simulate && !(sao ? can.sao_test_write : can.tao_test_write))
        return refuse(Cause::command_refused, Stage::medium,
                      "The drive offers no simulation in this write mode; without its word for it, "
                      "the laser might be on.");
    const bool underrun_free = sao ? can.sao_underrun_free : can.tao_underrun_free;
    plan.parameters = {.write_type = sao ? WriteType::session_at_once : WriteType::track_at_once,
                       .buffer_underrun_free = job.burn_free && underrun_free,
                       .test_write = job.simulate,
                       .multi_session = job.multi};
    if (job.burn_free && !underrun_free)
        plan.notes.push_back("the drive offers no protection against buffer underruns");
    return {};
}

} // namespace

Outcome<void> check_job(const BurnJob& job) {
    if (!job.source.size())
        return refuse(Cause::invalid_job, Stage::plan,
                      fmt::format("{}: its size has to be known beforehand; give it with --size.",
                                  job.source.name()));
    if (*job.source.size() == 0)
        return refuse(Cause::source_error, Stage::plan,
                      fmt::format("{} is empty.", job.source.name()));
    if (job.simulate && job.verify)
        return refuse(Cause::invalid_job, Stage::plan,
                      "A simulated burn writes nothing, so there is nothing to verify: leave out "
                      "one of the two.");
    if (job.verify && !job.source.rewinds())
        return refuse(Cause::invalid_job, Stage::plan,
                      fmt::format("{} can be read only once, so there is nothing to compare the "
                                  "disc with: leave out --verify.",
                                  job.source.name()));
    return {};
}

Outcome<Plan> make_plan(const BurnJob& job, const DriveSummary& drive, const DiscSummary& disc) {
    if (const auto fit = check_disc(disc); !fit)
        return tl::unexpected(fit.error());
    const auto choice = settle_mode(job, drive.write, disc);
    if (!choice)
        return tl::unexpected(choice.error());
    Plan plan;
    plan.mode = choice->mode;
    plan.reason = choice->reason;
    plan.source_blocks = job.source.blocks().value_or(0);
    if (plan.source_blocks < track_blocks_min) {
        plan.padding_blocks = track_blocks_min - plan.source_blocks;
        plan.notes.push_back(
            fmt::format("{} blocks of zeros added: a track of a CD has at least {}",
                        plan.padding_blocks, track_blocks_min));
    }
    if (plan.mode == WriteMode::sao) {
        plan.first_lba = 0;
        plan.pregap_blocks = mmc::pregap_blocks;
    } else {
        plan.first_lba = *disc.next_writable;
    }
    if (const auto fits = check_room(plan, disc); !fits)
        return tl::unexpected(fits.error());
    if (const auto set = settle_parameters(plan, job, drive.write); !set)
        return tl::unexpected(set.error());
    return plan;
}

std::vector<CueEntry> cue_sheet(const Plan& plan) {
    constexpr std::uint8_t data_adr_1 = 0x41;   // CONTROL: data; ADR 1: position
    constexpr std::uint8_t mode_1 = 0x10;       // 2048 bytes from the host
    constexpr std::uint8_t mode_1_zeros = 0x14; // made by the drive
    const auto end = static_cast<std::int32_t>(plan.blocks());
    return {
        {data_adr_1, 0, 0, mode_1_zeros, 0, {0, 0, 0}},
        {data_adr_1, 1, 0, mode_1, 0, {0, 0, 0}},
        {data_adr_1, 1, 1, mode_1, 0, mmc::msf_from_lba(plan.first_lba)},
        {data_adr_1, lead_out_track, 1, mode_1_zeros, 0, mmc::msf_from_lba(end)},
    };
}

} // namespace burnrig::driver
