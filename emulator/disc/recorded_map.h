// SPDX-License-Identifier: Apache-2.0
// Which blocks are recorded, and in which form: four bits for each address of the disc.
//
//     record(0, 100, mode1)   0....100
//     record(40, 60, raw)     0..40 mode1 | 40..60 raw | 60..100 mode1
//     forget(0, 50)                              50..60 raw | 60..100 mode1
//
// Four bits, so that a disc written in any order takes the same room (a 100 GB disc 24 MB) and the
// same time as one written from end to end. The bits lie in pages that are only touched where
// something is recorded; of each page the map remembers whether all its blocks are alike, so that
// a long run is found without reading its bits.
//
// The bits may lie in a file (see recorded_file.h): sixteen blocks change in one store, so that a
// process killed at any moment leaves each block old or new. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "emulator/disc/block_layout.h"
#include "emulator/disc/mapped_memory.h"
#include "emulator/disc/structure.h"

namespace burnrig::emulator {

/// Blocks of one form, one behind the other.
struct Extent {
    std::int32_t first = 0;
    std::int32_t count = 0;
    BlockForm form = BlockForm::mode1;

    std::int32_t end() const { return first + count; }
    bool operator==(const Extent&) const = default;
};

class RecordedMap {
public:
    static constexpr std::int32_t blocks_per_word = 16;
    static constexpr std::int32_t blocks_per_page = 8192;
    static constexpr std::uint64_t page_bytes = blocks_per_page / 2;

    /// Bytes of whole pages for all addresses of the layout.
    static std::uint64_t bytes_for(const BlockLayout& layout);

    /// Makes sure that a page, counted from 0, can be stored to: a page of a sparse file for which
    /// the host has no room would end this process.
    using MakeRoom = std::function<mmc::Result<void>(std::uint64_t page)>;

    RecordedMap() = default;
    /// Nothing is recorded; the bits lie in memory of their own.
    static mmc::Result<RecordedMap> in_memory(const BlockLayout& layout);
    /// The bits lie in `memory`, `offset` bytes behind its beginning, bytes_for(layout) of them.
    /// `pages` says of each page whether it may hold recorded blocks: one of all zeros need not be
    /// looked at.
    RecordedMap(const BlockLayout& layout, MappedMemory memory, std::uint64_t offset,
                const std::vector<bool>& pages, MakeRoom make_room);

    /// Blocks [first, end) are recorded in this form now, whatever they were. Fails only when the
    /// host has no room left; then nothing has changed.
    mmc::Result<void> record(std::int32_t first, std::int32_t end, BlockForm form);
    /// Blocks [first, end) are not recorded any more.
    void forget(std::int32_t first, std::int32_t end) { fill(first, end, unrecorded); }

    /// The longest run of blocks that are alike from `lba` on: nothing in `form` when they are not
    /// recorded.
    struct Run {
        std::int32_t end = 0;
        std::optional<BlockForm> form;
    };
    Run run_at(std::int32_t lba) const;

    /// Calls visit(Extent) for what is recorded, ascending.
    template <class Visit>
    void each(Visit visit) const {
        for (std::int32_t lba = first_address_; lba < first_address_ + blocks_;) {
            const Run run = run_at(lba);
            if (run.form) {
                visit(Extent{lba, run.end - lba, *run.form});
            }
            lba = run.end;
        }
    }
    bool empty() const;

    /// Whether the bits of a page are ones that a map can hold.
    static bool valid(std::span<const std::uint64_t> page);

private:
    static constexpr std::uint8_t unrecorded = 0; ///< else a form's number and 1
    static constexpr std::uint8_t differing = 0xFF;

    // Blocks are counted from the layout's first address here.
    std::uint8_t value_at(std::int32_t index) const;
    std::int32_t end_of_run(std::int32_t index, std::uint8_t value) const;
    std::int32_t first_other(std::int32_t index, std::int32_t end, std::uint8_t value) const;
    void fill(std::int32_t first, std::int32_t end, std::uint8_t value);
    void put(std::int32_t first, std::int32_t end, std::uint8_t value);
    void know(std::int32_t first, std::int32_t end, std::uint8_t value);

    std::int32_t first_address_ = 0;
    std::int32_t blocks_ = 0;
    MappedMemory memory_;
    std::uint64_t* words_ = nullptr;
    MakeRoom make_room_;                      ///< nothing for a map in memory
    mutable std::vector<std::uint8_t> pages_; ///< what all blocks of a page are, or `differing`

    // The run found last: reading and writing mostly go on in it.
    struct Known {
        std::int32_t first = 0;
        std::int32_t end = 0;
        std::uint8_t value = unrecorded;
    };
    mutable Known known_;
};

} // namespace burnrig::emulator
