// SPDX-License-Identifier: Apache-2.0
#include "driver/source/mapped_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/fs.h>

namespace burnrig::driver {
namespace {

// Pages are made ready in windows. The two windows behind are given back, so that an image of any
// size, read from its start to its end, needs two windows of memory.
constexpr std::uint64_t window_bytes = 8U << 20;
constexpr std::uint64_t smallest_page = 4096;

/// Has every page mapped, and read from the disk where it is not in memory yet. A fault maps what
/// is in memory around it, too, so that most of these are a look; MADV_POPULATE_READ takes each
/// page by hand, at three times the cost.
void look_at_each_page(const volatile std::uint8_t* bytes, std::uint64_t length) {
    for (std::uint64_t at = 0; at < length; at += smallest_page)
        (void)bytes[at];
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

mmc::Result<MappedFile> MappedFile::open(const std::string& path) {
    MappedFile file;
    file.name_ = path;
    file.descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file.descriptor_ < 0)
        return mmc::fail("{}: {}", path, std::strerror(errno));
    const auto size = size_of(file.descriptor_, path, file.is_file_);
    if (!size)
        return tl::unexpected(size.error());
    if (*size == 0)
        return mmc::fail("{}: the image is empty", path);
    void* map = mmap(nullptr, *size, PROT_READ, MAP_SHARED, file.descriptor_, 0);
    if (map == MAP_FAILED)
        return mmc::fail("{}: cannot be mapped: {}", path, std::strerror(errno));
    file.map_ = static_cast<const std::uint8_t*>(map);
    file.size_ = *size;
    if (!file.guard_.protect(file.bytes()))
        return mmc::fail("{}: too many files are open as sources at once", path);
    madvise(map, *size, MADV_SEQUENTIAL);
    return file;
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : name_(std::move(other.name_)), descriptor_(std::exchange(other.descriptor_, -1)),
      map_(std::exchange(other.map_, nullptr)), size_(std::exchange(other.size_, 0)),
      prefetched_(other.prefetched_), is_file_(other.is_file_), guard_(std::move(other.guard_)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(name_, other.name_);
    std::swap(descriptor_, other.descriptor_);
    std::swap(map_, other.map_);
    std::swap(size_, other.size_);
    std::swap(prefetched_, other.prefetched_);
    std::swap(is_file_, other.is_file_);
    std::swap(guard_, other.guard_);
    return *this;
}

MappedFile::~MappedFile() {
    guard_ = BusErrorGuard(); // before the addresses can be another's
    if (map_ != nullptr)
        munmap(const_cast<std::uint8_t*>(map_), size_);
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

mmc::Result<void> MappedFile::touch(std::uint64_t from, std::uint64_t length) {
    if (const auto sound = intact(); !sound)
        return sound;
    if (from + length <= prefetched_ && from + 2 * window_bytes >= prefetched_)
        return {};
    return prefetch(from);
}

mmc::Result<void> MappedFile::intact() const {
    struct stat status {};
    if (fstat(descriptor_, &status) != 0)
        return mmc::fail("{}: {}", name_, std::strerror(errno));
    const auto now = static_cast<std::uint64_t>(status.st_size);
    if (is_file_ && now != size_)
        return mmc::fail("{}: the file became {} while it was being read: {} bytes instead of {}",
                         name_, now < size_ ? "shorter" : "longer", now, size_);
    if (guard_.hit())
        return mmc::fail("{}: a part of the file could not be read while it was in use", name_);
    return {};
}

mmc::Result<void> MappedFile::prefetch(std::uint64_t from) {
    auto* const base = const_cast<std::uint8_t*>(map_);
    const std::uint64_t start = from / window_bytes * window_bytes;
    const std::uint64_t length = std::min(2 * window_bytes, size_ - start);
    const std::uint64_t behind = std::min(2 * window_bytes, start);
    if (behind != 0)
        madvise(base + start - behind, behind, MADV_DONTNEED);
    prefetched_ = start + length;
    look_at_each_page(base + start, length);
    if (guard_.hit())
        return find_unreadable(start, length);
    if (prefetched_ < size_) // a slow disk reads on while these are burned
        madvise(base + prefetched_, std::min(2 * window_bytes, size_ - prefetched_), MADV_WILLNEED);
    return {};
}

/// Reads piece by piece what could not be had at once, to name the place and the reason. What is
/// only ahead of the use is an error already: a burn that fails early leaves more of the disc.
mmc::Result<void> MappedFile::find_unreadable(std::uint64_t from, std::uint64_t length) const {
    std::vector<std::uint8_t> piece(64 * 1024);
    for (std::uint64_t at = from; at < from + length;) {
        const auto wanted = std::min<std::uint64_t>(piece.size(), from + length - at);
        const auto got = pread(descriptor_, piece.data(), wanted, static_cast<off_t>(at));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return mmc::fail("{}: cannot be read at byte {}: {}", name_, at, std::strerror(errno));
        if (got == 0)
            return mmc::fail("{}: ends at byte {}, it had {} bytes when it was opened", name_, at,
                             size_);
        at += static_cast<std::uint64_t>(got);
    }
    return {};
}

} // namespace burnrig::driver
