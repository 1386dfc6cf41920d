// SPDX-License-Identifier: Apache-2.0
#include "harness/safety/rig_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <yaml-cpp/yaml.h>

namespace burnrig::harness {
namespace {

constexpr auto default_ledger = "ledger.jsonl";

mmc::Error mistake(const YAML::Mark& mark, const std::string& text) {
    return {mark.is_null() ? text : fmt::format("line {}: {}", mark.line + 1, text)};
}

mmc::Result<PowerCommands> power_in(const YAML::Node& node) {
    PowerCommands power;
    if (!node.IsMap())
        return tl::unexpected(
            mistake(node.Mark(), "power: give each drive off and on, commands for the shell"));
    for (const auto& entry : node) {
        const auto key = entry.first.as<std::string>();
        if (key == "off")
            power.off = entry.second.as<std::string>();
        else if (key == "on")
            power.on = entry.second.as<std::string>();
        else if (key == "wait")
            power.wait = std::chrono::seconds(entry.second.as<int>());
        else
            return tl::unexpected(
                mistake(entry.first.Mark(),
                        fmt::format("unknown key '{}' of power: off, on and wait are known", key)));
    }
    if (power.off.empty() || power.on.empty())
        return tl::unexpected(mistake(node.Mark(), "power wants both off and on"));
    if (power.wait < std::chrono::seconds(1) || power.wait > std::chrono::hours(1))
        return tl::unexpected(mistake(node.Mark(), "wait: give 1 to 3600 seconds"));
    return power;
}

mmc::Result<void> take_entry(RigFile& rig, const YAML::Node& name, const YAML::Node& value) {
    const auto key = name.as<std::string>();
    if (key == "sacrificial_drives") {
        rig.sacrificial_drives = value.as<std::vector<std::string>>();
    } else if (key == "media") {
        rig.media = value.as<std::vector<std::string>>();
    } else if (key == "ledger") {
        rig.ledger = value.as<std::string>();
    } else if (key == "power") {
        if (!value.IsMap())
            return tl::unexpected(
                mistake(value.Mark(), "power: give serial numbers, each with off and on"));
        for (const auto& drive : value) {
            auto power = power_in(drive.second);
            if (!power)
                return tl::unexpected(power.error());
            rig.power.emplace(drive.first.as<std::string>(), std::move(*power));
        }
    } else {
        return tl::unexpected(mistake(
            name.Mark(), fmt::format("unknown key '{}': sacrificial_drives, media, ledger and "
                                     "power are known",
                                     key)));
    }
    return {};
}

} // namespace

const PowerCommands* RigFile::power_of(const std::string& serial) const {
    const auto found = power.find(serial);
    return found == power.end() ? nullptr : &found->second;
}

mmc::Result<RigFile> parse_rig_file(const std::string& text, const std::string& name) {
    try {
        const auto root = YAML::Load(text);
        if (!root.IsMap())
            return mmc::fail("{}: give sacrificial_drives and media, each a list", name);
        RigFile rig;
        for (const auto& entry : root)
            if (const auto taken = take_entry(rig, entry.first, entry.second); !taken)
                return mmc::fail("{}: {}", name, taken.error().message);
        return rig;
    } catch (const YAML::Exception& error) {
        return mmc::fail("{}: {}", name, error.what());
    }
}

mmc::Result<RigFile> read_rig_file(const std::string& path) {
    const auto text = read_text(path);
    if (!text)
        return tl::unexpected(text.error());
    auto rig = parse_rig_file(*text, path);
    if (rig)
        rig->ledger = std::filesystem::path(path).parent_path() /
                      (rig->ledger.empty() ? default_ledger : rig->ledger);
    return rig;
}

mmc::Result<std::string> read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return mmc::fail("{}: cannot be read: {}", path, std::strerror(errno));
    return std::string(std::istreambuf_iterator<char>(file), {});
}

} // namespace burnrig::harness
