// SPDX-License-Identifier: Apache-2.0
#include "harness/scenario/workspace.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace burnrig::harness::scenario {
namespace {

namespace fs = std::filesystem;

mmc::Result<void> write_file(const fs::path& path, const char* bytes, std::size_t size) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(bytes, static_cast<std::streamsize>(size));
    file.close();
    if (!file)
        return mmc::fail("{}: cannot be written: {}", path.string(), std::strerror(errno));
    return {};
}

// SplitMix64: a permutation of the counter, so no two groups of eight bytes are the same.
std::uint64_t mixed(std::uint64_t value) {
    value += 0x9E3779B97F4A7C15ULL;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
    return value ^ (value >> 31);
}

} // namespace

std::vector<std::uint8_t> make_image(std::uint64_t bytes, std::uint64_t seed) {
    std::vector<std::uint8_t> image(bytes);
    const std::uint64_t base = mixed(seed);
    for (std::uint64_t at = 0; at < bytes; at += sizeof(std::uint64_t)) {
        const std::uint64_t group = mixed(base + at / sizeof(std::uint64_t));
        std::memcpy(image.data() + at, &group, std::min<std::uint64_t>(sizeof group, bytes - at));
    }
    return image;
}

mmc::Result<std::unique_ptr<Workspace>> Workspace::create(const Scenario& scenario) {
    std::unique_ptr<Workspace> made(new Workspace);
    auto pattern = (fs::temp_directory_path() / "burnrig-scenario-XXXXXX").string();
    if (!::mkdtemp(pattern.data()))
        return mmc::fail("{}: cannot be made: {}", pattern, std::strerror(errno));
    made->root_ = pattern;
    std::error_code error;
    if (!fs::create_directory(made->directory(), error))
        return mmc::fail("{}: cannot be made: {}", made->directory(), error.message());
    made->image_ = make_image(scenario.image_bytes, scenario.seed);
    if (auto written =
            write_file(made->filled_in("{image}"),
                       reinterpret_cast<const char*>(made->image_.data()), made->image_.size());
        !written)
        return tl::unexpected(written.error());
    for (const auto& [name, content] : scenario.files) {
        const auto text = made->filled_in(content);
        if (auto written = write_file(fs::path(made->directory()) / name, text.data(), text.size());
            !written)
            return tl::unexpected(written.error());
    }
    return made;
}

Workspace::~Workspace() {
    std::error_code none;
    if (!root_.empty())
        fs::remove_all(root_, none);
}

std::string Workspace::filled_in(std::string word) const {
    const std::pair<std::string_view, std::string> values[]{{"{device}", device_path},
                                                            {"{generic}", generic_path},
                                                            {"{image}", (root_ / "image").string()},
                                                            {"{dir}", directory()}};
    for (const auto& [name, value] : values)
        for (auto at = word.find(name); at != std::string::npos;
             at = word.find(name, at + value.size()))
            word.replace(at, name.size(), value);
    return word;
}

std::vector<std::string> Workspace::filled_in(const std::vector<std::string>& words) const {
    std::vector<std::string> all;
    for (const auto& word : words)
        all.push_back(filled_in(word));
    return all;
}

} // namespace burnrig::harness::scenario
