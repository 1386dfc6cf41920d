// SPDX-License-Identifier: Apache-2.0
#include "harness/sweep/tally.h"

namespace burnrig::harness::sweep {

std::string Failure::kind() const {
    const auto& rule = rules.front();
    return rule.substr(0, rule.find(':')) + (rules.size() > 1 ? "+" : "");
}

Cell& Cell::operator+=(const Cell& other) {
    trials += other.trials;
    held += other.held;
    undetectable += other.undetectable;
    violated += other.violated;
    failed += other.failed;
    succeeded += other.succeeded;
    not_met += other.not_met;
    return *this;
}

void Tally::add(Failure failure) {
    const auto [known, is_new] = groups.try_emplace(
        {failure.subject, failure.kind(), failure.command, failure.invariant}, failure);
    if (is_new)
        return;
    const auto alike = known->second.alike + failure.alike + 1;
    if (failure.trial < known->second.trial)
        known->second = std::move(failure);
    known->second.alike = alike;
}

void Tally::add(Tally other) {
    for (const auto& [key, cell] : other.cells)
        cells[key] += cell;
    for (auto& [key, failure] : other.groups)
        add(std::move(failure));
    causes.merge(other.causes);
    trials += other.trials;
    violated += other.violated;
    undetectable += other.undetectable;
    repeated += other.repeated;
}

} // namespace burnrig::harness::sweep
