// SPDX-License-Identifier: Apache-2.0
// Goal: reading and writing have the manual's rules of size and place, and its errnos.
#include "tests/unit/nodes/aix/aix_fixture.h"

namespace mmc = burnrig::mmc;
using namespace burnrig::emulator;
using namespace burnrig::emulator::nodes;

namespace {

/// One error for every READ(10).
void spoil_reads(AixBench& bench, const std::string& sense) {
    bench.faults({"at READ_10 -> fail " + sense + " ; always"});
}

mmc::Completion completion_with(mmc::SenseCode code, std::uint32_t transferred) {
    mmc::Completion completion;
    completion.status = mmc::Status::check_condition;
    completion.sense = mmc::encode({.code = code});
    completion.transferred = transferred;
    return completion;
}

} // namespace

// DEV-3: the length of a raw read is a multiple of the block size, or EINVAL.
// DEV-4: the place of a raw read is a multiple of the block size, or EINVAL at the read.
// RW-1: a raw read of whole blocks gives them.
// RW-2: a raw read whose length is no multiple of the block size is EINVAL.
BOOST_AUTO_TEST_CASE(raw_reads_are_of_whole_blocks) {
    AixBench bench;
    AixFile& cd = bench.opened();
    BOOST_TEST(bench.read(cd, 0, 8192) == 8192);
    BOOST_TEST(bench.data == pattern(0, 4), boost::test_tools::per_element());
    for (const std::uint64_t length : {1U, 512U, 2047U, 2049U, 2352U})
        BOOST_TEST(bench.read(cd, 0, length) == -EINVAL);
    for (const std::uint64_t offset : {1U, 2047U, 2352U})
        BOOST_TEST(bench.read(cd, offset, 2048) == -EINVAL);
    BOOST_TEST(bench.read(cd, 0, 0) == 0);
    AixBench writable(dvd_ram());
    BOOST_TEST(writable.read(writable.opened(0, O_WRONLY), 0, 2048) == -EBADF);
}

// DEV-6: the block device is of blocks of 2048 bytes; modes of other sizes are for the raw one.
// RW-13: the block device is read at any byte, as through a cache.
// MOD-10: the block device cannot be read in a mode with another block size: EINVAL.
BOOST_AUTO_TEST_CASE(the_block_device_is_read_at_any_byte) {
    AixBench bench;
    AixFile& cd = bench.opened(IDE_SINGLE, O_RDONLY, false);
    const Bytes all = pattern(0, 4);
    BOOST_TEST(bench.read(cd, 2000, 100) == 100);
    BOOST_TEST(bench.data == Bytes(all.begin() + 2000, all.begin() + 2100),
               boost::test_tools::per_element());
    BOOST_TEST(bench.read(cd, 4095, 1) == 1);
    BOOST_TEST(bench.data[0] == all[4095]);
    for (const unsigned mode : {CD_MODE2_FORM2, CD_DA}) {
        BOOST_TEST(bench.change_mode(cd, mode) == 0);
        BOOST_TEST(bench.read(cd, 0, 2048) == -EINVAL);
    }
    BOOST_TEST(bench.change_mode(cd, CD_MODE2_FORM1) == 0);
    BOOST_TEST(bench.read(cd, form1_start * 2048 + 7, 100) == 100);
}

// DEV-7: a read at the end gives nothing, one behind it ENXIO.
// DEV-8: a read that reaches the end is shortened.
BOOST_AUTO_TEST_CASE(reads_stop_at_the_end_of_the_disc) {
    AixBench bench;
    bench.wire.instead = [](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] != 0x28)
            return std::nullopt;
        mmc::Completion all;
        all.transferred = static_cast<std::uint32_t>(command.data_in.size());
        return all;
    };
    AixFile& cd = bench.opened();
    constexpr std::uint64_t end = std::uint64_t{disc_blocks} * 2048;
    BOOST_TEST(bench.read(cd, end - 4096, 20480) == 4096);
    BOOST_TEST(mmc::get16(&bench.packet(0x28)[7]) == 2U);
    const auto before = bench.sent();
    BOOST_TEST(bench.read(cd, end, 2048) == 0);
    BOOST_TEST(bench.read(cd, end + 2048, 2048) == -ENXIO);
    BOOST_TEST(bench.read(cd, ~std::uint64_t{0} - 2047, 2048) == -ENXIO);
    BOOST_TEST(bench.sent() == before);
    AixFile& block = bench.opened(0, O_RDONLY, false);
    BOOST_TEST(bench.read(block, end - 10, 100) == 10);
}

// DEV-5: raw writes have the same rules, and need a writable medium.
// RW-7: a write to a read-only medium is EWRPROTECT.
BOOST_AUTO_TEST_CASE(raw_writes_are_of_whole_blocks_to_writable_media) {
    AixBench bench(dvd_ram());
    AixFile& ram = bench.opened(0, O_RDWR);
    const Bytes blocks = pattern(7, 16);
    BOOST_TEST(bench.write(ram, 160 * 2048, blocks) == 16 * 2048);
    BOOST_TEST(bench.read(ram, 160 * 2048, 16 * 2048) == 16 * 2048);
    BOOST_TEST(bench.data == blocks, boost::test_tools::per_element());
    BOOST_TEST(bench.write(ram, 0, Bytes(100)) == -EINVAL);
    BOOST_TEST(bench.write(ram, 100, Bytes(2048)) == -EINVAL);
    BOOST_TEST(bench.write(ram, bench.device.size(), Bytes(2048)) == -ENXIO);
    BOOST_TEST(bench.write(ram, bench.device.size() + 2048, Bytes(2048)) == -ENXIO);
    BOOST_TEST(bench.write(ram, 0, {}) == 0);
    BOOST_TEST(bench.write(bench.opened(), 0, Bytes(2048)) == -EBADF);
    AixBench read_only;
    BOOST_TEST(read_only.write(read_only.opened(), 0, Bytes(2048)) == -EWRPROTECT);
    AixBench protected_later(dvd_ram());
    AixFile& file = protected_later.opened(0, O_RDWR);
    protected_later.faults({"at WRITE -> fail 07/27/00"});
    BOOST_TEST(protected_later.write(file, 0, Bytes(2048)) == -EWRPROTECT);
}

// ATT-1: max_transfer is the largest request, 256 KiB unless set; the adapter's limit wins.
// ATT-6: a request to the strategy routine above the maximum is EINVAL.
// ATT-7: a longer read is split, with the same bytes.
// ATT-8: with a smaller adapter limit IOCINFO tells it and IDE_CDIORDSE holds to it.
BOOST_AUTO_TEST_CASE(no_request_is_larger_than_the_maximum) {
    AixBench bench;
    AixFile& cd = bench.opened();
    BOOST_TEST(bench.device.max_transfer() == 0x40000U);
    BOOST_TEST(bench.read(cd, 0, 300 * 2048) == 0x40000);
    BOOST_TEST(mmc::get16(&bench.packet(0x28)[7]) == 128U);
    Bytes room(0x40000 + 2048);
    BOOST_TEST(bench.device.strategy_read(0, room) == -EINVAL);
    BOOST_TEST(bench.device.strategy_read(0, std::span(room).first(100)) == -EINVAL);
    BOOST_TEST(bench.device.strategy_read(disc_blocks, std::span(room).first(2048)) == -ENXIO);
    BOOST_TEST(bench.device.strategy_read(10, std::span(room).first(0x40000)) == 0);
    room.resize(0x40000);
    BOOST_TEST(room == pattern(10, 128), boost::test_tools::per_element());

    AixBench narrow;
    BOOST_TEST(narrow.device.configure("adapter_max_transfer", "0x10000") == 0);
    AixFile& file = narrow.opened();
    BOOST_TEST(narrow.read(file, 0, 0x40000) == 0x10000);
    devinfo information{};
    BOOST_TEST(narrow.ioctl(file, IOCINFO, &information) == 0);
    BOOST_TEST(information.un.idecd.max_transfer == 0x10000U);
    sc_rdwrt request{};
    request.data_length = 0x10800;
    request.buffer = reinterpret_cast<char*>(room.data());
    BOOST_TEST(narrow.ioctl(file, IDE_CDIORDSE, &request) == -EINVAL);
    request.data_length = 0x10000;
    BOOST_TEST(narrow.ioctl(file, IDE_CDIORDSE, &request) == 0);
}

// RW-3: an unrecovered medium error (key 3) is EMEDIA.
// RW-4: a hardware error (key 4) and silence are EIO.
// RW-9: a command that takes too long is ETIMEDOUT.
// RW-14: a blank or incompatible medium is EFORMAT at the read.
BOOST_AUTO_TEST_CASE(sense_keys_have_their_errnos) {
    struct Row {
        const char* sense;
        int error;
    };
    for (const Row& row :
         {Row{"03/11/05", EMEDIA}, Row{"03/02/00", EMEDIA}, Row{"04/44/00", EIO},
          Row{"04/09/01", EIO}, Row{"05/21/00", EIO}, Row{"05/64/00", EIO},
          Row{"02/3A/00", ENOTREADY}, Row{"02/3A/02", ENOTREADY}, Row{"02/04/00", EIO},
          Row{"02/30/01", EFORMAT}, Row{"03/30/02", EFORMAT}, Row{"05/30/00", EFORMAT},
          Row{"08/00/00", EFORMAT}, Row{"07/27/00", EWRPROTECT}, Row{"0B/4E/00", EIO},
          Row{"0E/1D/00", EIO}, Row{"06/28/00", ESTALE}, Row{"06/29/00", EIO}}) {
        AixBench bench;
        AixFile& cd = bench.opened();
        spoil_reads(bench, row.sense);
        BOOST_TEST_CONTEXT(row.sense)
        BOOST_TEST(bench.read(cd, 0, 2048) == -row.error);
    }
    AixBench bench;
    AixFile& cd = bench.opened();
    bench.faults({"at READ_10 #1 -> host NO_CONNECT", "at READ_10 #2 -> hang"});
    BOOST_TEST(bench.read(cd, 0, 2048) == -EIO);
    BOOST_TEST(bench.read(cd, 0, 2048) == -ETIMEDOUT);
    BOOST_TEST(bench.read(cd, 0, 2048) == 2048);
}

// RW-12: a recovered error (key 1) is a success with its data; a temporary error is logged.
// LOG-1: on a normal open each class of error makes its record.
BOOST_AUTO_TEST_CASE(recovered_reads_succeed_and_are_logged) {
    AixBench bench;
    AixFile& cd = bench.opened();
    bench.wire.instead = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] != 0x28)
            return std::nullopt;
        const auto real = bench.drive.execute(command);
        return completion_with({mmc::SenseKey::recovered_error, 0x18, 0x00}, real.transferred);
    };
    BOOST_TEST(bench.read(cd, 0, 4096) == 4096);
    BOOST_TEST(bench.data == pattern(0, 2), boost::test_tools::per_element());
    BOOST_TEST_REQUIRE(bench.device.error_log().records().size() == 1U);
    BOOST_TEST(bench.device.error_log().records()[0].kind->type == "TEMP");
}

// RW-11: with write_caching a write returns early; what fails later is told at a later call.
BOOST_AUTO_TEST_CASE(a_deferred_error_is_told_later) {
    AixBench bench(dvd_ram());
    BOOST_TEST(bench.device.configure("write_caching", "yes") == 0);
    AixFile& ram = bench.opened(0, O_RDWR);
    BOOST_TEST(bench.write_cache());
    BOOST_TEST(bench.write(ram, 0, Bytes(16 * 2048)) == 16 * 2048);
    bench.wire.instead = [](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] != 0x35)
            return std::nullopt;
        mmc::Completion late;
        late.status = mmc::Status::check_condition;
        late.sense = mmc::encode({.code = mmc::sense::write_error, .deferred = true});
        return late;
    };
    BOOST_TEST(bench.device.close(ram) == -EMEDIA);
    BOOST_TEST(bench.device.error_log().count() == 1U);
}

// RW-8: a read while the drive plays is EINPROGRESS; it reads again when the play is over.
BOOST_AUTO_TEST_CASE(a_playing_drive_does_not_read) {
    AixBench bench;
    AixFile& cd = bench.opened(IDE_SINGLE);
    cd_audio_cmd play{};
    play.audio_cmds = CD_PLAY_AUDIO;
    play.msf_flag = 1;
    play.indexing.msf = {0, 6, 0, 0, 8, 0};
    BOOST_TEST(bench.ioctl(cd, IDE_CDAUDIO, &play) == 0);
    BOOST_TEST(bench.read(cd, 0, 2048) == -EINPROGRESS);
    Bytes room(2048);
    BOOST_TEST(bench.device.strategy_read(0, room) == -EINPROGRESS);
    bench.pass(std::chrono::seconds(60));
    BOOST_TEST(bench.read(cd, 0, 2048) == 2048);
    cd_audio_cmd information{};
    information.audio_cmds = CD_INFO_AUDIO;
    BOOST_TEST(bench.ioctl(cd, IDE_CDAUDIO, &information) == 0);
    BOOST_TEST(information.status == CD_COMPLETED); // though the read has seen it first
}

// MOD-9: the length of a raw read goes by the mode: 2048, 2048, 2336, 2352 bytes.
// MOD-11: the place of a read counts blocks of that size.
// MOD-13: mode 1 is READ(10); the others are READ CD of form 1, form 2, audio.
BOOST_AUTO_TEST_CASE(each_data_mode_reads_its_blocks) {
    struct Row {
        unsigned mode;
        std::uint32_t block;
        std::int32_t start;
        std::uint8_t opcode;
        std::uint8_t expected;
        std::uint8_t fields;
    };
    for (const Row& row :
         {Row{CD_MODE1, 2048, 0, 0x28, 0, 0}, Row{CD_MODE2_FORM1, 2048, form1_start, 0xBE, 4, 0x10},
          Row{CD_MODE2_FORM2, 2336, form2_start, 0xBE, 5, 0x58},
          Row{CD_DA, 2352, audio_start, 0xBE, 1, 0x10}}) {
        AixBench bench;
        AixFile& cd = bench.opened(IDE_SINGLE);
        BOOST_TEST(bench.change_mode(cd, row.mode) == 0);
        BOOST_TEST_CONTEXT("mode " << row.mode) {
            const auto place = static_cast<std::uint64_t>(row.start + 20) * row.block;
            BOOST_TEST(bench.read(cd, place, std::uint64_t{row.block} * 10) == row.block * 10);
            const Bytes sent = bench.packet(row.opcode);
            BOOST_TEST(mmc::get32(&sent[2]) == static_cast<std::uint32_t>(row.start + 20));
            if (row.opcode == 0xBE) {
                BOOST_TEST((sent[1] >> 2 & 7) == row.expected);
                BOOST_TEST(sent[9] == row.fields);
            }
            for (const std::uint32_t other : {2048U, 2336U, 2352U})
                if (other != row.block)
                    BOOST_TEST(bench.read(cd, 0, other) == -EINVAL);
        }
    }
    AixBench bench;
    AixFile& cd = bench.opened(IDE_SINGLE);
    BOOST_TEST(bench.change_mode(cd, CD_DA) == 0);
    BOOST_TEST(bench.read(cd, std::uint64_t{audio_start} * 2352, 2352) == 2352);
    BOOST_TEST(bench.data == pattern(audio_start, 1, 2352), boost::test_tools::per_element());
}

// MOD-12: a track of another kind than the mode is EIO (illegal mode for this track).
BOOST_AUTO_TEST_CASE(a_track_of_another_kind_does_not_read) {
    AixBench bench;
    AixFile& cd = bench.opened(IDE_SINGLE);
    BOOST_TEST(bench.read(cd, std::uint64_t{audio_start + 50} * 2048, 2048) == -EIO);
    BOOST_TEST(bench.change_mode(cd, CD_DA) == 0);
    BOOST_TEST(bench.read(cd, 0, 2352) == -EIO);
    BOOST_TEST(bench.device.error_log().count() == 0U);
}
