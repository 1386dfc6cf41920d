// SPDX-License-Identifier: Apache-2.0
// Reads one mapping of a YAML file strictly: every key that is asked for must be there, every key
// that is there must be asked for, every value must be of its type and in its range. The first
// mistake is kept and reported with file, line and key; what is asked after it does nothing.
//
//     YamlFields fields(root, "fixtures/media/cd-r-80.yaml");
//     fields.text("summary", medium.summary, 80);
//     fields.number("calibration_slots", medium.calibration_slots, 0, 1000);
//     if (auto read = fields.finish(); !read) ...
//     // fixtures/media/cd-r-80.yaml:3: unknown key "sumary"; did you mean "summary"?
//
// One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "mmc/clock.h"
#include "mmc/msf.h"
#include "mmc/result.h"

namespace burnrig::emulator {

/// Reads a file of at most 1 MiB and hands its one YAML document to `read`.
mmc::Result<void> read_yaml_file(const std::string& file,
                                 const std::function<mmc::Result<void>(const YAML::Node&)>& read);

class YamlFields {
public:
    YamlFields(const YAML::Node& mapping, std::string file);

    /// Whether an optional key is there; asks for it no further.
    bool has(std::string_view key);

    void text(std::string_view key, std::string& value, std::size_t length_max);
    void texts(std::string_view key, std::vector<std::string>& values, std::size_t length_max);
    void boolean(std::string_view key, bool& value);
    /// "97:26:66", at least `low` and at most `high`.
    void msf(std::string_view key, mmc::Msf& value, mmc::Msf low, mmc::Msf high);
    /// A whole number of milliseconds, up to an hour.
    void milliseconds(std::string_view key, mmc::Duration& value);

    /// Decimal or 0x hexadecimal.
    template <class T>
    void number(std::string_view key, T& value, std::int64_t low = 0,
                std::int64_t high = std::numeric_limits<T>::max()) {
        if (const auto number = integer(ask(key), key, low, high)) {
            value = static_cast<T>(*number);
        }
    }

    template <class T>
    void numbers(std::string_view key, std::vector<T>& values, std::int64_t low = 0,
                 std::int64_t high = std::numeric_limits<T>::max()) {
        values.clear();
        for_each(key, [&](const YAML::Node& item) {
            if (const auto number = integer(item, key, low, high)) {
                values.push_back(static_cast<T>(*number));
            }
        });
    }

    /// One word of a table of pairs {word, value}.
    template <class T, std::size_t size>
    void word(std::string_view key, T& value,
              const std::array<std::pair<std::string_view, T>, size>& words) {
        std::vector<std::string_view> known;
        known.reserve(words.size());
        for (const auto& [word, meaning] : words) {
            known.push_back(word);
        }
        if (const auto index = one_of(key, known)) {
            value = words[*index].second;
        }
    }

    /// A list of words; each value is the place of its word in the table.
    template <class Enum, std::size_t size>
    void words(std::string_view key, std::vector<Enum>& values,
               const std::array<std::string_view, size>& known) {
        values.clear();
        for_each(key, [&](const YAML::Node& item) {
            if (const auto index = one_of(item, key, known)) {
                values.push_back(static_cast<Enum>(*index));
            }
        });
    }

    /// A mapping inside this one.
    void mapping(std::string_view key, const std::function<void(YamlFields&)>& read);
    /// A list of mappings.
    void mappings(std::string_view key, const std::function<void(YamlFields&)>& read);

    /// The value as it stands in the file, where it can be of several types; nullptr when the key
    /// is missing or a mistake was found before.
    const YAML::Node* value(std::string_view key) { return ask(key); }
    /// Reads a mapping that is part of such a value.
    void mapping_at(const YAML::Node& node, const std::function<void(YamlFields&)>& read) {
        nested(node, read);
    }

    /// Reports a mistake that only the caller can see, at the key's line.
    void reject(std::string_view key, const std::string& reason);
    /// The same, at the line of a value that value() gave; the message stands for itself.
    void reject(const YAML::Node& node, const std::string& message) { mistake(node, message); }

    /// The first mistake of all that was asked, or of a key that nobody asked for.
    mmc::Result<void> finish();

private:
    const YAML::Node* ask(std::string_view key);
    std::optional<std::int64_t> integer(const YAML::Node* node, std::string_view key,
                                        std::int64_t low, std::int64_t high);
    std::optional<std::int64_t> integer(const YAML::Node& node, std::string_view key,
                                        std::int64_t low, std::int64_t high) {
        return integer(&node, key, low, high);
    }
    std::optional<std::size_t> one_of(std::string_view key,
                                      std::span<const std::string_view> known);
    std::optional<std::size_t> one_of(const YAML::Node& node, std::string_view key,
                                      std::span<const std::string_view> known);
    void for_each(std::string_view key, const std::function<void(const YAML::Node&)>& item);
    void nested(const YAML::Node& node, const std::function<void(YamlFields&)>& read);
    void mistake(const YAML::Node& node, const std::string& message);

    std::string file_;
    YAML::Node mapping_;
    std::map<std::string, YAML::Node, std::less<>> values_;
    std::vector<std::string> asked_;
    std::optional<std::string> missing_;
    std::optional<mmc::Error> mistake_;
};

} // namespace burnrig::emulator
