// SPDX-License-Identifier: Apache-2.0
// The files beside this one, as texts in the program (embed.cmake). Thread-safe (constants).
#pragma once

#include <string_view>

namespace burnrig::harness::html {

extern const std::string_view page_html;
extern const std::string_view page_css;
extern const std::string_view run_css;
extern const std::string_view dom_js;
extern const std::string_view theme_js;
extern const std::string_view disc_js;
extern const std::string_view timeline_scale_js;
extern const std::string_view timeline_lanes_js;
extern const std::string_view timeline_js;
extern const std::string_view commands_js;
extern const std::string_view run_js;
extern const std::string_view suite_js;
extern const std::string_view sweep_js;

} // namespace burnrig::harness::html
