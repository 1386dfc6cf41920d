// SPDX-License-Identifier: Apache-2.0
// Report pages: one HTML file each, with its style, its script and its data in it, that fetches
// nothing from anywhere.
//
//     page.html  {{title}} {{style}} {{script}} {{data}}        what the data are says the kind:
//     run        a run: timeline, disc, commands                run_page.h
//     suite      trials and what became of them                 suite_page.h
//     sweep      a map of commands and faults                   sweep_page.h
//
// The data come from drives, discs and programs that may put anything into them: the page holds
// them as JSON without a "<", and its script makes text of them, never markup. Thread-safe.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "mmc/result.h"

namespace burnrig::harness::html {

enum class PageKind : std::uint8_t { run, suite, sweep };

std::string make_page(PageKind kind, const std::string& title, const nlohmann::ordered_json& data);

/// Errors name the option ("--html") and the path.
mmc::Result<void> write_page(const std::string& option, const std::string& path,
                             const std::string& page);

} // namespace burnrig::harness::html
