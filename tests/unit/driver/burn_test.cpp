// SPDX-License-Identifier: Apache-2.0
// Whole burns on a paper drive: what is sent in which order, and that no single failure of any
// command can make the driver report success, forget the lock, or blame something else.
#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include "burn_bench.h"
#include "simulated_source.h"

namespace burnrig::driver {
namespace {

using test::Bench;
using test::Bytes;
using test::check_condition;
using test::image_of;
using test::PaperDrive;
using test::write_opcode;
using K = mmc::SenseKey;

constexpr std::uint8_t allow_opcode = 0x1E;

BOOST_AUTO_TEST_CASE(track_at_once_sends_the_steps_of_the_standard_in_order) {
    Bench bench;
    const auto report = bench.burn(bench.job(WriteMode::tao));
    BOOST_REQUIRE(report);
    BOOST_TEST(report->blocks == 640U);
    BOOST_TEST(report->first_lba == 0);
    BOOST_TEST(bench.recorded_equals_image(0));
    BOOST_TEST(!bench.drive.locked);
    BOOST_TEST(report->disc_now == "complete");
    // lock < parameters < speed < OPC < WRITE < SYNC < CLOSE SESSION < unlock
    std::size_t before = 0;
    for (const std::uint8_t opcode : Bytes{0x1E, 0x55, 0xBB, 0x54, 0x2A, 0x35, 0x5B}) {
        const auto at = bench.drive.first(opcode);
        BOOST_REQUIRE(at.has_value());
        BOOST_TEST(*at >= before);
        before = *at;
    }
    BOOST_TEST(bench.drive.count(0x5D) == 0U); // no cue sheet
    BOOST_TEST(bench.drive.count(write_opcode) == 20U);
}

BOOST_AUTO_TEST_CASE(session_at_once_begins_with_150_blocks_of_zeros_at_minus_150) {
    Bench bench;
    const auto report = bench.burn(bench.job(WriteMode::sao));
    BOOST_REQUIRE(report);
    const auto first = bench.drive.first(write_opcode);
    BOOST_REQUIRE(first.has_value());
    const Bytes expected{0x2A, 0, 0xFF, 0xFF, 0xFF, 0x6A};
    const Bytes& cdb = bench.drive.log[*first].cdb;
    BOOST_TEST(Bytes(cdb.begin(), cdb.begin() + 6) == expected, boost::test_tools::per_element());
    for (std::int32_t lba = -150; lba < 0; ++lba)
        BOOST_REQUIRE(bench.drive.recorded.at(lba) == Bytes(2048));
    BOOST_TEST(bench.recorded_equals_image(0));
    BOOST_TEST(bench.drive.count(0x5B) == 0U); // the flush closes
    BOOST_TEST(*bench.drive.first(0x5D) < *bench.drive.first(0x54));
}

BOOST_AUTO_TEST_CASE(the_cue_sheet_has_lead_in_pre_gap_track_and_lead_out) {
    Bench bench;
    BOOST_REQUIRE(bench.burn(bench.job(WriteMode::sao)));
    const auto& sent = bench.drive.log[*bench.drive.first(0x5D)];
    const Bytes cdb{0x5D, 0, 0, 0, 0, 0, 0, 0, 32, 0};
    BOOST_TEST(sent.cdb == cdb, boost::test_tools::per_element());
    // 640 blocks: the lead-out begins at 00:02:00 + 640 frames = 00:10:40
    const Bytes sheet{0x41, 0x00, 0x00, 0x14, 0x00, 0, 0,  0, //
                      0x41, 0x01, 0x00, 0x10, 0x00, 0, 0,  0, //
                      0x41, 0x01, 0x01, 0x10, 0x00, 0, 2,  0, //
                      0x41, 0xAA, 0x01, 0x14, 0x00, 0, 10, 40};
    BOOST_TEST(sent.data == sheet, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(write_parameters_carry_the_job) {
    Bench bench;
    BurnJob job = bench.job(WriteMode::tao);
    job.multi = true;
    BOOST_REQUIRE(bench.burn(job));
    const auto& sent = bench.drive.log[*bench.drive.first(0x55)];
    BOOST_TEST(sent.cdb[1] == 0x10); // PF
    BOOST_TEST(sent.cdb[8] == sent.length);
    BOOST_TEST(sent.data[8] == 0x05);
    BOOST_TEST(sent.data[10] == 0x41); // underrun-free, track at once
    BOOST_TEST(sent.data[11] == 0xC4); // more sessions may follow, data track
    BOOST_TEST(sent.data[12] == 0x08); // Mode 1
    BOOST_TEST(bench.drive.disc_status == 1);
}

BOOST_AUTO_TEST_CASE(a_partial_last_block_and_a_short_track_are_filled_with_zeros) {
    Bench bench;
    bench.image = image_of(10, 100);
    bench.source = MemorySource(bench.image, "image");
    const auto report = bench.burn(bench.job(WriteMode::tao));
    BOOST_REQUIRE(report);
    BOOST_TEST(report->blocks == 300U);
    BOOST_TEST(report->padding_blocks == 289U);
    BOOST_TEST(!report->notes.empty());
    BOOST_TEST(bench.drive.recorded.size() == 300U);
    BOOST_TEST(bench.recorded_equals_image(0));
    const Bytes& partial = bench.drive.recorded.at(10);
    BOOST_TEST(std::count(partial.begin() + 100, partial.end(), 0) == 2048 - 100);
}

BOOST_AUTO_TEST_CASE(verify_reads_every_block_back_after_stopping_the_disc) {
    Bench bench;
    BurnJob job = bench.job(WriteMode::sao);
    job.verify = true;
    const auto report = bench.burn(job);
    BOOST_REQUIRE(report);
    BOOST_REQUIRE(report->verify);
    BOOST_TEST(report->verify->compared == 640U);
    BOOST_TEST(bench.drive.count(0x1B) == 2U);
    BOOST_TEST(*bench.drive.first(0x1B) < *bench.drive.first(0x28));
}

BOOST_AUTO_TEST_CASE(a_stream_that_is_gone_is_verified_by_the_digests_of_its_blocks) {
    for (const bool corrupt : {false, true}) {
        Bench bench;
        test::SimulatedSource stream(640);
        const BurnJob job{.source = stream, .mode = WriteMode::sao, .verify = true};
        bench.drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
            if (corrupt && command.cdb[0] == 0x28)
                bench.drive.recorded[333] = Bytes(2048);
            return std::nullopt;
        };
        const auto report = bench.burn(job);
        BOOST_REQUIRE(report.has_value() != corrupt);
        if (!corrupt) {
            BOOST_TEST(report->verify->compared == 640U);
            continue;
        }
        BOOST_CHECK(report.error().cause == Cause::verify_mismatch);
        BOOST_CHECK(report.error().lba == 333);
    }
}

BOOST_AUTO_TEST_CASE(silent_corruption_is_found_by_verify_and_named_with_its_sector) {
    Bench bench;
    BurnJob job = bench.job(WriteMode::sao);
    job.verify = true;
    int stops = 0;
    bench.drive.hook =
        [&, stops](const mmc::Command& command) mutable -> std::optional<mmc::Completion> {
        if (command.cdb[0] == 0x1B && stops++ == 0)
            bench.drive.recorded.at(400)[5] ^= 1;
        return std::nullopt;
    };
    const auto report = bench.burn(job);
    BOOST_REQUIRE(!report);
    BOOST_TEST((report.error().cause == Cause::verify_mismatch));
    BOOST_TEST((report.error().lba == 400));
    BOOST_TEST(report.error().message.find("sector 400") != std::string::npos);
    BOOST_TEST(!bench.drive.locked);
}

BOOST_AUTO_TEST_CASE(an_image_larger_than_the_disc_is_refused_before_anything_is_changed) {
    Bench bench;
    bench.drive.free_blocks = 600;
    const auto report = bench.burn(bench.job(WriteMode::tao));
    BOOST_REQUIRE(!report);
    BOOST_TEST((report.error().cause == Cause::image_too_large));
    BOOST_TEST(report.error().message.find("640 blocks") != std::string::npos);
    BOOST_TEST(report.error().message.find("room for 600") != std::string::npos);
    BOOST_TEST(report.error().message.find("40 blocks") != std::string::npos);
    for (const std::uint8_t opcode : Bytes{0x1E, 0x55, 0x54, 0x5D, 0x2A, 0x35, 0x5B})
        BOOST_TEST(bench.drive.count(opcode) == 0U);
}

BOOST_AUTO_TEST_CASE(a_failed_calibration_ends_the_burn_with_the_drives_own_words) {
    Bench bench;
    bench.drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] != 0x54)
            return std::nullopt;
        bench.drive.clock.sleep_for(std::chrono::milliseconds(8905));
        auto failed = check_condition(mmc::sense::opc_failed);
        failed.duration = std::chrono::milliseconds(8906);
        return failed;
    };
    const auto report = bench.burn(bench.job(WriteMode::tao));
    BOOST_REQUIRE(!report);
    const BurnError& error = report.error();
    BOOST_TEST((error.cause == Cause::opc_failed));
    BOOST_TEST((error.stage == Stage::calibrate));
    BOOST_TEST(error.disc_now == "blank; no user data was sent");
    BOOST_TEST(!error.tray_locked);
    BOOST_TEST(bench.drive.count(write_opcode) == 0U);
    BOOST_TEST(!bench.drive.locked);
    const std::string text = to_text(error);
    for (const char* expected :
         {"calibrating the laser power", "opc-failed", "SEND OPC INFORMATION",
          "54 01 00 00 00 00 00 00 00 00", "03/73/03 MEDIUM ERROR", "POWER CALIBRATION AREA ERROR",
          "after 8.906 s", "70 00 03 00 00 00 00 0A 00 00 00 00 73 03", "--speed"})
        BOOST_TEST(text.find(expected) != std::string::npos, expected << " in\n" << text);
}

BOOST_AUTO_TEST_CASE(an_optional_calibration_may_be_refused_and_an_almost_full_area_only_warns) {
    for (const mmc::SenseCode code :
         {mmc::sense::invalid_opcode, mmc::sense::sequence_error,
          mmc::SenseCode{K::illegal_request, 0x30, 0x02},
          mmc::SenseCode{K::unit_attention, 0x5A, 0x03}, mmc::sense::pca_almost_full}) {
        Bench bench;
        int times = 0;
        bench.drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
            if (command.cdb[0] != 0x54 || times++ > 0)
                return std::nullopt;
            return check_condition(code);
        };
        const auto report = bench.burn(bench.job(WriteMode::tao));
        BOOST_REQUIRE_MESSAGE(report, mmc::to_string(code));
        BOOST_TEST(bench.recorded_equals_image(0));
        if (code == mmc::sense::pca_almost_full) {
            BOOST_REQUIRE(!report->warnings.empty());
            BOOST_TEST(report->warnings[0].find("ALMOST FULL") != std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_full_buffer_is_waited_out_and_the_same_write_sent_again) {
    Bench bench;
    int refusals = 0;
    bench.drive.buffer_free = 0;
    bench.drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] == write_opcode && bench.drive.count(write_opcode) > 3 && refusals < 5) {
            ++refusals;
            return check_condition(refusals % 2 == 0 ? mmc::sense::long_write
                                                     : mmc::sense::operation_in_progress);
        }
        return std::nullopt;
    };
    const mmc::Duration start = bench.drive.clock.now();
    const auto report = bench.burn(bench.job(WriteMode::tao));
    BOOST_REQUIRE(report);
    BOOST_TEST(report->writer.refusals == 5U);
    BOOST_TEST(bench.recorded_equals_image(0));
    BOOST_TEST(bench.drive.count(0x5C) >= 5U);
    // at least 1 + 2 + 4 + 8 + 16 ms
    BOOST_TEST((bench.drive.clock.now() - start > std::chrono::milliseconds(31 + 30)));
}

BOOST_AUTO_TEST_CASE(a_buffer_that_stays_full_ends_within_a_bound) {
    Bench bench;
    bench.drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] == write_opcode)
            return check_condition(mmc::sense::long_write);
        return std::nullopt;
    };
    const auto report = bench.burn(bench.job(WriteMode::tao));
    BOOST_REQUIRE(!report);
    BOOST_TEST((report.error().cause == Cause::not_ready));
    BOOST_TEST((bench.drive.clock.now() < std::chrono::minutes(10)));
    BOOST_TEST(!bench.drive.locked);
}

BOOST_AUTO_TEST_CASE(
    a_deferred_error_is_laid_to_the_lost_block_and_not_to_the_command_with_the_news) {
    for (const std::uint8_t carrier : Bytes{0x2A, 0x35, 0x5B, 0x00, 0x51, 0x1E}) {
        Bench bench;
        bench.drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
            if (command.cdb[0] != carrier || bench.drive.count(write_opcode) < 20)
                return std::nullopt;
            mmc::Sense sense;
            sense.code = mmc::sense::write_error;
            sense.deferred = true;
            sense.information = 624;
            bench.drive.hook = nullptr;
            return check_condition(sense);
        };
        const auto report = bench.burn(bench.job(WriteMode::tao));
        BOOST_REQUIRE_MESSAGE(!report, "carried by " << int{carrier});
        BOOST_TEST((report.error().cause == Cause::write_error));
        BOOST_TEST(report.error().deferred);
        BOOST_TEST((report.error().lba == 624));
        BOOST_TEST(report.error().message.find("LBA 624") != std::string::npos);
        const bool of_writing =
            report.error().stage == Stage::write || report.error().stage == Stage::flush;
        BOOST_TEST(of_writing);
        BOOST_TEST(!bench.drive.locked);
    }
}

BOOST_AUTO_TEST_CASE(a_failed_write_is_neither_repeated_nor_closed) {
    Bench bench;
    bench.drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] != write_opcode || bench.drive.count(write_opcode) != 8)
            return std::nullopt;
        mmc::Sense sense;
        sense.code = mmc::sense::write_error;
        sense.information = 230;
        return check_condition(sense);
    };
    const auto report = bench.burn(bench.job(WriteMode::tao));
    BOOST_REQUIRE(!report);
    BOOST_TEST((report.error().cause == Cause::write_error));
    BOOST_TEST((report.error().lba == 230));
    BOOST_TEST(bench.drive.count(write_opcode) == 8U);
    BOOST_TEST(bench.drive.count(0x5B) == 0U);
    BOOST_TEST(report.error().disc_now.find("224 of 640 blocks") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_first_error_stays_the_cause_and_later_ones_are_its_aftermath) {
    Bench bench;
    bool broken = false;
    bench.drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] == write_opcode && bench.drive.count(write_opcode) == 5) {
            broken = true;
            return check_condition(mmc::sense::write_error);
        }
        if (broken && command.cdb[0] == 0x35)
            return check_condition(mmc::sense::bad_write_address);
        if (broken && command.cdb[0] == allow_opcode)
            return check_condition(mmc::sense::internal_failure);
        return std::nullopt;
    };
    const auto report = bench.burn(bench.job(WriteMode::tao));
    BOOST_REQUIRE(!report);
    BOOST_TEST((report.error().cause == Cause::write_error));
    BOOST_TEST(report.error().aftermath.size() == 2U);
    BOOST_TEST(report.error().tray_locked);
    BOOST_TEST(to_text(report.error()).find("STILL LOCKED") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_unfinished_track_is_closed_before_the_session_when_the_drive_asks) {
    Bench bench;
    bool told = false;
    bench.drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] != 0x5B)
            return std::nullopt;
        if (command.cdb[2] == 1)
            told = true;
        else if (!told)
            return check_condition(mmc::sense::incomplete_track);
        return std::nullopt;
    };
    const auto report = bench.burn(bench.job(WriteMode::tao));
    BOOST_REQUIRE(report);
    BOOST_TEST(told);
}

BOOST_AUTO_TEST_CASE(closing_waits_while_the_drive_is_busy_and_gives_up_in_time) {
    Bench bench;
    bench.drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] == 0x5B)
            return check_condition(mmc::sense::operation_in_progress);
        return std::nullopt;
    };
    const auto report = bench.burn(bench.job(WriteMode::tao));
    BOOST_REQUIRE(!report);
    BOOST_TEST((report.error().stage == Stage::close));
    BOOST_TEST((bench.drive.clock.now() < std::chrono::minutes(10)));
}

BOOST_AUTO_TEST_CASE(a_drive_that_says_done_but_left_the_disc_open_is_not_believed) {
    Bench bench;
    bench.drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] == 0x5B)
            return mmc::Completion{};
        return std::nullopt;
    };
    const auto report = bench.burn(bench.job(WriteMode::tao));
    BOOST_REQUIRE(!report);
    BOOST_TEST((report.error().cause == Cause::fixation_failed));
    BOOST_TEST(report.error().message.find("blank where it should be complete") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_unit_attention_before_the_first_block_makes_the_driver_ask_everything_anew) {
    Bench bench;
    bench.drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] != 0x55)
            return std::nullopt;
        bench.drive.hook = nullptr;
        return check_condition(mmc::sense::medium_changed);
    };
    const auto report = bench.burn(bench.job(WriteMode::tao));
    BOOST_REQUIRE(report);
    const auto first = *bench.drive.first(0x55);
    const auto again = std::find_if(bench.drive.log.begin() + static_cast<std::ptrdiff_t>(first),
                                    bench.drive.log.end(),
                                    [](const test::Sent& sent) { return sent.cdb[0] == 0x51; });
    const auto written = *bench.drive.first(write_opcode);
    BOOST_TEST(static_cast<std::size_t>(again - bench.drive.log.begin()) < written);
}

BOOST_AUTO_TEST_CASE(
    a_unit_attention_under_way_is_a_changed_medium_and_a_missing_one_a_removed_medium) {
    struct Case {
        mmc::SenseCode code;
        Cause cause;
    };
    for (const Case& each : {Case{mmc::sense::medium_changed, Cause::medium_changed},
                             Case{mmc::sense::bus_reset, Cause::bus_reset},
                             Case{mmc::sense::tray_open, Cause::medium_removed}}) {
        Bench bench;
        bench.drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
            if (command.cdb[0] == write_opcode && bench.drive.count(write_opcode) == 4)
                return check_condition(each.code);
            return std::nullopt;
        };
        const auto report = bench.burn(bench.job(WriteMode::tao));
        BOOST_REQUIRE(!report);
        BOOST_TEST((report.error().cause == each.cause));
        BOOST_TEST(bench.drive.count(write_opcode) == 4U);
        BOOST_TEST(bench.drive.count(0x35) == 0U); // not a byte for what may be another disc
    }
}

BOOST_AUTO_TEST_CASE(a_simulation_that_changes_the_disc_is_a_failure) {
    Bench bench;
    BurnJob job = bench.job(WriteMode::tao);
    job.simulate = true;
    BOOST_REQUIRE(bench.burn(job));
    BOOST_TEST(bench.drive.count(0x54) == 0U);
    BOOST_TEST(bench.drive.count(0x5B) == 0U);
    BOOST_TEST(bench.drive.recorded.empty());

    Bench burning;
    burning.drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] == 0x35)
            burning.drive.disc_status = 1;
        return std::nullopt;
    };
    BurnJob pretended = burning.job(WriteMode::tao);
    pretended.simulate = true;
    BOOST_TEST(!burning.burn(pretended));
}

BOOST_AUTO_TEST_CASE(a_drive_that_drops_the_test_write_bit_gets_no_data) {
    Bench bench;
    bench.drive.never_simulates = true;
    BurnJob job = bench.job(WriteMode::tao);
    job.simulate = true;
    const auto report = bench.burn(job);
    BOOST_REQUIRE(!report);
    BOOST_TEST((report.error().cause == Cause::command_refused));
    BOOST_TEST((report.error().stage == Stage::setup));
    BOOST_TEST(bench.drive.count(write_opcode) == 0U);
    BOOST_TEST(bench.drive.recorded.empty());
}

// Any one command of a burn fails, with many kinds of failure: never success on a bad disc, always
// the command's name, always unlocked or said to be locked, always an end in bounded time.
void sweep(WriteMode mode, const mmc::Completion& answer, bool for_ever, const std::string& what) {
    const auto small = [](Bench& bench) {
        bench.image = image_of(320);
        bench.source = MemorySource(bench.image, "image");
    };
    Bench good;
    small(good);
    BurnJob good_job = good.job(mode);
    good_job.verify = true;
    BOOST_REQUIRE(good.burn(good_job));
    const std::size_t commands = good.drive.log.size();
    for (std::size_t i = 0; i < commands; ++i) {
        Bench bench;
        small(bench);
        bench.drive.fail(i, answer, for_ever);
        BurnJob job = bench.job(mode);
        job.verify = true;
        const auto report = bench.burn(job);
        const std::string opcode = command_name(good.drive.log[i].cdb[0]);
        BOOST_TEST_CONTEXT(what << " at command " << i << ", " << opcode) {
            BOOST_TEST((bench.drive.clock.now() < std::chrono::minutes(30)));
            if (report) {
                BOOST_TEST(bench.recorded_equals_image(0));
                // A drive that says it unlocked and did not cannot be found out.
                const bool lied = answer.good() && good.drive.log[i].cdb[0] == allow_opcode;
                BOOST_TEST((lied || !bench.drive.locked));
                BOOST_TEST(bench.drive.disc_status == 2);
                continue;
            }
            const BurnError& error = report.error();
            BOOST_TEST(!error.message.empty());
            BOOST_TEST(!error.disc_now.empty());
            BOOST_TEST((error.command == opcode || error.command.empty()),
                       "names " << error.command);
            BOOST_TEST((!bench.drive.locked || error.tray_locked));
            BOOST_TEST(bench.drive.log.size() < 2 * commands + 2000);
            const bool touched = bench.drive.first(allow_opcode).has_value();
            if (touched)
                BOOST_TEST(bench.drive.count(allow_opcode) >= 2U); // the lock, and the unlock
        }
    }
}

BOOST_AUTO_TEST_CASE(no_failure_of_any_command_is_reported_as_success_or_leaves_the_tray_locked) {
    for (const auto& [mode, for_ever] :
         {std::pair(WriteMode::tao, false), std::pair(WriteMode::sao, true)}) {
        for (const mmc::SenseCode code :
             {mmc::sense::write_error, mmc::sense::opc_failed, mmc::sense::internal_failure,
              mmc::sense::medium_changed, mmc::sense::bus_reset, mmc::sense::tray_open,
              mmc::sense::sequence_error, mmc::sense::invalid_field_in_cdb, mmc::sense::long_write,
              mmc::sense::not_ready, mmc::sense::write_protected,
              mmc::SenseCode{K::aborted_command, 0x47, 0x00},
              mmc::SenseCode{K::vendor_specific, 0x80, 0x00}})
            sweep(mode, check_condition(code), for_ever,
                  mmc::to_string(code) + (for_ever ? " for ever" : ""));
        for (const mmc::HostStatus host : {mmc::HostStatus::time_out, mmc::HostStatus::reset,
                                           mmc::HostStatus::no_connect, mmc::HostStatus::error})
            sweep(mode, test::host_failure(host), for_ever,
                  fmt::format("host {}", static_cast<int>(host)));
        mmc::Completion no_sense;
        no_sense.status = mmc::Status::check_condition;
        sweep(mode, no_sense, for_ever, "no sense data");
        mmc::Completion busy;
        busy.status = mmc::Status::busy;
        sweep(mode, busy, for_ever, "busy");
    }
}

BOOST_AUTO_TEST_CASE(success_that_carried_no_data_is_found_out) {
    // The drive reports GOOD for every command and transfers nothing at the i-th.
    sweep(WriteMode::tao, mmc::Completion{}, false, "nothing transferred");
    sweep(WriteMode::sao, mmc::Completion{}, true, "nothing transferred, for ever");
}

} // namespace
} // namespace burnrig::driver
