// SPDX-License-Identifier: Apache-2.0
// The emulated recorder: takes MMC commands, keeps a disc, tells the time it needs on a clock.
//
//     execute(command) -> unit attention, readiness -> fault rules -> handler from the command
//     table -> time
//
// One command at a time: callers on several threads must take turns. Everything else may be called
// between commands.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/disc/disc.h"
#include "emulator/drive/drive_model.h"
#include "emulator/drive/fault_state.h"
#include "emulator/faults/engine.h"
#include "mmc/target.h"

namespace burnrig::emulator {

enum class Tray : std::uint8_t { closed, open };

struct DriveOptions {
    std::uint64_t seed = 0;
    bool unlimited_speed = false; ///< recording and reading take no time (benchmarks)
};

/// What a watcher may want to know without sending a command.
struct DriveStatus {
    Tray tray = Tray::closed;
    bool removal_prevented = false;
    bool disc_present = false;
    bool powered = true;
    std::string phase; ///< as in faults::CommandFacts
};

/// What a drive shows from outside without being changed by the look at it: for reports.
struct DriveGauge {
    std::string_view phase;            ///< as in faults::CommandFacts
    std::optional<mmc::Duration> ends; ///< of a phase whose end is known
    std::uint32_t buffer_size = 0;     ///< of the write buffer, in bytes
    std::uint32_t buffer_used = 0;
};

class Drive final : public mmc::Target {
public:
    /// Powered on, empty, tray closed. The clock must outlive the drive.
    Drive(DriveModel model, mmc::Clock& clock, DriveOptions options = {});
    ~Drive() override;

    /// Puts a disc into the closed tray; it is ready at once, with a unit attention pending.
    /// Replaces what was in.
    void insert(std::unique_ptr<Disc> disc);
    /// Takes the disc out, whatever the lock says; nullptr when there is none.
    std::unique_ptr<Disc> remove();
    /// Somebody presses the button, which a locked drive only tells its host of, or uses the pin
    /// hole. What was being written ends as it does when the disc leaves.
    void eject(bool emergency);
    /// Somebody pushes the open tray in; the disc in it is ready at once.
    void load();

    mmc::Completion execute(const mmc::Command& command) override;

    void set_faults(faults::FaultEngine engine);
    const faults::FaultEngine& faults() const;
    /// To add and remove rules, from any thread; not before set_faults() is done.
    faults::FaultEngine& faults();
    /// What rules can do outside of the drive.
    void set_fault_hooks(FaultHooks hooks);

    /// Power off: what was only in the buffer is lost, an open track is damaged. Power on: unit
    /// attention 29/00.
    void power_off();
    void power_on();

    /// Takes away what rules have done to the drive and would last: its power is back, its cable is
    /// in, nothing makes it busy. The rules themselves stay (set_faults), and so does damage to the
    /// disc (Disc::heal).
    void recover();

    DriveStatus status() const;
    /// As it is at this moment: what has come due meanwhile is not settled.
    DriveGauge gauge() const;
    const DriveModel& model() const;
    /// nullptr when the drive is empty.
    const Disc* disc() const;
    Disc* disc();

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace burnrig::emulator
