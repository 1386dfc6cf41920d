// SPDX-License-Identifier: Apache-2.0
// The commands that prepare, carry and end a recording, and those that move the tray.
//
// The writing of user data is write_10(); everything else is sent a few times in a burn.
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

/// Speeds in kB/s of raw CD; FFFFh: as fast as possible (BBh).
struct SpeedSetting {
    std::uint16_t read_kb = 0xFFFF;
    std::uint16_t write_kb = 0xFFFF;
};
Reply<void> set_cd_speed(Channel& channel, SpeedSetting speed);

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

/// 2Ah, in blocks of `block_bytes`; the length of `data` must be a multiple of it, not zero.
Reply<void> write_10(Channel& channel, std::int32_t lba, std::span<const std::uint8_t> data,
                     std::uint32_t block_bytes);

struct BufferCapacity {
    std::uint32_t size = 0; ///< bytes
    std::uint32_t free = 0;
};
/// 5Ch. Nothing when the figures are implausible, as those of some drives are at times.
Reply<std::optional<BufferCapacity>> read_buffer_capacity(Channel& channel);

/// 35h, returns when everything is on the disc.
Reply<void> synchronize_cache(Channel& channel);

enum class CloseFunction : std::uint8_t { track = 1, session = 2 };
/// 5Bh, returns when it is done. `track` only for CloseFunction::track.
Reply<void> close_track_session(Channel& channel, CloseFunction function, std::uint16_t track = 0);

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

// Tray

/// 1Eh.
Reply<void> prevent_allow(Channel& channel, bool prevent);

enum class StartStop : std::uint8_t { stop = 0, start = 1, eject = 2, load = 3 };
/// 1Bh, returns when it is done.
Reply<void> start_stop(Channel& channel, StartStop action);

} // namespace burnrig::driver
