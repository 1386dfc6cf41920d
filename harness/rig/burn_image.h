// SPDX-License-Identifier: Apache-2.0
// What is to be burned, with the fault rules between it and the driver: each track's source is a
// FaultySource, which hands everything on until rules are attached.
//
//     auto image = BurnImage::open({"album.cue"});
//     auto job = make_burn_job(settings, image->first_source());
//     job->compilation = &image->compilation();
//     image->attach(connection);
//
// One thread at a time.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "driver/source/open_compilation.h"
#include "harness/rig/connection.h"
#include "harness/rig/faulty_source.h"

namespace burnrig::harness {

class BurnImage {
public:
    /// What a person names: images, sheets, "-", "pattern:1M" (open_compilation.h).
    static mmc::Result<BurnImage> open(std::span<const std::string> names,
                                       const driver::SourceOptions& options = {});
    /// One track.
    explicit BurnImage(std::unique_ptr<driver::Source> source,
                       driver::TrackKind kind = driver::TrackKind::mode1);

    const driver::Compilation& compilation() const { return compilation_; }
    driver::Source& first_source() { return *compilation_.tracks.front().data; }
    /// From now on the connection's rules act on it; the connection must outlive it.
    void attach(Connection& connection);

private:
    explicit BurnImage(driver::Compilation compilation);

    driver::Compilation compilation_;
    std::vector<FaultySource*> sources_;
};

} // namespace burnrig::harness
