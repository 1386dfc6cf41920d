// SPDX-License-Identifier: Apache-2.0
// An emulated drive and disc that are as the ones behind a node, for a dry run: what a burn would
// do is seen on them, and neither drive nor disc was touched.
//
//     node --only commands that ask--> DriveModel, Medium, Disc with its sessions and tracks
//
// Of each track the first blocks alone are read: where a recording goes does not rest on what is
// in the blocks. What a drive does not tell is as usual (harness/profile/drive_profile.h).
//
// One thread at a time.
#pragma once

#include <memory>

#include "emulator/disc/disc.h"
#include "emulator/drive/drive_model.h"
#include "mmc/result.h"
#include "mmc/target.h"

namespace burnrig::harness {

struct Twin {
    emulator::DriveModel drive;
    std::unique_ptr<emulator::Disc> disc; ///< nullptr: the drive is empty
};

/// Fails when the drive does not answer, or has a disc that cannot be copied.
mmc::Result<Twin> read_twin(mmc::Target& target);

} // namespace burnrig::harness
