// SPDX-License-Identifier: Apache-2.0
#include "harness/profile/identify.h"

#include <algorithm>

#include "mmc/bytes.h"

namespace burnrig::harness::profile {
namespace {

constexpr std::size_t configuration_header_bytes = 8; // of GET CONFIGURATION
constexpr std::uint16_t profile_list = 0x0000;
constexpr std::uint16_t core = 0x0001;
constexpr std::uint16_t removable_medium = 0x0003;
constexpr std::uint16_t serial_number = 0x0108;

std::span<const std::uint8_t> part(const Bytes& bytes, std::size_t from, std::size_t length) {
    const std::span<const std::uint8_t> all(bytes);
    return from >= all.size() ? all.first(0)
                              : all.subspan(from, std::min(length, all.size() - from));
}

std::uint8_t byte_at(const Bytes& bytes, std::size_t at) {
    return at < bytes.size() ? bytes[at] : std::uint8_t{0};
}

void read_inquiry(Asker& asker, emulator::DriveModel& model) {
    constexpr std::uint8_t room = 96;
    const auto reply = asker.ask({0x12, 0, 0, 0, room, 0}, room);
    model.inquiry_version = byte_at(reply, 2);
    model.inquiry_format = byte_at(reply, 3);
    model.inquiry_additional = byte_at(reply, 4);
    model.vendor = plain_text(part(reply, 8, 8));
    model.product = plain_text(part(reply, 16, 16));
    model.revision = plain_text(part(reply, 32, 4));
    model.vendor_specific = plain_text(part(reply, 36, 20));
}

void read_features(Asker& asker, Identity& identity) {
    constexpr std::uint16_t room = 8192; // features of a drive take some hundred bytes
    const auto reply = asker.ask({0x46, 0, 0, 0, 0, 0, 0, room >> 8, room & 0xFF, 0}, room);
    if (reply.size() < configuration_header_bytes)
        return;
    identity.current_profile = mmc::get16(&reply[6]);
    for (std::size_t at = configuration_header_bytes; at + 4 <= reply.size();
         at += 4U + reply[at + 3]) {
        const auto body = part(reply, at + 4, reply[at + 3]);
        identity.features.emplace(mmc::get16(&reply[at]), Bytes(body.begin(), body.end()));
    }
}

void use_features(const Features& features, emulator::DriveModel& model) {
    const auto body = [&features](std::uint16_t code) {
        const auto found = features.find(code);
        return found == features.end() ? Bytes{} : found->second;
    };
    const auto profiles = body(profile_list);
    for (std::size_t at = 0; at + 4 <= profiles.size(); at += 4)
        model.profiles.push_back(mmc::get16(&profiles[at]));
    if (const auto interface = body(core); interface.size() >= 4)
        model.interface_standard = mmc::get32(interface.data());
    if (const auto tray = body(removable_medium); !tray.empty())
        model.loading_mechanism =
            static_cast<emulator::LoadingMechanism>(std::min(tray[0] >> 5, 2));
    model.serial = plain_text(body(serial_number));
}

} // namespace

std::string plain_text(std::span<const std::uint8_t> bytes) {
    std::string text;
    for (const auto byte : bytes)
        text += byte >= ' ' && byte <= '~' ? static_cast<char>(byte) : ' ';
    const auto first = text.find_first_not_of(' ');
    return first == std::string::npos ? std::string{}
                                      : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

Identity identify(mmc::Target& target) {
    Asker asker(target);
    Identity identity;
    read_inquiry(asker, identity.model);
    read_features(asker, identity);
    use_features(identity.features, identity.model);
    return identity;
}

} // namespace burnrig::harness::profile
