// SPDX-License-Identifier: Apache-2.0
// A digest of all commands of a run and what became of them, times included: the lines of a trace
// file (trace_file.h) without the first one. Equal digests, equal runs. One thread at a time.
#pragma once

#include <memory>
#include <string>

#include "harness/trace/command_sink.h"

namespace burnrig::harness {

class TraceHash final : public CommandSink {
public:
    TraceHash();
    ~TraceHash() override;

    void command(const CommandRecord& record, const mmc::Command& command) override;
    std::uint64_t count() const { return count_; }
    /// 64 bits as 16 hexadecimal digits.
    std::string text() const;

private:
    struct State;
    std::unique_ptr<State> state_;
    std::uint64_t count_ = 0;
};

} // namespace burnrig::harness
