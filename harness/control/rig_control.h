// SPDX-License-Identifier: Apache-2.0
// What a control client can ask of a rig:
//
//     [of drive N:] inject RULE | list | remove NAME | heal | eject [emergency] | load | insert
//     DISC power-cycle | power-off | power-on | unplug [DRIVE] | plug [DRIVE] time [PACE] | status
//     | trace-mark TEXT | resume
//
// One thread at a time, the one that runs the drive.
#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "harness/control/protocol.h"
#include "harness/rig/rig.h"

namespace burnrig::harness::control {

/// An action by its name, for help and messages.
struct Action {
    std::string_view name;
    std::string_view argument; ///< "RULE"; "" when it has none, "[X]" when it may be left out
    std::string_view summary;
};
std::span<const Action> actions();

class RigControl final : public Handler {
public:
    /// Both must outlive this.
    RigControl(Rig& rig, const mmc::Clock& clock) : rig_(rig), clock_(clock) {}

    mmc::Result<Json> handle(const Request& request) override;

    /// Who sets how drive time passes ("virtual", "real", "x10"; "" only asks) and says how it does
    /// now. Without one time stays as it was told at the start.
    using SetTime = std::function<mmc::Result<std::string>(const std::string& pace)>;
    void on_time(SetTime set_time) { set_time_ = std::move(set_time); }

    /// Refuses paths whose looking up would come back to us, as our own mounted folder would.
    using CheckPath = std::function<mmc::Result<void>(const std::string& path)>;
    void on_path(CheckPath check) { check_path_ = std::move(check); }

    /// Who takes the nodes of a drive away and brings them back; drives count from 0. False: there
    /// is no such drive.
    using Plug = std::function<mmc::Result<bool>(std::size_t drive, bool there)>;
    void on_plug(Plug plug) { plug_ = std::move(plug); }

    /// Of several drives: which one this is, from 1 on.
    void is_drive(std::size_t number) { number_ = number; }

    /// Whether the drive waits for "resume", as a rule wants it.
    void pause() { paused_ = true; }
    void resume() { paused_ = false; }
    bool paused() const { return paused_; }

private:
    friend struct Deeds;
    bool paused_ = false;
    std::size_t number_ = 1;
    SetTime set_time_;
    CheckPath check_path_;
    Plug plug_;
    Rig& rig_;
    const mmc::Clock& clock_;
};

/// Several drives behind one socket: each request goes to the one it names.
class DriveChoice final : public Handler {
public:
    /// They must outlive this, and stay in their places.
    explicit DriveChoice(std::vector<RigControl*> drives);

    mmc::Result<Json> handle(const Request& request) override;

private:
    std::vector<RigControl*> drives_;
};

} // namespace burnrig::harness::control
