// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/cd_text_sheet.h"

#include <algorithm>

#include <fmt/format.h>

namespace burnrig::emulator {

namespace {

// The text, or nothing when there is none.
const std::string* text_of(const mmc::CdTextBlock& block, mmc::CdTextType type, int track) {
    const auto texts = block.texts.find(type);
    if (texts == block.texts.end()) {
        return nullptr;
    }
    const auto text = texts->second.find(track);
    return text == texts->second.end() ? nullptr : &text->second;
}

bool is_plain(char c) {
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

// What is not plain ASCII stands as its octal number, as cdrdao writes it.
std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        out += is_plain(c) ? std::string(1, c)
                           : fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    }
    return out;
}

std::string toc_texts(const mmc::CdTextBlock& block, int track, std::string_view indent) {
    std::string lines;
    for (const mmc::CdTextWord& word : mmc::cd_text_words) {
        const bool other_name =
            word.type == mmc::CdTextType::codes && (word.word == "ISRC") != (track > 0);
        const auto* text = other_name ? nullptr : text_of(block, word.type, track);
        if (text) {
            lines += fmt::format("{}{} \"{}\"\n", indent, word.word, escaped(*text));
        } else if (word.in_cue && block.texts.count(word.type) > 0) {
            // cdrdao takes a text only when disc and all tracks have one.
            lines += fmt::format("{}{} \"\"\n", indent, word.word);
        }
        const auto bytes = block.bytes.find(word.type);
        if (track == 0 && bytes != block.bytes.end()) {
            std::vector<unsigned> numbers;
            for (const char c : bytes->second) {
                numbers.push_back(static_cast<unsigned char>(c));
            }
            lines += fmt::format("{}{} {{ {} }}\n", indent, word.word, fmt::join(numbers, ", "));
        }
    }
    return lines;
}

} // namespace

std::string cue_text_lines(const mmc::CdText& text, int track, std::string_view indent) {
    std::string lines;
    for (const mmc::CdTextWord& word : mmc::cd_text_words) {
        const auto* found = word.in_cue ? text_of(text.front(), word.type, track) : nullptr;
        // A cue sheet has no way to write a quotation mark; the packs beside it have it.
        if (found && found->find_first_of("\"\r\n") == std::string::npos) {
            lines += fmt::format("{}{} \"{}\"\n", indent, word.word, *found);
        }
    }
    return lines;
}

std::string toc_text_lines(const mmc::CdText& text, int track) {
    std::string map;
    std::string languages;
    for (std::size_t number = 0; number < text.size(); ++number) {
        const mmc::CdTextBlock& block = text[number];
        if (block.empty()) {
            continue;
        }
        map += fmt::format("    {} : {}\n", number, block.language);
        if (const std::string lines = toc_texts(block, track, "    "); !lines.empty()) {
            languages += fmt::format("  LANGUAGE {} {{\n{}  }}\n", number, lines);
        }
    }
    if (languages.empty()) {
        return "";
    }
    const std::string head = track == 0 ? fmt::format("  LANGUAGE_MAP {{\n{}  }}\n", map) : "";
    return fmt::format("CD_TEXT {{\n{}{}}}\n", head, languages);
}

} // namespace burnrig::emulator
