// SPDX-License-Identifier: Apache-2.0
// MODE SENSE and MODE SELECT (SPC-3): the form, and that what the changeable mask
// promises is true. Every check puts back what it changed.
#include <algorithm>

#include <fmt/format.h>

#include "harness/conformance/checks/checks.h"
#include "harness/conformance/checks/commands.h"
#include "harness/conformance/trial.h"

namespace burnrig::harness::conformance {
namespace {

constexpr std::uint8_t all_pages = 0x3F;
constexpr std::uint8_t capabilities = 0x2A;
enum Control : std::uint8_t { current = 0, changeable = 1, defaults = 2, saved = 3 };

struct Page {
    std::uint8_t code = 0;
    Bytes bytes; ///< with its header
};

// The pages of a MODE SENSE(10) reply.
std::vector<Page> pages_of(const Reply& reply) {
    std::vector<Page> pages;
    std::size_t at = 8 + reply.word(6);
    while (at + 2 <= reply.size()) {
        const auto end = std::min<std::size_t>(at + 2U + reply.byte(at + 1), reply.size());
        pages.push_back({static_cast<std::uint8_t>(reply.byte(at) & 0x3F),
                         Bytes(reply.data.begin() + static_cast<std::ptrdiff_t>(at),
                               reply.data.begin() + static_cast<std::ptrdiff_t>(end))});
        at = end;
    }
    return pages;
}

Bytes page(Trial& trial, std::uint8_t code, Control control = current) {
    const auto pages = pages_of(trial.get(mode_sense(code, control), 4096));
    return pages.size() == 1 && pages[0].code == code ? pages[0].bytes : Bytes{};
}

Reply select(Trial& trial, std::span<const std::uint8_t> with, std::uint8_t flags = 0x10) {
    Bytes list(8);
    list.insert(list.end(), with.begin(), with.end());
    if (list.size() > 8)
        list[8] &= 0x3F; // PS is reserved in a list
    Bytes cdb{0x55, flags, 0, 0, 0, 0, 0, 0, 0, 0};
    mmc::put16(&cdb[7], static_cast<std::uint32_t>(list.size()));
    return trial.send(cdb, list);
}

void well_formed(Trial& trial) {
    const auto reply = trial.get(mode_sense(all_pages), 4096);
    if (!trial.good(reply))
        return;
    trial.equal(reply, "bytes 0-1, mode data length", static_cast<std::int64_t>(reply.size()) - 2,
                reply.word(0));
    if (reply.word(6) != 0)
        trial.note(fmt::format("block descriptors of {} bytes; MMC has none", reply.word(6)));
    int before = -1;
    std::size_t covered = 8 + reply.word(6);
    for (const auto& each : pages_of(reply)) {
        const int rank = each.code == 0 ? 0x40 : each.code; // page 00h comes last
        trial.expect(rank > before, reply, "page codes ascend, page 00h last",
                     fmt::format("above {:02X}h", std::max(before, 0)),
                     fmt::format("{:02X}h", each.code));
        before = rank;
        covered += each.bytes.size();
    }
    trial.equal(reply, "the pages fill the reply", static_cast<std::int64_t>(reply.size()),
                static_cast<std::int64_t>(covered));
}

void each_page_alone(Trial& trial) {
    const auto reply = trial.get(mode_sense(all_pages), 4096);
    if (!trial.good(reply))
        return;
    for (const auto& each : pages_of(reply)) {
        const auto alone = trial.get(mode_sense(each.code), 4096);
        if (!trial.good(alone, fmt::format("page {:02X}h asked for alone", each.code)))
            continue;
        const auto pages = pages_of(alone);
        if (trial.equal(alone, "pages in the reply", 1, static_cast<std::int64_t>(pages.size())))
            trial.same(alone, fmt::format("page {:02X}h alone and among all", each.code),
                       each.bytes, pages[0].bytes);
    }
}

void six_bytes(Trial& trial) {
    const auto ten = trial.get(mode_sense(capabilities), 4096);
    const auto six = trial.get({0x1A, 8, capabilities, 0, 255, 0}, 255);
    if (six.is("5/20/00"))
        return trial.skip("an ATAPI drive need not know MODE SENSE(6)");
    if (!trial.good(ten) || !trial.good(six))
        return;
    trial.equal(six, "byte 0, mode data length", static_cast<std::int64_t>(six.size()) - 1,
                six.byte(0));
    const auto skip = std::min<std::size_t>(4U + six.byte(3), six.size());
    trial.same(six, "page 2Ah in the 6-byte and the 10-byte reply", ten.part(8 + ten.word(6)),
               six.part(skip));
}

void unknown_page(Trial& trial) {
    const auto pages = pages_of(trial.get(mode_sense(all_pages), 4096));
    for (const auto code : Values{0x02, 0x1F, 0x3E}) {
        const bool known = std::any_of(pages.begin(), pages.end(),
                                       [&](const Page& each) { return each.code == code; });
        if (!known)
            trial.refused(trial.get(mode_sense(code), 4096), {"5/24/00"},
                          fmt::format("page {:02X}h does not exist", code));
    }
    trial.refused(trial.get({0x5A, 0, 0x2A, 0x7E, 0, 0, 0, 1, 0, 0}, 256), {"5/24/00"},
                  "subpage 7Eh does not exist");
}

void saved_pages(Trial& trial) {
    const auto reply = trial.get(mode_sense(all_pages), 4096);
    const auto pages = pages_of(reply);
    if (std::any_of(pages.begin(), pages.end(),
                    [](const Page& each) { return (each.bytes[0] & 0x80) != 0; }))
        return trial.skip("the drive can save pages");
    trial.refused(trial.get(mode_sense(all_pages, saved), 4096), {"5/39/00", "5/24/00"},
                  "saved values of a drive that saves none");
}

void mask_and_defaults_have_the_same_size(Trial& trial) {
    const auto reply = trial.get(mode_sense(all_pages), 4096);
    for (const auto& each : pages_of(reply))
        for (const auto control : {changeable, defaults}) {
            const auto other = page(trial, each.code, control);
            trial.equal(reply,
                        fmt::format("size of page {:02X}h, page control {}", each.code,
                                    static_cast<int>(control)),
                        static_cast<std::int64_t>(each.bytes.size()),
                        static_cast<std::int64_t>(other.size()));
        }
}

void capabilities_unchangeable(Trial& trial) {
    const auto mask = page(trial, capabilities, changeable);
    const auto reply = trial.get(mode_sense(capabilities, changeable), 4096);
    if (trial.good(reply) && mask.size() > 2)
        trial.same(reply, "nothing of page 2Ah is changeable", Bytes(mask.size() - 2),
                   std::span(mask).subspan(2));
}

// A bit outside the mask is changed: refused, and the page stays.
void unchangeable_bits(Trial& trial) {
    for (const auto& each : pages_of(trial.get(mode_sense(all_pages), 4096))) {
        const auto mask = page(trial, each.code, changeable);
        if (each.code == 0 || mask.size() != each.bytes.size())
            continue;
        for (std::size_t i = 2; i < mask.size(); ++i) {
            const auto fixed = static_cast<std::uint8_t>(~mask[i]);
            if (fixed == 0)
                continue;
            auto changed = each.bytes;
            changed[i] ^= static_cast<std::uint8_t>(fixed & -fixed);
            trial.refused(
                select(trial, changed), {"5/26/xx", "5/24/00"},
                fmt::format("page {:02X}h byte {}: a bit that is not changeable", each.code, i));
        }
        const auto after = page(trial, each.code);
        trial.same(trial.get(mode_sense(each.code), 4096), "the page after refused changes",
                   each.bytes, after);
    }
}

void the_same_again(Trial& trial) {
    for (const auto& each : pages_of(trial.get(mode_sense(all_pages), 4096)))
        if (const auto mask = page(trial, each.code, changeable);
            std::any_of(mask.begin() + std::min<std::ptrdiff_t>(2, std::ssize(mask)), mask.end(),
                        [](std::uint8_t byte) { return byte != 0; }))
            trial.good(select(trial, each.bytes),
                       fmt::format("MODE SELECT of page {:02X}h as it is", each.code));
}

// Page 01h byte 3, the read retry count, takes what it is given when it says so.
void retry_count(Trial& trial) {
    const auto before = page(trial, 0x01);
    const auto mask = page(trial, 0x01, changeable);
    if (before.size() < 4 || mask.size() < 4 || mask[3] != 0xFF)
        return trial.skip("the read retry count is not changeable");
    auto changed = before;
    changed[3] = before[3] == 3 ? 5 : 3;
    const auto reply = select(trial, changed);
    if (trial.good(reply)) {
        trial.same(reply, "page 01h after the change", changed, page(trial, 0x01));
        trial.good(select(trial, before), "the old value again");
    }
}

void wrong_lists(Trial& trial) {
    const auto before = page(trial, 0x01);
    if (before.size() < 4)
        return trial.skip("the drive has no page 01h");
    const auto list_of = [&](Bytes list) {
        Bytes cdb{0x55, 0x10, 0, 0, 0, 0, 0, 0, 0, 0};
        mmc::put16(&cdb[7], static_cast<std::uint32_t>(list.size()));
        return trial.send(cdb, list);
    };
    trial.refused(list_of(Bytes(5)), {"5/1A/00"}, "a list shorter than its header");
    Bytes cut(8);
    cut.insert(cut.end(), before.begin(), before.end() - 3);
    trial.refused(list_of(cut), {"5/1A/00"}, "a list that cuts the page");
    auto longer = before;
    longer[1] = static_cast<std::uint8_t>(longer[1] + 2);
    longer.resize(longer.size() + 2);
    trial.refused(select(trial, longer), {"5/26/xx", "5/1A/00"}, "a page of the wrong length");
    trial.refused(select(trial, Bytes{0x3E, 2, 0, 0}), {"5/26/xx"}, "a page that does not exist");
    trial.refused(select(trial, before, 0x11), {"5/24/00", "5/39/00"}, "SP: pages cannot be saved");
    Bytes empty{0x55, 0x10, 0, 0, 0, 0, 0, 0, 0, 0};
    trial.good(trial.send(empty), "parameter list length 0 is no error");
    trial.same(trial.get(mode_sense(0x01), 4096), "page 01h after all this", before,
               page(trial, 0x01));
}

void capabilities_page(Trial& trial) {
    const auto reply = trial.get(mode_sense(capabilities), 4096);
    const auto bytes = page(trial, capabilities);
    if (!trial.good(reply) ||
        !trial.at_least(reply, "size of page 2Ah", 0x14, static_cast<std::int64_t>(bytes.size())))
        return;
    trial.at_least(reply, "bytes 12-13, buffer size in KiB", 64, mmc::get16(&bytes[12]));
    if (bytes.size() < 32)
        return;
    const auto count = mmc::get16(&bytes[30]);
    if (!trial.at_least(reply, "bytes of the page for its write speed descriptors",
                        32 + 4 * std::int64_t{count}, static_cast<std::int64_t>(bytes.size())))
        return;
    unsigned before = 0xFFFF;
    bool known = count == 0 || mmc::get16(&bytes[28]) == 0;
    for (std::size_t i = 0; i < count; ++i) {
        const auto speed = mmc::get16(&bytes[34 + 4 * i]);
        trial.expect(speed <= before, reply, "write speeds, fastest first",
                     fmt::format("at most {}", before), fmt::format("{}", speed));
        known |= speed == mmc::get16(&bytes[28]);
        before = speed;
    }
    trial.expect(known, reply, "the current write speed is one of the descriptors", "listed",
                 fmt::format("{} is not", mmc::get16(&bytes[28])));
}

void lock_state(Trial& trial) {
    const auto locked = [&] {
        const auto bytes = page(trial, capabilities);
        return bytes.size() > 6 ? bytes[6] >> 1 & 1 : -1;
    };
    const auto before = locked();
    const auto reply = trial.send(prevent_removal(true));
    trial.good(reply);
    trial.equal(reply, "page 2Ah byte 6 bit 1 after PREVENT", 1, locked());
    const auto again = trial.send(prevent_removal(false));
    trial.good(again);
    trial.equal(again, "page 2Ah byte 6 bit 1 after ALLOW", 0, locked());
    if (before == 1)
        trial.note("removal was prevented before the check; it is allowed now");
}

Bytes with_write_type(Bytes from, unsigned write_type, unsigned track_mode, unsigned block_type) {
    from[2] = static_cast<std::uint8_t>((from[2] & 0x40) | write_type);
    from[3] = static_cast<std::uint8_t>((from[3] & 0xC0) | track_mode);
    from[4] = static_cast<std::uint8_t>(block_type);
    return from;
}

// Hosts find out what a drive can write by trying: what it cannot has to be refused.
void write_parameter_probing(Trial& trial) {
    const auto before = page(trial, 0x05);
    if (before.size() < 32)
        return trial.skip("the drive has no page 05h");
    for (unsigned type = 5; type < 16; ++type)
        trial.refused(select(trial, with_write_type(before, type, 4, 8)), {"5/26/xx"},
                      fmt::format("write type {} is reserved", type));
    if (!trial.mounted().dvd() && !trial.mounted().bd())
        for (const unsigned block : {4, 5, 6, 14})
            trial.refused(select(trial, with_write_type(before, 1, 4, block)), {"5/26/xx"},
                          fmt::format("data block type {} is reserved", block));
    trial.same(trial.get(mode_sense(0x05), 4096), "page 05h after refused changes", before,
               page(trial, 0x05));
    trial.good(select(trial, before), "page 05h as it was");
}

// Features 002Dh and 002Eh against what MODE SELECT takes.
void write_types_as_promised(Trial& trial) {
    const auto before = page(trial, 0x05);
    const auto* tao = trial.mounted().feature(0x002D);
    const auto* mastering = trial.mounted().feature(0x002E);
    if (before.size() < 32 || !tao || !mastering)
        return trial.skip("the drive writes no CDs");
    for (const unsigned block : {8, 9, 10, 11, 12, 13})
        if ((tao->word(6) >> block & 1) != 0)
            trial.good(select(trial, with_write_type(before, 1, 4, block)),
                       fmt::format("track at once, block type {}: feature 002Dh has it", block));
    const auto sao = select(trial, with_write_type(before, 2, 4, 8));
    if ((mastering->byte(4) & 0x20) != 0)
        trial.good(sao, "session at once: feature 002Eh has it");
    else
        trial.refused(sao, {"5/26/xx"}, "session at once: feature 002Eh has it not");
    bool raw = false;
    for (const unsigned block : {1, 2, 3})
        raw |= select(trial, with_write_type(before, 3, 4, block)).ok();
    trial.expect(raw == ((mastering->byte(4) & 0x08) != 0), sao, "raw writing: feature 002Eh bit 3",
                 raw ? "1, MODE SELECT takes it" : "0, MODE SELECT refuses it", raw ? "0" : "1");
    trial.good(select(trial, before), "page 05h as it was");
}

} // namespace

std::vector<Check> mode_page_checks() {
    constexpr auto sense = "MODE SENSE(10)";
    constexpr auto select_name = "MODE SELECT(10)";
    const Needs cd{Inside::cd};
    return {
        {"mode-sense/well-formed", sense, "SPC-3", {}, well_formed},
        {"mode-sense/each-page", sense, "SPC-3", {}, each_page_alone},
        {"mode-sense/six-bytes", "MODE SENSE(6)", "SPC-3", {}, six_bytes},
        {"mode-sense/unknown-page", sense, "SPC-3", {}, unknown_page},
        {"mode-sense/saved", sense, "SPC-3: SAVING PARAMETERS NOT SUPPORTED", {}, saved_pages},
        {"mode-sense/same-size", sense, "SPC-3", {}, mask_and_defaults_have_the_same_size},
        {"mode-sense/capabilities-mask", sense, "MMC-3 5.5.10", {}, capabilities_unchangeable},
        {"mode-sense/capabilities", sense, "MMC-3 5.5.10", {}, capabilities_page},
        {"mode-sense/lock-state", "PREVENT ALLOW MEDIUM REMOVAL", "MMC-3 5.5.10", {}, lock_state},
        {"mode-select/unchangeable", select_name, "SPC-3", {}, unchangeable_bits},
        {"mode-select/unchanged", select_name, "SPC-3", {}, the_same_again},
        {"mode-select/retry-count", select_name, "MMC-3", {}, retry_count},
        {"mode-select/wrong-lists", select_name, "SPC-3", {}, wrong_lists},
        {"mode-select/write-types", select_name, "MMC-3", {}, write_parameter_probing},
        {"mode-select/write-types-promised", select_name, "MMC-5", cd, write_types_as_promised},
    };
}

} // namespace burnrig::harness::conformance
