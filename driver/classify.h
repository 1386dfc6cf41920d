// SPDX-License-Identifier: Apache-2.0
// From a failed command to a cause: what the command's sense code or host status means at this
// stage.
//
//     classify(CLOSE TRACK/SESSION failed with 03/72/02, Stage::close)  ->  fixation-failed
//     classify(the same sense on SYNCHRONIZE CACHE, Stage::flush)       ->  leadout-failed
//
// Rows of a table, first match wins. Thread-safe (constant table).
#pragma once

#include <string_view>

#include "driver/cause.h"
#include "driver/commands/channel.h"
#include "driver/error.h"

namespace burnrig::driver {

struct Classification {
    Cause cause;
    std::string_view detail; ///< what the code means here; "" when the cause says it all
};

Classification classify(mmc::SenseCode code, Stage stage, bool medium_seen);

/// By what went wrong first: reply, host status, status, sense. `medium_seen`: there was a disc
/// earlier in this operation, so that "no medium" means "taken out".
Classification classify(const CommandError& error, Stage stage, bool medium_seen);

/// The whole error. A deferred one is laid to `deferred_stage`, where the data that it is about
/// were sent.
BurnError burn_error(const CommandError& error, Stage stage, bool medium_seen,
                     Stage deferred_stage);

} // namespace burnrig::driver
