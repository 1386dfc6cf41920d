// SPDX-License-Identifier: Apache-2.0
#include "harness/command/replay_failures.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "harness/command/command.h"
#include "harness/scenario/suite.h"
#include "harness/sweep/failure_file.h"

namespace burnrig::harness {
namespace {

int replay_one_failure(const std::string& file, bool trace) {
    const auto replay = sweep::replay_failure(file);
    if (!replay)
        return complain(replay.error().message, exit_usage);
    if (trace)
        fmt::print("{}{}", replay->trace, replay->told);
    for (const auto& violation : replay->violations) {
        const auto* invariant = sweep::find_invariant(violation.invariant);
        fmt::print("FAIL  {}  {}: {}\n      {}\n", violation.invariant, file,
                   invariant ? invariant->title : "", violation.detail);
    }
    if (replay->violations.empty())
        fmt::print("ok    {}\n", file);
    return replay->violations.empty() ? exit_pass : exit_fail;
}

} // namespace

bool are_failures(const std::string& path) {
    std::error_code error;
    return path.ends_with(".yaml") || std::filesystem::is_directory(path, error);
}

int replay_failures(const std::string& path, bool trace) {
    const auto files = scenario::find_scenarios({path}, "");
    if (!files)
        return complain(files.error().message, exit_usage);
    if (files->empty())
        return complain("there is nothing to replay", exit_nothing_ran);
    int worst = exit_pass;
    for (const auto& file : *files)
        worst = std::max(worst, replay_one_failure(file, trace));
    return worst;
}

} // namespace burnrig::harness
