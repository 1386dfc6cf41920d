// SPDX-License-Identifier: Apache-2.0
// The journal of a disc's directory: which blocks were recorded and erased since the structure was
// last saved. It is a small mapped file, so that noting a write costs a store to memory and yet
// outlives the process at any moment.
//
//     magic | generation | count | owner | record 0: first, end, what | record 1 | ...
//              \___ cells of 8 bytes: 32 bits of value, 32 bits of digest ___/
//
// A cell is stored in one piece, so it is old or new, never torn. A record counts once `count`
// covers it; writing on behind the last record's end stores one cell. The journal belongs to the
// structure file of the same generation: a journal left behind by an older one is void.
//
// The file also carries the lock that keeps a second process away. One thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "emulator/disc/structure.h"
#include "mmc/result.h"

namespace burnrig::emulator {

struct ProgressRecord {
    static constexpr std::uint32_t erased = 0xFF; ///< in place of a form

    std::int32_t first = 0;
    std::int32_t end = 0;
    std::uint32_t what = erased; ///< a BlockForm, or `erased`
};

class Progress {
public:
    static constexpr std::uint32_t records_max =
        168; ///< the file fits one page, so the host writes it out whole

    /// A new, empty journal of generation 1; the file must not exist.
    static mmc::Result<void> create(const std::filesystem::path& path);
    /// Opens and locks it. Fails when another process has it, naming that process.
    static mmc::Result<std::unique_ptr<Progress>> open(const std::filesystem::path& path);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// All records of this generation, oldest first; none when the journal is of an older one.
    mmc::Result<std::vector<ProgressRecord>> records(std::uint32_t generation) const;

    /// Notes one more; false when there is no room left.
    bool note(ProgressRecord record);

    /// Makes the journal an empty one of this generation.
    void restart(std::uint32_t generation);

    /// Durable against loss of power of the host.
    mmc::Result<void> sync();

private:
    struct File;

    Progress(std::filesystem::path path, int descriptor, File* file);
    mmc::Result<void> check_header() const;

    std::filesystem::path path_;
    int descriptor_;
    File* file_;
    std::uint32_t generation_ = 0;
    std::uint32_t count_ = 0;
    ProgressRecord last_;
};

} // namespace burnrig::emulator
