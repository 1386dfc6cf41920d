// SPDX-License-Identifier: Apache-2.0
// The preload node: gives a program and everything it starts a /dev/sr0 and a /dev/sg0 that are not
// there, with nothing but user rights.
//
//     auto node = PreloadNode::create(options);
//     Drive drive(model, (*node)->clock());
//     const auto exit_code = (*node)->run(drive, {"wodim", "-v", "dev=/dev/sr0", "image.iso"});
//
// A shim in LD_PRELOAD stands in for the libc functions on files, time and threads; the drive stays
// in this process. Under virtual time the program's own sleeps and clocks run on the drive's clock.
//
// Out of reach: programs that are static, setuid, or go around the C library (Go), and what a
// program does with timer_create() or timerfd under virtual time (those keep the machine's time).
//
// One node at a time in a process, used by one thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/nodes/aix/aix_device.h"
#include "emulator/nodes/attendant.h"
#include "emulator/nodes/linux/linux_host.h"
#include "emulator/nodes/linux/system_files.h"
#include "mmc/clock.h"
#include "mmc/result.h"
#include "mmc/target.h"

namespace burnrig::emulator::nodes {

struct PreloadOptions {
    std::string block_path = "/dev/sr0";   ///< absolute; /dev/srN is found as /dev/scdN too
    std::string generic_path = "/dev/sg0"; ///< absolute
    struct Names {
        std::string block_path;
        std::string generic_path;
    };
    std::vector<Names> further_drives{}; ///< the nodes of the second drive, the third, ...
    LinuxHost host = sata_host;          ///< what the drive seems to hang on
    /// Set: the nodes are AIX's, the block one and the raw one, with these attributes.
    std::optional<AixAttributes> aix{};
    bool virtual_time = true;
    double speed = 1;      ///< without virtual time: drive seconds in a real second
    std::string shim_path; ///< "": beside the program, in ../lib, ../lib/burnrig or the build tree
};

class PreloadNode {
public:
    static mmc::Result<std::unique_ptr<PreloadNode>> create(PreloadOptions options = {});
    ~PreloadNode();

    /// The time of the drive and of the program. Only the thread that calls run() may sleep on it.
    mmc::Clock& clock();

    /// Told of "open" and "close" of the device by run(); an errno from it refuses an opening.
    void on_host_event(std::function<int(std::string_view event)> listener, std::size_t drive = 0);

    /// What /sys, /proc/sys/dev/cdrom/info and udev's files say of a drive; before run().
    void describe(const DriveDescription& description, std::size_t drive = 0);

    /// What AIX's driver has logged of a drive; nullptr before run(), and when the nodes are
    /// Linux's.
    const AixErrorLog* error_log(std::size_t drive = 0) const;

    /// Takes the nodes of a drive away, as pulling its cable does, or brings them back. What has
    /// them open gets ENODEV. Only the thread that runs run() may call it: from an attendant.
    void plug(std::size_t drive, bool there);

    /// Sends a signal to the program that run() runs. Nothing happens when there is none.
    void signal(int number);

    /// Runs the program to its end while serving the target. Returns its exit code, 128 + signal
    /// when a signal ended it, 127 or 126 (with a message on stderr) when it cannot be run.
    ///
    /// Goes on serving processes that the program left behind; those that give the drive nothing
    /// to do for five seconds are left alone, and their drive is gone for them.
    /// SIGINT and SIGTERM sent to this process are passed on to the program meanwhile.
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
    explicit PreloadNode(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace burnrig::emulator::nodes
