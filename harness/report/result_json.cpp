// SPDX-License-Identifier: Apache-2.0
#include "harness/report/result_json.h"

namespace burnrig::harness {

const char* version() {
    return BURNRIG_VERSION;
}

Json to_json(const RunIdentity& identity) {
    return {{"burnrig", version()},
            {"seed", identity.seed},
            {"drive", identity.drive},
            {"medium", identity.medium},
            {"replay", identity.replay}};
}

Json to_json(const std::vector<emulator::faults::RuleReport>& rules) {
    Json list = Json::array();
    for (const auto& rule : rules)
        list.push_back({{"name", rule.name},
                        {"rule", rule.text},
                        {"matched", rule.matched},
                        {"fired", rule.fired},
                        {"suppressed_by", rule.suppressed_by}});
    return list;
}

} // namespace burnrig::harness
