// SPDX-License-Identifier: Apache-2.0
// What `burnrig run --personality aix` adds: the attributes of AIX's driver from the command line,
// and its error log for the result file.
#pragma once

#include <string>
#include <vector>

#include "emulator/nodes/aix/aix_device.h"
#include "harness/report/result_json.h"
#include "mmc/result.h"

namespace burnrig::harness {

/// From "prevent_eject=no" and the like.
mmc::Result<emulator::nodes::AixAttributes>
read_aix_attributes(const std::vector<std::string>& words);

/// An array of the records, the oldest first, every field of their templates with them.
Json to_json(const emulator::nodes::AixErrorLog& log);

} // namespace burnrig::harness
