// SPDX-License-Identifier: Apache-2.0
#include "harness/conformance/trial.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "mmc/opcode.h"

namespace burnrig::harness::conformance {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_findings = 6; // of one check; one defect often shows many times
constexpr auto answer_timeout = 60s;     // of what only asks or reads: some drives never answer
constexpr auto command_timeout = 20min;  // nothing long is sent without IMMED
constexpr std::uint8_t untouched = 0xA5; // what a receive buffer is filled with

// "5/24/00" against a code; "xx" stands for any.
mmc::Duration timeout_of(const Bytes& cdb) {
    const bool asks = !cdb.empty() && (mmc::in_group(cdb[0], mmc::Group::status) ||
                                       mmc::in_group(cdb[0], mmc::Group::read));
    return asks ? mmc::Duration{answer_timeout} : mmc::Duration{command_timeout};
}

bool matches(std::string_view pattern, mmc::SenseCode code) {
    const std::string text =
        fmt::format("{:X}/{:02X}/{:02X}", static_cast<unsigned>(code.key), code.asc, code.ascq);
    return pattern.size() == text.size() &&
           std::equal(pattern.begin(), pattern.end(), text.begin(),
                      [](char wanted, char seen) { return wanted == 'x' || wanted == seen; });
}

std::string joined(std::initializer_list<std::string_view> words) {
    std::string text;
    for (const auto word : words)
        text += (text.empty() ? "" : " or ") + std::string(word);
    return text;
}

// Waiting helps: becoming ready, formatting, an operation, a long write.
bool will_pass(const Reply& reply) {
    return reply.is("2/04/01") || reply.is("2/04/04") || reply.is("2/04/07") || reply.is("2/04/08");
}

} // namespace

bool Reply::is(std::string_view pattern) const {
    return !ok() && sense && matches(pattern, sense->code);
}

std::string Reply::text() const {
    if (completion.host != mmc::HostStatus::ok)
        return fmt::format("no answer (host status {})", static_cast<int>(completion.host));
    if (completion.status == mmc::Status::good)
        return fmt::format("GOOD, {} bytes", data.size());
    if (completion.status != mmc::Status::check_condition)
        return fmt::format("status {:02X}h", static_cast<unsigned>(completion.status));
    if (!sense)
        return fmt::format("CHECK CONDITION, sense not readable: {}", hex(completion.sense.view()));
    const auto code = sense->code;
    return fmt::format("{:X}/{:02X}/{:02X}{}{}", static_cast<unsigned>(code.key), code.asc,
                       code.ascq, mmc::sense_text(code.asc, code.ascq).empty() ? "" : " ",
                       mmc::sense_text(code.asc, code.ascq));
}

const Feature* Mounted::feature(std::uint16_t code) const {
    const auto found = std::find_if(features.begin(), features.end(),
                                    [&](const Feature& each) { return each.code == code; });
    return found == features.end() ? nullptr : &*found;
}

std::string Mounted::state() const {
    constexpr std::string_view names[]{"blank", "appendable", "complete", "random"};
    if (!ready)
        return "none";
    return disc_information ? std::string(names[status]) : "unknown";
}

Reply Trial::execute(Bytes cdb, std::span<const std::uint8_t> out, std::size_t room) {
    Reply reply;
    Bytes buffer(room, untouched);
    reply.completion = target_.execute({cdb, out, buffer, timeout_of(cdb)});
    reply.cdb = std::move(cdb);
    if (room > 0) {
        buffer.resize(std::min<std::size_t>(reply.completion.transferred, room));
        reply.data = std::move(buffer);
    }
    if (reply.completion.status == mmc::Status::check_condition)
        reply.sense = mmc::decode_sense(reply.completion.sense.view());
    if (reply.completion.host == mmc::HostStatus::no_connect ||
        reply.completion.host == mmc::HostStatus::bad_target)
        broken_ = fmt::format("the target is gone: {} to CDB {}", reply.text(), hex(reply.cdb));
    return reply;
}

Reply Trial::get_once(Bytes cdb, std::size_t room) {
    return execute(std::move(cdb), {}, room);
}

Reply Trial::send_once(Bytes cdb, std::span<const std::uint8_t> data) {
    return execute(std::move(cdb), data, 0);
}

Reply Trial::get(Bytes cdb, std::size_t room) {
    auto reply = get_once(cdb, room);
    for (int again = 0; again < 2 && reply.is("6/xx/xx"); ++again)
        reply = get_once(cdb, room);
    return reply;
}

Reply Trial::send(Bytes cdb, std::span<const std::uint8_t> data) {
    auto reply = send_once(cdb, data);
    for (int again = 0; again < 2 && reply.is("6/xx/xx"); ++again)
        reply = send_once(cdb, data);
    return reply;
}

Reply Trial::settle(mmc::Duration most) {
    const auto limit = now() + most;
    auto reply = send({0x00, 0, 0, 0, 0, 0});
    while (!broken() && (will_pass(reply) || reply.is("6/xx/xx")) && now() < limit) {
        sleep(100ms);
        reply = send({0x00, 0, 0, 0, 0, 0});
    }
    return reply;
}

bool Trial::wait_until_done(mmc::Duration most) {
    const auto limit = now() + most;
    while (!broken() && now() < limit) {
        const auto ready = send({0x00, 0, 0, 0, 0, 0});
        const auto disc = get({0x51, 0, 0, 0, 0, 0, 0, 0, 34, 0}, 34);
        if (!will_pass(ready) && !will_pass(disc))
            return true;
        sleep(500ms);
    }
    return false;
}

void Trial::drain_events() {
    constexpr int most_events = 32;
    for (int i = 0; i < most_events; ++i) {
        const auto event = get({0x4A, 1, 0, 0, 0x7E, 0, 0, 0, 8, 0}, 8);
        if (!event.ok() || event.size() < 8 || (event.byte(4) & 15) == 0)
            return;
    }
}

void Trial::look_at_features() {
    const auto reply = get({0x46, 0, 0, 0, 0, 0, 0, 0x10, 0, 0}, 4096);
    mounted_.configuration = reply.ok();
    mounted_.profile = static_cast<std::uint16_t>(reply.word(6));
    const auto end = std::min<std::size_t>(reply.size(), std::size_t{reply.quad(0)} + 4);
    for (std::size_t at = 8; at + 4 <= end; at += 4U + reply.byte(at + 3)) {
        Feature feature;
        feature.code = static_cast<std::uint16_t>(reply.word(at));
        feature.version = reply.byte(at + 2) >> 2 & 15;
        feature.persistent = (reply.byte(at + 2) & 2) != 0;
        feature.current = (reply.byte(at + 2) & 1) != 0;
        for (std::size_t i = 0; i < reply.byte(at + 3); ++i)
            feature.data.push_back(reply.byte(at + 4 + i));
        mounted_.features.push_back(std::move(feature));
    }
}

const Mounted& Trial::look() {
    mounted_ = {};
    mounted_.ready = settle().ok();
    look_at_features();
    if (!mounted_.ready)
        return mounted_;
    const auto disc = get({0x51, 0, 0, 0, 0, 0, 0, 0, 34, 0}, 34);
    mounted_.disc_information = disc.ok() && disc.size() >= 32;
    mounted_.status = disc.byte(2) & 3U;
    mounted_.erasable = (disc.byte(2) & 0x10) != 0;
    const auto capacity = get({0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 8);
    mounted_.capacity = capacity.ok() && capacity.size() == 8;
    mounted_.last_block = mounted_.capacity ? capacity.quad(0) : 0;
    return mounted_;
}

bool Trial::expect(bool right, const Reply& about, std::string what, std::string expected,
                   std::string seen) {
    if (!right && outcome_.findings.size() < most_findings)
        outcome_.findings.push_back(
            {std::move(what), std::move(expected), std::move(seen), about.cdb});
    return right;
}

bool Trial::good(const Reply& reply) {
    return good(reply, "the command must succeed");
}

bool Trial::good(const Reply& reply, std::string_view what) {
    return expect(reply.ok(), reply, std::string(what), "GOOD", reply.text());
}

bool Trial::refused(const Reply& reply, std::initializer_list<std::string_view> allowed,
                    std::string_view what) {
    const bool right = std::any_of(allowed.begin(), allowed.end(),
                                   [&](std::string_view code) { return reply.is(code); });
    return expect(right, reply, what.empty() ? "the command must be refused" : std::string(what),
                  joined(allowed), reply.text());
}

bool Trial::equal(const Reply& about, std::string_view what, std::int64_t expected,
                  std::int64_t seen) {
    return expect(expected == seen, about, std::string(what),
                  fmt::format("{} ({:X}h)", expected, expected),
                  fmt::format("{} ({:X}h)", seen, seen));
}

bool Trial::at_least(const Reply& about, std::string_view what, std::int64_t least,
                     std::int64_t seen) {
    return expect(seen >= least, about, std::string(what), fmt::format("at least {}", least),
                  fmt::format("{}", seen));
}

bool Trial::at_most(const Reply& about, std::string_view what, std::int64_t most,
                    std::int64_t seen) {
    return expect(seen <= most, about, std::string(what), fmt::format("at most {}", most),
                  fmt::format("{}", seen));
}

bool Trial::same(const Reply& about, std::string_view what, std::span<const std::uint8_t> expected,
                 std::span<const std::uint8_t> seen) {
    const auto shorter = std::min(expected.size(), seen.size());
    const auto differ = static_cast<std::size_t>(
        std::mismatch(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(shorter),
                      seen.begin())
            .first -
        expected.begin());
    if (differ == shorter && expected.size() == seen.size())
        return true;
    const auto around = [&](std::span<const std::uint8_t> bytes) {
        const auto from = differ < 4 ? 0 : differ - 4;
        const auto count = from < bytes.size() ? std::min<std::size_t>(16, bytes.size() - from) : 0;
        return fmt::format("{} bytes, from byte {}: {}", bytes.size(), from,
                           hex(bytes.subspan(std::min(from, bytes.size()), count)));
    };
    return expect(false, about, fmt::format("{} (first difference at byte {})", what, differ),
                  around(expected), around(seen));
}

void Trial::note(std::string text) {
    if (std::find(outcome_.notes.begin(), outcome_.notes.end(), text) == outcome_.notes.end() &&
        outcome_.notes.size() < most_findings)
        outcome_.notes.push_back(std::move(text));
}

void Trial::skip(std::string reason) {
    skipped_ = true;
    outcome_.reason = std::move(reason);
}

Outcome Trial::outcome() && {
    auto& verdict = outcome_.verdict;
    if (!broken_.empty()) {
        verdict = Verdict::broken;
        outcome_.reason = broken_;
    } else if (!outcome_.findings.empty()) {
        verdict = Verdict::fail;
    } else if (skipped_) {
        verdict = Verdict::not_applicable;
    } else {
        verdict = outcome_.notes.empty() ? Verdict::pass : Verdict::note;
    }
    return std::move(outcome_);
}

} // namespace burnrig::harness::conformance
