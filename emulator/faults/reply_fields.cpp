// SPDX-License-Identifier: Apache-2.0
#include "emulator/faults/reply_fields.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "emulator/faults/told_value.h"
#include "mmc/bytes.h"
#include "mmc/nearest.h"

namespace burnrig::emulator::faults {
namespace {

using mmc::Opcode;

constexpr std::int16_t any_reply = -1;
constexpr std::int16_t page_2a = 0x2A;

// clang-format off
constexpr std::array table{
    //         name                 command                          offset bytes bits shift page
    ReplyField{"background-format", Opcode::read_disc_information,        7, 1,  2, 0, any_reply, "none suspended running complete", "what the format in the background is at"},
    ReplyField{"block-length",      Opcode::read_capacity,                4, 4, 32, 0, any_reply, "", "bytes of a block"},
    ReplyField{"buffer-free",       Opcode::read_buffer_capacity,         8, 4, 32, 0, any_reply, "", "free bytes of the write buffer"},
    ReplyField{"buffer-size",       Opcode::read_buffer_capacity,         4, 4, 32, 0, any_reply, "", "bytes of the write buffer"},
    ReplyField{"capacity",          Opcode::read_capacity,                0, 4, 32, 0, any_reply, "", "address of the last block"},
    ReplyField{"damaged",           Opcode::read_track_information,       5, 1,  1, 5, any_reply, "no yes", "the track was cut off"},
    ReplyField{"data-mode",         Opcode::read_track_information,       6, 1,  4, 0, any_reply, "", "of the track: 1, 2, 15 unknown"},
    ReplyField{"disc-status",       Opcode::read_disc_information,        2, 1,  2, 0, any_reply, "blank appendable complete other", "what can be recorded on the disc"},
    ReplyField{"disc-type",         Opcode::read_disc_information,        8, 1,  8, 0, any_reply, "", "0 CD-DA or CD-ROM, 16 CD-I, 32 CD-ROM XA, 255 undefined"},
    ReplyField{"erasable",          Opcode::read_disc_information,        2, 1,  1, 4, any_reply, "no yes", "the disc can be erased"},
    ReplyField{"format-capacity",   Opcode::read_format_capacities,       4, 4, 32, 0, any_reply, "", "blocks of the current or largest format"},
    ReplyField{"format-type",       Opcode::read_format_capacities,       8, 1,  2, 0, any_reply, "reserved unformatted formatted none", "of that capacity"},
    ReplyField{"free-blocks",       Opcode::read_track_information,      16, 4, 32, 0, any_reply, "", "blocks that still can be recorded"},
    ReplyField{"last-recorded",     Opcode::read_track_information,      28, 4, 32, 0, any_reply, "", "address of the last recorded block"},
    ReplyField{"max-read-speed",    Opcode::mode_sense_10,                8, 2, 16, 0, page_2a,   "", "kB/s, capabilities page"},
    ReplyField{"max-write-speed",   Opcode::mode_sense_10,               18, 2, 16, 0, page_2a,   "", "kB/s, capabilities page"},
    ReplyField{"media-event",       Opcode::get_event_status_notification, 4, 1, 4, 0, any_reply, "none eject-request new-media removal changed format-completed format-restarted", "the next media event"},
    ReplyField{"medium-present",    Opcode::get_event_status_notification, 5, 1, 1, 1, any_reply, "no yes", "of the media event"},
    ReplyField{"nwa",               Opcode::read_track_information,      12, 4, 32, 0, any_reply, "", "next writable address"},
    ReplyField{"nwa-valid",         Opcode::read_track_information,       7, 1,  1, 0, any_reply, "no yes", "there is a next writable address"},
    ReplyField{"packet-size",       Opcode::read_track_information,      20, 4, 32, 0, any_reply, "", "blocks of a packet"},
    ReplyField{"product",           Opcode::inquiry,                     16, 16, 0, 0, any_reply, "", "of the drive, as text"},
    ReplyField{"profile",           Opcode::get_configuration,            6, 2, 16, 0, any_reply, "", "the current profile"},
    ReplyField{"progress",          Opcode::request_sense,               16, 2, 16, 0, any_reply, "", "of the running operation, in 1/65536"},
    ReplyField{"read-speed",        Opcode::mode_sense_10,               14, 2, 16, 0, page_2a,   "", "kB/s, capabilities page"},
    ReplyField{"revision",          Opcode::inquiry,                     32, 4,  0, 0, any_reply, "", "of the drive's firmware, as text"},
    ReplyField{"session-state",     Opcode::read_disc_information,        2, 1,  2, 2, any_reply, "empty incomplete damaged complete", "of the last session"},
    ReplyField{"sessions",          Opcode::read_disc_information,        4, 1,  8, 0, any_reply, "", "on the disc, the empty one included"},
    ReplyField{"track-blank",       Opcode::read_track_information,       6, 1,  1, 6, any_reply, "no yes", "nothing is recorded in the track"},
    ReplyField{"track-mode",        Opcode::read_track_information,       5, 1,  4, 0, any_reply, "", "the CONTROL nibble"},
    ReplyField{"track-size",        Opcode::read_track_information,      24, 4, 32, 0, any_reply, "", "blocks of the track"},
    ReplyField{"track-start",       Opcode::read_track_information,       8, 4, 32, 0, any_reply, "", "address of the track's first block"},
    ReplyField{"tray",              Opcode::get_event_status_notification, 5, 1, 1, 0, any_reply, "closed open", "of the media event"},
    ReplyField{"vendor",            Opcode::inquiry,                      8, 8,  0, 0, any_reply, "", "of the drive, as text"},
    ReplyField{"write-speed",       Opcode::mode_sense_10,               28, 2, 16, 0, page_2a,   "", "kB/s, capabilities page"},
};
// clang-format on

constexpr bool well_formed() {
    for (std::size_t i = 0; i < table.size(); ++i) {
        const auto& field = table[i];
        if (i > 0 && table[i - 1].name >= field.name)
            return false;
        if (field.bits + field.shift > field.bytes * 8 || (field.bits > 0 && field.bytes > 8))
            return false;
    }
    return true;
}
static_assert(well_formed(), "fields go by name, and fit into their bytes");

// Names of the values of a field, as a list.
std::vector<std::string_view> words_of(const ReplyField& field) {
    std::vector<std::string_view> words;
    for (auto rest = field.words; !rest.empty();) {
        const auto end = std::min(rest.find(' '), rest.size());
        words.push_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return words;
}

std::uint64_t largest(const ReplyField& field) {
    return field.bits >= 64 ? UINT64_MAX : (std::uint64_t{1} << field.bits) - 1;
}

template <class Number>
std::optional<Number> number_in(std::string_view text, int base) {
    Number value{};
    const auto* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value, base);
    if (text.empty() || result.ec != std::errc{} || result.ptr != end)
        return std::nullopt;
    return value;
}

std::optional<std::uint64_t> number_of(const ReplyField& field, std::string_view text) {
    if (text.starts_with("0x"))
        return number_in<std::uint64_t>(text.substr(2), 16);
    if (const bool address = field.bits == 32; address && text.starts_with('-'))
        if (const auto value = number_in<std::int32_t>(text, 10))
            return static_cast<std::uint32_t>(*value);
    return number_in<std::uint64_t>(text, 10);
}

// The reply, or the mode page in it, from where offsets count.
template <class Byte>
std::span<Byte> counted_from(const ReplyField& field, std::span<Byte> reply) {
    constexpr std::size_t header = 8;
    if (field.mode_page < 0 || reply.size() < header)
        return field.mode_page < 0 ? reply : std::span<Byte>{};
    for (std::size_t at = header + mmc::get16(&reply[6]); at + 2 <= reply.size();
         at += 2U + reply[at + 1])
        if ((reply[at] & 0x3F) == field.mode_page)
            return reply.subspan(at);
    return {};
}

// READ DISC INFORMATION has replies of other kinds, GET EVENT STATUS NOTIFICATION other classes.
bool has_field(const ReplyField& field, std::span<const std::uint8_t> reply) {
    constexpr unsigned media_class = 4;
    if (field.opcode == Opcode::read_disc_information)
        return reply.size() > 2 && reply[2] >> 5 == 0;
    if (field.opcode == Opcode::get_event_status_notification)
        return reply.size() > 4 && (reply[2] & 7) == media_class;
    return true;
}

} // namespace

std::span<const ReplyField> reply_fields() {
    return table;
}

const ReplyField* find_reply_field(std::string_view name) {
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const ReplyField& field) { return field.name == name; });
    return found == table.end() ? nullptr : &*found;
}

mmc::Result<ReportedValue> parse_reported(const ReplyField& field, std::string_view value) {
    ReportedValue reported{&field, 0, {}};
    if (field.text()) {
        if (value.size() > field.bytes)
            return mmc::fail("a text of at most {} characters", field.bytes);
        reported.text = std::string(value);
        return reported;
    }
    const auto words = words_of(field);
    const auto word = std::find(words.begin(), words.end(), value);
    if (word != words.end()) {
        reported.number = static_cast<std::uint64_t>(word - words.begin());
        return reported;
    }
    const auto number = number_of(field, value);
    if (!number || *number > largest(field)) {
        std::string meant;
        for (const auto& known : words)
            meant += fmt::format("{}, ", known);
        return mmc::fail("{}a number from 0 to {}", meant.empty() ? "" : meant + "or ",
                         largest(field));
    }
    reported.number = *number;
    return reported;
}

namespace {

// The field's bytes in a reply to that command; empty when it does not have them.
template <class Byte>
std::span<Byte> bytes_of(const ReplyField& field, std::span<const std::uint8_t> cdb,
                         std::span<Byte> reply) {
    if (cdb.empty() || cdb[0] != static_cast<std::uint8_t>(field.opcode) ||
        !has_field(field, reply))
        return {};
    const auto from = counted_from(field, reply);
    if (from.size() < std::size_t{field.offset} + field.bytes)
        return {};
    return from.subspan(field.offset, field.bytes);
}

} // namespace

std::optional<std::string> told_value(const ReplyField& field, std::span<const std::uint8_t> cdb,
                                      std::span<const std::uint8_t> reply) {
    const auto at = bytes_of(field, cdb, reply);
    if (at.empty())
        return std::nullopt;
    if (field.text())
        return std::string(at.begin(), at.end());
    std::uint64_t number = 0;
    for (const auto byte : at)
        number = number << 8 | byte;
    number = number >> field.shift & largest(field);
    const auto words = words_of(field);
    return number < words.size() ? std::string(words[number]) : fmt::format("{}", number);
}

bool report_value(const ReportedValue& value, std::span<const std::uint8_t> cdb,
                  std::span<std::uint8_t> reply) {
    const auto& field = *value.field;
    const auto at = bytes_of(field, cdb, reply);
    if (at.empty())
        return false;
    if (field.text()) {
        for (std::size_t i = 0; i < at.size(); ++i)
            at[i] = i < value.text.size() ? static_cast<std::uint8_t>(value.text[i]) : ' ';
        return true;
    }
    std::uint64_t whole = 0;
    for (const auto byte : at)
        whole = whole << 8 | byte;
    whole &= ~(largest(field) << field.shift);
    whole |= value.number << field.shift;
    for (std::size_t i = at.size(); i-- > 0; whole >>= 8)
        at[i] = static_cast<std::uint8_t>(whole);
    return true;
}

} // namespace burnrig::emulator::faults
