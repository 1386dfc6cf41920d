// SPDX-License-Identifier: Apache-2.0
// The disc in a drive as an emulated one, so that what is said of discs (equal to the image,
// session 1 as before, complete) is judged by the same code on any drive.
//
//     drive -> READ DISC INFORMATION, READ TRACK INFORMATION, READ(10) -> Disc in memory
//
// It knows what a drive tells: sessions and tracks as the replies have them, data blocks of 2048
// bytes. Of audio tracks it takes the place and not the samples.
//
// One thread at a time.
#pragma once

#include <cstdint>
#include <memory>

#include "driver/recorder/recorder.h"
#include "emulator/disc/disc.h"

namespace burnrig::harness {

struct DiscReaderOptions {
    /// Of each track no more than this is read: a formatted disc is one track from end to end.
    std::uint32_t blocks_of_a_track = 200'000;
    /// A track that is unreadable throughout is not tried to its end.
    std::uint32_t unreadable_max = 64;
};

/// The emulated medium of this kind must be able to hold what is there. Fails when the drive does.
/// Blocks that cannot be read are damage on the copy.
mmc::Result<std::unique_ptr<emulator::Disc>> read_disc(mmc::Target& target, mmc::Clock& clock,
                                                       const emulator::Medium& medium,
                                                       const DiscReaderOptions& options = {});

/// Whether this medium is what a drive with such a current profile has in it.
bool is_of_profile(emulator::MediumKind kind, std::uint16_t profile);

} // namespace burnrig::harness
