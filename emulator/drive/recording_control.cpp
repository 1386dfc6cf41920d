// SPDX-License-Identifier: Apache-2.0
// The commands around a recording: calibration, cue sheet, closing, blanking. Each takes its CDB
// apart and asks the medium's recording rules.
#include <algorithm>

#include "emulator/drive/commands.h"
#include "emulator/drive/recording/cue_sheet.h"

namespace burnrig::emulator::commands {

Answer reserve_track(LogicalUnit& unit, const Request& request) {
    return unit.rules->reserve(unit, request);
}

Answer send_opc_information(LogicalUnit& unit, const Request& request) {
    const auto list_length = request.word(7);
    if (request.bit(1, 0))
        return list_length == 0 ? unit.rules->calibrate(unit, request.now) : refuse_cdb(7);
    constexpr std::uint16_t table_bytes = 8;
    if (list_length % table_bytes != 0 || request.data_out.size() < list_length)
        return refuse(mmc::sense::parameter_list_length);
    // The host's own values are taken and not used: the drive knows its laser better.
    auto answer = good();
    answer.transferred = list_length;
    return answer;
}

Answer close_track_session(LogicalUnit& unit, const Request& request) {
    return unit.rules->close(unit, request[2] & 7, request.word(4), request.now, request.bit(1, 0));
}

Answer repair_track(LogicalUnit& unit, const Request& request) {
    return unit.rules->repair(unit, request.word(4), request.now, request.bit(1, 0));
}

Answer send_cue_sheet(LogicalUnit& unit, const Request& request) {
    const auto size = request.triple(6);
    if (size == 0)
        return good();
    if (size % 8 != 0 || size > cue_sheet_limit || request.data_out.size() < size)
        return refuse(mmc::sense::parameter_list_length);
    auto answer = unit.rules->send_cue_sheet(unit, request.data_out.first(size));
    if (answer.good())
        answer.transferred = size;
    return answer;
}

Answer blank(LogicalUnit& unit, const Request& request) {
    if (unit.pages.software_write_protect())
        return refuse(mmc::sense::write_protected);
    return unit.rules->blank(unit, request[1] & 7, request.now, request.bit(1, 4));
}

Answer format_unit(LogicalUnit&, const Request&) {
    return refuse(mmc::sense::unwritable_medium); // no CD is formatted by this drive yet
}

} // namespace burnrig::emulator::commands
