// SPDX-License-Identifier: Apache-2.0
#include "emulator/yaml_fields.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>

#include "mmc/nearest.h"

namespace burnrig::emulator {

namespace {

std::string at(const std::string& file, const YAML::Mark& mark) {
    return fmt::format("{}:{}", file, mark.line + 1);
}

// What a value that is not as expected looks like in a message.
std::string shown(const YAML::Node& node) {
    switch (node.Type()) {
    case YAML::NodeType::Scalar:
        return fmt::format("\"{}\"", node.Scalar());
    case YAML::NodeType::Sequence:
        return "a list";
    case YAML::NodeType::Map:
        return "a mapping";
    default:
        return "nothing";
    }
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
    const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    if (hexadecimal) {
        text.remove_prefix(2);
    }
    std::int64_t value = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), value, hexadecimal ? 16 : 10);
    if (error != std::errc() || end != text.data() + text.size() ||
        (hexadecimal && text.front() == '-')) {
        return std::nullopt;
    }
    return value;
}

std::optional<mmc::Msf> parse_msf(std::string_view text) {
    if (text.size() != 8 || text[2] != ':' || text[5] != ':') {
        return std::nullopt;
    }
    std::array<std::uint8_t, 3> part{};
    for (std::size_t index = 0; index < part.size(); ++index) {
        const std::string_view digits = text.substr(index * 3, 2);
        const auto [end, error] = std::from_chars(digits.begin(), digits.end(), part[index]);
        if (error != std::errc() || end != digits.end()) {
            return std::nullopt;
        }
    }
    const mmc::Msf msf{part[0], part[1], part[2]};
    return msf.valid() ? std::optional(msf) : std::nullopt;
}

std::string to_text(mmc::Msf msf) {
    return fmt::format("{:02}:{:02}:{:02}", msf.minute, msf.second, msf.frame);
}

} // namespace

mmc::Result<void> read_yaml_file(const std::string& file,
                                 const std::function<mmc::Result<void>(const YAML::Node&)>& read) {
    constexpr std::size_t size_max = 1 << 20;
    std::ifstream in(file, std::ios::binary);
    std::string text(size_max + 1, '\0');
    if (!in) {
        return mmc::fail("{}: {}", file, std::strerror(errno));
    }
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad()) {
        return mmc::fail("{}: cannot be read: {}", file, std::strerror(errno));
    }
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > size_max) {
        return mmc::fail("{}: larger than {} bytes, this is no file of ours", file, size_max);
    }
    try {
        return read(YAML::Load(text));
    } catch (const YAML::Exception& error) {
        return mmc::fail("{}: {}", at(file, error.mark), error.msg);
    }
}

YamlFields::YamlFields(const YAML::Node& mapping, std::string file)
    : file_(std::move(file)), mapping_(mapping) {
    if (!mapping.IsMap()) {
        mistake(mapping, fmt::format("expected keys and values, found {}", shown(mapping)));
        return;
    }
    for (const auto& pair : mapping) {
        if (!pair.first.IsScalar()) {
            mistake(pair.first, fmt::format("a key must be a word, not {}", shown(pair.first)));
            return;
        }
        if (!values_.emplace(pair.first.Scalar(), pair.second).second) {
            mistake(pair.first, fmt::format("key \"{}\" stands twice", pair.first.Scalar()));
            return;
        }
    }
}

bool YamlFields::has(std::string_view key) {
    if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) {
        asked_.emplace_back(key);
    }
    return values_.find(key) != values_.end();
}

const YAML::Node* YamlFields::ask(std::string_view key) {
    if (!has(key)) {
        if (!missing_) {
            missing_ = key;
        }
        return nullptr;
    }
    return mistake_ ? nullptr : &values_.find(key)->second;
}

void YamlFields::mistake(const YAML::Node& node, const std::string& message) {
    if (!mistake_) {
        mistake_ = mmc::Error{fmt::format("{}: {}", at(file_, node.Mark()), message)};
    }
}

void YamlFields::reject(std::string_view key, const std::string& reason) {
    const auto found = values_.find(key);
    mistake(found == values_.end() ? mapping_ : found->second,
            fmt::format("key \"{}\" {}", key, reason));
}

void YamlFields::text(std::string_view key, std::string& value, std::size_t length_max) {
    const YAML::Node* node = ask(key);
    if (node == nullptr) {
        return;
    }
    if (!node->IsScalar() || node->Scalar().size() > length_max) {
        reject(key, fmt::format("must be a text of at most {} characters, not {}", length_max,
                                shown(*node)));
        return;
    }
    value = node->Scalar();
}

void YamlFields::texts(std::string_view key, std::vector<std::string>& values,
                       std::size_t length_max) {
    values.clear();
    for_each(key, [&](const YAML::Node& item) {
        if (item.IsScalar() && item.Scalar().size() <= length_max) {
            values.push_back(item.Scalar());
            return;
        }
        mistake(item, fmt::format("key \"{}\" must have texts of at most {} characters, not {}",
                                  key, length_max, shown(item)));
    });
}

void YamlFields::boolean(std::string_view key, bool& value) {
    const YAML::Node* node = ask(key);
    if (node == nullptr) {
        return;
    }
    if (!node->IsScalar() || (node->Scalar() != "true" && node->Scalar() != "false")) {
        reject(key, fmt::format("must be true or false, not {}", shown(*node)));
        return;
    }
    value = node->Scalar() == "true";
}

void YamlFields::msf(std::string_view key, mmc::Msf& value, mmc::Msf low, mmc::Msf high) {
    const YAML::Node* node = ask(key);
    if (node == nullptr) {
        return;
    }
    const auto parsed = node->IsScalar() ? parse_msf(node->Scalar()) : std::nullopt;
    if (!parsed || *parsed < low || *parsed > high) {
        reject(key, fmt::format("must be a time from \"{}\" to \"{}\", not {}", to_text(low),
                                to_text(high), shown(*node)));
        return;
    }
    value = *parsed;
}

void YamlFields::milliseconds(std::string_view key, mmc::Duration& value) {
    constexpr std::int64_t hour = 3'600'000;
    std::int64_t count = value.count() / 1'000'000;
    number(key, count, 0, hour);
    value = std::chrono::milliseconds(count);
}

std::optional<std::int64_t> YamlFields::integer(const YAML::Node* node, std::string_view key,
                                                std::int64_t low, std::int64_t high) {
    if (node == nullptr) {
        return std::nullopt;
    }
    const auto parsed = node->IsScalar() ? parse_integer(node->Scalar()) : std::nullopt;
    if (!parsed || *parsed < low || *parsed > high) {
        mistake(*node, fmt::format("key \"{}\" must be a whole number from {} to {}, not {}", key,
                                   low, high, shown(*node)));
        return std::nullopt;
    }
    return parsed;
}

std::optional<std::size_t> YamlFields::one_of(std::string_view key,
                                              std::span<const std::string_view> known) {
    const YAML::Node* node = ask(key);
    return node == nullptr ? std::nullopt : one_of(*node, key, known);
}

std::optional<std::size_t> YamlFields::one_of(const YAML::Node& node, std::string_view key,
                                              std::span<const std::string_view> known) {
    const auto found =
        node.IsScalar() ? std::find(known.begin(), known.end(), node.Scalar()) : known.end();
    if (found == known.end()) {
        mistake(node, fmt::format("key \"{}\" must be one of {}, not {}; did you mean \"{}\"?", key,
                                  fmt::join(known, ", "), shown(node),
                                  mmc::nearest(node.IsScalar() ? node.Scalar() : "", known)));
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - known.begin());
}

void YamlFields::for_each(std::string_view key,
                          const std::function<void(const YAML::Node&)>& item) {
    const YAML::Node* node = ask(key);
    if (node == nullptr) {
        return;
    }
    if (!node->IsSequence()) {
        reject(key, fmt::format("must be a list, not {}", shown(*node)));
        return;
    }
    for (const YAML::Node& entry : *node) {
        item(entry);
    }
}

void YamlFields::nested(const YAML::Node& node, const std::function<void(YamlFields&)>& read) {
    YamlFields inner(node, file_);
    read(inner);
    if (auto finished = inner.finish(); !finished && !mistake_) {
        mistake_ = finished.error();
    }
}

void YamlFields::mapping(std::string_view key, const std::function<void(YamlFields&)>& read) {
    if (const YAML::Node* node = ask(key)) {
        nested(*node, read);
    }
}

void YamlFields::mappings(std::string_view key, const std::function<void(YamlFields&)>& read) {
    for_each(key, [&](const YAML::Node& node) { nested(node, read); });
}

mmc::Result<void> YamlFields::finish() {
    if (mistake_) {
        return tl::unexpected(*mistake_);
    }
    for (const auto& pair : mapping_) {
        const std::string& key = pair.first.Scalar();
        if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) {
            return mmc::fail("{}: unknown key \"{}\"; did you mean \"{}\"?",
                             at(file_, pair.first.Mark()), key, mmc::nearest(key, asked_));
        }
    }
    if (missing_) {
        return mmc::fail("{}: key \"{}\" is missing", at(file_, mapping_.Mark()), *missing_);
    }
    return {};
}

} // namespace burnrig::emulator
