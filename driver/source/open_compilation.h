// SPDX-License-Identifier: Apache-2.0
// From what a person names to a compilation.
//
//     debian.iso  disc.img     one data track; whole sectors are known by their sync pattern
//     album.cue  album.toc     what the sheet says
//     one.wav two.wav          audio tracks; .pcm .cdr .cdda are samples without a header
//     -                        standard input, of known size with --size
//     pattern:700M,7           made bytes, with a seed
//     directory/               through xorriso or genisoimage
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "driver/source/compilation.h"

namespace burnrig::driver {

enum class ByteOrder : std::uint8_t { by_name, little, big };

struct SourceOptions {
    std::optional<std::uint64_t> size{}; ///< of a stream, in bytes
    bool audio = false;                  ///< what has no name of its own kind is samples, not data
    ByteOrder byte_order = ByteOrder::by_name; ///< of samples without a header
    std::string volume{};                      ///< label of a file system made from a directory
    int standard_input = 0;                    ///< the descriptor that "-" stands for
    std::chrono::seconds patience{600};        ///< with a stream that gives nothing
};

mmc::Result<Compilation> open_compilation(std::span<const std::string> names,
                                          const SourceOptions& options = {});

/// "2048", "64k", "700M", "4.7G" (powers of 1024), "300s" (sectors of 2048): bytes.
std::optional<std::uint64_t> parse_size(std::string_view text);

} // namespace burnrig::driver
