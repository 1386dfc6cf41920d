// SPDX-License-Identifier: Apache-2.0
#include "harness/trace/trace_hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace burnrig::harness {

struct TraceHash::State {
    State() { XXH3_64bits_reset(&hash); }

    XXH3_state_t hash;
    fmt::memory_buffer line; ///< reused, so that a command allocates nothing
};

TraceHash::TraceHash() : state_(std::make_unique<State>()) {}
TraceHash::~TraceHash() = default;

void TraceHash::command(const CommandRecord& record, const mmc::Command&) {
    ++count_;
    state_->line.clear();
    format_record(state_->line, record);
    XXH3_64bits_update(&state_->hash, state_->line.data(), state_->line.size());
}

std::string TraceHash::text() const {
    return fmt::format("{:016x}", XXH3_64bits_digest(&state_->hash));
}

} // namespace burnrig::harness
