// SPDX-License-Identifier: Apache-2.0
// burnrig faults: the named faults with their parameters, and what a rule means.
//
//     burnrig faults                                    all of them, with the rules they stand for
//     burnrig faults opc-failure                        one of them, its parameters in words
//     burnrig faults --explain 'at @write #3 -> lose'   checks a rule and prints its canonical form
#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "emulator/faults/engine.h"
#include "emulator/faults/presets.h"
#include "emulator/faults/printer.h"
#include "emulator/faults/rule_kinds.h"
#include "harness/command/command.h"
#include "harness/report/result_json.h"
#include "mmc/nearest.h"

namespace burnrig::harness {
namespace {

namespace faults = emulator::faults;

struct FaultsOptions {
    std::string name;
    std::string explain;
    bool kinds = false;
    bool json = false;
};

// "write-error@write=40|lba,sense=write-error": what to type, with standard values.
std::string call_of(const faults::Preset& preset) {
    std::string text;
    for (const auto& parameter : faults::parameters(preset)) {
        if (parameter.standard.empty())
            text += fmt::format("|{}", parameter.name);
        else
            text += fmt::format("{}{}={}", text.empty() ? "@" : ",", parameter.name,
                                parameter.standard);
    }
    return text.empty() ? text : fmt::format("{}{}", preset.name, text);
}

void print_all() {
    for (const auto& preset : faults::presets()) {
        fmt::print("{:<22} {}\n", preset.name, preset.summary);
        if (const auto call = call_of(preset); !call.empty())
            fmt::print("{:<24} {}\n", "", call);
        for (const auto& rule : faults::standard_rules(preset))
            fmt::print("{:<24} {}\n", "", rule);
    }
}

void print_one(const faults::Preset& preset) {
    fmt::print("{}: {}\n", preset.name, preset.summary);
    for (const auto& parameter : faults::parameters(preset))
        fmt::print("    {:<20} {}\n",
                   parameter.standard.empty()
                       ? fmt::format("  or {}=", parameter.name)
                       : fmt::format("{}={}", parameter.name, parameter.standard),
                   parameter.meaning);
    for (const auto& rule : faults::standard_rules(preset))
        fmt::print("{}\n", rule);
}

Json to_json(const faults::Preset& preset) {
    Json parameters = Json::array();
    for (const auto& parameter : faults::parameters(preset)) {
        Json object{{"name", parameter.name}, {"meaning", parameter.meaning}};
        if (!parameter.standard.empty())
            object["standard"] = parameter.standard;
        parameters.push_back(std::move(object));
    }
    return {{"name", preset.name},
            {"summary", preset.summary},
            {"parameters", std::move(parameters)},
            {"rules", faults::standard_rules(preset)}};
}

int list(const FaultsOptions& options) {
    Json array = Json::array();
    std::vector<std::string_view> names;
    for (const auto& preset : faults::presets()) {
        names.push_back(preset.name);
        if (!options.name.empty() && options.name != preset.name)
            continue;
        array.push_back(to_json(preset));
        if (!options.json && !options.name.empty())
            print_one(preset);
    }
    if (array.empty())
        return complain(fmt::format("there is no fault named '{}'; did you mean {}?", options.name,
                                    mmc::nearest(options.name, names)),
                        exit_usage);
    if (options.json)
        fmt::print("{}\n", array.dump(2));
    else if (options.name.empty())
        print_all();
    return exit_pass;
}

void explain_part(const std::string& text, std::string_view meaning) {
    fmt::print("    {:<34} {}\n", text, meaning);
}

// How often a rule acts that leaves it to the language (parser.h).
bool acts_once(const faults::FaultRule& rule) {
    return !rule.limit &&
           std::none_of(rule.qualifiers.begin(), rule.qualifiers.end(), [](const auto& q) {
               return std::holds_alternative<faults::qualifier::Index>(q.what) ||
                      std::holds_alternative<faults::qualifier::Probability>(q.what);
           });
}

void explain_rule(const faults::FaultRule& rule) {
    fmt::print("{}\n", faults::print(rule));
    explain_part("at " + faults::print(rule.point), faults::kind_of(rule.point).summary);
    for (const auto& q : rule.qualifiers)
        explain_part(faults::print(q), faults::kind_of(q).summary);
    for (const auto& action : rule.actions) {
        const auto* fail = std::get_if<faults::action::Fail>(&action.what);
        explain_part(faults::print(action), fail ? mmc::describe(fail->code)
                                                 : std::string(faults::kind_of(action).summary));
    }
    if (acts_once(rule))
        explain_part("(no limit)", "the first time only");
}

// A line of the table for people: what acts where, and why not.
void print_kinds(std::string_view title, std::span<const faults::RuleKind> kinds) {
    faults::Backend above{.target = faults::Backend::Target::above_the_cable,
                          .source = true,
                          .host_node = true,
                          .control = true,
                          .power = true,
                          .find_medium = [](const std::string&) { return mmc::Result<void>{}; }};
    constexpr std::array names{"exact", "approximated", "impossible"};
    fmt::print("\n| {} | what it is | on the simulated drive | on any other drive |\n"
               "|---|---|---|---|\n",
               title);
    for (const auto& kind : kinds) {
        const auto there = faults::support_of(kind, above);
        fmt::print("| `{}` | {} | exact | {}{}{} |\n", kind.word, kind.summary,
                   names[static_cast<std::size_t>(there.fidelity)],
                   there.reason.empty() ? "" : ": ", there.reason);
    }
}

int list_kinds() {
    print_kinds("point", faults::point_kinds());
    print_kinds("qualifier", faults::qualifier_kinds());
    print_kinds("action", faults::action_kinds());
    return exit_pass;
}

// The rules as the drive would take them and what they mean, or what is wrong with them.
int explain(const FaultsOptions& options) {
    const faults::Backend all_there{
        .source = true, .host_node = true, .control = true, .find_medium = [](const std::string&) {
            return mmc::Result<void>{};
        }};
    const auto engine = faults::FaultEngine::create(std::vector{options.explain}, 1, all_there);
    if (!engine)
        return complain(engine.error().message, exit_usage);
    if (options.json) {
        fmt::print("{}\n", harness::to_json(engine->report()).dump(2));
        return exit_pass;
    }
    const auto rules = faults::read_rules(options.explain);
    for (const auto& rule : *rules)
        explain_rule(rule);
    return exit_pass;
}

} // namespace

void add_faults_command(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand(
        "faults", "Lists the named faults, their parameters and the rules they stand for");
    auto options = std::make_shared<FaultsOptions>();
    command->add_option("NAME", options->name, "Only this one, with its parameters in words");
    command
        ->add_option("--explain", options->explain,
                     "A rule, or a named fault with parameters: prints its canonical form and "
                     "what it means, or what is wrong with it")
        ->excludes("NAME");
    command->add_flag("--kinds", options->kinds,
                      "What rules are made of, and what can act on which drive, as a table");
    command->add_flag("--json", options->json,
                      "One JSON array of objects with name, summary, parameters and rules");
    command->footer("Example: burnrig run --fault opc-failure@take=3s -- wodim -v image.iso\n"
                    "Several parameters: write-error@lba=5000,sense=03/0C/02");
    command->callback([options, &exit_code] {
        if (options->kinds)
            exit_code = list_kinds();
        else
            exit_code = options->explain.empty() ? list(*options) : explain(*options);
    });
}

} // namespace burnrig::harness
