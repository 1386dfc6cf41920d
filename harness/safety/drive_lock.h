// SPDX-License-Identifier: Apache-2.0
// One user at a time for a physical drive, whichever of its nodes each came by: a lock on a file
// that is named after the drive's serial number. It ends with the process, however that ends.
//
//     const auto lock = DriveLock::take("K0OD5H12345");     fails with who has it
//
// Thread-safe.
#pragma once

#include <string>

#include "mmc/result.h"

namespace burnrig::harness {

class DriveLock {
public:
    /// Does not wait. `directory`: where all users of the machine meet; "": the usual one.
    static mmc::Result<DriveLock> take(const std::string& serial, std::string directory = {});

    DriveLock(DriveLock&& other) noexcept;
    DriveLock& operator=(DriveLock&& other) noexcept;
    ~DriveLock();

private:
    explicit DriveLock(int descriptor) : descriptor_(descriptor) {}

    int descriptor_ = -1;
};

} // namespace burnrig::harness
