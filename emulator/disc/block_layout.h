// SPDX-License-Identifier: Apache-2.0
// Where a block's bytes are kept: one region for each block size, one fixed slot for each address.
//
//     | 2048: mode 1, XA form 1 | 2352: audio, raw | 96 | 2336 | ...
//      \_ slot of lba = base + (lba - first address) * size
//
// A block's place depends on nothing but its address and size. So blocks that follow each other
// are contiguous, whatever was recorded before, and a block that is overwritten in another form
// leaves the old bytes where a disc reopened after a crash still finds them. Regions are address
// space, not storage: only what is written takes room.
//
// Thread-safe (immutable).
#pragma once

#include <array>
#include <cstdint>

#include "emulator/disc/medium.h"
#include "emulator/disc/structure.h"

namespace burnrig::emulator {

/// What a disc keeps of its blocks.
enum class Keep : std::uint8_t {
    blocks,  ///< all bytes
    digests, ///< eight bytes for each: it can be compared with an image, but not read
};

class BlockLayout {
public:
    /// The first address a CD can have: 90:00:00, before the lead-in and the service areas.
    static constexpr std::int32_t first_cd_address = -45150;
    /// Room behind a CD's last possible lead-out: a first lead-out of 6750 blocks and 30 s of
    /// overburning.
    static constexpr std::int32_t blocks_behind_cd = 9000;
    /// Block sizes, in the order of their regions.
    static constexpr std::array<std::uint16_t, 9> sizes{2048, 2352, 96,   2336, 2056,
                                                        2324, 2332, 2368, 2448};

    explicit BlockLayout(const Medium& medium)
        : first_address_(medium.family() == MediumFamily::cd ? first_cd_address : 0),
          end_address_(medium.capacity() +
                       (medium.family() == MediumFamily::cd ? blocks_behind_cd : 0)) {}

    /// Addresses are those of [first_address(), end_address()). A DVD or BD has none below 0.
    std::int32_t first_address() const { return first_address_; }
    std::int32_t end_address() const { return end_address_; }
    bool holds(std::int64_t first, std::int64_t end) const {
        return first >= first_address_ && first <= end && end <= end_address_;
    }

    /// Which region, an index into `sizes`.
    static constexpr std::size_t region(BlockForm form) {
        std::size_t index = 0;
        while (sizes[index] != block_size(form)) {
            ++index;
        }
        return index;
    }

    /// Bytes of a region, a multiple of its alignment.
    std::uint64_t region_bytes(std::size_t region) const {
        const auto slots = static_cast<std::uint64_t>(end_address_ - first_address_);
        return (slots * sizes[region] + alignment - 1) / alignment * alignment;
    }

    /// Where a region begins when all lie one behind the other.
    std::uint64_t region_base(std::size_t region) const {
        std::uint64_t base = 0;
        for (std::size_t index = 0; index < region; ++index) {
            base += region_bytes(index);
        }
        return base;
    }

    /// The address counted from the first one.
    std::uint64_t index(std::int32_t lba) const {
        return static_cast<std::uint64_t>(lba - first_address_);
    }

    /// Bytes from the region's beginning to the block.
    std::uint64_t slot(std::int32_t lba, BlockForm form) const {
        return index(lba) * block_size(form);
    }

private:
    static constexpr std::uint64_t alignment = 2 << 20; // of a huge page

    std::int32_t first_address_;
    std::int32_t end_address_;
};

} // namespace burnrig::emulator
