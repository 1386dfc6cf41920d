// SPDX-License-Identifier: Apache-2.0
// The Reed-Solomon product code of a CD-ROM sector. Internal to mmc/sector.
#pragma once

#include "mmc/sector.h"

namespace burnrig::mmc {

void put_p_parity(RawSector sector);
void put_q_parity(RawSector sector);

} // namespace burnrig::mmc
