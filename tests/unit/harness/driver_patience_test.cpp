// SPDX-License-Identifier: Apache-2.0
// What the sweep found in our driver, each a burn that went wrong for no reason or told a wrong
// one: patience with questions, causes that stay, a tray that opens again.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "driver_bench.h"

using namespace burnrig;
using burnrig::test::DriverBench;
using M = driver::WriteMode;
namespace data = boost::unit_test::data;

namespace {

struct Case {
    const char* medium;
    M mode;
    const char* rule;
    const char* cause; ///< "" of a success
};
std::ostream& operator<<(std::ostream& out, const Case& one) {
    return out << one.medium << ": " << one.rule;
}

std::string cause_of(const driver::Outcome<driver::BurnReport>& report) {
    return report ? "" : std::string(driver::cause_name(report.error().cause));
}

// A drive that is busy for a moment is asked again, whatever the question.
const std::vector<Case> busy_for_a_moment{
    {"dvd+rw", M::overwrite, "at INQUIRY #1 -> status BUSY", ""},
    {"dvd+rw", M::overwrite, "at GET_CONFIGURATION #1 -> fail becoming-ready", ""},
    {"dvd+rw", M::overwrite, "at READ_DISC_INFORMATION #1 -> status BUSY", ""},
    {"dvd+rw", M::overwrite, "at READ_TRACK_INFORMATION #1 -> fail becoming-ready", ""},
    {"dvd+rw", M::overwrite, "at READ_FORMAT_CAPACITIES #1 -> status BUSY", ""},
    {"dvd+rw", M::overwrite, "at GET_PERFORMANCE #1 -> fail becoming-ready", ""},
    {"dvd+rw", M::overwrite, "at PREVENT_ALLOW_MEDIUM_REMOVAL #1 -> status BUSY", ""},
    {"dvd+rw", M::overwrite, "at READ_10 #1 -> fail becoming-ready", ""},
    {"dvd+rw", M::overwrite, "at READ_CAPACITY #1 -> status BUSY", ""},
    {"cd-r-80", M::tao, "at MODE_SENSE_10 #1 -> status BUSY", ""},
    {"cd-r-80", M::tao, "at READ_TOC_PMA_ATIP #1 -> fail becoming-ready", ""},
};

// The first thing that went wrong is the cause, not what came of trying again.
const std::vector<Case> causes_that_stay{
    // The blocks that were taken are refused when they come again.
    {"bd-r-25", M::pow, "at WRITE_10 #1 midway 0.5 -> host TIME_OUT", "command-timeout"},
    // READ FORMAT CAPACITIES is answered without a disc too.
    {"dvd+rw", M::overwrite, "at READ_TRACK_INFORMATION #2 -> eject emergency", "medium-removed"},
    // This medium knows no CLOSE TRACK, which is tried next; without this CLOSE it is good too.
    {"dvd+rw", M::overwrite, "at CLOSE_TRACK_SESSION #1 -> fail incomplete-track", ""},
};

class ProgressSeen final : public driver::Observer {
public:
    void stage(driver::Stage, std::string_view) override { last_ = 0; }
    void progress(const driver::Progress& now) override {
        falls_ += now.bytes < last_ ? 1 : 0;
        last_ = now.bytes;
        ++told_;
    }
    int falls() const { return falls_; }
    int told() const { return told_; }

private:
    std::uint64_t last_ = 0;
    int falls_ = 0;
    int told_ = 0;
};

} // namespace

BOOST_DATA_TEST_CASE(a_moment_of_business_is_waited_out, data::make(busy_for_a_moment), one) {
    DriverBench bench(one.medium, {one.rule});
    auto job = bench.job(one.mode);
    job.verify = true;
    const auto report = bench.burn(job);
    BOOST_TEST(cause_of(report) == one.cause);
    BOOST_REQUIRE(report);
    BOOST_TEST((bench.on_disc(report->first_lba) == bench.bytes));
    BOOST_TEST(bench.rig->drive().faults().fired() == 1u);
}

BOOST_DATA_TEST_CASE(the_first_failure_is_the_cause, data::make(causes_that_stay), one) {
    DriverBench bench(one.medium, {one.rule});
    BOOST_TEST(cause_of(bench.burn(bench.job(one.mode))) == one.cause);
    BOOST_TEST(bench.rig->drive().faults().fired() == 1u);
}

// The drive keeps the disc as long as it has data of that burn.
BOOST_AUTO_TEST_CASE(after_a_burn_that_was_given_up_the_tray_opens) {
    for (const auto* medium : {"cd-r-80", "dvd-r", "dvd+r", "bd-r-25"})
        BOOST_TEST_CONTEXT(medium) {
            DriverBench bench(medium, {"at WRITE_10 #4+ -> status RESERVATION_CONFLICT",
                                       "at SYNCHRONIZE_CACHE #1 -> fail internal-failure"});
            auto recorder = bench.recorder();
            const auto report = recorder.burn(bench.job());
            BOOST_REQUIRE(!report);
            const auto ejected = recorder.eject();
            BOOST_TEST(ejected.has_value(), (ejected ? "" : driver::to_text(ejected.error())));
            BOOST_TEST((bench.rig->drive().status().tray == emulator::Tray::open));
        }
}

BOOST_AUTO_TEST_CASE(what_is_shown_as_done_stays_done) {
    DriverBench bench("dvd+r", {"at SYNCHRONIZE_CACHE after -> busy 90s long-write ; always"});
    ProgressSeen seen;
    auto recorder = bench.recorder();
    const auto report = recorder.burn(bench.job(M::sequential), &seen);
    BOOST_TEST(cause_of(report) == "");
    BOOST_TEST(seen.told() > 10);
    BOOST_TEST(seen.falls() == 0);
}
