// SPDX-License-Identifier: Apache-2.0
// Makes the ground of a subject: the starting disc, the good burn, the points.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "emulator/disc/block_payload.h"
#include "emulator/disc/describe.h"
#include "harness/rig/burn_settings.h"
#include "harness/scenario/disc_compare.h"
#include "harness/scenario/judge.h"
#include "harness/scenario/workspace.h"
#include "harness/sweep/subject.h"
#include "harness/sweep/trial.h"
#include "harness/sweep/written.h"
#include "mmc/opcode.h"

namespace burnrig::harness::sweep {
namespace {

using emulator::Disc;
using Recording = Disc::Recording;

constexpr std::size_t small_bytes = 32 << 10;
constexpr mmc::Duration slack = std::chrono::hours(8); ///< waits that the driver is allowed add up
constexpr auto counts_commands = "count: at @any -> take +0s ; always";
constexpr auto counts_reads = "count: at source.read -> stall 0s ; always";

// An earlier recording, without faults and without keeping count.
mmc::Result<void> record_before(const Subject& subject, const scenario::BurnJob& burn,
                                std::unique_ptr<Disc>& disc) {
    const auto& scenario = subject.scenario;
    mmc::VirtualClock clock;
    emulator::Drive drive(scenario.drive, clock, emulator::DriveOptions{.seed = scenario.seed});
    drive.insert(std::move(disc));
    const auto bytes = scenario::make_image(burn.image_bytes.value_or(scenario.image_bytes),
                                            burn.image_seed.value_or(scenario.seed));
    driver::MemorySource source(bytes, "earlier image");
    const auto job = make_burn_job(burn.settings, source);
    if (!job)
        return tl::unexpected(job.error());
    driver::Recorder recorder(drive, clock, {.single_thread = true});
    const auto report = recorder.burn(*job);
    if (!report)
        return mmc::fail("{}: what comes before it fails: {}", subject.name,
                         driver::to_text(report.error()));
    disc = drive.remove();
    return {};
}

mmc::Result<std::unique_ptr<Disc>> starting_disc(const Subject& subject) {
    if (!subject.scenario.medium)
        return mmc::fail("{}: there is no disc to burn", subject.name);
    auto disc = Disc::in_memory(*subject.scenario.medium);
    if (!disc)
        return disc;
    for (const auto& job : subject.scenario.before) {
        const auto* burn = std::get_if<scenario::BurnJob>(&job);
        if (!burn)
            return mmc::fail("{}: what comes `before` a sweep is burned by our own driver: {}",
                             subject.name, scenario::describe(job));
        if (auto recorded = record_before(subject, *burn, *disc); !recorded)
            return tl::unexpected(recorded.error());
    }
    return disc;
}

void sort_and_join(std::vector<Recording>& list) {
    std::sort(list.begin(), list.end(),
              [](const Recording& a, const Recording& b) { return a.first < b.first; });
    std::vector<Recording> joined;
    for (const auto& each : list) {
        if (!joined.empty() && each.first <= joined.back().end)
            joined.back().end = std::max(joined.back().end, each.end);
        else
            joined.push_back(each);
    }
    list = std::move(joined);
}

bool any_overlap(std::vector<Recording> list) {
    std::sort(list.begin(), list.end(),
              [](const Recording& a, const Recording& b) { return a.first < b.first; });
    for (std::size_t i = 1; i < list.size(); ++i)
        if (list[i].first < list[i - 1].end)
            return true;
    return false;
}

std::optional<std::int32_t> lba_of(const CommandRecord& record) {
    const auto range = written_range(record);
    return range ? std::optional(static_cast<std::int32_t>(range->first)) : std::nullopt;
}

// Rules count the commands that the drive really gets to, so the points are counted by one.
std::vector<Point> points_of(const std::vector<CommandRecord>& commands) {
    std::vector<Point> points;
    std::array<std::uint64_t, 256> count{};
    for (const auto& record : commands)
        if (record.faulted)
            points.push_back({mmc::opcode_name(record.opcode()), class_of(record.opcode()),
                              ++count[record.opcode()], lba_of(record)});
    return points;
}

// What the burn may write is said by the image and the medium, not by the driver: whole blocks of
// the error correction, on CD no track below 4 s (MMC-5, 6.37; 300 blocks) behind a pre-gap of 2 s.
// A raw burn writes the areas around it as well: the lead-in from anywhere, a lead-out of 90 s.
std::string writes_beyond_the_image(const Ground& ground,
                                    const std::vector<CommandRecord>& commands) {
    const auto& medium = *ground.subject.scenario.medium;
    const bool cd = medium.family() == emulator::MediumFamily::cd;
    const bool raw = ground.subject.burn.mode.starts_with("raw");
    constexpr std::int64_t pre_gap = 150;
    constexpr std::int64_t shortest_track = 300;
    constexpr std::int64_t lead_out = 6750;
    const std::int64_t unit = medium.write_unit();
    const auto blocks = static_cast<std::int64_t>((ground.image.size() + 2047) / 2048);
    const auto from = ground.image_first - (raw ? INT32_MAX : cd ? pre_gap : 0);
    const auto to =
        ground.image_first + (cd ? std::max(blocks, shortest_track) + (raw ? lead_out : 0)
                                 : (blocks + unit - 1) / unit * unit);
    for (const auto& record : commands) {
        const auto range = written_range(record);
        if (range && (range->first < from || range->end > to))
            return fmt::format("it writes blocks {} to {}, and the image with all it needs are {} "
                               "to {}",
                               range->first, range->end - 1, from, to - 1);
    }
    return {};
}

// Where the image is: in the track that is new or has grown; of formatted media in the only one.
const emulator::Track* image_track(const Disc& start, const Disc& golden) {
    return scenario::recorded_track(&start, golden);
}

mmc::Result<void> take_good_burn(Ground& ground) {
    auto trial = Trial::run(ground, {counts_commands});
    if (!trial)
        return tl::unexpected(trial.error());
    const auto& seen = (*trial)->seen();
    if (!seen.succeeded)
        return mmc::fail("{}: the burn fails without any fault: {}", ground.subject.name,
                         driver::to_text(*seen.error));
    auto golden = scenario::copy_of(*(*trial)->disc_now());
    if (!golden)
        return tl::unexpected(golden.error());
    ground.golden = std::move(*golden);
    ground.points = points_of(seen.commands);
    ground.commands = seen.commands.size();
    ground.duration = seen.took;
    ground.recorded = seen.recorded;
    // BD-R takes a block again in these two formats, and puts it elsewhere (MMC-5, BD-R POW, RRM).
    const bool again =
        ground.golden->medium().erasable() || keeps_elsewhere(*ground.golden) ||
        ground.golden->structure().format.kind == emulator::FormatKind::random_recording;
    ground.records_once = !again && !any_overlap(ground.recorded);
    sort_and_join(ground.recorded);
    ground.image_first = seen.report->first_lba;
    const auto* track = image_track(*ground.start, *ground.golden);
    if (!track)
        return mmc::fail("{}: the burn left no track", ground.subject.name);
    if (auto missing = image_missing(*ground.golden, ground.image_first, ground.image);
        !missing.empty())
        return mmc::fail("{}: after a burn without any fault {}", ground.subject.name, missing);
    if (auto beyond = writes_beyond_the_image(ground, seen.commands); !beyond.empty())
        return mmc::fail("{}: in a burn without any fault {}", ground.subject.name, beyond);
    return {};
}

mmc::Result<void> count_reads(Ground& ground) {
    auto trial = Trial::run(ground, {counts_reads});
    if (!trial)
        return tl::unexpected(trial.error());
    const auto& strikes = (*trial)->seen().strikes;
    for (std::uint64_t i = 1; !strikes.empty() && i <= strikes.front().times; ++i)
        ground.points.push_back({"source.read", source, i, std::nullopt});
    return {};
}

std::string state_text(const Disc& disc, bool longer) {
    const auto& structure = disc.structure();
    std::string text =
        fmt::format("{}, {} sessions", emulator::disc_state(disc), structure.sessions.size());
    for (const auto& session : structure.sessions)
        text += fmt::format(", session {} {}", session.number, static_cast<int>(session.state));
    for (const auto& track : structure.tracks)
        text += fmt::format(", track {} {}..{} {}", track.number, track.start,
                            longer ? 0 : track.end, static_cast<int>(track.state));
    return text;
}

} // namespace

mmc::Result<Subject> subject_of(scenario::Scenario scenario) {
    for (const auto& run : scenario.runs)
        if (const auto* burn = std::get_if<scenario::BurnJob>(&run.job)) {
            Subject subject;
            subject.name = scenario.name;
            subject.burn = burn->settings;
            subject.scenario = std::move(scenario);
            return subject;
        }
    return mmc::fail("{}: nothing in it is burned by our own driver (`burn:`)", scenario.file);
}

mmc::Result<std::unique_ptr<Ground>> Ground::create(const Subject& subject) {
    auto start = starting_disc(subject);
    if (!start)
        return tl::unexpected(start.error());
    std::unique_ptr<Ground> ground(new Ground{subject});
    ground->image = scenario::make_image(subject.scenario.image_bytes, subject.scenario.seed);
    ground->small_image = scenario::make_image(small_bytes, subject.scenario.seed + 1);
    ground->start = std::move(*start);
    ground->deadline = slack;
    if (auto taken = take_good_burn(*ground); !taken)
        return tl::unexpected(taken.error());
    if (auto counted = count_reads(*ground); !counted)
        return tl::unexpected(counted.error());
    ground->deadline = ground->duration + slack;
    return ground;
}

std::string image_missing(const Disc& disc, std::int32_t lba, std::span<const std::uint8_t> image) {
    constexpr std::size_t user_bytes = 2048;
    std::array<std::uint8_t, 2448> room{};
    for (std::size_t at = 0; at < image.size(); at += user_bytes, ++lba) {
        const auto run = disc.run_at(lba);
        if (run.state != emulator::BlockState::readable)
            return fmt::format("block {} cannot be read", lba);
        const auto size = block_size(run.extent.form);
        auto block = disc.view(lba, 1);
        if (block.empty()) {
            if (!disc.read(lba, std::span(room.data(), size)))
                return fmt::format("block {} cannot be read", lba);
            block = std::span(room.data(), size);
        }
        const auto user = emulator::user_data(run.extent.form, block);
        const auto count = std::min(user_bytes, image.size() - at);
        if (user.size() < count ||
            !std::equal(user.begin(), user.begin() + count, image.begin() + at))
            return fmt::format("block {} does not hold the image", lba);
    }
    return {};
}

bool keeps_elsewhere(const Disc& disc) {
    return disc.structure().format.kind == emulator::FormatKind::pseudo_overwrite;
}

std::string differs_from_golden(const Ground& ground, const Disc& disc, std::int64_t again) {
    if (auto missing = image_missing(disc, ground.image_first, ground.image); !missing.empty())
        return missing;
    const bool longer = again > 0 && keeps_elsewhere(disc);
    const auto wanted = state_text(*ground.golden, longer);
    const auto is = state_text(disc, longer);
    return wanted == is ? "" : fmt::format("the disc is: {}; and should be: {}", is, wanted);
}

} // namespace burnrig::harness::sweep
