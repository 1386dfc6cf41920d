// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "emulator/faults/told_value.h"
#include "harness/diff/disagreement.h"
#include "harness/results/finding.h"
#include "mmc/bytes.h"
#include "mmc/opcode.h"

namespace burnrig::harness::diff {
namespace {

using Reply = std::span<const std::uint8_t>;

bool is(std::span<const std::uint8_t> cdb, mmc::Opcode opcode) {
    return !cdb.empty() && cdb[0] == static_cast<std::uint8_t>(opcode);
}

Reply part(Reply reply, std::size_t from, std::size_t length) {
    return from >= reply.size() ? Reply{}
                                : reply.subspan(from, std::min(length, reply.size() - from));
}

// Each feature by its code: version byte and what it says.
void add_features(Reply reply, std::vector<Part>& parts) {
    constexpr std::size_t header = 8;
    for (std::size_t at = header; at + 4 <= reply.size(); at += 4U + reply[at + 3])
        parts.push_back({fmt::format("feature {:04X}h", mmc::get16(&reply[at])),
                         hex(part(reply, at + 2, 2U + reply[at + 3]), 64)});
}

void add_pages(Reply reply, std::size_t header, std::vector<Part>& parts) {
    const std::size_t descriptors = header == 4 ? reply[3] : mmc::get16(&reply[6]);
    for (auto at = header + descriptors; at + 2 <= reply.size(); at += 2U + reply[at + 1])
        parts.push_back({fmt::format("mode page {:02X}h", reply[at] & 0x3F),
                         hex(part(reply, at, 2U + reply[at + 1]), 64)});
}

// Fields with a name, and the bytes that belong to none.
void add_fields(std::span<const std::uint8_t> cdb, Reply reply, std::vector<Part>& parts) {
    std::vector<bool> named(reply.size());
    for (const auto& field : emulator::faults::reply_fields()) {
        const auto value = emulator::faults::told_value(field, cdb, reply);
        if (!value || field.mode_page >= 0)
            continue;
        parts.push_back({std::string(field.name), *value});
        if (field.text() || field.bits == 8 * field.bytes)
            std::fill_n(named.begin() + field.offset, field.bytes, true);
    }
    constexpr std::size_t together = 4;
    for (std::size_t at = 0; at < reply.size(); at += together) {
        const auto end = std::min(at + together, reply.size());
        if (std::all_of(named.begin() + at, named.begin() + end, [](bool has) { return has; }))
            continue;
        parts.push_back({fmt::format("bytes {}..{}", at, end - 1), hex(part(reply, at, end - at))});
    }
}

// A reply may say the same thing twice, though it should not.
void number_repeated_names(std::vector<Part>& parts) {
    std::map<std::string, int> seen;
    for (auto& part : parts)
        if (const int times = ++seen[part.name]; times > 1)
            part.name += fmt::format(" ({})", times);
}

} // namespace

std::vector<Part> parts_of(std::span<const std::uint8_t> cdb, std::span<const std::uint8_t> reply) {
    std::vector<Part> parts;
    if (reply.empty() || cdb.empty())
        return parts;
    parts.push_back({"length of the reply", fmt::format("{}", reply.size())});
    if (mmc::in_group(cdb[0], mmc::Group::read))
        parts.push_back({"data", transcript::digest_of(reply)});
    else if (is(cdb, mmc::Opcode::get_configuration) && reply.size() >= 8)
        add_features(reply, parts);
    else if (is(cdb, mmc::Opcode::mode_sense_10) && reply.size() >= 8)
        add_pages(reply, 8, parts);
    else if (is(cdb, mmc::Opcode::mode_sense_6) && reply.size() >= 4)
        add_pages(reply, 4, parts);
    else
        add_fields(cdb, reply, parts);
    if (is(cdb, mmc::Opcode::get_configuration) && reply.size() >= 8)
        parts.push_back({"profile", fmt::format("{:04X}h", mmc::get16(&reply[6]))});
    number_repeated_names(parts);
    return parts;
}

} // namespace burnrig::harness::diff
