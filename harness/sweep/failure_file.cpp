// SPDX-License-Identifier: Apache-2.0
#include "harness/sweep/failure_file.h"

#include <filesystem>

#include <fmt/format.h>
#include <xxhash.h>

#include "emulator/disc/whole_file.h"
#include "harness/results/finding.h"
#include "harness/scenario/scenario_yaml.h"
#include "mmc/opcode.h"

namespace burnrig::harness::sweep {
namespace {

namespace fs = std::filesystem;

// A text between double quotes, as YAML reads it.
std::string yaml_quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c == '\n' ? ' ' : c;
    }
    return out + "\"";
}

std::string yaml_burn(const scenario::BurnJob& burn) {
    const auto& settings = burn.settings;
    std::string text = fmt::format("{{mode: {}", settings.mode);
    const auto flag = [&](const char* name, bool value) {
        if (value)
            text += fmt::format(", {}: true", name);
    };
    flag("multi", settings.multi);
    flag("simulate", settings.simulate);
    flag("verify", settings.verify);
    flag("eject", settings.eject);
    if (settings.no_burn_free)
        text += ", burn_free: false";
    if (settings.opc != "auto")
        text += ", opc: " + settings.opc;
    if (settings.speed != "max")
        text += ", speed: " + settings.speed;
    if (burn.image_seed)
        text += fmt::format(", image_seed: {}", *burn.image_seed);
    if (burn.image_bytes)
        text += fmt::format(", image: {}B", *burn.image_bytes);
    return text + "}";
}

std::string record_line(const CommandRecord& record) {
    const auto sense = mmc::decode_sense(record.completion.sense.view());
    const auto answer =
        record.completion.host != mmc::HostStatus::ok
            ? fmt::format("host status {}", static_cast<int>(record.completion.host))
        : sense ? mmc::describe(sense->code)
        : record.completion.good()
            ? std::string()
            : fmt::format("status {:02X}h", static_cast<int>(record.completion.status));
    return fmt::format("{:5} {:12.6f} {:<30} {:<48} {}{}\n", record.number,
                       std::chrono::duration<double>(record.at).count(),
                       mmc::opcode_name(record.opcode()), hex(record.cdb()),
                       record.faulted ? "* " : "", answer);
}

} // namespace

std::string failure_yaml(const Subject& subject, const Failure& failure) {
    const auto& scenario = subject.scenario;
    const auto* invariant = find_invariant(failure.invariant);
    std::string text = "# SPDX-License-Identifier: Apache-2.0\n";
    text += fmt::format("# {}\n", yaml_quoted(failure.detail));
    text += fmt::format("title: {}\n",
                        yaml_quoted(fmt::format("{} {}: {}", failure.invariant, subject.name,
                                                invariant ? invariant->title : "")));
    text += fmt::format("drive: {{like: {}, buffer: {}B}}\n", scenario.drive.name,
                        scenario.drive.buffer_bytes);
    text += fmt::format("medium: {}\nimage: {}B\nseed: {}\n", scenario::medium_name(scenario),
                        scenario.image_bytes, scenario.seed);
    if (!scenario.before.empty())
        text += "before:\n";
    for (const auto& job : scenario.before)
        if (const auto* burn = std::get_if<scenario::BurnJob>(&job))
            text += fmt::format("  - burn: {}\n", yaml_burn(*burn));
    text += "faults:\n";
    for (const auto& rule : failure.shrunk.empty() ? failure.rules : failure.shrunk)
        text += fmt::format("  - {}\n", yaml_quoted(rule));
    text += fmt::format("invariants: [{}]\n", failure.invariant);
    text += fmt::format("runs:\n  - burn: {}\n", yaml_burn({subject.burn}));
    return text;
}

mmc::Result<void> write_failures(const std::string& directory, SweepResult& result) {
    std::error_code error;
    fs::create_directories(directory, error);
    if (error)
        return mmc::fail("{}: cannot be made: {}", directory, error.message());
    for (auto& failure : result.failures) {
        if (failure.scenario.empty())
            continue; // one of too many
        const auto digest = XXH3_64bits(failure.scenario.data(), failure.scenario.size());
        failure.file =
            fmt::format("{}-{:08x}.yaml", failure.invariant, static_cast<std::uint32_t>(digest));
        if (auto written =
                emulator::replace_file(fs::path(directory) / failure.file, failure.scenario, false);
            !written)
            return written;
    }
    return {};
}

mmc::Result<Replay> replay_failure(const std::string& file) {
    auto scenario = scenario::read_scenario(file);
    if (!scenario)
        return tl::unexpected(scenario.error());
    const auto wanted = scenario->invariants;
    const auto rules = scenario->faults;
    const auto subject = subject_of(std::move(*scenario));
    if (!subject)
        return tl::unexpected(subject.error());
    const auto ground = Ground::create(*subject);
    if (!ground)
        return tl::unexpected(ground.error());
    auto trial = Trial::run(**ground, rules);
    if (!trial)
        return tl::unexpected(trial.error());
    Replay replay{file, {}, {}, {}};
    const auto& seen = (*trial)->seen();
    for (const auto& record : seen.commands)
        replay.trace += record_line(record);
    replay.told =
        seen.report ? driver::to_text(*seen.report) : "burn " + driver::to_text(*seen.error);
    if (wanted.empty()) {
        replay.violations =
            judge(**trial, rules, {.second_burn = true, .twice = true, .again = true}).violations;
        return replay;
    }
    for (const auto& id : wanted)
        if (auto detail = check_one(**trial, rules, id); !detail.empty())
            replay.violations.push_back({id, std::move(detail)});
    return replay;
}

} // namespace burnrig::harness::sweep
