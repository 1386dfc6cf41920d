// SPDX-License-Identifier: Apache-2.0
#include "mmc/sheet/latin.h"

#include <algorithm>
#include <array>
#include <optional>

namespace burnrig::mmc {
namespace {

struct Likeness {
    char32_t character;
    std::string_view text;
};
// What word processors put in the place of plain characters.
constexpr std::array likenesses{
    Likeness{0x2018, "'"},   Likeness{0x2019, "'"},  Likeness{0x201C, "\""},
    Likeness{0x201D, "\""},  Likeness{0x2010, "-"},  Likeness{0x2013, "-"},
    Likeness{0x2014, "-"},   Likeness{0x2022, "*"},  Likeness{0x2026, "..."},
    Likeness{0x20AC, "EUR"}, Likeness{0x0152, "OE"}, Likeness{0x0153, "oe"},
};

/// The character at the front of `text`, which it is taken from; nothing when it is no UTF-8.
std::optional<char32_t> take_character(std::string_view& text) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    const bool leads = first < 0x80 || (first >= 0xC2 && first < 0xF5);
    if (!leads || text.size() < length)
        return std::nullopt;
    char32_t character = length == 1 ? first : first & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        if ((next & 0xC0) != 0x80)
            return std::nullopt;
        character = character << 6 | (next & 0x3F);
    }
    text.remove_prefix(length);
    return character;
}

} // namespace

Latin to_latin(std::string_view text) {
    Latin latin;
    for (std::string_view rest = text; !rest.empty();) {
        const auto character = take_character(rest);
        if (!character)
            return {std::string(text), false};
        const auto alike =
            std::find_if(likenesses.begin(), likenesses.end(),
                         [&](const Likeness& each) { return each.character == *character; });
        if (*character < 0x100)
            latin.text += static_cast<char>(*character);
        else if (alike != likenesses.end())
            latin.text += alike->text;
        else
            latin.text += '?';
        latin.lossy = latin.lossy || *character >= 0x100;
    }
    return latin;
}

} // namespace burnrig::mmc
