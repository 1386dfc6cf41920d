// SPDX-License-Identifier: Apache-2.0
#include "harness/scenario/peers.h"

#include <algorithm>

#include "emulator/disc/medium.h"
#include "mmc/result.h"

namespace burnrig::harness::scenario {
namespace {

using emulator::MediumFamily;
using Words = std::vector<std::string>;

constexpr auto sheet_name = "peer.toc";

struct Task {
    BurnSettings burn;
    MediumFamily family;
    std::string speed; ///< "" for the program's own choice
};

// Speeds of scenarios are numbers, or "max".
std::string speed_of(const BurnSettings& burn) {
    return burn.speed == "max" ? "" : burn.speed;
}

void add_if(Words& words, bool condition, const std::string& word) {
    if (condition)
        words.push_back(word);
}

// wodim and cdrskin take cdrecord's words.
Words cdrecord_words(const Task& task, const std::string& program, const std::string& mode) {
    Words words{program, "-v"};
    add_if(words, !mode.empty(), mode);
    add_if(words, task.burn.simulate, "-dummy");
    add_if(words, task.burn.multi, "-multi");
    add_if(words, !task.speed.empty(), "speed=" + task.speed);
    words.insert(words.end(), {"dev={device}", "{image}"});
    return words;
}

bool is_raw(const Task& task) {
    return task.burn.mode.starts_with("raw");
}

mmc::Result<Words> wodim(const Task& task) {
    if (task.family == MediumFamily::bd)
        return mmc::fail("wodim does not write BDs");
    if (task.family == MediumFamily::dvd)
        return cdrecord_words(task, "wodim", "");
    return cdrecord_words(task, "wodim", task.burn.mode == "auto" ? "-tao" : "-" + task.burn.mode);
}

mmc::Result<Words> cdrskin(const Task& task) {
    if (is_raw(task))
        return mmc::fail("cdrskin does not implement the raw write modes");
    const auto& mode = task.burn.mode;
    return cdrecord_words(task, "cdrskin",
                          mode == "sao" || mode == "dao" ? "-sao"
                          : mode == "tao"                ? "-tao"
                                                         : "");
}

mmc::Result<Words> growisofs(const Task& task) {
    if (task.family == MediumFamily::cd)
        return mmc::fail("growisofs does not write CDs");
    Words words{"growisofs", "-use-the-force-luke=notray"};
    add_if(words, task.burn.simulate, "-use-the-force-luke=dummy");
    add_if(words, task.burn.mode == "dao", "-use-the-force-luke=dao");
    add_if(words, !task.speed.empty(), "-speed=" + task.speed);
    words.insert(words.end(), {"-Z", "{device}={image}"});
    return words;
}

mmc::Result<Words> cdrdao(const Task& task) {
    if (task.family != MediumFamily::cd)
        return mmc::fail("cdrdao writes CDs only");
    Words words{"cdrdao", task.burn.simulate ? "simulate" : "write", "-v", "2", "-n"};
    words.insert(words.end(), {"--device", "{device}", "--driver",
                               is_raw(task) ? "generic-mmc-raw" : "generic-mmc"});
    add_if(words, task.burn.multi, "--multi");
    if (!task.speed.empty())
        words.insert(words.end(), {"--speed", task.speed});
    words.push_back(sheet_name);
    return words;
}

// The image is named to the program, or in a sheet that lies ready for it.
bool burns(const Run& run, const Scenario& scenario) {
    const auto names_image = [](const auto& text) {
        return text.find("{image}") != std::string::npos;
    };
    const auto* program = std::get_if<ProgramJob>(&run.job);
    return program && (std::any_of(program->words.begin(), program->words.end(), names_image) ||
                       std::any_of(scenario.files.begin(), scenario.files.end(),
                                   [&](const auto& file) { return names_image(file.second); }));
}

struct Peer {
    std::string_view name;
    mmc::Result<Words> (*words)(const Task&);
};
constexpr Peer peers_table[]{
    {"wodim", wodim}, {"cdrskin", cdrskin}, {"growisofs", growisofs}, {"cdrdao", cdrdao}};
constexpr std::size_t own = 2;
static_assert(std::size(peers_table) + own == peer_names.size());

} // namespace

std::optional<BurnSettings> task_of(const Scenario& scenario) {
    for (const auto& run : scenario.runs)
        if (const auto* burn = std::get_if<BurnJob>(&run.job)) {
            auto settings = burn->settings;
            settings.verify = false;
            return settings;
        }
    const auto& runs = scenario.runs;
    if (std::any_of(runs.begin(), runs.end(), [&](const Run& run) { return burns(run, scenario); }))
        return BurnSettings{};
    return std::nullopt;
}

Job job_of(std::string_view name, const Scenario& scenario) {
    if (!scenario.medium)
        return NoJob{"there is no disc to burn"};
    const auto task_wanted = task_of(scenario);
    if (!task_wanted)
        return NoJob{"the report is not of a burn"};
    auto burn = *task_wanted;
    if (name == peer_names[0] || name == peer_names[1]) {
        burn.verify = name == peer_names[1];
        if (burn.verify && burn.simulate)
            return NoJob{"a simulated burn leaves nothing to verify"};
        return BurnJob{burn};
    }
    const Task task{burn, emulator::family_of(scenario.medium->kind), speed_of(burn)};
    const auto* peer = std::find_if(std::begin(peers_table), std::end(peers_table),
                                    [&](const Peer& one) { return one.name == name; });
    if (peer == std::end(peers_table))
        return NoJob{fmt::format("{}: no such program is known", name)};
    auto words = peer->words(task);
    if (!words)
        return NoJob{words.error().message};
    return ProgramJob{std::move(*words)};
}

Scenario comparison_of(const Scenario& scenario, const std::vector<std::string>& peers) {
    auto comparison = scenario;
    comparison.files.try_emplace(sheet_name, "CD_ROM\nTRACK MODE1\nDATAFILE \"{image}\"\n");
    comparison.runs.clear();
    comparison.truth.clear();
    for (const auto& peer : peers) {
        Run run;
        run.job = job_of(peer, scenario);
        comparison.runs.push_back(std::move(run));
    }
    return comparison;
}

} // namespace burnrig::harness::scenario
