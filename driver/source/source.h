// SPDX-License-Identifier: Apache-2.0
// Where the bytes of a track come from.
//
//     mmc::Result<FileSource> image = FileSource::open("debian.iso");
//     image->blocks()                          103936
//     image->read({.first = 0, .count = 32})   65536 bytes, straight from the page cache
//     image->intact()                          what was handed out is what the file has
//
// A source is read in whole blocks, forward for the burn and, where it rewinds, once more for the
// verify. It hands out its own memory where it has some, so that the drive takes the bytes from
// where they are. One thread at a time, except for stop().
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "mmc/clock.h"
#include "mmc/result.h"

namespace burnrig::driver {

inline constexpr std::uint32_t data_block_bytes = 2048;

struct BlockRange {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
};

/// How the bytes come, which decides what is worth doing between the source and the drive.
enum class Supply : std::uint8_t {
    memory,   ///< read() gives memory that stays as long as the source: nothing has to be copied
    computed, ///< read() makes them at once; they are valid until the next call
    stream,   ///< read() may wait for others: a thread of its own and a ring are worth it
};

class Source {
public:
    virtual ~Source() = default;

    /// What to call it in messages.
    virtual const std::string& name() const = 0;

    virtual std::uint32_t block_bytes() const { return data_block_bytes; }

    /// In bytes. Nothing: a stream whose end was not seen yet. Never changes once it is known.
    virtual std::optional<std::uint64_t> size() const = 0;

    /// Blocks needed for size() bytes.
    std::optional<std::uint64_t> blocks() const;

    virtual Supply supply() const = 0;

    /// Whether what was read can be read again.
    virtual bool rewinds() const { return true; }

    /// Bytes from the beginning of the range, at least one block of it and at most all, always
    /// whole blocks; the last one is filled up with zeros. Valid until the next call. Nothing: the
    /// end of a stream. The range must not be empty; it must lie within blocks(), and for a source
    /// that does not rewind begin where the last one ended.
    virtual mmc::Result<std::span<const std::uint8_t>> read(BlockRange range) = 0;

    /// The same into the caller's memory, whole blocks of which `out` has room for some: gives the
    /// number of bytes. Less than all of `out` only at the end. A stream writes straight to `out`.
    virtual mmc::Result<std::size_t> fill(std::uint32_t first, std::span<std::uint8_t> out);

    /// When the next read() would not have to wait, as far as that is known: only simulated
    /// sources, which live in a virtual time, say anything but `now`.
    virtual mmc::Duration available_at(mmc::Duration now) const { return now; }

    /// To be asked when the last bytes that read() gave were used, and when using them failed: an
    /// error when they were not what the source has, such as a file that was cut meanwhile.
    virtual mmc::Result<void> intact() const { return {}; }

    /// Ends a read() that waits, and all later ones, with an error. From any thread, and from a
    /// signal handler.
    virtual void stop() {}
};

} // namespace burnrig::driver
