// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/command_table.h"

#include <array>

#include "emulator/drive/commands/commands.h"
#include "mmc/opcode.h"

namespace burnrig::emulator {
namespace {

using mmc::Opcode;

struct Entry {
    Opcode opcode;
    Handler handler;
    unsigned traits;
};

constexpr unsigned med = needs_medium;
constexpr unsigned any = ignores_attention | while_busy;
constexpr unsigned bsy = while_busy;
constexpr unsigned nww = not_while_writing;
constexpr unsigned cdo = cd_only;
constexpr unsigned eiw = not_while_writing | ends_idle_write;

// What answers while an operation runs and what does not care for a unit attention follows the
// table of commands in MMC-5 (unit attention: SPC-3, 5.9.5).
// clang-format off
constexpr std::array entries{
    Entry{Opcode::test_unit_ready,               commands::test_unit_ready,               med | bsy},
    Entry{Opcode::request_sense,                 commands::request_sense,                 any},
    Entry{Opcode::format_unit,                   commands::format_unit,                   med | eiw},
    Entry{Opcode::inquiry,                       commands::inquiry,                       any},
    Entry{Opcode::mode_select_6,                 commands::mode_select_6,                 eiw},
    Entry{Opcode::mode_sense_6,                  commands::mode_sense_6,                  bsy},
    Entry{Opcode::start_stop_unit,               commands::start_stop_unit,               eiw | bsy},
    Entry{Opcode::prevent_allow_medium_removal,  commands::prevent_allow_medium_removal,  bsy},
    Entry{Opcode::read_format_capacities,        commands::read_format_capacities,        plain},
    Entry{Opcode::read_capacity,                 commands::read_capacity,                 med},
    Entry{Opcode::read_10,                       commands::read_10,                       med | nww},
    Entry{Opcode::write_10,                      commands::write_10,                      med},
    Entry{Opcode::seek_10,                       commands::seek_10,                       med | nww},
    Entry{Opcode::write_and_verify_10,           commands::write_and_verify_10,           med},
    Entry{Opcode::verify_10,                     commands::verify_10,                     med | nww},
    Entry{Opcode::synchronize_cache,             commands::synchronize_cache,             plain},
    Entry{Opcode::write_buffer,                  commands::write_buffer,                  eiw},
    Entry{Opcode::read_buffer,                   commands::read_buffer,                   plain},
    Entry{Opcode::read_subchannel,               commands::read_subchannel,               med | nww | cdo},
    Entry{Opcode::read_toc_pma_atip,             commands::read_toc_pma_atip,             med},
    Entry{Opcode::read_header,                   commands::read_header,                   med | nww | cdo},
    Entry{Opcode::play_audio_10,                 commands::play_audio_10,                 med | nww | cdo},
    Entry{Opcode::get_configuration,             commands::get_configuration,             any},
    Entry{Opcode::play_audio_msf,                commands::play_audio_msf,                med | nww | cdo},
    Entry{Opcode::get_event_status_notification, commands::get_event_status_notification, any},
    Entry{Opcode::pause_resume,                  commands::pause_resume,                  med | nww | cdo},
    Entry{Opcode::log_sense,                     commands::log_sense,                     plain},
    Entry{Opcode::stop_play_scan,                commands::stop_play_scan,                med | nww | cdo},
    Entry{Opcode::read_disc_information,         commands::read_disc_information,         med},
    Entry{Opcode::read_track_information,        commands::read_track_information,        med},
    Entry{Opcode::reserve_track,                 commands::reserve_track,                 med | eiw},
    Entry{Opcode::send_opc_information,          commands::send_opc_information,          med | eiw},
    Entry{Opcode::mode_select_10,                commands::mode_select_10,                eiw},
    Entry{Opcode::repair_track,                  commands::repair_track,                  med | eiw},
    Entry{Opcode::mode_sense_10,                 commands::mode_sense_10,                 bsy},
    Entry{Opcode::close_track_session,           commands::close_track_session,           med},
    Entry{Opcode::read_buffer_capacity,          commands::read_buffer_capacity,          bsy},
    Entry{Opcode::send_cue_sheet,                commands::send_cue_sheet,                med | eiw},
    Entry{Opcode::report_luns,                   commands::report_luns,                   any},
    Entry{Opcode::blank,                         commands::blank,                         med | eiw},
    Entry{Opcode::send_key,                      commands::send_key,                      plain},
    Entry{Opcode::report_key,                    commands::report_key,                    plain},
    Entry{Opcode::play_audio_12,                 commands::play_audio_12,                 med | nww | cdo},
    Entry{Opcode::load_unload_medium,            commands::load_unload_medium,            eiw | bsy},
    Entry{Opcode::set_read_ahead,                commands::set_read_ahead,                med | nww},
    Entry{Opcode::read_12,                       commands::read_12,                       med | nww},
    Entry{Opcode::write_12,                      commands::write_12,                      med},
    Entry{Opcode::read_media_serial_number,      commands::read_media_serial_number,      med},
    Entry{Opcode::get_performance,               commands::get_performance,               plain},
    Entry{Opcode::read_disc_structure,           commands::read_disc_structure,           med},
    Entry{Opcode::set_streaming,                 commands::set_streaming,                 plain},
    Entry{Opcode::read_cd_msf,                   commands::read_cd_msf,                   med | nww | cdo},
    Entry{Opcode::scan,                          commands::scan,                          med | nww | cdo},
    Entry{Opcode::set_cd_speed,                  commands::set_cd_speed,                  plain},
    Entry{Opcode::mechanism_status,              commands::mechanism_status,              any},
    Entry{Opcode::read_cd,                       commands::read_cd,                       med | nww | cdo},
    Entry{Opcode::send_disc_structure,           commands::send_disc_structure,           med | eiw},
};
// clang-format on

constexpr auto make_rows() {
    std::array<CommandRow, 256> rows{};
    for (const auto& entry : entries)
        rows[static_cast<std::size_t>(entry.opcode)] = {entry.handler,
                                                        static_cast<std::uint8_t>(entry.traits)};
    return rows;
}
constexpr auto rows = make_rows();

} // namespace

const CommandRow& command_row(std::uint8_t opcode) {
    return rows[opcode];
}

} // namespace burnrig::emulator
