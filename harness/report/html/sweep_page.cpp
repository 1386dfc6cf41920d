// SPDX-License-Identifier: Apache-2.0
#include "harness/report/html/sweep_page.h"

#include <nlohmann/json.hpp>

#include "harness/report/html/page.h"

namespace burnrig::harness::html {

mmc::Result<void> write_sweep_page(const std::string& path, const nlohmann::ordered_json& summary) {
    nlohmann::ordered_json data{{"title", "burnrig sweep"}};
    data.update(summary);
    return write_page("--html", path, make_page(PageKind::sweep, data["title"], data));
}

} // namespace burnrig::harness::html
