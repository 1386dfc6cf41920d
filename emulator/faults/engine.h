// SPDX-License-Identifier: Apache-2.0
// Fault rules at work: holds parsed rules, matches commands against them, counts what each did.
//
//     auto engine = FaultEngine::create({"opc: at SEND_OPC_INFORMATION -> take 8.906s, fail
//     03/73/03"}, seed); Decision what = engine->decide(facts);
//
// The engine belongs to one drive; one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/faults/decision.h"
#include "mmc/result.h"

namespace burnrig::emulator::faults {

/// What became of one rule.
struct RuleReport {
    std::string name; ///< as given, or "rule1", "rule2", ... in order
    std::string text; ///< the canonical line
    std::uint64_t matched = 0;
    std::uint64_t fired = 0;
    std::string suppressed_by; ///< name of the rule whose outcome won last, or ""
};

class FaultEngine {
public:
    /// No rules: decide() always gives nothing.
    FaultEngine();
    ~FaultEngine();
    FaultEngine(FaultEngine&&) noexcept;
    FaultEngine& operator=(FaultEngine&&) noexcept;

    /// Each text is a rule line or a preset (presets.h). The error names the rule, the column and
    /// the nearest word; a rule whose action cannot act yet is refused by that action's name.
    static mmc::Result<FaultEngine> create(std::span<const std::string> rules, std::uint64_t seed);

    /// What the rules do to this command. Counts it.
    Decision decide(const CommandFacts& facts);

    /// What rules of the form "at time T" do that have come due by `now`, each once, in order of
    /// time. They eject, cut the power, make the drive busy, or fail, which means that the next
    /// command that can carry it brings the news.
    std::vector<Decision> due(mmc::Duration now);

    /// The time of the next rule of the form "at time T" that has not fired; nothing when there is
    /// none.
    std::optional<mmc::Duration> next_due() const;

    std::vector<RuleReport> report() const;
    bool empty() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace burnrig::emulator::faults
