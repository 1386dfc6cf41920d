// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/scenario_text.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include "harness/scenario/scenario_yaml.h"

namespace burnrig::fuzz {

bool try_scenario(std::string_view text) {
    const int file = ::memfd_create("scenario", MFD_CLOEXEC);
    if (file < 0 || ::write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        std::abort();
    const std::string path = "/proc/self/fd/" + std::to_string(file);
    const auto scenario = harness::scenario::read_scenario(path);
    ::close(file);
    if (!scenario && scenario.error().message.find(path) == std::string::npos) {
        std::fprintf(stderr, "no place in: %s\n", scenario.error().message.c_str());
        std::abort();
    }
    return scenario.has_value();
}

} // namespace burnrig::fuzz
