// SPDX-License-Identifier: Apache-2.0
#include "harness/sweep/parts.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

#include <fmt/format.h>
#include <xxhash.h>

#include "emulator/disc/whole_file.h"

namespace burnrig::harness::sweep {
namespace {

namespace fs = std::filesystem;

// What differs between the shards of a sweep; all else is the same in each.
constexpr std::array own_keys{"cells",      "trials", "causes", "never_seen",
                              "host_state", "totals", "shard"};
constexpr std::array plan_keys{"scenarios", "kinds", "cell_columns", "sampled"};

Json plan_of(Json part) {
    part["totals"].erase("trials");
    const auto of = part["totals"]["of"];
    for (const auto* key : own_keys)
        part.erase(key);
    part["of"] = of;
    return part;
}

std::vector<std::string> texts(const Json& list) {
    return list.get<std::vector<std::string>>();
}

Failure failure_of(const Json& trial) {
    Failure failure;
    failure.trial = trial.at("trial");
    failure.subject = trial.at("scenario");
    failure.point = trial.at("command").get<std::uint32_t>() - 1;
    failure.command = trial.at("name");
    failure.position = trial.at("position");
    failure.persistence = trial.at("persistence");
    failure.rules = texts(trial.at("rules"));
    failure.outcome = trial.at("outcome");
    failure.cause = trial.at("cause");
    failure.invariant = trial.at("invariant");
    failure.detail = trial.at("detail");
    failure.alike = trial.at("alike");
    failure.shrunk = texts(trial.at("shrunk"));
    failure.file = trial.at("file");
    return failure;
}

Tally tally_of(const Json& part) {
    Tally tally;
    for (const auto& row : part.at("cells")) {
        const auto [subject, point, kind, trials, held, undetectable, violated, failed, succeeded,
                    not_met] = row.get<std::array<std::uint32_t, 10>>();
        tally.cells[{subject, point, kind}] = {trials, held,      undetectable, violated,
                                               failed, succeeded, not_met};
    }
    for (const auto& trial : part.at("trials"))
        tally.add(failure_of(trial));
    tally.causes = part.at("causes").get<decltype(tally.causes)>();
    const auto& totals = part.at("totals");
    tally.trials = totals.at("trials");
    tally.violated = totals.at("violated");
    tally.undetectable = totals.at("undetectable");
    tally.repeated = totals.at("repeated");
    return tally;
}

// All that is known before the first trial.
SweepResult planned(const Json& plan) {
    SweepResult result;
    for (const auto& scenario : plan.at("scenarios")) {
        result.subjects.push_back({scenario.at("name"), scenario.at("drive"), scenario.at("medium"),
                                   scenario.at("replay")});
        auto& points = result.points.emplace_back();
        for (const auto& command : scenario.at("commands")) {
            auto& point = points.emplace_back();
            point.name = command.at("name");
            point.nth = command.at("nth");
            if (!command.at("lba").is_null())
                point.lba = command.at("lba").get<std::int32_t>();
        }
    }
    result.kinds = texts(plan.at("kinds"));
    const auto& sampled = plan.at("sampled");
    result.sampled = texts(sampled.at("burns"));
    result.pairs_drawn = sampled.at("pairs_drawn");
    result.pairs_possible = sampled.at("pairs_possible");
    result.of_trials = plan.at("of");
    return result;
}

mmc::Result<Json> read_part(const fs::path& path) {
    const auto text = emulator::read_file(path);
    if (!text)
        return tl::unexpected(text.error());
    auto json = Json::parse(*text, nullptr, false);
    if (json.is_discarded() || !json.is_object() || !json.contains("totals"))
        return mmc::fail("{}: it is not the file of a shard", path.string());
    return json;
}

// The number of shards that the files' names speak of, and which of them are there.
mmc::Result<std::map<unsigned, fs::path>> part_files(const std::string& directory) {
    std::error_code error;
    std::map<unsigned, fs::path> files;
    unsigned shards = 0;
    for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
        unsigned shard = 0;
        unsigned of = 0;
        const auto name = entry->path().filename().string();
        if (std::sscanf(name.c_str(), "shard-%u-of-%u.json", &shard, &of) != 2 ||
            name != fmt::format("shard-{}-of-{}.json", shard, of))
            continue;
        if (shards != 0 && of != shards)
            return mmc::fail("{}: it holds shards of {} and of {}: keep one sweep in a directory",
                             directory, shards, of);
        shards = of;
        files[shard] = entry->path();
    }
    if (error)
        return mmc::fail("{}: {}", directory, error.message());
    if (files.empty())
        return mmc::fail("{}: there is no shard-I-of-N.json in it (burnrig sweep --shard I/N "
                         "--out {})",
                         directory, directory);
    for (unsigned shard = 1; shard <= shards; ++shard)
        if (!files.contains(shard))
            return mmc::fail("{}: shard {} of {} is missing ({} are there)", directory, shard,
                             shards, files.size());
    return files;
}

} // namespace

std::string summary_file(const SweepOptions& options) {
    return options.shards < 2
               ? "summary.json"
               : fmt::format("shard-{}-of-{}.json", options.shard + 1, options.shards);
}

std::string build_digest() {
    std::ifstream program("/proc/self/exe", std::ios::binary);
    std::vector<char> room(1 << 20);
    XXH64_hash_t digest = 0;
    while (program.read(room.data(), static_cast<std::streamsize>(room.size())) ||
           program.gcount() > 0)
        digest =
            XXH3_64bits_withSeed(room.data(), static_cast<std::size_t>(program.gcount()), digest);
    return fmt::format("{:016x}", digest);
}

mmc::Result<Merged> merge_parts(const std::string& directory) try {
    const auto files = part_files(directory);
    if (!files)
        return tl::unexpected(files.error());
    Json plan;
    Merged merged;
    Tally sums;
    for (const auto& [shard, path] : *files) {
        const auto part = read_part(path);
        if (!part)
            return tl::unexpected(part.error());
        const auto own_plan = plan_of(*part);
        if (plan.is_null()) {
            plan = own_plan;
            merged.result = planned(plan);
        } else if (plan != own_plan) {
            return mmc::fail("{}: it is of another sweep, or of another build, than {}",
                             path.string(), files->begin()->second.string());
        }
        sums.add(tally_of(*part));
        if (merged.result.host_state.empty())
            merged.result.host_state = part->at("host_state");
    }
    merged.result.sums = std::move(sums);
    conclude(merged.result);
    for (std::size_t i = merged.result.options.failures_max; i < merged.result.failures.size(); ++i)
        merged.result.failures[i].shrunk.clear(), merged.result.failures[i].file.clear();
    merged.about = std::move(plan);
    for (const auto* key : plan_keys)
        merged.about.erase(key);
    merged.about.erase("of");
    return merged;
} catch (const Json::exception& error) {
    return mmc::fail("{}: a shard's file is damaged: {}", directory, error.what());
}

} // namespace burnrig::harness::sweep
