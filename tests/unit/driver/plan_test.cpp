// SPDX-License-Identifier: Apache-2.0
// Which mode is chosen and why, and what is refused before it begins.
#include <boost/test/unit_test.hpp>

#include "driver/recorder/plan.h"
#include "driver/source/memory_source.h"

namespace burnrig::driver {
namespace {

struct Desk {
    std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(1000 * data_block_bytes);
    MemorySource source{bytes, "image"};
    DriveSummary drive;
    DiscSummary disc;

    Desk() {
        drive.write = {.tao = true,
                       .tao_test_write = true,
                       .tao_underrun_free = true,
                       .sao = true,
                       .sao_test_write = false,
                       .sao_underrun_free = true};
        disc.profile = 0x0009;
        disc.sessions = 1;
        disc.next_writable = 0;
        disc.free_blocks = 359844;
        disc.last_lead_out = 359846;
    }
    BurnJob job() { return {.source = source}; }
    Cause refusal(const BurnJob& wanted) {
        const auto plan = make_plan(wanted, drive, disc);
        return plan ? Cause::unexpected_sense : plan.error().cause;
    }
};

BOOST_AUTO_TEST_CASE(auto_takes_session_at_once_for_one_closed_session_and_else_track_at_once) {
    Desk desk;
    BOOST_TEST((make_plan(desk.job(), desk.drive, desk.disc)->mode == WriteMode::sao));
    BurnJob multi = desk.job();
    multi.multi = true;
    BOOST_TEST((make_plan(multi, desk.drive, desk.disc)->mode == WriteMode::tao));
    BurnJob simulate = desk.job();
    simulate.simulate = true; // this drive simulates only track at once
    const auto simulated = make_plan(simulate, desk.drive, desk.disc);
    BOOST_TEST((simulated->mode == WriteMode::tao));
    BOOST_TEST(simulated->reason.find("simulate") != std::string::npos);
    desk.disc.status = DiscStatus::appendable;
    desk.disc.next_writable = 12000;
    const auto appended = make_plan(desk.job(), desk.drive, desk.disc);
    BOOST_TEST((appended->mode == WriteMode::tao));
    BOOST_REQUIRE(appended->extents.size() == 1U);
    BOOST_TEST(appended->extents[0].first_lba == 12000);
}

BOOST_AUTO_TEST_CASE(an_image_that_fills_the_disc_to_the_last_block_fits_in_session_at_once) {
    Desk desk;
    desk.disc.free_blocks = 998;
    desk.disc.last_lead_out = 1000;
    BOOST_TEST(make_plan(desk.job(), desk.drive, desk.disc).has_value());
    BurnJob tao = desk.job();
    tao.mode = WriteMode::tao;
    BOOST_TEST((desk.refusal(tao) == Cause::image_too_large));
    desk.disc.last_lead_out = 999;
    BOOST_TEST((desk.refusal(desk.job()) == Cause::image_too_large));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_recorded_is_refused_with_its_cause) {
    Desk complete;
    complete.disc.status = DiscStatus::complete;
    BOOST_TEST((complete.refusal(complete.job()) == Cause::medium_not_writable));
    complete.disc.erasable = true;
    BOOST_TEST((complete.refusal(complete.job()) == Cause::medium_not_blank));

    Desk pressed;
    pressed.disc.profile = 0x0010;
    BOOST_TEST((pressed.refusal(pressed.job()) == Cause::medium_not_writable));

    Desk no_address;
    no_address.disc.next_writable.reset();
    BOOST_TEST((no_address.refusal(no_address.job()) == Cause::medium_not_writable));

    Desk appendable;
    appendable.disc.status = DiscStatus::appendable;
    appendable.disc.last_session = SessionState::incomplete;
    BurnJob sao = appendable.job();
    sao.mode = WriteMode::sao;
    BOOST_TEST((appendable.refusal(sao) == Cause::medium_not_blank));

    Desk no_sao;
    no_sao.drive.write.sao = false;
    BurnJob asked = no_sao.job();
    asked.mode = WriteMode::sao;
    BOOST_TEST((no_sao.refusal(asked) == Cause::command_refused));

    Desk no_simulation;
    BurnJob simulated = no_simulation.job();
    simulated.mode = WriteMode::sao;
    simulated.simulate = true;
    BOOST_TEST((no_simulation.refusal(simulated) == Cause::command_refused));

    Desk contradiction;
    BurnJob both = contradiction.job();
    both.simulate = both.verify = true;
    BOOST_TEST((check_job(both).error().cause == Cause::invalid_job));
}

BOOST_AUTO_TEST_CASE(a_drive_that_claims_endless_room_is_not_believed) {
    Desk desk;
    desk.disc.free_blocks = 0xFFFFFFFF;
    desk.disc.last_lead_out.reset();
    struct Huge final : Source {
        std::string label = "huge";
        const std::string& name() const override { return label; }
        std::optional<std::uint64_t> size() const override { return std::uint64_t{3} << 40; }
        Supply supply() const override { return Supply::computed; }
        mmc::Result<std::span<const std::uint8_t>> read(BlockRange) override {
            return mmc::fail("never read");
        }
    } huge;
    const BurnJob job{.source = huge};
    BOOST_TEST((desk.refusal(job) == Cause::image_too_large));
}

double kilobytes(std::string_view word, MediumFamily family) {
    const auto wish = parse_speed(word);
    BOOST_REQUIRE(wish);
    BOOST_REQUIRE(*wish);
    return (*wish)->kilobytes(family);
}

BOOST_AUTO_TEST_CASE(speeds_are_read_as_people_write_them) {
    const auto tolerance = boost::test_tools::tolerance(1e-9);
    BOOST_REQUIRE(parse_speed("max"));
    BOOST_TEST(!parse_speed("max")->has_value());
    BOOST_TEST(kilobytes("10", MediumFamily::cd) == 1764.0, tolerance);
    BOOST_TEST(kilobytes("8x", MediumFamily::dvd) == 11080.0, tolerance);
    BOOST_TEST(kilobytes("2x", MediumFamily::bd) == 8991.0, tolerance);
    BOOST_TEST(kilobytes("8cd-x", MediumFamily::dvd) == 1411.2, tolerance);
    BOOST_TEST(kilobytes("2.4dvd-x", MediumFamily::cd) == 3324.0, tolerance);
    BOOST_TEST(kilobytes("706kb", MediumFamily::bd) == 706.0, tolerance);
    for (const char* wrong : {"", "fast", "-4", "0", "4y", "nan", "1e999", "4 x", "x"})
        BOOST_TEST(!parse_speed(wrong).has_value(), wrong);
}

} // namespace
} // namespace burnrig::driver
