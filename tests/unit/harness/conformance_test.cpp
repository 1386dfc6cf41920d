// SPDX-License-Identifier: Apache-2.0
// Goal: the conformance suite finds a drive that lies. A Liar stands in front of an honest drive
// and lies in one thing; the check that is about this thing must fail, and pass without the Liar.
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

#include "harness/conformance/report.h"
#include "harness/conformance/suite.h"
#include "harness/rig/rig.h"

using namespace burnrig;
using namespace burnrig::harness;
using conformance::Verdict;
namespace data = boost::unit_test::data;

namespace burnrig::harness::conformance {
std::ostream& operator<<(std::ostream& out, Verdict verdict) {
    return out << verdict_name(verdict);
}
} // namespace burnrig::harness::conformance

namespace {

using Bytes = std::vector<std::uint8_t>;

/// A command on its way to the drive, and its end; a lie changes either.
struct Exchange {
    Bytes cdb;
    Bytes out;
    std::span<std::uint8_t> in;
    mmc::Completion completion;

    bool is(std::uint8_t opcode) const { return cdb[0] == opcode; }
    /// The reply is at least so long.
    bool has(std::size_t bytes) const {
        return completion.good() && completion.transferred >= bytes;
    }
    void make_good() { completion = mmc::Completion{}; }
    void refuse(mmc::SenseCode code) {
        completion.status = mmc::Status::check_condition;
        completion.sense = mmc::encode(mmc::Sense{code});
        completion.transferred = 0;
    }
};

struct Lie {
    const char* name;
    const char* caught_by;
    const char* first_record = ""; ///< a life cycle that the honest drive goes through first
    /// Changes what the drive gets; true: the drive does not see the command at all.
    bool (*before)(Exchange&) = [](Exchange&) { return false; };
    void (*after)(Exchange&) = [](Exchange&) {};
};
std::ostream& operator<<(std::ostream& out, const Lie& lie) {
    return out << lie.name;
}

class Liar final : public mmc::Target {
public:
    Liar(mmc::Target& drive, const Lie& lie) : drive_(drive), lie_(lie) {}
    mmc::Completion execute(const mmc::Command& command) override {
        Exchange exchange{Bytes(command.cdb.begin(), command.cdb.end()),
                          Bytes(command.data_out.begin(), command.data_out.end()),
                          command.data_in,
                          {}};
        if (!lie_.before(exchange))
            exchange.completion =
                drive_.execute({exchange.cdb, exchange.out, command.data_in, command.timeout});
        lie_.after(exchange);
        return exchange.completion;
    }

private:
    mmc::Target& drive_;
    const Lie& lie_;
};

const std::vector<Lie> lies{
    {.name = "inquiry: not removable",
     .caught_by = "inquiry/standard-data",
     .after =
         [](Exchange& it) {
             if (it.is(0x12) && it.has(2))
                 it.in[1] = 0;
         }},
    {.name = "an unknown opcode is GOOD",
     .caught_by = "sense/unknown-opcode",
     .after =
         [](Exchange& it) {
             if (it.is(0x60))
                 it.make_good();
         }},
    {.name = "sense data of 14 bytes",
     .caught_by = "sense/fixed-format",
     .after =
         [](Exchange& it) {
             it.completion.sense.length = std::min<std::uint8_t>(it.completion.sense.length, 14);
         }},
    {.name = "RT 01b gives all features",
     .caught_by = "get-configuration/current-features",
     .before =
         [](Exchange& it) {
             if (it.is(0x46) && it.cdb[1] == 1)
                 it.cdb[1] = 0;
             return false;
         }},
    {.name = "RT 11b is taken for 00b",
     .caught_by = "get-configuration/reserved-type",
     .before =
         [](Exchange& it) {
             if (it.is(0x46) && it.cdb[1] == 3)
                 it.cdb[1] = 0;
             return false;
         }},
    {.name = "features out of order",
     .caught_by = "get-configuration/well-formed",
     .after =
         [](Exchange& it) {
             if (it.is(0x46) && it.cdb[1] == 0 && it.has(12))
                 it.in[9] = 0x02; // the profile list calls itself feature 0002h
         }},
    {.name = "the allocation length of INQUIRY is not looked at",
     .caught_by = "inquiry/allocation-length",
     .before =
         [](Exchange& it) {
             if (it.is(0x12))
                 it.cdb[4] = 0xFF;
             return false;
         }},
    {.name = "the length field tells what came, not what there is",
     .caught_by = "read-disc-information/allocation-length",
     .after =
         [](Exchange& it) {
             if (it.is(0x51) && it.has(2))
                 mmc::put16(it.in.data(), it.completion.transferred - 2);
         }},
    {.name = "an unchangeable bit can be changed",
     .caught_by = "mode-select/unchangeable",
     .after =
         [](Exchange& it) {
             if (it.is(0x55))
                 it.make_good();
         }},
    {.name = "page 2Ah says that it can be changed",
     .caught_by = "mode-sense/capabilities-mask",
     .after =
         [](Exchange& it) {
             if (it.is(0x5A) && it.cdb[2] == 0x6A && it.has(12))
                 it.in[11] = 0xFF;
         }},
    {.name = "reserved write types are taken",
     .caught_by = "mode-select/write-types",
     .before =
         [](Exchange& it) {
             const bool reserved =
                 it.is(0x55) && it.out.size() > 10 && it.out[8] == 5 && (it.out[10] & 15) > 4;
             return reserved;
         }},
    {.name = "PREVENT is forgotten",
     .caught_by = "prevent/removal-prevented",
     .before = [](Exchange& it) { return it.is(0x1E); }},
    {.name = "a unit attention is never told",
     .caught_by = "unit-attention/told-once",
     .after =
         [](Exchange& it) {
             if (it.is(0x00) && !it.completion.good() && it.completion.sense.bytes[2] == 6)
                 it.make_good();
         }},
    {.name = "GET EVENT with 4 bytes loses the event",
     .caught_by = "get-event/new-medium",
     .before =
         [](Exchange& it) {
             if (it.is(0x4A) && it.cdb[8] <= 4)
                 it.cdb[8] = 8;
             return false;
         }},
    {.name = "READ DISC INFORMATION with an open tray",
     .caught_by = "no-medium/tray-open",
     .after =
         [](Exchange& it) {
             if (it.is(0x51))
                 it.make_good();
         }},
    {.name = "blocks of 2336 bytes",
     .caught_by = "read-capacity/form",
     .after =
         [](Exchange& it) {
             if (it.is(0x25) && it.has(8))
                 mmc::put16(&it.in[6], 2336);
         }},
    {.name = "READ beyond the end is GOOD",
     .caught_by = "read/beyond-the-end",
     .first_record = "cd/session-at-once",
     .after =
         [](Exchange& it) {
             if (it.is(0x28))
                 it.make_good();
         }},
    {.name = "a lead-out that is elsewhere",
     .caught_by = "read-toc/capacity",
     .first_record = "cd/session-at-once",
     .after =
         [](Exchange& it) {
             if (it.is(0x43) && it.cdb[6] == 0xAA && it.has(12))
                 it.in[11] ^= 0x40;
         }},
    {.name = "READ CD of no block is always GOOD",
     .caught_by = "read-cd/illegal-selections",
     .first_record = "cd/session-at-once",
     .before = [](Exchange& it) { return it.is(0xBE) && it.cdb[8] == 0; }},
    {.name = "a wrong EDC",
     .caught_by = "read-cd/whole-block",
     .first_record = "cd/session-at-once",
     .after =
         [](Exchange& it) {
             if (it.is(0xBE) && it.has(2352))
                 it.in[2064] ^= 1;
         }},
    {.name = "WRITE anywhere is GOOD",
     .caught_by = "cd/track-at-once",
     .after =
         [](Exchange& it) {
             if (it.is(0x2A))
                 it.make_good();
         }},
    {.name = "what is written is forgotten",
     .caught_by = "cd/track-at-once",
     .before =
         [](Exchange& it) {
             if (it.is(0x2A))
                 std::fill(it.out.begin(), it.out.end(), std::uint8_t{0});
             return false;
         }},
    {.name = "the next session begins one block too late",
     .caught_by = "cd/track-at-once",
     .after =
         [](Exchange& it) {
             if (it.is(0x52) && it.has(16) && mmc::get32(&it.in[12]) > 1000)
                 mmc::put32(&it.in[12], mmc::get32(&it.in[12]) + 1);
         }},
};

struct Bench {
    mmc::VirtualClock clock;
    std::unique_ptr<Rig> rig;

    explicit Bench(const std::string& medium = "cd-r-80") {
        RigOptions options;
        options.medium = medium;
        auto made = Rig::create(options, clock);
        BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().message));
        rig = std::move(*made);
    }
    conformance::CheckResult run(const std::string& name, mmc::Target& target) {
        const auto& checks = conformance::all_checks();
        const auto found = std::find_if(checks.begin(), checks.end(),
                                        [&](const auto& check) { return check.name == name; });
        BOOST_REQUIRE_MESSAGE(found != checks.end(), "no check is named " << name);
        conformance::SuiteOptions options;
        options.may_write = true;
        return conformance::run_check(*found, target, clock, options);
    }
};

} // namespace

BOOST_DATA_TEST_CASE(a_lie_is_caught_by_its_check, data::make(lies), lie) {
    Bench bench;
    if (*lie.first_record)
        BOOST_REQUIRE_EQUAL(bench.run(lie.first_record, bench.rig->target()).outcome.verdict,
                            Verdict::pass);
    Liar liar(bench.rig->target(), lie);
    const auto result = bench.run(lie.caught_by, liar);
    BOOST_TEST(result.outcome.verdict == Verdict::fail, conformance::to_text(result, true));
    BOOST_REQUIRE(!result.outcome.findings.empty());
    const auto text = conformance::to_text(result, true);
    BOOST_TEST(text.find("CDB") != std::string::npos);
    BOOST_TEST(text.find("expected") != std::string::npos);
}

BOOST_DATA_TEST_CASE(the_honest_drive_passes_the_same_check, data::make(lies), lie) {
    Bench bench;
    if (*lie.first_record)
        bench.run(lie.first_record, bench.rig->target());
    const auto result = bench.run(lie.caught_by, bench.rig->target());
    BOOST_TEST(result.outcome.verdict == Verdict::pass, conformance::to_text(result, true));
}

BOOST_AUTO_TEST_CASE(names_of_checks_are_unique) {
    std::vector<std::string> names;
    for (const auto& check : conformance::all_checks())
        names.push_back(check.name);
    std::sort(names.begin(), names.end());
    BOOST_TEST((std::adjacent_find(names.begin(), names.end()) == names.end()));
}

BOOST_AUTO_TEST_CASE(without_leave_to_write_the_disc_stays_blank) {
    Bench bench;
    const auto report = conformance::run_suite(bench.rig->target(), bench.clock, {});
    BOOST_TEST(report.count(Verdict::fail) == 0U);
    BOOST_TEST(report.judged() > 50U);
    BOOST_TEST(bench.rig->drive().disc()->blank());
}

BOOST_AUTO_TEST_CASE(a_refusal_before_the_first_write_is_kept_to) {
    Bench bench;
    conformance::SuiteOptions options;
    options.may_write = true;
    options.before_first_write = [] { return false; };
    conformance::run_suite(bench.rig->target(), bench.clock, options);
    BOOST_TEST(bench.rig->drive().disc()->blank());
}

BOOST_AUTO_TEST_CASE(a_target_that_goes_away_is_broken_not_failed) {
    Bench bench;
    bench.rig->drive().power_off();
    const auto report = conformance::run_suite(bench.rig->target(), bench.clock, {});
    BOOST_TEST(report.results.size() == 1U);
    BOOST_TEST(report.count(Verdict::broken) == 1U);
}
