// SPDX-License-Identifier: Apache-2.0
// Which commands the kernel lets a program without CAP_SYS_RAWIO send, by the first byte of the CDB
// alone (Linux 6.1, scsi_cmd_allowed; the same list from 5.10 to 7.2).
#pragma once

#include <cstdint>

namespace burnrig::emulator::nodes {

/// `for_writing`: the file was opened O_RDWR or O_WRONLY.
bool command_allowed(std::uint8_t opcode, bool for_writing);

} // namespace burnrig::emulator::nodes
