// SPDX-License-Identifier: Apache-2.0
// Finds the program of a command.
#pragma once

#include <string>

namespace burnrig::emulator::nodes {

struct Program {
    std::string path;  ///< "" when there is none to run
    int exit_code = 0; ///< as a shell's: 127 not found, 126 found but not executable
    std::string error; ///< for a person, when path is ""
};

/// As a shell finds a command: a name with a slash is a path, others are looked for in $PATH.
Program find_program(const std::string& name);

/// N of /dev/srN: the number that a device's path ends with, 0 without one.
int number_at_end(const std::string& path);

} // namespace burnrig::emulator::nodes
