// SPDX-License-Identifier: Apache-2.0
// Reads a burned track back and compares every block with its source.
//
// The drive's cache is emptied first by stopping the disc, so that the data come from the disc and
// not from what was just sent. Zero compared blocks is a failure, never a success.
#pragma once

#include "driver/commands/recording.h"
#include "driver/recorder/operation.h"
#include "driver/source/source.h"
#include "driver/verify/read_back_form.h"
#include "driver/writer/block_digests.h"

namespace burnrig::driver {

struct VerifyTask {
    Source& source;
    std::int32_t first_lba = 0;
    std::uint64_t source_first = 0; ///< block of the source that lies at first_lba
    std::uint64_t source_blocks = 0;
    std::uint64_t padding_blocks = 0; ///< zeros behind them
    std::uint32_t block_bytes = data_block_bytes;
    ReadBackForm form{}; ///< for blocks that are not of 2048 bytes
    bool is_audio = false;
    std::uint32_t pregap_blocks = 0; ///< of the source, in front of index 1
    bool is_whole_track = true;      ///< not so on media written at any address
    std::uint32_t transfer_bytes = 64 * 1024;
    /// What the source gave, when it cannot be read again.
    const BlockDigests* digests = nullptr;
};

/// Fails with verify-mismatch, read-error or nothing-verified; a result is a good one.
Outcome<VerifyResult> verify_track(Operation& operation, const VerifyTask& task);

/// Stops and starts the disc and waits until it is ready again.
Outcome<void> clear_read_cache(Operation& operation);

/// CD-TEXT is read from the lead-in and has all of these packs.
Outcome<void> verify_cd_text(Operation& operation, std::span<const std::uint8_t> packs);

/// The disc says of itself that the track is there: on CD its table of contents, on media recorded
/// from one end to the other its track information, on others the capacity.
Outcome<void> verify_listing(Operation& operation, std::uint16_t profile, const VerifyTask& task);

} // namespace burnrig::driver
