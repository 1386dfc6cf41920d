// SPDX-License-Identifier: Apache-2.0
// The closed list of reasons why a burn can fail. Each has one name, one sentence for a person,
// what usually lies behind it, and what is worth trying.
//
//     opc-failed    "The drive could not find a laser power that works on this disc."
//         likely:   an old, scratched or unsuitable disc; a worn or dusty laser
//         try:      a lower speed (--speed 4); a disc of another brand; ...
//
// Names equal those of the fault rules where both exist. Thread-safe (constant tables).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace burnrig::driver {

enum class Cause : std::uint8_t {
    opc_failed,
    pca_full,
    pma_full,
    pma_update_failed,
    write_error,
    bad_write_address,
    buffer_underrun,
    fixation_failed,
    leadin_failed,
    leadout_failed,
    blank_failed,
    format_failed,
    read_error,
    nothing_recorded,
    verify_mismatch,
    nothing_verified,
    implausible_speed,
    no_medium,
    medium_removed,
    medium_changed,
    medium_not_blank,
    medium_not_writable,
    medium_not_formatted,
    write_protected,
    image_too_large,
    source_error,
    invalid_job,
    stopped,
    not_ready,
    command_refused,
    sequence_error,
    command_timeout,
    bus_reset,
    transport_error,
    device_lost,
    device_busy,
    drive_internal,
    bad_reply,
    unexpected_sense,
};

struct CauseInfo {
    Cause cause;
    std::string_view name;        ///< "opc-failed"
    std::string_view explanation; ///< one sentence
    std::span<const std::string_view> likely;
    std::span<const std::string_view> advice;
};

/// The whole list, in the order of the enumeration.
std::span<const CauseInfo> causes();

const CauseInfo& describe(Cause cause);

/// "opc-failed".
std::string_view cause_name(Cause cause);

std::optional<Cause> find_cause(std::string_view name);

} // namespace burnrig::driver
