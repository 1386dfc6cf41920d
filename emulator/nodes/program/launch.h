// SPDX-License-Identifier: Apache-2.0
// Starts the program that a door serves, and passes signals on to it.
#pragma once

#include <functional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

#include "mmc/result.h"

namespace burnrig::emulator::nodes {

using Variable = std::pair<std::string, std::string>;

/// Starts `path` with `argv` in this process's environment, changed by `variables`. `before_exec`
/// runs here when the child exists but has not yet become the program.
///
/// `in_child` runs in the child just before it becomes the program, and ends the start with the
/// errno it returns unless that is 0. Only calls that are safe after fork() are for it.
mmc::Result<pid_t> launch(const std::string& path, const std::vector<std::string>& argv,
                          const std::vector<Variable>& variables,
                          const std::function<void(pid_t)>& before_exec,
                          const std::function<int()>& in_child = {});

/// While it lives, SIGINT and SIGTERM that somebody sends to this process go to the child. Those
/// from a terminal's keyboard do not: the terminal sends them to the child itself.
class SignalForwarding {
public:
    explicit SignalForwarding(pid_t child);
    ~SignalForwarding();
    SignalForwarding(const SignalForwarding&) = delete;
    SignalForwarding& operator=(const SignalForwarding&) = delete;

    /// Whether a SIGTERM went to the child.
    static bool asked_to_end();

private:
    struct Saved;
    Saved* saved_;
};

/// While it lives, orphans of the tree become this process's children and so stay in sight.
class Subreaper {
public:
    Subreaper();
    ~Subreaper();
    Subreaper(const Subreaper&) = delete;
    Subreaper& operator=(const Subreaper&) = delete;

private:
    int before_ = 0;
};

/// The exit code of a program as a shell tells it, from what waitpid() says of its end.
int exit_code_of(int status);

} // namespace burnrig::emulator::nodes
