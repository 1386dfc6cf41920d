// SPDX-License-Identifier: Apache-2.0
// The same job for several burning programs: what each is told so that the scenario's image gets
// onto the scenario's disc, its own way where it lacks the mode that is asked for.
//
//     burn {mode: sao, simulate: true}, CD-R
//         wodim    -v -sao -dummy dev={device} {image}
//         cdrdao   simulate -n --device {device} --driver generic-mmc peer.toc
//         growisofs                   it does not write CDs
//
// Thread-safe (constant tables).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/scenario.h"

namespace burnrig::harness::scenario {

/// Programs that can be set beside each other. The first two are our driver.
inline constexpr std::array<std::string_view, 6> peer_names{
    "burnrig burn", "burnrig burn --verify", "wodim", "cdrskin", "growisofs", "cdrdao"};

/// What is burned: as the scenario's first `burn:` says, else in the way that the driver chooses.
/// Nothing when no run of the scenario burns the image.
std::optional<BurnSettings> task_of(const Scenario& scenario);

/// The program's job, or NoJob with the reason.
Job job_of(std::string_view peer, const Scenario& scenario);

/// The scenario with a run for each of these programs in place of its own, nothing expected of
/// them.
Scenario comparison_of(const Scenario& scenario, const std::vector<std::string>& peers);

} // namespace burnrig::harness::scenario
