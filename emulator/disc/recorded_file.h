// SPDX-License-Identifier: Apache-2.0
// The file `recorded` of a disc's directory: the bits of a RecordedMap, mapped, so that noting a
// write costs a store to memory and yet outlives the process at any moment.
//
//     magic | addresses | owner | unused | ... one page
//     four bits for each address (see recorded_map.h), page for page; a sparse file
//
// The file also carries the lock that keeps a second process away. One thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "emulator/disc/recorded_map.h"
#include "mmc/result.h"

namespace burnrig::emulator {

class RecordedFile {
public:
    /// A new file in which nothing is recorded; it must not exist.
    static mmc::Result<void> create(const std::filesystem::path& path, const BlockLayout& layout);
    /// Opens and locks it. Fails when another process has it, naming that process.
    static mmc::Result<std::unique_ptr<RecordedFile>> open(const std::filesystem::path& path);
    ~RecordedFile();
    RecordedFile(const RecordedFile&) = delete;
    RecordedFile& operator=(const RecordedFile&) = delete;

    /// What is recorded; the map's stores go to this file, which must outlive it. To be taken once.
    /// Fails when the file is not one of a disc with this layout.
    mmc::Result<RecordedMap> map(const BlockLayout& layout);

    /// Durable against loss of power of the host.
    mmc::Result<void> sync();

private:
    RecordedFile(std::filesystem::path path, int descriptor);
    mmc::Result<void> check_header(const BlockLayout& layout);
    mmc::Result<void> look_through(std::vector<bool>& pages) const;
    mmc::Result<void> make_room(std::uint64_t page);

    std::filesystem::path path_;
    int descriptor_;
};

} // namespace burnrig::emulator
