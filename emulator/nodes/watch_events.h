// SPDX-License-Identifier: Apache-2.0
// What an inotify descriptor has to tell: the doors learn from it when the last copy of a file that
// stands for a device was closed.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>

#include <sys/inotify.h>
#include <unistd.h>

namespace burnrig::emulator::nodes {

/// Calls `take(watch, mask)` for each event that waits. The descriptor must not block.
template <class Function>
void for_each_watch_event(int inotify, Function take) {
    alignas(inotify_event) std::array<char, 4096> room;
    for (;;) {
        const ssize_t count = ::read(inotify, room.data(), room.size());
        if (count <= 0)
            return;
        for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(count);) {
            inotify_event event;
            std::memcpy(&event, room.data() + at, sizeof event);
            at += sizeof event + event.len;
            take(event.wd, event.mask);
        }
    }
}

} // namespace burnrig::emulator::nodes
