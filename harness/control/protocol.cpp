// SPDX-License-Identifier: Apache-2.0
#include "harness/control/protocol.h"

#include <algorithm>

namespace burnrig::harness::control {
namespace {

// Whatever bytes a message quotes, the line stays JSON.
std::string line_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

// A string under that key; nothing when it is absent or something else.
const std::string* text_at(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found == json.end() ? nullptr : found->get_ptr<const std::string*>();
}

} // namespace

std::string write_request(const Request& request) {
    Json json{{"do", request.action}};
    if (!request.argument.empty())
        json["argument"] = request.argument;
    if (request.drive != 1)
        json["drive"] = request.drive;
    return line_of(json);
}

mmc::Result<Request> read_request(std::string_view line) {
    const auto json = Json::parse(line, nullptr, false);
    constexpr auto form =
        R"(a request is a line such as {{"do":"inject","argument":"opc-failure"}})";
    if (!json.is_object())
        return mmc::fail("this is no JSON object: {}", fmt::format(form));
    const auto* action = text_at(json, "do");
    if (!action)
        return mmc::fail("there is no text under \"do\": {}", fmt::format(form));
    Request request{*action};
    for (const auto& [key, value] : json.items()) {
        if (key == "argument" && value.is_string())
            request.argument = value.get<std::string>();
        else if (key == "argument")
            return mmc::fail("the argument must be a text: {}", fmt::format(form));
        else if (key == "drive" && value.is_number_unsigned() && value > 0)
            request.drive = value.get<std::size_t>();
        else if (key == "drive")
            return mmc::fail("the drive must be a number from 1 on: {}", fmt::format(form));
        else if (key != "do")
            return mmc::fail("unknown key '{:.40}': {}", key, fmt::format(form));
    }
    return request;
}

Request read_words(std::string_view line) {
    constexpr std::string_view blanks = " \t\r";
    const auto trimmed = [&](std::string_view text) {
        const auto first = std::min(text.find_first_not_of(blanks), text.size());
        return text.substr(first, text.find_last_not_of(blanks) + 1 - first);
    };
    line = trimmed(line);
    const auto end = std::min(line.find_first_of(blanks), line.size());
    return {std::string(line.substr(0, end)), std::string(trimmed(line.substr(end)))};
}

std::string write_reply(const mmc::Result<Json>& reply) {
    Json json{{"ok", bool(reply)}};
    if (reply)
        json.update(*reply);
    else
        json["error"] = reply.error().message;
    return line_of(json);
}

mmc::Result<Json> read_reply(std::string_view line) {
    auto json = Json::parse(line, nullptr, false);
    const auto ok = json.is_object() ? json.find("ok") : json.end();
    if (!json.is_object() || ok == json.end() || !ok->is_boolean())
        return mmc::fail("the answer is not one of a running rig: {:.80}", line);
    if (!ok->get<bool>()) {
        const auto* error = text_at(json, "error");
        return mmc::fail("{}", error ? *error : "refused, without a reason");
    }
    json.erase("ok");
    return json;
}

} // namespace burnrig::harness::control
