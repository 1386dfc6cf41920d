// SPDX-License-Identifier: Apache-2.0
// What the life cycles share: recording in steps, and what the drive tells of disc and tracks
// between them.
//
//     if (!prepare_blank(trial)) return;
//     set_write_parameters(trial, {.write_type = 1, .multi_session = 3});
//     write(trial, 0, 320);  synchronize(trial);  close(trial, close_session);
//     expect_disc(trial, "after the session is closed", {.status = 1, .sessions = 2});
//
// Each function adds its own findings to the trial. Content is a pattern that depends on the
// address, so that a block in the wrong place is noticed.
#pragma once

#include <optional>
#include <string_view>

#include "harness/conformance/checks/commands.h"
#include "harness/conformance/trial.h"

namespace burnrig::harness::conformance {

/// Fields of mode page 05h.
struct WriteParameters {
    std::uint8_t write_type = 0;    ///< 0 packet or incremental, 1 TAO, 2 SAO or DAO, 3 raw
    std::uint8_t multi_session = 0; ///< 0 none, 3 next session allowed
    std::uint8_t track_mode = 4;
    std::uint8_t block_type = 8;
    bool test_write = false;
    bool fixed_packets = false;
    std::uint32_t packet_size = 0;
    std::uint8_t link_size = 0; ///< 0: LS_V is not set
};

/// MODE SENSE, change, MODE SELECT. The reply is not judged.
Reply set_write_parameters(Trial& trial, const WriteParameters& wanted);

struct DiscInformation {
    unsigned status = 0;        ///< 0 blank, 1 appendable, 2 complete, 3 other
    unsigned session_state = 0; ///< 0 empty, 1 incomplete, 3 complete
    unsigned sessions = 0;
    unsigned first_track = 0; ///< of the last session
    unsigned last_track = 0;
    bool erasable = false;
    unsigned background = 0;
    Reply reply;
};
DiscInformation disc_information(Trial& trial);

/// What must be so; absent: not looked at.
struct DiscExpectation {
    std::optional<unsigned> status{};
    std::optional<unsigned> session_state{};
    std::optional<unsigned> sessions{};
    std::optional<unsigned> last_track{};
};
bool expect_disc(Trial& trial, std::string_view when, const DiscExpectation& expected);

struct Track {
    bool known = false; ///< the command succeeded
    unsigned number = 0;
    unsigned session = 0;
    bool damaged = false;
    bool reserved = false;
    bool blank = false;
    bool writable = false;
    bool last_recorded_valid = false;
    std::int64_t start = 0;
    std::int64_t next = 0;
    std::int64_t free = 0;
    std::int64_t size = 0;
    std::int64_t last_recorded = 0;
    Reply reply;
};
Track track_information(Trial& trial, std::uint32_t number, std::uint8_t type = 1);
/// The track that is written next: the last one of the last session.
Track open_track(Trial& trial);
/// Its next writable address, from its start at the earliest: some drives say -150 on a blank CD.
std::int64_t next_writable(const Track& track);

/// WRITE(10) of `count` blocks of the pattern, 32 KiB at a time (64 KiB: `chunk` 32). The last
/// reply.
Reply write(Trial& trial, std::int64_t lba, std::uint32_t count, std::uint32_t chunk = 16);
/// One WRITE(10) of so many blocks of the pattern.
Reply write_once(Trial& trial, std::int64_t lba, std::uint32_t count);
/// READ(10) against the pattern.
bool read_back(Trial& trial, std::int64_t lba, std::uint32_t count);

/// With IMMED, and waited for. The command's own reply is judged, the end too.
bool synchronize(Trial& trial);
enum CloseFunction : std::uint8_t {
    stop_format = 0,
    close_track = 1,
    close_session = 2,
    finalize_format = 3,
    finalize_minimal = 5,
    finalize = 6,
};
/// The reply is not judged; the operation has ended.
Reply close(Trial& trial, CloseFunction function, unsigned track = 0);
Reply blank(Trial& trial, std::uint8_t type);
/// FORMAT UNIT with one descriptor. Not judged; the operation has ended.
Reply format_unit(Trial& trial, std::uint8_t type, std::uint32_t blocks, std::uint32_t parameter,
                  std::uint8_t sub_type = 0);
/// The CDB and list of it.
Bytes format_list(std::uint8_t type, std::uint32_t blocks, std::uint32_t parameter,
                  std::uint8_t sub_type, bool immediate);

/// A blank disc to begin with: a rewritable one is blanked. false: skipped.
bool prepare_blank(Trial& trial, std::uint8_t blank_type = 1);

/// What MMC says of commands while an immediate operation runs (mmc: blanking, formatting,
/// closing).
void expect_busy_manners(Trial& trial);

/// WRITE is refused at `lba`, and the next writable address stays.
void expect_write_refused(Trial& trial, std::string_view when, std::int64_t lba,
                          std::initializer_list<std::string_view> allowed,
                          std::uint32_t count = 16);

Bytes pattern(std::int64_t lba, std::uint32_t count);

} // namespace burnrig::harness::conformance
