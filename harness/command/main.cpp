// SPDX-License-Identifier: Apache-2.0
// The `burnrig` command.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/command/command.h"
#include "harness/command/further_drives.h"
#include "harness/report/result_json.h"
#include "mmc/nearest.h"

namespace burnrig::harness {
namespace {

constexpr auto what_it_is =
    R"(A test rig for optical burning: a simulated recorder that unmodified programs burn on,
with every fault a real one can have, and a burn driver beside it.

  burnrig run --fault opc-failure -- wodim -v dev=/dev/sr0 image.iso
  burnrig burn --verify image.iso
  burnrig drives | media | faults                 what there is to choose from)";

constexpr auto exit_codes =
    R"(Exit codes: 0 pass, 1 fail, 2 usage, 3 rig broken, 4 nothing ran, 77 skipped;
burnrig run: the program's own, 125 if the rig itself failed.)";

// CLI11 would only say that a subcommand is missing.
int refuse_unknown(const CLI::App& app, std::string_view word) {
    std::vector<std::string> names;
    for (const auto* command : app.get_subcommands({}))
        names.push_back(command->get_name());
    return complain(
        fmt::format("there is no command '{}'; did you mean {}? (burnrig --help lists them)", word,
                    mmc::nearest(word, names)),
        exit_usage);
}

int run_command_line(int argc, char** argv) {
    CLI::App app{what_it_is, "burnrig"};
    app.footer(exit_codes);
    app.require_subcommand(1);
    app.set_version_flag("--version", version());
    int exit_code = exit_pass;
    for (const auto add :
         {add_run_command,    add_burn_command,   add_blank_command,       add_close_command,
          add_format_command, add_info_command,   add_toc_command,         add_read_command,
          add_eject_command,  add_disc_command,   add_conformance_command, add_test_command,
          add_list_commands,  add_faults_command, add_ctl_command,         add_serve_command,
          add_record_command, add_replay_command, add_profile_command,     add_diff_command,
          add_ledger_command, add_sweep_command,  add_campaign_command})
        add(app, exit_code);
    if (argc > 1 && argv[1][0] != '-' &&
        app.get_subcommands([&](const CLI::App* known) { return known->get_name() == argv[1]; })
            .empty())
        return refuse_unknown(app, argv[1]);
    std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    if (const auto taken = take_further_drives(arguments); !taken)
        return complain(taken.error().message, exit_usage);
    std::reverse(arguments.begin(), arguments.end()); // as the parser wants them
    try {
        app.parse(arguments);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? exit_pass : exit_usage;
    }
    return exit_code;
}

} // namespace

bool write_result(const std::string& path, std::string_view text) {
    if (path == "-") {
        fmt::print("{}", text);
        return true;
    }
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (!file)
        complain(fmt::format("{}: cannot be written: {}", path, std::strerror(errno)),
                 exit_rig_broken);
    return bool(file);
}

int complain(std::string_view message, int exit_code) {
    fmt::print(stderr, "burnrig: {}\n", message);
    return exit_code;
}

} // namespace burnrig::harness

int main(int argc, char** argv) {
    using namespace burnrig::harness;
    try {
        return run_command_line(argc, argv);
    } catch (const std::exception& error) {
        return complain(fmt::format("internal error: {}", error.what()), exit_rig_broken);
    }
}
