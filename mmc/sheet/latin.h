// SPDX-License-Identifier: Apache-2.0
// Text for CD-TEXT, which knows ISO 8859-1, from UTF-8, in which sheets are written today.
//
//     to_latin("Zo\xC3\xAB")     "Zo\xEB"
//     to_latin("Zo\xEB")         the same: it is no UTF-8, so it must have been ISO 8859-1 before
//
// Thread-safe (no state).
#pragma once

#include <string>
#include <string_view>

namespace burnrig::mmc {

struct Latin {
    std::string text;
    bool lossy = false; ///< a character has no place there; '?' or what is alike stands for it
};

Latin to_latin(std::string_view text);

} // namespace burnrig::mmc
