// SPDX-License-Identifier: Apache-2.0
#include "harness/report/html/run_page.h"

#include <nlohmann/json.hpp>

#include "emulator/disc/describe.h"
#include "harness/report/html/page.h"
#include "harness/report/run_log.h"

namespace burnrig::harness::html {
namespace {

using Json = nlohmann::ordered_json;

// What is recorded, in no more pieces than can be seen: of neighbours closer than a thousandth of
// the disc one is made.
Json recorded_pieces(const emulator::Disc& disc) {
    const auto too_close = disc.medium().capacity() / 1000;
    Json pieces = Json::array();
    disc.recorded().each([&](const emulator::Extent& extent) {
        if (!pieces.empty() && extent.first - pieces.back()[1].get<std::int32_t>() <= too_close)
            pieces.back()[1] = std::max(pieces.back()[1].get<std::int32_t>(), extent.end());
        else
            pieces.push_back({extent.first, extent.end()});
    });
    return pieces;
}

} // namespace

std::string make_run_page(const RunPage& run) {
    Json data{{"title", run.title}, {"result", run.result}};
    data["log"] = run.log.to_json();
    if (run.disc) {
        data["disc"] = emulator::describe(*run.disc);
        data["disc"]["recorded"] = recorded_pieces(*run.disc);
    }
    if (!run.output.empty())
        data["output"] = run.output;
    return make_page(PageKind::run, run.title, data);
}

} // namespace burnrig::harness::html
