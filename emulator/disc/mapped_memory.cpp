// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/mapped_memory.h"

#include <cerrno>
#include <cstring>
#include <sys/mman.h>

namespace burnrig::emulator {

mmc::Result<MappedMemory> MappedMemory::anonymous(std::uint64_t bytes) {
    void* at = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) {
        return mmc::fail("no address space for a disc in memory ({} MiB): {}; raise the limit "
                         "(ulimit -v) or keep the disc in a directory",
                         bytes >> 20, std::strerror(errno));
    }
    MappedMemory memory;
    memory.data_ = static_cast<std::uint8_t*>(at);
    memory.size_ = bytes;
    return memory;
}

mmc::Result<MappedMemory> MappedMemory::of_file(int descriptor, std::uint64_t bytes) {
    void* at = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (at == MAP_FAILED) {
        return mmc::fail("cannot be mapped: {}", std::strerror(errno));
    }
    MappedMemory memory;
    memory.data_ = static_cast<std::uint8_t*>(at);
    memory.size_ = bytes;
    return memory;
}

void MappedMemory::clear(std::uint64_t begin, std::uint64_t end) {
    constexpr std::uint64_t page = 4096;
    const std::uint64_t inner_begin = (begin + page - 1) / page * page;
    const std::uint64_t inner_end = end / page * page;
    if (inner_begin >= inner_end ||
        ::madvise(data_ + inner_begin, inner_end - inner_begin, MADV_DONTNEED) != 0) {
        std::memset(data_ + begin, 0, end - begin);
        return;
    }
    std::memset(data_ + begin, 0, inner_begin - begin);
    std::memset(data_ + inner_end, 0, end - inner_end);
}

MappedMemory::~MappedMemory() {
    if (data_ != nullptr) {
        ::munmap(data_, size_);
    }
}

} // namespace burnrig::emulator
