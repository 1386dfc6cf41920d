// SPDX-License-Identifier: Apache-2.0
// Defect management by the drive: a bad ECC block or cluster that verification finds is recorded in
// a spare one instead, until none is left.
//
// The host sees the same address; in the model the damage under it goes, and a spare is used up.
// Sources: MMC-5, feature 0024h; sense codes 3/32/00 and 1/5D/03 (mmc-recording 10 and 12).
#pragma once

#include "emulator/drive/request.h"

namespace burnrig::emulator {

struct LogicalUnit;

/// Replaces what is bad among blocks [lba, lba + blocks), which are about to be recorded. Errors:
/// 3/32/00 with the address when no spare is left for it; the blocks before it are fine. 1/5D/03:
/// all is well, and that was the last spare.
Answer replace_defects(LogicalUnit& unit, std::int32_t lba, std::int32_t blocks);

/// Takes one spare for another reason. Errors as above.
Answer use_spare(LogicalUnit& unit, std::int32_t lba);

} // namespace burnrig::emulator
