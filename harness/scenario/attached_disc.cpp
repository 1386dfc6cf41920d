// SPDX-License-Identifier: Apache-2.0
#include "harness/scenario/attached_disc.h"

#include "driver/recorder/recorder.h"
#include "harness/physical/disc_reader.h"

namespace burnrig::harness::scenario {

namespace {

bool ready_to_write(const driver::DiscSummary& disc) {
    return disc.status == driver::DiscStatus::blank || driver::is_overwritable(disc.profile);
}

} // namespace

std::string unfit(PhysicalDrive& drive, const std::optional<emulator::Medium>& medium) {
    if (!medium)
        return "it wants an empty drive";
    mmc::RealClock clock;
    const auto disc = driver::Recorder(drive.target(), clock).disc();
    if (!disc)
        return fmt::format("there is no disc that can be used: {}", disc.error().message);
    if (!is_of_profile(medium->kind, disc->profile))
        return fmt::format("it wants a {}, and a {} is in the drive", medium->name,
                           driver::profile_name(disc->profile));
    return ready_to_write(*disc) || disc->erasable
               ? ""
               : "the disc is no longer blank, and this kind is written once: put in a new one";
}

std::string make_blank(PhysicalDrive& drive) {
    mmc::RealClock clock;
    driver::Recorder recorder(drive.target(), clock);
    const auto disc = recorder.disc();
    if (disc && ready_to_write(*disc))
        return {};
    const auto blanked = recorder.blank(driver::BlankType::fast);
    return blanked ? "" : fmt::format("the disc cannot be blanked: {}", blanked.error().message);
}

mmc::Result<DiscPointer> disc_in(PhysicalDrive& drive,
                                 const std::optional<emulator::Medium>& medium) {
    if (!medium)
        return DiscPointer{};
    mmc::RealClock clock;
    return read_disc(drive.target(), clock, *medium);
}

} // namespace burnrig::harness::scenario
