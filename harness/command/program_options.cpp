// SPDX-License-Identifier: Apache-2.0
#include "harness/command/program_options.h"

#include <CLI/CLI.hpp>

#include "harness/command/target_options.h"

namespace burnrig::harness {

void add_program_options(CLI::App& command, ProgramOptions& options, const std::string& program) {
    command.add_option("--node", options.node,
                       "Where the program finds the drive; also in $BURNRIG_DEVICE");
    command.add_option("--generic", options.generic, "Where it finds the drive as an SG device");
    command.add_option("--host", options.host, "What the drive seems to hang on: sata or plain")
        ->check(CLI::IsMember({"sata", "plain"}));
    command.add_option("--via", options.via, "How the program gets at the drive")
        ->check(CLI::IsMember({"preload", "seccomp"}))
        ->capture_default_str();
    command.add_flag("-q,--quiet", options.quiet, "Print nothing of our own");
    command.add_option("COMMAND", options.command, program);
}

mmc::Result<std::unique_ptr<ProgramDoor>> open_door(const ProgramOptions& options,
                                                    const std::string& time) {
    const auto mode = parse_time(time.empty() ? "real" : time);
    if (!mode)
        return tl::unexpected(mode.error());
    const auto host = emulator::nodes::find_linux_host(options.host);
    if (!host)
        return mmc::fail("--host {}: there are sata and plain", options.host);
    ViaOptions via{options.node, options.generic, *host};
    via.virtual_time = mode->is_virtual;
    via.speed = mode->speed;
    return make_door(options.via, via);
}

} // namespace burnrig::harness
