// SPDX-License-Identifier: Apache-2.0
// Asks a drive what it says of itself, and nothing else: commands that could change a disc, a
// setting or the tray are not sent, whoever asks for them.
//
//     Asker asker(drive);
//     const auto page = asker.ask({0x12, 0, 0, 0, 36, 0}, 36);      empty: the drive has no answer
//
// One thread at a time.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "mmc/opcode.h"
#include "mmc/sense.h"
#include "mmc/target.h"

namespace burnrig::harness::profile {

using Bytes = std::vector<std::uint8_t>;

/// All that is ever sent.
inline constexpr std::array asking_commands{
    mmc::Opcode::test_unit_ready,
    mmc::Opcode::request_sense,
    mmc::Opcode::inquiry,
    mmc::Opcode::read_format_capacities,
    mmc::Opcode::read_capacity,
    mmc::Opcode::read_buffer,
    mmc::Opcode::read_subchannel,
    mmc::Opcode::read_toc_pma_atip,
    mmc::Opcode::read_header,
    mmc::Opcode::get_configuration,
    mmc::Opcode::get_event_status_notification,
    mmc::Opcode::log_sense,
    mmc::Opcode::read_disc_information,
    mmc::Opcode::read_track_information,
    mmc::Opcode::mode_sense_10,
    mmc::Opcode::read_buffer_capacity,
    mmc::Opcode::report_luns,
    mmc::Opcode::report_key,
    mmc::Opcode::read_12,
    mmc::Opcode::read_media_serial_number,
    mmc::Opcode::get_performance,
    mmc::Opcode::read_disc_structure,
    mmc::Opcode::read_cd_msf,
    mmc::Opcode::mechanism_status,
    mmc::Opcode::read_cd,
};

class Asker {
public:
    /// `target` must outlive it.
    explicit Asker(mmc::Target& target) : target_(target) {}

    /// The reply, as long as it came; empty when the drive refused, or the command is none of
    /// those. Unit attentions are taken and asked through.
    Bytes ask(std::initializer_list<std::uint8_t> cdb, std::size_t room);

    /// The opcodes that the drive did not know (05/20/00), of those that were asked.
    const std::bitset<256>& unknown() const { return unknown_; }

private:
    mmc::Target& target_;
    std::bitset<256> unknown_;
};

} // namespace burnrig::harness::profile
