// SPDX-License-Identifier: Apache-2.0
// The page of one run: what came of it, its time, its disc, its commands.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace burnrig::emulator {
class Disc;
}

namespace burnrig::harness {
class RunLog;
}

namespace burnrig::harness::html {

struct RunPage {
    std::string title;                    ///< "burnrig burn image.iso"
    const nlohmann::ordered_json& result; ///< as --json prints it
    const RunLog& log;
    const emulator::Disc* disc = nullptr; ///< as the run left it
    std::string output{};                 ///< what a program printed
};

std::string make_run_page(const RunPage& run);

} // namespace burnrig::harness::html
