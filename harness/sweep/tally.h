// SPDX-License-Identifier: Apache-2.0
// What came of trials, counted: by a worker, by a shard, by a whole sweep. Tallies of parts add up
// to the tally of the whole, in whatever order they are added.
//
// One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace burnrig::harness::sweep {

/// A trial in which something did not hold that must.
struct Failure {
    std::uint64_t trial = 0;
    std::uint32_t subject = 0;
    std::uint32_t point = 0;
    std::string command;     ///< "WRITE_10"
    std::string position;    ///< "midway"
    std::string persistence; ///< "transient"
    std::vector<std::string> rules;
    std::string outcome; ///< "failed"
    std::string cause;   ///< "" of a success
    std::string invariant;
    std::string detail;
    std::uint64_t alike = 0;           ///< further trials of the same kind, command, invariant
    std::vector<std::string> shrunk{}; ///< the smallest rules that still do it
    std::string scenario{};            ///< that shows it again, as YAML
    std::string file{};                ///< its name, when it was written

    /// "write-error", of a pair "write-error+".
    std::string kind() const;
};

/// Trials of a point and a kind.
struct Cell {
    std::uint32_t trials = 0;
    std::uint32_t held = 0;
    std::uint32_t undetectable = 0;
    std::uint32_t violated = 0;
    std::uint32_t failed = 0;
    std::uint32_t succeeded = 0;
    std::uint32_t not_met = 0; ///< the rule never fired

    Cell& operator+=(const Cell& other);
};
using CellKey = std::array<std::uint32_t, 3>; ///< subject, point, kind

struct Tally {
    std::map<CellKey, Cell> cells;
    /// Failures that say the same, of which the first is kept: by subject, kind, command,
    /// invariant.
    std::map<std::tuple<std::uint32_t, std::string, std::string, std::string>, Failure> groups;
    std::set<std::pair<std::string, std::string>> causes; ///< kind, cause
    std::uint64_t trials = 0;
    std::uint64_t violated = 0;
    std::uint64_t undetectable = 0;
    std::uint64_t repeated = 0; ///< run twice

    void add(Failure failure);
    void add(Tally other);
};

} // namespace burnrig::harness::sweep
