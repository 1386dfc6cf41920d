// SPDX-License-Identifier: Apache-2.0
// Small files read and written whole. Errors name the file and the system's reason. Thread-safe.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "mmc/result.h"

namespace burnrig::emulator {

/// At most 64 MiB.
mmc::Result<std::string> read_file(const std::filesystem::path& path);

/// Makes or overwrites it; durable: returns when the bytes are safe from loss of power.
mmc::Result<void> write_file(const std::filesystem::path& path, std::string_view content,
                             bool durable);

/// Writes PATH.new and renames it: whoever opens the path sees the old or the new content.
mmc::Result<void> replace_file(const std::filesystem::path& path, std::string_view content,
                               bool durable);

/// Makes a file or a directory's list of names safe from loss of power.
mmc::Result<void> sync_path(const std::filesystem::path& path);

/// 16 hexadecimal digits that tell changed content (XXH64).
std::string digest(std::string_view content);

} // namespace burnrig::emulator
