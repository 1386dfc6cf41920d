// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/store_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace burnrig::emulator {

mmc::Result<std::unique_ptr<StoreFile>> StoreFile::open(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    struct stat status {};
    if (descriptor < 0 || ::fstat(descriptor, &status) != 0) {
        const int error = errno;
        if (descriptor >= 0) {
            ::close(descriptor);
        }
        return mmc::fail("{}: {}", path.string(), std::strerror(error));
    }
    return std::unique_ptr<StoreFile>(
        new StoreFile(path.string(), descriptor, static_cast<std::uint64_t>(status.st_size)));
}

StoreFile::~StoreFile() {
    ::close(descriptor_);
}

tl::unexpected<mmc::Error> StoreFile::failed(std::string_view what) const {
    return mmc::fail("{}: {}: {}", path_, what, std::strerror(errno));
}

mmc::Result<void> StoreFile::put(std::uint64_t at, std::span<const std::uint8_t> bytes) {
    while (!bytes.empty()) {
        const ssize_t done =
            ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(at));
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            return failed("writing");
        }
        bytes = bytes.subspan(static_cast<std::size_t>(done));
        at += static_cast<std::uint64_t>(done);
    }
    size_ = std::max(size_, at);
    return {};
}

mmc::Result<std::size_t> StoreFile::get(std::uint64_t at, std::span<std::uint8_t> bytes) const {
    std::size_t got = 0;
    while (got < bytes.size()) {
        const ssize_t done = ::pread(descriptor_, bytes.data() + got, bytes.size() - got,
                                     static_cast<off_t>(at + got));
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done < 0) {
            return failed("reading");
        }
        if (done == 0) {
            break;
        }
        got += static_cast<std::size_t>(done);
    }
    return got;
}

mmc::Result<void> StoreFile::grow(std::uint64_t size) {
    if (size > size_) {
        if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) {
            return failed("growing");
        }
        size_ = size;
    }
    return {};
}

mmc::Result<void> StoreFile::clear(std::uint64_t begin, std::uint64_t end) {
    end = std::min(end, size_);
    if (begin >= end) {
        return {};
    }
    if (::fallocate(descriptor_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                    static_cast<off_t>(begin), static_cast<off_t>(end - begin)) == 0) {
        return {};
    }
    return errno == EOPNOTSUPP ? write_zeros(begin, end) : failed("clearing");
}

// For a file system that cannot punch holes.
mmc::Result<void> StoreFile::write_zeros(std::uint64_t begin, std::uint64_t end) {
    static constexpr std::array<std::uint8_t, 65536> zeros{};
    mmc::Result<void> written;
    while (begin < end && written) {
        const std::uint64_t count = std::min<std::uint64_t>(zeros.size(), end - begin);
        written = put(begin, std::span(zeros).first(count));
        begin += count;
    }
    return written;
}

mmc::Result<void> StoreFile::sync() {
    return ::fdatasync(descriptor_) == 0 ? mmc::Result<void>() : failed("syncing");
}

} // namespace burnrig::emulator
