// SPDX-License-Identifier: Apache-2.0
// What is in the drive: the answers of INQUIRY, GET CONFIGURATION, READ DISC INFORMATION, READ
// TRACK INFORMATION and ATIP, put together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "driver/commands/drive_state.h"
#include "driver/commands/formatting.h"
#include "driver/commands/performance.h"
#include "driver/commands/toc.h"
#include "driver/commands/track_information.h"

namespace burnrig::driver {

/// Who the drive is and what it offers now.
struct DriveSummary {
    Inquiry inquiry;
    std::vector<std::uint16_t> profiles{}; ///< in the drive's order
    std::uint16_t current_profile = 0;
    std::optional<Capabilities> capabilities{}; ///< page 2Ah; nothing when the drive has none
    WriteFeatures write{};                      ///< of the medium that is in now
};

enum class DiscStatus : std::uint8_t { blank, appendable, complete, other };
enum class SessionState : std::uint8_t { empty, incomplete, damaged, complete };

/// The medium.
struct DiscSummary {
    std::uint16_t profile = 0;
    DiscStatus status = DiscStatus::blank;
    SessionState last_session = SessionState::empty;
    bool erasable = false;
    std::uint16_t sessions = 0; ///< counts an empty last one
    /// The recorded ones, then the invisible one if there is one.
    std::vector<TrackInformation> tracks{};
    std::optional<std::int32_t> next_writable{};
    std::uint32_t free_blocks = 0;
    std::optional<std::int32_t> last_lead_out{}; ///< how far the program area can reach
    std::optional<std::int32_t> next_lead_in{};  ///< CD: of the session that is empty or open
    std::optional<Atip> atip{};                  ///< CD-R and CD-RW
    std::uint8_t opc_tables = 0; ///< calibration results that the drive already has for this disc
    std::uint8_t background_format = 0;        ///< DVD+RW: 0 never, 1 suspended, 2 runs, 3 done
    std::optional<FormatCapacities> formats{}; ///< of media that can be formatted
    std::vector<WriteSpeed> write_speeds{};    ///< nothing when the drive lists none

    /// A track with data that was not finished; nullptr when there is none.
    const TrackInformation* unfinished_track() const;
};

/// The families that share units and rules.
enum class MediumFamily : std::uint8_t { none, cd, dvd, bd };
MediumFamily family_of(std::uint16_t profile);
/// Media of this profile are written at any address, again and again.
bool is_overwritable(std::uint16_t profile);
/// READ FORMAT CAPACITIES has something to say about them.
bool is_formattable(std::uint16_t profile);

std::string_view to_string(DiscStatus status);
std::string_view to_string(SessionState state);

/// "CD-RW", "DVD+R"; "no medium" for 0, "profile 1234h" for an unknown one.
std::string profile_name(std::uint16_t profile);

/// One line: "CD-RW, appendable, 2 sessions, 1 track, 255908 blocks free from LBA 103941".
std::string to_line(const DiscSummary& disc);

nlohmann::ordered_json to_json(const DriveSummary& drive);
nlohmann::ordered_json to_json(const DiscSummary& disc);

} // namespace burnrig::driver
