// SPDX-License-Identifier: Apache-2.0
// burnrig campaign: a sweep in shards on many processes or machines. It is Python
// (python/burnrig/campaign), since the engines are; this finds it and becomes it.
//
//     bin/burnrig beside  python/                              a build folder
//                         lib/python3.11/dist-packages/        cmake --install
//                         ../../../burnrig/                    a wheel: burnrig/rig/bin/burnrig
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/command/command.h"

namespace burnrig::harness {
namespace {

namespace fs = std::filesystem;

// The folder that the package is in; "" when it is in none.
std::string package_root(const fs::path& program) {
    std::error_code error;
    const auto prefix = program.parent_path().parent_path();
    std::vector<fs::path> places{prefix / "python", prefix.parent_path().parent_path()};
    for (fs::directory_iterator entry(prefix / "lib", error), end; !error && entry != end;
         entry.increment(error))
        if (entry->path().filename().string().starts_with("python"))
            places.push_back(entry->path() / "dist-packages");
    for (const auto& place : places)
        if (fs::exists(place / "burnrig/campaign/__main__.py", error))
            return place.string();
    return {};
}

int become_python(const std::vector<std::string>& arguments) {
    std::error_code error;
    const auto program = fs::read_symlink("/proc/self/exe", error);
    const auto root = package_root(program);
    if (root.empty())
        return complain(
            "campaign: the Python package burnrig is not beside this program: build the "
            "target _burnrig, or install the package whole",
            exit_rig_broken);
    const char* path = std::getenv("PYTHONPATH");
    ::setenv("PYTHONPATH", (path && *path ? root + ":" + path : root).c_str(), 1);
    ::setenv("BURNRIG", program.c_str(), 1);
    // Debian's, whatever stands first on the PATH: its Dask is for that one.
    const std::string python =
        ::access("/usr/bin/python3", X_OK) == 0 ? "/usr/bin/python3" : "python3";
    std::vector<std::string> words{python, "-m", "burnrig.campaign"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (auto& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    ::execvp(pointers[0], pointers.data());
    return complain(fmt::format("campaign: {}: {}", python, std::strerror(errno)), exit_rig_broken);
}

} // namespace

void add_campaign_command(CLI::App& app, int& exit_code) {
    auto* command =
        app.add_subcommand("campaign", "A sweep in shards, on many processes or machines");
    command->prefix_command();
    command->set_help_flag();
    command->callback([command, &exit_code] { exit_code = become_python(command->remaining()); });
}

} // namespace burnrig::harness
