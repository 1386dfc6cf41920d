// SPDX-License-Identifier: Apache-2.0
// Keeps a mapped file from killing the process.
//
// A page of a mapping that cannot be had, since the file was cut or its disk fails, raises SIGBUS
// in whoever touches it: the drive in this process, the shim that copies for it, the verify. The
// guard puts a page of zeros there instead and remembers that it did; the file's owner asks before
// it calls a burn good. (A drive behind the kernel gets EFAULT, and the same question tells why.)
//
// A bus error anywhere else goes on to whoever handled it before. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace burnrig::driver {

class BusErrorGuard {
public:
    BusErrorGuard() = default;
    BusErrorGuard(BusErrorGuard&& other) noexcept;
    BusErrorGuard& operator=(BusErrorGuard&& other) noexcept;
    ~BusErrorGuard();

    /// Guards whole pages that are mapped and stay so until the guard is gone. False when too many
    /// are guarded already.
    [[nodiscard]] bool protect(std::span<const std::uint8_t> pages);

    /// Whether zeros had to stand in for a page.
    bool hit() const;

private:
    static constexpr std::size_t none = SIZE_MAX;
    std::size_t slot_ = none;
};

} // namespace burnrig::driver
