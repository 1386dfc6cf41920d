// SPDX-License-Identifier: Apache-2.0
// Of the test build alone.
#include "driver/seeded_bugs.h"

#include <atomic>

namespace burnrig::driver {
namespace {
std::atomic<Bug> planted{Bug::none};
}

bool seeded(Bug bug) {
    return planted.load(std::memory_order_relaxed) == bug;
}

void plant(Bug bug) {
    planted.store(bug, std::memory_order_relaxed);
}

} // namespace burnrig::driver
