// SPDX-License-Identifier: Apache-2.0
// The outcome oracle: what may come of a burn in which these faults struck.
//
//     nothing struck    success
//     fatal             failure, with a cause that the kind allows
//     benign            success
//     retryable         success, or failure with a cause that the kind allows
//     silent            failure when the disc is read back; else success, listed as undetectable
//
// The disc of a success is I1's business. Thread-safe (no state).
#pragma once

#include <string>

#include "harness/sweep/trial.h"

namespace burnrig::harness::sweep {

std::string outcome_is_allowed(const Trial& trial);

/// A failure that is no request for patience, after which the same command is worth repeating.
bool asks_no_patience(const mmc::Completion& completion);

} // namespace burnrig::harness::sweep
