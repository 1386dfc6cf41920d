// SPDX-License-Identifier: Apache-2.0
// The drives of a process that is linked with libburnrig_aix: a drive with its disc and its clock,
// and the AIX device on top, for each unit there is.
//
// Everything of a drive happens under its lock. Units are made once and stay until they are
// detached; a drive that is open is not detached.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "emulator/drive/drive.h"
#include "emulator/nodes/aix/aix_device.h"
#include "emulator/nodes/door_clock.h"
#include "mmc/result.h"

namespace burnrig::emulator::nodes::aix {

inline constexpr int units_max = 8;

struct RigWords {
    std::string drive;
    std::string medium;
    std::string disc;
    std::string fault;
    std::string attributes;

    /// From the environment, BURNRIG_AIX_...
    static RigWords from_environment();
    bool any() const { return !(drive + medium + disc + fault).empty(); }
};

class AttachedDrive {
public:
    static mmc::Result<std::shared_ptr<AttachedDrive>> create(int unit, const RigWords& words);

    std::mutex lock;
    DoorClock clock{Pace{}};
    Drive drive;
    AixDevice device;
    std::unique_ptr<Disc> outside; ///< the disc that was taken out
    int opens = 0;

private:
    AttachedDrive(int unit, DriveModel model);
};

/// The drive of a unit; nullptr when there is none. The first call attaches unit 0 when the
/// environment asks for it.
std::shared_ptr<AttachedDrive> attached(int unit);
/// Whether there is any.
bool any_attached();
mmc::Result<void> attach(int unit, const RigWords& words);
mmc::Result<void> detach(int unit);

} // namespace burnrig::emulator::nodes::aix
