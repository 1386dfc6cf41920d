// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/preload/shared_buffer.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <utility>

#include "emulator/nodes/preload/shared_memory.h"

namespace burnrig::emulator::nodes::preload {

SharedBuffer& SharedBuffer::operator=(SharedBuffer&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(bytes_, other.bytes_);
    return *this;
}

SharedBuffer::~SharedBuffer() {
    if (!bytes_.empty())
        ::munmap(bytes_.data(), bytes_.size());
}

SharedBuffer SharedBuffer::create(std::size_t bytes) {
    bytes = (bytes + page_bytes - 1) / page_bytes * page_bytes;
    SharedBuffer buffer;
    buffer.file_.reset(::memfd_create("burnrig-sg-buffer", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    // Sealed: it stays as long as the rig takes it to be.
    if (!buffer.file_ || ::ftruncate(buffer.file_.get(), static_cast<off_t>(bytes)) != 0 ||
        ::fcntl(buffer.file_.get(), F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)
        return {};
    void* const address =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, buffer.file_.get(), 0);
    if (address == MAP_FAILED)
        return {};
    buffer.bytes_ = {static_cast<std::uint8_t*>(address), bytes};
    return buffer;
}

} // namespace burnrig::emulator::nodes::preload
