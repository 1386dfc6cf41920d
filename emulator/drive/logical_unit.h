// SPDX-License-Identifier: Apache-2.0
// The state of the drive: what the command handlers read and change. The standard calls what
// answers commands the logical unit.
//
// Plain data with the few rules that keep it consistent; no command is decoded here. One thread at
// a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "emulator/disc/disc.h"
#include "emulator/drive/audio_player.h"
#include "emulator/drive/drive.h"
#include "emulator/drive/drive_model.h"
#include "emulator/drive/events.h"
#include "emulator/drive/fault_state.h"
#include "emulator/drive/mode_pages.h"
#include "emulator/drive/recording/recording_rules.h"
#include "emulator/drive/request.h"
#include "emulator/drive/write_buffer.h"
#include "emulator/faults/engine.h"

namespace burnrig::emulator {

enum class OperationKind : std::uint8_t {
    loading,
    ejecting,
    synchronizing,
    closing,
    blanking,
    formatting,
};

/// Something that goes on behind the commands, started by one with IMMED or waited for by one
/// without. What it changes happens when its end is reached: any later command settles it first.
struct Operation {
    OperationKind kind = OperationKind::closing;
    mmc::Duration begin{0};
    mmc::Duration end{0};
    std::function<Answer(LogicalUnit&)> finish;
};

/// What a drive says while the operation goes on.
mmc::SenseCode operation_sense(OperationKind kind);

/// Not ready for a time because a fault rule says so.
struct ForcedBusy {
    mmc::Duration until{0};
    mmc::SenseCode code;
};

/// What SEND KEY and REPORT KEY have come to. The region stays when power goes.
struct DriveKeys {
    enum class Grant : std::uint8_t { free, given, challenged };
    std::array<Grant, 4> grants{};
    std::uint8_t region_mask = 0xFF; ///< a bit that is 0: the region that plays; FFh: none is set
    std::uint8_t changes_left = 5;
};

/// The values of the power class of events.
enum class PowerState : std::uint8_t { active = 1, idle = 2, standby = 3, sleep = 4 };

struct BufferFill {
    std::uint32_t size = 0;
    std::uint32_t used = 0;
};

struct LogicalUnit {
    LogicalUnit(DriveModel drive_model, mmc::Clock& drive_clock, DriveOptions drive_options);

    const DriveModel model;
    mmc::Clock& clock;
    const DriveOptions options;

    std::unique_ptr<Disc> disc;            ///< in the tray, whether that is open or closed
    std::unique_ptr<RecordingRules> rules; ///< of the disc; nullptr without one the drive can use
    bool rules_outdated = false; ///< FORMAT UNIT or BLANK made another kind of medium of it
    Tray tray = Tray::closed;
    bool powered = true;
    std::optional<mmc::Duration> power_back_at;
    bool removal_prevented = false;
    bool persistent_prevent = false;
    bool spinning = false;
    std::int32_t head = 0; ///< block behind the last one read

    UnitAttentions attentions;
    MediaEvents media_events;
    bool features_changed = false; ///< an operational change event waits
    ModePages pages;
    std::optional<mmc::Sense> deferred; ///< of an earlier command, for the next that can carry it
    std::optional<Operation> operation;
    Answer operation_result; ///< of the last operation that ended
    std::optional<ForcedBusy> busy;

    std::vector<DriveSpeed> write_speeds; ///< fastest first, of drive and medium
    std::vector<DriveSpeed> read_speeds;
    std::uint32_t write_speed = 0; ///< kB/s
    std::uint32_t read_speed = 0;
    DriveSpeed write_curve; ///< what write_speed means on this disc
    DriveSpeed read_curve;
    std::optional<std::uint32_t> calibrated_for; ///< the write speed of the last good OPC

    AudioPlayer audio;
    DriveKeys keys;
    PowerState power = PowerState::active;
    bool power_changed = false;   ///< an event waits
    mmc::Duration last_access{0}; ///< when a command last needed the disc

    WriteBuffer buffer;
    std::uint64_t bytes_taken = 0; ///< user bytes of all writes so far
    std::uint64_t underruns = 0;   ///< times the buffer ran dry in a protected write
    faults::FaultEngine faults;
    FaultState fault; ///< what those have done

    /// The disc as the host may use it: in the closed tray, and of a kind the drive knows.
    Disc* medium() { return usable() ? disc.get() : nullptr; }
    const Disc* medium() const { return usable() ? disc.get() : nullptr; }
    bool usable() const { return tray == Tray::closed && disc && rules; }
    /// Something lies in the closed tray that this drive neither records nor reads.
    bool incompatible() const { return tray == Tray::closed && disc && !rules; }

    /// Lets operations whose time has come take effect, power come back, busy times pass.
    void settle(mmc::Duration now);

    /// Begins an operation; an answer that waits for it unless `immediate`.
    Answer begin(OperationKind kind, mmc::Duration now, mmc::Duration length, bool immediate,
                 std::function<Answer(LogicalUnit&)> finish);

    /// Fraction of the running operation that is over, in 1/65536.
    std::uint16_t progress(mmc::Duration now) const;

    /// "idle", "writing", "closing", "blanking", "formatting", "loading".
    const char* phase() const;
    /// The phase, or "off", or "tray-open".
    const char* state() const;

    /// Drive time for recording `length` long; none when the speed is unlimited.
    mmc::Duration recording(mmc::Duration length) const {
        return options.unlimited_speed ? mmc::Duration{0} : length;
    }
    /// A command that needs the disc has come: the power timers of page 1Ah begin anew.
    void wake(mmc::Duration now);
    /// What has become of the power since then.
    void rest(mmc::Duration now);
    void set_power(PowerState state);

    /// Time that the disc needs to turn, if it does not yet.
    mmc::Duration spin_up();
    /// Time to move the head there and past `blocks` at reading speed.
    mmc::Duration read_time(std::int32_t lba, std::uint32_t blocks);

    /// The speed that a host asks for, rounded to what there is.
    void set_read_speed(std::uint32_t requested);
    void set_write_speed(std::uint32_t requested);
    /// The best speeds for what is in the tray.
    void reset_speeds();
    /// Size of the write buffer for what is in the tray.
    std::uint32_t buffer_bytes() const {
        const auto* in_tray = medium();
        return emulator::buffer_bytes(model, in_tray ? &in_tray->medium() : nullptr);
    }

    /// The write buffer in bytes, and what of it waits to be burned.
    BufferFill buffer_fill(mmc::Duration now) const;

    /// What operations take on the DVD or BD in the tray, beside what its speed decides.
    const MediumTiming& medium_timing() const { return model.timing.of(disc->medium().family()); }

    /// What changes with the disc in the tray: rules, speeds, events, attention.
    void medium_arrived();
    void medium_left();
    /// The rules that the disc needs now, after FORMAT UNIT or BLANK.
    void renew_rules();
    void open_tray();

    /// Power goes: what was only in the buffer is lost.
    void lose_power(mmc::Duration now);
    void regain_power();
    /// All commands and operations are aborted, as recorded blocks allow; the host is told by this
    /// unit attention. The disc stays in.
    void reset(mmc::SenseCode attention, mmc::Duration now);

private:
    void forget_host();
    bool take_up_disc();
    void plug_in();

public:
    /// Keeps the disc's structure safe; a host file system that is full is a write error.
    Answer saved(const mmc::Result<void>& result) const;
};

} // namespace burnrig::emulator
