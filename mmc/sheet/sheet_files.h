// SPDX-License-Identifier: Apache-2.0
// The files that a sheet speaks of, as far as its reader looks at them: how long they are, and what
// the beginning of a WAVE file says. Behind an interface, so that a sheet can be read without them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "mmc/result.h"

namespace burnrig::mmc {

class SheetFiles {
public:
    virtual ~SheetFiles() = default;

    virtual Result<std::uint64_t> size(const std::filesystem::path& path) = 0;
    /// As many bytes as there are, into the front of `out`.
    virtual Result<std::size_t> read(const std::filesystem::path& path, std::uint64_t offset,
                                     std::span<char> out) = 0;

    /// All of a small file; a limit keeps an image that was named by mistake from filling memory.
    Result<std::string> whole(const std::filesystem::path& path);
};

/// Those of the file system.
SheetFiles& disk_files();

/// Where the bytes of a track are: all of a raw file, the samples of a WAVE file.
struct SampleBytes {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
};
/// All of the file.
Result<SampleBytes> bytes_of_file(const std::filesystem::path& path, SheetFiles& files);
/// The samples of a WAVE file. Fails when they are not a CD's, with how to make them so.
Result<SampleBytes> bytes_of_wave(const std::filesystem::path& path, SheetFiles& files);

} // namespace burnrig::mmc
