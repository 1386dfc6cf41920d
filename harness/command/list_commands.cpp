// SPDX-License-Identifier: Apache-2.0
// burnrig drives | media: what there is to choose from.
#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "emulator/fixtures.h"
#include "harness/command/command.h"
#include "harness/report/result_json.h"

namespace burnrig::harness {
namespace {

struct Row {
    std::string name;
    std::string summary;
    Json more = Json::object(); ///< further keys, for --json
};

using Listing = mmc::Result<std::vector<Row>> (*)();

mmc::Result<std::vector<Row>> drives() {
    const auto models = emulator::list_drives();
    if (!models)
        return tl::unexpected(models.error());
    std::vector<Row> rows;
    for (const auto& model : *models)
        rows.push_back({model.name, model.summary,
                        Json{{"vendor", model.vendor},
                             {"product", model.product},
                             {"revision", model.revision}}});
    return rows;
}

mmc::Result<std::vector<Row>> media() {
    const auto all = emulator::list_media();
    if (!all)
        return tl::unexpected(all.error());
    std::vector<Row> rows;
    for (const auto& medium : *all)
        rows.push_back({medium.name, medium.summary,
                        Json{{"blocks", medium.capacity()}, {"erasable", medium.erasable()}}});
    return rows;
}

void print_table(const std::vector<Row>& rows) {
    std::size_t width = 0;
    for (const auto& row : rows)
        width = std::max(width, row.name.size());
    for (const auto& row : rows)
        fmt::print("{:<{}}  {}\n", row.name, width, row.summary);
}

void print_json(const std::vector<Row>& rows) {
    Json list = Json::array();
    for (const auto& row : rows) {
        Json object{{"name", row.name}, {"summary", row.summary}};
        object.update(row.more);
        list.push_back(std::move(object));
    }
    fmt::print("{}\n", list.dump(2));
}

void add_listing(CLI::App& app, int& exit_code, const char* name, const char* description,
                 Listing listing) {
    auto* command = app.add_subcommand(name, description);
    auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "One JSON array of objects with name and summary");
    command->callback([json, listing, &exit_code] {
        const auto rows = listing();
        if (!rows) {
            exit_code = complain(rows.error().message, exit_rig_broken);
            return;
        }
        *json ? print_json(*rows) : print_table(*rows);
    });
}

} // namespace

void add_list_commands(CLI::App& app, int& exit_code) {
    add_listing(app, exit_code, "drives", "Lists the simulated drives", drives);
    add_listing(app, exit_code, "media", "Lists the media", media);
}

} // namespace burnrig::harness
