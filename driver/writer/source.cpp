// SPDX-License-Identifier: Apache-2.0
#include "driver/writer/source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/fs.h>

namespace burnrig::driver {
namespace {

// Pages are asked for in windows: one call maps them all, where a fault for each 64 KiB would cost
// more than the burn in memory itself. What lies two windows behind is given back, so that an image
// of any size needs two windows of memory.
constexpr std::uint64_t window_bytes = 8U << 20;

/// The common part of read(): whole blocks straight from memory, the partial last one from `tail`.
std::span<const std::uint8_t> blocks_of(std::span<const std::uint8_t> bytes, BlockRange range,
                                        std::array<std::uint8_t, data_block_bytes>& tail) {
    const std::uint64_t from = std::uint64_t{range.first} * data_block_bytes;
    const std::uint64_t whole = (bytes.size() - from) / data_block_bytes;
    if (whole == 0) {
        tail.fill(0);
        std::copy(bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.end(), tail.begin());
        return tail;
    }
    return bytes.subspan(from, std::min<std::uint64_t>(whole, range.count) * data_block_bytes);
}

mmc::Result<std::uint64_t> size_of(int descriptor, const std::string& path, bool& is_file) {
    struct stat status {};
    if (fstat(descriptor, &status) != 0)
        return mmc::fail("{}: {}", path, std::strerror(errno));
    is_file = S_ISREG(status.st_mode);
    if (is_file)
        return static_cast<std::uint64_t>(status.st_size);
    std::uint64_t bytes = 0;
    if (S_ISBLK(status.st_mode) && ioctl(descriptor, BLKGETSIZE64, &bytes) == 0)
        return bytes;
    return mmc::fail("{}: an image must be a regular file or a block device", path);
}

} // namespace

MemorySource::MemorySource(std::span<const std::uint8_t> bytes, std::string name)
    : bytes_(bytes), name_(std::move(name)) {}

mmc::Result<std::span<const std::uint8_t>> MemorySource::read(BlockRange range) {
    if (range.count == 0 || range.first >= blocks())
        return mmc::fail("{}: block {} lies behind the end", name_, range.first);
    return blocks_of(bytes_, range, tail_);
}

mmc::Result<FileSource> FileSource::open(const std::string& path) {
    FileSource source;
    source.name_ = path;
    source.descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (source.descriptor_ < 0)
        return mmc::fail("{}: {}", path, std::strerror(errno));
    const auto size = size_of(source.descriptor_, path, source.is_file_);
    if (!size)
        return tl::unexpected(size.error());
    if (*size == 0)
        return mmc::fail("{}: the image is empty", path);
    void* map = mmap(nullptr, *size, PROT_READ, MAP_SHARED, source.descriptor_, 0);
    if (map == MAP_FAILED)
        return mmc::fail("{}: cannot be mapped: {}", path, std::strerror(errno));
    source.map_ = static_cast<const std::uint8_t*>(map);
    source.size_ = *size;
    madvise(map, *size, MADV_SEQUENTIAL);
    return source;
}

FileSource::FileSource(FileSource&& other) noexcept
    : name_(std::move(other.name_)), descriptor_(std::exchange(other.descriptor_, -1)),
      map_(std::exchange(other.map_, nullptr)), size_(std::exchange(other.size_, 0)),
      prefetched_(other.prefetched_), is_file_(other.is_file_), tail_(other.tail_) {}

FileSource& FileSource::operator=(FileSource&& other) noexcept {
    std::swap(name_, other.name_);
    std::swap(descriptor_, other.descriptor_);
    std::swap(map_, other.map_);
    std::swap(size_, other.size_);
    std::swap(prefetched_, other.prefetched_);
    std::swap(is_file_, other.is_file_);
    std::swap(tail_, other.tail_);
    return *this;
}

FileSource::~FileSource() {
    if (map_ != nullptr)
        munmap(const_cast<std::uint8_t*>(map_), size_);
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

mmc::Result<std::span<const std::uint8_t>> FileSource::read(BlockRange range) {
    if (range.count == 0 || range.first >= blocks())
        return mmc::fail("{}: block {} lies behind the end", name_, range.first);
    if (is_file_) {
        // Pages behind the end of a file that was cut short would kill the process when touched.
        struct stat status {};
        if (fstat(descriptor_, &status) != 0)
            return mmc::fail("{}: {}", name_, std::strerror(errno));
        if (static_cast<std::uint64_t>(status.st_size) < size_)
            return mmc::fail(
                "{}: the file became shorter while it was being read: {} bytes instead "
                "of {}",
                name_, status.st_size, size_);
    }
    const std::uint64_t from = std::uint64_t{range.first} * data_block_bytes;
    const std::uint64_t end = from + std::uint64_t{range.count} * data_block_bytes;
    if (end > prefetched_ || from + 2 * window_bytes < prefetched_)
        prefetch(from);
    return blocks_of({map_, size_}, range, tail_);
}

void FileSource::prefetch(std::uint64_t from) {
    // Both calls are advice: where the kernel does not know them, pages come by faults.
    auto* const base = const_cast<std::uint8_t*>(map_);
    const std::uint64_t start = from / window_bytes * window_bytes;
    const std::uint64_t length = std::min(2 * window_bytes, size_ - start);
    if (start >= window_bytes)
        madvise(base + start - window_bytes, window_bytes, MADV_DONTNEED);
    madvise(base + start, length, MADV_POPULATE_READ);
    prefetched_ = start + length;
}

} // namespace burnrig::driver
