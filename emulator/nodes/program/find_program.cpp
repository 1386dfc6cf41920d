// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/program/find_program.h"

#include <cstdlib>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace burnrig::emulator::nodes {
namespace {

bool is_program(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
           ::access(path.c_str(), X_OK) == 0;
}

bool exists(const std::string& path) {
    return ::access(path.c_str(), F_OK) == 0;
}

} // namespace

Program find_program(const std::string& name) {
    if (name.find('/') != std::string::npos) {
        if (is_program(name))
            return {name, 0, ""};
        const int code = exists(name) ? 126 : 127;
        return {
            "", code,
            fmt::format("{}: {}", name, code == 126 ? "not an executable file" : "no such file")};
    }
    const char* const variable = std::getenv("PATH");
    const std::string list = variable != nullptr ? variable : "/usr/local/bin:/usr/bin:/bin";
    std::string refused;
    for (std::size_t at = 0; at <= list.size();) {
        const std::size_t end = std::min(list.find(':', at), list.size());
        const std::string folder = end == at ? "." : list.substr(at, end - at);
        const std::string path = fmt::format("{}/{}", folder, name);
        if (!name.empty() && is_program(path))
            return {path, 0, ""};
        if (!name.empty() && exists(path) && refused.empty())
            refused = path;
        at = end + 1;
    }
    if (!refused.empty())
        return {"", 126, fmt::format("{}: not an executable file", refused)};
    return {"", 127, fmt::format("{}: no such command in $PATH", name)};
}

int number_at_end(const std::string& path) {
    const std::size_t digits = path.find_last_not_of("0123456789") + 1;
    constexpr std::size_t digits_max = 3;
    return digits < path.size() && path.size() - digits <= digits_max
               ? std::stoi(path.substr(digits))
               : 0;
}

} // namespace burnrig::emulator::nodes
