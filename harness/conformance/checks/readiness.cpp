// SPDX-License-Identifier: Apache-2.0
// Readiness, the tray, unit attentions and events: TEST UNIT READY, START STOP UNIT, PREVENT ALLOW
// MEDIUM REMOVAL, GET EVENT STATUS NOTIFICATION, MECHANISM STATUS (MMC-5, SPC-3).
//
// The checks that open the tray close it again and leave the drive ready.
#include <array>

#include <fmt/format.h>

#include "harness/conformance/checks/checks.h"
#include "harness/conformance/checks/commands.h"
#include "harness/conformance/trial.h"

namespace burnrig::harness::conformance {
namespace {

using namespace std::chrono_literals;

constexpr std::uint8_t open_tray = 0x02;  // LoEj
constexpr std::uint8_t close_tray = 0x03; // LoEj, Start

struct Named {
    std::string_view name;
    Bytes cdb;
    std::size_t room = 0;
};

// Needs no medium and does not care for a unit attention.
std::vector<Named> exempt_commands() {
    return {{"INQUIRY", inquiry(36), 36},
            {"GET CONFIGURATION", get_configuration(0, 0, 8), 8},
            {"GET EVENT STATUS NOTIFICATION", get_event(0x02), 8}};
}

std::vector<Named> commands_without_medium() {
    auto commands = exempt_commands();
    commands.push_back({"REQUEST SENSE", request_sense(18), 18});
    commands.push_back({"MODE SENSE(10)", mode_sense(0x2A), 256});
    commands.push_back({"READ FORMAT CAPACITIES", read_format_capacities(12), 12});
    commands.push_back({"MECHANISM STATUS", {0xBD, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0}, 8});
    commands.push_back({"PREVENT ALLOW MEDIUM REMOVAL", prevent_removal(false), 0});
    return commands;
}

std::vector<Named> commands_with_medium() {
    return {{"TEST UNIT READY", test_unit_ready(), 0},
            {"READ CAPACITY", read_capacity(), 8},
            {"READ(10)", ten(0x28, 0, 1), 2048},
            {"READ(12)", twelve(0xA8, 0, 1), 2048},
            {"READ TOC/PMA/ATIP", read_toc(0), 256},
            {"READ DISC INFORMATION", read_disc_information(), 256},
            {"READ TRACK INFORMATION", read_track_information(1, 1), 64},
            {"SEEK(10)", ten(0x2B, 0, 0), 0},
            {"READ DISC STRUCTURE", read_disc_structure(0, 0, 64), 64}};
}

void expect_no_medium(Trial& trial) {
    for (const auto& command : commands_with_medium())
        trial.refused(trial.get(command.cdb, command.room), {"2/3A/xx"},
                      fmt::format("{} without a medium", command.name));
    for (const auto& command : commands_without_medium())
        trial.good(trial.get(command.cdb, command.room),
                   fmt::format("{} needs no medium", command.name));
}

void empty_drive(Trial& trial) {
    if (trial.mounted().ready || !trial.settle().is("2/3A/xx"))
        return trial.skip("needs an empty drive");
    expect_no_medium(trial);
    const auto configuration = trial.get(get_configuration(0, 0, 8), 8);
    trial.equal(configuration, "current profile without a medium", 0, configuration.word(6));
}

void close_again(Trial& trial) {
    trial.good(trial.send(start_stop(close_tray)), "START STOP UNIT: load");
    trial.expect(trial.settle().ok(), trial.send(test_unit_ready()), "ready after loading", "GOOD",
                 "not ready");
}

bool open(Trial& trial) {
    trial.send(prevent_removal(false));
    const auto reply = trial.send(start_stop(open_tray));
    if (reply.is("5/24/00") || reply.is("5/20/00")) {
        trial.skip("the drive cannot open its tray");
        return false;
    }
    return trial.good(reply, "START STOP UNIT: open the tray");
}

void tray_open(Trial& trial) {
    if (!open(trial))
        return;
    expect_no_medium(trial);
    const auto configuration = trial.get(get_configuration(0, 0, 8), 8);
    trial.equal(configuration, "current profile with an open tray", 0, configuration.word(6));
    trial.drain_events();
    const auto event = trial.get(get_event(0x10), 8);
    trial.equal(event, "media event byte 5: tray open, no medium", 1, event.byte(5) & 3);
    close_again(trial);
}

// After loading: one unit attention, told once, and only to commands that do not exempt it.
void attention_told_once(Trial& trial) {
    if (!open(trial))
        return;
    trial.good(trial.send(start_stop(close_tray)), "START STOP UNIT: load");
    for (const auto& command : exempt_commands())
        trial.good(trial.get_once(command.cdb, command.room),
                   fmt::format("{} with a unit attention pending", command.name));
    auto reply = trial.send_once(test_unit_ready());
    for (int i = 0; i < 600 && reply.is("2/04/01"); ++i) {
        trial.sleep(100ms);
        reply = trial.send_once(test_unit_ready());
    }
    trial.refused(reply, {"6/28/00"}, "the first TEST UNIT READY after loading a medium");
    reply = trial.send_once(test_unit_ready());
    trial.expect(!reply.is("6/28/00"), reply, "the unit attention is told once", "no 6/28/00",
                 reply.text());
    trial.settle();
}

void request_sense_clears_attention(Trial& trial) {
    if (!open(trial))
        return;
    trial.good(trial.send(start_stop(close_tray)), "START STOP UNIT: load");
    Reply reply;
    for (int i = 0; i < 600; ++i) {
        reply = trial.get_once(request_sense(18), 18);
        if ((reply.byte(2) & 15) != 2)
            break;
        trial.sleep(100ms);
    }
    trial.equal(reply, "REQUEST SENSE gives the unit attention: sense key", 6, reply.byte(2) & 15);
    trial.equal(reply, "additional sense code", 0x28, reply.byte(12));
    const auto ready = trial.send_once(test_unit_ready());
    trial.expect(!ready.is("6/28/00"), ready, "and has cleared it", "no 6/28/00", ready.text());
    trial.settle();
}

void new_medium_event(Trial& trial) {
    if (!open(trial))
        return;
    trial.drain_events();
    trial.good(trial.send(start_stop(close_tray)), "START STOP UNIT: load");
    trial.settle();
    for (const auto length : {0U, 4U}) // too short to give an event, so none may be lost
        trial.good(trial.get(get_event(0x10, length), 8));
    const auto event = trial.get(get_event(0x10), 8);
    trial.equal(event, "byte 4, media event: NewMedia", 2, event.byte(4) & 15);
    trial.equal(event, "byte 5: tray closed, medium present", 2, event.byte(5) & 3);
    const auto after = trial.get(get_event(0x10), 8);
    trial.equal(after, "the event is told once", 0, after.byte(4) & 15);
}

void removal_prevented(Trial& trial) {
    trial.good(trial.send(prevent_removal(true)), "PREVENT ALLOW MEDIUM REMOVAL: prevent");
    trial.refused(trial.send(start_stop(open_tray)), {"5/53/02", "2/53/02"},
                  "opening the tray while removal is prevented");
    trial.good(trial.send(test_unit_ready()), "the tray stays closed");
    trial.good(trial.send(prevent_removal(false)), "PREVENT ALLOW MEDIUM REMOVAL: allow");
}

void reserved_power_conditions(Trial& trial) {
    for (const auto condition : Values{4, 6, 0xF})
        trial.refused(trial.send(start_stop(static_cast<std::uint8_t>(condition << 4))),
                      {"5/24/00"}, fmt::format("power condition {} is reserved", condition));
}

void stop_and_start(Trial& trial) {
    trial.good(trial.send(start_stop(0)), "START STOP UNIT: stop");
    trial.good(trial.send(start_stop(1)), "START STOP UNIT: start");
    trial.expect(trial.settle().ok(), trial.send(test_unit_ready()), "ready after START", "GOOD",
                 "not ready");
}

void ready(Trial& trial) {
    for (int i = 0; i < 2; ++i)
        trial.good(trial.send(test_unit_ready()), "a ready drive stays ready");
}

// --- events --------------------------------------------------------------------------------------

void event_asynchronous(Trial& trial) {
    trial.refused(trial.get({0x4A, 0, 0, 0, 0x10, 0, 0, 0, 8, 0}, 8), {"5/24/00"},
                  "asynchronous notification is not supported");
}

void event_none_requested(Trial& trial) {
    const auto reply = trial.get(get_event(0), 8);
    if (!trial.good(reply))
        return;
    trial.equal(reply, "byte 2 bit 7, NEA, when no class is requested", 1, reply.byte(2) >> 7);
    trial.equal(reply, "bytes 0-1, length of a header alone", 2, reply.word(0));
}

void event_classes(Trial& trial) {
    trial.drain_events();
    const auto supported = trial.get(get_event(0), 8).byte(3);
    for (unsigned number = 1; number < 8; ++number) {
        const auto reply = trial.get(get_event(static_cast<std::uint8_t>(1U << number)), 8);
        if (!trial.good(reply))
            continue;
        trial.equal(reply, "byte 3, supported classes, is always the same", supported,
                    reply.byte(3));
        if ((supported >> number & 1) == 0) {
            trial.equal(reply, fmt::format("byte 2 bit 7, NEA, of class {}, not supported", number),
                        1, reply.byte(2) >> 7);
            continue;
        }
        trial.equal(reply, "byte 2 bit 7, NEA", 0, reply.byte(2) >> 7);
        trial.equal(reply, "byte 2 bits 2-0, class", number, reply.byte(2) & 7);
        trial.equal(reply, "bytes 0-1, length with one event", 6, reply.word(0));
        trial.equal(reply, "length of the reply", 8, static_cast<std::int64_t>(reply.size()));
        if (number != 6) // a drive that is busy may say so as often as it likes
            trial.equal(reply, fmt::format("byte 4, event code of class {}, drained", number), 0,
                        reply.byte(4) & 15);
    }
}

void event_media_status(Trial& trial) {
    const auto reply = trial.get(get_event(0x10), 8);
    if (trial.good(reply))
        trial.equal(reply, "byte 5 bit 1, medium present", trial.mounted().ready ? 1 : 0,
                    reply.byte(5) >> 1 & 1);
}

void mechanism(Trial& trial) {
    const auto reply = trial.get({0xBD, 0, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0}, 64);
    if (reply.is("5/20/00"))
        return trial.skip("the drive does not know the command");
    if (!trial.good(reply))
        return;
    trial.equal(reply, "length: header and slot table", 8 + reply.word(6),
                static_cast<std::int64_t>(reply.size()));
    trial.equal(reply, "slot table: 4 bytes a slot", 4 * (reply.byte(5) & 0x1F), reply.word(6));
    trial.equal(reply, "byte 1 bit 4, door open, of a closed tray", 0, reply.byte(1) >> 4 & 1);
}

} // namespace

std::vector<Check> readiness_checks() {
    constexpr auto start = "START STOP UNIT";
    constexpr auto event = "GET EVENT STATUS NOTIFICATION";
    const Needs medium{Inside::medium};
    const Needs tray{Inside::medium, DiscState::any, Touch::tray};
    return {
        {"test-unit-ready/ready", "TEST UNIT READY", "SPC-3", medium, ready},
        {"get-event/asynchronous", event, "MMC-5", {}, event_asynchronous},
        {"get-event/none-requested", event, "MMC-5", {}, event_none_requested},
        {"get-event/classes", event, "MMC-5", {}, event_classes},
        {"get-event/media-status", event, "MMC-5", {}, event_media_status},
        {"mechanism-status/form", "MECHANISM STATUS", "MMC-5", {}, mechanism},
        {"no-medium/empty-drive", "any", "MMC-5 annex F; SPC-3", {}, empty_drive},
        {"start-stop/power-conditions", start, "MMC-5", {}, reserved_power_conditions},
        {"start-stop/stop-and-start", start, "MMC-5", medium, stop_and_start},
        {"prevent/removal-prevented", "PREVENT ALLOW MEDIUM REMOVAL", "MMC-5", tray,
         removal_prevented},
        {"no-medium/tray-open", start, "MMC-5; SPC-3", tray, tray_open},
        {"unit-attention/told-once", "any", "SPC-3 5.9.5; SAM-3", tray, attention_told_once},
        {"unit-attention/request-sense", "REQUEST SENSE", "SPC-3", tray,
         request_sense_clears_attention},
        {"get-event/new-medium", event, "MMC-5", tray, new_medium_event},
    };
}

} // namespace burnrig::harness::conformance
