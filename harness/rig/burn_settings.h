// SPDX-License-Identifier: Apache-2.0
// How to burn, in the words of the `burnrig burn` options: the command line and scenarios read the
// same ones. Plain data.
#pragma once

#include <cstdint>
#include <optional>
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
    bool overburn = false;
    bool resume = false;
    bool streaming = false;
    int opc_retries = 0;
    std::optional<std::int32_t> start_lba{};
    std::optional<std::uint32_t> layer_break{};
};

/// The driver's job. Errors name the option. The source must outlive the job.
mmc::Result<driver::BurnJob> make_burn_job(const BurnSettings& settings, driver::Source& source);

} // namespace burnrig::harness
