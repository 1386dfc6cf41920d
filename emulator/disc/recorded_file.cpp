// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/recorded_file.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace burnrig::emulator {

namespace {

constexpr std::uint64_t magic = 0x3230636552507442; // "BtPRec02", little-endian
constexpr std::uint64_t header_bytes = RecordedMap::page_bytes;

struct Header {
    std::uint64_t magic = emulator::magic;
    std::uint64_t addresses = 0; ///< how many the layout has
    std::uint64_t owner = 0;     ///< process that has the disc open, or had last
};

Header header_for(const BlockLayout& layout) {
    return {magic, static_cast<std::uint64_t>(layout.end_address() - layout.first_address()), 0};
}

std::uint64_t file_bytes(const BlockLayout& layout) {
    return header_bytes + RecordedMap::bytes_for(layout);
}

std::string process_name(std::uint64_t process) {
    std::string name;
    std::ifstream in(fmt::format("/proc/{}/comm", process));
    std::getline(in, name);
    return name;
}

tl::unexpected<mmc::Error> failed(const std::filesystem::path& path) {
    return mmc::fail("{}: {}", path.string(), std::strerror(errno));
}

} // namespace

mmc::Result<void> RecordedFile::create(const std::filesystem::path& path,
                                       const BlockLayout& layout) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        return failed(path);
    }
    const Header header = header_for(layout);
    mmc::Result<void> done;
    if (::ftruncate(descriptor, static_cast<off_t>(file_bytes(layout))) != 0) {
        done = failed(path);
    } else if (::pwrite(descriptor, &header, sizeof header, 0) != sizeof header) {
        done = mmc::fail("{}: {}", path.string(), std::strerror(ENOSPC));
    }
    ::close(descriptor);
    return done;
}

RecordedFile::RecordedFile(std::filesystem::path path, int descriptor)
    : path_(std::move(path)), descriptor_(descriptor) {}

RecordedFile::~RecordedFile() {
    ::close(descriptor_);
}

mmc::Result<std::unique_ptr<RecordedFile>> RecordedFile::open(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (descriptor < 0) {
        return failed(path);
    }
    std::unique_ptr<RecordedFile> file(new RecordedFile(path, descriptor));
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        Header header;
        const bool whole = ::pread(descriptor, &header, sizeof header, 0) == sizeof header;
        const std::uint64_t owner = whole ? header.owner : 0;
        return mmc::fail("{}: the disc is in use by process {} ({}); end it, or work on a copy",
                         path.parent_path().string(), owner, process_name(owner));
    }
    return file;
}

mmc::Result<void> RecordedFile::check_header(const BlockLayout& layout) {
    struct stat status {};
    const auto expected = file_bytes(layout);
    if (::fstat(descriptor_, &status) != 0 ||
        static_cast<std::uint64_t>(status.st_size) != expected) {
        return mmc::fail("{}: has {} bytes instead of {}, the file was cut or replaced; restore "
                         "the disc from a copy",
                         path_.string(), status.st_size, expected);
    }
    Header header;
    if (::pread(descriptor_, &header, sizeof header, 0) != sizeof header) {
        return failed(path_);
    }
    const Header good = header_for(layout);
    if (header.magic != good.magic || header.addresses != good.addresses) {
        return mmc::fail("{}: its header is damaged; restore the disc from a copy", path_.string());
    }
    header.owner = static_cast<std::uint64_t>(::getpid());
    if (::pwrite(descriptor_, &header, sizeof header, 0) != sizeof header) {
        return failed(path_);
    }
    return {};
}

// Finds the pages with something in them, the holes of the file left out, and checks them. They are
// read and not mapped: a disc that is only opened should not fill memory.
mmc::Result<void> RecordedFile::look_through(std::vector<bool>& pages) const {
    std::array<std::uint64_t, RecordedMap::page_bytes / sizeof(std::uint64_t)> page{};
    const std::uint64_t end = header_bytes + pages.size() * sizeof page;
    for (std::uint64_t at = header_bytes; at < end; at += sizeof page) {
        const off_t data = ::lseek(descriptor_, static_cast<off_t>(at), SEEK_DATA);
        if (data < 0 && errno == ENXIO) {
            break; // holes up to the end
        }
        if (data > 0) { // else a file system that does not tell
            at = static_cast<std::uint64_t>(data) / sizeof page * sizeof page;
        }
        if (::pread(descriptor_, page.data(), sizeof page, static_cast<off_t>(at)) !=
            static_cast<ssize_t>(sizeof page)) {
            return failed(path_);
        }
        if (!RecordedMap::valid(page)) {
            return mmc::fail("{}: holds what no disc has, at byte {}; restore the disc from a copy",
                             path_.string(), at);
        }
        pages[(at - header_bytes) / sizeof page] = true;
    }
    return {};
}

mmc::Result<RecordedMap> RecordedFile::map(const BlockLayout& layout) {
    std::vector<bool> pages(RecordedMap::bytes_for(layout) / RecordedMap::page_bytes);
    auto sound = check_header(layout).and_then([&] { return look_through(pages); });
    if (!sound) {
        return tl::unexpected(sound.error());
    }
    auto memory = MappedMemory::of_file(descriptor_, file_bytes(layout));
    if (!memory) {
        return mmc::fail("{}: {}", path_.string(), memory.error().message);
    }
    return RecordedMap(layout, std::move(*memory), header_bytes, pages,
                       [this](std::uint64_t page) { return make_room(page); });
}

// Gives a page of zeros its room on the host's disk.
mmc::Result<void> RecordedFile::make_room(std::uint64_t page) {
    static constexpr std::array<std::uint8_t, RecordedMap::page_bytes> zeros{};
    const auto at = static_cast<off_t>(header_bytes + page * sizeof zeros);
    if (::fallocate(descriptor_, FALLOC_FL_KEEP_SIZE, at, sizeof zeros) == 0) {
        return {};
    }
    const bool written = errno == EOPNOTSUPP &&
                         ::pwrite(descriptor_, zeros.data(), sizeof zeros, at) == sizeof zeros;
    return written ? mmc::Result<void>() : failed(path_);
}

// fsync() writes out pages that were changed through a mapping too.
mmc::Result<void> RecordedFile::sync() {
    return ::fsync(descriptor_) == 0 ? mmc::Result<void>() : failed(path_);
}

} // namespace burnrig::emulator
