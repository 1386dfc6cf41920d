// SPDX-License-Identifier: Apache-2.0
// burnrig record: a program on any drive, with everything that goes to and fro kept in a file.
//
//     burnrig record --device /dev/sr0 --out run.transcript -- cdrskin -v dev=/dev/sr0 -minfo
//     burnrig record --medium cd-rw-80 --out run.transcript -- wodim -tao dev=/dev/sr0 image.iso
//     burnrig replay run.transcript --run
//
//     program -> fake device -> TranscribingTarget -> (fault rules) -> (guard) -> drive
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/command/command.h"
#include "harness/command/program_options.h"
#include "harness/command/target_options.h"
#include "harness/profile/identify.h"
#include "harness/report/fault_summary.h"
#include "harness/transcript/transcribing_target.h"
#include "harness/transcript/transcript_file.h"

namespace burnrig::harness {
namespace {

struct RecordOptions {
    TargetOptions target;
    ProgramOptions program;
    Consent consent;
    std::string out;
    bool redact = false;
};

// What is known before the first command. A physical drive is asked for its identity, with commands
// that leave its unit attentions alone.
transcript::Transcript begin_of(const RecordOptions& options, Connection& connection) {
    transcript::Transcript begin;
    begin.run = connection.identity();
    begin.drive = connection.rig()
                      ? transcript::identity_of(connection.rig()->drive().model())
                      : transcript::identity_of(profile::identify(connection.target()).model);
    begin.node = options.program.node;
    begin.generic = options.program.generic;
    begin.host = options.program.host;
    begin.program = options.program.command;
    return begin;
}

void meet(ProgramDoor& door, Connection& connection, const transcript::DriveIdentity& drive) {
    door.describe(0, transcript::model_of(drive));
    auto* rig = connection.rig();
    if (!rig)
        return;
    door.on_host_event(
        [rig](std::string_view event) { return rig->surroundings().host_event(event); });
    rig->surroundings().connect([&door](int number) { door.signal(number); });
}

void print_summary(const RecordOptions& options, Connection& connection, std::uint64_t commands) {
    if (!connection.refusal().empty())
        complain(connection.refusal(), exit_usage);
    if (options.program.quiet)
        return;
    fmt::print(stderr,
               "burnrig: {} commands recorded; to serve them again: burnrig replay {} --run\n",
               commands, options.out);
    if (const auto* faults = connection.faults())
        fmt::print(stderr, "{}", fault_summary(faults->report()));
}

mmc::Result<int> record(const RecordOptions& options) {
    const bool simulated = options.target.device.empty();
    auto door = open_door(options.program, simulated ? options.target.time : "");
    if (!door)
        return tl::unexpected(door.error());
    auto target = options.target;
    target.rig.around.host_node = true;
    const Access access{
        .writes = options.consent.allow_destructive, .may_write = true, .consent = options.consent};
    auto connection = Connection::open(target, access, &(*door)->clock());
    if (!connection)
        return tl::unexpected(connection.error());
    auto begin = begin_of(options, **connection);
    meet(**door, **connection, begin.drive);
    auto writer =
        transcript::TranscriptWriter::create(options.out, std::move(begin), options.redact);
    if (!writer)
        return mmc::fail("--out {}", writer.error().message);
    transcript::TranscribingTarget transcribing(
        (*connection)->target(), (*door)->clock(),
        [&writer](transcript::Exchange exchange) { (*writer)->add(std::move(exchange)); });
    const auto code = (*door)->run(transcribing, options.program.command, nullptr);
    if (!code)
        return code;
    if (const auto finished = (*writer)->finish(*code); !finished)
        return mmc::fail("--out {}", finished.error().message);
    if (auto* rig = (*connection)->rig())
        if (const auto finished = rig->finish(); !finished)
            return tl::unexpected(finished.error());
    print_summary(options, **connection, (*writer)->count());
    return code;
}

} // namespace

void add_record_command(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand(
        "record", "Runs a program on a drive and keeps every command with its data and answer");
    auto options = std::make_shared<RecordOptions>();
    command->add_option("--out", options->out, "The transcript to write")->required();
    command->add_flag("--redact", options->redact,
                      "Blot out serial numbers (of the drive and of the medium, and whatever else "
                      "holds the same text), so that the file can be given away");
    add_target_options(*command, options->target);
    add_consent_options(*command, options->consent);
    add_program_options(*command, options->program, "The program, behind --");
    command->get_option("COMMAND")->required();
    command->footer(
        "What is read from a disc is in the file, what is written to it is not: of that "
        "the file has digests.\nA physical drive is only read, unless all consents are "
        "given. Exit code: the program's own; 125 if the rig itself failed.");
    command->callback([options, &exit_code] {
        const auto code = record(*options);
        exit_code = code ? *code : complain(code.error().message, exit_run_rig_broken);
    });
}

} // namespace burnrig::harness
