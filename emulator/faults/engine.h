// SPDX-License-Identifier: Apache-2.0
// Fault rules at work: holds parsed rules, matches what happens against them, counts what each did.
//
//     auto engine = FaultEngine::create({"opc: at SEND_OPC_INFORMATION -> take 8.906s, fail
//     03/73/03"}, seed); Decision what = engine->decide(facts);
//
// The engine belongs to one drive. It is thread-safe: whoever runs the drive asks it, while others
// add, remove and list rules; each call is one step. A rule takes part from the first question that
// begins after add() has returned, and from none that begins after remove() has. Moving an engine
// is not safe while others use it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/faults/decision.h"
#include "emulator/faults/presets.h"
#include "emulator/faults/rule_kinds.h"
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
    /// No rules: every question gives nothing.
    FaultEngine();
    ~FaultEngine();
    FaultEngine(FaultEngine&&) noexcept;
    FaultEngine& operator=(FaultEngine&&) noexcept;

    /// Each text is a rule line or a preset ("opc-failure"). The error names the rule, the column
    /// and the nearest word; a rule that cannot act on that backend is refused with the reason.
    static mmc::Result<FaultEngine> create(std::span<const std::string> rules, std::uint64_t seed,
                                           Backend backend = {});
    /// The same of rules that were built (builder.h).
    static mmc::Result<FaultEngine> create(std::vector<FaultRule> rules, std::uint64_t seed,
                                           Backend backend = {});

    /// One more line or preset, behind the others; the names of the rules it stands for.
    mmc::Result<std::vector<std::string>> add(std::string_view text);
    mmc::Result<std::string> add(FaultRule rule);
    /// Takes the rule out; damage that it did to the disc stays. Refused while another rule waits
    /// for it.
    mmc::Result<void> remove(std::string_view name);

    /// What the rules do to this command. Counts it.
    Decision decide(const CommandFacts& facts);

    /// The same for what a burn program does with its image, and with the device.
    Decision decide_source(const SourceFacts& facts);
    Decision decide_host(const HostFacts& facts);

    /// The drive comes into this state (one of `states`).
    Decision enter_state(std::string_view state, mmc::Duration now);

    /// What rules of the form "at time T" do that have come due by `now`, each once, in order of
    /// time. They act on the drive without a command; a failure means that the next command that
    /// can carry it brings the news.
    std::vector<Decision> due(mmc::Duration now);

    /// The time of the next rule of the form "at time T" that has not fired; nothing when there is
    /// none.
    std::optional<mmc::Duration> next_due() const;

    std::vector<RuleReport> report() const;
    /// How often rules have fired, all together.
    std::uint64_t fired() const;
    /// Quick, for every command: there are no rules at all; none that looks at this command; none
    /// that looks at states.
    bool empty() const;
    bool watches(std::uint8_t opcode) const;
    bool watches_states() const;
    bool watches_sources() const;
    /// Some rule may answer this command with the reply that it had the last time.
    bool needs_replies_of(std::uint8_t opcode) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace burnrig::emulator::faults
