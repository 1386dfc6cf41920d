// SPDX-License-Identifier: Apache-2.0
// Where two drives do not answer alike: two runs of the same, command by command.
//
//     #12  READ_DISC_INFORMATION 51 00 ...     disc-status    A blank    B appendable
//     #31  WRITE_10 2A 00 ...                  sense          A GOOD     B 05/21/02 ILLEGAL REQUEST
//     #40  TEST_UNIT_READY 00 ...              sent           A yes      B no
//
// Commands are paired by their CDBs, in order. What asks the same several times in a row (a poll)
// counts once, with its last answer: how often depends on time. Thread-safe (no state).
#pragma once

#include <string>
#include <vector>

#include "harness/transcript/transcript.h"

namespace burnrig::harness::diff {

using transcript::Bytes;
using transcript::Exchange;

struct Disagreement {
    std::uint64_t number_a = 0; ///< of the command; 0: A did not get it
    std::uint64_t number_b = 0;
    Bytes cdb;
    std::string what; ///< "sense", "disc-status", "feature 0021h", "data", "sent"
    std::string a;
    std::string b;
};

struct Comparison {
    std::size_t commands = 0; ///< that both got
    std::vector<Disagreement> disagreements;
};

Comparison compare(const std::vector<Exchange>& a, const std::vector<Exchange>& b);

/// A name of a part of a reply, and what it says.
struct Part {
    std::string name;
    std::string value;

    bool operator==(const Part&) const = default;
};

/// A reply in parts that have names: the fields that rules know too (emulator/faults), features,
/// mode pages; what has no name goes by its bytes. Data that were read are one part.
std::vector<Part> parts_of(std::span<const std::uint8_t> cdb, std::span<const std::uint8_t> reply);

/// Lines for a person, each ending in a line feed.
std::string to_text(const Comparison& comparison);

} // namespace burnrig::harness::diff
