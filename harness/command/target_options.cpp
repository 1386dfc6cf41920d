// SPDX-License-Identifier: Apache-2.0
#include "harness/command/target_options.h"

#include <CLI/CLI.hpp>

namespace burnrig::harness {
namespace {

bool any_rig_option(const CLI::App& command) {
    for (const auto* name : {"--drive", "--medium", "--disc"})
        if (command.count(name) > 0)
            return true;
    return false;
}

} // namespace

void add_rig_options(CLI::App& command, TargetOptions& options) {
    auto& rig = options.rig;
    command
        .add_option("--drive", rig.drive,
                    "The simulated drive: a name of `burnrig drives` or a .yaml file")
        ->capture_default_str();
    command.add_option("--medium", rig.medium,
                       "The blank disc in it: a name of `burnrig media`, a .yaml file, or none "
                       "(default: cd-r-80, or what --disc holds)");
    command.add_option("--disc", rig.disc, "Directory that keeps the disc; made when missing");
    command
        .add_option("--keep", rig.keep,
                    "What a new disc keeps: blocks, or digests (eight bytes a block: a 100 GB disc "
                    "in 400 MB, to be compared but not read)")
        ->check(CLI::IsMember({"blocks", "digests"}))
        ->capture_default_str();
    command
        .add_option("--fault", rig.faults,
                    "A fault rule or a name of `burnrig faults`; may be given several times. With "
                    "--device it acts on the way to the drive, as far as that goes")
        ->allow_extra_args(false);
    command
        .add_option("--seed", rig.seed, "Seed of everything random; equal seeds give equal traces")
        ->capture_default_str();
    command
        .add_option("--time", options.time,
                    "virtual: an hour passes in milliseconds; real; or xN: N times as fast as real")
        ->capture_default_str();
    command.add_option("--trace", rig.trace,
                       "Write every command to this file: a line of JSON each, or for Wireshark "
                       "when its name ends in .pcapng");
    command
        .add_option("--trace-bytes", rig.trace_bytes,
                    "How much of each command's data a .pcapng file holds")
        ->capture_default_str();
    command.add_flag("--unlimited-speed", rig.unlimited_speed,
                     "Recording and reading take no drive time (for measuring the host)");
}

void add_target_options(CLI::App& command, TargetOptions& options) {
    add_rig_options(command, options);
    command.add_option("--device", options.device,
                       "A drive's node (/dev/sr0, /dev/sg0) instead of a simulated drive");
    command.parse_complete_callback([&command, &options] {
        if (!options.device.empty() && any_rig_option(command))
            throw CLI::ValidationError("--device", "names a drive that is there already: leave out "
                                                   "--drive, --medium and --disc");
    });
}

} // namespace burnrig::harness
