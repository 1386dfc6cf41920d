// SPDX-License-Identifier: Apache-2.0
// READ DISC INFORMATION (51h), READ TRACK INFORMATION (52h), READ CAPACITY (25h): the state of the
// disc and of each track.
#pragma once

#include <cstdint>
#include <optional>

#include "driver/commands/channel.h"
#include "mmc/msf.h"

namespace burnrig::driver {

/// 51h, standard disc information. Enumerations keep the values of the reply.
struct DiscInformation {
    std::uint8_t status = 0;             ///< 0 blank, 1 appendable, 2 complete, 3 other
    std::uint8_t last_session_state = 0; ///< 0 empty, 1 incomplete, 2 damaged, 3 complete
    bool erasable = false;
    std::uint16_t first_track = 0;
    std::uint16_t sessions = 0;
    std::uint16_t first_track_of_last_session = 0;
    std::uint16_t last_track_of_last_session = 0;
    std::uint8_t disc_type = 0xFF; ///< 00h CD-DA/ROM, 10h CD-I, 20h XA, FFh undefined
    /// As sent: 0,M,S,F on CD, an LBA elsewhere; nothing when all ones.
    std::optional<std::uint32_t> lead_in;
    std::optional<std::uint32_t> last_lead_out;
    std::uint8_t opc_tables = 0;
    std::uint8_t background_format = 0; ///< DVD+RW: 0 never formatted, 1 suspended, 2 runs, 3 done
};

Reply<DiscInformation> read_disc_information(Channel& channel);

/// 0,M,S,F as sent in `DiscInformation::last_lead_out` of a CD; nothing when it is no time.
std::optional<std::int32_t> lba_of_msf_field(std::uint32_t field);

struct TrackInformation {
    std::uint16_t number = 0;
    std::uint16_t session = 0;
    bool damaged = false;
    bool copy = false;
    std::uint8_t track_mode = 0; ///< CONTROL nibble
    bool reserved = false;
    bool blank = false;
    bool packet = false;
    bool fixed_packet = false;
    std::uint8_t data_mode = 0; ///< 1, 2, Fh unknown
    std::int32_t start = 0;
    std::optional<std::int32_t> next_writable{};
    std::uint32_t free_blocks = 0;
    std::uint32_t packet_size = 0;
    std::uint32_t size = 0;
    std::optional<std::int32_t> last_recorded{};
};

/// The number by which READ TRACK INFORMATION of CD and DVD+R speaks of the invisible or incomplete
/// track.
inline constexpr std::uint16_t invisible_track = 0xFF;

Reply<TrackInformation> read_track_information(Channel& channel, std::uint16_t track);

struct Capacity {
    std::uint32_t last_lba = 0;
    std::uint32_t block_bytes = 0;
};

Reply<Capacity> read_capacity(Channel& channel);

} // namespace burnrig::driver
