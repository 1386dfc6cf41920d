// SPDX-License-Identifier: Apache-2.0
#include "harness/scenario/scenario_yaml.h"

#include <algorithm>
#include <filesystem>
#include <limits>

#include <fmt/format.h>

#include "emulator/faults/engine.h"
#include "emulator/faults/presets.h"
#include "emulator/faults/quantity.h"
#include "emulator/fixtures.h"
#include "emulator/yaml_fields.h"
#include "harness/report/replay_command.h"
#include "harness/results/finding.h"
#include "harness/rig/surroundings.h"
#include "harness/scenario/expectation_yaml.h"
#include "harness/scenario/words.h"
#include "mmc/nearest.h"

namespace burnrig::harness::scenario {
namespace {

namespace faults = emulator::faults;
using emulator::YamlFields;

constexpr std::size_t line_max = 1000;
constexpr std::size_t text_max = 64 * 1024;
constexpr std::uint64_t image_max = 256ULL << 20;
constexpr std::array<std::string_view, 4> placeholders{"device", "generic", "image", "dir"};

// Who carries a run out decides whether all of its rules can act; such a run is skipped.
faults::Backend any_backend() {
    return Surroundings::backend({.source = true, .host_node = true, .control = true});
}

std::size_t line_of(const YAML::Node& node) {
    return static_cast<std::size_t>(node.Mark().line) + 1;
}

void read_text(YamlFields& in, std::string_view key, std::string& value,
               std::size_t longest = line_max) {
    if (in.has(key))
        in.text(key, value, longest);
}

void read_flag(YamlFields& in, std::string_view key, bool& value) {
    if (in.has(key))
        in.boolean(key, value);
}

void read_drive_name(YamlFields& in, std::string_view key, emulator::DriveModel& drive) {
    std::string name;
    in.text(key, name, line_max);
    auto model = emulator::load_drive(name);
    if (model)
        drive = std::move(*model);
    else
        in.reject(key, fmt::format("names no drive: {}", model.error().message));
}

// A drive of a report is mostly known by its name only: it is like another one.
void read_named_drive(YamlFields& in, emulator::DriveModel& drive) {
    read_drive_name(in, "like", drive);
    read_text(in, "vendor", drive.vendor, 8);
    read_text(in, "product", drive.product, 16);
    read_text(in, "revision", drive.revision, 4);
    std::uint64_t buffer = drive.buffer_bytes;
    read_size(in, "buffer", buffer, 64 << 10, 16 << 20);
    if (buffer != drive.buffer_bytes)
        drive.family_buffer_bytes = {};
    drive.buffer_bytes = static_cast<std::uint32_t>(buffer);
    read_flag(in, "burn_free", drive.burn_free);
    read_flag(in, "blocks_when_full", drive.blocks_when_full);
}

void read_drive(YamlFields& fields, emulator::DriveModel& drive) {
    const YAML::Node* node = fields.value("drive");
    if (!node)
        return;
    if (node->IsMap())
        fields.mapping("drive", [&](YamlFields& in) { read_named_drive(in, drive); });
    else
        read_drive_name(fields, "drive", drive);
}

void read_medium_name(YamlFields& in, std::string_view key,
                      std::optional<emulator::Medium>& medium) {
    std::string name;
    in.text(key, name, line_max);
    if (name == "none")
        return;
    auto loaded = emulator::load_medium(name);
    if (loaded)
        medium = std::move(*loaded);
    else
        in.reject(key, fmt::format("names no medium: {}", loaded.error().message));
}

// Where a CD's lead-in and lead-out begin shows in the addresses that programs write to.
void read_like_medium(YamlFields& in, std::optional<emulator::Medium>& medium) {
    read_medium_name(in, "like", medium);
    emulator::Medium none;
    auto& changed = medium ? *medium : none;
    read_text(in, "manufacturer", changed.manufacturer, 40);
    if (in.has("lead_in"))
        in.msf("lead_in", changed.atip.lead_in, {90, 0, 0}, {99, 59, 74});
    if (in.has("lead_out"))
        in.msf("lead_out", changed.atip.lead_out, {0, 4, 0}, {99, 59, 74});
    if (in.has("calibration_slots"))
        in.number("calibration_slots", changed.calibration_slots, 1, 10000);
}

void read_medium(YamlFields& fields, std::optional<emulator::Medium>& medium) {
    const YAML::Node* node = fields.value("medium");
    if (!node)
        return;
    if (node->IsMap())
        fields.mapping("medium", [&](YamlFields& in) { read_like_medium(in, medium); });
    else
        read_medium_name(fields, "medium", medium);
}

void read_files(YamlFields& fields, Scenario& scenario) {
    const YAML::Node* node = fields.has("files") ? fields.value("files") : nullptr;
    if (!node)
        return;
    if (!node->IsMap()) {
        fields.reject("files", "must be names and contents");
        return;
    }
    for (const auto& pair : *node) {
        const auto name = pair.first.IsScalar() ? pair.first.Scalar() : std::string();
        if (name.empty() || name.find('/') != std::string::npos || name.front() == '.')
            fields.reject(pair.first, fmt::format("\"{}\" is no plain file name", name));
        else if (!pair.second.IsScalar() || pair.second.Scalar().size() > text_max)
            fields.reject(pair.second, fmt::format("\"{}\" must be a text", name));
        else
            scenario.files[name] = pair.second.Scalar();
    }
}

void check_placeholders(YamlFields& fields, const YAML::Node& at, const std::string& word) {
    for (auto open = word.find('{'); open != std::string::npos; open = word.find('{', open + 1)) {
        const auto close = word.find('}', open);
        const auto name =
            word.substr(open + 1, close == std::string::npos ? close : close - open - 1);
        if (std::find(placeholders.begin(), placeholders.end(), name) == placeholders.end())
            fields.reject(at, fmt::format("unknown {{{}}} in \"{}\"; did you mean {{{}}}?", name,
                                          word, mmc::nearest(name, placeholders)));
    }
}

ProgramJob read_program(YamlFields& fields, const YAML::Node& node) {
    ProgramJob job;
    if (!node.IsSequence() || node.size() == 0) {
        fields.reject(node, "a program must be a list of its name and arguments");
        return job;
    }
    for (const YAML::Node& word : node) {
        if (!word.IsScalar() || word.Scalar().size() > line_max) {
            fields.reject(word, "an argument must be a text");
            continue;
        }
        check_placeholders(fields, word, word.Scalar());
        job.words.push_back(word.Scalar());
    }
    return job;
}

BurnJob read_burn(YamlFields& fields, const YAML::Node& node) {
    BurnJob job;
    fields.mapping_at(node, [&](YamlFields& in) {
        auto& settings = job.settings;
        read_text(in, "mode", settings.mode);
        if (std::find(burn_modes.begin(), burn_modes.end(), settings.mode) == burn_modes.end())
            in.reject("mode", fmt::format("must be one of {}, not \"{}\"; did you mean \"{}\"?",
                                          fmt::join(burn_modes, ", "), settings.mode,
                                          mmc::nearest(settings.mode, burn_modes)));
        read_text(in, "speed", settings.speed);
        if (!driver::parse_speed(settings.speed))
            in.reject("speed", "must be max, or a number such as 8");
        read_text(in, "opc", settings.opc);
        if (!driver::parse_opc_mode(settings.opc))
            in.reject("opc", "must be auto, always or never");
        read_flag(in, "multi", settings.multi);
        read_flag(in, "simulate", settings.simulate);
        read_flag(in, "verify", settings.verify);
        read_flag(in, "eject", settings.eject);
        std::uint64_t ring = job.ring_bytes;
        read_size(in, "ring", ring, 1 << 20, 1 << 30);
        job.ring_bytes = static_cast<std::uint32_t>(ring);
        bool burn_free = true;
        read_flag(in, "burn_free", burn_free);
        settings.no_burn_free = !burn_free;
        if (in.has("image_seed"))
            in.number("image_seed", job.image_seed.emplace(0), 0,
                      std::numeric_limits<std::int64_t>::max());
        if (in.has("image"))
            read_size(in, "image", job.image_bytes.emplace(0), 2048, image_max);
    });
    return job;
}

// "16 bytes" of zeros, or bytes in hexadecimal.
void read_out(YamlFields& in, SentCommand& command) {
    std::string text;
    read_text(in, "out", text, text_max);
    constexpr std::uint64_t out_max = 1 << 20;
    if (const auto end = text.find(" bytes"); end != std::string::npos) {
        const auto count = faults::parse_count(text.substr(0, end), out_max);
        if (count)
            command.out.assign(*count, 0);
        else
            in.reject("out", fmt::format("must be {}", count.error().message));
        return;
    }
    if (auto bytes = parse_bytes(text))
        command.out = std::move(*bytes);
    else
        in.reject("out", "must be bytes such as \"00 1A\", or \"63488 bytes\" of zeros");
}

SentCommand read_sent(YamlFields& fields, const YAML::Node& node) {
    SentCommand command;
    const auto read_cdb = [&](const std::string& text) {
        auto bytes = parse_bytes(text);
        const bool good = bytes && bytes->size() >= 6 && bytes->size() <= 16;
        if (good)
            command.cdb = std::move(*bytes);
        return good;
    };
    constexpr auto must = "must be 6 to 16 bytes such as \"54 01 00 00 00 00 00 00 00 00\"";
    if (node.IsScalar()) {
        if (!read_cdb(node.Scalar()))
            fields.reject(node, fmt::format("a command {}", must));
        return command;
    }
    fields.mapping_at(node, [&](YamlFields& in) {
        std::string cdb;
        in.text("cdb", cdb, line_max);
        if (!read_cdb(cdb))
            in.reject("cdb", must);
        read_out(in, command);
        if (in.has("in"))
            in.number("in", command.in, 0, 1 << 20);
        read_duration(in, "timeout", command.timeout);
        read_duration(in, "wait", command.wait);
    });
    return command;
}

SendJob read_send(YamlFields& fields, const YAML::Node& node) {
    SendJob job;
    if (!node.IsSequence() || node.size() == 0) {
        fields.reject(node, "`send` must be a list of commands");
        return job;
    }
    for (const YAML::Node& item : node)
        job.commands.push_back(read_sent(fields, item));
    return job;
}

Job read_job(YamlFields& in) {
    const bool program = in.has("program");
    const bool burn = in.has("burn");
    const bool send = in.has("send");
    if (program + burn + send != 1) {
        in.reject(program ? "program"
                  : burn  ? "burn"
                          : "send",
                  "must stand alone: a run is one of `program`, `burn` and `send`");
        return {};
    }
    const YAML::Node* node = in.value(program ? "program" : burn ? "burn" : "send");
    if (!node)
        return {};
    if (program)
        return read_program(in, *node);
    if (burn)
        return read_burn(in, *node);
    return read_send(in, *node);
}

void read_before(YamlFields& fields, Scenario& scenario) {
    const YAML::Node* node = fields.has("before") ? fields.value("before") : nullptr;
    if (!node)
        return;
    if (!node->IsSequence()) {
        fields.reject("before", "must be a list of programs, or of `burn:` and `send:`");
        return;
    }
    for (const YAML::Node& item : *node) {
        if (item.IsSequence())
            scenario.before.emplace_back(read_program(fields, item));
        else
            fields.mapping_at(item,
                              [&](YamlFields& in) { scenario.before.push_back(read_job(in)); });
    }
}

// Syntax errors are said at the rule's own line, the others at the list.
void read_faults(YamlFields& fields, std::vector<std::string>& rules, std::uint64_t seed) {
    fields.texts("faults", rules, line_max);
    const YAML::Node* node = fields.value("faults");
    if (!node || !node->IsSequence())
        return;
    for (const YAML::Node& item : *node)
        if (const auto read = faults::read_rules(item.IsScalar() ? item.Scalar() : ""); !read)
            fields.reject(item,
                          fmt::format("column {}: {}", read.error().column, read.error().message));
    if (const auto engine = faults::FaultEngine::create(rules, seed, any_backend()); !engine)
        fields.reject("faults", engine.error().message);
}

// What a sweep does at every command, instead of all the kinds of fault that there are.
void read_sweep(YamlFields& fields, Scenario& scenario) {
    const YAML::Node* node = fields.has("sweep") ? fields.value("sweep") : nullptr;
    if (!node)
        return;
    const auto read_wish = [&](YamlFields& in) {
        constexpr std::array<std::string_view, 3> known{"before", "midway", "after"};
        auto& wish = scenario.sweep.emplace_back();
        read_text(in, "at", wish.at);
        in.text("action", wish.action, line_max);
        if (in.has("positions"))
            in.texts("positions", wish.positions, line_max);
        for (const auto& position : wish.positions)
            if (std::find(known.begin(), known.end(), position) == known.end())
                in.reject("positions",
                          fmt::format("must be of before, midway, after, not \"{}\"", position));
        const auto rule = fmt::format("swept: at {} -> {}", wish.at, wish.action);
        if (const auto read = faults::read_rules(rule); !read)
            in.reject("action", read.error().message);
    };
    if (node->IsMap())
        fields.mapping("sweep", read_wish);
    else if (node->IsSequence())
        for (const YAML::Node& item : *node)
            fields.mapping_at(item, read_wish);
    else
        fields.reject("sweep", "must be {at: .., positions: [..], action: ..}, or a list of these");
}

void read_run(YamlFields& in, Run& run, std::uint64_t seed) {
    run.job = read_job(in);
    if (in.has("faults"))
        read_faults(in, run.faults.emplace(), seed);
    if (in.has("drive"))
        read_drive(in, run.drive.emplace());
    if (in.has("medium"))
        read_medium(in, run.medium.emplace());
    run.meets = read_meetings(in, "meets");
    run.expects = read_expectations(in, "expect");
    if (in.has("verdict")) {
        read_text(in, "verdict", run.verdict);
        if (std::find(verdict_words.begin(), verdict_words.end(), run.verdict) ==
            verdict_words.end())
            in.reject("verdict", fmt::format("must be one of {}; did you mean \"{}\"?",
                                             fmt::join(verdict_words, ", "),
                                             mmc::nearest(run.verdict, verdict_words)));
    }
}

void read_runs(YamlFields& fields, Scenario& scenario) {
    const YAML::Node* node = fields.value("runs");
    if (!node)
        return;
    if (!node->IsSequence() || node->size() == 0) {
        fields.reject("runs", "must be a list of runs, each a `program`, `burn` or `send`");
        return;
    }
    for (const YAML::Node& item : *node) {
        auto& run = scenario.runs.emplace_back();
        run.line = line_of(item);
        fields.mapping_at(item, [&](YamlFields& in) { read_run(in, run, scenario.seed); });
        const bool own = std::holds_alternative<BurnJob>(run.job);
        const bool swept = !scenario.sweep.empty() || !scenario.invariants.empty();
        if (run.expects.empty() && run.meets.empty() &&
            !(own && (swept || !scenario.truth.empty())))
            fields.reject(item, "this run shows nothing: give it `expect` or `meets`");
    }
}

std::vector<std::string> rule_names(const Scenario& scenario) {
    std::vector<std::string> names;
    if (const auto engine =
            faults::FaultEngine::create(scenario.faults, scenario.seed, any_backend()))
        for (const auto& rule : engine->report())
            names.push_back(rule.name);
    return names;
}

const std::string* outcome_of(const std::vector<Expectation>& expectations) {
    for (const auto& one : expectations)
        if (const auto* outcome = std::get_if<faults::expectation::Outcome>(&one.what.what))
            return &outcome->word;
    return nullptr;
}

// What one line alone cannot be reproached with: "file:line: message", "" when all is well.
std::string find_contradiction(const Scenario& scenario) {
    const auto* truth = outcome_of(scenario.truth);
    for (const auto& run : scenario.runs) {
        const bool own = std::holds_alternative<BurnJob>(run.job);
        const bool faulty = run.faults ? !run.faults->empty() : !scenario.faults.empty();
        const auto names = rule_names(scenario_of(scenario, run));
        if (run.medium && !scenario.before.empty())
            return fmt::format("{}:{}: a run with a medium of its own begins with a blank one, and "
                               "`before` made another: leave out one of them",
                               scenario.file, run.line);
        for (const auto& expected : run.expects) {
            const auto at = fmt::format("{}:{}: ", scenario.file, expected.line);
            if (const auto* fired = std::get_if<faults::expectation::Fired>(&expected.what.what))
                if (std::find(names.begin(), names.end(), fired->rule) == names.end())
                    return at + fmt::format("there is no rule \"{}\"; did you mean \"{}\"?",
                                            fired->rule, mmc::nearest(fired->rule, names));
            if (!own && std::holds_alternative<faults::expectation::Cause>(expected.what.what))
                return at + "only our own driver (`burn:`) gives a cause; a program is judged by "
                            "its `message`";
        }
        const auto* outcome = outcome_of(run.expects);
        if (!own && faulty && truth && outcome && *outcome != *truth &&
            (run.verdict.empty() || run.verdict == "truthful"))
            return fmt::format("{}:{}: the truth is that it {}, and this run is to end as {}: say "
                               "`verdict: false-success`, or what else it is",
                               scenario.file, run.line, *truth, *outcome);
    }
    return {};
}

} // namespace

Scenario scenario_of(const Scenario& scenario, const Run& run) {
    auto own = scenario;
    if (run.faults)
        own.faults = *run.faults;
    if (run.drive)
        own.drive = *run.drive;
    if (run.medium)
        own.medium = *run.medium;
    return own;
}

std::string medium_name(const Scenario& scenario) {
    return scenario.medium ? scenario.medium->name : "none";
}

std::string describe(const Job& job) {
    if (const auto* program = std::get_if<ProgramJob>(&job))
        return shell_line(program->words);
    if (const auto* burn = std::get_if<BurnJob>(&job))
        return fmt::format("burnrig burn --mode {} --speed {}{}", burn->settings.mode,
                           burn->settings.speed, burn->settings.verify ? " --verify" : "");
    if (std::holds_alternative<NoJob>(job))
        return "nothing";
    const auto& send = std::get<SendJob>(job);
    return fmt::format(
        "send {}{}", hex(send.commands.front().cdb),
        send.commands.size() > 1 ? fmt::format(" and {} more", send.commands.size() - 1) : "");
}

mmc::Result<Scenario> read_scenario(const std::string& file) {
    Scenario scenario;
    scenario.file = file;
    scenario.name = std::filesystem::path(file).stem().string();
    const auto read = emulator::read_yaml_file(file, [&](const YAML::Node& root) {
        YamlFields fields(root, file);
        fields.text("title", scenario.title, line_max);
        read_text(fields, "report", scenario.report);
        if (fields.has("seed"))
            fields.number("seed", scenario.seed, 0, std::numeric_limits<std::int64_t>::max());
        read_drive(fields, scenario.drive);
        read_medium(fields, scenario.medium);
        read_size(fields, "image", scenario.image_bytes, 2048, image_max);
        read_duration(fields, "deadline", scenario.deadline);
        read_files(fields, scenario);
        read_before(fields, scenario);
        if (fields.has("faults"))
            read_faults(fields, scenario.faults, scenario.seed);
        scenario.truth = read_expectations(fields, "truth");
        read_sweep(fields, scenario);
        if (fields.has("invariants"))
            fields.texts("invariants", scenario.invariants, line_max);
        read_runs(fields, scenario);
        return fields.finish();
    });
    if (!read)
        return tl::unexpected(read.error());
    if (const auto contradiction = find_contradiction(scenario); !contradiction.empty())
        return mmc::fail("{}", contradiction);
    return scenario;
}

} // namespace burnrig::harness::scenario
