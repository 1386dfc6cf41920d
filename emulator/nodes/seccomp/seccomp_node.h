// SPDX-License-Identifier: Apache-2.0
// The seccomp node: gives a program and everything it starts a /dev/sr0 and a /dev/sg0 that are not
// there, whatever the program is made of: static, Go, Rust, its own system calls.
//
//     auto node = SeccompNode::create(options);
//     Drive drive(model, (*node)->clock());
//     const auto exit_code = (*node)->run(drive, {"wodim", "-v", "dev=/dev/sr0", "image.iso"});
//
// The program runs under a seccomp filter: its system calls on files wait until this process has
// looked at them (SECCOMP_RET_USER_NOTIF). Those that name the drive, or are on an open file of it,
// are answered here, with the program's memory reached by process_vm_readv(); all others go on in
// the kernel, a few microseconds later. Reading clocks, sleeping, memory, sockets, processes do not
// wait at all.
//
// Needs Linux 5.19, /proc, and to be the only one who supervises system calls here. What it lacks:
//   - Virtual time: the program's clocks are the machine's (emulator/nodes/door_clock.h).
//   - A setuid or setcap program runs without its extra rights (no_new_privs).
//   - 32-bit programs, and those that changed their root directory, do not see the drive.
//   - mmap() of the drive (ENODEV), sendfile() and splice() from it (EINVAL); io_uring and AIO read
//     it as empty. O_PATH, chmod, chown, mount do not find the nodes.
//   - poll() says at all times that /dev/sg0 can be read and written.
// It is no protection: a program that wants to get past it can.
//
// One node at a time in a process, used by one thread. There is no other: while the drive takes its
// time, the clock's waiting lets the calls go on that do not need the drive.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/nodes/attendant.h"
#include "emulator/nodes/door_clock.h"
#include "emulator/nodes/linux/linux_host.h"
#include "mmc/clock.h"
#include "mmc/result.h"
#include "mmc/target.h"

namespace burnrig::emulator::nodes {

struct SeccompOptions {
    std::string block_path = "/dev/sr0";   ///< absolute; /dev/srN is found as /dev/scdN too
    std::string generic_path = "/dev/sg0"; ///< absolute
    struct Names {
        std::string block_path;
        std::string generic_path;
    };
    std::vector<Names> further_drives{}; ///< the nodes of the second drive, the third, ...
    LinuxHost host = sata_host;          ///< what the drive seems to hang on
    Pace pace{};
    /// How long those left behind by the program may give the drive nothing to do.
    std::chrono::milliseconds patience{5000};
};

class SeccompNode {
public:
    /// Fails, with the reason, where programs cannot be supervised.
    static mmc::Result<std::unique_ptr<SeccompNode>> create(SeccompOptions options = {});
    ~SeccompNode();

    /// The time of the drive.
    DoorClock& clock();

    /// Told of "open" and "close" of the device by run(); an errno from it refuses an opening.
    void on_host_event(std::function<int(std::string_view event)> listener, std::size_t drive = 0);

    /// Takes the nodes of a drive away, as pulling its cable does, or brings them back. What has
    /// them open is gone for good (LinuxDevice::plug). Only the thread that runs run() may call it:
    /// from an attendant.
    void plug(std::size_t drive, bool there);

    /// Sends a signal to the program that run() runs. Nothing happens when there is none.
    void signal(int number);

    /// Runs the program to its end while serving the target. Returns its exit code, 128 + signal
    /// when a signal ended it, 127 or 126 (with a message on stderr) when it cannot be run.
    ///
    /// Goes on serving processes that the program left behind; those that give the drive nothing
    /// to do for `patience` are left to a process of their own that lets all their calls go on:
    /// their drive is gone. SIGINT and SIGTERM sent to this process are passed on to the program.
    ///
    /// `attendant` is heard all the while; it may be nullptr.
    mmc::Result<int> run(mmc::Target& target, const std::vector<std::string>& argv,
                         Attendant* attendant = nullptr);
    /// The same with several drives, as many as the options name. They are like two on one cable:
    /// while one works on a command, those for the others wait.
    mmc::Result<int> run(std::span<mmc::Target* const> targets,
                         const std::vector<std::string>& argv, Attendant* attendant = nullptr);

private:
    struct State;
    explicit SeccompNode(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace burnrig::emulator::nodes
