// SPDX-License-Identifier: Apache-2.0
// Runs the calls that come through the slots on the Linux device, and keeps its open files.
//
// An open file is an empty, sealed memfd. The program opens it anew through /proc/PID/fd, so that
// its descriptor is a kernel file of its own; inotify tells when the last descriptor is gone,
// however that came about (close, exit, exec, SIGKILL). Such a close counts from the moment the
// kernel tells of it.
//
// One thread uses this class.
#pragma once

#include <array>
#include <vector>

#include "emulator/nodes/aix/aix_device.h"
#include "emulator/nodes/file_descriptor.h"
#include "emulator/nodes/linux/linux_device.h"
#include "emulator/nodes/preload/shared_buffer.h"
#include "emulator/nodes/preload/shared_memory.h"
#include "mmc/result.h"

namespace burnrig::emulator::nodes::preload {

class Service {
public:
    /// `devices` are the drives by number, at least one; they must outlive it.
    Service(Header& header, std::vector<LinuxDevice*> devices)
        : header_(header), devices_(std::move(devices)) {}

    /// The same drives as AIX sees them, for a tree that is to have AIX's devices.
    void serve_aix(std::vector<AixDevice*> devices) { aix_devices_ = std::move(devices); }

    mmc::Result<void> start();
    int closes_file() const { return closes_.get(); }

    /// Whether a slot holds a call nobody has run yet.
    bool posted(std::size_t slot) const {
        return slot_state(header_.slots[slot].word.load()) == SlotState::posted;
    }

    /// Runs the call in a slot and lets its thread go on.
    void serve(std::size_t slot);

    /// Closes the files whose last descriptor went. Returns whether there were any.
    bool take_closes();

    /// Gives back what a dead process held: slots, files it was about to open.
    void forget(std::uint32_t process);

    std::uint64_t served() const { return served_; }

private:
    struct File {
        int node = 0; ///< node_number()
        OpenFile open;
        LinuxDevice* device = nullptr;
        AixFile aix;
        AixDevice* aix_device = nullptr; ///< set: the file is AIX's
        FileDescriptor handle;
        FileDescriptor bell;  ///< sgN: the other end of the pipe, for show_readiness()
        SharedBuffer reserve; ///< sgN, when a program mapped it
        short shown = 0;      ///< what poll() of the handle tells
        int watch = -1;
        int descriptions = 0; ///< opened by programs and not closed
        bool was_opened = false;
        std::uint32_t owner = 0;
        bool in_use = false;
    };

    void run_operation(Slot& slot, std::size_t index, std::uint32_t process);
    long open_file(Slot& slot, std::uint32_t process);
    long open_linux(const Slot& slot, File& file);
    static long map_reserve(const Slot& slot, File& file);
    long read_file(Slot& slot, std::size_t index, File& file);
    void close_file(std::size_t index);
    mmc::Result<void> make_handle(File& file, std::size_t index);
    static bool make_pipe(File& file);
    static void show_readiness(File& file);
    File* file_of(std::uint32_t index);

    // AIX's devices (aix_service.cpp)
    long open_aix(const Slot& slot, File& file);
    long run_aix(Operation operation, Slot& slot, std::size_t index, std::uint32_t process,
                 File& file);

    Header& header_;
    std::vector<LinuxDevice*> devices_;
    std::vector<AixDevice*> aix_devices_;
    std::array<File, open_count> files_;
    FileDescriptor closes_; // inotify
    std::uint64_t served_ = 0;
};

} // namespace burnrig::emulator::nodes::preload
