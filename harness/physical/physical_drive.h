// SPDX-License-Identifier: Apache-2.0
// A drive behind a node of the kernel, held alone, and written to only with consent.
//
//     open()            for commands that only ask: nothing is held back yet
//     allow_writing()   the interlock, the drive's lock, a countdown (harness/safety); from then on
//                       the guard looks again before the first command that changes the disc, and
//                       the ledger tells of it
//
//     sender -> target(): GuardedTarget -> SgDevice -> the kernel
//
// One thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "driver/transport/sg_device.h"
#include "emulator/faults/engine.h"
#include "emulator/faults/hooks.h"
#include "harness/safety/drive_lock.h"
#include "harness/safety/guarded_target.h"
#include "harness/safety/interlock.h"
#include "harness/safety/ledger.h"
#include "harness/safety/power_switch.h"

namespace burnrig::harness {

/// A node that the `burnrig run` above this process made for it is no physical drive. An exported
/// BURNRIG_DEVICE alone does not make one: the rig must be alive, and among the processes that led
/// to this one.
bool served_by_burnrig(const std::string& device);

class PhysicalDrive {
public:
    static mmc::Result<std::unique_ptr<PhysicalDrive>> open(const std::string& node);
    /// Tells the ledger what was done, and leaves no drive without power.
    ~PhysicalDrive();

    /// All four conditions, the lock and the countdown, then guard(). A drive that burnrig serves
    /// needs no consent; its power can be switched too.
    mmc::Result<void> allow_writing(const Consent& consent);
    /// Only the guard: the conditions are asked for before the first command that changes the disc,
    /// which may never come.
    void guard(const Consent& consent);

    /// The lock of allow_writing(), for a process that lets others use the drive on its behalf.
    std::optional<DriveLock> give_lock() { return std::exchange(lock_, std::nullopt); }

    mmc::Target& target();
    /// The most bytes that the node takes with one command.
    std::uint32_t max_transfer() const { return max_transfer_; }
    /// Why the disc must not be written to after all; "" while it may be.
    std::string refusal() const { return guarded_ ? guarded_->refusal() : ""; }

    /// What rules can rest on here, and their hands: the rig file's power commands.
    emulator::faults::Backend backend() const;
    emulator::faults::Hooks hooks();
    /// Switches the power on where a rule left it off. Fails when the power could not be switched
    /// as a rule wanted it: whatever came of the run then says nothing about the sender.
    mmc::Result<void> restore_power();

private:
    explicit PhysicalDrive(driver::SgDevice device);
    /// Passes to the device while there is one; nothing answers while the power is off.
    class Cable final : public mmc::Target {
    public:
        explicit Cable(std::unique_ptr<driver::SgDevice>& device) : device_(device) {}
        mmc::Completion execute(const mmc::Command& command) override;

    private:
        std::unique_ptr<driver::SgDevice>& device_;
    };

    mmc::Result<void> take_rig(const Consent& consent);
    mmc::Result<void> before_first_change(const Consent& consent);
    void cut_power(std::optional<mmc::Duration> back);
    void switch_on();
    std::unique_ptr<driver::SgDevice> open_again() const;

    std::string node_;
    std::uint32_t max_transfer_ = 0;
    std::unique_ptr<driver::SgDevice> device_; ///< nullptr while the power is off
    Cable cable_{device_};
    std::string serial_;
    std::optional<DriveLock> lock_;
    std::unique_ptr<GuardedTarget> guarded_; ///< around it, when it is written to
    std::string ledger_path_;
    std::optional<Ledger> ledger_;
    mmc::RealClock clock_;
    std::optional<PowerSwitch> power_;
    mmc::Result<void> power_went_{};
};

} // namespace burnrig::harness
