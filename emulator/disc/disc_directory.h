// SPDX-License-Identifier: Apache-2.0
// A disc in a directory, so that it outlives the process, however that ends:
//
//     disc.yaml   the medium, for people too; never changes
//     structure   sessions, tracks, damage as of the last save; replaced as a whole by renaming
//                 structure.new, with a digest in its first line
//     recorded    which blocks are recorded, and in which form (see recorded_file.h); and the lock
//     blocks      the bytes, a sparse file (see block_layout.h); of a disc that keeps digests
//     digests     in its place (see digest_store.cpp)
//
// Killed at any moment, the disc opens with the structure of the last save() and all blocks noted
// until then. One process and one thread at a time.
#pragma once

#include <filesystem>
#include <memory>

#include <nlohmann/json.hpp>

#include "emulator/disc/block_store.h"
#include "emulator/disc/damage.h"
#include "emulator/disc/medium.h"
#include "emulator/disc/recorded_file.h"
#include "emulator/disc/structure.h"
#include "mmc/result.h"

namespace burnrig::emulator {

/// What a directory remembers of a disc beside its blocks.
struct DiscState {
    Structure structure;
    Damage damage;
};

class DiscDirectory {
public:
    /// What opening gives.
    struct Opened {
        std::unique_ptr<DiscDirectory> directory;
        Medium medium;
        Keep keep;
        DiscState state;
        RecordedMap recorded; ///< lies in the directory, which must outlive it
        std::unique_ptr<BlockStore> store;
    };

    /// A new directory for a blank disc, there at once and whole; fails when the path exists.
    static mmc::Result<void> create(const std::filesystem::path& path, const Medium& medium,
                                    Keep keep, const Structure& structure);
    static mmc::Result<Opened> open(const std::filesystem::path& path);

    /// Replaces the saved state, when it changed.
    mmc::Result<void> save(const Structure& structure, const Damage& damage);
    /// The same, and makes it and what is recorded durable against loss of power of the host.
    mmc::Result<void> flush(const Structure& structure, const Damage& damage);

private:
    DiscDirectory(std::filesystem::path path, std::unique_ptr<RecordedFile> recorded);

    mmc::Result<DiscState> load();
    mmc::Result<void> replace_structure(nlohmann::json state, bool durable);

    std::filesystem::path path_;
    std::unique_ptr<RecordedFile> recorded_;
    std::string medium_digest_; ///< of disc.yaml
    nlohmann::json saved_;      ///< structure and damage as last saved
};

} // namespace burnrig::emulator
