// SPDX-License-Identifier: Apache-2.0
// What tests of sheets share: a folder in which sheets and audio files are made and opened.
#pragma once

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "driver/source/open_compilation.h"
#include "tests/unit/temporary_folder.h"

namespace burnrig::driver {

inline constexpr std::size_t sector = 2352;

inline std::string all_of(Source& source) {
    std::string bytes;
    while (bytes.size() < *source.blocks() * source.block_bytes()) {
        const auto data =
            source.read({.first = static_cast<std::uint32_t>(bytes.size() / source.block_bytes()),
                         .count = 29});
        BOOST_REQUIRE_MESSAGE(data.has_value(), (data ? "" : data.error().message));
        BOOST_REQUIRE(!data->empty());
        bytes.append(reinterpret_cast<const char*>(data->data()), data->size());
    }
    BOOST_REQUIRE(source.intact().has_value());
    return bytes;
}

inline std::string swapped(std::string bytes) {
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2)
        std::swap(bytes[i], bytes[i + 1]);
    return bytes;
}

inline std::string number(std::uint32_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i)
        text += static_cast<char>(value >> 8 * i);
    return text;
}

inline std::string wave(const std::string& samples, std::uint32_t rate = 44100,
                        std::uint32_t bits = 16, std::uint32_t channels = 2,
                        const std::string& before = "") {
    const std::uint32_t block = channels * bits / 8;
    const std::string format = number(1, 2) + number(channels, 2) + number(rate, 4) +
                               number(rate * block, 4) + number(block, 2) + number(bits, 2);
    const std::string chunks = "WAVE" + before + "fmt " + number(16, 4) + format + "data" +
                               number(static_cast<std::uint32_t>(samples.size()), 4) + samples;
    return "RIFF" + number(static_cast<std::uint32_t>(chunks.size()), 4) + chunks;
}

/// A folder in which sheets are opened.
class Desk : public TemporaryFolder {
public:
    Compilation open(std::string_view sheet, const std::string& text) const {
        const std::string path = write(sheet, text);
        auto compilation = open_compilation({&path, 1});
        BOOST_REQUIRE_MESSAGE(compilation.has_value(),
                              (compilation ? "" : compilation.error().message));
        return std::move(*compilation);
    }
    /// The message without the folder's name.
    std::string refused(std::string_view sheet, const std::string& text) const {
        const std::string path = write(sheet, text);
        const auto compilation = open_compilation({&path, 1});
        BOOST_REQUIRE_MESSAGE(!compilation.has_value(), text);
        return without_folder(compilation.error().message);
    }
    std::string without_folder(std::string message) const {
        const std::string prefix = path().string() + "/";
        for (auto at = message.find(prefix); at != std::string::npos; at = message.find(prefix))
            message.erase(at, prefix.size());
        return message;
    }
};

inline void check_message(const std::string& message, std::string_view begin) {
    BOOST_TEST(message.substr(0, begin.size()) == begin);
}

} // namespace burnrig::driver
