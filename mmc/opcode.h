// SPDX-License-Identifier: Apache-2.0
// The commands of a recorder: code, name in the standard's words, length, direction, and the groups
// in which fault rules and traces speak of them.
//
// Source: MMC-5 table of commands, MMC-2 for the legacy ones. Thread-safe (constant tables).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace burnrig::mmc {

enum class Opcode : std::uint8_t {
    test_unit_ready = 0x00,
    rezero_unit = 0x01,
    request_sense = 0x03,
    format_unit = 0x04,
    inquiry = 0x12,
    mode_select_6 = 0x15,
    mode_sense_6 = 0x1A,
    start_stop_unit = 0x1B,
    prevent_allow_medium_removal = 0x1E,
    read_format_capacities = 0x23,
    read_capacity = 0x25,
    read_10 = 0x28,
    write_10 = 0x2A,
    seek_10 = 0x2B,
    write_and_verify_10 = 0x2E,
    verify_10 = 0x2F,
    synchronize_cache = 0x35,
    write_buffer = 0x3B,
    read_buffer = 0x3C,
    read_subchannel = 0x42,
    read_toc_pma_atip = 0x43,
    read_header = 0x44,
    play_audio_10 = 0x45,
    get_configuration = 0x46,
    play_audio_msf = 0x47,
    get_event_status_notification = 0x4A,
    pause_resume = 0x4B,
    log_select = 0x4C,
    log_sense = 0x4D,
    stop_play_scan = 0x4E,
    read_disc_information = 0x51,
    read_track_information = 0x52,
    reserve_track = 0x53,
    send_opc_information = 0x54,
    mode_select_10 = 0x55,
    repair_track = 0x58,
    mode_sense_10 = 0x5A,
    close_track_session = 0x5B,
    read_buffer_capacity = 0x5C,
    send_cue_sheet = 0x5D,
    report_luns = 0xA0,
    blank = 0xA1,
    send_event = 0xA2,
    send_key = 0xA3,
    report_key = 0xA4,
    play_audio_12 = 0xA5,
    load_unload_medium = 0xA6,
    set_read_ahead = 0xA7,
    read_12 = 0xA8,
    write_12 = 0xAA,
    read_media_serial_number = 0xAB,
    get_performance = 0xAC,
    read_disc_structure = 0xAD,
    set_streaming = 0xB6,
    read_cd_msf = 0xB9,
    scan = 0xBA,
    set_cd_speed = 0xBB,
    mechanism_status = 0xBD,
    read_cd = 0xBE,
    send_disc_structure = 0xBF,
};

enum class DataDirection : std::uint8_t { none, from_drive, to_drive };

/// Groups of commands; a command can be in several.
enum class Group : std::uint8_t {
    none = 0,
    read = 1,   ///< reads the program area
    write = 2,  ///< puts user data on the medium
    close = 4,  ///< ends a track, session or the cache's content
    status = 8, ///< asks and changes nothing
    tray = 16,  ///< moves or locks the tray
    setup = 32, ///< prepares a recording
};

struct OpcodeInfo {
    Opcode opcode;
    std::string_view name;  ///< "SEND_OPC_INFORMATION"
    std::string_view alias; ///< "OPC", or ""
    std::uint8_t length;    ///< bytes of the CDB
    DataDirection direction;
    std::uint8_t groups; ///< Group values or-ed
};

/// The whole table, ascending by opcode.
std::span<const OpcodeInfo> opcodes();

/// Nothing for an opcode the table does not have.
const OpcodeInfo* find_opcode(std::uint8_t opcode);

/// By name or alias, in capitals; or "0x54". Nothing for anything else.
std::optional<std::uint8_t> parse_opcode(std::string_view word);

/// The name, or "0xD8" for an opcode without one.
std::string opcode_name(std::uint8_t opcode);

/// By the word of the rule language without its @: "read", "write", "close", "status", "tray",
/// "setup".
std::optional<Group> parse_group(std::string_view word);

/// Whether a command belongs to the group; an unknown opcode belongs to none.
bool in_group(std::uint8_t opcode, Group group);

} // namespace burnrig::mmc
