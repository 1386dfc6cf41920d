// SPDX-License-Identifier: Apache-2.0
// Waiting for the drive, blanking, closing, reading: operations other than a burn.
#include <boost/test/unit_test.hpp>

#include "driver/recorder/recorder.h"
#include "driver/source/memory_source.h"
#include "paper_drive.h"

namespace burnrig::driver {
namespace {

using test::Bytes;
using test::check_condition;
using test::PaperDrive;

/// The first `times` TEST UNIT READY answer with this sense.
PaperDrive::Hook not_ready(mmc::SenseCode code, int times) {
    return [code, times](const mmc::Command& command) mutable -> std::optional<mmc::Completion> {
        if (command.cdb[0] != 0x00 || times == 0)
            return std::nullopt;
        --times;
        return check_condition(code);
    };
}

BOOST_AUTO_TEST_CASE(a_drive_that_gets_ready_is_waited_for) {
    PaperDrive drive;
    drive.hook = not_ready(mmc::sense::becoming_ready, 40);
    BOOST_TEST(Recorder(drive, drive.clock).disc().has_value());
    BOOST_TEST((drive.clock.now() >= std::chrono::seconds(10)));
}

BOOST_AUTO_TEST_CASE(waiting_ends_and_says_what_for) {
    struct Case {
        mmc::SenseCode code;
        Cause cause;
        mmc::Duration most;
    };
    using namespace std::chrono_literals;
    for (const Case& each : {Case{mmc::sense::becoming_ready, Cause::not_ready, 130s},
                             Case{mmc::sense::not_ready, Cause::not_ready, 7s},
                             Case{mmc::sense::no_medium, Cause::no_medium, 1s},
                             Case{mmc::sense::tray_open, Cause::no_medium, 1s},
                             Case{mmc::sense::medium_changed, Cause::medium_changed, 1s},
                             Case{mmc::sense::internal_failure, Cause::drive_internal, 1s}}) {
        PaperDrive drive;
        drive.hook = not_ready(each.code, 1'000'000);
        const auto disc = Recorder(drive, drive.clock).disc();
        BOOST_REQUIRE(!disc);
        BOOST_TEST(cause_name(disc.error().cause) == cause_name(each.cause));
        BOOST_TEST((drive.clock.now() < each.most), mmc::to_string(each.code));
        BOOST_TEST(drive.log.size() < 1000U);
    }
}

BOOST_AUTO_TEST_CASE(a_stop_request_ends_the_waiting_for_a_drive_that_gets_ready) {
    PaperDrive drive;
    StopToken stop;
    int polls = 0;
    drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] != 0x00)
            return std::nullopt;
        if (++polls == 5)
            stop.request();
        return check_condition(mmc::sense::becoming_ready);
    };
    const auto disc = Recorder(drive, drive.clock, {.stop = &stop}).disc();
    BOOST_REQUIRE(!disc);
    BOOST_TEST(cause_name(disc.error().cause) == "stopped");
    BOOST_TEST(disc.error().message.find("on request") != std::string::npos);
    BOOST_TEST(polls == 5);
}

BOOST_AUTO_TEST_CASE(a_stop_request_ends_the_waiting_for_a_blanking_which_goes_on_by_itself) {
    PaperDrive drive;
    drive.profile = 0x000A;
    drive.erasable = true;
    drive.disc_status = 2;
    StopToken stop;
    int polls = 0;
    drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] != 0x00 || drive.count(0xA1) == 0)
            return std::nullopt;
        if (++polls == 5)
            stop.request();
        return check_condition(mmc::sense::operation_in_progress);
    };
    const auto blanked = Recorder(drive, drive.clock, {.stop = &stop}).blank(BlankType::full);
    BOOST_REQUIRE(!blanked);
    BOOST_TEST(cause_name(blanked.error().cause) == "stopped");
    BOOST_TEST(polls <= 6);
    BOOST_TEST(!drive.locked);
}

/// GET CONFIGURATION is not there, as before MMC-2; page 05h takes what the test says.
PaperDrive::Hook of_before_mmc_2(bool takes_sao) {
    return [takes_sao](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] == 0x46)
            return check_condition(mmc::sense::invalid_opcode);
        const bool sets_page = command.cdb[0] == 0x55 && command.data_out.size() > 10;
        const int type = sets_page ? command.data_out[8 + 2] & 0x0F : 1;
        if (type == 3 || (type == 2 && !takes_sao))
            return check_condition(mmc::sense::invalid_field_in_list);
        return std::nullopt;
    };
}

BOOST_AUTO_TEST_CASE(a_drive_without_get_configuration_is_found_out_by_trying) {
    for (const bool takes_sao : {false, true}) {
        PaperDrive drive;
        drive.hook = of_before_mmc_2(takes_sao);
        Bytes image(640 * data_block_bytes, 7);
        MemorySource source(image, "image");
        const auto report = Recorder(drive, drive.clock).burn({.source = source, .verify = true});
        BOOST_REQUIRE(report);
        BOOST_TEST(to_string(report->mode) == (takes_sao ? "sao" : "tao"));
        BOOST_TEST(report->verify->compared == 640U);
    }
    PaperDrive rewritable;
    rewritable.hook = of_before_mmc_2(false);
    rewritable.erasable = true;
    BOOST_TEST(Recorder(rewritable, rewritable.clock).disc()->profile == 0x000A);
}

BOOST_AUTO_TEST_CASE(a_sleeping_drive_is_started_once) {
    PaperDrive drive;
    drive.hook = not_ready(mmc::sense::start_needed, 2);
    BOOST_TEST(Recorder(drive, drive.clock).disc().has_value());
    BOOST_TEST(drive.count(0x1B) == 1U);
}

BOOST_AUTO_TEST_CASE(an_old_deferred_error_does_not_stop_a_new_operation) {
    PaperDrive drive;
    drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] != 0x00)
            return std::nullopt;
        drive.hook = nullptr;
        mmc::Sense sense;
        sense.code = mmc::sense::write_error;
        sense.deferred = true;
        return check_condition(sense);
    };
    BOOST_TEST(Recorder(drive, drive.clock).disc().has_value());
}

BOOST_AUTO_TEST_CASE(blanking_polls_until_the_disc_is_blank_and_tells_the_progress) {
    struct Watch final : Observer {
        std::uint64_t most = 0;
        void progress(const Progress& now) override { most = std::max(most, now.bytes); }
    } watch;
    PaperDrive drive;
    drive.profile = 0x000A;
    drive.erasable = true;
    drive.disc_status = 2;
    int busy = 0;
    drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] != 0x00 || drive.count(0xA1) == 0 || busy++ >= 60)
            return std::nullopt;
        mmc::Sense sense;
        sense.code = mmc::sense::operation_in_progress;
        sense.progress = static_cast<std::uint16_t>(busy * 1000);
        return check_condition(sense);
    };
    const auto disc = Recorder(drive, drive.clock).blank(BlankType::full, &watch);
    BOOST_REQUIRE(disc);
    BOOST_TEST((disc->status == DiscStatus::blank));
    BOOST_TEST(watch.most == 60000U);
    BOOST_TEST(!drive.locked);
    BOOST_TEST(drive.log[*drive.first(0xA1)].cdb[1] == 0x10); // immediate, the whole disc
}

BOOST_AUTO_TEST_CASE(a_disc_that_is_not_blank_after_blanking_is_a_failure) {
    PaperDrive drive;
    drive.erasable = true;
    drive.disc_status = 2;
    drive.hook = [](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] == 0xA1)
            return mmc::Completion{};
        return std::nullopt;
    };
    const auto disc = Recorder(drive, drive.clock).blank(BlankType::fast);
    BOOST_REQUIRE(!disc);
    BOOST_TEST((disc.error().cause == Cause::blank_failed));
    BOOST_TEST(!drive.locked);
}

BOOST_AUTO_TEST_CASE(a_cd_r_is_not_blanked) {
    PaperDrive drive;
    const auto disc = Recorder(drive, drive.clock).blank(BlankType::fast);
    BOOST_REQUIRE(!disc);
    BOOST_TEST((disc.error().cause == Cause::medium_not_writable));
    BOOST_TEST(drive.count(0xA1) == 0U);
}

BOOST_AUTO_TEST_CASE(blanking_is_unlocked_whatever_fails) {
    PaperDrive good;
    good.erasable = true;
    BOOST_REQUIRE(Recorder(good, good.clock).blank(BlankType::fast));
    for (std::size_t i = 0; i < good.log.size(); ++i) {
        PaperDrive drive;
        drive.erasable = true;
        drive.fail(i, check_condition(mmc::sense::erase_failed));
        const auto disc = Recorder(drive, drive.clock).blank(BlankType::fast);
        BOOST_TEST(!drive.locked, "command " << i);
        if (!disc)
            BOOST_TEST(!disc.error().command.empty());
    }
}

BOOST_AUTO_TEST_CASE(reading_leaves_out_the_run_out_blocks_of_a_track) {
    PaperDrive drive;
    Bytes image(400 * data_block_bytes, 0x5A);
    MemorySource source(image, "image");
    Recorder recorder(drive, drive.clock);
    BOOST_REQUIRE(recorder.burn({.source = source, .mode = WriteMode::tao}));
    // the track as the drive counts it, and two blocks of it that cannot be read
    drive.recorded.erase(399);
    drive.recorded.erase(398);
    std::uint64_t bytes = 0;
    const auto read = recorder.read(0, std::nullopt, [&](std::span<const std::uint8_t> data) {
        bytes += data.size();
        return true;
    });
    BOOST_REQUIRE(read);
    BOOST_TEST(*read == 398U);
    BOOST_TEST(bytes == 398U * 2048);
    drive.recorded.erase(100);
    const auto broken =
        recorder.read(0, std::nullopt, [](std::span<const std::uint8_t>) { return true; });
    BOOST_REQUIRE(!broken);
    BOOST_TEST((broken.error().cause == Cause::read_error));
    BOOST_TEST((broken.error().lba == 100));
    const auto refused = recorder.read(0, 10, [](std::span<const std::uint8_t>) { return false; });
    BOOST_TEST(!refused);
}

// As QEMU's CD drive is.
BOOST_AUTO_TEST_CASE(a_drive_without_track_information_is_read_to_the_lead_out) {
    PaperDrive drive;
    Bytes image(400 * data_block_bytes, 0x5A);
    MemorySource source(image, "image");
    Recorder recorder(drive, drive.clock);
    BOOST_REQUIRE(recorder.burn({.source = source, .mode = WriteMode::tao}));
    auto refused = mmc::sense::invalid_opcode;
    drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] == 0x52)
            return check_condition(refused);
        return std::nullopt;
    };
    const auto take = [](std::span<const std::uint8_t>) { return true; };
    const auto read = recorder.read(0, std::nullopt, take);
    BOOST_REQUIRE(read);
    BOOST_TEST(*read == 400U);
    refused = mmc::sense::lba_out_of_range; // it knows the command, and something is wrong
    BOOST_TEST(!recorder.read(0, std::nullopt, take));
}

BOOST_AUTO_TEST_CASE(ejecting_unlocks_first) {
    PaperDrive drive;
    drive.locked = true;
    BOOST_REQUIRE(Recorder(drive, drive.clock).eject());
    BOOST_TEST(!drive.locked);
    BOOST_TEST(drive.log.back().cdb[4] == 2);
}

} // namespace
} // namespace burnrig::driver
