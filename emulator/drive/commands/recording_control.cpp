// SPDX-License-Identifier: Apache-2.0
// The commands around a recording: calibration, cue sheet, closing, blanking. Each takes its CDB
// apart and asks the medium's recording rules.
#include <algorithm>

#include "emulator/drive/commands/commands.h"
#include "emulator/drive/recording/cd/cue_sheet.h"

namespace burnrig::emulator::commands {
namespace {

std::optional<Answer> write_protected(const LogicalUnit& unit) {
    if (unit.pages.software_write_protect())
        return refuse(mmc::sense::software_write_protected);
    if (unit.disc->structure().write_protected)
        return refuse(mmc::sense::persistent_write_protect);
    return std::nullopt;
}

} // namespace

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
    if (auto refused = write_protected(unit))
        return *refused;
    return unit.rules->blank(unit, request[1] & 7, request.address(2), request.now,
                             request.bit(1, 4));
}

// The list is a header of 4 bytes and one descriptor of 8 (MMC-5, 6.5.4).
Answer format_unit(LogicalUnit& unit, const Request& request) {
    constexpr std::size_t list_bytes = 12;
    constexpr unsigned code = 1;        // the only one that has a format descriptor
    constexpr unsigned legacy_code = 7; // CD-RW before MMC
    if (auto refused = write_protected(unit))
        return *refused;
    const unsigned format_code = request[1] & 7;
    if (!request.bit(1, 4) || (format_code != code && format_code != legacy_code))
        return refuse_cdb(1, std::uint8_t{4});
    const auto list = request.data_out;
    if (list.size() < list_bytes)
        return refuse(mmc::sense::parameter_list_length);
    if (mmc::get16(&list[2]) != list_bytes - 4)
        return refuse_list(2);
    FormatRequest wanted;
    wanted.now = request.now;
    wanted.immediate = (list[1] & 0x02) != 0;
    wanted.certify = (list[1] & 0x20) == 0;
    wanted.blocks = mmc::get32(&list[4]);
    wanted.type = list[8] >> 2;
    wanted.sub_type = list[8] & 3;
    wanted.parameter = mmc::get24(&list[9]);
    if (format_code == legacy_code) { // bytes: Session and Grow bits, 3 reserved, blocks
        constexpr std::uint8_t grow = 0x40;
        constexpr std::uint8_t cd_rw_format = 0x10;
        if (list[4] & grow)
            return refuse_list(4);
        wanted.type = cd_rw_format;
        wanted.sub_type = 0;
        wanted.blocks = mmc::get32(&list[8]);
        wanted.parameter = unit.pages.write_parameters().packet_size;
    }
    auto answer = unit.rules->format(unit, wanted);
    if (answer.good())
        answer.transferred = list_bytes;
    return answer;
}

} // namespace burnrig::emulator::commands
