// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/sparse_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace burnrig::emulator {

namespace {

tl::unexpected<mmc::Error> failed(const std::filesystem::path& path) {
    return mmc::fail("{}: {}", path.string(), std::strerror(errno));
}

} // namespace

SparseFile::SparseFile(std::filesystem::path path, int descriptor)
    : path_(std::move(path)), descriptor_(descriptor) {}

SparseFile::~SparseFile() {
    ::close(descriptor_);
    if (!finished_) {
        ::unlink(path_.c_str());
    }
}

mmc::Result<std::unique_ptr<SparseFile>> SparseFile::create(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        return failed(path);
    }
    return std::unique_ptr<SparseFile>(new SparseFile(path, descriptor));
}

mmc::Result<void> SparseFile::put(std::uint64_t offset, std::span<const std::uint8_t> bytes) {
    while (!bytes.empty()) {
        const ssize_t done =
            ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            return failed(path_);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(done));
        offset += static_cast<std::uint64_t>(done);
    }
    return {};
}

mmc::Result<void> SparseFile::finish(std::uint64_t size) {
    if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) {
        return failed(path_);
    }
    finished_ = true;
    return {};
}

} // namespace burnrig::emulator
