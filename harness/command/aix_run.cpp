// SPDX-License-Identifier: Apache-2.0
#include "harness/command/aix_run.h"

#include <algorithm>

namespace burnrig::harness {
namespace {

using emulator::nodes::AixErrorRecord;
using emulator::nodes::AixErrorTemplate;

Json codes(std::span<const std::uint16_t> values) {
    Json array = Json::array();
    for (const std::uint16_t value : values)
        array.push_back(fmt::format("{:04X}", value));
    return array;
}

std::string hexadecimal(std::span<const std::uint8_t> bytes) {
    std::string text;
    for (const std::uint8_t byte : bytes)
        text += fmt::format("{:02X}", byte);
    return text;
}

Json record_json(const AixErrorRecord& record) {
    const AixErrorTemplate& kind = *record.kind;
    const auto detail = record.detail();
    Json json;
    json["sequence"] = record.sequence;
    json["drive_seconds"] = std::chrono::duration<double>(record.time).count();
    json["resource"] = record.record.resource_name;
    json["comment"] = kind.comment;
    json["class"] = std::string(1, kind.device_class);
    json["report"] = kind.report;
    json["log"] = kind.log;
    json["alert"] = kind.alert;
    json["type"] = kind.type;
    json["description"] = fmt::format("{:04X}", kind.description);
    json["probable_causes"] = codes(kind.probable_causes);
    json["user_causes"] = codes(kind.user_causes);
    json["user_actions"] = codes(kind.user_actions);
    json["failure_causes"] = codes(kind.failure_causes);
    json["failure_actions"] = codes(kind.failure_actions);
    json["detail_data"] =
        fmt::format("{}, {}, {}", kind.detail_bytes, kind.detail_label, kind.detail_format);
    json["packet"] = hexadecimal(
        {detail.command, std::min<std::size_t>(detail.command_length, sizeof detail.command)});
    json["ata_status"] = detail.ata_status;
    json["ata_error"] = detail.ata_error;
    json["sense"] =
        hexadecimal({detail.req_sense_data,
                     std::min<std::size_t>(detail.sense_length, sizeof detail.req_sense_data)});
    json["megabytes_read"] = detail.reserved2;
    json["bytes_read"] = detail.reserved3;
    return json;
}

} // namespace

mmc::Result<emulator::nodes::AixAttributes>
read_aix_attributes(const std::vector<std::string>& words) {
    emulator::nodes::AixAttributes attributes;
    for (const std::string& word : words) {
        const auto equals = word.find('=');
        if (equals == std::string::npos ||
            !attributes.set(word.substr(0, equals), word.substr(equals + 1)))
            return mmc::fail(
                "--attribute {}: give NAME=VALUE; numbers, yes or no; the names are {}", word,
                emulator::nodes::AixAttributes::names());
    }
    return attributes;
}

Json to_json(const emulator::nodes::AixErrorLog& log) {
    Json array = Json::array();
    for (const AixErrorRecord& record : log.records())
        array.push_back(record_json(record));
    return array;
}

} // namespace burnrig::harness
