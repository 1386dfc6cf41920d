// SPDX-License-Identifier: Apache-2.0
#include "driver/source/bus_error_guard.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <utility>

#include <sys/mman.h>
#include <unistd.h>

namespace burnrig::driver {
namespace {

// What the handler looks at: a range counts once its end is set, which is done last.
struct Slot {
    std::atomic<std::uintptr_t> begin{0};
    std::atomic<std::uintptr_t> end{0};
    std::atomic<bool> hit{false};
    bool taken = false; // under the mutex
};

// 99 tracks, each with a file of its own, and as many again.
std::array<Slot, 200> slots;
std::mutex slots_mutex;
struct sigaction previous {};
long page_bytes = 4096;

bool put_zeros(std::uintptr_t address) {
    for (Slot& slot : slots) {
        if (address < slot.begin.load() || address >= slot.end.load())
            continue;
        void* page =
            reinterpret_cast<void*>(address & ~static_cast<std::uintptr_t>(page_bytes - 1));
        slot.hit = true;
        return mmap(page, static_cast<std::size_t>(page_bytes), PROT_READ,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
    }
    return false;
}

void on_bus_error(int signal, siginfo_t* info, void* context) {
    const int saved_errno = errno;
    const bool handled = put_zeros(reinterpret_cast<std::uintptr_t>(info->si_addr));
    errno = saved_errno;
    if (handled)
        return;
    if ((previous.sa_flags & SA_SIGINFO) != 0)
        previous.sa_sigaction(signal, info, context);
    else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN)
        previous.sa_handler(signal);
    else
        sigaction(SIGBUS, &previous, nullptr); // the access is repeated and ends the process
}

/// Looks each time whether the handler is still there: a test framework or the program around us
/// may have put its own in its place, which is then the one to pass other errors on to.
void install() {
    struct sigaction now {};
    sigaction(SIGBUS, nullptr, &now);
    if ((now.sa_flags & SA_SIGINFO) != 0 && now.sa_sigaction == on_bus_error)
        return;
    previous = now;
    page_bytes = sysconf(_SC_PAGESIZE);
    struct sigaction action {};
    action.sa_sigaction = on_bus_error;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, nullptr);
}

} // namespace

BusErrorGuard::BusErrorGuard(BusErrorGuard&& other) noexcept
    : slot_(std::exchange(other.slot_, none)) {}

BusErrorGuard& BusErrorGuard::operator=(BusErrorGuard&& other) noexcept {
    std::swap(slot_, other.slot_);
    return *this;
}

BusErrorGuard::~BusErrorGuard() {
    if (slot_ == none)
        return;
    const std::lock_guard lock(slots_mutex);
    slots[slot_].end = 0;
    slots[slot_].begin = 0;
    slots[slot_].taken = false;
}

bool BusErrorGuard::protect(std::span<const std::uint8_t> pages) {
    const std::lock_guard lock(slots_mutex);
    install();
    for (std::size_t i = 0; i < slots.size() && slot_ == none; ++i) {
        if (slots[i].taken)
            continue;
        slots[i].taken = true;
        slots[i].hit = false;
        slots[i].begin = reinterpret_cast<std::uintptr_t>(pages.data());
        slots[i].end = reinterpret_cast<std::uintptr_t>(pages.data() + pages.size());
        slot_ = i;
    }
    return slot_ != none;
}

bool BusErrorGuard::hit() const {
    return slot_ != none && slots[slot_].hit;
}

} // namespace burnrig::driver
