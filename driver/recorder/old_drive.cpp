// SPDX-License-Identifier: Apache-2.0
#include "driver/recorder/old_drive.h"

#include "driver/commands/toc.h"
#include "driver/commands/track_information.h"
#include "driver/commands/write_parameters.h"
#include "mmc/profile.h"

namespace burnrig::driver {
namespace {

using mmc::Profile;

enum DiscState : std::uint8_t { blank = 0, appendable = 1 };

std::vector<std::uint16_t> known_profiles(const Capabilities& can) {
    std::vector<std::uint16_t> profiles;
    if (can.writes_cd_rw)
        profiles.push_back(mmc::code(Profile::cd_rw));
    if (can.writes_cd_r)
        profiles.push_back(mmc::code(Profile::cd_r));
    profiles.push_back(mmc::code(Profile::cd_rom));
    return profiles;
}

Reply<std::uint16_t> profile_of_medium(Channel& channel, const DiscInformation& disc) {
    if (disc.erasable)
        return mmc::code(Profile::cd_rw);
    if (disc.status == blank || disc.status == appendable)
        return mmc::code(Profile::cd_r);
    const auto atip = read_atip(channel); // a closed CD-R has one still, a pressed disc never
    if (!atip && !atip.error().is(mmc::SenseKey::illegal_request))
        return tl::unexpected(atip.error());
    return mmc::code(atip && *atip ? Profile::cd_r : Profile::cd_rom);
}

/// Whether page 05h takes this. A refusal means that the drive lacks it; everything else is
/// trouble.
Reply<bool> takes(Channel& channel, const WriteParametersPage& page,
                  const WriteParameters& parameters) {
    const auto set = mode_select_write_parameters(channel, with(page, parameters));
    if (set)
        return true;
    if (set.error().is(mmc::SenseKey::illegal_request))
        return false;
    return tl::unexpected(set.error());
}

Reply<WriteFeatures> try_write_types(Channel& channel, const Capabilities& can) {
    struct Trial {
        WriteParameters parameters;
        bool WriteFeatures::*flag;
    };
    // Track at once comes last, so that the page is left as nearly every drive has it.
    const Trial trials[] = {
        {{.write_type = WriteType::raw, .data_block_type = 3}, &WriteFeatures::raw},
        {{.write_type = WriteType::session_at_once}, &WriteFeatures::sao},
        {{.write_type = WriteType::track_at_once}, &WriteFeatures::tao},
    };
    WriteFeatures write;
    const auto page = mode_sense_write_parameters(channel);
    if (!page && page.error().is(mmc::SenseKey::illegal_request))
        return write;
    if (!page)
        return tl::unexpected(page.error());
    for (const Trial& trial : trials) {
        const auto taken = takes(channel, *page, trial.parameters);
        if (!taken)
            return tl::unexpected(taken.error());
        write.*trial.flag = *taken;
    }
    write.tao_test_write = write.tao && can.test_write;
    write.sao_test_write = write.sao && can.test_write;
    write.tao_underrun_free = write.tao && can.buffer_underrun_free;
    write.sao_underrun_free = write.sao && can.buffer_underrun_free;
    return write;
}

} // namespace

Reply<Configuration> find_out_configuration(Channel& channel, bool with_medium) {
    const auto can = mode_sense_capabilities(channel);
    if (!can)
        return tl::unexpected(can.error());
    Configuration configuration;
    configuration.profiles = known_profiles(*can);
    if (!with_medium)
        return configuration;
    const auto disc = read_disc_information(channel);
    if (!disc)
        return tl::unexpected(disc.error());
    const auto profile = profile_of_medium(channel, *disc);
    if (!profile)
        return tl::unexpected(profile.error());
    configuration.current_profile = *profile;
    const bool can_take_more = disc->status == blank || disc->status == appendable;
    if (!can_take_more)
        return configuration;
    const auto write = try_write_types(channel, *can);
    if (!write)
        return tl::unexpected(write.error());
    configuration.write = *write;
    return configuration;
}

} // namespace burnrig::driver
