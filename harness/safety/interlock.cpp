// SPDX-License-Identifier: Apache-2.0
#include "harness/safety/interlock.h"

#include <algorithm>
#include <array>
#include <vector>

#include <CLI/CLI.hpp>

#include "harness/profile/identify.h"
#include "harness/safety/holders.h"
#include "mmc/bytes.h"
#include "mmc/clock.h"
#include "mmc/profile.h"

namespace burnrig::harness {
namespace {

using profile::Bytes;
using profile::plain_text;

Bytes ask(mmc::Target& target, std::initializer_list<std::uint8_t> cdb, std::size_t room) {
    return profile::Asker(target).ask(cdb, room);
}

std::string atip_text(mmc::Target& target) {
    const auto atip = ask(target, {0x43, 2, 4, 0, 0, 0, 0, 0, 28, 0}, 28);
    if (atip.size() < 15)
        return {};
    return fmt::format(" {:02}:{:02}:{:02} {:02}:{:02}:{:02}", atip[8], atip[9], atip[10], atip[12],
                       atip[13], atip[14]);
}

// The manufacturer's name where a DVD or BD keeps it.
std::string manufacturer_text(mmc::Target& target) {
    struct Place {
        std::uint8_t media;
        std::uint8_t format;
        std::size_t at; ///< in the reply, header included
        std::size_t length;
    };
    constexpr std::array places{Place{1, 0x00, 104, 12}, Place{0, 0x11, 23, 11},
                                Place{0, 0x0E, 21, 14}};
    for (const auto& place : places) {
        const auto reply =
            ask(target, {0xAD, place.media, 0, 0, 0, 0, 0, place.format, 1, 0, 0, 0}, 256);
        if (reply.size() >= place.at + place.length)
            if (auto text = plain_text(std::span(reply).subspan(place.at, place.length));
                !text.empty())
                return " " + text;
    }
    return {};
}

std::string capacity_text(mmc::Target& target) {
    const auto reply = ask(target, {0x23, 0, 0, 0, 0, 0, 0, 0, 12, 0}, 12);
    return reply.size() < 12 ? std::string{} : fmt::format(" {}", mmc::get32(&reply[4]));
}

bool contains(const std::vector<std::string>& list, const std::string& wanted) {
    return std::find(list.begin(), list.end(), wanted) != list.end();
}

} // namespace

void add_consent_options(CLI::App& command, Consent& consent) {
    command.add_flag("--allow-destructive", consent.allow_destructive,
                     "The disc may be written, blanked and formatted; a physical drive also needs "
                     "--rig and its medium named");
    command.add_option("--rig", consent.rig_file,
                       "YAML file with sacrificial_drives (serial numbers) and media (identities); "
                       "also ledger and power, see README");
    command.add_option("--medium-id", consent.medium_identity,
                       "Identity of the medium that may be written; a refusal prints it");
    command
        .add_option("--countdown", consent.countdown_s,
                    "Seconds before a physical drive is written to, to think of another disc")
        ->check(CLI::Range(0, 3600))
        ->capture_default_str();
}

mmc::Result<std::string> drive_serial(mmc::Target& target) {
    const auto feature = ask(target, {0x46, 2, 0x01, 0x08, 0, 0, 0, 1, 0, 0}, 256);
    if (feature.size() > 12)
        if (auto text = plain_text(std::span(feature).subspan(12)); !text.empty())
            return text;
    const auto page = ask(target, {0x12, 1, 0x80, 0, 252, 0}, 252);
    if (page.size() > 4)
        if (auto text = plain_text(std::span(page).subspan(4)); !text.empty())
            return text;
    return mmc::fail("the drive has no serial number, so that no rig file can name it");
}

mmc::Result<std::string> medium_identity(mmc::Target& target) {
    const auto configuration = ask(target, {0x46, 2, 0, 0, 0, 0, 0, 0, 8, 0}, 8);
    if (configuration.size() < 8 || mmc::get16(&configuration[6]) == 0)
        return mmc::fail("there is no disc in the drive that it knows");
    const auto profile = static_cast<mmc::Profile>(mmc::get16(&configuration[6]));
    const auto known = mmc::name(profile);
    auto text =
        known.empty() ? fmt::format("profile {:04X}h", mmc::code(profile)) : std::string(known);
    const bool cd = mmc::code(profile) < mmc::code(mmc::Profile::dvd_rom);
    if (cd)
        return text + atip_text(target);
    // The capacity of a disc that is written in sequence is another one after each session.
    const auto manufacturer = manufacturer_text(target);
    return text + (manufacturer.empty() ? capacity_text(target) : manufacturer);
}

namespace {

std::string name_of(const Consent& consent) {
    return consent.rig_file.empty() ? "the rig file" : consent.rig_file;
}

mmc::Result<void> check_drive(const Consent& consent, const RigFile& rig, mmc::Target& target) {
    const auto serial = drive_serial(target);
    if (!serial)
        return tl::unexpected(serial.error());
    if (!contains(rig.sacrificial_drives, *serial))
        return mmc::fail("the drive's serial number '{}' among sacrificial_drives of {}", *serial,
                         name_of(consent));
    return {};
}

mmc::Result<void> check_medium(const Consent& consent, const RigFile& rig, mmc::Target& target) {
    const auto identity = medium_identity(target);
    if (!identity)
        return tl::unexpected(identity.error());
    if (*identity != consent.medium_identity && !contains(rig.media, *identity))
        return mmc::fail("the medium named: --medium-id '{}', or the same among media of {}",
                         *identity, name_of(consent));
    return {};
}

} // namespace

mmc::Result<void> check_identity(const Consent& consent, const RigFile& rig, mmc::Target& target) {
    if (auto drive = check_drive(consent, rig, target); !drive)
        return drive;
    return check_medium(consent, rig, target);
}

mmc::Result<void> check_interlock(const Consent& consent, const std::string& device,
                                  mmc::Target& target) {
    std::vector<std::string> missing;
    if (!consent.allow_destructive)
        missing.emplace_back("--allow-destructive");
    RigFile rig;
    if (consent.rig_file.empty()) {
        missing.emplace_back("--rig FILE, which lists the drive as sacrificial");
    } else {
        const auto parsed = read_rig_file(consent.rig_file);
        if (parsed)
            rig = *parsed;
        else
            missing.push_back(parsed.error().message);
    }
    for (const auto& condition : {check_drive(consent, rig, target),
                                  check_medium(consent, rig, target), nobody_holds(device)})
        if (!condition)
            missing.push_back(condition.error().message);
    if (missing.empty())
        return {};
    return mmc::fail("{} is a physical drive, and nothing is written to it. What is missing:\n  {}",
                     device, fmt::join(missing, "\n  "));
}

void count_down(const std::string& device, int seconds) {
    mmc::RealClock clock;
    for (int left = seconds; left > 0; --left) {
        fmt::print(stderr, "\rburnrig: writing to {} begins in {:2} s; Ctrl-C stops it", device,
                   left);
        clock.sleep_for(std::chrono::seconds(1));
    }
    if (seconds > 0)
        fmt::print(stderr, "\n");
}

} // namespace burnrig::harness
