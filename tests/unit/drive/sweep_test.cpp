// SPDX-License-Identifier: Apache-2.0
// Whatever a host sends, the drive answers: every opcode with random fields, buffers that are
// shorter or longer than the CDB says, in every state of the disc. Method: a seeded generator, so
// that a failure can be repeated; the assertion is that an answer is well-formed.
#include <random>

#include "mmc/opcode.h"
#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {
namespace {

struct Sweep {
    explicit Sweep(unsigned seed) : random(seed) {}

    std::uint8_t byte() { return static_cast<std::uint8_t>(random()); }

    // Fields are often small or extreme: there the borders are.
    Bytes cdb(std::uint8_t opcode) {
        constexpr std::array<std::size_t, 6> lengths{6, 10, 12, 16, 1, 0};
        Bytes bytes(lengths[random() % lengths.size()]);
        for (auto& value : bytes)
            value = random() % 3 == 0   ? byte()
                    : random() % 4 == 0 ? std::uint8_t{0xFF}
                                        : std::uint8_t{0};
        if (!bytes.empty())
            bytes[0] = opcode;
        return bytes;
    }

    void send(Bench& bench, std::uint8_t opcode) {
        const auto wanted = cdb(opcode);
        Bytes out(random() % 3 == 0 ? random() % 70000 : random() % 64);
        for (std::size_t i = 0; i < out.size() && i < 128; ++i)
            out[i] = byte();
        constexpr std::uint8_t guard = 0xA5;
        Bytes in(random() % 3 == 0 ? random() % 70000 : random() % 64);
        const auto room = in.size();
        in.resize(room + 16, guard);
        const bool sends = random() % 2 == 0;
        const auto result = bench.drive.execute(
            {wanted, sends ? std::span<const std::uint8_t>(out) : std::span<const std::uint8_t>{},
             std::span(in).first(room), 100000s});
        const std::string what = "opcode " + std::to_string(opcode);
        BOOST_REQUIRE_MESSAGE(result.transferred <= std::max(room, out.size()), what);
        BOOST_REQUIRE_MESSAGE((result.host == mmc::HostStatus::ok), what);
        if (result.status == mmc::Status::check_condition) {
            const auto sense = mmc::decode_sense(result.sense.view());
            BOOST_REQUIRE_MESSAGE(sense.has_value(), what);
            BOOST_REQUIRE_MESSAGE(sense->code.key != mmc::SenseKey::no_sense, what);
        } else {
            BOOST_REQUIRE_MESSAGE((result.status == mmc::Status::good), what);
        }
        for (std::size_t i = room; i < in.size(); ++i)
            BOOST_REQUIRE_MESSAGE(in[i] == guard, what + " wrote behind the host's buffer");
        if (!mmc::find_opcode(opcode) && !wanted.empty())
            BOOST_REQUIRE_MESSAGE(!result.good(), what);
    }

    std::mt19937 random;
};

void sweep(Bench& bench, unsigned seed, int rounds) {
    Sweep sweep(seed);
    for (int round = 0; round < rounds; ++round)
        for (unsigned opcode = 0; opcode < 256; ++opcode)
            sweep.send(bench, static_cast<std::uint8_t>(opcode));
}

BOOST_AUTO_TEST_CASE(every_command_without_a_disc) {
    Bench bench;
    sweep(bench, 1, 40);
}

BOOST_AUTO_TEST_CASE(every_command_on_a_blank_disc) {
    Bench bench(cd_r());
    sweep(bench, 2, 40);
}

BOOST_AUTO_TEST_CASE(every_command_on_a_rewritable_disc_with_open_session) {
    Bench bench(cd_rw());
    bench.tao(true);
    bench.write(0, 320);
    bench.sync();
    sweep(bench, 3, 40);
}

BOOST_AUTO_TEST_CASE(every_command_in_mid_write) {
    for (unsigned seed = 4; seed < 24; ++seed) {
        Bench bench(cd_rw());
        bench.tao(true);
        bench.write(0, 320);
        sweep(bench, seed, 2);
    }
}

BOOST_AUTO_TEST_CASE(every_command_in_mid_session_at_once) {
    for (unsigned seed = 24; seed < 44; ++seed) {
        Bench bench(cd_r());
        bench.sao();
        bench.cue(data_cue_sheet(640));
        bench.write(-150, 300);
        sweep(bench, seed, 2);
    }
}

BOOST_AUTO_TEST_CASE(every_command_while_the_disc_is_blanked) {
    Bench bench(cd_rw());
    bench.blank(0x11);
    sweep(bench, 44, 40);
}

BOOST_AUTO_TEST_CASE(every_command_on_a_finalized_disc) {
    Bench bench(cd_r());
    bench.tao();
    bench.write(0, 320);
    bench.sync();
    bench.close_session();
    sweep(bench, 45, 40);
    // Whatever was asked: a finalized CD-R keeps what is on it.
    bench.drive.insert(bench.drive.remove());
    bench.settle();
    BOOST_TEST(bench.read(0, 320) == pattern(0, 320), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(random_cue_sheets_are_taken_or_refused) {
    std::mt19937 random(46);
    for (int round = 0; round < 3000; ++round) {
        Bench bench(cd_r());
        bench.sao();
        auto sheet = data_cue_sheet(640);
        sheet.resize(8 * (random() % 8 + 1), static_cast<std::uint8_t>(random()));
        for (int i = 0; i < 3; ++i)
            sheet[random() % sheet.size()] = static_cast<std::uint8_t>(random());
        const auto sense = bench.cue(sheet);
        BOOST_REQUIRE(sense == mmc::sense::none || sense == mmc::sense::invalid_field_in_list);
        if (sense == mmc::sense::none)
            bench.write(-150, 150);
    }
}

} // namespace
} // namespace burnrig::emulator
