// SPDX-License-Identifier: Apache-2.0
#include "harness/scenario/artifacts.h"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "harness/report/html/page.h"
#include "harness/report/html/run_page.h"
#include "harness/report/replay_command.h"
#include "harness/scenario/disc_compare.h"

namespace burnrig::harness::scenario {
namespace {

namespace fs = std::filesystem;

mmc::Result<void> write_text(const fs::path& path, std::string_view text) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (!file)
        return mmc::fail("--artifacts: {} cannot be written", path.string());
    return {};
}

// The scenario lies beside it: no other file is needed.
std::string replay_script(const Scenario& scenario, const RunResult& result) {
    return fmt::format(
        "#!/bin/sh\n"
        "# Carries out {} again ({}).\n"
        "cd \"$(dirname \"$0\")\" && exec \"${{BURNRIG:-burnrig}}\" test scenario.yaml "
        "--verbose \"$@\"\n",
        scenario.name, shell_line(std::vector<std::string>{result.job}));
}

mmc::Result<void> write_script(const fs::path& path, const std::string& text) {
    if (auto written = write_text(path, text); !written)
        return written;
    std::error_code error;
    fs::permissions(path, fs::perms::owner_exec, fs::perm_options::add, error);
    return {};
}

mmc::Result<void> copy_scenario(const Scenario& scenario, const fs::path& to) {
    std::error_code error;
    fs::copy_file(scenario.file, to, fs::copy_options::overwrite_existing, error);
    if (error)
        return mmc::fail("--artifacts: {}: {}", to.string(), error.message());
    return {};
}

mmc::Result<void> save_disc(emulator::Disc* disc, const fs::path& to) {
    if (!disc)
        return {};
    auto copy = emulator::Disc::create(to, disc->medium());
    if (!copy)
        return tl::unexpected(copy.error());
    return copy_into(*disc, **copy).and_then([&] { return (*copy)->save(); });
}

// What the page and result.json say of the run, with the keys that `burnrig run --json` has.
Json result_of(const Scenario& scenario, const RunResult& result, const Outcome& outcome) {
    Json json = harness::to_json(
        RunIdentity{scenario.seed, scenario.drive.name, medium_name(scenario),
                    shell_line(std::vector<std::string>{"burnrig", "test", scenario.file})});
    json["scenario"] = scenario.name;
    json.update(to_json(result));
    if (outcome.cause)
        json["cause"] = driver::cause_name(*outcome.cause);
    if (outcome.sense)
        json["sense"] = mmc::to_string(*outcome.sense);
    json["door"] = outcome.drive.removal_prevented ? "locked" : "unlocked";
    return json;
}

mmc::Result<void> write_all(const fs::path& into, const Scenario& scenario, const RunResult& result,
                            const Outcome& outcome, emulator::Disc* before, const Json& json) {
    const auto title = fmt::format("{}: {}", scenario.name, result.job);
    const html::RunPage page{title, json, *outcome.log, outcome.disc.get(), outcome.text};
    mmc::Result<void> steps[]{
        copy_scenario(scenario, into / "scenario.yaml"),
        write_text(into / "output.txt", outcome.text),
        write_text(into / "report.html", html::make_run_page(page)),
        write_script(into / "replay.sh", replay_script(scenario, result)),
        save_disc(before, into / "disc.before"),
        save_disc(outcome.disc.get(), into / "disc.after"),
    };
    for (auto& step : steps)
        if (!step)
            return std::move(step);
    return {};
}

} // namespace

mmc::Result<std::string> make_artifact_directory(const ArtifactOptions& options,
                                                 const std::string& scenario, std::size_t number) {
    const auto path = fs::path(options.directory) / scenario / std::to_string(number);
    std::error_code error;
    fs::remove_all(path, error);
    if (!fs::create_directories(path, error))
        return mmc::fail("--artifacts {}: {}", path.string(),
                         error ? error.message() : "cannot be made");
    return path.string();
}

mmc::Result<void> write_artifacts(const ArtifactOptions& options, const Scenario& scenario,
                                  const RunResult& result, const Outcome& outcome,
                                  emulator::Disc* before) {
    const fs::path into = result.artifacts;
    const auto json = result_of(scenario, result, outcome);
    const auto text = json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
    if (auto written = write_text(into / "result.json", text); !written)
        return written;
    const bool dull = result.verdict == Verdict::passed || result.verdict == Verdict::skipped;
    if (!dull || options.keep_all)
        return write_all(into, scenario, result, outcome, before, json);
    std::error_code none;
    fs::remove(into / "trace.jsonl", none);
    return {};
}

} // namespace burnrig::harness::scenario
