// SPDX-License-Identifier: Apache-2.0
// The command handlers, one for each command, in the files named after what they are about. Each
// gets the drive's state and a request and says what came of it; see command_table.cpp for when it
// is called.
#pragma once

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/request.h"

namespace burnrig::emulator::commands {

// identity.cpp
Answer inquiry(LogicalUnit& unit, const Request& request);
Answer report_luns(LogicalUnit& unit, const Request& request);
Answer log_sense(LogicalUnit& unit, const Request& request);
Answer read_media_serial_number(LogicalUnit& unit, const Request& request);

// key_commands.cpp
Answer report_key(LogicalUnit& unit, const Request& request);
Answer send_key(LogicalUnit& unit, const Request& request);

// audio.cpp
Answer play_audio_10(LogicalUnit& unit, const Request& request);
Answer play_audio_12(LogicalUnit& unit, const Request& request);
Answer play_audio_msf(LogicalUnit& unit, const Request& request);
Answer pause_resume(LogicalUnit& unit, const Request& request);
Answer stop_play_scan(LogicalUnit& unit, const Request& request);
Answer scan(LogicalUnit& unit, const Request& request);

// disc_structures.cpp
Answer read_disc_structure(LogicalUnit& unit, const Request& request);
Answer send_disc_structure(LogicalUnit& unit, const Request& request);

// readiness.cpp
Answer test_unit_ready(LogicalUnit& unit, const Request& request);
Answer request_sense(LogicalUnit& unit, const Request& request);
Answer get_event_status_notification(LogicalUnit& unit, const Request& request);
Answer mechanism_status(LogicalUnit& unit, const Request& request);

// configuration.cpp
Answer get_configuration(LogicalUnit& unit, const Request& request);

// mode_commands.cpp
Answer mode_sense_6(LogicalUnit& unit, const Request& request);
Answer mode_sense_10(LogicalUnit& unit, const Request& request);
Answer mode_select_6(LogicalUnit& unit, const Request& request);
Answer mode_select_10(LogicalUnit& unit, const Request& request);

// mechanics.cpp
Answer start_stop_unit(LogicalUnit& unit, const Request& request);
Answer prevent_allow_medium_removal(LogicalUnit& unit, const Request& request);
Answer load_unload_medium(LogicalUnit& unit, const Request& request);

// disc_information.cpp
Answer read_disc_information(LogicalUnit& unit, const Request& request);
Answer read_track_information(LogicalUnit& unit, const Request& request);
Answer read_capacity(LogicalUnit& unit, const Request& request);
Answer read_format_capacities(LogicalUnit& unit, const Request& request);

// toc.cpp, fabricated_toc.cpp, subchannel.cpp
Answer read_toc_pma_atip(LogicalUnit& unit, const Request& request);
/// The formats that a DVD or BD has.
Answer fabricated_toc(LogicalUnit& unit, const Request& request, std::size_t format);
Answer read_subchannel(LogicalUnit& unit, const Request& request);
Answer read_header(LogicalUnit& unit, const Request& request);

// reading.cpp, read_cd.cpp
Answer read_10(LogicalUnit& unit, const Request& request);
Answer read_12(LogicalUnit& unit, const Request& request);
Answer seek_10(LogicalUnit& unit, const Request& request);
Answer verify_10(LogicalUnit& unit, const Request& request);
Answer set_read_ahead(LogicalUnit& unit, const Request& request);
Answer read_buffer(LogicalUnit& unit, const Request& request);
Answer write_buffer(LogicalUnit& unit, const Request& request);
Answer read_cd(LogicalUnit& unit, const Request& request);
Answer read_cd_msf(LogicalUnit& unit, const Request& request);

// writing.cpp
Answer write_10(LogicalUnit& unit, const Request& request);
Answer write_12(LogicalUnit& unit, const Request& request);
Answer write_and_verify_10(LogicalUnit& unit, const Request& request);
Answer synchronize_cache(LogicalUnit& unit, const Request& request);
Answer read_buffer_capacity(LogicalUnit& unit, const Request& request);

// recording_control.cpp
Answer reserve_track(LogicalUnit& unit, const Request& request);
Answer send_opc_information(LogicalUnit& unit, const Request& request);
Answer close_track_session(LogicalUnit& unit, const Request& request);
Answer repair_track(LogicalUnit& unit, const Request& request);
Answer send_cue_sheet(LogicalUnit& unit, const Request& request);
Answer blank(LogicalUnit& unit, const Request& request);
Answer format_unit(LogicalUnit& unit, const Request& request);

// speed_commands.cpp
Answer set_cd_speed(LogicalUnit& unit, const Request& request);
Answer get_performance(LogicalUnit& unit, const Request& request);
Answer set_streaming(LogicalUnit& unit, const Request& request);

} // namespace burnrig::emulator::commands
