// SPDX-License-Identifier: Apache-2.0
#include "harness/report/progress_bar.h"

#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

namespace burnrig::harness {
namespace {

constexpr int bar_width = 20;
constexpr double cd_user_kb_per_second = 153.6; // 1x in user bytes
constexpr double mebibyte = 1024.0 * 1024.0;

std::string bar(int percent) {
    const auto filled = static_cast<std::size_t>(percent * bar_width / 100);
    return std::string(filled, '#') + std::string(bar_width - filled, '-');
}

} // namespace

ProgressBar::ProgressBar(std::FILE* out, bool quiet)
    : out_(out), quiet_(quiet), terminal_(isatty(fileno(out)) != 0) {}

void ProgressBar::stage(driver::Stage stage, std::string_view text) {
    end();
    drawn_percent_ = -1;
    if (!quiet_)
        fmt::print(out_, "{}{}{}\n", driver::stage_text(stage), text.empty() ? "" : ": ", text);
}

void ProgressBar::progress(const driver::Progress& now) {
    if (quiet_ || !terminal_ || now.total == 0)
        return;
    const int percent = static_cast<int>(std::min(now.bytes, now.total) * 100 / now.total);
    if (percent == drawn_percent_)
        return;
    drawn_percent_ = percent;
    fmt::print(out_, "\r  [{}] {:3} %  {:.0f} of {:.0f} MiB  {:.1f}x", bar(percent), percent,
               static_cast<double>(now.bytes) / mebibyte, static_cast<double>(now.total) / mebibyte,
               now.kb_per_second / cd_user_kb_per_second);
    if (now.buffer_size > 0)
        fmt::print(out_, "  buffer {:3} %", std::uint64_t{now.buffer_used} * 100 / now.buffer_size);
    std::fflush(out_);
    line_open_ = true;
}

void ProgressBar::warning(std::string_view text) {
    end();
    fmt::print(out_, "warning: {}\n", text);
}

void ProgressBar::end() {
    if (line_open_)
        fmt::print(out_, "\n");
    line_open_ = false;
}

} // namespace burnrig::harness
