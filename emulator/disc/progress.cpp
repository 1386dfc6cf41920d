// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/progress.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <optional>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace burnrig::emulator {

namespace {

constexpr std::uint64_t magic = 0x3130676f72506442; // "BdProg01", little-endian

// A cell holds a value and a digest over the value, its place and its generation.
std::uint64_t seal(std::uint32_t value, std::uint32_t place, std::uint32_t generation) {
    const std::array<std::uint32_t, 3> sealed{value, place, generation};
    const auto digest = static_cast<std::uint32_t>(XXH64(sealed.data(), sizeof sealed, magic));
    return std::uint64_t{digest} << 32 | value;
}

std::optional<std::uint32_t> unseal(std::uint64_t cell, std::uint32_t place,
                                    std::uint32_t generation) {
    const auto value = static_cast<std::uint32_t>(cell);
    return seal(value, place, generation) == cell ? std::optional(value) : std::nullopt;
}

void store(std::uint64_t& cell, std::uint64_t value) {
    std::atomic_ref(cell).store(value, std::memory_order_release);
}

// Places: the header's cells come before those of the records.
constexpr std::uint32_t generation_place = 0;
constexpr std::uint32_t count_place = 1;
constexpr std::uint32_t owner_place = 2;
constexpr std::uint32_t record_place(std::uint32_t index, std::uint32_t field) {
    return 16 + index * 3 + field;
}

std::string process_name(std::uint32_t process) {
    std::string name;
    std::ifstream in(fmt::format("/proc/{}/comm", process));
    std::getline(in, name);
    return name;
}

} // namespace

struct Progress::File {
    std::uint64_t magic = emulator::magic;
    std::uint64_t generation = seal(1, generation_place, 0);
    std::uint64_t count = seal(0, count_place, 0);
    std::uint64_t owner = seal(0, owner_place, 0); ///< process that has it open, or had last
    struct {
        std::uint64_t first = 0;
        std::uint64_t end = 0;
        std::uint64_t what = 0;
    } records[records_max];
};

mmc::Result<void> Progress::create(const std::filesystem::path& path) {
    const auto file = std::make_unique<File>();
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        return mmc::fail("{}: {}", path.string(), std::strerror(errno));
    }
    const ssize_t written = ::write(descriptor, file.get(), sizeof(File));
    const int error = errno;
    ::close(descriptor);
    if (written != static_cast<ssize_t>(sizeof(File))) {
        return mmc::fail("{}: {}", path.string(), std::strerror(written < 0 ? error : ENOSPC));
    }
    return {};
}

mmc::Result<std::unique_ptr<Progress>> Progress::open(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (descriptor < 0) {
        return mmc::fail("{}: {}", path.string(), std::strerror(errno));
    }
    const bool locked = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
    struct stat status {};
    if (::fstat(descriptor, &status) != 0 || status.st_size != sizeof(File)) {
        ::close(descriptor);
        return mmc::fail("{}: has {} bytes instead of {}, the file was cut or replaced; restore "
                         "the disc from a copy",
                         path.string(), status.st_size, sizeof(File));
    }
    void* at = ::mmap(nullptr, sizeof(File), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (at == MAP_FAILED) {
        const int error = errno;
        ::close(descriptor);
        return mmc::fail("{}: cannot be mapped: {}", path.string(), std::strerror(error));
    }
    std::unique_ptr<Progress> progress(new Progress(path, descriptor, static_cast<File*>(at)));
    if (!locked) {
        const auto owner = unseal(progress->file_->owner, owner_place, 0).value_or(0);
        return mmc::fail("{}: the disc is in use by process {} ({}); end it, or work on a copy",
                         path.parent_path().string(), owner, process_name(owner));
    }
    if (auto checked = progress->check_header(); !checked) {
        return tl::unexpected(checked.error());
    }
    store(progress->file_->owner, seal(static_cast<std::uint32_t>(::getpid()), owner_place, 0));
    return progress;
}

Progress::Progress(std::filesystem::path path, int descriptor, File* file)
    : path_(std::move(path)), descriptor_(descriptor), file_(file) {}

Progress::~Progress() {
    ::munmap(file_, sizeof(File));
    ::close(descriptor_);
}

mmc::Result<void> Progress::check_header() const {
    if (file_->magic != magic) {
        return mmc::fail("{}: is no journal of a disc; restore the disc from a copy",
                         path_.string());
    }
    const auto count = unseal(file_->count, count_place, 0);
    if (!unseal(file_->generation, generation_place, 0) || !count || *count > records_max ||
        !unseal(file_->owner, owner_place, 0)) {
        return mmc::fail("{}: its header is damaged; restore the disc from a copy", path_.string());
    }
    return {};
}

mmc::Result<std::vector<ProgressRecord>> Progress::records(std::uint32_t generation) const {
    std::vector<ProgressRecord> all;
    if (static_cast<std::uint32_t>(file_->generation) != generation) {
        return all;
    }
    const auto count = static_cast<std::uint32_t>(file_->count);
    for (std::uint32_t index = 0; index < count; ++index) {
        const auto& record = file_->records[index];
        const auto first = unseal(record.first, record_place(index, 0), generation);
        const auto end = unseal(record.end, record_place(index, 1), generation);
        const auto what = unseal(record.what, record_place(index, 2), generation);
        if (!first || !end || !what) {
            return mmc::fail("{}: record {} is damaged; restore the disc from a copy",
                             path_.string(), index);
        }
        all.push_back({static_cast<std::int32_t>(*first), static_cast<std::int32_t>(*end), *what});
    }
    return all;
}

bool Progress::note(ProgressRecord record) {
    if (count_ > 0 && last_.what == record.what && last_.end == record.first) {
        last_.end = record.end;
        store(file_->records[count_ - 1].end, seal(static_cast<std::uint32_t>(record.end),
                                                   record_place(count_ - 1, 1), generation_));
        return true;
    }
    if (count_ == records_max) {
        return false;
    }
    auto& slot = file_->records[count_];
    const auto first = static_cast<std::uint32_t>(record.first);
    const auto end = static_cast<std::uint32_t>(record.end);
    store(slot.first, seal(first, record_place(count_, 0), generation_));
    store(slot.end, seal(end, record_place(count_, 1), generation_));
    store(slot.what, seal(record.what, record_place(count_, 2), generation_));
    last_ = record;
    store(file_->count, seal(++count_, count_place, 0));
    return true;
}

void Progress::restart(std::uint32_t generation) {
    count_ = 0;
    generation_ = generation;
    store(file_->count, seal(0, count_place, 0));
    store(file_->generation, seal(generation, generation_place, 0));
}

mmc::Result<void> Progress::sync() {
    if (::msync(file_, sizeof(File), MS_SYNC) != 0 || ::fsync(descriptor_) != 0) {
        return mmc::fail("{}: {}", path_.string(), std::strerror(errno));
    }
    return {};
}

} // namespace burnrig::emulator
