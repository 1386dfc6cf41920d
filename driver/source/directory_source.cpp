// SPDX-License-Identifier: Apache-2.0
#include "driver/source/directory_source.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include "driver/source/command_source.h"

namespace burnrig::driver {
namespace {

struct Maker {
    std::string_view program;
    std::array<std::string_view, 2> first; // arguments that make it behave as mkisofs
};
constexpr std::array makers{Maker{"xorriso", {"-as", "mkisofs"}}, Maker{"genisoimage", {}}};

std::vector<std::string> command_of(const Maker& maker, const std::string& path,
                                    const SourceOptions& options, bool only_size) {
    std::vector<std::string> command{std::string(maker.program)};
    for (const std::string_view argument : maker.first)
        if (!argument.empty())
            command.emplace_back(argument);
    command.insert(command.end(), {"-quiet", "-R", "-J", "-joliet-long"});
    if (!options.volume.empty())
        command.insert(command.end(), {"-V", options.volume});
    if (only_size)
        command.emplace_back("-print-size");
    // A path that begins with a hyphen would be taken for an option.
    command.push_back(std::filesystem::absolute(path).string());
    return command;
}

/// Both programs print the number of blocks as the last line.
std::optional<std::uint64_t> blocks_in(std::string_view output) {
    while (!output.empty() && (output.back() == '\n' || output.back() == '\r'))
        output.remove_suffix(1);
    const std::string_view line = output.substr(output.find_last_of("\n \t") + 1);
    std::uint64_t blocks = 0;
    const auto read = std::from_chars(line.data(), line.data() + line.size(), blocks);
    if (read.ec != std::errc{} || read.ptr != line.data() + line.size() || blocks == 0)
        return std::nullopt;
    return blocks;
}

} // namespace

mmc::Result<Compilation> compilation_of_directory(const std::string& path,
                                                  const SourceOptions& options) {
    const auto maker = std::find_if(makers.begin(), makers.end(), [](const Maker& each) {
        return is_installed(std::string(each.program));
    });
    if (maker == makers.end())
        return mmc::fail("{}: a directory is made into a file system by xorriso or genisoimage, "
                         "and neither is installed; install one, or name an image",
                         path);
    const auto printed = output_of(command_of(*maker, path, options, /*only_size=*/true));
    if (!printed)
        return mmc::fail("{}: {}", path, printed.error().message);
    const auto blocks = blocks_in(*printed);
    if (!blocks)
        return mmc::fail("{}: {} does not tell the size, it prints \"{}\"", path, maker->program,
                         printed->substr(0, 80));
    auto source = CommandSource::run(command_of(*maker, path, options, /*only_size=*/false), path,
                                     *blocks * data_block_bytes);
    if (!source)
        return mmc::fail("{}: {}", path, source.error().message);
    return compilation_of(std::move(*source));
}

} // namespace burnrig::driver
