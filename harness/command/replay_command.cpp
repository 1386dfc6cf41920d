// SPDX-License-Identifier: Apache-2.0
// burnrig replay: serves a transcript to a program as if the drive were there, or carries a failed
// trial of a sweep out again. The file decides.
//
//     burnrig replay run.transcript -- wodim -tao dev=/dev/sr0 image.iso
//     burnrig replay run.transcript --run             the program that was recorded
//     burnrig replay run.transcript                   says what is in it
//     burnrig replay failures/I3-9f2c41d0.yaml        a file of `burnrig sweep --out`, or all of
//     them
//
// The run must send the recorded commands in their order. Where it leaves them it is told what
// differed, and its drive is gone.
#include <csignal>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/command/command.h"
#include "harness/command/program_options.h"
#include "harness/command/replay_failures.h"
#include "harness/report/replay_command.h"
#include "harness/report/result_json.h"
#include "harness/transcript/replay_target.h"
#include "harness/transcript/transcript_file.h"

namespace burnrig::harness {
namespace {

using transcript::ReplayTarget;
using transcript::Transcript;

// Nothing is told: where the program found the drive then.
ProgramOptions recorded_places() {
    ProgramOptions options;
    options.node.clear();
    options.generic.clear();
    options.host.clear();
    return options;
}

struct ReplayOptions {
    std::string file;
    ProgramOptions program = recorded_places();
    std::string time = "virtual";
    std::string json;
    bool run_recorded = false;
    bool ignore_data = false;
    bool trace = false;
};

/// What came of a replay.
struct Replayed {
    int code = 0; ///< the program's
    std::uint64_t served = 0;
    std::optional<transcript::Divergence> divergence;
    std::string rest;

    bool as_recorded(const Transcript& transcript) const {
        return !divergence && rest.empty() && code == transcript.exit_code;
    }
};

int describe(const ReplayOptions& options, const Transcript& transcript) {
    fmt::print("{}: {} commands to {} {} {}{}\n"
               "  drive    {}, medium {}\n"
               "  program  {}\n"
               "  its exit code was {}\n"
               "To serve it to that program: burnrig replay {} --run\n"
               "To serve it to another:      burnrig replay {} -- COMMAND...\n",
               options.file, transcript.exchanges.size(), transcript.drive.vendor,
               transcript.drive.product, transcript.drive.revision,
               transcript.redacted ? ", without serial numbers" : "", transcript.run.drive,
               transcript.run.medium, shell_line(transcript.program), transcript.exit_code,
               options.file, options.file);
    return exit_nothing_ran;
}

ProgramOptions as_recorded(ProgramOptions wanted, const Transcript& transcript) {
    const auto otherwise = [](std::string& value, const std::string& recorded) {
        if (value.empty())
            value = recorded;
    };
    otherwise(wanted.node, transcript.node);
    otherwise(wanted.generic, transcript.generic);
    otherwise(wanted.host, transcript.host);
    if (wanted.command.empty())
        wanted.command = transcript.program;
    return wanted;
}

mmc::Result<Replayed> serve(const ReplayOptions& options, const Transcript& transcript) {
    const auto program = as_recorded(options.program, transcript);
    auto door = open_door(program, options.time);
    if (!door)
        return tl::unexpected(door.error());
    (*door)->describe(0, transcript::model_of(transcript.drive));
    ReplayTarget target(transcript, (*door)->clock());
    if (options.ignore_data)
        target.ignore_data();
    // A program that does not see that its drive is gone would ask for ever.
    target.on_exhausted([&door] { (*door)->signal(SIGKILL); });
    const auto code = (*door)->run(target, program.command, nullptr);
    if (!code)
        return tl::unexpected(code.error());
    return Replayed{*code, target.served(), target.divergence(), target.rest()};
}

void print_summary(const ReplayOptions& options, const Transcript& transcript,
                   const Replayed& replayed) {
    const auto& file = options.file;
    if (replayed.divergence)
        fmt::print(stderr, "burnrig: {}: {}", file, to_text(*replayed.divergence));
    else if (!replayed.rest.empty())
        fmt::print(stderr, "burnrig: {}: {}", file, replayed.rest);
    if (replayed.code != transcript.exit_code)
        fmt::print(stderr, "burnrig: {}: the program's exit code is {}, and was {}\n", file,
                   replayed.code, transcript.exit_code);
    if (!replayed.as_recorded(transcript))
        fmt::print(stderr,
                   "burnrig: if the program is meant to do this now, record it again: {}{}\n",
                   transcript.run.replay,
                   options.ignore_data || !replayed.divergence
                       ? ""
                       : "; if it only writes other data, --ignore-data");
    else if (!options.program.quiet)
        fmt::print(stderr, "burnrig: {}: all {} commands as recorded, exit code {}\n", file,
                   replayed.served, replayed.code);
}

bool write_json(const ReplayOptions& options, const Transcript& transcript,
                const Replayed& replayed) {
    Json json = to_json(transcript.run);
    json["replay"] = replay_command();
    json["transcript"] = options.file;
    json["outcome"] = replayed.as_recorded(transcript) ? "as-recorded" : "differs";
    json["program_exit"] = replayed.code;
    json["recorded_exit"] = transcript.exit_code;
    json["commands"] = transcript.exchanges.size();
    json["served"] = replayed.served;
    if (const auto& left = replayed.divergence)
        json["divergence"] = {
            {"command", left->number}, {"what", left->what}, {"text", to_text(*left)}};
    return write_result(options.json,
                        json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

int replay_transcript(const ReplayOptions& options) {
    const auto transcript = transcript::read_transcript(options.file);
    if (!transcript)
        return complain(transcript.error().message, exit_usage);
    if (options.program.command.empty() && !options.run_recorded)
        return describe(options, *transcript);
    if (options.program.command.empty() && transcript->program.empty())
        return complain("no program is recorded there: give one behind --", exit_usage);
    const auto replayed = serve(options, *transcript);
    if (!replayed)
        return complain(replayed.error().message, exit_rig_broken);
    print_summary(options, *transcript, *replayed);
    if (!options.json.empty() && !write_json(options, *transcript, *replayed))
        return exit_rig_broken;
    return replayed->as_recorded(*transcript) ? exit_pass : exit_fail;
}

} // namespace

void add_replay_command(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand(
        "replay",
        "Serves a transcript of `burnrig record` to a program, without the drive; or carries "
        "a failed trial of `burnrig sweep` out again");
    auto options = std::make_shared<ReplayOptions>();
    command
        ->add_option("FILE", options->file,
                     "A transcript; or a .yaml file that a sweep wrote, or a directory of them")
        ->required();
    auto* run = command->add_flag("--run", options->run_recorded,
                                  "Run the program that was recorded: look first which one it is, "
                                  "when the file is not your own");
    command
        ->add_option("--time", options->time,
                     "virtual: recorded times pass at once; real; or xN: N times as fast")
        ->capture_default_str();
    command->add_flag("--ignore-data", options->ignore_data,
                      "What the program writes may be other data than then, if as long (a disc "
                      "image with the date in it)");
    command->add_flag("--trace", options->trace,
                      "Of a sweep's file: print every command, and what the driver says");
    command->add_option("--json", options->json, "Write what came of it to this file");
    add_program_options(*command, options->program, "The program, behind --");
    command->get_option("COMMAND")->excludes(run);
    command->footer(
        "Exit codes: 0 the run was as recorded, 1 it was not, 2 the file cannot be read "
        "(or usage), 3 the rig is broken, 4 nothing ran.");
    command->callback([options, &exit_code] {
        exit_code = are_failures(options->file) ? replay_failures(options->file, options->trace)
                                                : replay_transcript(*options);
    });
}

} // namespace burnrig::harness
