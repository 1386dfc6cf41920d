// SPDX-License-Identifier: Apache-2.0
// Drives do not agree where audio begins: most read it some hundred samples early or late, always
// the same number. What was burned is right all the same, so the comparison looks for that number
// first.
//
//     source      |....|ABCDEFGH|....
//     read back   |..|ABCDEFGH|......      the drive gives 2 samples too late in the stream: offset
//     2
//
// Data has sync patterns and no such offset.
#pragma once

#include <cstdint>
#include <optional>

#include "driver/verify/verify.h"

namespace burnrig::driver {

inline constexpr std::int32_t samples_per_sector = 588;
inline constexpr std::int32_t sample_bytes = 4;
/// No drive of the lists that people keep is further off than some 1800 samples.
inline constexpr std::int32_t audio_offset_sectors_max = 4;

/// By how many samples what is read is ahead of the source; 0 too when no offset explains what was
/// read, or the track is silent. Needs a source that rewinds.
Outcome<std::int32_t> find_audio_offset(Operation& operation, const VerifyTask& task);

/// A source of samples as a drive with this offset reads it; block 0 begins `offset` samples behind
/// its beginning. What lies outside of the source reads as silence.
class ShiftedAudio final : public Source {
public:
    /// `next` outlives it.
    ShiftedAudio(Source& next, std::int32_t offset_samples)
        : next_(next), offset_(offset_samples) {}

    const std::string& name() const override { return next_.name(); }
    std::uint32_t block_bytes() const override { return next_.block_bytes(); }
    std::optional<std::uint64_t> size() const override { return next_.size(); }
    Supply supply() const override { return Supply::computed; }
    mmc::Result<std::span<const std::uint8_t>> read(BlockRange range) override;
    mmc::Result<void> intact() const override { return next_.intact(); }

private:
    Source& next_;
    std::int32_t offset_;
    std::vector<std::uint8_t> buffer_;
};

/// The part of a task of which every sample can be compared at this offset.
VerifyTask shifted(const VerifyTask& task, ShiftedAudio& source, std::int32_t offset_samples);

} // namespace burnrig::driver
