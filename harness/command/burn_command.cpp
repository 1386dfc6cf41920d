// SPDX-License-Identifier: Apache-2.0
// burnrig burn: our own driver records an image.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/command/drive_command.h"
#include "harness/rig/burn_image.h"
#include "harness/rig/burn_settings.h"

namespace burnrig::harness {
namespace {

struct BurnOptions {
    DriveCommandOptions common;
    std::vector<std::string> images;
    std::string size;
    int patience_s = 600;
    bool audio = false;
    std::string byte_order = "by-name";
    std::string volume;
    BurnSettings settings;
};

void add_options(CLI::App& command, BurnOptions& options) {
    command
        .add_option(
            "IMAGE", options.images,
            "What to record: an image, a .cue or .toc sheet with all its sessions, audio files, "
            "a directory; - for standard input; pattern:SIZE[,SEED] for made data")
        ->required();
    command.add_option("--size", options.size,
                       "Bytes that standard input will give (700M); without it the burn "
                       "goes on until the input ends, in modes that can do that");
    command
        .add_option("--patience", options.patience_s,
                    "Seconds to wait for an input that gives nothing, before the burn fails")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    command.add_flag("--audio", options.audio,
                     "What has no name of its own kind (standard input, a pattern, an unknown "
                     "ending) is samples: 44.1 kHz, 16 bits, two channels");
    command
        .add_option("--byte-order", options.byte_order,
                    "Of samples without a header: by-name (.cdr and .cdda big, others little), "
                    "little, big")
        ->capture_default_str()
        ->check(CLI::IsMember({"by-name", "little", "big"}));
    command.add_option("--volume", options.volume,
                       "Label of the file system that is made from a directory");
    command
        .add_option("--mode", options.settings.mode,
                    "auto, or how the medium is recorded: CD tao, sao, raw16, raw96p, raw96r; "
                    "DVD-R and DVD-RW dao, "
                    "incremental; DVD+R sequential; BD-R sequential, pow, random; the others "
                    "overwrite")
        ->capture_default_str()
        ->check(CLI::IsMember(driver::write_mode_words()));
    command
        .add_option("--speed", options.settings.speed,
                    "max, or a number: 8 (times the medium's single speed), 8cd-x, 4dvd-x, 2bd-x, "
                    "1411kb")
        ->capture_default_str();
    command
        .add_option("--opc", options.settings.opc,
                    "Calibrate the laser before writing: auto, always or never")
        ->capture_default_str()
        ->check(CLI::IsMember({"auto", "always", "never"}));
    command
        .add_option("--opc-retry", options.settings.opc_retries,
                    "After a failed calibration try so many lower speeds")
        ->check(CLI::Range(0, 16));
    command.add_flag("--multi", options.settings.multi, "Leave the disc appendable");
    command.add_flag("--verify", options.settings.verify, "Read back and compare every block");
    command.add_flag("--simulate", options.settings.simulate,
                     "Do all but write (laser at read power)");
    command.add_flag("--no-burn-free", options.settings.no_burn_free,
                     "No protection against buffer underruns");
    command.add_flag("--any-speed", options.common.any_speed,
                     "Believe a burn that is faster than any drive (for drives that take no time)");
    command.add_flag("--eject", options.settings.eject, "Open the tray after a good burn");
    command.add_flag("--overburn", options.settings.overburn,
                     "Try it although the disc has not enough room");
    command.add_flag("--resume", options.settings.resume,
                     "Go on with an interrupted recording of the same image");
    command.add_flag("--streaming", options.settings.streaming,
                     "DVD-RAM, BD: the drive need not verify what it writes");
    command
        .add_option("--start", options.settings.start_lba,
                    "Overwritable media: the LBA at which the data begin")
        ->check(CLI::NonNegativeNumber);
    command.add_option("--layer-break", options.settings.layer_break,
                       "DVD+R DL: blocks of the first layer; 0 leaves it as it is");
    add_drive_command_options(command, options.common, Changes::the_disc);
}

Answer answer_of(const driver::BurnReport& report) {
    Answer answer;
    if (report.verify)
        answer.json["verified_blocks"] = report.verify->compared;
    answer.json["report"] = driver::to_json(report);
    answer.text = driver::to_text(report);
    return answer;
}

int burn(const BurnOptions& options) {
    driver::SourceOptions source_options;
    if (!options.size.empty()) {
        source_options.size = driver::parse_size(options.size);
        if (!source_options.size)
            return complain(
                fmt::format("--size {}: give a number of bytes, such as 700M", options.size),
                exit_usage);
    }
    source_options.patience = std::chrono::seconds(options.patience_s);
    source_options.audio = options.audio;
    source_options.volume = options.volume;
    source_options.byte_order = options.byte_order == "little" ? driver::ByteOrder::little
                                : options.byte_order == "big"  ? driver::ByteOrder::big
                                                               : driver::ByteOrder::by_name;
    auto image = BurnImage::open(options.images, source_options);
    if (!image)
        return complain(image.error().message, exit_usage);
    auto job = make_burn_job(options.settings, image->first_source());
    if (!job)
        return complain(job.error().message, exit_usage);
    job->compilation = &image->compilation();
    auto common = options.common;
    common.target.rig.around.source = true;
    common.on_connect = [&image](Connection& connection) { image->attach(connection); };
    return run_drive_command(common, Changes::the_disc,
                             [&job](driver::Recorder& recorder, driver::Observer& observer) {
                                 return recorder.burn(*job, &observer).map(answer_of);
                             });
}

} // namespace

void add_burn_command(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("burn", "Records an image with Burnrig's own driver");
    auto options = std::make_shared<BurnOptions>();
    add_options(*command, *options);
    command->callback([options, &exit_code] { exit_code = burn(*options); });
}

} // namespace burnrig::harness
