// SPDX-License-Identifier: Apache-2.0
// Errors as values for everything that is not a command: files, fixtures, rules, arguments.
//
//     mmc::Result<Medium> medium = load_medium(name);
//     if (!medium) return mmc::fail("{}: {}", path, medium.error().message);
//
// The message is for a person: it names the place (file, line, key, column) and the fix.
#pragma once

#include <string>
#include <utility>

#include <fmt/format.h>
#include <tl/expected.hpp>

namespace burnrig::mmc {

struct Error {
    std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;

template <class... Args>
tl::unexpected<Error> fail(fmt::format_string<Args...> text, Args&&... args) {
    return tl::unexpected<Error>(Error{fmt::format(text, std::forward<Args>(args)...)});
}

} // namespace burnrig::mmc
