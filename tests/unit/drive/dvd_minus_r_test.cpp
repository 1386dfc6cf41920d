// SPDX-License-Identifier: Apache-2.0
// The life of a DVD-R and of a DVD-RW as a sequential disc, as a host sees it: incremental and disc
// at once, borders, blanking. Numbers that are not obvious are from outputs of real drives.
#include "tests/unit/drive/sequential_fixture.h"

namespace burnrig::emulator {
namespace {

constexpr std::uint8_t close_rzone = 1;
constexpr std::uint8_t close_border = 2;
constexpr std::uint8_t another_border = 0xC0;

class DvdBench : public SequentialBench {
public:
    explicit DvdBench(Medium medium) : SequentialBench(std::move(medium)) {}

    // Fixed packets of 16, track mode 5, data block type 8: as burning programs set it.
    void incremental(std::uint8_t multi = another_border) {
        BOOST_REQUIRE_EQUAL(write_parameters(0x60, static_cast<std::uint8_t>(multi | 0x25), 8),
                            mmc::sense::none);
    }
    void at_once(bool burn_free = true, bool test = false) {
        const auto type = 0x02 | (burn_free ? 0x40 : 0) | (test ? 0x10 : 0);
        BOOST_REQUIRE_EQUAL(write_parameters(static_cast<std::uint8_t>(type), 0x05, 8),
                            mmc::sense::none);
    }
    void one_border(std::int32_t blocks) {
        incremental();
        BOOST_REQUIRE_EQUAL(write(0, blocks), mmc::sense::none);
        BOOST_REQUIRE_EQUAL(sync(), mmc::sense::none);
        BOOST_REQUIRE_EQUAL(close(close_rzone, 1), mmc::sense::none);
        BOOST_REQUIRE_EQUAL(close(close_border), mmc::sense::none);
    }
};

BOOST_AUTO_TEST_CASE(a_blank_disc_has_one_invisible_rzone) {
    DvdBench bench(dvd_r());
    BOOST_TEST(bench.profile() == 0x0011U);
    BOOST_TEST(bench.disc_byte() == 0x00U);
    const auto zone = bench.zone(1);
    BOOST_TEST(zone.bits == 0x6U);
    BOOST_TEST(zone.next == 0);
    BOOST_TEST(zone.free == 2297888);
    BOOST_TEST(zone.size == 2297888);
    BOOST_TEST(bench.zone_sense(0xFF) == mmc::sense::invalid_field_in_cdb);
    BOOST_TEST(bench.current(0x21));
    BOOST_TEST(bench.current(0x2F));
}

BOOST_AUTO_TEST_CASE(a_short_first_border_is_padded_and_the_next_is_28688_behind) {
    DvdBench bench(dvd_r());
    bench.one_border(16);
    BOOST_TEST(bench.disc_byte() == 0x01U);
    BOOST_TEST(bench.disc_information().sessions == 2U);
    const auto first = bench.zone(1);
    BOOST_TEST(first.bits == 0x2U);
    BOOST_TEST(first.size == 65264);
    BOOST_TEST(first.free == 0);
    BOOST_TEST(!first.writable);
    BOOST_TEST(first.last == 15);
    const auto next = bench.zone(2);
    BOOST_TEST(next.bits == 0x6U);
    BOOST_TEST(next.start == 93952);
    BOOST_TEST(next.free == 2203936);
    BOOST_TEST(bench.capacity() == 15U);
    bench.check_read(0, 16);
    BOOST_TEST(bench.read_sense(16, 1) == mmc::sense::lba_out_of_range);
}

BOOST_AUTO_TEST_CASE(a_long_first_border_is_not_padded) {
    DvdBench bench(dvd_rw());
    bench.one_border(132800);
    BOOST_TEST(bench.disc_byte() == 0x11U);
    BOOST_TEST(bench.zone(1).size == 132800);
    BOOST_TEST(bench.zone(2).start == 161488);
    BOOST_TEST(bench.zone(2).free == 2136400);
}

BOOST_AUTO_TEST_CASE(before_the_first_border_is_closed_no_capacity_is_told) {
    DvdBench bench(dvd_r());
    bench.incremental();
    bench.write(0, 32);
    bench.sync();
    BOOST_TEST(bench.disc_byte() == 0x05U);
    BOOST_TEST(bench.blocks() == 0U);
    BOOST_TEST(bench.zone(1).bits == 0x2U);
    BOOST_TEST(bench.zone(1).next == 32);
    bench.check_read(0, 32); // through the RMA
    BOOST_TEST(bench.close(close_border) == mmc::sense::incomplete_track);
    BOOST_TEST(bench.close(close_rzone, 1) == mmc::sense::none);
    BOOST_TEST(bench.zone(2).next == 32);
    BOOST_TEST(bench.write(32, 32) == mmc::sense::none);
    bench.sync();
    BOOST_TEST(bench.disc_information().last_track == 2U);
    BOOST_TEST(bench.zone(2).session == 1U);
}

BOOST_AUTO_TEST_CASE(the_multi_session_bits_decide_whether_another_border_follows) {
    DvdBench bench(dvd_r());
    bench.one_border(32);
    bench.incremental(0);
    const auto start = bench.zone(2).start;
    BOOST_TEST(bench.close(close_border) == mmc::sense::none); // empty: nothing is written
    BOOST_TEST(bench.disc_byte() == 0x01U);
    BOOST_TEST(bench.write(start, 32) == mmc::sense::none);
    bench.sync();
    bench.close(close_rzone, 2);
    BOOST_TEST(bench.close(close_border) == mmc::sense::none);
    BOOST_TEST(bench.disc_byte() == 0x0EU);
    BOOST_TEST(bench.disc_information().sessions == 2U);
    BOOST_TEST(bench.blocks() == static_cast<std::uint32_t>(start + 32));
    bench.check_read(0, 32);
    bench.check_read(start, 32);
    bench.check_zeros(32, 16); // padding of the first border
    BOOST_TEST(bench.close(close_border) == mmc::sense::unwritable_medium);
    BOOST_TEST(bench.write(start + 32, 16) == mmc::sense::unwritable_medium);
    BOOST_TEST(!bench.current(0x21));
}

BOOST_AUTO_TEST_CASE(two_reserved_rzones_and_an_invisible_one) {
    DvdBench bench(dvd_r());
    bench.incremental();
    BOOST_TEST(bench.reserve(100) == mmc::sense::none); // rounded up to 112
    BOOST_TEST(bench.reserve(64) == mmc::sense::none);
    BOOST_TEST(bench.reserve(64) == mmc::sense::too_many_reservations);
    BOOST_TEST(bench.zone(1).bits == 0xEU);
    BOOST_TEST(bench.zone(1).size == 112);
    BOOST_TEST(bench.write(0, 48) == mmc::sense::none);
    bench.sync();
    BOOST_TEST(bench.zone(1).bits == 0xAU);
    BOOST_TEST(bench.close(close_border) == mmc::sense::reserved_track_empty);
    BOOST_TEST(bench.write(112, 64) == mmc::sense::none);
    BOOST_TEST(bench.write(176, 16) == mmc::sense::none); // the invisible one begins here
    bench.sync();
    BOOST_TEST(bench.zone(2).bits == 0x2U);
    BOOST_TEST(bench.close(close_rzone, 1) == mmc::sense::none);
    BOOST_TEST(bench.close(close_border) == mmc::sense::incomplete_track);
    BOOST_TEST(bench.close(close_rzone, 3) == mmc::sense::none);
    BOOST_TEST(bench.close(close_border) == mmc::sense::none);
    bench.check_read(0, 48);
    bench.check_zeros(48, 64);
    bench.check_read(112, 80);
}

BOOST_AUTO_TEST_CASE(disc_at_once_needs_its_length_first_and_is_closed_by_itself) {
    DvdBench bench(dvd_r());
    bench.at_once();
    BOOST_TEST(bench.write(0, 32) == mmc::sense::sequence_error);
    BOOST_TEST(bench.reserve(2298497) == mmc::sense::end_of_track);
    BOOST_TEST(bench.reserve(60) == mmc::sense::none);
    BOOST_TEST(bench.zone(1).bits == 0xCU);
    BOOST_TEST(bench.zone(1).size == 64);
    BOOST_TEST(bench.reserve(60) == mmc::sense::program_area_not_empty);
    BOOST_TEST(bench.write(16, 16) == mmc::sense::bad_write_address);
    BOOST_TEST(bench.write(0, 60) == mmc::sense::none);
    BOOST_TEST(bench.write(60, 16) == mmc::sense::end_of_track);
    BOOST_TEST(bench.write(60, 4) == mmc::sense::none);
    BOOST_TEST(bench.write(64, 16) == mmc::sense::end_of_track);
    BOOST_TEST(bench.close(close_rzone, 1) == mmc::sense::sequence_error);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.disc_byte() == 0x0EU);
    BOOST_TEST(bench.zone(1).bits == 0x0U);
    BOOST_TEST(bench.blocks() == 64U);
    bench.check_read(0, 64);
}

BOOST_AUTO_TEST_CASE(disc_at_once_with_less_than_announced_is_padded) {
    DvdBench bench(dvd_r());
    bench.at_once();
    bench.reserve(4800);
    bench.write(0, 48);
    const auto before = bench.clock.now();
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST((bench.clock.now() - before > 7s));
    BOOST_TEST(bench.blocks() == 4800U);
    bench.check_read(0, 48);
    bench.check_zeros(4799, 1);
}

BOOST_AUTO_TEST_CASE(disc_at_once_is_for_blank_discs) {
    DvdBench bench(dvd_r());
    bench.one_border(32);
    bench.at_once();
    BOOST_TEST(bench.reserve(64) == mmc::sense::program_area_not_empty);
    BOOST_TEST(bench.write(bench.zone(2).start, 32) == mmc::sense::illegal_mode_for_track);
    DvdBench reserved(dvd_r());
    reserved.at_once();
    reserved.reserve(64);
    reserved.incremental();
    BOOST_TEST(reserved.write(0, 32) == mmc::sense::illegal_mode_for_track);
}

BOOST_AUTO_TEST_CASE(an_unprotected_disc_at_once_is_lost_when_the_buffer_runs_dry) {
    DvdBench bench(dvd_r());
    bench.at_once(false);
    bench.reserve(4096);
    bench.write(0, 512);
    bench.pass(120s);
    const auto late = bench.write_raw(512, 32, pattern(512, 32));
    BOOST_TEST(Bench::sense(late) == mmc::sense::loss_of_streaming);
    const auto zone = bench.zone(1);
    BOOST_TEST(zone.damaged);
    BOOST_TEST(!zone.writable);
    BOOST_TEST(bench.write(512, 32) == mmc::sense::bad_write_address);
    BOOST_TEST(bench.repair(1) == mmc::sense::fixation_failed);
    BOOST_TEST(bench.close(close_rzone, 1) == mmc::sense::none); // padded to what was announced
    BOOST_TEST(bench.close(close_border) == mmc::sense::none);
    BOOST_TEST(bench.disc_byte() == 0x0EU);
    bench.check_read(0, 512);
    DvdBench fed(dvd_r());
    fed.at_once(true);
    fed.reserve(4096);
    fed.write(0, 512);
    fed.pass(120s);
    BOOST_TEST(fed.write(512, 32) == mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(test_writes_leave_the_disc_blank) {
    DvdBench bench(dvd_rw());
    bench.at_once(true, true);
    BOOST_TEST(bench.opc() == mmc::sense::none);
    BOOST_TEST(bench.reserve(64) == mmc::sense::none);
    BOOST_TEST(bench.write(0, 32) == mmc::sense::none);
    BOOST_TEST(bench.write(0, 32) == mmc::sense::bad_write_address);
    BOOST_TEST(Bench::sense(bench.write_raw(32, 33, pattern(32, 33))) == mmc::sense::end_of_track);
    BOOST_TEST(bench.zone(1).next == 32);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.disc_byte() == 0x10U);
    BOOST_TEST(bench.write_parameters(0x50, 0xC5, 8) == mmc::sense::none); // incremental
    BOOST_TEST(bench.write(0, 32) == mmc::sense::none);
    bench.sync();
    BOOST_TEST(bench.close(close_rzone, 1) == mmc::sense::none);
    BOOST_TEST(bench.close(close_border) == mmc::sense::none);
    BOOST_TEST(bench.zone(1).next == 0);
    BOOST_TEST(bench.drive.disc()->blank());
    BOOST_TEST(bench.drive.disc()->structure().calibrations_used == 0U);
}

BOOST_AUTO_TEST_CASE(quick_blanking_leaves_only_disc_at_once) {
    DvdBench bench(dvd_rw());
    bench.one_border(32);
    BOOST_TEST(bench.blank(5) == mmc::sense::invalid_field_in_cdb);
    BOOST_TEST(bench.blank(1) == mmc::sense::none);
    BOOST_TEST(bench.disc_byte() == 0x10U);
    BOOST_TEST(bench.profile() == 0x0014U);
    BOOST_TEST(!bench.current(0x21));
    BOOST_TEST(bench.current(0x2F));
    BOOST_TEST(bench.write(0, 32) == mmc::sense::illegal_mode_for_track);
    BOOST_TEST(bench.reserve(32) == mmc::sense::illegal_mode_for_track);
    BOOST_TEST(bench.read_sense(0, 1) == mmc::sense::lba_out_of_range);
    bench.at_once();
    BOOST_TEST(bench.reserve(32) == mmc::sense::none);
    BOOST_TEST(bench.write(0, 32) == mmc::sense::none);
    bench.sync();
    BOOST_TEST(bench.disc_byte() == 0x1EU);
    BOOST_TEST(bench.blank(0) == mmc::sense::none); // all of it
    BOOST_TEST(bench.current(0x21));
    bench.one_border(16);
    bench.check_read(0, 16);
}

BOOST_AUTO_TEST_CASE(a_dvd_r_cannot_be_blanked) {
    DvdBench bench(dvd_r());
    bench.one_border(32);
    BOOST_TEST(bench.blank(1) == mmc::sense::unwritable_medium);
    bench.check_read(0, 32);
}

BOOST_AUTO_TEST_CASE(blanking_that_is_cut_off_leaves_a_disc_to_be_blanked_again) {
    DvdBench bench(dvd_rw());
    bench.one_border(32);
    bench.send({0xA1, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}); // answers at once
    BOOST_TEST(bench.ready() == mmc::sense::operation_in_progress);
    bench.drive.power_off();
    bench.drive.power_on();
    bench.settle();
    BOOST_TEST(bench.disc_byte() == 0x19U); // last session damaged
    bench.at_once();
    BOOST_TEST(bench.reserve(32) == mmc::sense::unwritable_medium);
    BOOST_TEST(bench.blank(0) == mmc::sense::none);
    BOOST_TEST(bench.disc_byte() == 0x10U);
}

BOOST_AUTO_TEST_CASE(the_management_area_can_be_used_up) {
    DvdBench bench(dvd_r());
    bench.incremental();
    bench.drive.disc()->structure().pma_entries_used = 700;
    BOOST_TEST(bench.reserve(32) == mmc::sense::none);
    BOOST_TEST(bench.reserve(32) == mmc::sense::pma_full);
    BOOST_TEST(bench.write(0, 32) == mmc::sense::none);
    bench.sync();
    BOOST_TEST(bench.close(close_border) == mmc::sense::pma_full);
}

BOOST_AUTO_TEST_CASE(a_disc_of_two_layers_is_one_border) {
    DvdBench bench(dvd_r_dl());
    BOOST_TEST(bench.profile() == 0x0015U);
    bench.one_border(32);
    BOOST_TEST(bench.disc_byte() == 0x0EU);
    DvdBench whole(dvd_r_dl());
    whole.at_once();
    BOOST_TEST(whole.reserve(2000) == mmc::sense::none);
    BOOST_TEST(whole.drive.disc()->structure().layer_0_blocks ==
               1008); // half of it, whole ECC blocks
    DvdBench jump(dvd_r_dl());
    BOOST_TEST(jump.layer_break(2085872) == mmc::sense::invalid_field_in_list);
    BOOST_TEST(jump.layer_break(160) == mmc::sense::none);
    BOOST_TEST(jump.zone(1).free == 320);
}

BOOST_AUTO_TEST_CASE(the_write_parameters_of_a_dvd_are_those_that_it_has) {
    DvdBench bench(dvd_r());
    const auto page = bench.get({0x5A, 8, 5, 0, 0, 0, 0, 0, 60, 0});
    BOOST_TEST((page.at(10) & 0x0F) == 0); // incremental, though a CD's default is track at once
    BOOST_TEST(page.at(12) == 8);
    BOOST_TEST(bench.write_parameters(0x41, 0x05, 8) == mmc::sense::invalid_field_in_list);
    BOOST_TEST(bench.write_parameters(0x42, 0x05, 0) == mmc::sense::invalid_field_in_list);
    BOOST_TEST(bench.write_parameters(0x44, 0x05, 8) == mmc::sense::invalid_field_in_list);
    BOOST_TEST(bench.write_parameters(0x42, 0x05, 8) == mmc::sense::none);
    BOOST_TEST(bench.write_parameters(0x40, 0x25, 8) == mmc::sense::none);
}

// A program asks for layer jump recording by the write type, or by naming where to jump.
BOOST_AUTO_TEST_CASE(layer_jump_recording_is_refused_wherever_it_is_asked_for) {
    DvdBench bench(dvd_r_dl());
    BOOST_TEST(bench.profile() == 0x0015U); // and never 0016h
    BOOST_TEST(!bench.current(0x0033));
    BOOST_TEST(bench.write_parameters(0x44, 0x05, 8) == mmc::sense::invalid_field_in_list);
    for (const std::uint8_t format : Bytes{0x21, 0x22, 0x23, 0x24}) {
        Bytes list(12);
        list[1] = 10;
        mmc::put32(&list[8], 160);
        BOOST_TEST(bench.sense(bench.send_data({0xBF, 0, 0, 0, 0, 0, 0, format, 0, 12, 0, 0},
                                               list)) == mmc::sense::invalid_field_in_cdb);
    }
    const auto listed = bench.get({0xAD, 0, 0, 0, 0, 0, 0, 0xFF, 1, 0, 0, 0}, 256);
    for (std::size_t at = 4; at + 4 <= listed.size(); at += 4) {
        const bool jumps = listed[at] >= 0x21 && listed[at] <= 0x24;
        BOOST_TEST(!(jumps && (listed[at + 1] & 0x80)), "sendable: " << int{listed[at]});
    }
    const auto track = bench.get({0x52, 1, 0, 0, 0, 1, 0, 0, 48, 0});
    BOOST_TEST((track.at(5) >> 6) == 0); // LJRS: incremental
    bench.incremental();
    BOOST_TEST(bench.write(0, 32) == mmc::sense::none); // it is a sequential disc all the same
}

BOOST_AUTO_TEST_CASE(software_protection_keeps_everything_out) {
    DvdBench bench(dvd_rw());
    Bytes list(8 + 12);
    list[8] = 0x1D;
    list[9] = 10;
    list[12] = 1; // SWPP
    BOOST_REQUIRE(bench.send_data({0x55, 0x10, 0, 0, 0, 0, 0, 0, 20, 0}, list).good());
    bench.incremental();
    BOOST_TEST(bench.write(0, 16) == mmc::sense::software_write_protected);
    BOOST_TEST(bench.blank(0) == mmc::sense::software_write_protected);
}

} // namespace
} // namespace burnrig::emulator
