// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <optional>
#include <unordered_map>

#include "harness/report/result_json.h"
#include "harness/transcript/transcript_file.h"
#include "mmc/system_error.h"

namespace burnrig::harness::transcript {
namespace {

constexpr auto version_key = "burnrig_transcript";
constexpr int version = 1;
constexpr std::uint64_t largest_transfer = 64 << 20;
constexpr double longest_seconds = 1e7; ///< more than any drive is given for a command

// One line's keys. The first mistake stays, and says which key it is about.
class Line {
public:
    explicit Line(const Json& json) : json_(json) {}

    bool has(const char* key) const { return json_.contains(key); }

    std::uint64_t number(const char* key, std::uint64_t most, std::uint64_t otherwise) {
        if (!has(key))
            return otherwise;
        const auto& value = json_[key];
        if (!value.is_number_unsigned() || value.get<std::uint64_t>() > most)
            return mistake(key, fmt::format("a whole number from 0 to {}", most)), otherwise;
        return value.get<std::uint64_t>();
    }
    std::uint64_t number(const char* key, std::uint64_t most) {
        if (!has(key))
            mistake(key, "to be there");
        return number(key, most, 0);
    }
    mmc::Duration time(const char* key) {
        if (!has(key) || !json_[key].is_number())
            return mistake(key, "a number of seconds"), mmc::Duration{};
        const auto seconds = json_[key].get<double>();
        if (!(seconds >= 0 && seconds <= longest_seconds))
            return mistake(key, "a number of seconds that a command can take"), mmc::Duration{};
        return mmc::Duration{std::llround(seconds * 1e9)};
    }
    std::string text(const char* key) {
        if (!has(key))
            return {};
        if (!json_[key].is_string())
            return mistake(key, "text"), std::string{};
        return json_[key].get<std::string>();
    }
    Bytes bytes(const char* key, std::size_t most) {
        const auto digits = text(key);
        Bytes bytes;
        for (std::size_t at = 0; at < digits.size(); at += 2) {
            at += digits[at] == ' ' ? 1 : 0;
            const int high = digit(digits, at);
            const int low = digit(digits, at + 1);
            if (high < 0 || low < 0 || bytes.size() == most)
                return mistake(key, fmt::format("at most {} bytes in hexadecimal", most)), Bytes{};
            bytes.push_back(static_cast<std::uint8_t>(high << 4 | low));
        }
        return bytes;
    }
    void mistake(const char* key, std::string expected) {
        if (!mistake_)
            mistake_ = fmt::format("\"{}\": expected {}", key, expected);
    }
    const std::optional<std::string>& mistake() const { return mistake_; }

private:
    static int digit(const std::string& digits, std::size_t at) {
        constexpr std::string_view all = "0123456789ABCDEF0123456789abcdef";
        const auto found = at < digits.size() ? all.find(digits[at]) : std::string_view::npos;
        return found == std::string_view::npos ? -1 : static_cast<int>(found % 16);
    }

    const Json& json_;
    std::optional<std::string> mistake_;
};

std::vector<std::string> words_in(const Json& json, const char* key) {
    std::vector<std::string> words;
    if (json.contains(key) && json[key].is_array())
        for (const auto& word : json[key])
            if (word.is_string())
                words.push_back(word.get<std::string>());
    return words;
}

DriveIdentity read_system(const Json& json, Line& line) {
    DriveIdentity drive;
    if (!json.contains("system") || !json["system"].is_object())
        return line.mistake("system", "what the system tells of the drive"), drive;
    Line system(json["system"]);
    drive.vendor = system.text("vendor");
    drive.product = system.text("product");
    drive.revision = system.text("revision");
    drive.serial = system.text("serial");
    drive.loading_mechanism =
        static_cast<emulator::LoadingMechanism>(system.number("loading_mechanism", 2, 1));
    const auto& profiles = json["system"].contains("profiles") ? json["system"]["profiles"] : json;
    for (const auto& profile : profiles.is_array() ? profiles : Json::array())
        if (profile.is_number_unsigned() && profile.get<std::uint64_t>() <= 0xFFFF)
            drive.profiles.push_back(profile.get<std::uint16_t>());
    if (system.mistake())
        line.mistake("system", "that in order: " + *system.mistake());
    return drive;
}

// Line by line; each says what is wrong with it.
class Reader {
public:
    using Outcome = std::optional<std::string>; ///< a mistake

    Outcome take(const std::string& text) {
        const auto json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
        if (!json.is_object())
            return "is not a line of JSON";
        if (ended_)
            return "stands behind the end";
        Line line(json);
        if (!begun_)
            begin(json, line);
        else if (line.has("data"))
            data(line);
        else if (line.has("end"))
            end(line);
        else
            exchange(line);
        return line.mistake();
    }

    bool begun() const { return begun_; }
    bool ended() const { return ended_; }
    Transcript take_result() { return std::move(transcript_); }

private:
    void begin(const Json& json, Line& line) {
        if (!line.has(version_key))
            return line.mistake(version_key, "to be there: this is no transcript");
        if (line.number(version_key, UINT32_MAX) != version)
            return line.mistake(version_key,
                                fmt::format("version {}, the only one there is", version));
        transcript_.run = {line.number("seed", UINT64_MAX, 0), line.text("drive"),
                           line.text("medium"), line.text("replay")};
        transcript_.program = words_in(json, "program");
        transcript_.redacted = json.value("redacted", Json(false)) == true;
        transcript_.drive = read_system(json, line);
        for (const auto& [key, value] : {std::pair{"node", &transcript_.node},
                                         {"generic", &transcript_.generic},
                                         {"host", &transcript_.host}})
            if (line.has(key))
                *value = line.text(key);
        begun_ = true;
    }

    void data(Line& line) {
        Bytes bytes;
        if (line.has("fill")) {
            const auto fill = line.bytes("fill", 1);
            bytes.assign(line.number("length", largest_transfer), fill.empty() ? 0 : fill[0]);
        } else {
            bytes = line.bytes("bytes", largest_transfer);
        }
        const auto digest = line.text("data");
        if (!line.mistake() && digest_of(bytes) != digest)
            return line.mistake("data", "the digest of these bytes, " + digest_of(bytes));
        data_[digest] = std::make_shared<const Bytes>(std::move(bytes));
    }

    void end(Line& line) {
        ended_ = true;
        transcript_.exit_code = static_cast<int>(line.number("exit", 255));
        if (line.number("commands", UINT64_MAX) != transcript_.exchanges.size())
            line.mistake("commands", fmt::format("{}, as many as there are before it",
                                                 transcript_.exchanges.size()));
    }

    void read_sent(Line& line, Exchange& exchange) {
        exchange.out = static_cast<std::uint32_t>(line.number("out", largest_transfer, 0));
        exchange.out_digest = line.text("digest");
        exchange.parameters = line.bytes("parameters", kept_parameters);
        const bool fits = exchange.parameters.empty() || exchange.parameters.size() == exchange.out;
        if (!fits)
            line.mistake("parameters", fmt::format("{} bytes, as \"out\" says", exchange.out));
        if ((exchange.out > 0) == exchange.out_digest.empty())
            line.mistake("digest", "it where there is \"out\", and only there");
    }

    void read_reply(Line& line, Exchange& exchange) {
        exchange.in = static_cast<std::uint32_t>(line.number("in", largest_transfer, 0));
        if (line.has("reply_data")) {
            const auto found = data_.find(line.text("reply_data"));
            if (found == data_.end())
                return line.mistake("reply_data", "the digest of data that stand above");
            exchange.reply = found->second;
        } else if (line.has("reply")) {
            exchange.reply = std::make_shared<const Bytes>(line.bytes("reply", largest_transfer));
        }
        if (exchange.reply && exchange.reply->size() > exchange.in)
            line.mistake("in", "room for the reply");
    }

    void read_completion(Line& line, Exchange& exchange) {
        auto& completion = exchange.completion;
        completion.status = static_cast<mmc::Status>(line.number("status", 0xFF));
        completion.host = static_cast<mmc::HostStatus>(line.number("host", 0xFFFF, 0));
        if (const auto name = line.text("errno"); !name.empty()) {
            completion.system_error = mmc::system_error_of(name).value_or(0);
            if (completion.system_error == 0)
                line.mistake("errno", "a name such as EIO");
        }
        const auto sense = line.bytes("sense", mmc::SenseBytes::capacity);
        std::copy(sense.begin(), sense.end(), completion.sense.bytes.begin());
        completion.sense.length = static_cast<std::uint8_t>(sense.size());
        completion.duration = line.time("took");
        const auto moved = exchange.in > 0 ? line.number("got", largest_transfer, 0)
                                           : line.number("went", largest_transfer, exchange.out);
        completion.transferred = static_cast<std::uint32_t>(moved);
    }

    void exchange(Line& line) {
        Exchange exchange;
        exchange.number = line.number("n", UINT64_MAX);
        exchange.at = line.time("at");
        exchange.cdb = line.bytes("cdb", 16);
        read_sent(line, exchange);
        read_reply(line, exchange);
        read_completion(line, exchange);
        if (exchange.cdb.empty())
            line.mistake("cdb", "1 to 16 bytes");
        if (exchange.number != transcript_.exchanges.size() + 1)
            line.mistake("n", fmt::format("{}, the next number", transcript_.exchanges.size() + 1));
        transcript_.exchanges.push_back(std::move(exchange));
    }

    Transcript transcript_;
    std::unordered_map<std::string, SharedBytes> data_;
    bool begun_ = false;
    bool ended_ = false;
};

} // namespace

mmc::Result<Transcript> read_transcript(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return mmc::fail("{}: cannot be read: {}", path, std::strerror(errno));
    Reader reader;
    std::size_t number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        if (const auto mistake = reader.take(line))
            return mmc::fail("{}:{}: {}", path, number, *mistake);
    }
    if (!reader.ended())
        return mmc::fail("{}:{}: the file is cut off: a transcript ends with {{\"end\":true,...}}; "
                         "record again",
                         path, number + 1);
    return reader.take_result();
}

bool is_transcript(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string begin(64, '\0');
    file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
    return begin.find(fmt::format("\"{}\"", version_key)) != std::string::npos;
}

} // namespace burnrig::harness::transcript
