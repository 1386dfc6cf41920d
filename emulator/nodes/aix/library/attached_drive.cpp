// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/aix/library/attached_drive.h"

#include <array>
#include <cstdlib>
#include <sstream>

#include "emulator/fixtures.h"

namespace burnrig::emulator::nodes::aix {
namespace {

constexpr auto usual_drive = "generic-dvd-recorder";
constexpr auto usual_medium = "cd-r-80";

struct Units {
    std::mutex lock;
    bool looked_at_environment = false;
    std::array<std::shared_ptr<AttachedDrive>, units_max> drives;
};

Units& units() {
    static Units all;
    return all;
}

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value != nullptr ? value : "";
}

mmc::Result<std::unique_ptr<Disc>> find_disc(const RigWords& words) {
    if (!words.disc.empty())
        return Disc::open(words.disc);
    if (words.medium == "none")
        return std::unique_ptr<Disc>{};
    auto medium = load_medium(words.medium.empty() ? usual_medium : words.medium);
    if (!medium)
        return tl::unexpected(medium.error());
    return Disc::in_memory(std::move(*medium));
}

mmc::Result<void> set_attributes(AixDevice& device, const std::string& text) {
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        const auto equals = word.find('=');
        if (equals == std::string::npos ||
            device.configure(word.substr(0, equals), word.substr(equals + 1)) != 0)
            return mmc::fail("attribute '{}': give NAME=VALUE, such as prevent_eject=no", word);
    }
    return {};
}

} // namespace

RigWords RigWords::from_environment() {
    return {variable("BURNRIG_AIX_DRIVE"), variable("BURNRIG_AIX_MEDIUM"),
            variable("BURNRIG_AIX_DISC"), variable("BURNRIG_AIX_FAULT"),
            variable("BURNRIG_AIX_ATTRIBUTES")};
}

AttachedDrive::AttachedDrive(int unit, DriveModel model)
    : drive(std::move(model), clock), device(drive, clock, {.unit = unit}) {}

mmc::Result<std::shared_ptr<AttachedDrive>> AttachedDrive::create(int unit, const RigWords& words) {
    auto model = load_drive(words.drive.empty() ? usual_drive : words.drive);
    if (!model)
        return tl::unexpected(model.error());
    auto disc = find_disc(words);
    if (!disc)
        return tl::unexpected(disc.error());
    std::vector<std::string> rules;
    if (!words.fault.empty())
        rules.push_back(words.fault);
    auto faults = faults::FaultEngine::create(rules, 1);
    if (!faults)
        return tl::unexpected(faults.error());
    std::shared_ptr<AttachedDrive> made(new AttachedDrive(unit, std::move(*model)));
    made->drive.set_faults(std::move(*faults));
    if (auto set = set_attributes(made->device, words.attributes); !set)
        return tl::unexpected(set.error());
    if (*disc)
        made->drive.insert(std::move(*disc));
    return made;
}

std::shared_ptr<AttachedDrive> attached(int unit) {
    Units& all = units();
    const std::scoped_lock locked(all.lock);
    if (!all.looked_at_environment) {
        all.looked_at_environment = true;
        const auto words = RigWords::from_environment();
        if (words.any() && !all.drives[0]) {
            auto made = AttachedDrive::create(0, words);
            if (made)
                all.drives[0] = std::move(*made);
            else
                std::fprintf(stderr, "libburnrig_aix: no drive: %s\n",
                             made.error().message.c_str());
        }
    }
    return unit >= 0 && unit < units_max ? all.drives[static_cast<std::size_t>(unit)] : nullptr;
}

bool any_attached() {
    for (int unit = 0; unit < units_max; ++unit)
        if (attached(unit))
            return true;
    return false;
}

mmc::Result<void> attach(int unit, const RigWords& words) {
    if (unit < 0 || unit >= units_max)
        return mmc::fail("unit {}: there are units 0 to {}", unit, units_max - 1);
    auto made = AttachedDrive::create(unit, words);
    if (!made)
        return tl::unexpected(made.error());
    Units& all = units();
    const std::scoped_lock locked(all.lock);
    if (all.drives[static_cast<std::size_t>(unit)])
        return mmc::fail("unit {} has a drive: detach it first", unit);
    all.drives[static_cast<std::size_t>(unit)] = std::move(*made);
    return {};
}

mmc::Result<void> detach(int unit) {
    const auto drive = attached(unit);
    if (!drive)
        return mmc::fail("unit {} has no drive", unit);
    Units& all = units();
    const std::scoped_lock locked(all.lock, drive->lock);
    if (drive->opens > 0)
        return mmc::fail("unit {} is open {} times: close it first", unit, drive->opens);
    all.drives[static_cast<std::size_t>(unit)].reset();
    return {};
}

} // namespace burnrig::emulator::nodes::aix
