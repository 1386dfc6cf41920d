// SPDX-License-Identifier: Apache-2.0
// Which drive and disc somebody works on, and the connection that leads there, for everything that
// sends commands: the burnrig command, the Python module.
//
//     options.rig                  a simulated drive in this process
//     options.device "/dev/sr0"    a device node, through SG_IO; rules then act above the cable
//
//     sender -> TracingTarget -> FaultyTarget -> PhysicalDrive    each only where it is asked for
//     sender -> TracingTarget -> Drive
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "driver/recorder/recorder.h"
#include "emulator/faults/faulty_target.h"
#include "harness/physical/physical_drive.h"
#include "harness/rig/rig.h"

namespace burnrig::harness {

struct TargetOptions {
    RigOptions rig;
    std::string device;           ///< a node; "": a simulated drive
    std::string time = "virtual"; ///< "virtual", "real", "x10"
    /// Of a device: fault rules may come later, where there are none yet.
    bool rules_later = false;
};

/// How drive time passes.
struct TimeMode {
    bool is_virtual = true;
    double speed = 1.0; ///< drive seconds per real second, when not virtual
};
/// Reads "virtual", "real", "x10", "x0.5".
mmc::Result<TimeMode> parse_time(const std::string& text);

/// What the command is going to do with the disc. A physical drive is written to with consent only.
struct Access {
    bool writes = false;
    /// A program decides: the consents are asked for before its first command that changes the
    /// disc.
    bool may_write = false;
    Consent consent{};
    /// A device is asked what it is; all else happens on an emulated one that is the same.
    bool dry_run = false;
};

/// A drive to send commands to, simulated or behind a node.
class Connection {
public:
    /// On somebody else's clock, which no --time sets and which must outlive it, or its own.
    static mmc::Result<std::unique_ptr<Connection>>
    open(const TargetOptions& options, const Access& access, mmc::Clock* clock = nullptr);

    mmc::Target& target() { return rig_ ? rig_->target() : *entrance_; }
    mmc::Clock& clock() { return *clock_; }
    const RunIdentity& identity() const { return identity_; }
    /// nullptr for a device node.
    Rig* rig() { return rig_.get(); }
    /// What a report shows; nullptr unless the options asked for it.
    RunLog* log() { return rig_ ? rig_->log() : watchers_.log().get(); }
    /// Finishes the trace. An error here means that the trace file is not complete.
    mmc::Result<void> finish();
    /// The fault rules, wherever they act; nullptr for a device node without rules.
    emulator::faults::FaultEngine* faults();
    /// Why the disc must not be written to after all; "" when it may be, or is a simulated one.
    std::string refusal() const { return physical_ ? physical_->refusal() : ""; }
    /// What happens here happens on a copy of the drive that the options name.
    bool is_dry_run() const { return dry_run_; }
    /// The most bytes that a device node takes with one command; nothing for a simulated drive.
    std::optional<std::uint32_t> max_transfer() const {
        return physical_ ? std::optional(physical_->max_transfer()) : std::nullopt;
    }

private:
    Connection() = default;
    mmc::Result<void> make_clock(const TargetOptions& options);
    mmc::Result<void> open_rig(const TargetOptions& options);
    mmc::Result<void> open_device(const TargetOptions& options, const Access& access);
    mmc::Result<void> put_rules_before(const TargetOptions& options);
    mmc::Result<void> open_twin(const TargetOptions& options);
    mmc::Target& rules_or_device();

    RunIdentity identity_;
    std::unique_ptr<mmc::Clock> own_clock_;
    mmc::Clock* clock_ = nullptr;
    bool dry_run_ = false;
    std::unique_ptr<Rig> rig_;
    std::unique_ptr<PhysicalDrive> physical_;
    std::unique_ptr<emulator::faults::FaultyTarget> faulty_; ///< around it
    Watchers watchers_;
    mmc::Target* entrance_ = nullptr; ///< of a device: around all of it
};

/// For our own driver on that connection. `any_speed`: a burn faster than any drive is believed.
driver::RecorderOptions recorder_options(const TargetOptions& options, Connection& connection,
                                         bool any_speed = false);

} // namespace burnrig::harness
