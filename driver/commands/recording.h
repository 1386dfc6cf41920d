// SPDX-License-Identifier: Apache-2.0
// The commands that prepare, carry and end a recording, and those that move the tray.
//
// The writing of user data is write_blocks(); everything else is sent a few times in a burn.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "driver/commands/channel.h"
#include "mmc/msf.h"

namespace burnrig::driver {

// Preparing

/// Calibrates the laser (54h, DoOpc).
Reply<void> send_opc(Channel& channel);

/// 53h.
Reply<void> reserve_track(Channel& channel, std::uint32_t blocks);

/// One line of a cue sheet: what begins at which time.
struct CueEntry {
    std::uint8_t ctl_adr = 0;
    std::uint8_t track = 0; ///< 0 lead-in, AAh lead-out
    std::uint8_t index = 0;
    std::uint8_t data_form = 0;
    std::uint8_t scms = 0;
    mmc::Msf start;

    bool operator==(const CueEntry&) const = default;
};
inline constexpr std::size_t cue_entry_bytes = 8;

/// 5Dh. At most 99 tracks of 100 indexes fit; more is refused here.
Reply<void> send_cue_sheet(Channel& channel, std::span<const CueEntry> entries);

// Recording

struct WritePlace {
    std::int32_t lba = 0;
    std::uint32_t block_bytes = 2048;
    /// AAh with its Streaming bit: the drive does not verify what it wrote (DVD-RAM, BD).
    bool streaming = false;
};
/// 2Ah, or AAh for streaming. The length of `data` must be a multiple of the block, not zero.
Reply<void> write_blocks(Channel& channel, const WritePlace& place,
                         std::span<const std::uint8_t> data);

struct BufferCapacity {
    std::uint32_t size = 0; ///< bytes
    std::uint32_t free = 0;
};
/// 5Ch. Nothing when the figures are implausible, as those of some drives are at times.
Reply<std::optional<BufferCapacity>> read_buffer_capacity(Channel& channel);

/// 35h. Returns when everything is on the disc, unless the drive is to answer at once.
Reply<void> synchronize_cache(Channel& channel, bool immediate = false);

enum class CloseFunction : std::uint8_t {
    stop_format = 0, ///< DVD+RW: the background format
    track = 1,
    session = 2,
    finalize_small = 5, ///< DVD+R: the lead-out reaches to a radius of 30 mm at least
    finalize = 6,       ///< DVD+R, BD-R
};
struct CloseRequest {
    CloseFunction function = CloseFunction::session;
    std::uint16_t track = 0; ///< for CloseFunction::track
    bool immediate = false;  ///< the drive answers at once and goes on
};
/// 5Bh.
Reply<void> close_track_session(Channel& channel, const CloseRequest& what);

enum class BlankScope : std::uint8_t { disc = 0, minimal = 1 };
/// A1h. With `immediate` the drive answers at once and goes on erasing.
struct BlankRequest {
    BlankScope scope = BlankScope::minimal;
    bool immediate = true;
};
Reply<void> blank(Channel& channel, BlankRequest what);

// Reading

/// 28h, data blocks. The length of `data` must be a multiple of 2048, not zero. A drive that sends
/// less is an error.
Reply<void> read_10(Channel& channel, std::int32_t lba, std::span<std::uint8_t> data);

/// What READ CD is to give of each block, and how much that is.
struct CdBlockForm {
    std::uint8_t main_channel = 0xF8; ///< byte 9: all of it
    std::uint32_t bytes = 2352;
};
/// BEh, any kind of block. The length of `data` must be a multiple of the form's, not zero.
Reply<void> read_cd(Channel& channel, std::int32_t lba, CdBlockForm form,
                    std::span<std::uint8_t> data);

// Tray

/// 1Eh.
Reply<void> prevent_allow(Channel& channel, bool prevent);

enum class StartStop : std::uint8_t { stop = 0, start = 1, eject = 2, load = 3 };
/// 1Bh, returns when it is done.
Reply<void> start_stop(Channel& channel, StartStop action);

} // namespace burnrig::driver
