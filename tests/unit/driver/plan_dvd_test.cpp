// SPDX-License-Identifier: Apache-2.0
// Plans for DVD: which commands with which parameters, by medium and mode.
#include <boost/test/unit_test.hpp>

#include "plan_desk.h"

using namespace burnrig;
using namespace burnrig::driver;
using burnrig::driver::test::PlanDesk;
using mmc::Profile;

namespace {

constexpr std::uint32_t dvd_minus_blocks = 2297888;
constexpr std::uint32_t dvd_plus_blocks = 2295104;

std::vector<CloseFunction> functions(const Plan& plan) {
    std::vector<CloseFunction> result;
    for (const CloseStep& step : plan.close)
        result.push_back(step.function);
    return result;
}
bool closes_with(const Plan& plan, std::vector<CloseFunction> wanted) {
    return functions(plan) == wanted;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_blank_dvd_minus_r_is_recorded_at_once_after_reserving_its_whole_length) {
    PlanDesk desk(Profile::dvd_minus_r, dvd_minus_blocks);
    const Plan plan = desk.plan();
    BOOST_TEST((plan.mode == WriteMode::dao));
    BOOST_TEST((plan.reservation == 1008U)); // whole 32 KiB
    BOOST_TEST(plan.extents.at(0).first_lba == 0);
    BOOST_TEST(plan.extents.at(0).trailing_zero_blocks == 8U);
    BOOST_TEST((plan.parameters->write_type == WriteType::session_at_once));
    BOOST_TEST(plan.parameters->track_mode == 5);
    BOOST_TEST(plan.parameters->data_block_type == 8);
    BOOST_TEST(plan.parameters->fixed_packet_blocks == 0);
    BOOST_TEST(!plan.parameters->multi_session);
    BOOST_TEST(plan.close.empty()); // the flush closes
    BOOST_TEST((plan.expected == DiscStatus::complete));
}

BOOST_AUTO_TEST_CASE(a_dvd_minus_r_that_is_to_stay_appendable_is_recorded_in_packets_of_16) {
    PlanDesk desk(Profile::dvd_minus_r, dvd_minus_blocks);
    desk.job.multi = true;
    const Plan plan = desk.plan();
    BOOST_TEST((plan.mode == WriteMode::incremental));
    BOOST_TEST(!plan.reservation.has_value());
    BOOST_TEST((plan.parameters->write_type == WriteType::packet));
    BOOST_TEST(plan.parameters->fixed_packet_blocks == 16);
    BOOST_TEST(plan.parameters->multi_session);
    BOOST_TEST(plan.multiple == 16U);
    BOOST_TEST(closes_with(plan, {CloseFunction::track, CloseFunction::session}));
    BOOST_TEST((plan.expected == DiscStatus::appendable));
}

BOOST_AUTO_TEST_CASE(a_session_is_appended_at_the_next_writable_address_and_its_track_closed) {
    for (const Profile profile : {Profile::dvd_minus_r, Profile::dvd_minus_rw, Profile::dvd_plus_r,
                                  Profile::dvd_plus_r_dl, Profile::bd_r}) {
        PlanDesk desk(profile, 100000);
        desk.appendable_at(93952);
        const Plan plan = desk.plan();
        BOOST_TEST(plan.extents.at(0).first_lba == 93952);
        BOOST_TEST(plan.track == 2U);
        BOOST_TEST((plan.close.front().function == CloseFunction::track));
    }
}

BOOST_AUTO_TEST_CASE(disc_at_once_is_refused_where_it_cannot_be) {
    PlanDesk desk(Profile::dvd_minus_r, dvd_minus_blocks);
    desk.job.mode = WriteMode::dao;
    desk.job.multi = true;
    BOOST_TEST((desk.refusal() == Cause::invalid_job));
    desk.job.multi = false;
    desk.appendable_at(93952);
    BOOST_TEST((desk.refusal() == Cause::medium_not_blank));
    PlanDesk two_layers(Profile::dvd_minus_r_dl, dvd_minus_blocks);
    two_layers.job.multi = true; // one session fills both
    BOOST_TEST((two_layers.refusal() == Cause::invalid_job));
}

BOOST_AUTO_TEST_CASE(a_dvd_minus_rw_that_was_blanked_quickly_takes_only_disc_at_once) {
    PlanDesk desk(Profile::dvd_minus_rw, dvd_minus_blocks);
    desk.drive.write.incremental = false; // feature 0021h is not current
    BOOST_TEST((desk.plan().mode == WriteMode::dao));
    desk.job.multi = true;
    const auto refused = make_plan(desk.job, desk.drive, desk.disc);
    BOOST_REQUIRE(!refused);
    BOOST_TEST(refused.error().message.find("blanked in full") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(simulation_is_for_dvd_minus_r_and_refused_where_the_laser_would_be_on) {
    PlanDesk minus(Profile::dvd_minus_r, dvd_minus_blocks);
    minus.job.simulate = true;
    BOOST_TEST(minus.plan().parameters->test_write);
    minus.drive.write.dvd_minus_test_write = false;
    BOOST_TEST((minus.refusal() == Cause::command_refused));
    for (const Profile profile : {Profile::dvd_plus_r, Profile::dvd_plus_rw, Profile::dvd_ram,
                                  Profile::dvd_minus_rw_overwrite, Profile::bd_r, Profile::bd_re}) {
        PlanDesk other(profile, 100000);
        other.formatted(100000);
        other.job.simulate = true;
        BOOST_TEST((other.refusal() == Cause::invalid_job));
    }
}

BOOST_AUTO_TEST_CASE(
    restricted_overwrite_formats_quickly_then_writes_in_packets_and_ends_the_session) {
    PlanDesk fresh(Profile::dvd_minus_rw, dvd_minus_blocks);
    fresh.job.mode = WriteMode::overwrite;
    const Plan format = fresh.plan();
    BOOST_REQUIRE(format.format);
    BOOST_TEST((*format.format == FormatRequest{.type = 0x15, .blocks = 0, .parameter = 16}));

    PlanDesk desk(Profile::dvd_minus_rw_overwrite, 0);
    desk.formatted(dvd_minus_blocks);
    const Plan plan = desk.plan();
    BOOST_TEST(!plan.format.has_value());
    BOOST_TEST((plan.parameters->write_type == WriteType::packet));
    BOOST_TEST(plan.parameters->fixed_packet_blocks == 16);
    BOOST_TEST(closes_with(plan, {CloseFunction::session}));
}

BOOST_AUTO_TEST_CASE(a_partly_formatted_dvd_minus_rw_grows_before_a_larger_image) {
    PlanDesk desk(Profile::dvd_minus_rw_overwrite, 0);
    desk.formatted(640, {{.type = 0x13, .blocks = dvd_minus_blocks - 640}});
    const Plan plan = desk.plan();
    BOOST_REQUIRE(plan.format);
    BOOST_TEST(plan.format->type == 0x13);
    // Grown, the drive calls it neither formatted nor unformatted, and it reaches to its end.
    desk.disc.formats->state = FormatState::unknown;
    desk.disc.formats->offers = {{.type = 0x00, .blocks = dvd_minus_blocks}};
    BOOST_TEST(!desk.plan().format.has_value());
    BOOST_TEST(desk.plan().blocks() == 1008U);
}

BOOST_AUTO_TEST_CASE(dvd_plus_r_needs_no_page_and_ends_with_finalize_or_an_open_disc) {
    PlanDesk desk(Profile::dvd_plus_r, dvd_plus_blocks);
    const Plan closed = desk.plan();
    BOOST_TEST((closed.mode == WriteMode::sequential));
    BOOST_TEST(!closed.parameters.has_value());
    BOOST_TEST(!closed.calibrates);
    BOOST_TEST(closes_with(closed, {CloseFunction::track, CloseFunction::finalize}));
    BOOST_TEST((closed.close[1].otherwise == CloseFunction::finalize_small));
    desk.job.multi = true;
    BOOST_TEST(closes_with(desk.plan(), {CloseFunction::track, CloseFunction::session}));
    desk.job.mode = WriteMode::tao;
    BOOST_TEST((desk.refusal() == Cause::invalid_job));
}

BOOST_AUTO_TEST_CASE(the_layers_of_a_closed_dvd_plus_r_dl_are_equally_long) {
    struct Huge final : Source {
        std::string label = "huge";
        const std::string& name() const override { return label; }
        std::optional<std::uint64_t> size() const override {
            return std::uint64_t{3000001} * data_block_bytes;
        }
        Supply supply() const override { return Supply::computed; }
        mmc::Result<std::span<const std::uint8_t>> read(BlockRange) override {
            return mmc::fail("never read");
        }
    } huge;
    PlanDesk desk(Profile::dvd_plus_r_dl, 4173824);
    BOOST_TEST(!desk.plan().layer_break.has_value()); // one layer would do
    BOOST_TEST(!desk.plan().notes.empty());
    BurnJob job{.source = huge};
    const auto plan = make_plan(job, desk.drive, desk.disc);
    BOOST_REQUIRE(plan);
    BOOST_TEST((plan->layer_break == 1500016U)); // half, in whole 32 KiB
    job.multi = true;
    BOOST_TEST(!make_plan(job, desk.drive, desk.disc)->layer_break.has_value());
    job.multi = false;
    job.layer_break = 0;
    BOOST_TEST(!make_plan(job, desk.drive, desk.disc)->layer_break.has_value());
    job.layer_break = 2086912 + 16;
    BOOST_TEST(!make_plan(job, desk.drive, desk.disc));
    job.layer_break = 1000001;
    BOOST_TEST(!make_plan(job, desk.drive, desk.disc));
}

BOOST_AUTO_TEST_CASE(
    dvd_plus_rw_is_formatted_when_new_and_restarted_when_its_format_was_suspended) {
    PlanDesk desk(Profile::dvd_plus_rw, 0);
    desk.unformatted({{.type = 0x26, .blocks = dvd_plus_blocks}});
    BOOST_TEST((desk.plan().format ==
                FormatRequest{.type = 0x26, .blocks = dvd_plus_blocks, .parameter = 0}));
    desk.formatted(dvd_plus_blocks, {{.type = 0x26, .blocks = dvd_plus_blocks}});
    desk.disc.background_format = 1;
    BOOST_TEST((desk.plan().format ==
                FormatRequest{.type = 0x26, .blocks = dvd_plus_blocks, .parameter = 1}));
    for (const int running_or_done : {2, 3}) {
        desk.disc.background_format = static_cast<std::uint8_t>(running_or_done);
        const Plan plan = desk.plan();
        BOOST_TEST(!plan.format.has_value());
        BOOST_TEST(closes_with(plan, {CloseFunction::stop_format, CloseFunction::session}));
    }
}

BOOST_AUTO_TEST_CASE(overwritable_media_are_written_where_one_likes_if_it_fits) {
    PlanDesk desk(Profile::dvd_ram, 0);
    desk.formatted(2000);
    desk.job.start_lba = 960;
    BOOST_TEST(desk.plan().extents.at(0).first_lba == 960);
    BOOST_TEST(desk.plan().close.empty());
    desk.job.start_lba = 1008; // 1008 + 1008 blocks are too many
    BOOST_TEST((desk.refusal() == Cause::image_too_large));
    desk.job.start_lba = 961;
    BOOST_TEST((desk.refusal() == Cause::invalid_job));
    desk.job.start_lba = 0x7FFFFFF0;
    BOOST_TEST((desk.refusal() == Cause::image_too_large));
    desk.job.start_lba.reset();
    desk.job.resume = true;
    BOOST_TEST((desk.refusal() == Cause::invalid_job));
}

BOOST_AUTO_TEST_CASE(streaming_is_asked_for_only_where_the_drive_offers_it) {
    PlanDesk desk(Profile::dvd_ram, 0);
    desk.formatted(2000);
    desk.job.streaming = true;
    BOOST_TEST(!desk.plan().streaming);
    BOOST_TEST(!desk.plan().notes.empty());
    desk.drive.write.stream_writing = true;
    BOOST_TEST(desk.plan().streaming);
    desk.job.streaming = false;
    BOOST_TEST(!desk.plan().streaming);
}

BOOST_AUTO_TEST_CASE(an_interrupted_recording_goes_on_where_it_was_broken_off) {
    PlanDesk desk(Profile::dvd_plus_r, dvd_plus_blocks);
    desk.broken_off(0, 320);
    BOOST_TEST((desk.refusal() == Cause::medium_not_writable)); // not without being asked to
    desk.job.resume = true;
    const Plan plan = desk.plan();
    const Extent& extent = plan.extents.at(0);
    BOOST_TEST(extent.first_lba == 320);
    BOOST_TEST(extent.source_first == 320U);
    BOOST_TEST(extent.source_blocks == 680U);
    BOOST_TEST(extent.trailing_zero_blocks == 8U);
    BOOST_TEST(extent.source_lba() == 0);
    desk.broken_off(0, 1008); // all of it is there: only to be closed
    BOOST_TEST(desk.plan().extents.at(0).blocks() == 0U);
    BOOST_TEST(!desk.plan().close.empty());
    desk.broken_off(0, 1024); // more than this source has
    BOOST_TEST((desk.refusal() == Cause::invalid_job));
    desk.appendable_at(2688); // nothing was broken off
    BOOST_TEST((desk.refusal() == Cause::invalid_job));
}

BOOST_AUTO_TEST_CASE(an_image_too_large_is_refused_unless_overburning_was_asked_for) {
    for (const Profile profile : {Profile::dvd_minus_r, Profile::dvd_plus_r, Profile::bd_r}) {
        PlanDesk desk(profile, 992);
        BOOST_TEST((desk.refusal() == Cause::image_too_large));
        desk.job.overburn = true;
        BOOST_TEST(desk.plan().extents.size() == 1U);
        BOOST_TEST(desk.plan().notes.at(0).find("too many") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(a_stream_without_a_size_is_recorded_until_it_ends_where_the_medium_allows) {
    struct Row {
        Profile profile;
        WriteMode mode;
        std::uint64_t room; // whole ECC blocks or clusters of 1000 blocks
    };
    for (const Row& row : {Row{Profile::cd_r, WriteMode::tao, 1000},
                           Row{Profile::dvd_minus_r, WriteMode::incremental, 992},
                           Row{Profile::dvd_plus_r, WriteMode::sequential, 992},
                           Row{Profile::dvd_plus_rw, WriteMode::overwrite, 992},
                           Row{Profile::dvd_ram, WriteMode::overwrite, 992},
                           Row{Profile::dvd_minus_rw_overwrite, WriteMode::overwrite, 992},
                           Row{Profile::bd_r, WriteMode::sequential, 992},
                           Row{Profile::bd_re, WriteMode::overwrite, 992}}) {
        BOOST_TEST_CONTEXT(profile_name(mmc::code(row.profile))) {
            PlanDesk desk(row.profile, 1000);
            test::Stream stream;
            const BurnJob job{.source = stream};
            desk.formatted(1000);
            desk.drive.write.tao = desk.drive.write.sao = true;
            const auto plan = make_plan(job, desk.drive, desk.disc);
            BOOST_REQUIRE(plan);
            BOOST_TEST((plan->mode == row.mode));
            BOOST_TEST(plan->until_end());
            BOOST_TEST(plan->extents.back().blocks_max == row.room);
        }
    }
}

BOOST_AUTO_TEST_CASE(modes_that_need_a_size_are_refused_with_what_helps) {
    const std::pair<Profile, WriteMode> refused[] = {{Profile::cd_r, WriteMode::sao},
                                                     {Profile::cd_rw, WriteMode::raw96r},
                                                     {Profile::dvd_minus_r, WriteMode::dao}};
    for (const auto& [profile, mode] : refused) {
        PlanDesk desk(profile, 1000);
        desk.drive.write.sao = desk.drive.write.raw = true;
        desk.disc.atip.emplace();
        test::Stream stream;
        const BurnJob job{.source = stream, .mode = mode};
        const auto plan = make_plan(job, desk.drive, desk.disc);
        BOOST_REQUIRE(!plan);
        BOOST_TEST((plan.error().cause == Cause::invalid_job));
        BOOST_TEST(plan.error().message.find("--size") != std::string::npos);
        BOOST_TEST(plan.error().message.find("--mode ") != std::string::npos);
    }
}
