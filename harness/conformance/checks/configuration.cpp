// SPDX-License-Identifier: Apache-2.0
// GET CONFIGURATION (MMC-5): the form of the reply, and that its ways of asking agree.
// What the features promise is in features.cpp.
#include <algorithm>

#include <fmt/format.h>

#include "harness/conformance/checks/checks.h"
#include "harness/conformance/checks/commands.h"
#include "harness/conformance/trial.h"

namespace burnrig::harness::conformance {
namespace {

enum : std::uint8_t { all = 0, current_only = 1, one = 2, reserved = 3 };
constexpr std::size_t room = 4096;
constexpr std::size_t header_bytes = 8;

// The descriptors of a reply, each with its header.
std::vector<std::span<const std::uint8_t>> descriptors(const Reply& reply) {
    std::vector<std::span<const std::uint8_t>> found;
    std::size_t at = header_bytes;
    while (at + 4 <= reply.size()) {
        const auto size = std::min<std::size_t>(4U + reply.byte(at + 3), reply.size() - at);
        found.push_back(std::span(reply.data).subspan(at, size));
        at += size;
    }
    return found;
}

std::uint16_t code_of(std::span<const std::uint8_t> descriptor) {
    return mmc::get16(descriptor.data());
}

bool is_current(std::span<const std::uint8_t> descriptor) {
    return (descriptor[2] & 1) != 0;
}

void header(Trial& trial) {
    const auto reply = trial.get(get_configuration(all, 0), room);
    if (!trial.good(reply))
        return;
    trial.at_least(reply, "length of the reply", header_bytes,
                   static_cast<std::int64_t>(reply.size()));
    trial.equal(reply, "bytes 0-3, data length", static_cast<std::int64_t>(reply.size()) - 4,
                reply.quad(0));
    trial.equal(reply, "bytes 4-5, reserved", 0, reply.word(4));
}

void well_formed(Trial& trial) {
    const auto reply = trial.get(get_configuration(all, 0), room);
    if (!trial.good(reply))
        return;
    std::int64_t before = -1;
    std::size_t covered = header_bytes;
    for (const auto descriptor : descriptors(reply)) {
        const auto code = code_of(descriptor);
        trial.expect(code > before, reply, "feature codes ascend, each once",
                     fmt::format("above {:04X}h", std::max<std::int64_t>(before, 0)),
                     fmt::format("{:04X}h", code));
        trial.equal(reply, fmt::format("feature {:04X}h: byte 2 bits 7-6, reserved", code), 0,
                    descriptor[2] >> 6);
        trial.equal(reply, fmt::format("feature {:04X}h: additional length modulo 4", code), 0,
                    descriptor[3] % 4);
        trial.equal(reply, fmt::format("feature {:04X}h: bytes of the descriptor", code),
                    descriptor[3] + 4, static_cast<std::int64_t>(descriptor.size()));
        before = code;
        covered += descriptor.size();
    }
    trial.equal(reply, "the descriptors fill the reply", static_cast<std::int64_t>(reply.size()),
                static_cast<std::int64_t>(covered));
}

void mandatory(Trial& trial) {
    const auto reply = trial.get(get_configuration(all, 0), room);
    if (!trial.good(reply))
        return;
    for (const auto code : Codes{0x0000, 0x0001, 0x0003}) {
        const auto* feature = trial.mounted().feature(code);
        if (trial.expect(feature != nullptr, reply, "a mandatory feature is listed",
                         fmt::format("{:04X}h", code), "not listed"))
            trial.expect(
                feature->current && feature->persistent, reply,
                fmt::format("feature {:04X}h", code), "persistent and current",
                fmt::format("persistent {}, current {}", feature->persistent, feature->current));
    }
    for (const auto code : Codes{0x0002, 0x0010, 0x0100, 0x0105})
        if (!trial.mounted().feature(code))
            trial.note(fmt::format("feature {:04X}h is not listed", code));
}

void persistent_is_current(Trial& trial) {
    const auto reply = trial.get(get_configuration(all, 0), room);
    for (const auto& feature : trial.mounted().features)
        if (feature.persistent)
            trial.expect(
                feature.current, reply,
                fmt::format("feature {:04X}h is persistent, so it is current", feature.code),
                "current", "not current");
}

void profile_list(Trial& trial) {
    const auto reply = trial.get(get_configuration(one, 0), room);
    if (!trial.good(reply))
        return;
    const auto profile = reply.word(6);
    bool listed = profile == 0;
    for (std::size_t at = header_bytes + 4; at + 4 <= reply.size(); at += 4) {
        const bool current = (reply.byte(at + 2) & 1) != 0;
        const auto code = reply.word(at);
        listed |= code == profile && current;
        trial.expect(profile != 0 || !current, reply, "no profile is current without a disc",
                     "CurrentP 0", fmt::format("profile {:04X}h is current", code));
        trial.equal(reply,
                    fmt::format("profile {:04X}h: byte 2 bits 7-1 and byte 3, reserved", code), 0,
                    (reply.byte(at + 2) & 0xFE) | reply.byte(at + 3));
    }
    trial.expect(listed, reply, "the current profile stands in the profile list as current",
                 fmt::format("{:04X}h with CurrentP", profile), "no such entry");
}

void only_current(Trial& trial) {
    const auto every = trial.get(get_configuration(all, 0), room);
    const auto current = trial.get(get_configuration(current_only, 0), room);
    if (!trial.good(every) || !trial.good(current))
        return;
    Bytes expected;
    for (const auto descriptor : descriptors(every))
        if (is_current(descriptor))
            expected.insert(expected.end(), descriptor.begin(), descriptor.end());
    trial.same(current, "RT 01b gives the current features of RT 00b", expected,
               current.part(header_bytes));
    trial.equal(current, "bytes 0-3, data length", static_cast<std::int64_t>(current.size()) - 4,
                current.quad(0));
}

void one_feature(Trial& trial) {
    const auto every = trial.get(get_configuration(all, 0), room);
    if (!trial.good(every))
        return;
    for (const auto descriptor : descriptors(every)) {
        const auto reply = trial.get(get_configuration(one, code_of(descriptor)), room);
        if (trial.good(reply))
            trial.same(reply, fmt::format("RT 10b of feature {:04X}h", code_of(descriptor)),
                       descriptor, reply.part(header_bytes));
    }
    for (const auto absent : Codes{0x00FE, 0x0FFF, 0xFEDC}) {
        const auto reply = trial.get(get_configuration(one, absent), room);
        if (trial.mounted().feature(absent) || !trial.good(reply))
            continue;
        trial.equal(reply, "RT 10b of a feature the drive has not: the header alone", header_bytes,
                    static_cast<std::int64_t>(reply.size()));
        trial.equal(reply, "bytes 0-3, data length", 4, reply.quad(0));
    }
}

void starting_feature(Trial& trial) {
    const auto every = trial.get(get_configuration(all, 0), room);
    if (!trial.good(every))
        return;
    for (const auto start : Codes{0x0001, 0x0011, 0x0100, 0x0108, 0xFFFF}) {
        const auto reply = trial.get(get_configuration(all, start), room);
        Bytes expected;
        for (const auto descriptor : descriptors(every))
            if (code_of(descriptor) >= start)
                expected.insert(expected.end(), descriptor.begin(), descriptor.end());
        if (trial.good(reply))
            trial.same(reply, fmt::format("features from {:04X}h on", start), expected,
                       reply.part(header_bytes));
    }
}

void reserved_request_type(Trial& trial) {
    trial.refused(trial.get(get_configuration(reserved, 0), room), {"5/24/00"},
                  "RT 11b is reserved");
}

} // namespace

std::vector<Check> configuration_checks() {
    constexpr auto name = "GET CONFIGURATION";
    constexpr auto command = "MMC-5";
    return {
        {"get-configuration/header", name, command, {}, header},
        {"get-configuration/well-formed", name, "MMC-5", {}, well_formed},
        {"get-configuration/mandatory-features", name, "MMC-5", {}, mandatory},
        {"get-configuration/persistent", name, "MMC-5", {}, persistent_is_current},
        {"get-configuration/profile-list", name, "MMC-5 5.3.1", {}, profile_list},
        {"get-configuration/current-features", name, command, {}, only_current},
        {"get-configuration/one-feature", name, command, {}, one_feature},
        {"get-configuration/starting-feature", name, command, {}, starting_feature},
        {"get-configuration/reserved-type", name, command, {}, reserved_request_type},
    };
}

} // namespace burnrig::harness::conformance
