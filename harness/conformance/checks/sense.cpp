// SPDX-License-Identifier: Apache-2.0
// Sense data, REQUEST SENSE and commands that do not exist (SPC-3).
#include <array>

#include <fmt/format.h>

#include "harness/conformance/checks/checks.h"
#include "harness/conformance/checks/commands.h"
#include "harness/conformance/trial.h"

namespace burnrig::harness::conformance {
namespace {

// Codes without a meaning for CD/DVD devices; codes of vendors are left alone, some of them write
// firmware.
constexpr std::array<std::uint8_t, 9> unknown_opcodes{0x02, 0x0D, 0x1F, 0x26, 0x49,
                                                      0x60, 0x6F, 0x9C, 0xAE};

Bytes unknown_command(std::uint8_t opcode) {
    const std::size_t sizes[]{6, 10, 10, 16, 16, 12, 6, 6};
    Bytes cdb(sizes[opcode >> 5]);
    cdb[0] = opcode;
    return cdb;
}

void unknown(Trial& trial) {
    for (const auto opcode : unknown_opcodes) {
        const auto reply = trial.get(unknown_command(opcode), 64);
        trial.refused(reply, {"5/20/00"}, fmt::format("opcode {:02X}h does not exist", opcode));
        trial.equal(reply, "bytes transferred", 0, static_cast<std::int64_t>(reply.size()));
    }
}

// Commands that every drive refuses, whatever is in it.
std::vector<Bytes> wrong_commands() {
    return {unknown_command(0x02),
            {0x12, 0, 0x80, 0, 36, 0},
            get_configuration(3, 0),
            {0x4A, 0, 0, 0, 0x10, 0, 0, 0, 8, 0},
            mode_sense(0x3E)};
}

void fixed_format(Trial& trial) {
    for (const auto& cdb : wrong_commands()) {
        const auto reply = trial.get(cdb, 255);
        const auto sense = reply.completion.sense.view();
        if (!trial.refused(reply, {"5/xx/xx"}))
            continue;
        const auto at = [&](std::size_t i) { return i < sense.size() ? sense[i] : 0; };
        trial.equal(reply, "sense byte 0 bits 6-0, response code", 0x70, at(0) & 0x7F);
        trial.at_least(reply, "bytes of sense data", 18, static_cast<std::int64_t>(sense.size()));
        trial.at_least(reply, "sense byte 7, additional length", 10, at(7));
        trial.at_least(reply, "sense bytes against 8 + additional length",
                       std::min<std::int64_t>(at(7) + 8, mmc::SenseBytes::capacity),
                       static_cast<std::int64_t>(sense.size()));
        trial.equal(reply, "sense byte 2 bits 7-5 (filemark, EOM, ILI)", 0, at(2) >> 5);
    }
}

void field_pointer(Trial& trial) {
    for (const auto& cdb : wrong_commands()) {
        const auto reply = trial.get(cdb, 255);
        if (!reply.is("5/24/00") || !reply.sense->field)
            continue;
        trial.expect(reply.sense->field->in_cdb, reply, "sense byte 15 bit 6 (C/D) for 5/24/00",
                     "the fault is in the CDB", "in the parameter list");
        trial.at_most(reply, "field pointer, a byte of the CDB",
                      static_cast<std::int64_t>(cdb.size()) - 1, reply.sense->field->byte);
    }
}

void nothing_pending(Trial& trial) {
    trial.settle();
    trial.send_once(request_sense(0));
    const auto reply = trial.get(request_sense(252), 252);
    if (!trial.good(reply))
        return;
    trial.at_least(reply, "length of the sense data", 18, static_cast<std::int64_t>(reply.size()));
    trial.equal(reply, "bytes that came against 8 + additional length", reply.byte(7) + 8,
                static_cast<std::int64_t>(reply.size()));
    const auto code = reply.byte(0) & 0x7F;
    trial.expect(code == 0x70 || code == 0x71, reply, "byte 0, response code", "70h or 71h",
                 fmt::format("{:02X}h", code));
    if (trial.mounted().ready)
        trial.equal(reply, "byte 2, sense key of a ready drive", 0, reply.byte(2) & 15);
}

// A refusal that was told already is not told again as news.
void told_once(Trial& trial) {
    trial.refused(trial.get(get_configuration(3, 0), 8), {"5/24/00"});
    trial.get(request_sense(18), 18);
    const auto reply = trial.get(request_sense(18), 18);
    if (trial.good(reply))
        trial.expect((reply.byte(2) & 15) != 5, reply, "sense once reported is cleared",
                     "sense key 0", fmt::format("sense key {}", reply.byte(2) & 15));
}

void descriptor_format(Trial& trial) {
    const auto reply = trial.get({0x03, 1, 0, 0, 252, 0}, 252);
    if (!reply.ok()) {
        trial.refused(reply, {"5/24/00"}, "descriptor format may only be refused so");
        return;
    }
    const auto code = reply.byte(0) & 0x7F;
    trial.expect(code == 0x72 || code == 0x73, reply, "byte 0 when DESC is set",
                 "72h or 73h, or the command refused", fmt::format("{:02X}h", code));
}

void control_byte(Trial& trial) {
    const auto naca = trial.get({0x12, 0, 0, 0, 36, 0x04}, 36);
    trial.refused(naca, {"5/24/00"}, "NACA in the control byte, which MMC devices do not know");
    const auto link = trial.get({0x12, 0, 0, 0, 36, 0x01}, 36);
    if (link.ok()) // obsolete since SAM-4
        trial.note("the Link bit of the control byte is ignored");
    else
        trial.refused(link, {"5/24/00"}, "Link in the control byte");
}

void logical_unit_bits(Trial& trial) {
    const auto reply = trial.get({0x12, 0x20, 0, 0, 36, 0}, 36);
    trial.good(reply, "bits 7-5 of byte 1, once the LUN, are ignored");
}

} // namespace

std::vector<Check> sense_checks() {
    constexpr auto name = "REQUEST SENSE";
    return {
        {"sense/unknown-opcode", "any", "SPC-3 4.5: INVALID COMMAND OPERATION CODE", {}, unknown},
        {"sense/fixed-format", "any", "SPC-3 4.5.3", {}, fixed_format},
        {"sense/field-pointer", "any", "SPC-3 4.5.2.4.2", {}, field_pointer},
        {"sense/control-byte", "any", "SAM-3", {}, control_byte},
        {"sense/lun-bits", "any", "SPC-3: reserved bits of former LUN", {}, logical_unit_bits},
        {"request-sense/nothing-pending", name, "SPC-3", {}, nothing_pending},
        {"request-sense/told-once", name, "SPC-3", {}, told_once},
        {"request-sense/descriptor-format", name, "SPC-3", {}, descriptor_format},
    };
}

} // namespace burnrig::harness::conformance
