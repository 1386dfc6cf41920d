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
    mmc::Opcode::mode_sense_6,
    mmc::Opcode::read_format_capacities,
    mmc::Opcode::read_capacity,
    mmc::Opcode::read_toc_pma_atip,
    mmc::Opcode::get_configuration,
    mmc::Opcode::read_disc_information,
    mmc::Opcode::read_track_information,
    mmc::Opcode::mode_sense_10,
    mmc::Opcode::read_buffer_capacity,
    mmc::Opcode::get_performance,
    mmc::Opcode::read_disc_structure,
    mmc::Opcode::read_media_serial_number,
    mmc::Opcode::log_sense,
    mmc::Opcode::report_luns,
    mmc::Opcode::mechanism_status,
};

class Asker {
public:
    /// `target` must outlive it.
    explicit Asker(mmc::Target& target) : target_(target) {}

    /// The reply, as long as it came; empty when the drive refused, or the command is none of
    /// those. Unit attentions are taken and asked through.
    Bytes ask(std::initializer_list<std::uint8_t> cdb, std::size_t room);

    /// Whether the drive knew the last command at all (anything but 05/20/00).
    bool knew() const { return knew_; }

private:
    mmc::Target& target_;
    bool knew_ = false;
};

} // namespace burnrig::harness::profile
