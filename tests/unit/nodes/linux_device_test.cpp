// SPDX-License-Identifier: Apache-2.0
// Goal: srN and sgN answer as Linux does, down to which errno a broken request gets.
// Method: LinuxDevice on a fake drive, with this process's own memory as the caller's; address 16
// stands for memory that is not there.
#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <fcntl.h>
#include <linux/cdrom.h>
#include <linux/fs.h>
#include <scsi/sg.h>

#include "emulator/nodes/linux/command_filter.h"
#include "emulator/nodes/linux/linux_device.h"
#include "tests/unit/nodes/linux_bench.h"

using namespace burnrig::emulator::nodes;
using burnrig::tests::FakeDrive;
namespace mmc = burnrig::mmc;

namespace {

using Bench = burnrig::tests::LinuxBench;
using burnrig::tests::bad_address;
using burnrig::tests::OwnMemory;

const std::uint8_t invalid_cdb[10] = {0xFF};

} // namespace

BOOST_AUTO_TEST_CASE(sg_io_brings_data_and_tells_what_is_missing) {
    Bench bench;
    for (OpenFile* file : {&bench.sr, &bench.sg}) {
        sg_io_hdr header = bench.inquiry();
        header.dxfer_len = 100;
        BOOST_TEST(bench.ioctl(*file, SG_IO, &header) == 0);
        BOOST_TEST(header.status == 0);
        BOOST_TEST(header.info == 0u);
        BOOST_TEST(header.resid == 64);
        BOOST_TEST(header.duration == 1u);
        BOOST_TEST(std::string(bench.data.begin() + 8, bench.data.begin() + 26) ==
                   "BURNRIG FAKE DRIVE");
    }
}

BOOST_AUTO_TEST_CASE(a_check_condition_is_no_error_of_the_call) {
    Bench bench;
    sg_io_hdr header = bench.command(invalid_cdb, SG_DXFER_NONE, 0);
    BOOST_TEST(bench.ioctl(bench.sr, SG_IO, &header) == 0);
    BOOST_TEST(header.status == 2);
    BOOST_TEST(header.masked_status == 1);
    BOOST_TEST(header.driver_status == 8);
    BOOST_TEST(header.host_status == 0);
    BOOST_TEST(header.info == 1u);
    BOOST_TEST(header.sb_len_wr == 18);
    BOOST_TEST(bench.sense[2] == 5);
    BOOST_TEST(bench.sense[12] == 0x20);
    bench.sense[8] = 0xA5;
    header.mx_sb_len = 8;
    BOOST_TEST(bench.ioctl(bench.sr, SG_IO, &header) == 0);
    BOOST_TEST(header.sb_len_wr == 8);
    BOOST_TEST(bench.sense[8] == 0xA5);
}

BOOST_AUTO_TEST_CASE(a_failed_system_call_below_is_one_above) {
    Bench bench;
    cdrom_tochdr toc{};
    for (const int error : {EIO, ENODEV, ENOMEM}) {
        bench.drive.system_error = error;
        sg_io_hdr header = bench.inquiry();
        BOOST_TEST(bench.ioctl(bench.sr, SG_IO, &header) == -error);
        BOOST_TEST(bench.ioctl(bench.sg, SG_IO, &header) == -error);
        BOOST_TEST(bench.ioctl(bench.sr, CDROMREADTOCHDR, &toc) == -error);
        BOOST_TEST(bench.ioctl(bench.sr, CDROMEJECT, std::uint64_t{0}) == -error);
    }
}

BOOST_AUTO_TEST_CASE(without_a_sense_buffer_the_two_nodes_differ) {
    Bench bench;
    sg_io_hdr header = bench.command(invalid_cdb, SG_DXFER_NONE, 0);
    header.mx_sb_len = 0;
    BOOST_TEST(bench.ioctl(bench.sr, SG_IO, &header) == 0);
    BOOST_TEST(header.driver_status == 8);
    BOOST_TEST(bench.ioctl(bench.sg, SG_IO, &header) == 0);
    BOOST_TEST(header.driver_status == 0);
    header.mx_sb_len = 32;
    header.sbp = nullptr;
    BOOST_TEST(bench.ioctl(bench.sg, SG_IO, &header) == 0);
    BOOST_TEST(header.driver_status == 0);
    BOOST_TEST(header.info == 1u);
    header.sbp = reinterpret_cast<unsigned char*>(bad_address);
    BOOST_TEST(bench.ioctl(bench.sr, SG_IO, &header) == -EFAULT);
}

BOOST_AUTO_TEST_CASE(broken_requests_get_the_errno_of_their_first_fault) {
    struct Row {
        const char* what;
        void (*spoil)(sg_io_hdr&);
        long block;
        long generic;
    };
    const Row rows[] = {
        {"interface id", [](sg_io_hdr& h) { h.interface_id = 'Q'; }, -EINVAL, -ENOSYS},
        {"too long", [](sg_io_hdr& h) { h.dxfer_len = 512 * 1024 + 1; }, -EIO, -EINVAL},
        {"no direction", [](sg_io_hdr& h) { h.dxfer_direction = -5; }, -EINVAL, 0},
        {"none with length", [](sg_io_hdr& h) { h.dxfer_direction = SG_DXFER_NONE; }, -EINVAL, 0},
        {"both directions", [](sg_io_hdr& h) { h.dxfer_direction = -4; }, 0, -ENOMEM},
        {"CDB of 33", [](sg_io_hdr& h) { h.cmd_len = 33; }, -EINVAL, -EINVAL},
        {"CDB of 255", [](sg_io_hdr& h) { h.cmd_len = 255; }, -EINVAL, -EMSGSIZE},
        {"CDB of 5", [](sg_io_hdr& h) { h.cmd_len = 5; }, -EMSGSIZE, -EMSGSIZE},
        {"CDB of 0", [](sg_io_hdr& h) { h.cmd_len = 0; }, -EMSGSIZE, -EMSGSIZE},
        {"CDB missing", [](sg_io_hdr& h) { h.cmdp = nullptr; }, -EFAULT, -EMSGSIZE},
        {"data missing", [](sg_io_hdr& h) { h.dxferp = nullptr; }, -EFAULT, 0},
        {"length first, then direction",
         [](sg_io_hdr& h) {
             h.dxfer_len = 512 * 1024 + 1;
             h.dxfer_direction = 0;
         },
         -EIO, -EINVAL},
    };
    for (const Row& row : rows) {
        Bench bench;
        sg_io_hdr header = bench.inquiry();
        row.spoil(header);
        BOOST_TEST_CONTEXT(row.what) {
            BOOST_TEST(bench.ioctl(bench.sr, SG_IO, &header) == row.block);
            header = bench.inquiry();
            row.spoil(header);
            BOOST_TEST(bench.ioctl(bench.sg, SG_IO, &header) == row.generic);
        }
    }
    Bench bench;
    BOOST_TEST(bench.ioctl(bench.sr, SG_IO, bad_address) == -EFAULT);
    BOOST_TEST(bench.drive.log.empty());
}

BOOST_AUTO_TEST_CASE(cdb_lengths_need_not_fit_the_opcode) {
    Bench bench;
    const std::uint8_t cdb[16] = {0x12, 0, 0, 0, 36, 0};
    sg_io_hdr header = bench.command(cdb, SG_DXFER_FROM_DEV, 36);
    BOOST_TEST(bench.ioctl(bench.sr, SG_IO, &header) == 0);
    BOOST_TEST(header.status == 0);
}

BOOST_AUTO_TEST_CASE(pieces_of_a_buffer_are_filled_in_order) {
    Bench bench;
    std::array<std::uint8_t, 8> first{};
    std::array<std::uint8_t, 100> second{};
    sg_iovec pieces[2] = {{first.data(), first.size()}, {second.data(), second.size()}};
    sg_io_hdr header = bench.inquiry();
    header.iovec_count = 2;
    header.dxferp = pieces;
    BOOST_TEST(bench.ioctl(bench.sr, SG_IO, &header) == 0);
    BOOST_TEST(first[0] == 0x05);
    BOOST_TEST(std::string(second.begin(), second.begin() + 7) == "BURNRIG");
}

BOOST_AUTO_TEST_CASE(written_data_stays_in_place_and_parameter_lists_do_not) {
    Bench bench;
    const std::uint8_t write[10] = {0x2A, 0, 0, 0, 0, 0, 0, 0, 1, 0};
    bench.data.fill(0x5A);
    sg_io_hdr header = bench.command(write, SG_DXFER_TO_DEV, 2048);
    BOOST_TEST(bench.ioctl(bench.sr, SG_IO, &header) == 0);
    BOOST_TEST(bench.drive.last_data_out.size() == 2048u);
    BOOST_TEST(bench.drive.last_data_out[2047] == 0x5A);
    BOOST_TEST((bench.drive.last_data_address == bench.memory.payload().data()));
    const std::uint8_t select[10] = {0x55, 0x10, 0, 0, 0, 0, 0, 0, 60, 0};
    header = bench.command(select, SG_DXFER_TO_DEV, 60);
    BOOST_TEST(bench.ioctl(bench.sr, SG_IO, &header) == 0);
    BOOST_TEST((bench.drive.last_data_address != bench.memory.payload().data()));
}

BOOST_AUTO_TEST_CASE(timeouts_have_a_default_and_a_least_value) {
    Bench bench;
    sg_io_hdr header = bench.inquiry();
    header.timeout = 0;
    bench.ioctl(bench.sr, SG_IO, &header);
    BOOST_TEST((bench.drive.last_timeout == std::chrono::seconds(60)));
    std::int32_t ticks = 1234;
    BOOST_TEST(bench.ioctl(bench.sr, SG_SET_TIMEOUT, &ticks) == 0);
    BOOST_TEST(bench.ioctl(bench.sr, SG_GET_TIMEOUT, std::uint64_t{0}) == 1234);
    bench.ioctl(bench.sr, SG_IO, &header);
    BOOST_TEST((bench.drive.last_timeout == std::chrono::milliseconds(12340)));
    header.timeout = 100;
    bench.ioctl(bench.sr, SG_IO, &header);
    BOOST_TEST((bench.drive.last_timeout == std::chrono::seconds(7)));
    bench.ioctl(bench.sg, SG_IO, &header);
    BOOST_TEST((bench.drive.last_timeout == std::chrono::milliseconds(100)));
}

BOOST_AUTO_TEST_CASE(opening_a_block_node_ends_a_unit_attention) {
    mmc::VirtualClock clock;
    FakeDrive drive(clock);
    LinuxDevice device(drive, clock);
    OwnMemory memory;
    OpenFile sr;
    sr.flags = O_RDONLY | O_NONBLOCK;
    drive.trouble = {mmc::sense::power_on, mmc::sense::medium_changed};
    BOOST_TEST(device.open(sr, {}) == 0);
    BOOST_TEST(drive.trouble.empty());
    BOOST_TEST(device.size() == std::uint64_t{FakeDrive::blocks} * 2048);
    OpenFile sg;
    sg.kind = NodeKind::generic;
    sg.flags = O_RDWR | O_NONBLOCK;
    drive.log.clear();
    BOOST_TEST(device.open(sg, {}) == 0);
    BOOST_TEST(drive.log.empty());
}

BOOST_AUTO_TEST_CASE(power_on_is_told_to_linux_and_everything_later_to_the_programs) {
    mmc::VirtualClock clock;
    FakeDrive drive(clock);
    LinuxDevice device(drive, clock);
    OpenFile sg;
    sg.kind = NodeKind::generic;
    sg.flags = O_RDWR | O_NONBLOCK;
    drive.trouble = {mmc::sense::power_on, mmc::sense::medium_changed};
    BOOST_TEST(device.open(sg, {}) == 0);
    BOOST_TEST(drive.trouble.empty());
    device.close(sg);
    drive.trouble = {mmc::sense::medium_changed};
    drive.log.clear();
    BOOST_TEST(device.open(sg, {}) == 0);
    BOOST_TEST(drive.log.empty());
    BOOST_TEST(drive.trouble.size() == 1U);
    device.close(sg);
    device.plug(false);
    device.plug(true); // a drive that comes back is found anew
    BOOST_TEST(device.open(sg, {}) == 0);
    BOOST_TEST(drive.trouble.empty());
}

BOOST_AUTO_TEST_CASE(a_blocking_open_needs_a_disc_and_refuses_writing_to_a_cd) {
    Bench bench;
    OpenFile file;
    file.flags = O_RDONLY;
    BOOST_TEST(bench.device.open(file, bench.root) == 0);
    OpenFile writer;
    writer.flags = O_RDWR;
    BOOST_TEST(bench.device.open(writer, bench.root) == -EROFS);
    const std::size_t plenty = 60;
    bench.drive.trouble.assign(plenty, mmc::sense::no_medium_tray_closed);
    BOOST_TEST(bench.device.open(writer, bench.root) == -ENOMEDIUM);
}

BOOST_AUTO_TEST_CASE(exclusive_opens_differ_between_the_nodes) {
    Bench bench;
    OpenFile first, second, plain;
    first.flags = second.flags = O_RDWR | O_NONBLOCK | O_EXCL;
    plain.flags = O_RDONLY | O_NONBLOCK;
    BOOST_TEST(bench.device.open(first, bench.user) == 0);
    BOOST_TEST(bench.device.open(second, bench.user) == -EBUSY);
    BOOST_TEST(bench.device.open(plain, bench.user) == 0);
    bench.device.close(first);
    BOOST_TEST(bench.device.open(second, bench.user) == 0);
    OpenFile generic;
    generic.kind = NodeKind::generic;
    generic.flags = O_RDWR | O_NONBLOCK | O_EXCL;
    BOOST_TEST(bench.device.open(generic, bench.user) == -EBUSY); // bench.sg is open
    generic.flags = O_RDONLY | O_EXCL;
    BOOST_TEST(bench.device.open(generic, bench.user) == -EPERM);
    bench.device.close(bench.sg);
    generic.flags = O_RDWR | O_NONBLOCK | O_EXCL;
    BOOST_TEST(bench.device.open(generic, bench.user) == 0);
    BOOST_TEST(bench.device.open(bench.sg, bench.user) == -EBUSY);
}

BOOST_AUTO_TEST_CASE(the_last_close_unlocks_the_door) {
    Bench bench;
    OpenFile second;
    second.flags = O_RDONLY | O_NONBLOCK;
    BOOST_TEST(bench.device.open(second, bench.user) == 0);
    bench.drive.log.clear();
    bench.device.close(second);
    BOOST_TEST(bench.drive.log.empty());
    bench.device.close(bench.sr);
    BOOST_TEST(bench.drive.count("PREVENT_ALLOW_MEDIUM_REMOVAL") == 1u);
}

BOOST_AUTO_TEST_CASE(a_user_without_rights_sends_what_the_filter_lets_through) {
    Bench bench;
    const std::uint8_t rezero[6] = {0x01};
    sg_io_hdr header = bench.command(rezero, SG_DXFER_NONE, 0);
    const auto argument = reinterpret_cast<std::uint64_t>(&header);
    const auto send = [&](OpenFile& file) {
        return bench.device.ioctl(file, SG_IO, argument, bench.user, bench.memory);
    };
    BOOST_TEST(send(bench.sr) == -EPERM);
    BOOST_TEST(send(bench.sg) == 0); // an sg file opened for reading and writing sends anything
    bench.sg.flags = O_RDONLY | O_NONBLOCK;
    BOOST_TEST(send(bench.sg) == -EPERM);
    int reading = 0;
    int writing = 0;
    for (int opcode = 0; opcode < 256; ++opcode) {
        reading += command_allowed(static_cast<std::uint8_t>(opcode), false) ? 1 : 0;
        writing += command_allowed(static_cast<std::uint8_t>(opcode), true) ? 1 : 0;
    }
    BOOST_TEST(reading == 44);
    BOOST_TEST(writing == 75);
}

BOOST_AUTO_TEST_CASE(reading_takes_any_address_and_length) {
    Bench bench;
    std::vector<std::uint8_t> payload(64 * 1024);
    int error = 0;
    const auto part = bench.device.read(bench.sr, 3 * 2048 + 2000, 100, payload, error);
    BOOST_TEST(error == 0);
    BOOST_REQUIRE(part.size() == 100u);
    BOOST_TEST(part[47] == 3);
    BOOST_TEST(part[48] == 4);
    const std::uint64_t end = bench.device.size();
    BOOST_TEST(bench.device.read(bench.sr, end - 10, 100, payload, error).size() == 10u);
    BOOST_TEST(bench.device.read(bench.sr, end, 100, payload, error).empty());
    BOOST_TEST(error == 0);
    bench.drive.trouble = {mmc::sense::unrecovered_read};
    BOOST_TEST(bench.device.read(bench.sr, 0, 100, payload, error).empty());
    BOOST_TEST(error == -EIO);
}

BOOST_AUTO_TEST_CASE(writing_takes_any_address_and_the_last_close_makes_it_final) {
    Bench bench;
    const std::vector<std::uint8_t> bytes(2 * 2048, 0xEE);
    const auto part = [&](std::size_t length) { return std::span(bytes).first(length); };
    BOOST_TEST(bench.device.write(bench.sr, 10 * 2048, bytes) == 2 * 2048);
    BOOST_TEST(bench.drive.count("WRITE_10") == 1u);
    BOOST_TEST(bench.drive.log.back().find("2A000000000A000002") != std::string::npos);

    // Across a border of blocks: each is read, changed where it must be, and written.
    BOOST_TEST(bench.device.write(bench.sr, 3 * 2048 + 2000, part(100)) == 100);
    BOOST_TEST(bench.drive.count("READ_10") == 2u);
    BOOST_TEST(bench.drive.count("WRITE_10") == 3u);
    BOOST_TEST(bench.drive.last_data_out[51] == 0xEE);
    BOOST_TEST(bench.drive.last_data_out[52] == 4);

    const std::uint64_t end = bench.device.size();
    BOOST_TEST(bench.device.write(bench.sr, end - 2048, bytes) == 2048);
    BOOST_TEST(bench.device.write(bench.sr, end, bytes) == -ENOSPC);
    bench.drive.trouble = {mmc::sense::write_error};
    BOOST_TEST(bench.device.write(bench.sr, 0, bytes) == -EIO);
    BOOST_TEST(bench.device.write(bench.sg, 0, bytes) == -EPERM);
    OpenFile reader;
    reader.flags = O_RDONLY | O_NONBLOCK;
    BOOST_REQUIRE(bench.device.open(reader, bench.root) == 0);
    BOOST_TEST(bench.device.write(reader, 0, bytes) == -EBADF);

    bench.device.close(reader);
    BOOST_TEST(bench.drive.count("SYNCHRONIZE_CACHE") == 0u);
    bench.device.close(bench.sr);
    BOOST_TEST(bench.drive.count("SYNCHRONIZE_CACHE") == 1u);
}

BOOST_AUTO_TEST_CASE(cdrom_calls_answer_from_the_drive) {
    Bench bench;
    cdrom_tochdr header{};
    BOOST_TEST(bench.ioctl(bench.sr, CDROMREADTOCHDR, &header) == 0);
    BOOST_TEST(header.cdth_trk1 == 1);
    cdrom_tocentry entry{};
    entry.cdte_track = 1;
    entry.cdte_format = CDROM_LBA;
    entry.cdte_datamode = 0xA5;
    BOOST_TEST(bench.ioctl(bench.sr, CDROMREADTOCENTRY, &entry) == 0);
    BOOST_TEST(entry.cdte_addr.lba == 0);
    BOOST_TEST(unsigned{entry.cdte_ctrl} == 4u);
    BOOST_TEST(unsigned{entry.cdte_adr} == 1u);
    BOOST_TEST(entry.cdte_datamode == 1);
    entry.cdte_format = 0;
    BOOST_TEST(bench.ioctl(bench.sr, CDROMREADTOCENTRY, &entry) == -EINVAL);
    BOOST_TEST(bench.ioctl(bench.sr, CDROM_DRIVE_STATUS, std::uint64_t{CDSL_CURRENT}) == 4);
    BOOST_TEST(bench.ioctl(bench.sr, CDROM_DISC_STATUS, std::uint64_t{0}) == CDS_DATA_1);
    BOOST_TEST(bench.ioctl(bench.sr, CDROM_MEDIA_CHANGED, std::uint64_t{CDSL_CURRENT}) == 1);
    BOOST_TEST(bench.ioctl(bench.sr, CDROM_MEDIA_CHANGED, std::uint64_t{CDSL_CURRENT}) == 0);
    BOOST_TEST(bench.ioctl(bench.sr, CDROM_SET_OPTIONS, std::uint64_t{0}) == 13);
    std::uint64_t size = 0;
    BOOST_TEST(bench.ioctl(bench.sr, BLKGETSIZE64, &size) == 0);
    BOOST_TEST(size == std::uint64_t{FakeDrive::blocks} * 2048);
    BOOST_TEST(bench.ioctl(bench.sg, BLKGETSIZE64, &size) == -ENOTTY);
    BOOST_TEST(bench.ioctl(bench.sr, 0x5399, std::uint64_t{0}) == -ENOTTY);
    BOOST_TEST(bench.ioctl(bench.sr, SG_GET_SCSI_ID, &size) == -ENOTTY);
}

BOOST_AUTO_TEST_CASE(a_refused_eject_returns_two) {
    Bench bench;
    bench.drive.trouble = {mmc::sense::removal_prevented};
    BOOST_TEST(bench.ioctl(bench.sr, CDROMEJECT, std::uint64_t{0}) == 2);
    BOOST_TEST(bench.ioctl(bench.sr, CDROMEJECT, std::uint64_t{0}) == 0);
}

BOOST_AUTO_TEST_CASE(the_kernels_own_commands_have_its_errors_and_patience) {
    Bench bench;
    cdrom_tochdr header{};
    const auto try_with = [&](std::deque<mmc::SenseCode> trouble) {
        bench.drive.trouble = std::move(trouble);
        return bench.ioctl(bench.sr, CDROMREADTOCHDR, &header);
    };
    BOOST_TEST(try_with({mmc::sense::medium_changed}) == 0);
    BOOST_TEST(try_with({mmc::sense::no_medium}) == -ENOMEDIUM);
    BOOST_TEST(try_with({mmc::sense::invalid_opcode}) == -EOPNOTSUPP);
    BOOST_TEST(try_with({mmc::sense::invalid_field_in_cdb}) == -EIO);
    const mmc::Duration before = bench.clock.now();
    BOOST_TEST(try_with({mmc::sense::becoming_ready}) == 0);
    BOOST_TEST((bench.clock.now() - before > std::chrono::seconds(2)));
}

BOOST_AUTO_TEST_CASE(send_packet_hides_the_structure_when_the_drive_refuses) {
    Bench bench;
    request_sense sense{};
    cdrom_generic_command packet{};
    packet.cmd[0] = 0x12;
    packet.cmd[4] = 36;
    packet.buffer = bench.data.data();
    packet.buflen = 100;
    packet.sense = &sense;
    packet.data_direction = CGC_DATA_READ;
    packet.stat = 99;
    BOOST_TEST(bench.ioctl(bench.sr, CDROM_SEND_PACKET, &packet) == 0);
    BOOST_TEST(packet.stat == 0);
    BOOST_TEST(packet.buflen == 64u);
    packet.cmd[0] = 0xFF;
    packet.stat = 99;
    packet.buflen = 100;
    BOOST_TEST(bench.ioctl(bench.sr, CDROM_SEND_PACKET, &packet) == -EIO);
    BOOST_TEST(packet.stat == 99);
    BOOST_TEST(unsigned{sense.sense_key} == 5u);
    packet.data_direction = CGC_DATA_NONE;
    BOOST_TEST(bench.ioctl(bench.sr, CDROM_SEND_PACKET, &packet) == -EINVAL);
    BOOST_TEST(packet.stat == -EINVAL);
    packet.data_direction = 9;
    packet.stat = 99;
    BOOST_TEST(bench.ioctl(bench.sr, CDROM_SEND_PACKET, &packet) == -EINVAL);
    BOOST_TEST(packet.stat == 99);
}

BOOST_AUTO_TEST_CASE(sizes_are_clamped_to_the_largest_transfer) {
    Bench bench;
    std::int32_t size = 3 << 20;
    BOOST_TEST(bench.ioctl(bench.sr, SG_SET_RESERVED_SIZE, &size) == 0);
    BOOST_TEST(bench.ioctl(bench.sr, SG_GET_RESERVED_SIZE, &size) == 0);
    BOOST_TEST(size == 512 * 1024);
    size = -1;
    BOOST_TEST(bench.ioctl(bench.sr, SG_SET_RESERVED_SIZE, &size) == -EINVAL);
    size = 1;
    BOOST_TEST(bench.ioctl(bench.sg, SG_SET_RESERVED_SIZE, &size) == 0);
    BOOST_TEST(bench.ioctl(bench.sg, SG_GET_RESERVED_SIZE, &size) == 0);
    BOOST_TEST(size == 4096);
    std::int32_t version = 0;
    BOOST_TEST(bench.ioctl(bench.sr, SG_GET_VERSION_NUM, &version) == 0);
    BOOST_TEST(version == 30527);
    BOOST_TEST(bench.ioctl(bench.sg, SG_GET_VERSION_NUM, &version) == 0);
    BOOST_TEST(version == 30536);
}
