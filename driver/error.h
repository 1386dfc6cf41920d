// SPDX-License-Identifier: Apache-2.0
// Why an operation of the driver failed, as a value: where it was, what the drive was asked and
// what it answered, what that means, what is on the disc now, what to try.
//
//     burn failed while calibrating the laser power: opc-failed
//       The drive could not find a laser power that works on this disc.
//       command   SEND OPC INFORMATION  54 01 00 00 00 00 00 00 00 00
//       answer    03/73/03 MEDIUM ERROR, POWER CALIBRATION AREA ERROR, after 8.906 s (limit 200 s)
//       sense     70 00 03 00 00 00 00 0A 00 00 00 00 73 03 00 00 00 00
//       disc now  blank; no user data was sent
//       ...
//
// The first error of a burn is the one reported; what failed while cleaning up after it stands in
// `aftermath`.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>
#include <tl/expected.hpp>

#include "driver/cause.h"
#include "mmc/sense.h"
#include "mmc/target.h"

namespace burnrig::driver {

/// What the driver was doing.
enum class Stage : std::uint8_t {
    open,      ///< opening the device
    plan,      ///< looking at the job itself
    identify,  ///< asking the drive what it is
    ready,     ///< waiting until it is ready
    medium,    ///< looking at the disc and its room
    lock,      ///< locking the tray
    format,    ///< formatting the disc
    setup,     ///< setting the write parameters
    speed,     ///< setting the speed
    cue_sheet, ///< sending the cue sheet
    reserve,   ///< reserving room for the track
    calibrate, ///< calibrating the laser power
    write,     ///< sending user data
    flush,     ///< writing out the drive's buffer
    close,     ///< closing track and session
    verify,    ///< reading back
    blank,     ///< erasing
    read,      ///< reading on request
    eject,     ///< moving the tray
    unlock,    ///< unlocking the tray
};

/// "calibrate".
std::string_view stage_name(Stage stage);
/// "calibrating the laser power", to be read after "while".
std::string_view stage_text(Stage stage);

/// A CDB by value.
struct Cdb {
    std::array<std::uint8_t, 16> bytes{};
    std::uint8_t length = 0; ///< 0: no command is involved

    std::span<const std::uint8_t> view() const { return {bytes.data(), length}; }
};

/// "SEND OPC INFORMATION", "WRITE(10)": how messages name a command.
std::string command_name(std::uint8_t opcode);

struct BurnError {
    Cause cause = Cause::unexpected_sense;
    Stage stage = Stage::plan;
    std::string message; ///< one or two sentences about this very case

    Cdb cdb;             ///< the command that carried the error; length 0: none did
    std::string command; ///< its name, "" without one
    mmc::Status status = mmc::Status::good;
    mmc::HostStatus host = mmc::HostStatus::ok;
    mmc::SenseBytes sense_bytes;     ///< as the drive sent them
    std::optional<mmc::Sense> sense; ///< decoded; nothing when there are none or they make no sense
    bool deferred = false;           ///< the error is about earlier data, not about `command`
    mmc::Duration took{0};
    mmc::Duration limit{0}; ///< the command's time limit

    std::optional<std::int32_t> lba;    ///< the first block that is known to be concerned
    std::string disc_now;               ///< what is on the disc now, as far as the drive says
    bool tray_locked = false;           ///< the tray could not be unlocked again
    std::vector<std::string> aftermath; ///< what else failed afterwards
    std::vector<std::string> likely;    ///< likely reasons
    std::vector<std::string> advice;    ///< what to try
};

template <class T>
using Outcome = tl::expected<T, BurnError>;

/// A failure in which no command is involved: cause, stage and message, with likely reasons and
/// advice from the table of causes.
BurnError make_error(Cause cause, Stage stage, std::string message);

/// Several lines for a person, ending in a line feed.
std::string to_text(const BurnError& error);

nlohmann::ordered_json to_json(const BurnError& error);

} // namespace burnrig::driver
