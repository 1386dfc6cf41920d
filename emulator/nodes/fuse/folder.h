// SPDX-License-Identifier: Apache-2.0
// What lies in the folder of a FUSE door, and under which number (inode) the kernel knows it:
//
//     sr  sg                  the drive as the block and the SG device of Linux
//     disc.iso                the data on the disc
//     tracks/01.iso 02.wav    each track; audio as WAVE
//     sessions/01.iso         the data of each session
//     faults control ...      texts, some of which take lines
//     trace                   a file from elsewhere
//
// Tracks and sessions are those of the disc at the moment of the question; nothing is cached.
// Knows nothing of FUSE. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/disc/disc_as_file.h"
#include "mmc/result.h"

namespace burnrig::emulator::nodes {

/// A small file whose text is made each time somebody opens it.
struct TextFile {
    std::string name;
    std::function<std::string()> text;
    /// Takes a line that somebody wrote, without its end; none: the file cannot be written.
    std::function<mmc::Result<void>(std::string_view line)> take_line{};
};

/// A file of ours that is shown in the folder.
struct ShownFile {
    std::string name;
    std::string path;
    std::function<void()> before_read{}; ///< brings the file up to date
};

namespace fuse {

enum class EntryKind : std::uint8_t { folder, block_device, generic_device, disc, text, shown };

struct Entry {
    std::uint64_t number = 0;
    std::string name;
    EntryKind kind = EntryKind::folder;
    bool writable = false;
    std::uint64_t size = 0;
};

class Folder {
public:
    static constexpr std::uint64_t root = 1;

    /// `disc` gives the disc in the drive, or nullptr; `drive_there` whether sr and sg are there.
    Folder(
        std::function<const Disc*()> disc, std::vector<TextFile> texts,
        std::vector<ShownFile> shown, std::function<bool()> drive_there = [] { return true; });

    std::optional<Entry> entry(std::uint64_t number) const;
    std::optional<Entry> find(std::uint64_t folder, std::string_view name) const;
    /// What lies in a folder, in ascending order of numbers, which stay while the folder is read.
    std::vector<Entry> list(std::uint64_t folder) const;

    /// The text, the shown file, or the disc behind an entry of that kind.
    const TextFile& text(std::uint64_t number) const;
    const ShownFile& shown(std::uint64_t number) const;
    /// Bytes read, or a negative errno: ENOMEDIUM when the disc has gone or has no such part.
    long read_disc(std::uint64_t number, std::uint64_t offset, std::span<std::uint8_t> into) const;

private:
    std::optional<DiscAsFile> image(std::uint64_t number) const;
    std::uint64_t number_named(std::string_view name) const;
    std::optional<Entry> disc_entry(std::uint64_t number) const;
    std::optional<Entry> part_named(std::uint64_t first, std::string_view name) const;
    std::vector<Entry> parts(std::uint64_t first, const std::vector<std::uint16_t>& numbers) const;

    std::function<const Disc*()> disc_;
    std::vector<TextFile> texts_;
    std::vector<ShownFile> shown_;
    std::function<bool()> drive_there_;
};

} // namespace fuse
} // namespace burnrig::emulator::nodes
