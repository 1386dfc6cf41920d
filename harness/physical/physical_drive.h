// SPDX-License-Identifier: Apache-2.0
// A drive behind a node of the kernel, held alone, and written to only with consent.
//
//     open()            for commands that only ask: nothing is held back yet
//     allow_writing()   the interlock (harness/safety), a countdown; from then on the guard looks
//     again
//                       before the first command that changes the disc
//
// One thread at a time.
#pragma once

#include <memory>
#include <string>

#include "driver/transport/sg_device.h"
#include "harness/safety/guarded_target.h"
#include "harness/safety/interlock.h"

namespace burnrig::harness {

/// A node that the `burnrig run` above this process made for it is no physical drive. An exported
/// BURNRIG_DEVICE alone does not make one: the rig must be alive, and among the processes that led
/// to this one.
bool served_by_burnrig(const std::string& device);

class PhysicalDrive {
public:
    static mmc::Result<std::unique_ptr<PhysicalDrive>> open(const std::string& node);

    /// All four conditions and the countdown, then guard(). A drive that burnrig serves needs none.
    mmc::Result<void> allow_writing(const Consent& consent);
    /// Only the guard: the conditions are asked for before the first command that changes the disc,
    /// which may never come.
    void guard(const Consent& consent);

    mmc::Target& target();
    const driver::SgDevice& device() const { return device_; }
    /// Why the disc must not be written to after all; "" while it may be.
    std::string refusal() const { return guarded_ ? guarded_->refusal() : ""; }

private:
    explicit PhysicalDrive(driver::SgDevice device) : device_(std::move(device)) {}

    driver::SgDevice device_;
    std::unique_ptr<GuardedTarget> guarded_; ///< around it, when it is written to
};

} // namespace burnrig::harness
