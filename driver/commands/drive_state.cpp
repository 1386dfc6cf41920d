// SPDX-License-Identifier: Apache-2.0
#include "driver/commands/drive_state.h"

#include <algorithm>

#include <fmt/format.h>

#include "driver/commands/mode_page.h"
#include "driver/timeouts.h"
#include "mmc/bytes.h"

namespace burnrig::driver {
namespace {

/// Characters as a person may see them: trailing blanks removed, what is not printable as '?'.
std::string text_field(const std::uint8_t* at, std::size_t length) {
    std::string text;
    for (std::size_t i = 0; i < length && at[i] != 0; ++i)
        text += at[i] >= 0x20 && at[i] < 0x7F ? static_cast<char>(at[i]) : '?';
    while (text.ends_with(' '))
        text.pop_back();
    return text;
}

constexpr std::uint16_t profile_list_feature = 0x0000;
constexpr std::uint16_t cd_mastering_feature = 0x002E;

/// A flag of WriteFeatures is set when the feature is current and has the bit. Without a bit it is
/// enough that the feature is current.
struct FeatureBit {
    std::uint16_t feature;
    std::uint8_t byte; // of the descriptor, whose head has 4
    std::uint8_t mask;
    bool WriteFeatures::*flag;
};

// Source: MMC-6, 5.3.
constexpr std::array feature_bits{
    FeatureBit{0x0021, 0, 0x00, &WriteFeatures::incremental},
    FeatureBit{0x0023, 4, 0x08, &WriteFeatures::format_without_spares},
    FeatureBit{0x0023, 8, 0x01, &WriteFeatures::random_recording},
    FeatureBit{0x002D, 0, 0x00, &WriteFeatures::tao},
    FeatureBit{0x002D, 4, 0x40, &WriteFeatures::tao_underrun_free},
    FeatureBit{0x002D, 4, 0x04, &WriteFeatures::tao_test_write},
    FeatureBit{0x002E, 4, 0x20, &WriteFeatures::sao},
    FeatureBit{0x002E, 4, 0x08, &WriteFeatures::raw},
    FeatureBit{0x002E, 4, 0x10, &WriteFeatures::raw_multi_session},
    FeatureBit{0x002E, 4, 0x01, &WriteFeatures::sao_subchannel},
    FeatureBit{0x002E, 4, 0x40, &WriteFeatures::sao_underrun_free},
    FeatureBit{0x002E, 4, 0x04, &WriteFeatures::sao_test_write},
    FeatureBit{0x002F, 0, 0x00, &WriteFeatures::dvd_minus},
    FeatureBit{0x002F, 4, 0x40, &WriteFeatures::dvd_minus_underrun_free},
    FeatureBit{0x002F, 4, 0x04, &WriteFeatures::dvd_minus_test_write},
    FeatureBit{0x0038, 0, 0x00, &WriteFeatures::pseudo_overwrite},
    FeatureBit{0x0107, 4, 0x01, &WriteFeatures::stream_writing},
    FeatureBit{0x0107, 4, 0x02, &WriteFeatures::lists_write_speeds},
};

/// Takes over one feature descriptor, head and all.
void take_feature(Configuration& configuration, std::span<const std::uint8_t> descriptor) {
    const std::uint16_t code = mmc::get16(descriptor.data());
    const bool current = (descriptor[2] & 0x01) != 0;
    configuration.features.push_back(code);
    if (code == profile_list_feature)
        for (std::size_t at = 4; at + 4 <= descriptor.size(); at += 4)
            configuration.profiles.push_back(mmc::get16(&descriptor[at]));
    if (!current)
        return;
    for (const FeatureBit& bit : feature_bits)
        if (bit.feature == code && bit.byte < descriptor.size() &&
            (bit.mask == 0 || (descriptor[bit.byte] & bit.mask) != 0))
            configuration.write.*bit.flag = true;
    if (code == cd_mastering_feature && descriptor.size() >= 8)
        configuration.write.max_cue_sheet_bytes = mmc::get24(&descriptor[5]);
}

} // namespace

Reply<Inquiry> inquiry(Channel& channel) {
    constexpr std::uint32_t bytes_needed = 36;
    std::array<std::uint8_t, 96> reply{};
    Request request{.cdb = make_cdb(mmc::Opcode::inquiry), .limit = limits::status};
    request.cdb.bytes[4] = reply.size();
    const auto transferred = channel.fetch(request, reply);
    if (!transferred)
        return tl::unexpected(transferred.error());
    if (*transferred < bytes_needed)
        return tl::unexpected(
            bad_reply(request, *transferred,
                      fmt::format("{} bytes of identification, 36 are required", *transferred)));
    Inquiry drive;
    drive.device_type = reply[0] & 0x1F;
    drive.removable = (reply[1] & 0x80) != 0;
    drive.version = reply[2];
    drive.response_format = reply[3] & 0x0F;
    drive.vendor = text_field(&reply[8], 8);
    drive.product = text_field(&reply[16], 16);
    drive.revision = text_field(&reply[32], 4);
    return drive;
}

Reply<void> test_unit_ready(Channel& channel) {
    const auto done =
        channel.run({.cdb = make_cdb(mmc::Opcode::test_unit_ready), .limit = limits::status});
    if (!done)
        return tl::unexpected(done.error());
    return {};
}

Reply<std::optional<mmc::Sense>> request_sense(Channel& channel) {
    std::array<std::uint8_t, 18> reply{};
    Request request{.cdb = make_cdb(mmc::Opcode::request_sense), .limit = limits::status};
    request.cdb.bytes[4] = reply.size();
    const auto transferred = channel.fetch(request, reply);
    if (!transferred)
        return tl::unexpected(transferred.error());
    return mmc::decode_sense(std::span(reply).first(*transferred));
}

Reply<Configuration> get_configuration(Channel& channel) {
    constexpr std::uint32_t header_bytes = 8;
    std::array<std::uint8_t, 4096> reply{};
    Request request{.cdb = make_cdb(mmc::Opcode::get_configuration), .limit = limits::status};
    mmc::put16(&request.cdb.bytes[7], reply.size());
    const auto transferred = channel.fetch(request, reply);
    if (!transferred)
        return tl::unexpected(transferred.error());
    if (*transferred < header_bytes)
        return tl::unexpected(bad_reply(
            request, *transferred,
            fmt::format("{} bytes of configuration, the head alone has 8", *transferred)));
    Configuration configuration;
    configuration.current_profile = mmc::get16(&reply[6]);
    const std::uint64_t announced = std::uint64_t{mmc::get32(&reply[0])} + 4;
    const std::size_t length = std::min<std::uint64_t>(*transferred, announced);
    std::size_t at = header_bytes;
    while (at + 4 <= length) {
        const std::size_t end = at + 4 + reply[at + 3];
        if (end > length)
            break; // cut off; what came before it stands
        take_feature(configuration, std::span(reply).subspan(at, end - at));
        at = end;
    }
    return configuration;
}

Reply<Capabilities> mode_sense_capabilities(Channel& channel) {
    std::array<std::uint8_t, 512> reply{};
    const auto bytes = mode_sense_page(channel, {.page_code = 0x2A, .bytes_needed = 22}, reply);
    if (!bytes)
        return tl::unexpected(bytes.error());
    const std::uint8_t* page = bytes->data();
    const std::size_t page_length = bytes->size();
    Capabilities can;
    can.reads_cd_r = (page[2] & 0x01) != 0;
    can.writes_cd_r = (page[3] & 0x01) != 0;
    can.writes_cd_rw = (page[3] & 0x02) != 0;
    can.test_write = (page[3] & 0x04) != 0;
    can.buffer_underrun_free = (page[4] & 0x80) != 0;
    can.multi_session = (page[4] & 0x40) != 0;
    can.tray_locked = (page[6] & 0x02) != 0;
    can.buffer_kib = mmc::get16(page + 12);
    can.max_write_kb = mmc::get16(page + 18);
    can.current_write_kb = mmc::get16(page + (page_length >= 30 ? 28 : 20));
    if (page_length >= 32)
        for (std::uint32_t i = 0, count = mmc::get16(page + 30);
             i < count && 32 + 4 * (i + 1) <= page_length; ++i)
            can.write_speeds_kb.push_back(mmc::get16(page + 32 + 4 * i + 2));
    return can;
}

Reply<std::optional<MediaStatus>> get_event_status(Channel& channel) {
    constexpr std::uint8_t media_class = 4;
    std::array<std::uint8_t, 8> reply{};
    Request request{.cdb = make_cdb(mmc::Opcode::get_event_status_notification),
                    .limit = limits::status};
    request.cdb.bytes[1] = 0x01; // polled
    request.cdb.bytes[4] = 1U << media_class;
    mmc::put16(&request.cdb.bytes[7], reply.size());
    const auto transferred = channel.fetch(request, reply);
    if (!transferred)
        return tl::unexpected(transferred.error());
    const bool has_event =
        *transferred >= reply.size() && (reply[2] & 0x80) == 0 && (reply[2] & 0x07) == media_class;
    if (!has_event)
        return std::nullopt;
    return MediaStatus{.event = static_cast<MediaEvent>(reply[4] & 0x0F),
                       .medium_present = (reply[5] & 0x02) != 0,
                       .tray_open = (reply[5] & 0x01) != 0};
}

} // namespace burnrig::driver
