// SPDX-License-Identifier: Apache-2.0
#include "harness/report/replay_command.h"

#include <fstream>
#include <iterator>
#include <vector>

namespace burnrig::harness {
namespace {

bool plain(const std::string& word) {
    constexpr auto safe =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%";
    return !word.empty() && word.find_first_not_of(safe) == std::string::npos;
}

std::string quoted(const std::string& word) {
    std::string text = "'";
    for (const char c : word)
        text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return text + "'";
}

} // namespace

std::string shell_line(std::span<const std::string> words) {
    std::string line;
    for (const auto& word : words) {
        if (!line.empty())
            line += ' ';
        line += plain(word) ? word : quoted(word);
    }
    return line;
}

std::string replay_command() {
    std::ifstream file("/proc/self/cmdline", std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    std::vector<std::string> words;
    for (std::size_t at = 0; at < bytes.size(); at += words.back().size() + 1)
        words.emplace_back(&bytes[at]); // up to its NUL
    if (!words.empty())
        words[0] = "burnrig";
    return shell_line(words);
}

} // namespace burnrig::harness
