// SPDX-License-Identifier: Apache-2.0
#include "harness/report/fault_summary.h"

#include <fmt/format.h>

namespace burnrig::harness {

std::string fault_summary(const std::vector<emulator::faults::RuleReport>& rules,
                          bool only_unfired) {
    std::string text;
    for (const auto& rule : rules) {
        if (rule.fired == 0)
            text += fmt::format("burnrig: fault {} never fired (matched {} commands): {}\n",
                                rule.name, rule.matched, rule.text);
        else if (!only_unfired)
            text += fmt::format("burnrig: fault {} fired {} of {} times it matched\n", rule.name,
                                rule.fired, rule.matched);
    }
    return text;
}

} // namespace burnrig::harness
