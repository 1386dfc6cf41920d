// SPDX-License-Identifier: Apache-2.0
#include "harness/safety/disc_use.h"

#include <algorithm>
#include <array>

#include "mmc/command_blocks.h"
#include "mmc/opcode.h"

namespace burnrig::harness {
namespace {

using mmc::Opcode;

constexpr std::array changing{
    Opcode::format_unit,  Opcode::write_10,           Opcode::write_and_verify_10,
    Opcode::write_12,     Opcode::reserve_track,      Opcode::send_opc_information,
    Opcode::repair_track, Opcode::send_cue_sheet,     Opcode::close_track_session,
    Opcode::blank,        Opcode::send_disc_structure};
/// Block commands (SBC-3) that no recorder needs and that some obey: ERASE, WRITE LONG, WRITE SAME,
/// WRITE(6), WRITE(16), WRITE AND VERIFY(12) and (16), WRITE SAME(16). (ERASE(12) is GET
/// PERFORMANCE here.)
constexpr std::array<std::uint8_t, 8> changing_too{0x0A, 0x2C, 0x3F, 0x41, 0x8A, 0x8E, 0x93, 0xAE};
constexpr std::array<std::uint8_t, 3> firmware{0x3B, 0xF1, 0xFF};

template <class List>
bool is_in(const List& list, std::uint8_t opcode) {
    return std::any_of(list.begin(), list.end(),
                       [&](auto one) { return static_cast<std::uint8_t>(one) == opcode; });
}

} // namespace

bool changes_disc(std::uint8_t opcode) {
    return is_in(changing, opcode) || is_in(changing_too, opcode);
}

bool loads_firmware(std::uint8_t opcode) {
    return is_in(firmware, opcode);
}

void DiscUse::count(const mmc::Command& command, const mmc::Completion& completion) {
    if (command.cdb.empty())
        return;
    constexpr std::uint8_t do_opc = 0x01;
    switch (static_cast<Opcode>(command.cdb[0])) {
    case Opcode::send_opc_information:
        calibrations += command.cdb.size() > 1 && (command.cdb[1] & do_opc) != 0 ? 1 : 0;
        break;
    case Opcode::blank:
        blankings += completion.good() ? 1 : 0;
        break;
    case Opcode::format_unit:
        formats += completion.good() ? 1 : 0;
        break;
    case Opcode::close_track_session:
        closings += completion.good() ? 1 : 0;
        break;
    default:
        if (const auto range = mmc::command_blocks(command.cdb);
            range && completion.good() && changes_disc(command.cdb[0]))
            blocks_written += range->blocks;
    }
}

} // namespace burnrig::harness
