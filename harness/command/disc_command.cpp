// SPDX-License-Identifier: Apache-2.0
// burnrig disc create | import | info | export | compare | heal: discs kept in directories, without
// a drive.
#include <cstdlib>
#include <filesystem>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "emulator/disc/export.h"
#include "emulator/disc/image/disc_image.h"
#include "emulator/disc/names.h"
#include "emulator/fixtures.h"
#include "harness/command/command.h"
#include "harness/report/disc_text.h"
#include "harness/report/result_json.h"

namespace burnrig::harness {
namespace {

struct Options {
    std::string path;
    std::string other; ///< the second file
    std::string medium;
    std::string keep = "blocks";
    std::uint16_t session = 0; ///< 0: all
    bool json = false;
};

// Gives the exit code.
using Step = mmc::Result<int> (*)(const Options&);

mmc::Result<std::unique_ptr<emulator::Disc>> new_disc(const Options& options) {
    const auto medium = emulator::load_medium(options.medium);
    if (!medium)
        return tl::unexpected(medium.error());
    const auto keep = emulator::from_name<emulator::Keep>(options.keep);
    return emulator::Disc::create(options.path, *medium, keep.value_or(emulator::Keep::blocks));
}

mmc::Result<int> create(const Options& options) {
    auto disc = new_disc(options);
    if (!disc)
        return tl::unexpected(disc.error());
    fmt::print("{}: {}\n", options.path, disc_line(**disc));
    return exit_pass;
}

// The image is read before the disc is made; a disc that could not be filled goes again.
mmc::Result<int> import_from(const Options& options) {
    const auto medium = emulator::load_medium(options.medium);
    if (!medium)
        return tl::unexpected(medium.error());
    const auto image = emulator::open_image(options.other, *medium);
    if (!image)
        return tl::unexpected(image.error());
    auto disc = new_disc(options);
    if (!disc)
        return tl::unexpected(disc.error());
    if (const auto imported = emulator::import_image(**disc, *image); !imported) {
        disc->reset();
        std::error_code ignored;
        std::filesystem::remove_all(options.path, ignored);
        return tl::unexpected(imported.error());
    }
    fmt::print("{}: {}\n", options.path, disc_line(**disc));
    return exit_pass;
}

mmc::Result<int> info(const Options& options) {
    const auto disc = emulator::Disc::open(options.path);
    if (!disc)
        return tl::unexpected(disc.error());
    if (options.json) {
        Json object{{"burnrig", version()}, {"path", options.path}};
        object.update(Json(emulator::describe(**disc)));
        fmt::print("{}\n", object.dump(2));
    } else {
        const bool colour = isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
        fmt::print("{}", disc_text(**disc, colour));
    }
    return exit_pass;
}

mmc::Result<int> compare(const Options& options) {
    const auto disc = emulator::Disc::open(options.path);
    if (!disc)
        return tl::unexpected(disc.error());
    const auto image = emulator::open_image(options.other, (*disc)->medium());
    if (!image)
        return tl::unexpected(image.error());
    const auto comparison = emulator::compare_with(**disc, *image);
    if (!comparison)
        return tl::unexpected(comparison.error());
    const auto& difference = comparison->difference;
    if (options.json) {
        Json object{{"burnrig", version()},
                    {"equal", !difference.has_value()},
                    {"blocks", comparison->blocks}};
        if (difference)
            object["difference"] = Json{{"lba", difference->lba}, {"what", difference->what}};
        fmt::print("{}\n", object.dump(2));
    } else if (difference) {
        fmt::print("{} differs from {} at LBA {}: {}\n", options.path, options.other,
                   difference->lba, difference->what);
    } else {
        fmt::print("{} equals {}: {} blocks\n", options.path, options.other, comparison->blocks);
    }
    return difference ? exit_fail : exit_pass;
}

mmc::Result<int> export_to(const Options& options) {
    const auto disc = emulator::Disc::open(options.path);
    if (!disc)
        return tl::unexpected(disc.error());
    const auto& out = options.other;
    const auto session =
        options.session == 0 ? std::optional<std::uint16_t>() : std::optional(options.session);
    const auto report = emulator::export_disc(**disc, out, session);
    if (!report)
        return tl::unexpected(report.error());
    fmt::print("{}: {} blocks\n", out, report->blocks);
    for (const auto& range : report->unreadable)
        fmt::print(stderr, "burnrig: blocks {} to {} could not be read and are zeros in {}\n",
                   range.first, range.end - 1, out);
    return exit_pass;
}

mmc::Result<int> heal(const Options& options) {
    auto disc = emulator::Disc::open(options.path);
    if (!disc)
        return tl::unexpected(disc.error());
    const auto ranges = (*disc)->damage().ranges.size();
    (*disc)->heal();
    if (const auto saved = (*disc)->save(); !saved)
        return tl::unexpected(saved.error());
    fmt::print("{}: {} damaged ranges healed\n", options.path, ranges);
    return exit_pass;
}

// A subcommand that runs `step`; its error becomes a message and the exit code for wrong input.
CLI::App* add_step(CLI::App& disc, const char* name, const char* description, const char* path_text,
                   const std::shared_ptr<Options>& options, Step step, int& exit_code) {
    auto* command = disc.add_subcommand(name, description);
    command->add_option("PATH", options->path, path_text)->required();
    command->callback([options, step, &exit_code] {
        const auto done = step(*options);
        exit_code = done ? *done : complain(done.error().message, exit_usage);
    });
    return command;
}

void add_medium_options(CLI::App& command, Options& options) {
    command.add_option("--medium", options.medium, "A name of `burnrig media` or a .yaml file")
        ->required();
    command
        .add_option("--keep", options.keep,
                    "blocks, or digests (eight bytes a block: to be compared but not read)")
        ->check(CLI::IsMember({"blocks", "digests"}))
        ->capture_default_str();
}

} // namespace

void add_disc_command(CLI::App& app, int& exit_code) {
    auto* disc = app.add_subcommand("disc", "Makes, shows and exports discs kept in directories");
    disc->require_subcommand(1);
    const auto options = std::make_shared<Options>();
    constexpr auto new_path = "The directory to make";
    constexpr auto path = "The disc's directory";

    auto* creating =
        add_step(*disc, "create", "Makes a blank disc", new_path, options, create, exit_code);
    add_medium_options(*creating, *options);

    auto* importing = add_step(*disc, "import", "Makes a disc of an image, closed as a pressed one",
                               new_path, options, import_from, exit_code);
    importing
        ->add_option("SOURCE", options->other,
                     ".iso, .cue, .toc (cdrdao) or .raw (with .sub, or 2448 bytes a block)")
        ->required();
    add_medium_options(*importing, *options);

    auto* showing =
        add_step(*disc, "info", "Shows what is where on a disc", path, options, info, exit_code);
    showing->add_flag("--json", options->json, "As one JSON object");

    auto* exporting = add_step(*disc, "export", "Writes what a reader would read to a file", path,
                               options, export_to, exit_code);
    exporting
        ->add_option("OUT", options->other,
                     "The file; its ending says the format: .iso, .cue, .toc, .raw")
        ->required();
    exporting->add_option("--session", options->session, "Only this session's tracks")
        ->check(CLI::Range(1, 0xFFFF));

    auto* comparing =
        add_step(*disc, "compare", "Tells whether a disc equals an image: exit code 0, else 1",
                 path, options, compare, exit_code);
    comparing->add_option("IMAGE", options->other, ".iso, .cue, .toc or .raw")->required();
    comparing->add_flag("--json", options->json, "As one JSON object");

    add_step(*disc, "heal", "Takes all injected damage away", path, options, heal, exit_code);
}

} // namespace burnrig::harness
