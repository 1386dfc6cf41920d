// SPDX-License-Identifier: Apache-2.0
// A job, a drive and a disc as plain data, for tests of planners: nothing is sent to anything.
#pragma once

#include <vector>

#include "driver/recorder/plan.h"
#include "driver/source/memory_source.h"
#include "mmc/profile.h"

namespace burnrig::driver::test {

/// A stream that tells its length only by ending.
struct Stream final : Source {
    std::string label = "stream";
    const std::string& name() const override { return label; }
    std::optional<std::uint64_t> size() const override { return std::nullopt; }
    Supply supply() const override { return Supply::stream; }
    bool rewinds() const override { return false; }
    mmc::Result<std::span<const std::uint8_t>> read(BlockRange) override {
        return mmc::fail("never read");
    }
};

struct PlanDesk {
    std::vector<std::uint8_t> bytes;
    MemorySource source;
    DriveSummary drive;
    DiscSummary disc;
    BurnJob job;

    PlanDesk(const PlanDesk&) = delete; // the job refers to the source
    PlanDesk& operator=(const PlanDesk&) = delete;
    /// A blank disc of this profile, with room for `free_blocks`, and a source of `blocks` blocks.
    explicit PlanDesk(mmc::Profile profile, std::uint32_t free_blocks, std::size_t blocks = 1000)
        : bytes(blocks * data_block_bytes), source(bytes, "image"), job{.source = source} {
        disc.profile = mmc::code(profile);
        disc.sessions = 1;
        disc.next_writable = 0;
        disc.free_blocks = free_blocks;
        disc.tracks = {{.number = 1,
                        .session = 1,
                        .blank = true,
                        .next_writable = 0,
                        .free_blocks = free_blocks}};
        drive.write = {.incremental = true,
                       .dvd_minus = true,
                       .dvd_minus_test_write = true,
                       .dvd_minus_underrun_free = true};
    }

    Plan plan() const { return make_plan(job, drive, disc).value(); }
    Cause refusal() const {
        const auto made = make_plan(job, drive, disc);
        return made ? Cause::unexpected_sense : made.error().cause;
    }

    /// One closed session; the next one begins at `next`.
    void appendable_at(std::int32_t next) {
        disc.status = DiscStatus::appendable;
        disc.sessions = 2;
        disc.next_writable = next;
        disc.tracks = {
            {.number = 1, .session = 1, .size = 640},
            {.number = 2, .session = 2, .blank = true, .start = next, .next_writable = next}};
    }
    /// Track 1 was begun at `start` and broken off at `next`.
    void broken_off(std::int32_t start, std::int32_t next) {
        disc.status = DiscStatus::appendable;
        disc.last_session = SessionState::incomplete;
        disc.next_writable = next;
        disc.tracks = {{.number = 1, .session = 1, .start = start, .next_writable = next}};
    }
    void formatted(std::uint32_t blocks, std::vector<FormatOffer> offers = {}) {
        disc.formats = FormatCapacities{FormatState::formatted, blocks, std::move(offers)};
    }
    void unformatted(std::vector<FormatOffer> offers) {
        disc.formats = FormatCapacities{FormatState::unformatted, 0, std::move(offers)};
    }
};

} // namespace burnrig::driver::test
