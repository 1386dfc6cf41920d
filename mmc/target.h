// SPDX-License-Identifier: Apache-2.0
// The waist of the rig: everything that can take a command is a Target; everything that sends one
// uses it.
//
//     driver, fake devices, harness            those who send commands
//     ---------------- Target ----------------
//     Drive, SgDevice, filters                 those who take them; a filter is a Target around a
//     Target
//
// A Target answers every command: what goes wrong is in the Completion, never an exception.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>

#include "mmc/clock.h"

namespace burnrig::mmc {

/// SCSI status byte (SAM-3, 5.3).
enum class Status : std::uint8_t {
    good = 0x00,
    check_condition = 0x02,
    busy = 0x08,
    reservation_conflict = 0x18,
    task_set_full = 0x28,
    task_aborted = 0x40,
};

/// How the command fared between host and drive; the values are those of Linux's SG host_status.
enum class HostStatus : std::uint16_t {
    ok = 0,
    no_connect = 1,
    bus_busy = 2,
    time_out = 3,
    bad_target = 4,
    aborted = 5,
    parity = 6,
    error = 7,
    reset = 8,
    soft_error = 11,
};

/// One command. The spans belong to the caller and must live until execute() returns.
/// At most one of data_out and data_in is not empty (MMC has no two-way commands).
struct Command {
    std::span<const std::uint8_t>
        cdb; ///< 6 to 16 bytes; trailing bytes beyond the opcode's length are ignored
    std::span<const std::uint8_t> data_out; ///< bytes for the drive
    std::span<std::uint8_t> data_in;        ///< room for the drive's reply; a longer reply is cut
    Duration timeout = std::chrono::seconds(60); ///< in the time of the target's clock; > 0
};

/// Sense data as the drive sent them (SPC-3, 4.5): fixed (70h, 71h) or descriptor format (72h,
/// 73h).
struct SenseBytes {
    static constexpr std::size_t capacity = 64;
    std::array<std::uint8_t, capacity> bytes{};
    std::uint8_t length = 0; ///< 0: no sense data

    std::span<const std::uint8_t> view() const { return {bytes.data(), length}; }
};

struct Completion {
    Status status = Status::good;
    HostStatus host = HostStatus::ok;
    std::uint32_t transferred = 0; ///< bytes that really went over, either way
    SenseBytes sense;              ///< filled when status is check_condition
    Duration duration{0};          ///< in the time of the target's clock
    int system_error = 0; ///< errno when the system call failed, host then says what comes nearest

    bool good() const { return status == Status::good && host == HostStatus::ok; }
};

class Target {
public:
    virtual ~Target() = default;

    /// Runs one command to its end. Blocks for as long as the drive holds the command.
    /// One caller at a time unless the implementation says more.
    virtual Completion execute(const Command& command) = 0;
};

} // namespace burnrig::mmc
