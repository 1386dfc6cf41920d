// SPDX-License-Identifier: Apache-2.0
// burnrig profile: a drive, and the disc in it, as fixtures that the simulated drive loads.
//
//     burnrig profile --device /dev/sr0 --out mine.yaml --medium-out its-disc.yaml
//     burnrig run --drive mine.yaml --medium its-disc.yaml -- wodim -v dev=/dev/sr0 image.iso
//
// The drive is only asked: no command changes it or the disc.
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/command/command.h"
#include "harness/command/target_options.h"
#include "harness/profile/drive_profile.h"

namespace burnrig::harness {
namespace {

struct ProfileOptions {
    TargetOptions target;
    std::string out = "-";
    std::string name;
    std::string medium_out;
};

// A fixture is called as its file is.
std::string name_of(const std::string& path, const std::string& otherwise) {
    return path == "-" ? otherwise : std::filesystem::path(path).stem().string();
}

int run(const ProfileOptions& options) {
    if (!options.name.empty() && options.out != "-")
        return complain("--name: with --out the fixture is called as its file is", exit_usage);
    for (const auto& path : {options.out, options.medium_out})
        if (!path.empty() && path != "-" && !path.ends_with(".yaml"))
            return complain(fmt::format("{}: a fixture's file ends in .yaml", path), exit_usage);
    auto connection = Connection::open(options.target, Access{});
    if (!connection)
        return complain(connection.error().message, exit_usage);
    auto& target = (*connection)->target();
    const auto drive = profile::read_drive(target);
    const auto name = name_of(
        options.out, options.name.empty() ? profile::suggested_name(drive.model) : options.name);
    if (!write_result(options.out, profile::to_yaml(drive, name)))
        return exit_rig_broken;
    if (options.medium_out.empty())
        return exit_pass;
    const auto medium = profile::read_medium(target);
    if (!medium)
        return complain(fmt::format("--medium-out: {}", medium.error().message), exit_fail);
    return write_result(options.medium_out,
                        profile::to_yaml(*medium, name_of(options.medium_out, "medium")))
               ? exit_pass
               : exit_rig_broken;
}

} // namespace

void add_profile_command(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand(
        "profile", "Reads what a drive is and can do, and writes it as a fixture");
    auto options = std::make_shared<ProfileOptions>();
    command->add_option("--out", options->out, "The drive's file (NAME.yaml), - for output")
        ->capture_default_str();
    command->add_option("--name", options->name,
                        "What the drive is called, when it goes to output: its file must be "
                        "NAME.yaml (default: from vendor and product)");
    command->add_option("--medium-out", options->medium_out,
                        "Write the disc that is in it too, to this file (NAME.yaml)");
    add_target_options(*command, options->target);
    command->footer(
        "Only commands that ask are sent; a disc and a drive are as they were. Speeds are "
        "those of the disc in the drive.");
    command->callback([options, &exit_code] { exit_code = run(*options); });
}

} // namespace burnrig::harness
