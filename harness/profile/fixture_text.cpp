// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>
#include <sstream>

#include <fmt/format.h>

#include "emulator/disc/medium_yaml.h"
#include "emulator/disc/names.h"
#include "emulator/drive_yaml.h"
#include "harness/profile/drive_profile.h"

namespace burnrig::harness::profile {
namespace {

// A sentence in lines of comment.
std::string comment(const std::string& indent, const std::string& sentence) {
    constexpr std::size_t width = 100;
    std::string text;
    std::string line = "#" + indent;
    std::istringstream words(sentence);
    for (std::string word; words >> word;) {
        if (line.size() + 1 + word.size() > width) {
            text += line + "\n";
            line = indent.empty() ? "#" : "#" + indent + "  ";
        }
        line += " " + word;
    }
    return text + line + "\n";
}

std::string head(const std::string& title, const std::string& name, const std::string& shelf,
                 const std::vector<std::string>& untold) {
    auto text =
        comment("", fmt::format("{}, as `burnrig profile` read it. The file must be called "
                                "{}.yaml; it can lie in fixtures/{}, or be named by its path.",
                                title, name, shelf)) +
        "#\n" + comment("", "What stands here and was not told by the drive:");
    for (const auto& sentence : untold)
        text += comment(" ", sentence);
    return text;
}

// The key `name` must be the file's, and every text fits its key.
std::string cut(std::string text, std::size_t most) {
    return text.substr(0, most);
}

} // namespace

std::string suggested_name(const emulator::DriveModel& model) {
    std::string name;
    for (const char c : model.vendor + " " + model.product) {
        const auto letter = static_cast<unsigned char>(c);
        if (std::isalnum(letter))
            name += static_cast<char>(std::tolower(letter));
        else if (!name.empty() && name.back() != '-')
            name += '-';
    }
    while (!name.empty() && name.back() == '-')
        name.pop_back();
    return name.empty() ? "drive" : name;
}

std::string to_yaml(const DriveProfile& profile, const std::string& name) {
    auto model = profile.model;
    const auto title = fmt::format("{} {} {}", model.vendor, model.product, model.revision);
    model.name = cut(name, 64);
    model.summary = cut(title, 100);
    model.serial = cut(model.serial, 32);
    YAML::Emitter out;
    emulator::write_drive(out, model);
    return head(title, name, "drives", profile.untold) + out.c_str() + "\n";
}

std::string to_yaml(const MediumProfile& profile, const std::string& name) {
    auto medium = profile.medium;
    const auto title = fmt::format(
        "{}, {} blocks{}", emulator::name(medium.kind), medium.capacity(),
        medium.data_zone.manufacturer_id.empty() ? "" : ", " + medium.data_zone.manufacturer_id);
    medium.name = cut(name, 64);
    medium.summary = cut(title, 100);
    YAML::Emitter out;
    emulator::write_medium(out, medium);
    return head(title, name, "media", profile.untold) + out.c_str() + "\n";
}

} // namespace burnrig::harness::profile
