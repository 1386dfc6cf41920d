// SPDX-License-Identifier: Apache-2.0
#include "harness/report/html/page.h"

#include <array>
#include <fstream>

#include <nlohmann/json.hpp>

#include "harness/report/html/assets.h"

namespace burnrig::harness::html {
namespace {

struct PageParts {
    std::string_view name;
    std::string style;
    std::string script;
};

std::string joined(std::initializer_list<std::string_view> texts) {
    std::string all;
    for (const auto text : texts)
        all += text;
    return all;
}

PageParts parts_of(PageKind kind) {
    switch (kind) {
    case PageKind::run:
        return {"run", joined({page_css, run_css}),
                joined({dom_js, theme_js, disc_js, timeline_scale_js, timeline_lanes_js,
                        timeline_js, commands_js, run_js})};
    case PageKind::suite:
        return {"suite", joined({page_css}), joined({dom_js, theme_js, suite_js})};
    case PageKind::sweep:
        break;
    }
    return {"sweep", joined({page_css}), joined({dom_js, theme_js, sweep_js})};
}

std::string escaped_html(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '<')
            out += "&lt;";
        else if (c == '&')
            out += "&amp;";
        else
            out += c;
    }
    return out;
}

// Inside of <script>, "</script" and "<!--" end or change what follows: no "<" is left.
std::string escaped_json(const nlohmann::ordered_json& data) {
    const auto text = data.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (c == '<')
            out += "\\u003c";
        else
            out += c;
    }
    return out;
}

} // namespace

std::string make_page(PageKind kind, const std::string& title, const nlohmann::ordered_json& data) {
    const auto parts = parts_of(kind);
    // In the order of the page's places.
    const std::array<std::pair<std::string_view, std::string>, 5> values{
        {{"{{kind}}", std::string(parts.name)},
         {"{{title}}", escaped_html(title)},
         {"{{style}}", parts.style},
         {"{{data}}", escaped_json(data)},
         {"{{script}}", parts.script}}};
    // What is filled in is not looked at again.
    std::string page;
    std::string_view rest = page_html;
    for (const auto& [place, value] : values) {
        const auto at = rest.find(place);
        page.append(rest.substr(0, at)).append(value);
        rest.remove_prefix(at + place.size());
    }
    return page.append(rest);
}

mmc::Result<void> write_page(const std::string& option, const std::string& path,
                             const std::string& page) {
    std::ofstream file(path, std::ios::trunc | std::ios::binary);
    file << page;
    file.flush();
    if (!file)
        return mmc::fail("{} {}: cannot be written", option, path);
    return {};
}

} // namespace burnrig::harness::html
