// SPDX-License-Identifier: Apache-2.0
// burnrig ledger: what was done to real discs so far, by drive and kind of medium.
//
//     burnrig ledger rig.yaml
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/command/command.h"
#include "harness/safety/ledger.h"
#include "harness/safety/rig_file.h"

namespace burnrig::harness {
namespace {

int print_ledger(const std::string& rig_file) {
    const auto rig = read_rig_file(rig_file);
    if (!rig)
        return complain(rig.error().message, exit_usage);
    if (!std::filesystem::exists(rig->ledger)) {
        fmt::print("{}", to_text(std::vector<LedgerTotal>{}));
        return exit_pass;
    }
    const auto totals = read_ledger(rig->ledger);
    if (!totals)
        return complain(totals.error().message, exit_fail);
    fmt::print("{}", to_text(*totals));
    return exit_pass;
}

} // namespace

void add_ledger_command(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand(
        "ledger", "Lists what was done to the discs of a rig file's drives: recordings, "
                  "calibrations, blankings");
    auto rig_file = std::make_shared<std::string>();
    command->add_option("RIG", *rig_file, "The rig file (--rig)")->required();
    command->footer("'no end': runs that were cut off (kill, power) before they could write down "
                    "what they had done.\nOPC: calibrations that were asked for; each uses up a "
                    "place of a write-once disc's calibration area.");
    command->callback([rig_file, &exit_code] { exit_code = print_ledger(*rig_file); });
}

} // namespace burnrig::harness
