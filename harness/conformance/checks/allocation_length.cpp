// SPDX-License-Identifier: Apache-2.0
// Allocation lengths: a reply is cut where the host says, silently; what came is the beginning of
// the whole reply, with the length fields unchanged; 0 is no error (SPC-3).
//
//     whole reply   00 20 00 01 01 01 ...
//     length 3      00 20 00|A5 A5 A5      what lies behind stays as the host left it
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "harness/conformance/checks/checks.h"
#include "harness/conformance/checks/commands.h"
#include "harness/conformance/trial.h"

namespace burnrig::harness::conformance {
namespace {

struct Row {
    std::string_view name; ///< first part of the check's name
    std::string_view command;
    std::size_t at;    ///< of the allocation length in the CDB
    std::size_t bytes; ///< of the allocation length
    std::size_t header;
    Needs needs;
    Bytes cdb;
};

const std::vector<Row>& rows() {
    static const std::vector<Row> table{
        {"inquiry", "INQUIRY", 4, 1, 5, {}, inquiry(0)},
        {"mode-sense-10", "MODE SENSE(10)", 7, 2, 8, {}, mode_sense(0x3F)},
        {"mode-sense-10-page-2a", "MODE SENSE(10)", 7, 2, 8, {}, mode_sense(0x2A)},
        {"get-configuration", "GET CONFIGURATION", 7, 2, 8, {}, get_configuration(0, 0)},
        {"get-event", "GET EVENT STATUS NOTIFICATION", 7, 2, 4, {}, get_event(0x10)},
        {"read-format-capacities", "READ FORMAT CAPACITIES", 7, 2, 4, {}, read_format_capacities()},
        {"mechanism-status",
         "MECHANISM STATUS",
         8,
         2,
         8,
         {},
         {0xBD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
        {"read-buffer-capacity", "READ BUFFER CAPACITY", 7, 2, 4, {}, with_length(0x5C, 0, 0, 0)},
        {"report-luns", "REPORT LUNS", 6, 4, 8, {}, {0xA0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
        {"read-disc-information",
         "READ DISC INFORMATION",
         7,
         2,
         4,
         {Inside::medium},
         read_disc_information()},
        {"read-track-information",
         "READ TRACK INFORMATION",
         7,
         2,
         4,
         {Inside::medium},
         read_track_information(1, 1)},
        {"read-toc",
         "READ TOC/PMA/ATIP",
         7,
         2,
         4,
         {Inside::medium, DiscState::recorded},
         read_toc(0)},
        {"read-full-toc",
         "READ TOC/PMA/ATIP",
         7,
         2,
         4,
         {Inside::cd, DiscState::recorded},
         read_toc(2)},
        {"read-atip",
         "READ TOC/PMA/ATIP",
         7,
         2,
         4,
         {Inside::cd, DiscState::any, Touch::nothing, {mmc::Profile::cd_r, mmc::Profile::cd_rw}},
         read_toc(4)},
        {"read-disc-structure-list",
         "READ DISC STRUCTURE",
         8,
         2,
         4,
         {Inside::dvd},
         read_disc_structure(0, 0xFF, 0)},
        {"read-disc-structure",
         "READ DISC STRUCTURE",
         8,
         2,
         4,
         {Inside::dvd},
         read_disc_structure(0, 0, 0)},
        {"read-disc-structure-bd",
         "READ DISC STRUCTURE",
         8,
         2,
         4,
         {Inside::bd},
         read_disc_structure(1, 0, 0)},
        {"read-subchannel",
         "READ SUB-CHANNEL",
         7,
         2,
         4,
         {Inside::cd, DiscState::recorded},
         {0x42, 0, 0x40, 1, 0, 0, 0, 0, 0, 0}},
    };
    return table;
}

Bytes with_allocation(const Row& row, std::size_t length) {
    auto cdb = row.cdb;
    for (std::size_t i = 0; i < row.bytes; ++i)
        cdb[row.at + i] = static_cast<std::uint8_t>(length >> 8 * (row.bytes - 1 - i));
    return cdb;
}

// A few odd lengths that drives were seen to stumble over, and all around the header and the end.
std::set<std::size_t> lengths(const Row& row, std::size_t whole) {
    std::set<std::size_t> chosen{0, 1, 2, 3, 17, 36, 255};
    for (const auto near : {row.header, whole})
        for (std::size_t length = near > 2 ? near - 2 : 0; length <= near + 2; ++length)
            chosen.insert(length);
    const std::size_t most = row.bytes == 1 ? 0xFF : 0xFFFF;
    chosen.insert(most);
    chosen.erase(chosen.upper_bound(most), chosen.end());
    return chosen;
}

void cut(Trial& trial, const Row& row) {
    constexpr std::size_t room = 0x10000 + 64;
    trial.drain_events(); // a reply with an event is another one the next time
    const auto whole = trial.get(with_allocation(row, row.bytes == 1 ? 0xFF : 0x2000), room);
    if (whole.is("5/20/00"))
        return trial.skip("the drive does not know the command");
    if (whole.is("5/24/00") || whole.is("5/30/xx"))
        return trial.skip("the drive does not give this reply");
    if (!trial.good(whole))
        return;
    for (const auto length : lengths(row, whole.size())) {
        const auto reply = trial.get(with_allocation(row, length), room);
        if (!trial.good(reply, fmt::format("allocation length {} is no error", length)))
            continue;
        const auto expected = std::span(whole.data).first(std::min(length, whole.size()));
        trial.same(reply, fmt::format("allocation length {} gives the beginning", length), expected,
                   reply.data);
    }
}

} // namespace

std::vector<Check> allocation_length_checks() {
    std::vector<Check> checks;
    for (const auto& row : rows())
        checks.push_back({std::string(row.name) + "/allocation-length", row.command, "SPC-3",
                          row.needs, [&row](Trial& trial) { cut(trial, row); }});
    return checks;
}

} // namespace burnrig::harness::conformance
