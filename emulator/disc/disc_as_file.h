// SPDX-License-Identifier: Apache-2.0
// A disc, a session or a track as one file that can be read at any byte, without making the file:
// the same bytes as export_disc() gives, of the disc as it is now.
//
//     data      user data, 2048 bytes a block; several tracks at their own addresses from 0 on, the
//               gaps between them as zeros
//     audio     a WAVE file: 44 bytes of header and 2352 bytes of samples a block
//
// One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "emulator/disc/disc.h"

namespace burnrig::emulator {

class DiscAsFile {
public:
    /// All data tracks. Nothing when there are none.
    static std::optional<DiscAsFile> of_disc(const Disc& disc);
    /// The data tracks of one session.
    static std::optional<DiscAsFile> of_session(const Disc& disc, std::uint16_t session);
    /// One track, data or audio; nothing when it has no blocks.
    static std::optional<DiscAsFile> of_track(const Disc& disc, std::uint16_t track);

    std::uint64_t size() const;
    bool audio() const { return audio_; }

    /// Bytes read from the disc it was made of, which must not have changed since; less than asked
    /// for at the end only. -EIO where a reader would fail; what lies before it is given first.
    long read(const Disc& disc, std::uint64_t offset, std::span<std::uint8_t> into) const;

private:
    /// Blocks [first, end) of the disc from block `at` of the image on.
    struct Piece {
        std::int32_t first;
        std::int32_t end;
        std::int32_t at;
    };
    static constexpr std::size_t wave_header_bytes = 44;

    DiscAsFile() = default;
    static std::optional<DiscAsFile> of_data(const Disc& disc,
                                             std::optional<std::uint16_t> session);
    void add(const Track& track, std::int32_t origin);
    std::int32_t blocks() const {
        return pieces_.back().at + pieces_.back().end - pieces_.back().first;
    }
    std::array<std::uint8_t, wave_header_bytes> wave_header() const;
    long read_blocks(const Disc& disc, std::uint64_t offset, std::span<std::uint8_t> into) const;
    long read_run(const Disc& disc, std::int32_t lba, std::int32_t count, std::size_t skip,
                  std::span<std::uint8_t> into) const;

    bool audio_ = false;
    std::vector<Piece> pieces_; ///< ascending, never empty
};

} // namespace burnrig::emulator
