// SPDX-License-Identifier: Apache-2.0
// Goal: commands by write() and read() on sgN, by the version 4 header on bsg, and by
// SCSI_IOCTL_SEND_COMMAND fare as in Linux; block requests; and the README tells the truth.
#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <linux/bsg.h>
#include <linux/cdrom.h>
#include <linux/fs.h>
#include <poll.h>
#include <set>
#include <sstream>

#include "tests/unit/nodes/linux_bench.h"

using Bench = burnrig::tests::LinuxBench;
using namespace burnrig::tests;
using namespace burnrig::emulator::nodes;

namespace {

template <class T>
std::uint64_t address_of(T& value) {
    return reinterpret_cast<std::uint64_t>(&value);
}

struct SgFile : Bench {
    template <class T>
    long write(T& request, std::size_t length = sizeof(T)) {
        return device.sg_write(sg, address_of(request), length, root, memory);
    }
    template <class T>
    long read(T& reply, std::size_t length = sizeof(T)) {
        return device.sg_read(sg, address_of(reply), length, memory);
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(a_written_command_waits_to_be_read) {
    SgFile bench;
    BOOST_TEST(bench.device.poll(bench.sg) == POLLOUT);
    sg_io_hdr header = bench.inquiry();
    header.pack_id = 7;
    BOOST_TEST(bench.write(header) == 88);
    BOOST_TEST((bench.device.poll(bench.sg) & POLLIN) != 0);
    BOOST_TEST(bench.data[0] == 0); // not before it is read
    sg_io_hdr reply{};
    BOOST_TEST(bench.read(reply) == 88);
    BOOST_TEST(reply.pack_id == 7);
    BOOST_TEST(bench.data[0] == 5);
    BOOST_TEST(bench.read(reply) == -EAGAIN);
    BOOST_TEST(bench.write(header, 87) == -EINVAL);
    header.interface_id = 'Q';
    BOOST_TEST(bench.write(header) == -ENOSYS);
    bench.sg.flags = O_RDONLY;
    BOOST_TEST(bench.write(header) == -EBADF);
}

BOOST_AUTO_TEST_CASE(sixteen_commands_may_wait) {
    SgFile bench;
    for (int i = 0; i < 16; ++i) {
        sg_io_hdr header = bench.inquiry();
        header.pack_id = 100 + i;
        BOOST_TEST(bench.write(header) == 88);
    }
    sg_io_hdr header = bench.inquiry();
    BOOST_TEST(bench.write(header) == -EDOM);
    BOOST_TEST(bench.device.poll(bench.sg) == POLLIN);
    std::int32_t number = 0;
    BOOST_TEST(bench.ioctl(bench.sg, SG_GET_NUM_WAITING, &number) == 0);
    BOOST_TEST(number == 16);
    std::array<std::array<std::uint8_t, 24>, 16> table{};
    BOOST_TEST(bench.ioctl(bench.sg, SG_GET_REQUEST_TABLE, &table) == 0);
    BOOST_TEST(table[15][0] == 2); // ready
    BOOST_TEST(table[15][4] == 115);
    number = 1;
    BOOST_TEST(bench.ioctl(bench.sg, SG_SET_FORCE_PACK_ID, &number) == 0);
    header.pack_id = 105;
    BOOST_TEST(bench.read(header) == 88);
    BOOST_TEST(header.pack_id == 105);
    header.pack_id = 999;
    BOOST_TEST(bench.read(header) == -EAGAIN);
    header.pack_id = -1;
    BOOST_TEST(bench.read(header) == 88);
    BOOST_TEST(header.pack_id == 100);
}

BOOST_AUTO_TEST_CASE(the_oldest_interface_has_all_in_one_buffer) {
    SgFile bench;
    struct {
        SgOldHeader header;
        std::uint8_t cdb[6] = {0x12, 0, 0, 0, 36, 0};
    } request;
    request.header.reply_length = 36 + 36;
    request.header.pack_id = 3;
    BOOST_TEST(bench.write(request, 42) == 42);
    BOOST_TEST(bench.write(request, 42) == -EDOM); // one at a time, unless SG_SET_COMMAND_Q
    std::array<std::uint8_t, 72> reply{};
    BOOST_TEST(bench.read(reply) == 72);
    BOOST_TEST(reply[0] == 72);
    BOOST_TEST(reply[8] == 3);
    BOOST_TEST(reply[36] == 5);
    request.cdb[0] = 0xFF;
    BOOST_TEST(bench.write(request, 42) == -EIO); // a CDB of ten bytes
    const std::array<std::uint8_t, 46> unknown = [&] {
        std::array<std::uint8_t, 46> bytes{};
        bytes[4] = 36;
        bytes[36] = 0xFF;
        return bytes;
    }();
    BOOST_TEST(bench.write(unknown) == 46);
    BOOST_TEST(bench.read(reply, 36) == 36);
    BOOST_TEST((reply[16] >> 1 & 0x1F) == 1); // CHECK CONDITION
    BOOST_TEST(reply[20 + 12] == 0x20);
    BOOST_TEST(bench.write(unknown, 20) == -EIO);
    std::int32_t length = 253;
    BOOST_TEST(bench.ioctl(bench.sg, SG_NEXT_CMD_LEN, &length) == -ENOMEM);
}

BOOST_AUTO_TEST_CASE(bsg_takes_the_version_4_header) {
    Bench bench;
    OpenFile bsg;
    bsg.kind = NodeKind::bsg;
    bsg.flags = O_RDWR;
    BOOST_REQUIRE(bench.device.open(bsg, bench.root) == 0);
    const std::uint8_t inquiry[6] = {0x12, 0, 0, 0, 36, 0};
    const auto fresh = [&] {
        struct sg_io_v4 header {};
        header.guard = 'Q';
        header.request = reinterpret_cast<std::uint64_t>(inquiry);
        header.request_len = sizeof inquiry;
        header.response = address_of(bench.sense);
        header.max_response_len = sizeof bench.sense;
        header.din_xferp = address_of(bench.data);
        header.din_xfer_len = 100;
        header.usr_ptr = 0x1234;
        return header;
    };
    auto header = fresh();
    BOOST_TEST(bench.ioctl(bsg, SG_IO, &header) == 0);
    BOOST_TEST(header.device_status == 0u);
    BOOST_TEST(header.din_resid == 64);
    BOOST_TEST(header.usr_ptr == 0x1234u);
    BOOST_TEST(bench.data[0] == 5);
    bench.drive.trouble = {burnrig::mmc::sense::no_medium};
    header = fresh();
    BOOST_TEST(bench.ioctl(bsg, SG_IO, &header) == 0);
    BOOST_TEST(header.device_status == 2u);
    BOOST_TEST(header.driver_status == 8u);
    BOOST_TEST(header.response_len == 18u);
    header = fresh();
    header.guard = 'S';
    BOOST_TEST(bench.ioctl(bsg, SG_IO, &header) == -EINVAL);
    header = fresh();
    header.dout_xfer_len = 1;
    BOOST_TEST(bench.ioctl(bsg, SG_IO, &header) == -EOPNOTSUPP);
    header = fresh();
    header.request = 0;
    BOOST_TEST(bench.ioctl(bsg, SG_IO, &header) == -EFAULT);
    BOOST_TEST(bench.ioctl(bsg, 0x5331, std::uint64_t{0}) == -ENOTTY);
    BOOST_TEST(bench.device.sg_read(bsg, address_of(bench.data), 64, bench.memory) == -EINVAL);
}

BOOST_AUTO_TEST_CASE(send_command_answers_the_status_and_where_the_command_was) {
    Bench bench;
    std::array<std::uint8_t, 64> buffer{};
    buffer[4] = 36;
    buffer[8] = 0x12;
    buffer[12] = 36;
    BOOST_TEST(bench.ioctl(bench.sr, 1, buffer.data()) == 0);
    BOOST_TEST(buffer[8] == 5);
    buffer.fill(0);
    buffer[4] = 16;
    buffer[8] = 0xFF;
    BOOST_TEST(bench.ioctl(bench.sr, 1, buffer.data()) == 2);
    BOOST_TEST(buffer[8 + 12] == 0x20);
    BOOST_TEST(bench.ioctl(bench.sr, 1, std::uint64_t{0}) == -EINVAL);
    buffer[5] = 0x20; // more than a page
    BOOST_TEST(bench.ioctl(bench.sr, 1, buffer.data()) == -EINVAL);
}

BOOST_AUTO_TEST_CASE(the_disc_of_the_last_open_has_the_size) {
    Bench bench;
    std::uint64_t bytes = 0;
    BOOST_TEST(bench.ioctl(bench.sr, BLKGETSIZE64, &bytes) == 0);
    BOOST_TEST(bytes == FakeDrive::blocks * 2048u);
    bench.drive.replies[0x25] = {0, 0, 0, 99, 0, 0, 8, 0}; // a smaller disc
    bench.drive.trouble = {{burnrig::mmc::SenseKey::unit_attention, 0x28, 0x00}};
    const std::array<std::uint8_t, 6> test_unit_ready{};
    sg_io_hdr ready = bench.command(test_unit_ready, SG_DXFER_NONE, 0);
    BOOST_TEST(bench.ioctl(bench.sr, SG_IO, &ready) == 0); // the program sees the unit attention
    BOOST_TEST(ready.status == 2);
    int error = 0;
    bench.device.read(bench.sr, 0, 2048, bench.memory.payload(), error);
    BOOST_TEST(error == -EIO); // nothing of a disc nobody has looked at
    BOOST_TEST(bench.ioctl(bench.sr, BLKGETSIZE64, &bytes) == 0);
    BOOST_TEST(bytes == FakeDrive::blocks * 2048u);
    OpenFile again;
    again.flags = O_RDONLY | O_NONBLOCK;
    BOOST_TEST(bench.device.open(again, bench.root) == 0);
    BOOST_TEST(bench.ioctl(bench.sr, BLKGETSIZE64, &bytes) == 0);
    BOOST_TEST(bytes == 100u * 2048u);
}

BOOST_AUTO_TEST_CASE(an_unreadable_block_near_the_end_is_an_error_each_time_it_is_read) {
    Bench bench;
    const std::uint64_t bad = (FakeDrive::blocks - 10) * 2048ULL;
    int error = 0;
    const auto read = [&](std::uint64_t offset) {
        return bench.device.read(bench.sr, offset, 2048, bench.memory.payload(), error).size();
    };
    for (int attempt = 0; attempt < 2; ++attempt) {
        bench.drive.trouble = {{burnrig::mmc::SenseKey::medium_error, 0x11, 0x05}};
        BOOST_TEST(read(bad) == 0u);
        BOOST_TEST(error == -EIO); // not 0, which is the end
    }
    BOOST_TEST(read(bad) == 2048u);
    bench.drive.replies[0x25] = {0, 0, 0, 0, 0, 0, 8, 0}; // a blank disc counts one block
    bench.drive.trouble = {{burnrig::mmc::SenseKey::unit_attention, 0x28, 0x00}};
    BOOST_TEST(bench.ioctl(bench.sr, CDROM_MEDIA_CHANGED, std::uint64_t{0}) == 1);
    OpenFile again;
    again.flags = O_RDONLY | O_NONBLOCK;
    BOOST_REQUIRE(bench.device.open(again, bench.root) == 0);
    BOOST_TEST(bench.device.size() == 2048u);
    bench.drive.trouble = {burnrig::mmc::sense::lba_out_of_range};
    BOOST_TEST(read(0) == 0u);
    BOOST_TEST(error == 0); // the end
    BOOST_TEST(bench.device.size() == 0u);
}

BOOST_AUTO_TEST_CASE(block_settings_need_rights_and_sense) {
    Bench bench;
    const auto set_size = [&](std::int32_t size) {
        return bench.ioctl(bench.sr, BLKBSZSET, &size);
    };
    BOOST_TEST(set_size(2048) == 0);
    BOOST_TEST(set_size(512) == -EINVAL);
    BOOST_TEST(set_size(8192) == -EINVAL);
    BOOST_TEST(bench.ioctl(bench.sr, BLKRASET, std::uint64_t{512}) == 0);
    std::int64_t ahead = 0;
    BOOST_TEST(bench.ioctl(bench.sr, BLKRAGET, &ahead) == 0);
    BOOST_TEST(ahead == 512);
    std::uint64_t range[2] = {0, 2048};
    BOOST_TEST(bench.ioctl(bench.sr, BLKDISCARD, range) == -EOPNOTSUPP);
    BOOST_TEST(bench.ioctl(bench.sr, BLKZEROOUT, range) == 0);
    BOOST_TEST(bench.drive.count("WRITE_10") == 1u);
    BOOST_TEST(bench.ioctl(bench.sr, BLKRRPART, std::uint64_t{0}) == -EINVAL);
    bench.root = {};
    BOOST_TEST(set_size(2048) == -EACCES);
    BOOST_TEST(bench.ioctl(bench.sr, BLKFLSBUF, std::uint64_t{0}) == -EACCES);
    BOOST_TEST(bench.ioctl(bench.sr, 0x401070C9U, range) == -EPERM); // IOC_PR_RESERVE
}

BOOST_AUTO_TEST_CASE(a_drive_that_was_pulled_out_is_gone_for_those_who_had_it) {
    Bench bench;
    std::uint64_t bytes = 0;
    int error = 0;
    OpenFile again;
    again.flags = O_RDONLY | O_NONBLOCK;
    bench.device.plug(false);
    sg_io_hdr header = bench.inquiry();
    BOOST_TEST(bench.ioctl(bench.sr, SG_IO, &header) == -ENODEV);
    BOOST_TEST(bench.ioctl(bench.sr, BLKGETSIZE64, &bytes) == -ENODEV);
    BOOST_TEST(bench.device.poll(bench.sg) == POLLHUP);
    bench.device.read(bench.sr, 0, 2048, bench.memory.payload(), error);
    BOOST_TEST(error == -EIO);
    BOOST_TEST(bench.device.open(again, bench.root) == -ENXIO);
    bench.device.plug(true);
    BOOST_TEST(bench.ioctl(bench.sr, SG_IO, &header) == -ENODEV); // its drive is another one now
    again.flags |= O_EXCL;
    BOOST_TEST(bench.device.open(again, bench.root) == 0);
    BOOST_TEST(bench.ioctl(again, SG_IO, &header) == 0);
    bench.device.close(bench.sr); // and does not count
    OpenFile third;
    third.flags = again.flags;
    BOOST_TEST(bench.device.open(third, bench.root) == -EBUSY);
}

BOOST_AUTO_TEST_CASE(the_table_in_the_readme_is_the_table_in_the_code) {
    const char* const fixtures = std::getenv("BURNRIG_FIXTURES");
    BOOST_REQUIRE(fixtures != nullptr);
    std::ifstream readme(std::string(fixtures) + "/../emulator/nodes/linux/README.md");
    BOOST_REQUIRE(readme.good());
    std::set<std::string> described;
    std::set<std::string> coded;
    std::string line;
    while (std::getline(readme, line)) {
        std::istringstream cells(line);
        std::string skipped;
        std::string number;
        std::string name;
        std::string nodes;
        std::getline(cells, skipped, '|');
        std::getline(cells, number, '|');
        std::getline(cells, name, '|');
        std::getline(cells, nodes, '|');
        if (number.find_first_not_of(" 0123456789abcdef") != std::string::npos || nodes == " - " ||
            name.empty())
            continue;
        if (const auto mode = nodes.find(" (rw)"); mode != std::string::npos)
            nodes.erase(mode, 5);
        described.insert(number + name + nodes);
    }
    for (const LinuxDevice::Request& request : LinuxDevice::requests()) {
        std::string nodes;
        for (const auto& [answers, node] :
             {std::pair{request.block, "sr"}, std::pair{request.generic, "sg"},
              std::pair{request.bsg, "bsg"}})
            if (answers)
                nodes += (nodes.empty() ? "" : ", ") + std::string(node);
        coded.insert(fmt::format(" {:x}  {}  {} ", request.number, request.name, nodes));
    }
    BOOST_TEST(described == coded, boost::test_tools::per_element());
    BOOST_TEST(coded.size() > 100u);
}
