// SPDX-License-Identifier: Apache-2.0
// What `expect: {message: PATTERN}` looks for in the text of a program. One file knows the library
// behind it, which is long to compile. Thread-safe (no state).
#pragma once

#include <string>

namespace burnrig::harness::scenario {

/// Why this is no regular expression (ECMAScript's); "" when it is one.
std::string pattern_problem(const std::string& pattern);

/// Whether a line of the text holds the pattern, in whatever case. Line by line, and of each the
/// first 2000 characters: programs redraw lines, and the matcher must not be fed megabytes at once.
/// The pattern must have no problem.
bool has_line_with(const std::string& text, const std::string& pattern);

} // namespace burnrig::harness::scenario
