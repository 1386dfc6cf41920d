// SPDX-License-Identifier: Apache-2.0
// burnrig read: data blocks of the disc into a file.
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/command/drive_command.h"

namespace burnrig::harness {
namespace {

struct ReadOptions {
    DriveCommandOptions common;
    std::string out;
    std::int32_t first = 0;
    std::optional<std::uint64_t> count;
};

int read(const ReadOptions& options) {
    std::ofstream file(options.out, std::ios::binary | std::ios::trunc);
    if (!file)
        return complain(fmt::format("{}: cannot be written: {}", options.out, std::strerror(errno)),
                        exit_usage);
    const auto sink = [&file](std::span<const std::uint8_t> bytes) {
        file.write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
        return file.good();
    };
    return run_drive_command(options.common, Changes::nothing,
                             [&](driver::Recorder& recorder, driver::Observer& observer) {
                                 return recorder.read(options.first, options.count, sink, &observer)
                                     .map([&](std::uint64_t blocks) {
                                         file.close();
                                         return Answer{
                                             Json{{"first", options.first}, {"blocks", blocks}},
                                             fmt::format("{}: {} blocks from LBA {}\n", options.out,
                                                         blocks, options.first)};
                                     });
                             });
}

} // namespace

void add_read_command(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("read", "Reads data blocks of the disc into a file");
    auto options = std::make_shared<ReadOptions>();
    command->add_option("OUT", options->out, "The file to write")->required();
    command->add_option("--first", options->first, "Logical block address to begin at")
        ->capture_default_str();
    command->add_option("--count", options->count,
                        "Blocks to read (default: to the end of the last data track)");
    add_drive_command_options(*command, options->common, Changes::nothing);
    command->callback([options, &exit_code] { exit_code = read(*options); });
}

} // namespace burnrig::harness
