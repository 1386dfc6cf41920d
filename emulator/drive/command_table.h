// SPDX-License-Identifier: Apache-2.0
// One row for each command the drive knows: who handles it and when it may run. An opcode without
// a row is refused with INVALID COMMAND OPERATION CODE.
#pragma once

#include <cstdint>

#include "emulator/drive/request.h"

namespace burnrig::emulator {

struct LogicalUnit;

using Handler = Answer (*)(LogicalUnit&, const Request&);

/// What a command is free of. Values or-ed.
enum CommandTrait : std::uint8_t {
    plain = 0,
    needs_medium = 1,      ///< else NOT READY, MEDIUM NOT PRESENT
    ignores_attention = 2, ///< runs although a unit attention or a deferred error is pending
    while_busy = 4,        ///< answers while an operation runs
    not_while_writing = 8, ///< COMMAND SEQUENCE ERROR between the first WRITE and SYNCHRONIZE CACHE
    ends_idle_write = 16,  ///< ends a write whose buffer ran dry instead of being refused
    cd_only = 32,          ///< ILLEGAL MODE FOR THIS TRACK on a DVD or BD
};

struct CommandRow {
    Handler handler = nullptr; ///< nullptr: the drive does not know the command
    std::uint8_t traits = plain;

    bool has(CommandTrait trait) const { return (traits & trait) != 0; }
};

const CommandRow& command_row(std::uint8_t opcode);

} // namespace burnrig::emulator
