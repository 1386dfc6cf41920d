// SPDX-License-Identifier: Apache-2.0
#include "harness/rig/burn_image.h"

namespace burnrig::harness {

BurnImage::BurnImage(driver::Compilation compilation) : compilation_(std::move(compilation)) {
    for (auto& track : compilation_.tracks) {
        auto source = std::make_unique<FaultySource>(std::move(track.data));
        sources_.push_back(source.get());
        track.data = std::move(source);
    }
}

BurnImage::BurnImage(std::unique_ptr<driver::Source> source, driver::TrackKind kind)
    : BurnImage(driver::compilation_of(std::move(source), kind)) {}

mmc::Result<BurnImage> BurnImage::open(std::span<const std::string> names,
                                       const driver::SourceOptions& options) {
    auto compilation = driver::open_compilation(names, options);
    if (!compilation)
        return tl::unexpected(compilation.error());
    return BurnImage(std::move(*compilation));
}

void BurnImage::attach(Connection& connection) {
    auto* rules = connection.faults();
    if (!rules)
        return;
    for (auto* source : sources_)
        source->attach(connection.clock(), *rules,
                       connection.rig() ? connection.rig()->surroundings().hooks()
                                        : emulator::faults::Hooks{});
}

} // namespace burnrig::harness
