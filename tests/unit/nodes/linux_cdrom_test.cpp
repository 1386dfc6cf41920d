// SPDX-License-Identifier: Apache-2.0
// Goal: the uniform CD-ROM calls send what Linux sends, and make of the answers what Linux makes of
// them. What the kernel itself answers is compared by tests/clients/test_ioctls.py; here are the
// packets, and what no disc at hand brings about.
#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <linux/cdrom.h>

#include "tests/unit/nodes/linux_bench.h"

using Bench = burnrig::tests::LinuxBench;
using namespace burnrig::tests;
namespace mmc = burnrig::mmc;
using Cdbs = std::vector<std::string>;

BOOST_AUTO_TEST_CASE(playing_passes_addresses_on_unchecked) {
    Bench bench;
    for (const auto opcode : std::to_array<std::uint8_t>({0x45, 0x47, 0x48, 0x4B}))
        bench.drive.replies[opcode] = {};
    cdrom_msf msf{99, 98, 97, 1, 2, 3};
    cdrom_ti track{1, 2, 3, 4};
    cdrom_blk block{0x01020304, 0x0506};
    BOOST_TEST(bench.ioctl(bench.sr, CDROMPLAYMSF, &msf) == 0);
    BOOST_TEST(bench.ioctl(bench.sr, CDROMPLAYTRKIND, &track) == 0);
    BOOST_TEST(bench.ioctl(bench.sr, CDROMPLAYBLK, &block) == 0);
    BOOST_TEST(bench.ioctl(bench.sr, CDROMPAUSE, std::uint64_t{0}) == 0);
    BOOST_TEST(bench.ioctl(bench.sr, CDROMRESUME, std::uint64_t{0}) == 0);
    BOOST_TEST(bench.sent() ==
                   (Cdbs{"47000063626101020300", "48000000010200030400", "45000102030400050600",
                         "4B000000000000000000", "4B000000000000000100"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_drive_that_cannot_play_by_track_plays_from_address_to_address) {
    Bench bench; // has one track and no PLAY AUDIO TRACK
    bench.drive.replies[0x47] = {};
    cdrom_ti track{1, 1, 1, 1};
    BOOST_TEST(bench.ioctl(bench.sr, CDROMPLAYTRKIND, &track) == 0);
    BOOST_TEST(bench.sent() ==
                   (Cdbs{"48000000010100010100", "43000000000000000C00", "43020000000001000C00",
                         "430200000000AA000C00", "47000000020000020000"}),
               boost::test_tools::per_element());
    BOOST_TEST(bench.ioctl(bench.sr, CDROM_SET_OPTIONS, std::uint64_t{CDO_CHECK_TYPE}) > 0);
    BOOST_TEST(bench.ioctl(bench.sr, CDROMPLAYTRKIND, &track) == -EMEDIUMTYPE); // only data
}

BOOST_AUTO_TEST_CASE(setting_the_volume_keeps_what_cannot_change) {
    Bench bench;
    std::vector<std::uint8_t> page(24);
    page[8] = 0x0E;
    page[9] = 14;
    page[10] = 4;
    for (const int channel : {17, 19, 21, 23})
        page[channel] = 0x3C;
    bench.drive.replies[0x5A] = page;
    cdrom_volctrl volume{};
    BOOST_TEST(bench.ioctl(bench.sr, CDROMVOLREAD, &volume) == 0);
    BOOST_TEST(volume.channel3 == 0x3C);
    volume = {0xFF, 0x0F, 0, 1};
    BOOST_TEST(bench.ioctl(bench.sr, CDROMVOLCTRL, &volume) == 0);
    BOOST_TEST(bench.sent() == (Cdbs{"5A000E00000000001800", "5A000E00000000001800",
                                     "5A004E00000000001800", "55100000000000001800"}),
               boost::test_tools::per_element());
    const auto& list = bench.drive.last_data_out;
    BOOST_REQUIRE(list.size() == 24u);
    BOOST_TEST(list[8] == 0x0E);
    BOOST_TEST(list[10] == 4); // as read
    BOOST_TEST(list[17] == 0x3C);
    BOOST_TEST(list[19] == 0x0C);
    BOOST_TEST(list[23] == 0x00);
    page[8] = 0x0D;
    bench.drive.replies[0x5A] = page;
    BOOST_TEST(bench.ioctl(bench.sr, CDROMVOLREAD, &volume) == -EINVAL);
    page[7] = 20;
    bench.drive.replies[0x5A] = page;
    BOOST_TEST(bench.ioctl(bench.sr, CDROMVOLREAD, &volume) == -E2BIG);
}

BOOST_AUTO_TEST_CASE(sectors_come_to_where_their_address_was) {
    Bench bench;
    bench.drive.replies[0xBE] = std::vector<std::uint8_t>(2352, 0x42);
    struct Row {
        unsigned long request;
        std::size_t bytes;
        const char* cdb;
    };
    for (const Row& row : {Row{CDROMREADRAW, 2352, "BE0000000010000001F80000"},
                           Row{CDROMREADMODE1, 2048, "BE0800000010000001100000"},
                           Row{CDROMREADMODE2, 2336, "BE0000000010000001580000"}}) {
        std::array<std::uint8_t, 2400> buffer{0, 2, 16};
        BOOST_TEST(bench.ioctl(bench.sr, static_cast<std::uint32_t>(row.request), buffer.data()) ==
                   0);
        BOOST_TEST(bench.sent() == Cdbs{row.cdb}, boost::test_tools::per_element());
        BOOST_TEST(buffer[row.bytes - 1] == 0x42);
        BOOST_TEST(buffer[row.bytes] == 0);
        buffer = {0, 1, 74};
        BOOST_TEST(bench.ioctl(bench.sr, static_cast<std::uint32_t>(row.request), buffer.data()) ==
                   -EINVAL);
    }
    BOOST_TEST(bench.sent().empty());
}

BOOST_AUTO_TEST_CASE(a_drive_without_read_cd_is_read_by_block_size) {
    Bench bench;
    bench.drive.replies[0x15] = {};
    std::array<std::uint8_t, 2352> buffer{0, 2, 16};
    BOOST_TEST(bench.ioctl(bench.sr, CDROMREADRAW, buffer.data()) == 0);
    BOOST_TEST(bench.sent() == (Cdbs{"BE0000000010000001F80000", "151000000C00",
                                     "28000000001000000100", "151000000C00"}),
               boost::test_tools::per_element());
    BOOST_TEST(bench.drive.last_data_out[10] == 0x08); // back to 2048
}

BOOST_AUTO_TEST_CASE(audio_is_read_frame_by_frame_after_an_error) {
    Bench bench;
    std::vector<std::uint8_t> room(75 * 2352);
    cdrom_read_audio audio{};
    audio.addr.lba = 100;
    audio.addr_format = CDROM_LBA;
    audio.nframes = 3;
    audio.buf = room.data();
    bench.drive.replies[0xBE] = std::vector<std::uint8_t>(3 * 2352, 7);
    BOOST_TEST(bench.ioctl(bench.sr, CDROMREADAUDIO, &audio) == 0);
    BOOST_TEST(bench.sent() == Cdbs{"BE0400000064000003F80000"}, boost::test_tools::per_element());
    BOOST_TEST(room[3 * 2352 - 1] == 7);
    bench.drive.trouble = {{mmc::SenseKey::medium_error, 0x11, 0x05}};
    BOOST_TEST(bench.ioctl(bench.sr, CDROMREADAUDIO, &audio) == 0);
    BOOST_TEST(bench.sent() == (Cdbs{"BE0400000064000003F80000", "BE0400000064000001F80000",
                                     "BE0400000065000001F80000", "BE0400000066000001F80000"}),
               boost::test_tools::per_element());
    BOOST_TEST(bench.ioctl(bench.sr, CDROMREADAUDIO, &audio) == 0);
    BOOST_TEST(bench.sent().size() == 3u); // for good
    bench.drive.trouble = {mmc::sense::no_medium};
    BOOST_TEST(bench.ioctl(bench.sr, CDROMREADAUDIO, &audio) == -EIO); // not ENOMEDIUM
    audio.nframes = 76;
    BOOST_TEST(bench.ioctl(bench.sr, CDROMREADAUDIO, &audio) == -EINVAL);
}

BOOST_AUTO_TEST_CASE(dvd_structures_become_the_users) {
    Bench bench;
    std::vector<std::uint8_t> reply(2052);
    reply[0] = 0x08;
    reply[1] = 0x02;
    reply[4] = 0x25; // DVD-R, version 5
    reply[5] = 0x02;
    reply[6] = 0x31; // two layers, opposite
    reply[9] = 0x03; // starts at 030000h
    reply[20] = 0x80;
    bench.drive.replies[0xAD] = reply;
    dvd_struct structure{};
    structure.type = DVD_STRUCT_PHYSICAL;
    structure.physical.layer_num = 1;
    BOOST_TEST(bench.ioctl(bench.sr, DVD_READ_STRUCT, &structure) == 0);
    const dvd_layer& layer = structure.physical.layer[1];
    BOOST_TEST(int(layer.book_version) == 5);
    BOOST_TEST(int(layer.book_type) == 2);
    BOOST_TEST(int(layer.min_rate) == 2);
    BOOST_TEST(int(layer.layer_type) == 1);
    BOOST_TEST(int(layer.track_path) == 1);
    BOOST_TEST(int(layer.nlayers) == 1);
    BOOST_TEST(layer.start_sector == 0x030000u);
    BOOST_TEST(int(layer.bca) == 1);
    BOOST_TEST(bench.sent().back() == "AD0000000000010000150000");
    structure.type = DVD_STRUCT_BCA; // a length that no BCA has
    BOOST_TEST(bench.ioctl(bench.sr, DVD_READ_STRUCT, &structure) == -EIO);
    structure.type = DVD_STRUCT_MANUFACT;
    BOOST_TEST(bench.ioctl(bench.sr, DVD_READ_STRUCT, &structure) == 0);
    BOOST_TEST(structure.manufact.len == 2048);
    structure.type = 5;
    BOOST_TEST(bench.ioctl(bench.sr, DVD_READ_STRUCT, &structure) == -EINVAL);
}

BOOST_AUTO_TEST_CASE(keys_go_to_the_drive_and_come_from_it) {
    Bench bench;
    bench.drive.replies[0xA3] = {};
    bench.drive.replies[0xA4] = {0, 6, 0, 0, 0xB0, 1, 2, 0x81, 4, 5, 6, 7};
    BOOST_TEST((bench.ioctl(bench.sr, CDROM_GET_CAPABILITY, std::uint64_t{0}) & CDC_DVD) != 0);
    bench.drive.log.clear();
    dvd_authinfo info{};
    info.type = DVD_LU_SEND_AGID;
    BOOST_TEST(bench.ioctl(bench.sr, DVD_AUTH, &info) == 0);
    BOOST_TEST(int(info.lsa.agid) == 2);
    info.type = DVD_HOST_SEND_CHALLENGE;
    info.hsc.chal[9] = 0x99;
    BOOST_TEST(bench.ioctl(bench.sr, DVD_AUTH, &info) == 0);
    BOOST_TEST(info.type == DVD_LU_SEND_KEY1); // the next step
    BOOST_TEST(bench.drive.last_data_out[1] == 0x0E);
    BOOST_TEST(bench.drive.last_data_out[13] == 0x99);
    info.type = DVD_LU_SEND_TITLE_KEY;
    info.lstk.lba = 0x00ABCDEF;
    BOOST_TEST(bench.ioctl(bench.sr, DVD_AUTH, &info) == 0);
    BOOST_TEST(int(info.lstk.cpm) == 1);
    BOOST_TEST(int(info.lstk.cp_sec) == 0);
    BOOST_TEST(int(info.lstk.cgms) == 3);
    info.type = DVD_LU_SEND_RPC_STATE;
    BOOST_TEST(bench.ioctl(bench.sr, DVD_AUTH, &info) == 0);
    BOOST_TEST(int(info.lrpcs.type) == 2);
    BOOST_TEST(int(info.lrpcs.vra) == 6);
    BOOST_TEST(info.lrpcs.region_mask == 1);
    BOOST_TEST(bench.sent() == (Cdbs{"A40000000000000000080000", "A30000000000000000108100",
                                     "A400"
                                     "00ABCDEF"
                                     "0000000C8400",
                                     "A40000000000000000080800"}),
               boost::test_tools::per_element());
    info.type = DVD_AUTH_FAILURE;
    BOOST_TEST(bench.ioctl(bench.sr, DVD_AUTH, &info) == -ENOTTY);
}

BOOST_AUTO_TEST_CASE(a_change_is_told_once_to_each_who_asks) {
    Bench bench;
    BOOST_TEST(bench.ioctl(bench.sr, CDROM_MEDIA_CHANGED, CDSL_CURRENT) == 1);
    BOOST_TEST(bench.ioctl(bench.sr, CDROM_MEDIA_CHANGED, CDSL_CURRENT) == 0);
    bench.drive.trouble = {{mmc::SenseKey::unit_attention, 0x28, 0x00}};
    cdrom_timed_media_change_info info{};
    BOOST_TEST(bench.ioctl(bench.sr, CDROM_TIMED_MEDIA_CHANGE, &info) == 0);
    BOOST_TEST(info.media_flags == MEDIA_CHANGED_FLAG);
    BOOST_TEST(info.last_media_change > 0);
    BOOST_TEST(bench.ioctl(bench.sr, CDROM_MEDIA_CHANGED, CDSL_CURRENT) == 0);
    BOOST_TEST(bench.ioctl(bench.sr, CDROM_TIMED_MEDIA_CHANGE, &info) == 0);
    BOOST_TEST(info.media_flags == 0);
}

BOOST_AUTO_TEST_CASE(rights_are_asked_for_first) {
    Bench bench;
    bench.root = {};
    BOOST_TEST(bench.ioctl(bench.sr, CDROMRESET, std::uint64_t{0}) == -EACCES);
    BOOST_TEST(bench.ioctl(bench.sr, CDROM_DEBUG, std::uint64_t{1}) == -EACCES);
    BOOST_TEST(bench.ioctl(bench.sr, SG_SCSI_RESET, bad_address) == -EACCES);
    OpenFile second;
    second.flags = O_RDONLY | O_NONBLOCK;
    BOOST_REQUIRE(bench.device.open(second, bench.root) == 0);
    BOOST_TEST(bench.ioctl(bench.sr, CDROM_LOCKDOOR, std::uint64_t{1}) == 0);
    BOOST_TEST(bench.ioctl(bench.sr, CDROM_LOCKDOOR, std::uint64_t{0}) == -EBUSY);
}

BOOST_AUTO_TEST_CASE(the_host_decides_what_an_unknown_request_answers) {
    using namespace burnrig::emulator::nodes;
    Bench sata;
    LinuxDeviceOptions options;
    options.host = plain_host;
    Bench plain(options);
    std::array<std::uint8_t, 512> room{};
    for (const std::uint32_t request : {0x5315U, 0x5316U, 0x5318U, 0x5391U, 0x5323U}) {
        BOOST_TEST(sata.ioctl(sata.sr, request, room.data()) == -ENOTTY);
        BOOST_TEST(plain.ioctl(plain.sr, request, room.data()) == -EINVAL);
    }
    BOOST_TEST(sata.ioctl(sata.sr, 0x030DU, room.data()) == 0); // HDIO_GET_IDENTITY
    BOOST_TEST(room[1] == 0x85);
    BOOST_TEST(std::string(room.begin() + 54, room.begin() + 61) == "BURNRIG");
    BOOST_TEST(plain.ioctl(plain.sr, 0x030DU, room.data()) == -EINVAL);
}
