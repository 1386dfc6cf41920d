// SPDX-License-Identifier: Apache-2.0
// One disagreement between what should be and what came, as text and JSON; the conformance suite
// and scenarios report theirs alike.
//
//           block length
//           expected 2048 (800h)
//           seen     2336 (920h)
//           CDB      25 00 00 00 00 00 00 00 00 00
//
// Thread-safe (no state).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace burnrig::harness {

struct Finding {
    std::string what;
    std::string expected;
    std::string seen;
    std::vector<std::uint8_t> cdb{}; ///< of the command in question; empty: none is
};

/// "46 02 00 10", at most `most` bytes.
std::string hex(std::span<const std::uint8_t> bytes, std::size_t most = 32);

/// Lines indented by six, each ending in a line feed.
std::string to_text(const Finding& finding);
std::string to_text(const std::vector<Finding>& findings);

/// {"what": ..., "expected": ..., "seen": ..., "cdb": "25 00 ..."}
nlohmann::ordered_json to_json(const Finding& finding);

} // namespace burnrig::harness
