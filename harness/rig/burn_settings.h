// SPDX-License-Identifier: Apache-2.0
// How to burn, in the words of the `burnrig burn` options: the command line and scenarios read the
// same ones. Plain data.
#pragma once

#include <string>

#include "driver/burner.h"
#include "mmc/result.h"

namespace burnrig::harness {

struct BurnSettings {
    std::string mode = "auto";
    std::string speed = "max";
    std::string opc = "auto";
    bool multi = false;
    bool simulate = false;
    bool verify = false;
    bool no_burn_free = false;
    bool eject = false;
};

/// The driver's job. Errors name the option. The source must outlive the job.
mmc::Result<driver::BurnJob> make_burn_job(const BurnSettings& settings, driver::Source& source);

} // namespace burnrig::harness
