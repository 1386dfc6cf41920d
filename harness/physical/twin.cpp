// SPDX-License-Identifier: Apache-2.0
#include "harness/physical/twin.h"

#include "harness/physical/disc_reader.h"
#include "harness/profile/drive_profile.h"

namespace burnrig::harness {

mmc::Result<Twin> read_twin(mmc::Target& target) {
    auto drive = profile::read_drive(target);
    drive.model.name = profile::suggested_name(drive.model);
    Twin twin{std::move(drive.model), nullptr};
    if (drive.current_profile == 0)
        return twin;
    auto medium = profile::read_medium(target);
    if (!medium)
        return mmc::fail("the disc cannot be copied for a dry run: {}", medium.error().message);
    if (medium->medium.name.empty())
        medium->medium.name = "the disc in the drive";
    mmc::RealClock clock;
    constexpr DiscReaderOptions a_little{.blocks_of_a_track = 64, .unreadable_max = 1};
    auto disc = read_disc(target, clock, medium->medium, a_little);
    if (!disc)
        return tl::unexpected(disc.error());
    twin.disc = std::move(*disc);
    return twin;
}

} // namespace burnrig::harness
