// SPDX-License-Identifier: Apache-2.0
#include "mmc/opcode.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace burnrig::mmc {
namespace {

constexpr auto N = DataDirection::none;
constexpr auto I = DataDirection::from_drive;
constexpr auto O = DataDirection::to_drive;
constexpr auto rd = static_cast<std::uint8_t>(Group::read);
constexpr auto wr = static_cast<std::uint8_t>(Group::write);
constexpr auto cl = static_cast<std::uint8_t>(Group::close);
constexpr auto st = static_cast<std::uint8_t>(Group::status);
constexpr auto tr = static_cast<std::uint8_t>(Group::tray);
constexpr auto su = static_cast<std::uint8_t>(Group::setup);
constexpr std::uint8_t no = 0;

// clang-format off
constexpr std::array table{
    OpcodeInfo{Opcode::test_unit_ready,               "TEST_UNIT_READY",               "TUR",      6, N, st},
    OpcodeInfo{Opcode::rezero_unit,                   "REZERO_UNIT",                   "",         6, N, no},
    OpcodeInfo{Opcode::request_sense,                 "REQUEST_SENSE",                 "",         6, I, st},
    OpcodeInfo{Opcode::format_unit,                   "FORMAT_UNIT",                   "FORMAT",   6, O, su},
    OpcodeInfo{Opcode::inquiry,                       "INQUIRY",                       "",         6, I, st},
    OpcodeInfo{Opcode::mode_select_6,                 "MODE_SELECT_6",                 "",         6, O, su},
    OpcodeInfo{Opcode::mode_sense_6,                  "MODE_SENSE_6",                  "",         6, I, st},
    OpcodeInfo{Opcode::start_stop_unit,               "START_STOP_UNIT",               "START",    6, N, tr},
    OpcodeInfo{Opcode::prevent_allow_medium_removal,  "PREVENT_ALLOW_MEDIUM_REMOVAL",  "PREVENT",  6, N, tr},
    OpcodeInfo{Opcode::read_format_capacities,        "READ_FORMAT_CAPACITIES",        "",        10, I, st},
    OpcodeInfo{Opcode::read_capacity,                 "READ_CAPACITY",                 "",        10, I, st},
    OpcodeInfo{Opcode::read_10,                       "READ_10",                       "READ",    10, I, rd},
    OpcodeInfo{Opcode::write_10,                      "WRITE_10",                      "WRITE",   10, O, wr},
    OpcodeInfo{Opcode::seek_10,                       "SEEK_10",                       "SEEK",    10, N, no},
    OpcodeInfo{Opcode::write_and_verify_10,           "WRITE_AND_VERIFY_10",           "",        10, O, wr},
    OpcodeInfo{Opcode::verify_10,                     "VERIFY_10",                     "VERIFY",  10, N, rd},
    OpcodeInfo{Opcode::synchronize_cache,             "SYNCHRONIZE_CACHE",             "SYNC",    10, N, cl},
    OpcodeInfo{Opcode::write_buffer,                  "WRITE_BUFFER",                  "",        10, O, no},
    OpcodeInfo{Opcode::read_buffer,                   "READ_BUFFER",                   "",        10, I, st},
    OpcodeInfo{Opcode::read_subchannel,               "READ_SUB_CHANNEL",              "",        10, I, st},
    OpcodeInfo{Opcode::read_toc_pma_atip,             "READ_TOC_PMA_ATIP",             "READ_TOC",10, I, st},
    OpcodeInfo{Opcode::read_header,                   "READ_HEADER",                   "",        10, I, rd},
    OpcodeInfo{Opcode::play_audio_10,                 "PLAY_AUDIO_10",                 "",        10, N, no},
    OpcodeInfo{Opcode::get_configuration,             "GET_CONFIGURATION",             "",        10, I, st},
    OpcodeInfo{Opcode::play_audio_msf,                "PLAY_AUDIO_MSF",                "",        10, N, no},
    OpcodeInfo{Opcode::get_event_status_notification, "GET_EVENT_STATUS_NOTIFICATION", "GESN",    10, I, st},
    OpcodeInfo{Opcode::pause_resume,                  "PAUSE_RESUME",                  "",        10, N, no},
    OpcodeInfo{Opcode::log_select,                    "LOG_SELECT",                    "",        10, O, no},
    OpcodeInfo{Opcode::log_sense,                     "LOG_SENSE",                     "",        10, I, st},
    OpcodeInfo{Opcode::stop_play_scan,                "STOP_PLAY_SCAN",                "",        10, N, no},
    OpcodeInfo{Opcode::read_disc_information,         "READ_DISC_INFORMATION",         "",        10, I, st},
    OpcodeInfo{Opcode::read_track_information,        "READ_TRACK_INFORMATION",        "",        10, I, st},
    OpcodeInfo{Opcode::reserve_track,                 "RESERVE_TRACK",                 "RESERVE", 10, N, su},
    OpcodeInfo{Opcode::send_opc_information,          "SEND_OPC_INFORMATION",          "OPC",     10, O, su},
    OpcodeInfo{Opcode::mode_select_10,                "MODE_SELECT_10",                "",        10, O, su},
    OpcodeInfo{Opcode::repair_track,                  "REPAIR_TRACK",                  "REPAIR",  10, N, cl},
    OpcodeInfo{Opcode::mode_sense_10,                 "MODE_SENSE_10",                 "",        10, I, st},
    OpcodeInfo{Opcode::close_track_session,           "CLOSE_TRACK_SESSION",           "CLOSE",   10, N, cl},
    OpcodeInfo{Opcode::read_buffer_capacity,          "READ_BUFFER_CAPACITY",          "",        10, I, st},
    OpcodeInfo{Opcode::send_cue_sheet,                "SEND_CUE_SHEET",                "CUE",     10, O, su},
    OpcodeInfo{Opcode::report_luns,                   "REPORT_LUNS",                   "",        12, I, st},
    OpcodeInfo{Opcode::blank,                         "BLANK",                         "",        12, N, su},
    OpcodeInfo{Opcode::send_event,                    "SEND_EVENT",                    "",        12, O, no},
    OpcodeInfo{Opcode::send_key,                      "SEND_KEY",                      "",        12, O, no},
    OpcodeInfo{Opcode::report_key,                    "REPORT_KEY",                    "",        12, I, st},
    OpcodeInfo{Opcode::play_audio_12,                 "PLAY_AUDIO_12",                 "",        12, N, no},
    OpcodeInfo{Opcode::load_unload_medium,            "LOAD_UNLOAD_MEDIUM",            "LOAD",    12, N, tr},
    OpcodeInfo{Opcode::set_read_ahead,                "SET_READ_AHEAD",                "",        12, N, no},
    OpcodeInfo{Opcode::read_12,                       "READ_12",                       "",        12, I, rd},
    OpcodeInfo{Opcode::write_12,                      "WRITE_12",                      "",        12, O, wr},
    OpcodeInfo{Opcode::read_media_serial_number,      "READ_MEDIA_SERIAL_NUMBER",      "",        12, I, st},
    OpcodeInfo{Opcode::get_performance,               "GET_PERFORMANCE",               "",        12, I, st},
    OpcodeInfo{Opcode::read_disc_structure,           "READ_DISC_STRUCTURE",           "",        12, I, st},
    OpcodeInfo{Opcode::set_streaming,                 "SET_STREAMING",                 "",        12, O, su},
    OpcodeInfo{Opcode::read_cd_msf,                   "READ_CD_MSF",                   "",        12, I, rd},
    OpcodeInfo{Opcode::scan,                          "SCAN",                          "",        12, N, no},
    OpcodeInfo{Opcode::set_cd_speed,                  "SET_CD_SPEED",                  "",        12, N, su},
    OpcodeInfo{Opcode::mechanism_status,              "MECHANISM_STATUS",              "",        12, I, st},
    OpcodeInfo{Opcode::read_cd,                       "READ_CD",                       "",        12, I, rd},
    OpcodeInfo{Opcode::send_disc_structure,           "SEND_DISC_STRUCTURE",           "",        12, O, su},
};
// clang-format on

constexpr bool ascending() {
    for (std::size_t i = 1; i < table.size(); ++i)
        if (table[i - 1].opcode >= table[i].opcode)
            return false;
    return true;
}
static_assert(ascending(), "the opcode table must be sorted: find_opcode() searches it by halving");

struct GroupWord {
    std::string_view word;
    Group group;
};
constexpr std::array group_words{
    GroupWord{"read", Group::read},   GroupWord{"write", Group::write},
    GroupWord{"close", Group::close}, GroupWord{"status", Group::status},
    GroupWord{"tray", Group::tray},   GroupWord{"setup", Group::setup},
};

} // namespace

std::span<const OpcodeInfo> opcodes() {
    return table;
}

const OpcodeInfo* find_opcode(std::uint8_t opcode) {
    const auto* found = std::lower_bound(table.begin(), table.end(), opcode,
                                         [](const OpcodeInfo& info, std::uint8_t wanted) {
                                             return static_cast<std::uint8_t>(info.opcode) < wanted;
                                         });
    const bool hit = found != table.end() && static_cast<std::uint8_t>(found->opcode) == opcode;
    return hit ? found : nullptr;
}

std::optional<std::uint8_t> parse_opcode(std::string_view word) {
    if (word.starts_with("0x")) {
        std::uint8_t code = 0;
        const auto* end = word.data() + word.size();
        const auto result = std::from_chars(word.data() + 2, end, code, 16);
        if (result.ec == std::errc{} && result.ptr == end)
            return code;
        return std::nullopt;
    }
    for (const auto& info : table)
        if (!word.empty() && (info.name == word || info.alias == word))
            return static_cast<std::uint8_t>(info.opcode);
    return std::nullopt;
}

std::string opcode_name(std::uint8_t opcode) {
    const auto* info = find_opcode(opcode);
    return info ? std::string(info->name) : fmt::format("0x{:02X}", opcode);
}

std::optional<Group> parse_group(std::string_view word) {
    for (const auto& entry : group_words)
        if (entry.word == word)
            return entry.group;
    return std::nullopt;
}

bool in_group(std::uint8_t opcode, Group group) {
    const auto* info = find_opcode(opcode);
    return info && (info->groups & static_cast<std::uint8_t>(group)) != 0;
}

} // namespace burnrig::mmc
