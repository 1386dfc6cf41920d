// SPDX-License-Identifier: Apache-2.0
// How the `burnrig` command is put together: each subcommand is one file that adds itself to the
// command line.
//
//     void add_blank_command(CLI::App& app, int& exit_code);   // parses into its options, runs,
//     sets the code
#pragma once

#include <string>
#include <string_view>

#include "mmc/result.h"

namespace CLI {
class App;
}

namespace burnrig::harness {

/// What the command's exit codes mean (`burnrig run` passes on its program's own).
enum ExitCode : int {
    exit_pass = 0,
    exit_fail = 1,
    exit_usage = 2,
    exit_rig_broken = 3,
    exit_nothing_ran = 4,
    exit_skipped = 77,
    exit_run_rig_broken = 125, ///< `burnrig run`: the rig itself failed
};

void add_run_command(CLI::App& app, int& exit_code);
void add_burn_command(CLI::App& app, int& exit_code);
void add_blank_command(CLI::App& app, int& exit_code);
void add_close_command(CLI::App& app, int& exit_code);
void add_format_command(CLI::App& app, int& exit_code);
void add_info_command(CLI::App& app, int& exit_code);
void add_toc_command(CLI::App& app, int& exit_code);
void add_read_command(CLI::App& app, int& exit_code);
void add_eject_command(CLI::App& app, int& exit_code);
void add_disc_command(CLI::App& app, int& exit_code);
void add_conformance_command(CLI::App& app, int& exit_code);
void add_ctl_command(CLI::App& app, int& exit_code);
void add_serve_command(CLI::App& app, int& exit_code);
void add_record_command(CLI::App& app, int& exit_code);
void add_profile_command(CLI::App& app, int& exit_code);
void add_diff_command(CLI::App& app, int& exit_code);
void add_ledger_command(CLI::App& app, int& exit_code);
void add_test_command(CLI::App& app, int& exit_code);
void add_sweep_command(CLI::App& app, int& exit_code);
void add_campaign_command(CLI::App& app, int& exit_code);
void add_replay_command(CLI::App& app, int& exit_code);
void add_list_commands(CLI::App& app, int& exit_code);
void add_faults_command(CLI::App& app, int& exit_code);

/// Writes a result to a file, or to standard output when the path is "-". Complains and gives false
/// when it cannot.
bool write_result(const std::string& path, std::string_view text);

/// Prints "burnrig: message" to standard error and gives the code back.
int complain(std::string_view message, int exit_code);

} // namespace burnrig::harness
