// SPDX-License-Identifier: Apache-2.0
// burnrig disc create | info | export | heal: discs kept in directories, without a drive.
#include <filesystem>

#include <fmt/format.h>

#include "emulator/disc/export.h"
#include "emulator/fixtures.h"
#include "harness/command/command.h"
#include "harness/report/disc_text.h"
#include "harness/report/result_json.h"

namespace burnrig::harness {
namespace {

using Step = std::function<mmc::Result<void>()>;

// Runs a step and turns its error into a message and the exit code for wrong input.
std::function<void()> guarded(Step step, int& exit_code) {
    return [step = std::move(step), &exit_code] {
        if (const auto done = step(); !done)
            exit_code = complain(done.error().message, exit_usage);
    };
}

mmc::Result<void> create(const std::string& path, const std::string& medium_name) {
    const auto medium = emulator::load_medium(medium_name);
    if (!medium)
        return tl::unexpected(medium.error());
    auto disc = emulator::Disc::create(path, *medium);
    if (!disc)
        return tl::unexpected(disc.error());
    fmt::print("{}: {}\n", path, disc_line(**disc));
    return {};
}

mmc::Result<void> info(const std::string& path, bool json) {
    const auto disc = emulator::Disc::open(path);
    if (!disc)
        return tl::unexpected(disc.error());
    if (json) {
        Json object{{"burnrig", version()}, {"path", path}};
        object.update(Json(emulator::describe(**disc)));
        fmt::print("{}\n", object.dump(2));
    } else {
        fmt::print("{}", disc_text(**disc));
    }
    return {};
}

mmc::Result<void> export_to(const std::string& path, const std::string& out) {
    const auto disc = emulator::Disc::open(path);
    if (!disc)
        return tl::unexpected(disc.error());
    const auto report = emulator::export_disc(**disc, out);
    if (!report)
        return tl::unexpected(report.error());
    fmt::print("{}: {} blocks\n", out, report->blocks);
    for (const auto& range : report->unreadable)
        fmt::print(stderr, "burnrig: blocks {} to {} could not be read and are zeros in {}\n",
                   range.first, range.end - 1, out);
    return {};
}

mmc::Result<void> heal(const std::string& path) {
    auto disc = emulator::Disc::open(path);
    if (!disc)
        return tl::unexpected(disc.error());
    const auto ranges = (*disc)->damage().ranges.size();
    (*disc)->damage().heal();
    if (const auto saved = (*disc)->save(); !saved)
        return saved;
    fmt::print("{}: {} damaged ranges healed\n", path, ranges);
    return {};
}

} // namespace

void add_disc_command(CLI::App& app, int& exit_code) {
    auto* disc = app.add_subcommand("disc", "Makes, shows and exports discs kept in directories");
    disc->require_subcommand(1);
    const auto path = std::make_shared<std::string>();
    const auto other = std::make_shared<std::string>();
    const auto json = std::make_shared<bool>(false);

    auto* creating = disc->add_subcommand("create", "Makes a blank disc");
    creating->add_option("PATH", *path, "The directory to make")->required();
    creating->add_option("--medium", *other, "A name of `burnrig media` or a .yaml file")
        ->required();
    creating->callback(guarded([=] { return create(*path, *other); }, exit_code));

    auto* showing = disc->add_subcommand("info", "Prints sessions, tracks and damage");
    showing->add_option("PATH", *path, "The disc's directory")->required();
    showing->add_flag("--json", *json, "As one JSON object");
    showing->callback(guarded([=] { return info(*path, *json); }, exit_code));

    auto* exporting = disc->add_subcommand("export", "Writes what a reader would read to a file");
    exporting->add_option("PATH", *path, "The disc's directory")->required();
    exporting->add_option("OUT", *other, "The file; its ending says the format: .iso, .cue")
        ->required();
    exporting->callback(guarded([=] { return export_to(*path, *other); }, exit_code));

    auto* healing = disc->add_subcommand("heal", "Takes all injected damage away");
    healing->add_option("PATH", *path, "The disc's directory")->required();
    healing->callback(guarded([=] { return heal(*path); }, exit_code));
}

} // namespace burnrig::harness
