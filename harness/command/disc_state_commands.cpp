// SPDX-License-Identifier: Apache-2.0
// burnrig blank | close | info | toc | eject: short operations on the disc that is in the drive.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/command/drive_command.h"

namespace burnrig::harness {
namespace {

Answer disc_answer(const driver::DiscSummary& disc) {
    Answer answer;
    answer.json = driver::to_json(disc);
    answer.json["state"] = driver::to_string(disc.status);
    answer.text = driver::to_line(disc) + "\n";
    return answer;
}

driver::Outcome<Answer> info(driver::Recorder& recorder) {
    const auto drive = recorder.drive();
    if (!drive)
        return tl::unexpected(drive.error());
    Answer answer;
    const auto& id = drive->inquiry;
    answer.text = fmt::format("{} {} {}\n", id.vendor, id.product, id.revision);
    answer.json["drive_summary"] = driver::to_json(*drive);
    const auto disc = recorder.disc();
    if (!disc && disc.error().cause == driver::Cause::no_medium) {
        answer.text += "no medium\n";
        answer.json["state"] = "no-medium";
        return answer;
    }
    if (!disc)
        return tl::unexpected(disc.error());
    const auto of_disc = disc_answer(*disc);
    answer.json.update(of_disc.json);
    answer.text += of_disc.text;
    return answer;
}

driver::Outcome<Answer> toc(driver::Recorder& recorder) {
    const auto toc = recorder.toc();
    if (!toc)
        return tl::unexpected(toc.error());
    Answer answer;
    answer.json["tracks"] = Json::array();
    for (std::size_t i = 0; i < toc->tracks.size(); ++i) {
        const auto& track = toc->tracks[i];
        const auto& next =
            i + 1 < toc->tracks.size() ? toc->tracks[i + 1] : toc->lead_out.value_or(track);
        const char* kind = track.is_data() ? "data" : "audio";
        const auto blocks = next.start - track.start;
        answer.json["tracks"].push_back(Json{
            {"number", track.number}, {"kind", kind}, {"start", track.start}, {"blocks", blocks}});
        answer.text += fmt::format("track {:2}  {:5}  LBA {:6}  {:6} blocks\n", track.number, kind,
                                   track.start, blocks);
    }
    if (toc->lead_out) {
        answer.json["lead_out"] = toc->lead_out->start;
        answer.text += fmt::format("lead-out         LBA {:6}\n", toc->lead_out->start);
    }
    return answer;
}

using Simple = driver::Outcome<Answer> (*)(driver::Recorder&);

void add_simple(CLI::App& app, int& exit_code, const char* name, const char* description,
                Simple operation) {
    auto* command = app.add_subcommand(name, description);
    auto options = std::make_shared<DriveCommandOptions>();
    add_drive_command_options(*command, *options, Changes::nothing);
    command->callback([options, operation, &exit_code] {
        exit_code = run_drive_command(*options, Changes::nothing,
                                      [operation](driver::Recorder& recorder, driver::Observer&) {
                                          return operation(recorder);
                                      });
    });
}

} // namespace

void add_info_command(CLI::App& app, int& exit_code) {
    add_simple(app, exit_code, "info", "Tells what the drive is and what is on its disc", info);
}

void add_toc_command(CLI::App& app, int& exit_code) {
    add_simple(app, exit_code, "toc", "Prints the table of contents", toc);
}

void add_eject_command(CLI::App& app, int& exit_code) {
    add_simple(app, exit_code, "eject", "Opens the tray",
               [](driver::Recorder& recorder) -> driver::Outcome<Answer> {
                   return recorder.eject().map([] {
                       return Answer{Json::object(), "the tray is open\n"};
                   });
               });
}

namespace {

using Changing = driver::Outcome<Answer> (*)(driver::Recorder&, bool chosen, driver::Observer&);

// A command that changes the disc and has one flag of its own.
void add_changing(int& exit_code, CLI::App* command, const char* flag, const char* flag_text,
                  Changing operation) {
    auto options = std::make_shared<DriveCommandOptions>();
    auto chosen = std::make_shared<bool>(false);
    command->add_flag(flag, *chosen, flag_text);
    add_drive_command_options(*command, *options, Changes::the_disc);
    command->callback([options, chosen, operation, &exit_code] {
        exit_code = run_drive_command(*options, Changes::the_disc,
                                      [&](driver::Recorder& recorder, driver::Observer& observer) {
                                          return operation(recorder, *chosen, observer);
                                      });
    });
}

} // namespace

void add_blank_command(CLI::App& app, int& exit_code) {
    add_changing(exit_code, app.add_subcommand("blank", "Erases a rewritable disc"), "--full",
                 "Erase all of it, not only what leads to it",
                 [](driver::Recorder& recorder, bool full, driver::Observer& observer) {
                     const auto type = full ? driver::BlankType::full : driver::BlankType::fast;
                     return recorder.blank(type, &observer).map(disc_answer);
                 });
}

void add_format_command(CLI::App& app, int& exit_code) {
    struct Options {
        DriveCommandOptions common;
        std::string kind = "standard";
        driver::FormatWish wish;
    };
    auto* command = app.add_subcommand("format", "Formats a rewritable disc, or a blank BD-R");
    auto options = std::make_shared<Options>();
    command
        ->add_option("--as", options->kind,
                     "standard; BD-RE no-spares; BD-R pow (pseudo-overwrite), spares, random")
        ->capture_default_str()
        ->check(CLI::IsMember(driver::format_kind_words()));
    command->add_flag("--full", options->wish.full, "DVD-RW: format all of the disc");
    command->add_flag("--again", options->wish.again,
                      "Also when it is formatted; what is on it is lost");
    add_drive_command_options(*command, options->common, Changes::the_disc);
    command->callback([options, &exit_code] {
        options->wish.kind = *driver::parse_format_kind(options->kind);
        exit_code =
            run_drive_command(options->common, Changes::the_disc,
                              [&](driver::Recorder& recorder, driver::Observer& observer) {
                                  return recorder.format(options->wish, &observer).map(disc_answer);
                              });
    });
}

void add_close_command(CLI::App& app, int& exit_code) {
    add_changing(exit_code, app.add_subcommand("close", "Closes an open track and session"),
                 "--finalize", "Nothing can be appended afterwards",
                 [](driver::Recorder& recorder, bool finalize, driver::Observer& observer) {
                     return recorder.close(finalize, &observer).map(disc_answer);
                 });
}

} // namespace burnrig::harness
