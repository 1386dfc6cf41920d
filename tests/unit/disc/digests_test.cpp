// SPDX-License-Identifier: Apache-2.0
// Goal: a disc that keeps digests knows what it holds without holding it: equal blocks are equal,
// any other is not, blocks of one byte can be read, and all that after kill -9 too.
#include <csignal>
#include <numeric>
#include <sys/wait.h>
#include <unistd.h>

#include "emulator/disc/export.h"
#include "tests/unit/disc/disc_fixture.h"

namespace burnrig::emulator {
namespace {

std::unique_ptr<Disc> digest_disc() {
    return *Disc::in_memory(cd_rw(), Keep::digests);
}

std::string read_message(const Disc& disc, std::int32_t lba, std::int32_t count = 1) {
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(count) * 2048);
    const auto read = disc.read(lba, bytes);
    return read ? "" : read.error().message;
}

// How much room the directory's files take on the host.
std::uintmax_t room(const std::filesystem::path& directory) {
    std::uintmax_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        bytes += entry.file_size();
    }
    return bytes;
}

} // namespace

BOOST_AUTO_TEST_SUITE(digests)

BOOST_AUTO_TEST_CASE(equal_blocks_are_found_up_to_the_first_other_one) {
    const auto disc = digest_disc();
    record(*disc, 0, 100);
    auto bytes = pattern(0, 100, BlockForm::mode1);
    BOOST_TEST(*disc->equal_blocks(0, bytes) == 100U);
    for (const std::size_t at : {std::size_t{70} * 2048 + 2047, std::size_t{33} * 2048}) {
        bytes[at] ^= 1;
        BOOST_TEST(*disc->equal_blocks(0, bytes) == at / 2048);
    }
    record(*disc, 200, 3, BlockForm::raw_pw);
    BOOST_TEST(*disc->equal_blocks(200, pattern(200, 3, BlockForm::raw_pw)) == 3U);
}

BOOST_AUTO_TEST_CASE(blocks_of_one_byte_are_read_and_others_are_not) {
    const auto disc = digest_disc();
    BOOST_REQUIRE(disc->write(0, BlockForm::mode1, std::vector<std::uint8_t>(4096, 0xE5)));
    BOOST_REQUIRE(disc->write_zeros(2, BlockForm::mode1, 10));
    record(*disc, 12, 4);
    BOOST_TEST(read_back(*disc, 0, 2) == std::vector<std::uint8_t>(4096, 0xE5));
    BOOST_TEST(read_back(*disc, 2, 10) == std::vector<std::uint8_t>(20480, 0));
    BOOST_TEST(read_message(*disc, 10, 4) ==
               "block 12 is kept as a digest only, its bytes are gone; such a disc can be compared "
               "with an image: burnrig disc compare");
    BOOST_TEST(disc->view(0, 1).empty());
    BOOST_REQUIRE(disc->write_zeros(12, BlockForm::mode1, 4));
    BOOST_TEST(read_message(*disc, 2, 14) == "");
}

BOOST_AUTO_TEST_CASE(corruption_makes_a_block_another_one) {
    const auto disc = digest_disc();
    record(*disc, 0, 10);
    disc->damage().add({4, 6, DamageKind::corrupt, 3, 1});
    BOOST_TEST(*disc->equal_blocks(0, pattern(0, 10, BlockForm::mode1)) == 4U);
    disc->damage().heal();
    BOOST_TEST(*disc->equal_blocks(0, pattern(0, 10, BlockForm::mode1)) == 10U);
}

BOOST_AUTO_TEST_CASE(a_directory_takes_eight_bytes_a_block_and_knows_that_it_does) {
    const TemporaryDirectory directory;
    constexpr std::int32_t blocks = 20'000;
    {
        const auto disc = *Disc::create(directory / "disc", cd_rw(), Keep::digests);
        for (std::int32_t lba = 0; lba < blocks; lba += 100) {
            record(*disc, lba, 100);
        }
        BOOST_REQUIRE(disc->flush());
    }
    // 45150 addresses lie before the first block; the map of what is recorded is 0.2 MB.
    BOOST_TEST(room(directory / "disc") < 8U * (blocks + 45150) + 250'000);
    const auto disc = *Disc::open(directory / "disc");
    BOOST_TEST((disc->keep() == Keep::digests));
    BOOST_TEST(*disc->equal_blocks(0, pattern(0, blocks, BlockForm::mode1)) ==
               static_cast<std::size_t>(blocks));
}

BOOST_AUTO_TEST_CASE(an_export_says_why_it_cannot_be) {
    const TemporaryDirectory directory;
    const auto disc = digest_disc();
    record(*disc, 0, 400);
    Track track;
    track.end = 400;
    disc->structure().tracks = {track};
    const auto report = export_disc(*disc, directory / "out.iso");
    BOOST_TEST(report.error().message.find("block 0 is kept as a digest only") !=
               std::string::npos);
    BOOST_TEST(!std::filesystem::exists(directory / "out.iso"));
}

BOOST_AUTO_TEST_CASE(what_was_acknowledged_before_kill_9_is_known) {
    const TemporaryDirectory directory;
    for (int acknowledged = 1; acknowledged < 60; acknowledged += 7) {
        const auto path = directory / std::to_string(acknowledged);
        BOOST_REQUIRE(Disc::create(path, cd_rw(), Keep::digests));
        int ends[2];
        BOOST_REQUIRE(::pipe(ends) == 0);
        const pid_t child = ::fork();
        if (child == 0) {
            const auto disc = Disc::open(path);
            for (std::int32_t lba = 0; disc && lba < 100'000; ++lba) {
                const auto written =
                    (*disc)->write(lba, BlockForm::mode1, pattern(lba, 1, BlockForm::mode1));
                if (!written || ::write(ends[1], "w", 1) != 1) {
                    break;
                }
            }
            ::_exit(1);
        }
        char byte = 0;
        for (int count = 0; count < acknowledged; ++count) {
            BOOST_REQUIRE(::read(ends[0], &byte, 1) == 1);
        }
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        ::close(ends[0]);
        ::close(ends[1]);
        const auto disc = Disc::open(path);
        BOOST_REQUIRE_MESSAGE(disc, disc.error().message);
        const auto extents = (*disc)->extents();
        BOOST_REQUIRE(extents.size() == 1U);
        BOOST_TEST(extents[0].count >= acknowledged);
        BOOST_TEST(*(*disc)->equal_blocks(0, pattern(0, extents[0].count, BlockForm::mode1)) ==
                   static_cast<std::size_t>(extents[0].count));
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace burnrig::emulator
