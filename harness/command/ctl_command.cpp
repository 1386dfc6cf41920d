// SPDX-License-Identifier: Apache-2.0
// burnrig ctl: asks a running rig for something, through its control socket.
//
//     burnrig run --socket /tmp/rig.sock -- my-burner image.iso &
//     burnrig ctl /tmp/rig.sock inject write-error@write=100
//     burnrig ctl /tmp/rig.sock list
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/command/command.h"
#include "harness/control/client.h"
#include "harness/control/rig_control.h"

namespace burnrig::harness {
namespace {

struct CtlOptions {
    std::string socket;
    control::Request request;
    double patience_s = 300;
    bool json = false;
};

std::string plain(const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

// A line per rule, or per key; lists of names a name a line.
void print_text(const Json& reply) {
    for (const auto& [key, value] : reply.items()) {
        if (key == "faults")
            for (const auto& rule : value)
                fmt::print("{}: matched {}, fired {}{}\n    {}\n", plain(rule["name"]),
                           plain(rule["matched"]), plain(rule["fired"]),
                           rule["suppressed_by"] == ""
                               ? ""
                               : fmt::format(", suppressed by {}", plain(rule["suppressed_by"])),
                           plain(rule["rule"]));
        else if (value.is_array())
            for (const auto& name : value)
                fmt::print("{}\n", plain(name));
        else
            fmt::print("{}: {}\n", key, plain(value));
    }
}

int ask(const CtlOptions& options) {
    const auto patience = std::chrono::milliseconds(static_cast<long>(options.patience_s * 1000));
    const auto reply = control::ask(options.socket, options.request, patience);
    if (!reply.result)
        return complain(reply.result.error().message, reply.arrived ? exit_fail : exit_rig_broken);
    if (options.json)
        fmt::print("{}\n", reply.result->dump(2));
    else
        print_text(*reply.result);
    return exit_pass;
}

std::string help() {
    std::string text = "What can be asked:\n";
    for (const auto& action : control::actions())
        text += fmt::format("  {:<22}{}\n", fmt::format("{} {}", action.name, action.argument),
                            action.summary);
    return text +
           "The answer comes when the change has taken effect, between two commands of the drive.\n"
           "Exit codes: 0 done, 1 refused, 3 nobody answers.";
}

} // namespace

void add_ctl_command(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand(
        "ctl", "Changes a running rig: faults, disc, tray (burnrig run --socket)");
    auto options = std::make_shared<CtlOptions>();
    command->add_option("SOCKET", options->socket, "The socket of the running rig")->required();
    command->add_option("ACTION", options->request.action, "What to do")->required();
    command->add_option("ARGUMENT", options->request.argument, "What to do it with");
    command
        ->add_option("--drive", options->request.drive,
                     "Which drive, of a rig with several: 1 is the first")
        ->check(CLI::Range(1, 1000));
    command->add_option("--patience", options->patience_s, "Seconds to wait for the answer")
        ->check(CLI::Range(0.001, 1e6))
        ->capture_default_str();
    command->add_flag("--json", options->json, "Print the answer as JSON");
    command->footer(help());
    command->callback([options, &exit_code] { exit_code = ask(*options); });
}

} // namespace burnrig::harness
