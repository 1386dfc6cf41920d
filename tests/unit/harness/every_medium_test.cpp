// SPDX-License-Identifier: Apache-2.0
// Our driver on the simulated drive with every medium in every mode: burned, verified by the
// driver, compared on the emulator's own disc, appended where the medium can be appended to.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include "driver_bench.h"
#include "emulator/disc/describe.h"

using namespace burnrig;
using burnrig::test::DriverBench;
namespace data = boost::unit_test::data;

namespace {

struct Pair {
    const char* medium;
    driver::WriteMode mode;
    bool appends;           ///< another recording can follow
    const char* closed;     ///< the disc's state after a burn that leaves nothing open
    driver::WriteMode next; ///< the mode of the recording that follows
};
std::ostream& operator<<(std::ostream& out, const Pair& pair) {
    return out << pair.medium << " " << driver::to_string(pair.mode);
}

using M = driver::WriteMode;
const std::vector<Pair> pairs{
    {"cd-r-80", M::tao, true, "complete", M::tao},
    {"cd-r-80", M::sao, true, "complete", M::tao},
    {"cd-rw-80", M::tao, true, "complete", M::tao},
    {"cd-rw-80", M::sao, true, "complete", M::tao},
    {"dvd-r", M::dao, false, "complete", M::incremental},
    {"dvd-r", M::incremental, true, "complete", M::incremental},
    {"dvd-r-dl", M::dao, false, "complete", M::incremental},
    {"dvd-rw", M::dao, false, "complete", M::incremental},
    {"dvd-rw", M::incremental, true, "complete", M::incremental},
    {"dvd-rw", M::overwrite, false, nullptr, M::overwrite},
    {"dvd+r", M::sequential, true, "complete", M::sequential},
    {"dvd+r-dl", M::sequential, true, "complete", M::sequential},
    {"dvd+rw", M::overwrite, false, nullptr, M::overwrite},
    {"dvd-ram", M::overwrite, false, nullptr, M::overwrite},
    {"bd-r-25", M::sequential, true, "complete", M::sequential},
    {"bd-r-25", M::pow, false, nullptr, M::pow},
    {"bd-r-25", M::random, false, nullptr, M::random},
    {"bd-r-50", M::sequential, true, "complete", M::sequential},
    {"bd-re-25", M::overwrite, false, nullptr, M::overwrite},
};

driver::BurnReport burned(DriverBench& bench, const driver::BurnJob& job) {
    const auto report = bench.burn(job);
    BOOST_REQUIRE_MESSAGE(report, (report ? "" : driver::to_text(report.error())));
    return *report;
}

} // namespace

BOOST_DATA_TEST_CASE(every_medium_is_burned_in_every_mode_and_holds_what_was_to_be_written,
                     data::make(pairs), pair) {
    DriverBench bench(pair.medium);
    auto job = bench.job(pair.mode);
    job.verify = true;
    const auto report = burned(bench, job);
    BOOST_TEST((report.mode == pair.mode));
    BOOST_REQUIRE(report.verify);
    BOOST_TEST(report.verify->compared == report.blocks);
    BOOST_TEST(bench.on_disc(report.first_lba) == bench.bytes);
    BOOST_TEST(!bench.rig->drive().status().removal_prevented);
    if (pair.closed != nullptr)
        BOOST_TEST(bench.state() == pair.closed);
}

BOOST_DATA_TEST_CASE(recordings_follow_each_other_where_the_medium_can_be_appended_to,
                     data::make(pairs), pair) {
    if (!pair.appends)
        return;
    DriverBench bench(pair.medium);
    auto job = bench.job(pair.mode);
    job.multi = true;
    job.verify = true;
    const auto first = burned(bench, job);
    BOOST_TEST(bench.state() == "appendable");
    job.mode = pair.next;
    const auto second = burned(bench, job);
    job.multi = false;
    const auto third = burned(bench, job);
    BOOST_TEST(first.first_lba < second.first_lba);
    BOOST_TEST(second.first_lba < third.first_lba);
    for (const auto* report : {&first, &second, &third})
        BOOST_TEST(bench.on_disc(report->first_lba) == bench.bytes);
    BOOST_TEST(bench.state() == "complete");
    const auto fourth = bench.burn(job);
    BOOST_REQUIRE(!fourth);
    BOOST_TEST(!fourth.error().tray_locked);
}
