// SPDX-License-Identifier: Apache-2.0
// A drive and a disc as Python holds them. Python's threads come as they like, drives and discs
// take one at a time: with() waits for its turn, without the interpreter lock.
//
//     DriveHandle --holds--> Connection --has--> Drive --has--> Disc
//          ^--------------- DiscHandle: which of the two has the disc just now?
//
// What ties the two together changes with the interpreter lock held. A call from within a callback
// of the same thread is let in, between two commands.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "emulator/disc/disc.h"
#include "harness/control/rig_control.h"
#include "harness/rig/connection.h"
#include "harness/trace/command_log.h"
#include "python/module/bindings.h"

namespace burnrig::python {

class DiscHandle;

class DriveHandle : public std::enable_shared_from_this<DriveHandle> {
public:
    DriveHandle(harness::TargetOptions options, const harness::Access& access);
    ~DriveHandle();

    /// Runs `work(Connection&)` alone and without the interpreter lock.
    template <class Work>
    auto with(Work work) {
        py::gil_scoped_release released;
        std::lock_guard turn(mutex_);
        return work(*connection());
    }
    /// Throws when it was closed. For what may be called at any time, such as rules.
    std::shared_ptr<harness::Connection> connection() const;

    /// What `burnrig ctl` can ask for.
    harness::Json control(const std::string& action, const std::string& argument);

    /// The disc in it; the same handle for the same disc. nullptr: none.
    std::shared_ptr<DiscHandle> disc();
    void insert(const std::shared_ptr<DiscHandle>& disc);
    /// nullptr when there was none.
    std::shared_ptr<DiscHandle> take_out();

    /// Finishes the trace. Its disc goes to whoever holds it.
    void close();

    const harness::TargetOptions& options() const { return options_; }
    harness::CommandLog& log() { return log_; }
    /// Of the last operation of the driver, for a report.
    harness::Json last_result = harness::Json::object();

private:
    static harness::Rig& rig_of(harness::Connection& connection);
    std::shared_ptr<DiscHandle> handle_of(const emulator::Disc* disc);

    std::recursive_mutex mutex_;
    harness::TargetOptions options_;
    harness::CommandLog log_; ///< outlives the connection
    std::shared_ptr<harness::Connection> connection_;
    std::unique_ptr<harness::control::RigControl> control_;
    std::weak_ptr<DiscHandle> disc_;
};

class DiscHandle {
public:
    explicit DiscHandle(std::unique_ptr<emulator::Disc> disc) : own_(std::move(disc)) {}
    DiscHandle(std::shared_ptr<DriveHandle> drive, const emulator::Disc* disc)
        : drive_(std::move(drive)), inside_(disc) {}

    /// Runs `work(Disc&)` alone and without the interpreter lock. Throws when the disc is gone.
    template <class Work>
    auto with(Work work) {
        if (const auto drive = drive_)
            return drive->with(
                [&](harness::Connection& connection) { return work(in(connection)); });
        py::gil_scoped_release released;
        std::lock_guard turn(mutex_);
        return work(own());
    }

    /// Lets a disc in a directory go, for other processes; in a drive it stays.
    void close();

private:
    friend class DriveHandle;
    emulator::Disc& in(harness::Connection& connection) const;
    emulator::Disc& own() const;

    std::recursive_mutex mutex_;
    std::unique_ptr<emulator::Disc> own_;
    std::shared_ptr<DriveHandle> drive_;
    const emulator::Disc* inside_ = nullptr; ///< of the drive
};

} // namespace burnrig::python
