// SPDX-License-Identifier: Apache-2.0
// What our driver does that others leave to the user: another try at a lower speed after a failed
// calibration, going on with an interrupted recording, formats, speeds, and disbelief.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "driver_bench.h"

using namespace burnrig;
using burnrig::test::DriverBench;
using driver::Cause;
using M = driver::WriteMode;
namespace data = boost::unit_test::data;

namespace {

std::string text_of(const driver::Outcome<driver::BurnReport>& report) {
    return report ? driver::to_text(*report) : driver::to_text(report.error());
}
bool mentions(const std::vector<std::string>& lines, std::string_view words) {
    return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
        return line.find(words) != std::string::npos;
    });
}

/// A failure at the calibration, before or inside the first WRITE.
struct BadCalibration {
    const char* medium;
    const char* rule;
    M mode;
};
std::ostream& operator<<(std::ostream& out, const BadCalibration& bad) {
    return out << bad.medium << " " << bad.rule;
}
const std::vector<BadCalibration> bad_calibrations{
    {"cd-r-80", "at SEND_OPC_INFORMATION #1 -> fail opc-failed", M::tao},
    {"cd-r-80", "at WRITE_10 #1 -> fail opc-failed", M::tao},
    {"dvd-r", "at SEND_OPC_INFORMATION #1 -> fail opc-failed", M::incremental},
    {"dvd-r", "at WRITE_10 #1 -> fail opc-failed", M::dao},
    {"dvd+r", "at WRITE_10 #1 -> fail opc-failed", M::sequential},
    {"bd-r-25", "at WRITE_10 #1 -> fail opc-failed", M::sequential},
};

/// Says GOOD to every WRITE and keeps nothing.
class Swallowing final : public mmc::Target {
public:
    explicit Swallowing(mmc::Target& drive) : drive_(drive) {}
    mmc::Completion execute(const mmc::Command& command) override {
        constexpr std::uint8_t write_10 = 0x2A;
        if (command.cdb[0] != write_10)
            return drive_.execute(command);
        mmc::Completion good;
        good.transferred = static_cast<std::uint32_t>(command.data_out.size());
        return good;
    }

private:
    mmc::Target& drive_;
};

/// More than the drive's buffer, so that some of it is on the disc when the burn breaks off.
constexpr std::size_t broken_off_blocks = 6000;
const std::vector<std::string> resumable{"dvd-r", "dvd-rw", "dvd+r", "dvd+r-dl", "bd-r-25"};

M appending_mode(const std::string& medium) {
    return medium.starts_with("dvd-") ? M::incremental : M::sequential;
}

} // namespace

BOOST_DATA_TEST_CASE(a_failed_calibration_is_tried_again_at_a_lower_speed_when_asked,
                     data::make(bad_calibrations), bad) {
    DriverBench bench(bad.medium, {bad.rule});
    auto job = bench.job(bad.mode);
    const auto once = bench.burn(job);
    BOOST_REQUIRE(!once);
    BOOST_TEST(driver::cause_name(once.error().cause) == "opc-failed");
    BOOST_TEST(!once.error().tray_locked);

    DriverBench again(bad.medium, {bad.rule});
    auto patient = again.job(bad.mode);
    patient.opc_retries = 1;
    patient.verify = true;
    const auto report = again.burn(patient);
    BOOST_REQUIRE_MESSAGE(report, text_of(report));
    BOOST_TEST(mentions(report->warnings, "the calibration failed at"));
    BOOST_TEST(again.on_disc(report->first_lba) == again.bytes);
    const auto listed = again.recorder().disc();
    BOOST_REQUIRE(listed);
    if (!listed->write_speeds.empty())
        BOOST_TEST(report->speed_kb < listed->write_speeds.front().write_kb);
}

BOOST_AUTO_TEST_CASE(a_calibration_that_always_fails_ends_after_as_many_tries_as_were_asked_for) {
    DriverBench bench("cd-r-80", {"at SEND_OPC_INFORMATION -> fail opc-failed ; always"});
    auto job = bench.job(M::tao);
    job.opc_retries = 2;
    const auto report = bench.burn(job);
    BOOST_REQUIRE(!report);
    BOOST_CHECK(report.error().cause == Cause::opc_failed);
    BOOST_TEST(!report.error().advice.empty());
    BOOST_TEST(bench.rig->drive().faults().report()[0].fired == 3U);
    BOOST_TEST(bench.state() == "blank");
}

BOOST_DATA_TEST_CASE(an_interrupted_recording_goes_on_where_it_was_broken_off,
                     data::make(resumable), medium) {
    DriverBench bench(medium, {"at WRITE_10 #150 -> fail 04/44/00"});
    bench.take(broken_off_blocks);
    auto job = bench.job(appending_mode(medium));
    BOOST_REQUIRE(!bench.burn(job));
    const auto refused = bench.burn(job); // not without being told that it is the same image
    BOOST_REQUIRE(!refused);
    BOOST_TEST(refused.error().message.find("--resume") != std::string::npos);
    job.resume = true;
    job.verify = true;
    const auto report = bench.burn(job);
    BOOST_REQUIRE_MESSAGE(report, text_of(report));
    BOOST_TEST(report->resumed_blocks > 0U);
    BOOST_TEST(report->resumed_blocks < broken_off_blocks);
    BOOST_TEST(report->verify->compared == report->resumed_blocks + report->blocks);
    BOOST_TEST(bench.on_disc(0) == bench.bytes);
    BOOST_TEST(bench.state() == "complete");
}

BOOST_AUTO_TEST_CASE(another_image_is_not_appended_to_an_interrupted_recording) {
    DriverBench bench("dvd+r", {"at WRITE_10 #150 -> fail 04/44/00"});
    bench.take(broken_off_blocks);
    BOOST_REQUIRE(!bench.burn(bench.job()));
    const auto other = test::pattern(broken_off_blocks, 5);
    driver::MemorySource source(other, "other image");
    driver::BurnJob job{.source = source};
    job.resume = true;
    const auto report = bench.burn(job);
    BOOST_REQUIRE(!report);
    BOOST_CHECK(report.error().cause == Cause::verify_mismatch);
    BOOST_TEST(report.error().message.find("other image") != std::string::npos);
    BOOST_TEST(!report.error().tray_locked);
}

BOOST_AUTO_TEST_CASE(the_speed_is_one_that_the_drive_offers_for_the_disc) {
    for (const char* medium : {"cd-r-80", "dvd+r", "bd-r-25"}) {
        DriverBench bench(medium);
        const auto disc = bench.recorder().disc();
        BOOST_REQUIRE(disc);
        auto job = bench.job();
        job.speed = driver::SpeedWish{.number = 1e6, .unit = driver::SpeedWish::Unit::kilobytes};
        const auto fast = bench.burn(job);
        BOOST_REQUIRE_MESSAGE(fast, text_of(fast));
        BOOST_REQUIRE(!disc->write_speeds.empty());
        std::uint32_t fastest = 0;
        for (const auto& speed : disc->write_speeds)
            fastest = std::max(fastest, speed.write_kb);
        BOOST_TEST(fast->speed_kb == fastest);
        BOOST_TEST(mentions(fast->warnings, "were asked for"));
    }
}

BOOST_AUTO_TEST_CASE(a_lower_speed_takes_longer) {
    mmc::Duration before{0};
    for (const double number : {8.0, 4.0, 2.4}) {
        DriverBench bench("dvd+r");
        bench.take(8000);
        auto job = bench.job();
        job.speed = driver::SpeedWish{.number = number};
        const auto report = bench.burn(job);
        BOOST_REQUIRE_MESSAGE(report, text_of(report));
        BOOST_TEST((report->writing > before), "at " << number);
        before = report->writing;
    }
}

BOOST_AUTO_TEST_CASE(a_drive_that_is_done_too_soon_is_not_believed) {
    // 100 MiB need 4 s at 16x; this drive takes them in no time.
    DriverBench bench("dvd+r");
    bench.take(51200);
    Swallowing target(bench.rig->target());
    const auto report = driver::Recorder(target, bench.clock).burn(bench.job());
    BOOST_REQUIRE(!report);
    BOOST_TEST(driver::cause_name(report.error().cause) == "implausible-speed");
    BOOST_TEST(!report.error().tray_locked);
}

BOOST_AUTO_TEST_CASE(media_are_formatted_as_asked_and_burned_afterwards) {
    struct Case {
        const char* medium;
        driver::FormatKind kind;
        M mode;
    };
    for (const Case& each : {Case{"dvd-rw", driver::FormatKind::standard, M::overwrite},
                             Case{"dvd+rw", driver::FormatKind::standard, M::overwrite},
                             Case{"bd-re-25", driver::FormatKind::standard, M::overwrite},
                             Case{"bd-re-25", driver::FormatKind::without_spares, M::overwrite},
                             Case{"bd-r-25", driver::FormatKind::pseudo_overwrite, M::pow},
                             Case{"bd-r-25", driver::FormatKind::spares_only, M::sequential}}) {
        DriverBench bench(each.medium);
        const auto formatted = bench.recorder().format({.kind = each.kind});
        BOOST_REQUIRE_MESSAGE(formatted,
                              each.medium << ": "
                                          << (formatted ? "" : driver::to_text(formatted.error())));
        auto job = bench.job();
        job.verify = true;
        const auto report = bench.burn(job);
        BOOST_REQUIRE_MESSAGE(report, each.medium << ": " << text_of(report));
        BOOST_CHECK(report->mode == each.mode);
        BOOST_TEST(bench.on_disc(report->first_lba) == bench.bytes);
        const auto refused = bench.recorder().format({.kind = each.kind});
        BOOST_REQUIRE(!refused); // it is formatted, or has recordings
        BOOST_CHECK(refused.error().cause == Cause::medium_not_blank);
    }
}

BOOST_AUTO_TEST_CASE(overwritable_media_are_overwritten_and_written_in_the_middle) {
    for (const char* medium : {"dvd+rw", "dvd-ram", "bd-re-25"}) {
        DriverBench bench(medium);
        BOOST_REQUIRE(bench.burn(bench.job()));
        const auto other = test::pattern(320, 9);
        driver::MemorySource source(other, "other");
        driver::BurnJob job{.source = source};
        job.start_lba = 1024;
        job.verify = true;
        const auto report = bench.burn(job);
        BOOST_REQUIRE_MESSAGE(report, medium << ": " << text_of(report));
        BOOST_TEST(bench.on_disc(0) == bench.bytes);
        std::vector<std::uint8_t> read(other.size());
        BOOST_REQUIRE(bench.rig->drive().disc()->read(1024, read));
        BOOST_TEST(read == other);
    }
}

BOOST_AUTO_TEST_CASE(streaming_skips_the_drives_own_verification) {
    for (const char* medium : {"dvd-ram", "bd-re-25"}) {
        mmc::Duration with_verification{0};
        for (const bool streaming : {false, true}) {
            DriverBench bench(medium);
            bench.take(16000);
            BOOST_REQUIRE(bench.burn(bench.job())); // formatted from here on
            auto job = bench.job();
            job.streaming = streaming;
            job.verify = true;
            const auto report = bench.burn(job);
            BOOST_REQUIRE_MESSAGE(report, text_of(report));
            BOOST_TEST(bench.on_disc(0) == bench.bytes);
            if (streaming)
                BOOST_TEST((report->writing < with_verification), medium);
            with_verification = report->writing;
        }
    }
}

BOOST_AUTO_TEST_CASE(an_open_disc_is_closed_and_a_dvd_rw_blanked_and_burned_again) {
    for (const char* medium : {"dvd-r", "dvd+r", "bd-r-25"}) {
        DriverBench bench(medium, {"at WRITE_10 #150 -> fail 04/44/00"});
        bench.take(broken_off_blocks);
        BOOST_REQUIRE(!bench.burn(bench.job(appending_mode(medium))));
        const auto closed = bench.recorder().close(true);
        BOOST_REQUIRE_MESSAGE(closed, medium << (closed ? "" : driver::to_text(closed.error())));
        BOOST_TEST(bench.state() == "complete");
    }
    DriverBench bench("dvd-rw");
    BOOST_REQUIRE(bench.burn(bench.job()));
    BOOST_REQUIRE(bench.recorder().blank(driver::BlankType::fast));
    auto job = bench.job();
    job.verify = true;
    BOOST_REQUIRE(bench.burn(job)); // disc at once is what a quick blank leaves
    BOOST_REQUIRE(bench.recorder().blank(driver::BlankType::full));
    job.multi = true;
    BOOST_REQUIRE(bench.burn(job));
    BOOST_TEST(bench.state() == "appendable");
}

BOOST_AUTO_TEST_CASE(
    a_simulated_burn_leaves_dvd_media_blank_and_is_refused_where_it_would_be_real) {
    for (const char* medium : {"dvd-r", "dvd-rw"})
        for (const M mode : {M::dao, M::incremental}) {
            DriverBench bench(medium);
            auto job = bench.job(mode);
            job.simulate = true;
            const auto report = bench.burn(job);
            BOOST_REQUIRE_MESSAGE(report, medium << ": " << text_of(report));
            BOOST_TEST(bench.state() == "blank");
        }
    for (const char* medium : {"dvd+r", "bd-r-25", "dvd-ram"}) {
        DriverBench bench(medium);
        auto job = bench.job();
        job.simulate = true;
        const auto report = bench.burn(job);
        BOOST_REQUIRE(!report);
        BOOST_CHECK(report.error().cause == Cause::invalid_job);
    }
}
