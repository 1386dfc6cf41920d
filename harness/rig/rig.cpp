// SPDX-License-Identifier: Apache-2.0
#include "harness/rig/rig.h"

#include "emulator/disc/names.h"
#include "emulator/fixtures.h"

namespace burnrig::harness {
namespace {

constexpr auto default_medium = "cd-r-80";

using DiscPointer = std::unique_ptr<emulator::Disc>;

mmc::Result<DiscPointer> new_disc(const RigOptions& options) {
    auto medium = emulator::load_medium(options.medium.empty() ? default_medium : options.medium);
    if (!medium)
        return tl::unexpected(medium.error());
    const auto keep = emulator::from_name<emulator::Keep>(options.keep);
    if (!keep)
        return mmc::fail("--keep {}: give blocks or digests", options.keep);
    if (options.disc.empty())
        return emulator::Disc::in_memory(std::move(*medium), *keep);
    return emulator::Disc::create(options.disc, *medium, *keep);
}

// A disc that exists knows its medium; asking for another one is a mistake worth stopping for.
mmc::Result<DiscPointer> known_disc(const RigOptions& options) {
    auto disc = emulator::Disc::open(options.disc);
    if (!disc || options.medium.empty())
        return disc;
    auto wanted = emulator::load_medium(options.medium);
    if (!wanted)
        return tl::unexpected(wanted.error());
    if ((*disc)->medium().name != wanted->name)
        return mmc::fail("{} is a {}, not a {}: leave out --medium, or give another --disc path",
                         options.disc, (*disc)->medium().name, wanted->name);
    return disc;
}

mmc::Result<DiscPointer> find_disc(const RigOptions& options) {
    if (options.medium == "none") {
        if (!options.disc.empty())
            return mmc::fail(
                "--medium none leaves the drive empty and --disc {} fills it: give one of them",
                options.disc);
        return DiscPointer{};
    }
    const bool exists = !options.disc.empty() && std::filesystem::exists(options.disc);
    return exists ? known_disc(options) : new_disc(options);
}

} // namespace

mmc::Result<std::unique_ptr<Rig>> Rig::create(const RigOptions& options, mmc::Clock& clock) {
    auto model = emulator::load_drive(options.drive);
    if (!model)
        return tl::unexpected(model.error());
    auto disc = find_disc(options);
    if (!disc)
        return tl::unexpected(disc.error());
    return create(options, clock, std::move(*model), std::move(*disc));
}

mmc::Result<std::unique_ptr<Rig>> Rig::create(const RigOptions& options, mmc::Clock& clock,
                                              emulator::DriveModel model, DiscPointer disc) {
    auto faults = emulator::faults::FaultEngine::create(options.faults, options.seed,
                                                        Surroundings::backend(options.around));
    if (!faults)
        return tl::unexpected(faults.error());
    std::unique_ptr<Rig> rig(new Rig);
    rig->identity_ = {options.seed, model.name, disc ? disc->medium().name : "none",
                      options.replay};
    rig->drive_ = std::make_unique<emulator::Drive>(
        std::move(model), clock,
        emulator::DriveOptions{.seed = options.seed, .unlimited_speed = options.unlimited_speed});
    rig->drive_->set_faults(std::move(*faults));
    rig->surroundings_ = std::make_unique<Surroundings>(
        *rig->drive_, clock, [made = rig.get()](const std::string& text) { made->mark(text); });
    if (disc)
        rig->drive_->insert(std::move(disc));
    const auto watched = rig->watchers_.around(
        *rig->drive_, clock,
        {{options.trace, options.trace_bytes}, options.report, options.watchers}, rig->identity_,
        rig->drive_.get(), &rig->drive_->faults());
    if (!watched)
        return tl::unexpected(watched.error());
    rig->entrance_ = *watched;
    return rig;
}

} // namespace burnrig::harness
