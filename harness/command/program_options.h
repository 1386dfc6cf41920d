// SPDX-License-Identifier: Apache-2.0
// What commands have in common that let a program run on a drive which is not simply simulated
// (record, replay): where it finds the drive, and through which door.
//
// Only doors that hold their program serve here: the others are made around a rig.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/command/via.h"

namespace CLI {
class App;
}

namespace burnrig::harness {

struct ProgramOptions {
    std::string node = "/dev/sr0";
    std::string generic = "/dev/sg0";
    std::string host = "sata";
    std::string via = "preload";
    bool quiet = false;
    std::vector<std::string> command;
};

/// --node, --generic, --host, --via, --quiet, COMMAND. What a transcript knows has no defaults to
/// show.
void add_program_options(CLI::App& command, ProgramOptions& options, const std::string& program);

/// `time` as --time has it; "" for a drive that has its own.
mmc::Result<std::unique_ptr<ProgramDoor>> open_door(const ProgramOptions& options,
                                                    const std::string& time);

} // namespace burnrig::harness
