// SPDX-License-Identifier: Apache-2.0
// What is recorded on a disc, above the level of blocks: sessions, tracks, service areas. The
// drive's recording rules change it; the disc keeps it and saves it.
//
//   PCA | PMA | lead-in | pre-gap | track 1 | track 2 | lead-out | lead-in | pre-gap | track 3 ...
//                \_________ session 1 _____________/    \_____ session 2 ...
//
// Addresses are logical block addresses; ranges are half open. Plain data.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace burnrig::emulator {

/// How one block of the program area is kept, named after the data block types of mode page 05h
/// (MMC-3, 5.3.9) and the data forms of a cue sheet. What a block lacks (sync, header, EDC/ECC,
/// sub-channel) is made when read.
enum class BlockForm : std::uint8_t {
    audio,           ///< 2352 bytes of samples
    mode1,           ///< 2048 user bytes
    mode2,           ///< 2336
    xa_form1,        ///< 2048, sub-header from mode page 05h
    xa_form1_header, ///< 2056, sub-header first
    xa_form2,        ///< 2324
    xa_mixed,        ///< 2332, sub-header first
    raw,             ///< 2352 with sync, header and EDC/ECC as the host gave them, not scrambled
    raw_pq,          ///< 2352 + 16 bytes of Q sub-channel
    raw_pw,          ///< 2352 + 96 bytes of P-W sub-channel, raw
    subchannel,      ///< 96 bytes of R-W sub-channel of the lead-in (CD-TEXT)
};

/// Bytes kept for one block of this form.
constexpr std::uint16_t block_size(BlockForm form) {
    constexpr std::array<std::uint16_t, 11> sizes{2352, 2048, 2336, 2048, 2056, 2324,
                                                  2332, 2352, 2368, 2448, 96};
    return sizes[static_cast<std::size_t>(form)];
}

enum class TrackState : std::uint8_t {
    reserved, ///< has an entry in the PMA, nothing recorded yet
    open,     ///< being recorded (incomplete)
    complete,
};

/// How a track came to be (mode page 05h write type).
enum class WriteMethod : std::uint8_t { packet, track_at_once, session_at_once, raw };

struct Track {
    std::uint16_t number = 1; ///< from 1, counting on over sessions; a CD has at most 99
    std::uint16_t session = 1;
    TrackState state = TrackState::open;
    WriteMethod method = WriteMethod::track_at_once;
    bool damaged = false;     ///< recording was cut off (underrun, power, reset)
    bool in_pma = false;      ///< registered in the program memory area
    std::uint8_t control = 4; ///< CONTROL nibble of the Q channel: 4 data, 0 audio
    BlockForm form = BlockForm::mode1;
    std::int32_t pregap = -150;    ///< first block of the pre-gap (index 0)
    std::int32_t start = 0;        ///< first user block (index 1)
    std::int32_t end = 0;          ///< behind the last user block recorded so far
    std::int32_t reserved_end = 0; ///< behind the last block of a reservation; 0 when not reserved
    std::uint8_t run_out =
        0; ///< blocks behind `end` that belong to the track and cannot be read (TAO: 2)
    std::uint32_t packet_size = 0;     ///< fixed packets: user blocks in one; else 0
    std::string isrc;                  ///< 12 characters or ""
    std::vector<std::int32_t> indexes; ///< first blocks of index 2 and on; empty on most tracks

    /// The number where a reply has one byte for it.
    std::uint8_t short_number() const { return static_cast<std::uint8_t>(number); }
    bool audio() const { return (control & 4) == 0; }
    std::int32_t end_with_run_out() const { return end + run_out; }
};

enum class SessionState : std::uint8_t {
    empty,   ///< nothing recorded in it yet
    open,    ///< incomplete: tracks but no lead-in and lead-out
    damaged, ///< cut off while lead-in or lead-out was written
    complete,
};

struct Session {
    std::uint16_t number = 1;
    SessionState state = SessionState::empty;
    std::int32_t lead_in = 0;          ///< first block of the lead-in
    std::int32_t lead_out = 0;         ///< first block of the lead-out; meaningful when complete
    bool next_allowed = false;         ///< pointer B0: another session may follow
    std::uint8_t disc_type = 0;        ///< PSEC of A0: 00 CD-DA/ROM, 10h CD-I, 20h XA
    std::vector<std::uint8_t> cd_text; ///< packs of the lead-in, 18 bytes each
};

/// What FORMAT UNIT has made of the medium.
enum class FormatKind : std::uint8_t {
    none,                   ///< as sold or as blanked
    fixed_packets,          ///< CD-RW
    restricted_overwrite,   ///< DVD-RW
    overwritable,           ///< DVD+RW, DVD-RAM, BD-RE
    sequential_with_spares, ///< BD-R, SRM without pseudo-overwrite
    pseudo_overwrite,       ///< BD-R, SRM+POW
    random_recording,       ///< BD-R, RRM
};

/// READ DISC INFORMATION byte 7, in its values.
enum class BackgroundFormat : std::uint8_t { none = 0, suspended = 1, running = 2, complete = 3 };

struct Formatting {
    FormatKind kind = FormatKind::none;
    bool intermediate = false;     ///< DVD-RW: lead-in and border-out are not written yet
    std::int32_t blocks = 0;       ///< user blocks that the format gives
    std::uint32_t packet_size = 0; ///< CD-RW: user blocks in a packet
    BackgroundFormat background = BackgroundFormat::none; ///< DVD+RW
    std::int32_t background_end = 0; ///< DVD+RW: behind the last block formatted so far
    std::uint32_t spares = 0; ///< replacement units set aside: DVD-RAM ECC blocks, BD clusters
    std::uint32_t spares_used = 0;
    std::uint32_t replacements_used = 0; ///< BD-R with pseudo-overwrite: map entries
};

struct Structure {
    std::vector<Session> sessions;  ///< on a disc that can take more, the last one is not complete
    std::vector<Track> tracks;      ///< ascending; tracks of an open session included
    bool finalized = false;         ///< no further session is possible
    bool rewritten = false;         ///< was blanked or formatted since it left the factory
    bool minimally_blanked = false; ///< DVD-RW: the last BLANK was the quick one
    bool write_protected = false;   ///< persistent write protection (PWP) is set
    Formatting format;
    std::int32_t layer_0_blocks = 0; ///< dual layer: where the host wants the break; 0: the default
    std::string recording_time;      ///< DVD-R/-RW: unique disc id, YYYYMMDDhhmmss or ""
    std::string media_catalog_number;    ///< 13 digits or ""
    std::uint32_t calibrations_used = 0; ///< slots of the power calibration area
    std::uint32_t pma_entries_used = 0;
};

/// The session that is recorded into, or the last one of a finalized disc.
const Session& current_session(const Structure& structure);
Session& current_session(Structure& structure);

/// nullptr when no session is complete.
const Session* last_complete_session(const Structure& structure);

/// The last track of the disc, nullptr when there is none.
const Track* last_track(const Structure& structure);
Track* last_track(Structure& structure);

/// Tracks of one session: first and last; nullptr when it has none.
const Track* first_track_of(const Structure& structure, std::uint16_t session);
const Track* last_track_of(const Structure& structure, std::uint16_t session);

/// The track whose blocks, run-out included, hold `lba`; nullptr when there is none.
const Track* track_at(const Structure& structure, std::int32_t lba);
/// The same with the track's pre-gap.
const Track* track_around(const Structure& structure, std::int32_t lba);

} // namespace burnrig::emulator
