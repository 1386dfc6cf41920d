// SPDX-License-Identifier: Apache-2.0
// Starts the program with the shim in its environment, and passes signals on to it.
#pragma once

#include <functional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

#include "mmc/result.h"

namespace burnrig::emulator::nodes::preload {

using Variable = std::pair<std::string, std::string>;

/// Starts `path` with `argv` in this process's environment, changed by `variables`. `before_exec`
/// runs here when the child exists but has not yet become the program.
mmc::Result<pid_t> launch(const std::string& path, const std::vector<std::string>& argv,
                          const std::vector<Variable>& variables,
                          const std::function<void(pid_t)>& before_exec);

/// While it lives, SIGINT and SIGTERM that somebody sends to this process go to the child. Those
/// from a terminal's keyboard do not: the terminal sends them to the child itself.
class SignalForwarding {
public:
    explicit SignalForwarding(pid_t child);
    ~SignalForwarding();
    SignalForwarding(const SignalForwarding&) = delete;
    SignalForwarding& operator=(const SignalForwarding&) = delete;

private:
    struct Saved;
    Saved* saved_;
};

} // namespace burnrig::emulator::nodes::preload
