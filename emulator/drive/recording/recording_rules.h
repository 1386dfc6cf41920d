// SPDX-License-Identifier: Apache-2.0
// What a kind of medium lets be done to it: one implementation for each kind. The command handlers
// decode the CDB and ask the rules; the rules know addresses, sequence and capacity, and change the
// disc.
//
//     handler (writing.cpp) -> RecordingRules (cd_rules.cpp) -> Disc
//
// The rules belong to the disc in the tray and forget the write in progress when it leaves.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "emulator/disc/disc.h"
#include "emulator/drive/request.h"
#include "mmc/msf.h"

namespace burnrig::emulator {

struct LogicalUnit;

/// The values of READ DISC INFORMATION, byte 2.
enum class LastSession : std::uint8_t { empty = 0, incomplete = 1, damaged = 2, complete = 3 };
enum class DiscStatus : std::uint8_t { blank = 0, appendable = 1, complete = 2, other = 3 };

struct DiscView {
    bool erasable = false;
    bool unrestricted_use = false;
    LastSession last_session = LastSession::empty;
    DiscStatus status = DiscStatus::blank;
    std::uint16_t sessions = 1; ///< the empty or incomplete one included
    std::uint16_t first_track_of_last = 1;
    std::uint16_t last_track_of_last = 1; ///< the incomplete or invisible one included
    std::uint8_t disc_type = 0xFF;
    std::optional<std::int32_t> lead_in;  ///< of the last session; nothing on a complete disc
    std::optional<std::int32_t> lead_out; ///< last possible start; nothing on a complete disc
};

/// What READ TRACK INFORMATION tells of one track.
struct TrackView {
    std::uint16_t number = 1;
    std::uint16_t session = 1;
    bool damaged = false;
    bool copy = false;
    std::uint8_t track_mode = 4; ///< the CONTROL nibble
    bool reserved = false;       ///< RT
    bool blank = false;
    bool packet = false;
    bool fixed_packets = false;
    std::uint8_t data_mode = 0x0F; ///< 1, 2; Fh unknown
    std::int32_t start = 0;
    std::optional<std::int32_t> next_writable;
    std::int32_t free = 0;
    std::uint32_t packet_size = 0;
    std::int32_t size = 0;
};

struct WriteRequest {
    std::int32_t lba = 0;
    std::uint32_t blocks = 0;
    std::span<const std::uint8_t> data; ///< what the host really sent
    mmc::Duration now{0};
};

class RecordingRules {
public:
    virtual ~RecordingRules() = default;

    virtual std::uint16_t profile() const = 0;
    /// Whether anything can be recorded on it as it is (features, page 2Ah).
    virtual bool writable(const Disc& disc) const = 0;
    virtual DiscView disc_view(const LogicalUnit& unit) const = 0;

    /// The track where the next block goes: the open one, or the invisible one behind the last.
    virtual std::optional<TrackView> next_track(const LogicalUnit& unit) const = 0;
    /// A track that has been begun.
    virtual TrackView track_view(const LogicalUnit& unit, const Track& track) const = 0;

    /// A write is in progress: between its first block and the end of SYNCHRONIZE CACHE.
    virtual bool writing() const = 0;

    virtual Answer calibrate(LogicalUnit& unit, mmc::Duration now) = 0;
    virtual Answer write(LogicalUnit& unit, const WriteRequest& request) = 0;
    virtual Answer synchronize(LogicalUnit& unit, mmc::Duration now, bool immediate) = 0;
    virtual Answer send_cue_sheet(LogicalUnit& unit, std::span<const std::uint8_t> sheet) = 0;
    virtual Answer reserve(LogicalUnit& unit, const Request& request) = 0;
    virtual Answer close(LogicalUnit& unit, std::uint8_t function, std::uint16_t track,
                         mmc::Duration now, bool immediate) = 0;
    virtual Answer blank(LogicalUnit& unit, std::uint8_t type, mmc::Duration now,
                         bool immediate) = 0;
    virtual Answer repair(LogicalUnit& unit, std::uint16_t track, mmc::Duration now,
                          bool immediate) = 0;

    /// The write parameters of mode page 05h have changed.
    virtual void parameters_changed(LogicalUnit& unit) = 0;

    /// Recording stops here and now: blocks not burned yet are lost, the open track is damaged.
    virtual void cut_off(LogicalUnit& unit, mmc::Duration now) = 0;

    /// The write in progress is over because its host went away: all it sent is burned.
    virtual void end_idle_write(LogicalUnit& unit, mmc::Duration now) = 0;

    /// A disc that was last in a drive that lost power: the same state as after cut_off().
    virtual void recover(LogicalUnit& unit) = 0;
};

/// The rules for this medium.
std::unique_ptr<RecordingRules> make_recording_rules(const Medium& medium);

} // namespace burnrig::emulator
