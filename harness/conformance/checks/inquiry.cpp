// SPDX-License-Identifier: Apache-2.0
// INQUIRY and REPORT LUNS (SPC-3).
#include <algorithm>

#include <fmt/format.h>

#include "harness/conformance/checks/checks.h"
#include "harness/conformance/checks/commands.h"
#include "harness/conformance/trial.h"

namespace burnrig::harness::conformance {
namespace {

Bytes vital_product_data(std::uint8_t page, std::uint8_t length = 255) {
    return {0x12, 1, page, 0, length, 0};
}

void standard_data(Trial& trial) {
    const auto reply = trial.get(inquiry(96), 96);
    if (!trial.good(reply) ||
        !trial.at_least(reply, "length of the reply", 36, static_cast<std::int64_t>(reply.size())))
        return;
    trial.equal(reply, "byte 0, peripheral qualifier and device type", 0x05, reply.byte(0));
    trial.equal(reply, "byte 1 bit 7, removable medium", 1, reply.byte(1) >> 7);
    trial.expect((reply.byte(3) & 15) == 2 || (reply.byte(3) & 15) == 1, reply,
                 "byte 3 bits 3-0, response data format", "2",
                 fmt::format("{}", reply.byte(3) & 15));
    trial.at_least(reply, "byte 4, additional length", 0x1F, reply.byte(4));
    const auto whole = std::min<std::size_t>(96, reply.byte(4) + std::size_t{5});
    trial.equal(reply, "bytes that came against 5 + additional length",
                static_cast<std::int64_t>(whole), static_cast<std::int64_t>(reply.size()));
}

void identity_is_text(Trial& trial) {
    const auto reply = trial.get(inquiry(36), 36);
    if (!trial.good(reply))
        return;
    for (std::size_t i = 8; i < 36; ++i)
        if (!trial.expect(reply.byte(i) >= 0x20 && reply.byte(i) < 0x7F, reply,
                          fmt::format("byte {}: vendor, product and revision are ASCII", i),
                          "20h to 7Eh", fmt::format("{:02X}h", reply.byte(i))))
            return;
}

void page_without_evpd(Trial& trial) {
    trial.refused(trial.get({0x12, 0, 0x80, 0, 96, 0}, 96), {"5/24/00"},
                  "a page code without EVPD must be refused");
}

// Header and page list of the pages that a drive has at all; none of it is mandatory for ATAPI.
void vital_pages(Trial& trial) {
    const auto list = trial.get(vital_product_data(0), 255);
    const auto* core = trial.mounted().feature(0x0001);
    const bool promised = core && (core->byte(8) & 2) != 0;
    if (!list.ok() && !promised) {
        trial.refused(list, {"5/24/00"}, "EVPD, which the drive does not have, must be refused");
        return;
    }
    if (!trial.good(list, "feature 0001h bit INQ2 promises vital product data"))
        return;
    trial.equal(list, "byte 1, page code", 0, list.byte(1));
    trial.equal(list, "bytes 2-3, page length", static_cast<std::int64_t>(list.size()) - 4,
                list.word(2));
    for (std::size_t i = 4; i < list.size(); ++i) {
        if (i > 4)
            trial.at_least(list, "page codes ascend", list.byte(i - 1) + 1, list.byte(i));
        const auto page = trial.get(vital_product_data(list.byte(i)), 255);
        if (trial.good(page, "a listed page must be there"))
            trial.equal(page, "byte 1, page code", list.byte(i), page.byte(1));
    }
    const auto pages = list.part(4);
    for (const auto unlisted : Values{0x01, 0x7F})
        if (std::find(pages.begin(), pages.end(), unlisted) == pages.end())
            trial.refused(trial.get(vital_product_data(unlisted), 255), {"5/24/00"},
                          "a page that is not listed must be refused");
}

void vital_designators(Trial& trial) {
    const auto reply = trial.get(vital_product_data(0x83), 255);
    if (!reply.ok())
        return trial.skip("the drive has no page 83h");
    std::size_t at = 4;
    const std::size_t end = std::min<std::size_t>(4 + reply.word(2), reply.size());
    while (at + 4 <= end) {
        trial.at_most(reply, fmt::format("byte {}, code set", at), 3, reply.byte(at) & 15);
        at += 4U + reply.byte(at + 3);
    }
    trial.equal(reply, "the designators fill the page", static_cast<std::int64_t>(end),
                static_cast<std::int64_t>(at));
}

void luns(Trial& trial) {
    const auto reply = trial.get({0xA0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0}, 16);
    if (reply.is("5/20/00"))
        return trial.skip("an ATAPI drive need not know the command");
    if (!trial.good(reply))
        return;
    trial.equal(reply, "bytes 0-3, list length", 8, reply.quad(0));
    trial.same(reply, "logical unit number 0", Bytes(8), reply.part(8));
}

} // namespace

std::vector<Check> inquiry_checks() {
    constexpr auto name = "INQUIRY";
    return {
        {"inquiry/standard-data", name, "SPC-3; MMC-5 for byte 0", {}, standard_data},
        {"inquiry/identity-text", name, "SPC-3", {}, identity_is_text},
        {"inquiry/page-without-evpd", name, "SPC-3", {}, page_without_evpd},
        {"inquiry/vital-pages", name, "SPC-3; MMC-5 feature 0001h INQ2", {}, vital_pages},
        {"inquiry/designators", name, "SPC-3", {}, vital_designators},
        {"report-luns/one-unit", "REPORT LUNS", "SPC-3", {}, luns},
    };
}

} // namespace burnrig::harness::conformance
