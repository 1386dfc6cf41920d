// SPDX-License-Identifier: Apache-2.0
// A virtual disc: a medium, what is recorded on it, and damage laid over it.
//
//     structure()             sessions, tracks, service areas   changed by the drive, kept by
//     save() write() read() erase()  blocks                            pristine bytes, kept at once
//     damage()                unreadable, corrupt, lost         a layer over them; heal() removes
//     it
//
// A disc lives in memory, or in a directory that survives kill -9 at any moment: structure as of
// the last save(), blocks as of the last write(). Blocks accepted into the drive's buffer but not
// yet burned when power fails are the drive's to take back (erase()).
//
// One thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "emulator/disc/block_layout.h"
#include "emulator/disc/damage.h"
#include "emulator/disc/medium.h"
#include "emulator/disc/recorded_map.h"
#include "emulator/disc/structure.h"
#include "mmc/result.h"

namespace burnrig::emulator {

class BlockStore;
class DiscDirectory;

/// What is at an address.
enum class BlockState : std::uint8_t {
    unrecorded,
    readable,
    unreadable, ///< recorded, but damage makes it fail
};

class Disc {
public:
    /// A blank disc that lives as long as this object.
    static mmc::Result<std::unique_ptr<Disc>> in_memory(Medium medium, Keep keep = Keep::blocks);
    /// A blank disc in a new directory; fails when the path exists.
    static mmc::Result<std::unique_ptr<Disc>>
    create(const std::filesystem::path& directory, const Medium& medium, Keep keep = Keep::blocks);
    /// A disc of an earlier run; it knows its medium. Fails with the file and the reason when it is
    /// no disc, is of an unknown version, or is in use by another process.
    static mmc::Result<std::unique_ptr<Disc>> open(const std::filesystem::path& directory);
    ~Disc();

    const Medium& medium() const { return medium_; }
    Keep keep() const { return keep_; }
    Structure& structure() { return structure_; }
    const Structure& structure() const { return structure_; }
    Damage& damage() { return damage_; }
    const Damage& damage() const { return damage_; }
    /// Takes all damage away, in the service areas too: everything is as it was recorded.
    void heal();

    /// Makes structure and damage durable against kill -9 (atomically: the old or the new).
    mmc::Result<void> save();
    /// Makes everything durable against loss of power of the host too. Includes save().
    mmc::Result<void> flush();

    /// Records whole blocks from `lba` on; what was there before is replaced. bytes.size() is a
    /// multiple of block_size(form). One copy. Fails for addresses outside layout(), or when the
    /// host has no room left.
    mmc::Result<void> write(std::int32_t lba, BlockForm form, std::span<const std::uint8_t> bytes);

    /// Records `count` blocks of zeros without touching their storage.
    mmc::Result<void> write_zeros(std::int32_t lba, BlockForm form, std::int32_t count);

    /// Forgets blocks [first, end): they are unrecorded afterwards.
    mmc::Result<void> erase(std::int32_t first, std::int32_t end);

    /// The longest run of blocks of one form and one state that begins at `lba`; count is at
    /// least 1.
    struct Run {
        BlockState state = BlockState::unrecorded;
        Extent extent; ///< first == lba; form means nothing where nothing is recorded
    };
    Run run_at(std::int32_t lba) const;

    /// Copies readable blocks out as kept, with corruption applied. The blocks must all lie in one
    /// run_at() whose state is readable, and bytes.size() be a multiple of its block size.
    /// Fails too for blocks that are kept as digests, unless their bytes are all the same.
    mmc::Result<void> read(std::int32_t lba, std::span<std::uint8_t> bytes) const;

    /// How many blocks from `lba` on a reader would find to be these, before the first that is not.
    /// The same rules as for read() hold, but digests will do.
    mmc::Result<std::size_t> equal_blocks(std::int32_t lba,
                                          std::span<const std::uint8_t> bytes) const;

    /// Readable blocks in place, valid until the disc changes. Empty when they are not one readable
    /// run, when corruption lies over them, or when the disc is not in memory: read() them then.
    std::span<const std::uint8_t> view(std::int32_t lba, std::int32_t count) const;

    /// All that is recorded, ascending; damage does not show in it. Made for the call: of a disc
    /// that was recorded in random order it is long.
    std::vector<Extent> extents() const;
    const RecordedMap& recorded() const { return recorded_; }
    /// Which addresses can be recorded.
    const BlockLayout& layout() const { return layout_; }

    /// Nothing recorded and no session begun.
    bool blank() const;

    /// Blocks [first, end) that were recorded in one go.
    struct Recording {
        std::int32_t first = 0;
        std::int32_t end = 0;
    };
    /// From now on every recording is noted there, in order; nullptr: no longer. It must outlive
    /// that.
    void note_recordings_in(std::vector<Recording>* list) { recordings_ = list; }

private:
    Disc(Medium medium, Keep keep, RecordedMap recorded, std::unique_ptr<BlockStore> store);
    mmc::Result<Run> readable_run(std::int32_t lba, std::size_t bytes) const;
    mmc::Result<void> note_recorded(std::int32_t first, std::int32_t end, BlockForm form);

    mmc::Result<void> check_range(std::int64_t first, std::int64_t end) const;
    Run segment_at(std::int32_t lba) const;

    Medium medium_;
    Keep keep_;
    Structure structure_;
    Damage damage_;
    BlockLayout layout_;
    std::unique_ptr<BlockStore> store_;
    std::unique_ptr<DiscDirectory> directory_; ///< nothing for a disc in memory
    RecordedMap recorded_;                     ///< of the directory: goes before it
    std::vector<Recording>* recordings_ = nullptr;
};

} // namespace burnrig::emulator
