// SPDX-License-Identifier: Apache-2.0
// Plans for BD: which commands with which parameters, by medium and mode.
#include <boost/test/unit_test.hpp>

#include "plan_desk.h"

using namespace burnrig;
using namespace burnrig::driver;
using burnrig::driver::test::PlanDesk;
using mmc::Profile;

namespace {

constexpr std::uint32_t blank_blocks = 12219392;
constexpr std::uint32_t spared_blocks = 11826176;

struct BlankBdR : PlanDesk {
    BlankBdR() : PlanDesk(Profile::bd_r, blank_blocks) {
        unformatted({{.type = 0x00, .blocks = spared_blocks, .parameter = 0x3000},
                     {.type = 0x32, .blocks = spared_blocks}});
        drive.write.random_recording = true;
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(a_blank_bd_r_is_recorded_sequentially_in_clusters_without_a_format) {
    BlankBdR desk;
    const Plan plan = desk.plan();
    BOOST_TEST((plan.mode == WriteMode::sequential));
    BOOST_TEST(!plan.format.has_value());
    BOOST_TEST(!plan.parameters.has_value());
    BOOST_TEST(plan.multiple == 32U);
    BOOST_TEST(plan.blocks() == 1024U);
    BOOST_TEST((plan.close.at(1).function == CloseFunction::finalize));
    desk.job.multi = true;
    BOOST_TEST((desk.plan().close.at(1).function == CloseFunction::session));
}

BOOST_AUTO_TEST_CASE(pseudo_overwrite_and_random_recording_need_their_format_first) {
    BlankBdR desk;
    desk.job.mode = WriteMode::pow;
    BOOST_TEST(
        (desk.plan().format ==
         FormatRequest{.type = 0x00, .sub_type = 0, .blocks = spared_blocks, .parameter = 0x3000}));
    desk.job.mode = WriteMode::random;
    BOOST_TEST(desk.plan().format->sub_type == 2);
    desk.drive.write.random_recording = false;
    BOOST_TEST((desk.refusal() == Cause::command_refused));
    desk.appendable_at(1024); // recorded without a format: it is too late
    desk.job.mode = WriteMode::pow;
    BOOST_TEST((desk.refusal() == Cause::medium_not_blank));
}

BOOST_AUTO_TEST_CASE(a_disc_with_pseudo_overwrite_takes_more_data_behind_or_over_older_ones) {
    PlanDesk desk(Profile::bd_r, 5000);
    desk.formatted(spared_blocks);
    desk.drive.write.pseudo_overwrite = true;
    desk.disc.status = DiscStatus::appendable;
    desk.disc.last_session = SessionState::incomplete;
    desk.disc.tracks = {{.number = 1, .start = 0, .next_writable = 1024}};
    desk.disc.next_writable = 1024;
    const Plan append = desk.plan();
    BOOST_TEST((append.mode == WriteMode::pow));
    BOOST_TEST(append.extents.at(0).first_lba == 1024);
    BOOST_TEST(append.close.size() == 1U);
    BOOST_TEST((append.close[0].function == CloseFunction::track));
    desk.job.start_lba = 0;
    BOOST_TEST(desk.plan().extents.at(0).first_lba == 0);
    desk.job.mode = WriteMode::sequential;
    BOOST_TEST((desk.refusal() == Cause::medium_not_blank));
}

BOOST_AUTO_TEST_CASE(random_recording_writes_anywhere_and_closes_nothing) {
    PlanDesk desk(Profile::bd_r_random, 0);
    desk.formatted(spared_blocks);
    desk.job.start_lba = 6400;
    const Plan plan = desk.plan();
    BOOST_TEST(plan.extents.at(0).first_lba == 6400);
    BOOST_TEST(plan.close.empty());
}

BOOST_AUTO_TEST_CASE(a_new_bd_re_is_formatted_as_the_drive_proposes) {
    PlanDesk desk(Profile::bd_re, 0);
    desk.unformatted({{.type = 0x00, .blocks = spared_blocks, .parameter = 0x3000},
                      {.type = 0x31, .blocks = blank_blocks, .parameter = 0x800}});
    BOOST_TEST((desk.plan().format ==
                FormatRequest{.type = 0x00, .blocks = spared_blocks, .parameter = 0x3000}));
    desk.formatted(spared_blocks);
    BOOST_TEST(!desk.plan().format.has_value());
    BOOST_TEST(desk.plan().multiple == 32U);
    desk.unformatted({});
    BOOST_TEST((desk.refusal() == Cause::medium_not_formatted));
}

BOOST_AUTO_TEST_CASE(what_a_format_would_not_help_is_refused_before_it) {
    constexpr std::uint32_t small = 992; // the image has 1000
    PlanDesk bd_re(Profile::bd_re, 0);
    bd_re.unformatted({{.type = 0x00, .blocks = small}});
    BOOST_TEST((bd_re.refusal() == Cause::image_too_large));
    bd_re.job.overburn = true;
    BOOST_TEST(bd_re.plan().format.has_value());
    PlanDesk askew(Profile::dvd_plus_rw, 0);
    askew.unformatted({{.type = 0x26, .blocks = 2295104}});
    askew.job.start_lba = 33; // not a multiple of 16
    BOOST_TEST((askew.refusal() == Cause::invalid_job));
    BlankBdR once; // write-once: a format in vain would spoil it for other modes
    once.unformatted(
        {{.type = 0x00, .blocks = small, .parameter = 0x3000}, {.type = 0x32, .blocks = small}});
    for (const WriteMode mode : {WriteMode::pow, WriteMode::random}) {
        once.job.mode = mode;
        BOOST_TEST((once.refusal() == Cause::image_too_large));
    }
    PlanDesk dvd_rw(Profile::dvd_minus_rw_overwrite, 0);
    dvd_rw.formatted(640, {{.type = 0x13, .blocks = 320}});
    BOOST_TEST((dvd_rw.refusal() == Cause::image_too_large)); // grown as far as it goes: 960
    dvd_rw.formatted(640, {{.type = 0x13, .blocks = 368}});
    BOOST_TEST(dvd_rw.plan().format.has_value()); // 1008: just enough
}
