// SPDX-License-Identifier: Apache-2.0
// What a kind of medium lets be done to it: one implementation for each kind. The command handlers
// decode the CDB and ask the rules; the rules know addresses, sequence and capacity, and change the
// disc.
//
//     handler (commands/writing.cpp) -> RecordingRules (cd/cd_rules.cpp) -> Disc
//
// The rules belong to the disc in the tray and forget the write in progress when it leaves.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "emulator/disc/disc.h"
#include "emulator/drive/request.h"
#include "mmc/msf.h"
#include "mmc/profile.h"

namespace burnrig::emulator {

struct DriveModel;
struct LogicalUnit;
struct WriteParameters;

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
    BackgroundFormat background = BackgroundFormat::none;
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
    std::optional<std::int32_t> last_recorded; ///< LRA
    std::int32_t read_compatibility = 0; ///< DVD+R: bytes 36-39; 0: the reply ends before them
};

struct WriteRequest {
    std::int32_t lba = 0;
    std::uint32_t blocks = 0;
    std::span<const std::uint8_t> data; ///< what the host really sent
    mmc::Duration now{0};
    bool streaming = false; ///< WRITE(12): no verification, no replacement
    bool verify = false;    ///< WRITE AND VERIFY
};

/// FORMAT UNIT: the header's bits that matter, and the format descriptor (MMC-5, 6.5).
struct FormatRequest {
    std::uint8_t type = 0;     ///< 00h..3Fh
    std::uint8_t sub_type = 0; ///< 0..3
    std::uint32_t blocks = 0;
    std::uint32_t parameter = 0; ///< type dependent, 24 bits
    bool certify = true;         ///< DCRT is 0
    mmc::Duration now{0};
    bool immediate = false;
};

/// READ FORMAT CAPACITIES, with its values of the descriptor type.
struct FormatCapacities {
    enum class Type : std::uint8_t { unformatted = 1, formatted = 2, none = 3 };
    struct Offer {
        std::uint32_t blocks = 0;
        std::uint8_t type = 0;
        std::uint32_t parameter = 0; ///< 24 bits
    };
    Type type = Type::none;
    std::uint32_t blocks = 0;
    std::array<Offer, 16> offers{};
    std::size_t count = 0;

    void offer(Offer entry) {
        if (count < offers.size())
            offers[count++] = entry;
    }
};

class RecordingRules {
public:
    virtual ~RecordingRules() = default;

    virtual mmc::Profile profile(const Disc& disc) const = 0;
    /// Whether anything can be recorded on it as it is (features, page 2Ah).
    virtual bool writable(const Disc& disc) const = 0;
    /// Whether a feature beside those that are always there, or are there with any readable medium,
    /// is current with this disc as it is (MMC-5, 5.2.2; mmc features by their code).
    virtual bool feature_current(const LogicalUnit& unit, std::uint16_t feature) const = 0;
    virtual DiscView disc_view(const LogicalUnit& unit) const = 0;

    /// The track where the next block goes: the open one, or the invisible one behind the last.
    virtual std::optional<TrackView> next_track(const LogicalUnit& unit) const = 0;
    /// A track that has been begun.
    virtual TrackView track_view(const LogicalUnit& unit, const Track& track) const = 0;
    /// Whether READ TRACK INFORMATION takes track number FFh for next_track().
    virtual bool knows_invisible_track() const { return true; }

    /// READ CAPACITY: blocks that READ reaches, as the drive counts them; 0 before there are any.
    virtual std::int32_t capacity(const LogicalUnit& unit) const = 0;
    /// Behind the last block that READ may address; can lie behind capacity() while a track is
    /// open.
    virtual std::int32_t readable_end(const LogicalUnit& unit) const = 0;
    /// Why a block below readable_end() that holds nothing cannot be read; nothing: it reads as
    /// zeros.
    virtual std::optional<mmc::SenseCode> unrecorded_fault(const LogicalUnit& unit,
                                                           std::int32_t lba) const = 0;

    /// DVD and BD: the table of contents shows the last session before it is complete.
    virtual bool open_session_in_toc(const LogicalUnit&) const { return false; }

    /// A write is in progress: between its first block and the end of SYNCHRONIZE CACHE.
    virtual bool writing() const = 0;

    /// Any block at any time: reading and writing do not exclude each other.
    virtual bool written_at_random() const { return false; }
    /// Whether the laser can stay at read power for a trial run (Test Write of mode page 05h).
    virtual bool can_simulate() const { return true; }

    virtual Answer write(LogicalUnit& unit, const WriteRequest& request) = 0;
    virtual Answer synchronize(LogicalUnit& unit, mmc::Duration now, bool immediate) = 0;

    // What only some media have is refused as unsuitable for the medium unless it is overridden.
    virtual Answer calibrate(LogicalUnit& unit, mmc::Duration now);
    virtual Answer send_cue_sheet(LogicalUnit& unit, std::span<const std::uint8_t> sheet);
    virtual Answer reserve(LogicalUnit& unit, const Request& request);
    virtual Answer close(LogicalUnit& unit, std::uint8_t function, std::uint16_t track,
                         mmc::Duration now, bool immediate);
    virtual Answer blank(LogicalUnit& unit, std::uint8_t type, std::int32_t address,
                         mmc::Duration now, bool immediate);
    virtual Answer format(LogicalUnit& unit, const FormatRequest& request);
    virtual Answer repair(LogicalUnit& unit, std::uint16_t track, mmc::Duration now,
                          bool immediate);
    /// SEND DISC STRUCTURE: the payload behind the list's header of 4 bytes.
    virtual Answer send_structure(LogicalUnit& unit, std::uint8_t format,
                                  std::span<const std::uint8_t> payload);

    /// How many entries the program memory area has, or what a DVD has in its place; 0: none.
    virtual std::uint32_t management_entries() const { return 0; }

    virtual FormatCapacities format_capacities(const LogicalUnit& unit) const = 0;

    /// READ DISC INFORMATION, data type 010b; nothing when the medium has no pseudo-overwrite.
    struct PseudoOverwriteResources {
        std::uint32_t replacements = 0;
        std::uint32_t map_entries = 0;
        std::uint32_t updates = 0;
    };
    virtual std::optional<PseudoOverwriteResources>
    pseudo_overwrite_resources(const LogicalUnit&) const {
        return std::nullopt;
    }
    /// READ DISC INFORMATION, data type 001b.
    struct TrackResources {
        std::uint16_t most_tracks = 99;
        std::uint16_t assigned = 0;
        std::uint16_t most_appendable = 1;
        std::uint16_t appendable = 0;
    };
    virtual TrackResources track_resources(const LogicalUnit& unit) const;

    /// Whether mode page 05h may ask for this with the medium; 5/26/00 if not.
    virtual bool accepts(const WriteParameters&) const { return true; }
    /// The write parameters of mode page 05h have changed.
    virtual void parameters_changed(LogicalUnit&) {}

    /// Lets what goes on by itself, without any command, come to where it is at `now` (a background
    /// format). Called before each command while background_progress() gives something.
    virtual void advance(LogicalUnit&, mmc::Duration) {}
    /// How far that is, in 1/65536; nothing when nothing goes on.
    virtual std::optional<std::uint16_t> background_progress(const LogicalUnit&,
                                                             mmc::Duration) const {
        return std::nullopt;
    }
    /// The tray is about to open: what has to be on the disc first, and how long that takes.
    virtual mmc::Duration leave(LogicalUnit&, mmc::Duration) { return mmc::Duration{0}; }

    /// Recording stops here and now: blocks not burned yet are lost, the open track is damaged.
    virtual void cut_off(LogicalUnit& unit, mmc::Duration now) = 0;

    /// The write in progress is over because its host went away: all it sent is burned.
    virtual void end_idle_write(LogicalUnit& unit, mmc::Duration now) = 0;

    /// A disc that was last in a drive that lost power: the same state as after cut_off().
    virtual void recover(LogicalUnit& unit) = 0;
};

/// The rules for this disc as it is, in a drive that can record it, only read it, or nothing
/// (nullptr). Rules that another state of the disc needs replace these after FORMAT UNIT and BLANK:
/// LogicalUnit::renew_rules().
std::unique_ptr<RecordingRules> make_recording_rules(const Disc& disc, const DriveModel& model);

} // namespace burnrig::emulator
