// SPDX-License-Identifier: Apache-2.0
// Goal: a disc in a directory opens again with what was saved and written, however its process
// ended. Method for kill -9: a child writes, notes and saves in lockstep with its parent over
// pipes; the parent kills it after a number of acknowledgements drawn from a fixed seed, while the
// child is on its way through the next step, and opens the disc.
#include <algorithm>
#include <csignal>
#include <random>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/disc/disc_fixture.h"

namespace burnrig::emulator {
namespace {

std::string message_of_open(const std::filesystem::path& path) {
    const auto disc = Disc::open(path);
    return disc ? "" : disc.error().message;
}

// Everything a structure can hold, each field with a value of its own.
Structure full_structure() {
    Structure structure;
    Session session;
    session.state = SessionState::complete;
    session.lead_in = -12374;
    session.lead_out = 5000;
    session.next_allowed = true;
    session.disc_type = 0x20;
    session.cd_text = {0x80, 0x00, 0xFF};
    structure.sessions = {session, Session{}};
    structure.sessions[1].number = 2;
    structure.sessions[1].state = SessionState::open;
    Track track;
    track.number = 7;
    track.session = 2;
    track.state = TrackState::reserved;
    track.method = WriteMethod::packet;
    track.damaged = true;
    track.in_pma = true;
    track.control = 5;
    track.form = BlockForm::xa_mixed;
    track.pregap = 16250;
    track.start = 16400;
    track.end = 17000;
    track.reserved_end = 20000;
    track.run_out = 2;
    track.packet_size = 32;
    track.isrc = "DE\xFF\n12345678";
    structure.tracks = {track};
    structure.finalized = true;
    structure.rewritten = true;
    structure.media_catalog_number = "0123456789012";
    structure.calibrations_used = 3;
    structure.pma_entries_used = 4;
    return structure;
}

void check_equal(const Structure& found, const Structure& expected) {
    BOOST_REQUIRE(found.sessions.size() == expected.sessions.size());
    const Session& session = found.sessions[0];
    const Session& wanted = expected.sessions[0];
    BOOST_TEST((session.state == wanted.state));
    BOOST_TEST(session.lead_in == wanted.lead_in);
    BOOST_TEST(session.lead_out == wanted.lead_out);
    BOOST_TEST(session.next_allowed == wanted.next_allowed);
    BOOST_TEST(session.disc_type == wanted.disc_type);
    BOOST_TEST(session.cd_text == wanted.cd_text);
    BOOST_REQUIRE(found.tracks.size() == expected.tracks.size());
    const Track& track = found.tracks[0];
    const Track& same = expected.tracks[0];
    BOOST_TEST(track.number == same.number);
    BOOST_TEST(track.session == same.session);
    BOOST_TEST((track.state == same.state));
    BOOST_TEST((track.method == same.method));
    BOOST_TEST(track.damaged == same.damaged);
    BOOST_TEST(track.in_pma == same.in_pma);
    BOOST_TEST(track.control == same.control);
    BOOST_TEST((track.form == same.form));
    BOOST_TEST(track.pregap == same.pregap);
    BOOST_TEST(track.start == same.start);
    BOOST_TEST(track.end == same.end);
    BOOST_TEST(track.reserved_end == same.reserved_end);
    BOOST_TEST(track.run_out == same.run_out);
    BOOST_TEST(track.packet_size == same.packet_size);
    BOOST_TEST(track.isrc == same.isrc);
    BOOST_TEST(found.finalized == expected.finalized);
    BOOST_TEST(found.rewritten == expected.rewritten);
    BOOST_TEST(found.media_catalog_number == expected.media_catalog_number);
    BOOST_TEST(found.calibrations_used == expected.calibrations_used);
    BOOST_TEST(found.pma_entries_used == expected.pma_entries_used);
}

} // namespace

BOOST_AUTO_TEST_SUITE(disc_directory)

BOOST_AUTO_TEST_CASE(medium_structure_damage_and_blocks_come_back) {
    const TemporaryDirectory directory;
    const DamagedRange damage{3, 9, DamageKind::corrupt, 12, 0xFFFFFFFFFFFFFFFF};
    {
        auto disc = *Disc::create(directory / "disc", cd_rw());
        record(*disc, -150, 250);
        record(*disc, 500, 3, BlockForm::raw_pw);
        disc->structure() = full_structure();
        disc->damage().add(damage);
        BOOST_REQUIRE(disc->save());
    }
    const auto disc = *Disc::open(directory / "disc");
    BOOST_TEST(disc->medium().name == "test-cd-rw");
    BOOST_TEST(disc->medium().capacity() == 359849);
    BOOST_TEST(disc->medium().write_speeds == std::vector<std::uint32_t>({1764, 706}));
    BOOST_TEST((disc->medium().atip.additional == cd_rw().atip.additional));
    check_equal(disc->structure(), full_structure());
    BOOST_TEST((disc->damage().ranges == std::vector<DamagedRange>{damage}));
    BOOST_TEST(read_back(*disc, 500, 3, BlockForm::raw_pw) == pattern(500, 3, BlockForm::raw_pw));
    BOOST_TEST(read_back(*disc, -150, 153) == pattern(-150, 153, BlockForm::mode1));
}

BOOST_AUTO_TEST_CASE(blocks_written_since_the_last_save_come_back_and_the_structure_is_as_saved) {
    const TemporaryDirectory directory;
    {
        auto disc = *Disc::create(directory / "disc", cd_rw());
        record(*disc, 0, 10);
        disc->structure().calibrations_used = 1;
        BOOST_REQUIRE(disc->save());
        record(*disc, 10, 10);
        BOOST_REQUIRE(disc->erase(0, 5));
        disc->structure().calibrations_used = 2; // not saved
    }
    const auto disc = *Disc::open(directory / "disc");
    BOOST_TEST(disc->structure().calibrations_used == 1U);
    BOOST_TEST((disc->extents() == std::vector<Extent>{{5, 15, BlockForm::mode1}}));
    BOOST_TEST(read_back(*disc, 5, 15) == pattern(5, 15, BlockForm::mode1));
}

BOOST_AUTO_TEST_CASE(scattered_writes_come_back) {
    const TemporaryDirectory directory;
    constexpr std::int32_t writes = 1000;
    {
        auto disc = *Disc::create(directory / "disc", cd_rw());
        for (std::int32_t index = 0; index < writes; ++index) {
            record(*disc, index * 3, 1);
        }
    }
    const auto disc = *Disc::open(directory / "disc");
    BOOST_TEST(disc->extents().size() == static_cast<std::size_t>(writes));
    BOOST_TEST(read_back(*disc, 2997, 1) == pattern(2997, 1, BlockForm::mode1));
}

BOOST_AUTO_TEST_CASE(flush_saves_too) {
    const TemporaryDirectory directory;
    {
        auto disc = *Disc::create(directory / "disc", cd_rw());
        record(*disc, 0, 10);
        disc->structure().calibrations_used = 9;
        const auto flushed = disc->flush();
        BOOST_TEST(flushed.has_value());
    }
    BOOST_TEST((*Disc::open(directory / "disc"))->structure().calibrations_used == 9U);
}

BOOST_AUTO_TEST_CASE(a_blank_disc_takes_no_room_and_a_recorded_one_no_more_than_its_blocks) {
    const TemporaryDirectory directory;
    auto disc = *Disc::create(directory / "disc", cd_rw());
    BOOST_TEST(std::filesystem::file_size(directory / "disc" / "blocks") == 0U);
    record(*disc, 0, 16);
    BOOST_TEST(std::filesystem::file_size(directory / "disc" / "blocks") ==
               BlockLayout(cd_rw()).slot(16, BlockForm::mode1));
}

BOOST_AUTO_TEST_CASE(a_full_host_disk_fails_the_write_and_loses_nothing) {
    const TemporaryDirectory directory;
    auto disc = *Disc::create(directory / "disc", cd_rw());
    record(*disc, 0, 10);
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const rlimit tight{BlockLayout(cd_rw()).slot(15, BlockForm::mode1), before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &tight);
    const auto written = disc->write(10, BlockForm::mode1, pattern(10, 10, BlockForm::mode1));
    ::setrlimit(RLIMIT_FSIZE, &before);
    BOOST_TEST(written.error().message ==
               (directory / "disc/blocks").string() + ": writing: File too large");
    disc.reset();
    disc = *Disc::open(directory / "disc");
    BOOST_TEST((disc->extents() == std::vector<Extent>{{0, 10, BlockForm::mode1}}));
    record(*disc, 10, 10);
    BOOST_TEST(read_back(*disc, 0, 20) == pattern(0, 20, BlockForm::mode1));
}

BOOST_AUTO_TEST_CASE(creating_and_opening_name_what_is_wrong) {
    const TemporaryDirectory directory;
    const std::string path = (directory / "disc").string();
    BOOST_TEST(message_of_open(path) == path +
                                            ": no such disc; make one with: burnrig disc create " +
                                            path + " --medium NAME");
    std::filesystem::create_directory(path);
    BOOST_TEST(message_of_open(path) == path + ": is no disc, it has no file disc.yaml");
    BOOST_TEST(Disc::create(path, cd_rw()).error().message ==
               path + ": exists already; name a new path for the disc, or open this one without a "
                      "medium");
    const std::string deep = (directory / "absent").string() + "/disc";
    BOOST_TEST(Disc::create(deep, cd_rw()).error().message.find("No such file or directory") !=
               std::string::npos);
    BOOST_REQUIRE(Disc::create((directory / "slash").string() + "/", cd_rw()));
    BOOST_TEST(message_of_open(directory / "slash") == "");
}

BOOST_AUTO_TEST_CASE(a_disc_in_use_names_the_process_that_has_it) {
    const TemporaryDirectory directory;
    const std::string path = (directory / "disc").string();
    const auto disc = *Disc::create(path, cd_rw());
    const std::string expected =
        path + ": the disc is in use by process " + std::to_string(::getpid()) + " (";
    BOOST_TEST(message_of_open(path).substr(0, expected.size()) == expected);
}

constexpr std::int32_t erased_behind = 10;

// The child writes one block at 0, 1, 2 ..., erases the one ten blocks before, and then saves that
// it did, as the number of calibrations; it acknowledges each third of a step with a byte, when it
// is done.
[[noreturn]] void write_until_killed(const std::filesystem::path& path, int acknowledge) {
    auto disc = Disc::open(path);
    for (std::int32_t lba = 0; disc && lba < 100'000; ++lba) {
        const auto form = lba % 5 == 4 ? BlockForm::audio : BlockForm::mode1;
        if (!(*disc)->write(lba, form, pattern(lba, 1, form)) ||
            ::write(acknowledge, "w", 1) != 1) {
            break;
        }
        if (!(*disc)->erase(lba - erased_behind, lba - erased_behind + 1) ||
            ::write(acknowledge, "e", 1) != 1) {
            break;
        }
        (*disc)->structure().calibrations_used = static_cast<std::uint32_t>(lba + 1);
        if (!(*disc)->save() || ::write(acknowledge, "s", 1) != 1) {
            break;
        }
    }
    ::_exit(1);
}

BOOST_AUTO_TEST_CASE(what_was_acknowledged_before_kill_9_is_there) {
    const TemporaryDirectory directory;
    std::minstd_rand random(7); // NOLINT: the same points in every run
    for (int round = 0; round < 40; ++round) {
        const auto path = directory / std::to_string(round);
        BOOST_REQUIRE(Disc::create(path, cd_rw()));
        int ends[2];
        BOOST_REQUIRE(::pipe(ends) == 0);
        const pid_t child = ::fork();
        if (child == 0) {
            ::close(ends[0]);
            write_until_killed(path, ends[1]);
        }
        ::close(ends[1]);
        const auto acknowledged = static_cast<unsigned>(1 + random() % 200);
        char byte = 0;
        for (unsigned count = 0; count < acknowledged; ++count) {
            BOOST_REQUIRE(::read(ends[0], &byte, 1) == 1);
        }
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        ::close(ends[0]);

        const auto disc = Disc::open(path);
        BOOST_REQUIRE_MESSAGE(disc, disc.error().message);
        const auto written = static_cast<std::int32_t>((acknowledged + 2) / 3);
        const auto erased = static_cast<std::int32_t>((acknowledged + 1) / 3) - erased_behind;
        BOOST_TEST((*disc)->structure().calibrations_used >= acknowledged / 3);
        for (std::int32_t lba = 0; lba < erased; ++lba) {
            BOOST_TEST(((*disc)->run_at(lba).state == BlockState::unrecorded));
        }
        // The child may have come further, to erase up to ten blocks behind its last one.
        const std::int32_t end = (*disc)->extents().back().end();
        BOOST_TEST(end >= written);
        BOOST_TEST(end >= static_cast<std::int32_t>((*disc)->structure().calibrations_used));
        for (std::int32_t lba = std::max(0, end - erased_behind); lba < end; ++lba) {
            const auto form = lba % 5 == 4 ? BlockForm::audio : BlockForm::mode1;
            BOOST_TEST(read_back(**disc, lba, 1, form) == pattern(lba, 1, form));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace burnrig::emulator
