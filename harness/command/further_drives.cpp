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
mmc::Result<std::vector<std::string>> read_drive(std::vector<std::string> arguments, bool served) {
    const auto number = found_drives().size() + 1;
    FurtherDrive& drive = found_drives().emplace_back();
    drive.device = fmt::format("/dev/sr{}", number);
    drive.generic = fmt::format("/dev/sg{}", number);
    CLI::App parser;
    parser.allow_extras();
    add_rig_options(parser, drive.target);
    parser.add_option(served ? "--cuse" : "--device", served ? drive.cuse : drive.device);
    parser.add_option(served ? "--tcmu" : "--generic", served ? drive.tcmu : drive.generic);
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
    const bool served = !arguments.empty() && arguments.front() == "serve";
    if (arguments.empty() || (arguments.front() != "run" && !served))
        return {};
    const auto end = std::find(arguments.begin(), arguments.end(), "--");
    auto from = std::find_if(arguments.begin(), end, begins_drive);
    from = from == end ? end : std::find_if(from + 1, end, begins_drive);
    std::vector<std::string> kept(arguments.begin(), from);
    while (from != end) {
        const auto next = std::find_if(from + 1, end, begins_drive);
        const auto rest = read_drive({from, next}, served);
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

mmc::Result<FurtherRigs> FurtherRigs::create(mmc::Clock& clock, const RigOptions& first) {
    FurtherRigs further;
    for (const FurtherDrive& drive : further_drives()) {
        RigOptions options = drive.target.rig;
        options.replay = first.replay;
        options.around = first.around;
        auto rig = Rig::create(options, clock);
        if (!rig)
            return mmc::fail("drive {}: {}", further.rigs_.size() + 2, rig.error().message);
        further.rigs_.push_back(std::move(*rig));
    }
    return further;
}

void FurtherRigs::meet(ProgramDoor& door) {
    for (std::size_t i = 0; i < rigs_.size(); ++i) {
        Rig& rig = *rigs_[i];
        door.on_host_event_of(
            i + 1, [&rig](std::string_view event) { return rig.surroundings().host_event(event); });
        door.describe(i + 1, rig.drive().model());
        rig.surroundings().connect([&door](int number) { door.signal(number); });
    }
}

std::vector<mmc::Target*> FurtherRigs::targets(mmc::Target& first) {
    std::vector<mmc::Target*> all = {&first};
    for (const auto& rig : rigs_)
        all.push_back(&rig->target());
    return all;
}

std::vector<Rig*> FurtherRigs::all(Rig& first) {
    std::vector<Rig*> all = {&first};
    for (const auto& rig : rigs_)
        all.push_back(rig.get());
    return all;
}

} // namespace burnrig::harness
