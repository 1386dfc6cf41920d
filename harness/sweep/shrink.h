// SPDX-License-Identifier: Apache-2.0
// From the rules of a failed trial to the smallest ones that break the same invariant: fewer rules,
// before instead of after, once instead of for good, an earlier command, a plainer kind of fault.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/sweep/subject.h"

namespace burnrig::harness::sweep {

/// At most some hundred trials. The rules themselves when nothing smaller does it.
std::vector<std::string> shrink(const Subject& subject, std::vector<std::string> rules,
                                std::string_view invariant);

/// "I3" and what is wrong, of one trial with these rules; "" when the invariant holds.
mmc::Result<std::string> violation_of(const Ground& ground, const std::vector<std::string>& rules,
                                      std::string_view invariant);

} // namespace burnrig::harness::sweep
