// SPDX-License-Identifier: Apache-2.0
// Goal: IOCINFO, IDE_CDIORDSE, the door, the data modes and packets answer as the manual says.
#include "tests/unit/nodes/aix/aix_fixture.h"

namespace mmc = burnrig::mmc;
using namespace burnrig::emulator;
using namespace burnrig::emulator::nodes;

namespace {

constexpr std::uint64_t bad_address = 16;

template <class T>
T* at(std::uint64_t address) {
    return reinterpret_cast<T*>(address);
}

struct SenseRead {
    Bytes buffer = Bytes(0x40000);
    Bytes sense = Bytes(255, 0xEE);
    sc_rdwrt request{};

    explicit SenseRead(std::uint32_t block = 0, std::uint32_t length = 2048) {
        request.logical_blk_addr = block;
        request.data_length = length;
        request.buffer = reinterpret_cast<char*>(buffer.data());
        request.req_sense_length = 255;
        request.request_sense_ptr = reinterpret_cast<char*>(sense.data());
        request.timeout_value = 10;
    }
};

struct Packet {
    Bytes data = Bytes(65536);
    Bytes sense = Bytes(64, 0xEE);
    ide_atapi_passthru request{};

    explicit Packet(const Bytes& cdb, ushort size = 0, uchar flags = IDE_PASSTHRU_READ) {
        request.flags = flags;
        request.buffsize = size;
        request.timeout_value = 10;
        request.data_ptr = data.data();
        request.atapi_cmd.length = 12;
        request.atapi_cmd.packet.op_code = cdb[0];
        std::copy(cdb.begin() + 1, cdb.end(), request.atapi_cmd.packet.bytes);
    }
    Packet& with_sense(uint length = 64) {
        request.rsv0 = IDE_PASSTHRU_VERSION01;
        request.sense_data_length = length;
        request.sense_data = sense.data();
        return *this;
    }
};

const Bytes inquiry{0x12, 0, 0, 0, 96, 0};
const Bytes unknown_packet{0xFD, 0, 0, 0, 0, 0};

} // namespace

// INF-1: IOCINFO returns the devinfo structure; the drive is not asked.
// INF-2: it works in every way to open.
// INF-3: a bad address is EFAULT.
// INF-4: it tells the blocks of the disc, and the block size of the mode.
// INF-5: without a disc (diagnosis) it tells no blocks.
BOOST_AUTO_TEST_CASE(the_device_tells_of_itself) {
    for (const long extension : {0L, 0L + IDE_SINGLE, 0L + SC_DIAGNOSTIC}) {
        AixBench bench;
        AixFile& cd = bench.opened(extension);
        const auto before = bench.sent();
        devinfo information{};
        BOOST_TEST(bench.ioctl(cd, IOCINFO, &information) == 0);
        BOOST_TEST(bench.sent() == before);
        BOOST_TEST(information.devtype == DD_SCCD);
        BOOST_TEST((information.flags & DF_FIXED) == 0);
        BOOST_TEST((information.flags & DF_RAND) != 0);
        const bool diagnosis = extension == SC_DIAGNOSTIC;
        BOOST_TEST(information.un.sccd.blksize == 2048);
        BOOST_TEST(information.un.sccd.numblks == (diagnosis ? 0 : disc_blocks));
        BOOST_TEST(information.un.idecd.max_transfer == 0x40000U);
        BOOST_TEST(bench.ioctl(cd, IOCINFO, bad_address) == -EFAULT);
        if (extension == IDE_SINGLE) {
            BOOST_TEST(bench.change_mode(cd, CD_DA) == 0);
            BOOST_TEST(bench.ioctl(cd, IOCINFO, &information) == 0);
            BOOST_TEST(information.un.sccd.blksize == 2352);
        }
    }
}

// IOR-1: IDE_CDIORDSE reads, and gives no sense data when all is well.
// IOR-9: it needs neither diagnosis nor exclusive access.
// IOR-10: DKIORDSE is the same operation.
// IOR-11: it reads in the data mode that is set.
// IOR-12: in CD-DA mode it reads audio in multiples of 2352 bytes.
BOOST_AUTO_TEST_CASE(read_with_sense_reads) {
    static_assert(DKIORDSE == IDE_CDIORDSE);
    AixBench bench;
    AixFile& cd = bench.opened();
    BOOST_TEST(bench.open() == 0);
    SenseRead read(5, 4 * 2048);
    read.request.status_validity = 0xFF;
    BOOST_TEST(bench.ioctl(cd, DKIORDSE, &read.request) == 0);
    BOOST_TEST(read.request.status_validity == 0);
    BOOST_TEST(read.sense[0] == 0xEE);
    BOOST_TEST(Bytes(read.buffer.begin(), read.buffer.begin() + 4 * 2048) == pattern(5, 4),
               boost::test_tools::per_element());
    AixBench audio;
    AixFile& single = audio.opened(IDE_SINGLE);
    BOOST_TEST(audio.change_mode(single, CD_DA) == 0);
    SenseRead samples(audio_start + 3, 2 * 2352);
    BOOST_TEST(audio.ioctl(single, IDE_CDIORDSE, &samples.request) == 0);
    BOOST_TEST(Bytes(samples.buffer.begin(), samples.buffer.begin() + 2 * 2352) ==
                   pattern(audio_start + 3, 2, 2352),
               boost::test_tools::per_element());
}

// IOR-2: when the drive fails it returns -1, the ATA_ERROR bit and the sense data.
// IOR-3: without that bit the sense buffer is not written.
// IOR-4: a sense length above 255 cannot be said: the field is one byte.
// IOR-7: a short sense buffer gets the first bytes.
// IOR-13: sense data come with status 51h and the sense key in the upper half of the error byte.
// IOR-15: beyond the disc the drive says so: EIO and 05/21/00.
// LOG-4: a failed IDE_CDIORDSE makes a record as a failed read does.
BOOST_AUTO_TEST_CASE(read_with_sense_tells_why_it_failed) {
    static_assert(sizeof sc_rdwrt{}.req_sense_length == 1);
    AixBench bench;
    AixFile& cd = bench.opened();
    bench.faults({"at READ_10 #1 -> fail 03/11/05", "at READ_10 #2 -> host NO_CONNECT"});
    SenseRead read;
    BOOST_TEST(bench.ioctl(cd, IDE_CDIORDSE, &read.request) == -EMEDIA);
    BOOST_TEST((read.request.status_validity & ATA_ERROR) != 0);
    BOOST_TEST(read.request.scsi_bus_status == 0x51);
    BOOST_TEST(read.request.adapter_status == 0x34);
    BOOST_TEST((read.sense[2] & 15) == 3);
    BOOST_TEST(read.sense[12] == 0x11);
    BOOST_TEST(read.sense[13] == 0x05);
    BOOST_TEST(bench.device.error_log().count() == 1U);
    SenseRead silent;
    BOOST_TEST(bench.ioctl(cd, IDE_CDIORDSE, &silent.request) == -EIO);
    BOOST_TEST(silent.request.status_validity == 0);
    BOOST_TEST(silent.sense[0] == 0xEE);
    SenseRead beyond(disc_blocks);
    beyond.request.req_sense_length = 8;
    BOOST_TEST(bench.ioctl(cd, IDE_CDIORDSE, &beyond.request) == -EIO);
    BOOST_TEST((beyond.sense[2] & 15) == 5);
    BOOST_TEST(beyond.sense[8] == 0xEE);
}

// IOR-5: more than the maximum of devinfo is EINVAL.
// IOR-6: a length that is no multiple of the block size is EINVAL.
// IOR-8: a bad address of structure, data or sense is EFAULT.
// IOR-14: a command that outlasts the timeout is ETIMEDOUT.
BOOST_AUTO_TEST_CASE(read_with_sense_checks_what_it_is_given) {
    AixBench bench;
    AixFile& cd = bench.opened();
    for (const std::uint32_t length : {0x40800U, 0xFFFFF800U, 100U, 2352U}) {
        SenseRead read(0, length);
        BOOST_TEST(bench.ioctl(cd, IDE_CDIORDSE, &read.request) == -EINVAL);
    }
    SenseRead whole(0, 0x40000);
    BOOST_TEST(bench.ioctl(cd, IDE_CDIORDSE, &whole.request) == 0);
    BOOST_TEST(bench.ioctl(cd, IDE_CDIORDSE, bad_address) == -EFAULT);
    SenseRead nowhere;
    nowhere.request.buffer = at<char>(bad_address);
    BOOST_TEST(bench.ioctl(cd, IDE_CDIORDSE, &nowhere.request) == -EFAULT);
    bench.faults({"at READ_10 #1 -> fail 03/11/05", "at READ_10 #2 -> take 60s"});
    SenseRead blind;
    blind.request.request_sense_ptr = at<char>(bad_address);
    BOOST_TEST(bench.ioctl(cd, IDE_CDIORDSE, &blind.request) == -EFAULT);
    SenseRead slow;
    BOOST_TEST(bench.ioctl(cd, IDE_CDIORDSE, &slow.request) == -ETIMEDOUT);
    BOOST_TEST(slow.request.status_validity == 0);
}

// PMR-1: IDE_CDPMR prevents that the medium is taken out, by button and by command.
// PMR-2: once more is a success.
// PMR-3: the last close ends it, also with prevent_eject no.
// PMR-4: a drive that was powered off and on has forgotten it.
// AMR-1: IDE_CDAMR allows it again, also what the open has locked.
// AMR-2: it succeeds without a lock.
// EJ-1: IDE_CDEJECT ejects the medium.
// EJ-2: a locked medium is not ejected: EINVAL.
// EJ-5: with an open tray it succeeds.
// EJ-6: other openers do not keep the medium in.
// EJ-7: the argument means nothing.
BOOST_AUTO_TEST_CASE(the_door_is_locked_and_opened) {
    AixBench bench;
    BOOST_TEST(bench.device.configure("prevent_eject", "no") == 0);
    AixFile& cd = bench.opened();
    BOOST_TEST(bench.open() == 0);
    BOOST_TEST(bench.ioctl(cd, IDE_CDAMR, bad_address) == 0);
    BOOST_TEST(bench.ioctl(cd, IDE_CDPMR, bad_address) == 0);
    BOOST_TEST(bench.ioctl(cd, IDE_CDPMR) == 0);
    bench.drive.eject(false);
    BOOST_TEST((bench.drive.status().tray == Tray::closed));
    BOOST_TEST(bench.ioctl(cd, IDE_CDEJECT) == -EINVAL);
    BOOST_TEST(bench.ioctl(cd, IDE_CDAMR) == 0);
    BOOST_TEST(bench.ioctl(cd, IDE_CDEJECT, bad_address) == 0);
    BOOST_TEST((bench.packet(0x1B) == Bytes{0x1B, 0, 0, 0, 2, 0}));
    BOOST_TEST((bench.drive.status().tray == Tray::open));
    BOOST_TEST(bench.ioctl(cd, IDE_CDEJECT) == 0);

    AixBench closed;
    BOOST_TEST(closed.device.configure("prevent_eject", "no") == 0);
    AixFile& file = closed.opened();
    BOOST_TEST(closed.ioctl(file, IDE_CDPMR) == 0);
    BOOST_TEST(closed.device.close(file) == 0);
    BOOST_TEST(!closed.locked());
    AixFile& again = closed.opened();
    BOOST_TEST(closed.ioctl(again, IDE_CDPMR) == 0);
    closed.drive.power_off();
    closed.drive.power_on();
    BOOST_TEST(closed.ioctl(again, IDE_CDEJECT) == 0);

    AixBench locked;
    AixFile& open = locked.opened();
    BOOST_TEST(locked.ioctl(open, IDE_CDEJECT) == -EINVAL);
    BOOST_TEST(locked.ioctl(open, IDE_CDAMR) == 0);
    BOOST_TEST(locked.ioctl(open, IDE_CDEJECT) == 0);
}

// EJ-3: a drive whose medium cannot be taken out refuses all three with EINVAL.
// PMR-1: any failure of the drive is EIO.
// AMR-1: any failure of the drive is EIO.
// EJ-1: any failure of the drive is EIO.
BOOST_AUTO_TEST_CASE(door_failures_are_input_output_errors) {
    AixBench bench;
    AixFile& cd = bench.opened();
    bench.faults({"at PREVENT_ALLOW_MEDIUM_REMOVAL -> fail 03/11/05 ; always",
                  "at START_STOP_UNIT -> fail 05/24/00 ; always"});
    for (const unsigned request : {IDE_CDPMR, IDE_CDAMR, IDE_CDEJECT})
        BOOST_TEST(bench.ioctl(cd, request) == -EIO);
    AixBench fixed;
    fixed.wire.instead = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] != 0x12)
            return std::nullopt;
        auto completion = fixed.drive.execute(command);
        command.data_in[1] &= 0x7F;
        return completion;
    };
    AixFile& file = fixed.opened();
    for (const unsigned request : {IDE_CDPMR, IDE_CDAMR, IDE_CDEJECT})
        BOOST_TEST(fixed.ioctl(file, request) == -EINVAL);
    devinfo information{};
    BOOST_TEST(fixed.ioctl(file, IOCINFO, &information) == 0);
    BOOST_TEST((information.flags & DF_FIXED) != 0);
}

// MOD-1: CD_GET_MODE tells the mode in every way to open.
// MOD-2: after the first open the mode is mode 1.
// MOD-3: CD_CHG_MODE without exclusive access is EACCES.
// MOD-4: on a drive not configured for data modes it is EINVAL.
// ATT-5: data_modes no refuses to change the data mode: EINVAL.
// MOD-5: when both hold it is EINVAL.
// MOD-6: with exclusive access each of the four modes is set, and told.
// MOD-7: nothing else fails: the mode is the driver's own, so there is no EIO.
// MOD-8: an unknown mode or action is EINVAL.
// MOD-14: without a disc the mode is told and changed all the same.
// MOD-15: a bad address is EFAULT.
BOOST_AUTO_TEST_CASE(data_modes_are_told_and_changed) {
    for (const long extension : {0L, 0L + SC_DIAGNOSTIC}) {
        AixBench bench;
        AixFile& cd = bench.opened(extension);
        BOOST_TEST(bench.mode(cd) == 0U + CD_MODE1);
        BOOST_TEST(bench.change_mode(cd, CD_DA) == -EACCES);
        BOOST_TEST(bench.device.close(cd) == 0);
        BOOST_TEST(bench.device.configure("data_modes", "no") == 0);
        BOOST_TEST(bench.change_mode(bench.opened(extension), CD_DA) == -EINVAL);
    }
    AixBench bench(nullptr);
    AixFile& cd = bench.opened(SC_DIAGNOSTIC | IDE_SINGLE);
    for (const unsigned mode : {CD_MODE2_FORM1, CD_MODE2_FORM2, CD_DA, CD_MODE1}) {
        BOOST_TEST(bench.change_mode(cd, mode) == 0);
        BOOST_TEST(bench.mode(cd) == mode);
    }
    for (const unsigned mode : {0U, 5U, 255U})
        BOOST_TEST(bench.change_mode(cd, mode) == -EINVAL);
    mode_form_op strange{3, CD_DA, {}};
    BOOST_TEST(bench.ioctl(cd, IDE_CDMODE, &strange) == -EINVAL);
    BOOST_TEST(bench.ioctl(cd, IDE_CDMODE, bad_address) == -EFAULT);
    BOOST_TEST(bench.mode(cd) == 0U + CD_MODE1);
}

// PT-1: any opener may send packets, also while others use the drive.
// PT-2: diagnostic mode is not needed.
// PT-3: a success returns 0 and status 50h, and the data.
// PT-7: a success leaves the sense buffer alone, also with version 01.
// PT-16: no size, no data.
// PT-17: what the drive does not send stays as it was.
// PT-22: twelve bytes, flag 4, ten seconds, INQUIRY: what most programs do.
BOOST_AUTO_TEST_CASE(packets_pass_through) {
    AixBench bench;
    AixFile& cd = bench.opened();
    BOOST_TEST(bench.open() == 0);
    Packet packet(inquiry, 200);
    packet.with_sense();
    std::fill(packet.data.begin(), packet.data.end(), std::uint8_t{0xEE});
    BOOST_TEST(bench.ioctl(cd, IDEPASSTHRU, &packet.request) == 0);
    BOOST_TEST(packet.request.ata_status == 0x50);
    BOOST_TEST(packet.request.ata_error == 0);
    BOOST_TEST(std::string(packet.data.begin() + 8, packet.data.begin() + 15) == "Optiarc");
    BOOST_TEST(packet.data[199] == 0xEE);
    BOOST_TEST(packet.sense[0] == 0xEE);
    Packet ready(Bytes{0, 0, 0, 0, 0, 0});
    ready.request.data_ptr = nullptr;
    BOOST_TEST(bench.ioctl(cd, IDEPASSTHRU, &ready.request) == 0);
}

// PT-4: a check condition returns -1, and the status and error bytes of the drive.
// PT-6: with version 01 the sense data come, at most as many as asked for.
// PT-8: version 0 does not look at the sense fields.
// PT-9: version 01 without a sense buffer goes without it.
// PT-10: version 01 with a bad sense address is EFAULT.
// LOG-3: errors of packets are the program's: no record.
BOOST_AUTO_TEST_CASE(failed_packets_tell_status_and_sense) {
    AixBench bench;
    AixFile& cd = bench.opened();
    Packet old(unknown_packet);
    old.request.sense_data_length = 0xFFFFFFFF;
    old.request.sense_data = at<uchar>(bad_address);
    BOOST_TEST(bench.ioctl(cd, IDEPASSTHRU, &old.request) == -EIO);
    BOOST_TEST(old.request.ata_status == 0x51);
    BOOST_TEST(old.request.ata_error == 0x54);
    Packet with(unknown_packet);
    BOOST_TEST(bench.ioctl(cd, IDEPASSTHRU, &with.with_sense(14).request) == -EIO);
    BOOST_TEST(with.sense[2] == 5);
    BOOST_TEST(with.sense[12] == 0x20);
    BOOST_TEST(with.sense[14] == 0xEE);
    Packet none(unknown_packet);
    none.with_sense().request.sense_data = nullptr;
    BOOST_TEST(bench.ioctl(cd, IDEPASSTHRU, &none.request) == -EIO);
    Packet bad(unknown_packet);
    bad.with_sense().request.sense_data = at<uchar>(bad_address);
    BOOST_TEST(bench.ioctl(cd, IDEPASSTHRU, &bad.request) == -EFAULT);
    bench.faults({"at READ_10 -> fail 03/11/05"});
    Packet read(Bytes{0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0}, 2048);
    BOOST_TEST(bench.ioctl(cd, IDEPASSTHRU, &read.request) == -EIO);
    BOOST_TEST(bench.device.error_log().count() == 0U);
}

// PT-5: the driver does not try again: a unit attention reaches the program.
// PT-18: a packet that outlasts its timeout is ETIMEDOUT.
BOOST_AUTO_TEST_CASE(packets_are_sent_once) {
    AixBench bench;
    AixFile& cd = bench.opened();
    bench.drive.power_off();
    bench.drive.power_on();
    Packet ready(Bytes{0, 0, 0, 0, 0, 0});
    BOOST_TEST(bench.ioctl(cd, IDEPASSTHRU, &ready.with_sense().request) == -EIO);
    BOOST_TEST((ready.sense[2] & 15) == 6);
    const auto before = bench.sent(0x28);
    bench.faults({"at READ_10 -> take 60s"});
    Packet read(Bytes{0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0}, 2048);
    while (bench.ioctl(cd, IDEPASSTHRU, &ready.request) != 0) // the rest of its news
        BOOST_REQUIRE(bench.sent() < 100U);
    BOOST_TEST(bench.ioctl(cd, IDEPASSTHRU, &read.request) == -ETIMEDOUT);
    BOOST_TEST(bench.sent(0x28) == before + 1);
}

// PT-11: a version that is neither 0 nor 01 is EINVAL.
// PT-12: a packet is of 12 or 16 bytes, or EINVAL.
// PT-13: a size without an address is EINVAL.
// PT-14: a device other than 0 and 1 is EINVAL.
// PT-19: a bad address of structure or data is EFAULT.
BOOST_AUTO_TEST_CASE(broken_packets_are_refused) {
    AixBench bench;
    AixFile& cd = bench.opened();
    const auto before = bench.sent();
    void (*const spoil[])(ide_atapi_passthru&) = {
        [](ide_atapi_passthru& r) { r.rsv0 = 2; },
        [](ide_atapi_passthru& r) { r.rsv0 = 255; },
        [](ide_atapi_passthru& r) { r.atapi_cmd.length = 6; },
        [](ide_atapi_passthru& r) { r.atapi_cmd.length = 0; },
        [](ide_atapi_passthru& r) { r.atapi_cmd.length = 255; },
        [](ide_atapi_passthru& r) { r.data_ptr = nullptr; },
        [](ide_atapi_passthru& r) { r.ide_device = 2; },
    };
    for (const auto& change : spoil) {
        Packet packet(inquiry, 36);
        change(packet.request);
        BOOST_TEST(bench.ioctl(cd, IDEPASSTHRU, &packet.request) == -EINVAL);
    }
    BOOST_TEST(bench.sent() == before);
    BOOST_TEST(bench.ioctl(cd, IDEPASSTHRU, bad_address) == -EFAULT);
    Packet packet(inquiry, 36);
    packet.request.data_ptr = at<uchar>(bad_address);
    BOOST_TEST(bench.ioctl(cd, IDEPASSTHRU, &packet.request) == -EFAULT);
    Packet out(Bytes{0x55, 0x10, 0, 0, 0, 0, 0, 0, 20, 0}, 20, 0);
    out.request.data_ptr = at<uchar>(bad_address);
    BOOST_TEST(bench.ioctl(cd, IDEPASSTHRU, &out.request) == -EFAULT);
}

// PT-15: without the read flag the data go to the drive.
// PT-20: no packet is held back: whoever may open may send it.
// PT-21: what packets do to door and modes is not known to the driver.
BOOST_AUTO_TEST_CASE(packets_change_the_drive) {
    AixBench bench;
    AixFile& cd = bench.opened();
    Packet ports(Bytes{0x5A, 0x08, 0x0E, 0, 0, 0, 0, 0, 24, 0}, 24);
    BOOST_TEST(bench.ioctl(cd, IDEPASSTHRU, &ports.request) == 0);
    Packet change(Bytes{0x55, 0x10, 0, 0, 0, 0, 0, 0, 24, 0}, 24, 0);
    std::copy_n(ports.data.begin(), 24, change.data.begin());
    change.data[0] = change.data[1] = 0;
    change.data[8] &= 0x3F;
    change.data[17] = 0x42;
    BOOST_TEST(bench.ioctl(cd, IDEPASSTHRU, &change.request) == 0);
    BOOST_TEST(bench.ioctl(cd, IDEPASSTHRU, &ports.request) == 0);
    BOOST_TEST(ports.data[17] == 0x42);
    Packet allow(Bytes{0x1E, 0, 0, 0, 0, 0});
    BOOST_TEST(bench.ioctl(cd, IDEPASSTHRU, &allow.request) == 0);
    BOOST_TEST(bench.ioctl(cd, IDE_CDEJECT) == 0);
}

// DIA-6: numbers that are not this driver's are EINVAL, the adapter's too.
BOOST_AUTO_TEST_CASE(other_operations_are_refused) {
    AixBench bench;
    AixFile& cd = bench.opened();
    std::array<std::uint8_t, 256> room{};
    for (const unsigned request :
         {0U, 0U + IOCTYPE, 0U + IOCCONFIG, 0U + DKIOWRSE, 0U + DKIOCMD, 0U + DKFORMAT, 10U,
          0U + SATAPASSTHRU, 0U + IDEHARDRESET, 0U + IDEVENDORSPEC, 0U + IDEIOIDENT, 0xFFFFFFFFU})
        BOOST_TEST(bench.ioctl(cd, request, &room) == -EINVAL);
}
