// SPDX-License-Identifier: Apache-2.0
// The productions that rules and other statements share. Internal to emulator/faults.
#pragma once

#include "emulator/faults/rule.h"
#include "emulator/faults/token_reader.h"

namespace burnrig::emulator::faults {

FaultRule read_rule(TokenReader& in);
Point read_point(TokenReader& in);
action::Fail read_fail(TokenReader& in);

/// "unknown WHAT 'word'; did you mean ...?" with the nearest entry of a table that has `word`.
template <class Table>
std::string unknown(std::string_view what, const Token& token, const Table& table) {
    std::vector<std::string_view> known;
    known.reserve(table.size());
    for (const auto& entry : table)
        known.push_back(entry.word);
    return fmt::format("unknown {} {}{}", what, show(token), did_you_mean(token.text, known));
}

template <class Table>
const typename Table::value_type* find_entry(const Table& table, std::string_view word) {
    for (const auto& entry : table)
        if (entry.word == word)
            return &entry;
    return nullptr;
}

} // namespace burnrig::emulator::faults
