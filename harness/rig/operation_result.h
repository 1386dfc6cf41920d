// SPDX-License-Identifier: Apache-2.0
// What came of an operation of our own driver, as the JSON that `--json` prints and report pages
// show: whose run it was, the door, the rules, and the answer or the error. One thread at a time.
#pragma once

#include "driver/error.h"
#include "harness/report/result_json.h"
#include "harness/rig/connection.h"

namespace burnrig::harness {

/// It succeeded; `answer` adds its own keys.
Json result_of(Connection& connection, const Json& answer);
/// It failed.
Json result_of(Connection& connection, const driver::BurnError& error);

} // namespace burnrig::harness
