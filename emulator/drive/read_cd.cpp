// SPDX-License-Identifier: Apache-2.0
// READ CD and READ CD MSF.
#include "emulator/drive/commands.h"

namespace burnrig::emulator::commands {
Answer read_cd(LogicalUnit&, const Request&) {
    return refuse(mmc::sense::invalid_opcode);
}
Answer read_cd_msf(LogicalUnit&, const Request&) {
    return refuse(mmc::sense::invalid_opcode);
}
} // namespace burnrig::emulator::commands
