// SPDX-License-Identifier: Apache-2.0
// What a check works with: it sends commands to the target and judges the replies.
//
//     const auto reply = trial.get({0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 8);
//     if (!trial.good(reply)) return;
//     trial.equal(reply, "block length", 2048, mmc::get32(&reply.data[4]));
//     trial.refused(trial.send({0x28, 1, 0, 0, 0, 0, 0, 0, 1, 0}), {"5/24/00"});
//
// Every judgement that fails becomes a finding with the CDB; the check goes on unless it returns.
// All waiting is bounded and in the time of the target's clock. One thread at a time.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/conformance/check.h"
#include "mmc/bytes.h"
#include "mmc/sense.h"
#include "mmc/target.h"

namespace burnrig::harness::conformance {

/// Lists to go through: for (const auto code : Codes{0x0001, 0x0003}).
using Codes = std::initializer_list<std::uint16_t>;
using Values = std::initializer_list<std::uint8_t>;

/// How one command ended.
struct Reply {
    Bytes cdb;
    mmc::Completion completion;
    Bytes data; ///< the bytes that came
    std::optional<mmc::Sense> sense;

    bool ok() const { return completion.good(); }
    bool is(std::string_view pattern) const; ///< as in Trial::refused()
    std::uint8_t key() const { return sense ? static_cast<std::uint8_t>(sense->code.key) : 0; }
    std::size_t size() const { return data.size(); }
    /// Zero behind the end, so that a short reply is a finding and no crash.
    std::uint8_t byte(std::size_t at) const {
        return at < data.size() ? data[at] : std::uint8_t{0};
    }
    std::uint32_t word(std::size_t at) const { return byte(at) * 256U + byte(at + 1); }
    std::uint32_t quad(std::size_t at) const { return word(at) << 16 | word(at + 2); }
    std::int32_t address(std::size_t at) const { return static_cast<std::int32_t>(quad(at)); }
    /// As many of those bytes as came.
    std::span<const std::uint8_t> part(std::size_t at, std::size_t count = SIZE_MAX) const {
        const auto from = std::min(at, data.size());
        return std::span(data).subspan(from, std::min(count, data.size() - from));
    }
    /// "GOOD, 34 bytes" or "5/24/00 ILLEGAL REQUEST, INVALID FIELD IN CDB".
    std::string text() const;
};

struct Feature {
    std::uint16_t code = 0;
    std::uint8_t version = 0;
    bool persistent = false;
    bool current = false;
    Bytes data; ///< behind the four bytes of the header

    std::uint8_t
    byte(std::size_t at) const ///< `at` counts from the descriptor's begin, as MMC does
    {
        return at >= 4 && at - 4 < data.size() ? data[at - 4] : std::uint8_t{0};
    }
    std::uint32_t word(std::size_t at) const { return byte(at) * 256U + byte(at + 1); }
    std::uint32_t quad(std::size_t at) const { return word(at) << 16 | word(at + 2); }
};

/// What is mounted, as the target tells it when a check begins.
struct Mounted {
    bool ready = false;         ///< TEST UNIT READY is GOOD
    bool configuration = false; ///< GET CONFIGURATION answered: a drive since MMC-2
    std::uint16_t profile = 0;
    std::vector<Feature> features;
    bool disc_information = false; ///< READ DISC INFORMATION answered
    unsigned status = 0;           ///< 0 blank, 1 appendable, 2 complete, 3 other
    bool erasable = false;
    std::uint32_t last_block = 0; ///< READ CAPACITY; 0 for a blank disc
    bool capacity = false;        ///< READ CAPACITY answered

    const Feature* feature(std::uint16_t code) const;
    bool current(std::uint16_t code) const {
        const auto* found = feature(code);
        return found && found->current;
    }
    bool is(mmc::Profile wanted) const { return profile == mmc::code(wanted); }
    bool cd() const { return profile >= 0x08 && profile <= 0x0A; }
    bool dvd() const { return profile >= 0x10 && profile <= 0x2F; }
    bool bd() const { return profile >= 0x40 && profile <= 0x43; }
    bool blank() const { return disc_information && status == 0; }
    bool recorded() const { return capacity && last_block > 0; }
    std::string state() const; ///< "blank", "appendable", "complete", "random", "none"
};

class Trial {
public:
    Trial(mmc::Target& target, mmc::Clock& clock) : target_(target), clock_(clock) {}

    // Sending. A pending unit attention is fetched first: the command is sent again, twice at most.
    Reply get(Bytes cdb, std::size_t room);
    Reply send(Bytes cdb, std::span<const std::uint8_t> data = {});
    /// Without that: exactly one command goes out.
    Reply get_once(Bytes cdb, std::size_t room);
    Reply send_once(Bytes cdb, std::span<const std::uint8_t> data = {});

    /// TEST UNIT READY until it is GOOD or says something that waiting will not change.
    Reply settle(mmc::Duration most = std::chrono::seconds(60));
    /// The same for what a write, a close, a blanking leaves behind: READ DISC INFORMATION too.
    bool wait_until_done(mmc::Duration most = std::chrono::hours(4));
    /// Fetches the events that wait, so that the next reply has none.
    void drain_events();
    void sleep(mmc::Duration time) { clock_.sleep_for(time); }
    mmc::Duration now() const { return clock_.now(); }

    /// Asks the drive anew what is mounted.
    const Mounted& look();
    const Mounted& mounted() const { return mounted_; }

    // Judging. Each gives back whether the target was right.
    bool expect(bool right, const Reply& about, std::string what, std::string expected,
                std::string seen);
    bool good(const Reply& reply);
    bool good(const Reply& reply, std::string_view what);
    /// One of "5/24/00", "2/3A/xx" (any qualifier), "8/xx/xx" (any of that key).
    bool refused(const Reply& reply, std::initializer_list<std::string_view> allowed,
                 std::string_view what = {});
    bool equal(const Reply& about, std::string_view what, std::int64_t expected, std::int64_t seen);
    bool at_least(const Reply& about, std::string_view what, std::int64_t least, std::int64_t seen);
    bool at_most(const Reply& about, std::string_view what, std::int64_t most, std::int64_t seen);
    /// Byte for byte; prints the surroundings of the first difference.
    bool same(const Reply& about, std::string_view what, std::span<const std::uint8_t> expected,
              std::span<const std::uint8_t> seen);

    void note(std::string text);
    /// Ends nothing by itself: return after it.
    void skip(std::string reason);

    Outcome outcome() &&;
    /// The bytes of the transport failure, when the target was gone.
    bool broken() const { return !broken_.empty(); }

private:
    Reply execute(Bytes cdb, std::span<const std::uint8_t> out, std::size_t room);
    void look_at_features();

    mmc::Target& target_;
    mmc::Clock& clock_;
    Mounted mounted_;
    Outcome outcome_;
    std::string broken_;
    bool skipped_ = false;
};

} // namespace burnrig::harness::conformance
