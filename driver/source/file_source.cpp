// SPDX-License-Identifier: Apache-2.0
#include "driver/source/file_source.h"

#include <algorithm>
#include <utility>

namespace burnrig::driver {

FileSource::FileSource(MappedFile file, std::uint32_t block_bytes)
    : file_(std::move(file)), view_(file_.bytes(), block_bytes) {}

mmc::Result<FileSource> FileSource::open(const std::string& path, std::uint32_t block_bytes) {
    auto file = MappedFile::open(path);
    if (!file)
        return tl::unexpected(file.error());
    return FileSource(std::move(*file), block_bytes);
}

mmc::Result<std::span<const std::uint8_t>> FileSource::read(BlockRange range) {
    if (range.count == 0 || range.first >= *blocks())
        return behind_the_end(*this, range);
    const std::uint64_t from = std::uint64_t{range.first} * block_bytes();
    const std::uint64_t length =
        std::min(std::uint64_t{range.count} * block_bytes(), file_.size() - from);
    if (const auto ready = file_.touch(from, length); !ready)
        return tl::unexpected(ready.error());
    return view_.blocks(range);
}

} // namespace burnrig::driver
