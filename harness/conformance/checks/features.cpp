// SPDX-License-Identifier: Apache-2.0
// What the features promise (MMC-5 chapter 5): their lengths, which of them are current for which
// medium, and disc structures with their list.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/conformance/checks/checks.h"
#include "harness/conformance/checks/commands.h"
#include "harness/conformance/trial.h"

namespace burnrig::harness::conformance {
namespace {

using mmc::Profile;

struct Length {
    std::uint16_t code;
    std::uint8_t bytes; ///< additional length
    bool or_more = false;
};

constexpr std::array lengths{
    Length{0x0001, 4, true},  Length{0x0002, 4},        Length{0x0003, 4},
    Length{0x0004, 4},        Length{0x0010, 8},        Length{0x001D, 0},
    Length{0x001E, 4},        Length{0x001F, 4, false}, Length{0x0020, 12},
    Length{0x0021, 4, true},  Length{0x0022, 0},        Length{0x0023, 4, true},
    Length{0x0024, 4},        Length{0x0025, 8},        Length{0x0026, 0},
    Length{0x0028, 4},        Length{0x002A, 4},        Length{0x002B, 4},
    Length{0x002C, 4},        Length{0x002D, 4},        Length{0x002E, 4},
    Length{0x002F, 4},        Length{0x0033, 4, true},  Length{0x0037, 4},
    Length{0x0038, 4},        Length{0x003A, 4},        Length{0x003B, 4},
    Length{0x0040, 28, true}, Length{0x0041, 20, true}, Length{0x0100, 0},
    Length{0x0101, 4},        Length{0x0103, 4},        Length{0x0104, 4},
    Length{0x0105, 4},        Length{0x0106, 4},        Length{0x0107, 4},
    Length{0x010C, 16},
};

Reply everything(Trial& trial) {
    return trial.get(get_configuration(0, 0), 4096);
}

void descriptor_lengths(Trial& trial) {
    const auto reply = everything(trial);
    for (const auto& row : lengths) {
        const auto* feature = trial.mounted().feature(row.code);
        if (!feature)
            continue;
        const auto seen = static_cast<std::int64_t>(feature->data.size());
        const bool old = row.code == 0x001F && seen == 0; // version 0 has no data
        trial.expect(old || (row.or_more ? seen >= row.bytes : seen == row.bytes), reply,
                     fmt::format("additional length of feature {:04X}h", row.code),
                     fmt::format("{}{}", row.or_more ? "at least " : "", row.bytes),
                     fmt::format("{}", seen));
    }
}

/// With which discs of a profile.
enum class On : std::uint8_t { any, not_complete, not_blank };

struct Current {
    Profile profile;
    On on;
    std::array<std::uint16_t, 4> codes; ///< 0: no more
};

constexpr std::array expected_current{
    Current{Profile::cd_rom, On::any, {0x001E}},
    Current{Profile::cd_r, On::any, {0x001E}},
    Current{Profile::cd_r, On::not_complete, {0x0021, 0x002D}},
    Current{Profile::cd_rw, On::any, {0x001E}},
    Current{Profile::cd_rw, On::not_complete, {0x0021, 0x002D}},
    Current{Profile::dvd_minus_r, On::any, {0x001F}},
    Current{Profile::dvd_minus_r, On::not_complete, {0x0021, 0x002F}},
    Current{Profile::dvd_minus_r_dl, On::any, {0x001F}},
    Current{Profile::dvd_minus_r_dl, On::not_complete, {0x0021, 0x002F}},
    Current{Profile::dvd_download, On::any, {0x001F}},
    Current{Profile::dvd_download, On::not_complete, {0x0021, 0x002F, 0x010E}},
    Current{Profile::dvd_ram, On::any, {0x001F, 0x0020, 0x0023, 0x0024}},
    Current{Profile::dvd_minus_rw_overwrite, On::any, {0x001F, 0x0023, 0x0026, 0x002C}},
    Current{Profile::dvd_minus_rw, On::any, {0x001F, 0x0023, 0x002C}},
    Current{Profile::dvd_minus_rw, On::not_complete, {0x002F}},
    Current{Profile::dvd_plus_rw, On::any, {0x001F, 0x0023, 0x002A}},
    Current{Profile::dvd_plus_rw, On::not_blank, {0x0020}},
    Current{Profile::dvd_minus_rw_dl, On::any, {0x001F, 0x0023, 0x002C}},
    Current{Profile::dvd_minus_rw_dl, On::not_complete, {0x002F}},
    Current{Profile::dvd_plus_rw_dl, On::any, {0x001F, 0x0023, 0x003A}},
    Current{Profile::dvd_plus_rw_dl, On::not_blank, {0x0020}},
    Current{Profile::dvd_plus_r, On::any, {0x001F, 0x002B}},
    Current{Profile::dvd_plus_r, On::not_complete, {0x0021}},
    Current{Profile::dvd_plus_r_dl, On::any, {0x001F, 0x003B}},
    Current{Profile::dvd_plus_r_dl, On::not_complete, {0x0021}},
    Current{Profile::bd_r, On::any, {0x0040, 0x0041}},
    Current{Profile::bd_r, On::not_complete, {0x0021}},
    Current{Profile::bd_re, On::any, {0x0023, 0x0040}},
    Current{Profile::bd_re, On::not_blank, {0x0020}},
};

void current_for_profile(Trial& trial) {
    const auto reply = everything(trial);
    const auto& mounted = trial.mounted();
    const auto applies = [&](const Current& row) {
        const bool state = row.on == On::any ||
                           (row.on == On::not_complete && mounted.status != 2) ||
                           (row.on == On::not_blank && !mounted.blank());
        return state && mounted.is(row.profile);
    };
    for (const auto& row : expected_current) {
        if (!applies(row))
            continue;
        for (const auto code : row.codes)
            if (code != 0)
                trial.expect(mounted.current(code), reply,
                             fmt::format("feature {:04X}h with a {} disc ({})", code,
                                         mmc::name(row.profile), mounted.state()),
                             "current", mounted.feature(code) ? "not current" : "not listed");
    }
}

// What cannot be written any more has no current feature of writing.
void not_current_when_complete(Trial& trial) {
    const auto& mounted = trial.mounted();
    if (mounted.status != 2 || mounted.erasable)
        return trial.skip("needs a complete write-once disc");
    const auto reply = everything(trial);
    for (const auto code : Codes{0x0021, 0x002D, 0x002E, 0x002F})
        trial.expect(!mounted.current(code), reply,
                     fmt::format("feature {:04X}h with a complete write-once disc", code),
                     "not current", "current");
}

void not_current_for_others(Trial& trial) {
    const auto& mounted = trial.mounted();
    const auto reply = everything(trial);
    const auto never = [&](bool applies, Codes codes, std::string_view medium) {
        for (const auto code : codes)
            if (applies)
                trial.expect(!mounted.current(code), reply,
                             fmt::format("feature {:04X}h with a {}", code, medium), "not current",
                             "current");
    };
    never(mounted.cd(), {0x001F, 0x002A, 0x002B, 0x002C, 0x002F, 0x003A, 0x003B, 0x0040, 0x0041},
          "CD");
    never(mounted.dvd(), {0x001D, 0x001E, 0x002D, 0x002E, 0x0037, 0x0040, 0x0041}, "DVD");
    never(mounted.bd(), {0x001D, 0x001E, 0x001F, 0x002A, 0x002B, 0x002D, 0x002E, 0x002F, 0x0037},
          "BD");
}

void random_readable(Trial& trial) {
    const auto* feature = trial.mounted().feature(0x0010);
    if (!feature)
        return trial.skip("the drive does not list feature 0010h");
    const auto reply = everything(trial);
    trial.equal(reply, "feature 0010h: logical block size", 2048, feature->quad(4));
    trial.at_least(reply, "feature 0010h: blocking", 1, feature->word(8));
    if (trial.mounted().recorded())
        trial.expect(feature->current, reply, "feature 0010h with data on the disc", "current",
                     "not current");
}

void loading_mechanism(Trial& trial) {
    const auto* feature = trial.mounted().feature(0x0003);
    const auto page = trial.get(mode_sense(0x2A), 4096);
    if (!feature || !trial.good(page))
        return;
    const auto byte6 = page.byte(8 + page.word(6) + 6);
    trial.equal(page, "loading mechanism of page 2Ah and of feature 0003h", feature->byte(4) >> 5,
                byte6 >> 5);
    trial.equal(page, "eject of page 2Ah and of feature 0003h", feature->byte(4) >> 3 & 1,
                byte6 >> 3 & 1);
    trial.equal(page, "lock of page 2Ah and of feature 0003h", feature->byte(4) & 1, byte6 & 1);
}

void serial_and_firmware(Trial& trial) {
    const auto reply = everything(trial);
    if (const auto* serial = trial.mounted().feature(0x0108))
        trial.expect(std::all_of(serial->data.begin(), serial->data.end(),
                                 [](std::uint8_t c) { return c >= 0x20 && c < 0x7F; }),
                     reply, "feature 0108h, serial number", "ASCII", hex(serial->data));
    if (const auto* firmware = trial.mounted().feature(0x010C))
        trial.expect(firmware->data.size() >= 14 &&
                         std::all_of(firmware->data.begin(), firmware->data.begin() + 14,
                                     [](std::uint8_t c) { return c >= '0' && c <= '9'; }),
                     reply, "feature 010Ch, firmware date", "digits", hex(firmware->data));
}

// --- disc structures -----------------------------------------------------------------------------

std::uint8_t media_type(const Trial& trial) {
    return trial.mounted().bd() ? 1 : 0;
}

void structure_list(Trial& trial) {
    const auto media = media_type(trial);
    const auto list = trial.get(read_disc_structure(media, 0xFF, 4096), 4096);
    if (list.is("5/24/00") || list.is("5/20/00"))
        return trial.skip("the drive gives no list of structures");
    if (!trial.good(list))
        return;
    trial.equal(list, "bytes 0-1, data length", static_cast<std::int64_t>(list.size()) - 2,
                list.word(0));
    std::array<bool, 256> listed{};
    for (std::size_t at = 4; at + 4 <= list.size(); at += 4) {
        const auto format = list.byte(at);
        listed[format] = true;
        const bool needs_more = format >= 0x02 && format <= 0x07; // keys, addresses
        if ((list.byte(at + 1) & 0x40) == 0 || needs_more || format == 0x30)
            continue;
        const auto reply = trial.get(read_disc_structure(media, format, 0xFFFF), 0x10000);
        if (reply.is("3/xx/xx") || reply.is("5/30/xx")) {
            trial.note(fmt::format("listed format {:02X}h is not on this disc", format));
            continue;
        }
        if (trial.good(reply, fmt::format("listed format {:02X}h is readable", format)))
            trial.equal(reply, fmt::format("format {:02X}h: bytes 0-1, data length", format),
                        static_cast<std::int64_t>(reply.size()) - 2, reply.word(0));
    }
    for (const auto format : Values{0x5A, 0x7E})
        if (!listed[format])
            trial.refused(trial.get(read_disc_structure(media, format, 64), 64), {"5/24/00"},
                          fmt::format("format {:02X}h is not listed", format));
}

void physical_format(Trial& trial) {
    struct Book {
        Profile profile;
        std::uint8_t type;
    };
    constexpr std::array books{
        Book{Profile::dvd_rom, 0},         Book{Profile::dvd_ram, 1},
        Book{Profile::dvd_minus_r, 2},     Book{Profile::dvd_minus_r_dl, 2},
        Book{Profile::dvd_minus_rw, 3},    Book{Profile::dvd_minus_rw_overwrite, 3},
        Book{Profile::dvd_plus_rw, 9},     Book{Profile::dvd_plus_r, 10},
        Book{Profile::dvd_plus_r_dl, 14},  Book{Profile::dvd_minus_rw_dl, 3},
        Book{Profile::dvd_plus_rw_dl, 13}, Book{Profile::dvd_download, 2}};
    const auto reply = trial.get(read_disc_structure(0, 0, 2052), 2052);
    if (!trial.good(reply) ||
        !trial.at_least(reply, "length of the reply", 21, static_cast<std::int64_t>(reply.size())))
        return;
    for (const auto& book : books)
        if (trial.mounted().is(book.profile))
            trial.expect(reply.byte(4) >> 4 == book.type || reply.byte(4) >> 4 == 0, reply,
                         "byte 0 bits 7-4, book type (DVD-ROM: set by the drive)",
                         fmt::format("{}", book.type), fmt::format("{}", reply.byte(4) >> 4));
    const auto first = trial.mounted().is(Profile::dvd_ram) ? 0x031000U : 0x030000U;
    trial.equal(reply, "bytes 5-7, first sector of the data area", first, reply.quad(8) & 0xFFFFFF);
    trial.at_least(reply, "bytes 9-11, last sector of the data area", first,
                   reply.quad(12) & 0xFFFFFF);
}

void disc_information_unit(Trial& trial) {
    const auto reply = trial.get(read_disc_structure(1, 0, 4100), 4100);
    if (!trial.good(reply))
        return;
    trial.same(reply, "a unit begins with DI", Bytes{'D', 'I'}, reply.part(4, 2));
    const auto kind = reply.byte(14);
    const std::uint8_t expected = trial.mounted().is(Profile::bd_re) ? 'W' : 'R';
    trial.expect(kind == expected || trial.mounted().is(Profile::bd_rom), reply,
                 "bytes 8-10, BDW of a BD-RE, BDR of a BD-R", fmt::format("BD{:c}", expected),
                 fmt::format("{:02X}h", kind));
}

void structures_on_cd(Trial& trial) {
    for (const auto media : Values{0, 1})
        trial.refused(trial.get(read_disc_structure(media, 0, 64), 64),
                      {"5/30/02", "5/30/00", "5/24/00", "5/20/00"}, "READ DISC STRUCTURE of a CD");
}

void layer_too_high(Trial& trial) {
    const auto media = media_type(trial);
    const auto reply = trial.get(read_disc_structure(media, 0, 64, 7), 64);
    if (trial.mounted().bd() && reply.ok())
        trial.note("layer 7 is ignored for disc information");
    else
        trial.refused(reply, {"5/24/00"}, "there is no layer 7");
}

} // namespace

std::vector<Check> feature_checks() {
    constexpr auto name = "GET CONFIGURATION";
    constexpr auto structure = "READ DISC STRUCTURE";
    const Needs medium{Inside::medium};
    return {
        {"features/lengths", name, "MMC-5", {}, descriptor_lengths},
        {"features/current-for-profile", name, "MMC-5", medium, current_for_profile},
        {"features/complete-disc", name, "MMC-5", medium, not_current_when_complete},
        {"features/other-media", name, "MMC-5", medium, not_current_for_others},
        {"features/random-readable", name, "MMC-5", medium, random_readable},
        {"features/loading-mechanism", name, "MMC-5; page 2Ah", {}, loading_mechanism},
        {"features/identity", name, "MMC-5", {}, serial_and_firmware},
        {"read-disc-structure/list",
         structure,
         "MMC-5, format FFh",
         {Inside::not_cd},
         structure_list},
        {"read-disc-structure/physical-format",
         structure,
         "MMC-5, format 00h",
         {Inside::dvd},
         physical_format},
        {"read-disc-structure/disc-information",
         structure,
         "MMC-5, BD format 00h",
         {Inside::bd},
         disc_information_unit},
        {"read-disc-structure/cd", structure, "MMC-5", {Inside::cd}, structures_on_cd},
        {"read-disc-structure/layer", structure, "MMC-5", {Inside::not_cd}, layer_too_high},
    };
}

} // namespace burnrig::harness::conformance
