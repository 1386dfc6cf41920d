// SPDX-License-Identifier: Apache-2.0
#include "harness/command/further_drives.h"

#include <algorithm>

#include <CLI/CLI.hpp>

namespace burnrig::harness {
namespace {

std::vector<FurtherDrive>& found_drives() {
    static std::vector<FurtherDrive> drives;
    return drives;
}

bool begins_drive(const std::string& argument) {
    return argument == "--drive" || argument.rfind("--drive=", 0) == 0;
}

/// Reads one drive's options; what they do not know comes back.
mmc::Result<std::vector<std::string>> read_drive(std::vector<std::string> arguments) {
    const auto number = found_drives().size() + 1;
    FurtherDrive& drive = found_drives().emplace_back();
    drive.device = fmt::format("/dev/sr{}", number);
    drive.generic = fmt::format("/dev/sg{}", number);
    CLI::App parser;
    parser.allow_extras();
    add_rig_options(parser, drive.target);
    parser.add_option("--device", drive.device);
    parser.add_option("--generic", drive.generic);
    std::reverse(arguments.begin(), arguments.end()); // as the parser wants them
    try {
        parser.parse(arguments);
    } catch (const CLI::ParseError& error) {
        return mmc::fail("drive {}: {}", number + 1, error.what());
    }
    if (parser.count("--time") > 0)
        return mmc::fail("drive {}: all drives have one time: --time goes before the second "
                         "--drive",
                         number + 1);
    return parser.remaining();
}

} // namespace

mmc::Result<void> take_further_drives(std::vector<std::string>& arguments) {
    if (arguments.empty() || arguments.front() != "run")
        return {};
    const auto end = std::find(arguments.begin(), arguments.end(), "--");
    auto from = std::find_if(arguments.begin(), end, begins_drive);
    from = from == end ? end : std::find_if(from + 1, end, begins_drive);
    std::vector<std::string> kept(arguments.begin(), from);
    while (from != end) {
        const auto next = std::find_if(from + 1, end, begins_drive);
        const auto rest = read_drive({from, next});
        if (!rest)
            return tl::unexpected(rest.error());
        kept.insert(kept.end(), rest->begin(), rest->end());
        from = next;
    }
    kept.insert(kept.end(), end, arguments.end());
    arguments = std::move(kept);
    return {};
}

const std::vector<FurtherDrive>& further_drives() {
    return found_drives();
}

mmc::Result<FurtherRigs> FurtherRigs::create(ProgramDoor& door, const std::string& replay) {
    FurtherRigs further;
    for (const FurtherDrive& drive : further_drives()) {
        RigOptions options = drive.target.rig;
        options.replay = replay;
        options.around.host_node = true;
        auto rig = Rig::create(options, door.clock());
        if (!rig)
            return mmc::fail("drive {}: {}", further.rigs_.size() + 2, rig.error().message);
        further.rigs_.push_back(std::move(*rig));
        Rig& made = *further.rigs_.back();
        door.on_host_event_of(further.rigs_.size(), [&made](std::string_view event) {
            return made.surroundings().host_event(event);
        });
        door.describe(further.rigs_.size(), made.drive().model());
        made.surroundings().connect([&door](int number) { door.signal(number); });
    }
    return further;
}

std::vector<mmc::Target*> FurtherRigs::targets(mmc::Target& first) {
    std::vector<mmc::Target*> all = {&first};
    for (const auto& rig : rigs_)
        all.push_back(&rig->target());
    return all;
}

} // namespace burnrig::harness
