// SPDX-License-Identifier: Apache-2.0
// Goal: devices, attributes and ways to open are those of the manual.
#include "tests/unit/nodes/aix/aix_fixture.h"

namespace mmc = burnrig::mmc;
using namespace burnrig::emulator;
using namespace burnrig::emulator::nodes;

// DEV-1: the raw device is for reading, control and packets; the block device for buffered reading.
// DEV-2: both devices of a drive are one: openers, mode and lock are shared.
BOOST_AUTO_TEST_CASE(raw_and_block_device_share_one_drive) {
    AixBench bench;
    AixFile& raw = bench.opened();
    AixFile& block = bench.opened(0, O_RDONLY, false);
    BOOST_TEST(bench.read(raw, 2048, 4096) == 4096);
    const Bytes from_raw = bench.data;
    BOOST_TEST(bench.read(block, 2048, 4096) == 4096);
    BOOST_TEST(bench.data == from_raw, boost::test_tools::per_element());
    BOOST_TEST(bench.open(IDE_SINGLE, O_RDONLY, false) == -EBUSY);
    BOOST_TEST(bench.sent(0x1E) == 1U);
    BOOST_TEST(bench.device.close(raw) == 0);
    BOOST_TEST(bench.locked());
    BOOST_TEST(bench.device.close(block) == 0);
    BOOST_TEST(!bench.locked());
}

// OPN-1: an open without flags of a closed device with a disc gives a descriptor.
// OPN-2: several opens without flags go together.
BOOST_AUTO_TEST_CASE(opens_without_flags_go_together) {
    AixBench bench;
    for (int i = 0; i < 5; ++i)
        BOOST_TEST(bench.open() == 0);
    BOOST_TEST(bench.read(bench.last_file(), 0, 2048) == 2048);
}

// OPN-3: IDE_SINGLE on a closed device gives exclusive access.
// OPN-4: IDE_SINGLE on a device that is open is refused with EBUSY.
// OPN-5: a device that is open for exclusive access is refused to others with EACCES.
// OPN-6: IDE_SINGLE on a device with exclusive access is refused with EBUSY (the manual fits both).
// OPN-7: when the exclusive opener closes, others may open again.
BOOST_AUTO_TEST_CASE(exclusive_access_is_for_one) {
    AixBench bench;
    AixFile& single = bench.opened(IDE_SINGLE);
    BOOST_TEST(bench.open() == -EACCES);
    BOOST_TEST(bench.open(0, O_RDONLY, false) == -EACCES);
    BOOST_TEST(bench.open(IDE_SINGLE) == -EBUSY);
    BOOST_TEST(bench.device.close(single) == 0);
    AixFile& normal = bench.opened();
    BOOST_TEST(bench.open(IDE_SINGLE) == -EBUSY);
    BOOST_TEST(bench.open() == 0);
    BOOST_TEST(bench.device.close(normal) == 0);
    BOOST_TEST(bench.open(IDE_SINGLE) == -EBUSY);
}

// OPN-8: SC_DIAGNOSTIC opens a closed device, also without a disc.
// OPN-9: SC_DIAGNOSTIC on a device that is open is refused with EACCES.
// OPN-10: nobody else opens a device in diagnostic mode: EACCES.
// OPN-11: diagnostic mode needs authority: EPERM without.
// DIA-1: diagnostic mode has one opener, whatever the second one asks for.
// DIA-5: its close gives the device back.
BOOST_AUTO_TEST_CASE(diagnosis_is_for_one_with_authority) {
    AixBench bench(nullptr);
    BOOST_TEST(bench.open(SC_DIAGNOSTIC, O_RDONLY, true, false) == -EPERM);
    AixFile& diagnosis = bench.opened(SC_DIAGNOSTIC);
    for (const long extension : {0L, 0L + IDE_SINGLE, 0L + SC_DIAGNOSTIC, 0L + IDE_CACHE_DISABLE})
        BOOST_TEST(bench.open(extension) == -EACCES);
    BOOST_TEST(bench.device.close(diagnosis) == 0);
    bench.drive.insert(disc_of_every_kind());
    AixFile& normal = bench.opened();
    BOOST_TEST(bench.open(SC_DIAGNOSTIC) == -EACCES);
    BOOST_TEST(bench.device.close(normal) == 0);
    BOOST_TEST(bench.device.configure("everyone_diagnoses", "yes") == 0);
    BOOST_TEST(bench.open(SC_DIAGNOSTIC, O_RDONLY, true, false) == 0);
}

// DIA-2: in diagnostic mode there are ioctls and close; read and write are refused with EACCES.
// DIA-4: a packet needs no diagnostic mode, and works in it.
// DIA-6: the SCSI driver's diagnostic operations are none of this one: EINVAL.
BOOST_AUTO_TEST_CASE(diagnosis_does_not_read) {
    AixBench bench;
    AixFile& diagnosis = bench.opened(SC_DIAGNOSTIC, O_RDWR);
    BOOST_TEST(bench.read(diagnosis, 0, 2048) == -EACCES);
    BOOST_TEST(bench.write(diagnosis, 0, Bytes(2048)) == -EACCES);
    BOOST_TEST(bench.mode(diagnosis) == 0U + CD_MODE1);
    ide_atapi_passthru packet{};
    packet.atapi_cmd.length = 12;
    for (const long extension : {0L + SC_DIAGNOSTIC, 0L}) {
        AixBench fresh;
        BOOST_TEST(fresh.ioctl(fresh.opened(extension), IDEPASSTHRU, &packet) == 0);
    }
    BOOST_TEST(bench.ioctl(diagnosis, DKIOCMD, &packet) == -EINVAL);
    BOOST_TEST(bench.ioctl(diagnosis, DKIOWRSE, &packet) == -EINVAL);
}

// ATT-3: write_caching yes switches the drive's write cache on, no switches it off.
// OPN-12: SC_DIAGNOSTIC switches it off, whatever the attribute.
// OPN-13: IDE_CACHE_DISABLE switches it off for this open; the attribute stays.
// OPN-14: flags go together: exclusive access and no write cache.
BOOST_AUTO_TEST_CASE(the_write_cache_follows_attribute_and_flags) {
    struct Row {
        const char* attribute;
        long extension;
        bool cache;
    };
    for (const Row& row :
         {Row{"yes", 0, true}, Row{"no", 0, false}, Row{"yes", SC_DIAGNOSTIC, false},
          Row{"yes", IDE_CACHE_DISABLE, false}, Row{"yes", IDE_SINGLE, true},
          Row{"yes", IDE_SINGLE | IDE_CACHE_DISABLE, false}}) {
        AixBench bench;
        BOOST_TEST(bench.device.configure("write_caching", row.attribute) == 0);
        AixFile& cd = bench.opened(row.extension);
        BOOST_TEST_CONTEXT(row.attribute << " " << row.extension)
        BOOST_TEST(bench.write_cache() == row.cache);
        if ((row.extension & IDE_SINGLE) != 0)
            BOOST_TEST(bench.open() == -EACCES);
        BOOST_TEST(bench.device.attributes().write_caching == (row.attribute[0] == 'y'));
        BOOST_TEST(bench.device.close(cd) == 0);
        BOOST_TEST(bench.open() == 0);
        BOOST_TEST(bench.write_cache() == (row.attribute[0] == 'y'));
    }
}

// OPN-15: without a disc a normal open is refused with ENOTREADY.
// OPN-16: an open for writing on a read-only medium is refused with EWRPROTECT.
// OPN-17: an open for writing on a writable medium succeeds.
// OPN-18: an unformatted or incompatible medium is refused with EFORMAT.
BOOST_AUTO_TEST_CASE(the_medium_decides_who_may_open) {
    AixBench empty(nullptr);
    BOOST_TEST(empty.open() == -ENOTREADY);
    BOOST_TEST(empty.open(IDE_SINGLE) == -ENOTREADY);
    AixBench read_only;
    BOOST_TEST(read_only.open(0, O_RDWR) == -EWRPROTECT);
    BOOST_TEST(read_only.open(0, O_WRONLY) == -EWRPROTECT);
    BOOST_TEST(read_only.open(0, O_RDONLY) == 0);
    BOOST_TEST(AixBench(dvd_ram()).open(0, O_RDWR) == 0);
    BOOST_TEST(AixBench(cd_r()).open() == -EFORMAT);
    BOOST_TEST(AixBench(dvd_plus_rw()).open() == -EFORMAT);
    AixBench unknown;
    unknown.faults({"at TEST_UNIT_READY -> fail 02/30/00 ; always"});
    BOOST_TEST(unknown.open() == -EFORMAT);
}

// OPN-19: an undefined device is refused with ENODEV (the library's test opens /dev/cd7).
// OPN-29: a close of what is not open is refused with ENODEV.
BOOST_AUTO_TEST_CASE(what_is_not_open_cannot_be_used) {
    AixBench bench;
    AixFile& never = bench.file();
    devinfo information{};
    BOOST_TEST(bench.device.close(never) == -ENODEV);
    BOOST_TEST(bench.ioctl(never, IOCINFO, &information) == -ENODEV);
    BOOST_TEST(bench.read(never, 0, 2048) == -ENODEV);
    AixFile& cd = bench.opened();
    BOOST_TEST(bench.device.close(cd) == 0);
    BOOST_TEST(bench.device.close(cd) == -ENODEV);
}

// OPN-20: a drive that cannot be found or does not answer is EIO.
BOOST_AUTO_TEST_CASE(a_silent_drive_is_an_input_output_error) {
    AixBench bench;
    bench.wire.instead = [](const mmc::Command&) {
        mmc::Completion gone;
        gone.host = mmc::HostStatus::no_connect;
        return std::optional(gone);
    };
    BOOST_TEST(bench.open() == -EIO);
    BOOST_TEST(bench.open(SC_DIAGNOSTIC) == -EIO);
    bench.wire.instead = nullptr;
    BOOST_TEST(bench.open() == 0);
}

// OPN-21: an adapter that has all the open devices it may have refuses with EMFILE.
BOOST_AUTO_TEST_CASE(an_adapter_has_a_limit_of_opens) {
    AixBench bench;
    BOOST_TEST(bench.device.configure("adapter_opens", "2") == 0);
    AixFile& first = bench.opened();
    BOOST_TEST(bench.open() == 0);
    BOOST_TEST(bench.open() == -EMFILE);
    BOOST_TEST(bench.device.close(first) == 0);
    BOOST_TEST(bench.open() == 0);
}

// OPN-22: a bad argument is EINVAL for an open's flags and for configuration, ENXIO for an ioctl.
BOOST_AUTO_TEST_CASE(bad_arguments_are_told_by_their_place) {
    AixBench bench;
    for (const long extension : {0x04L, 0x08L, 0x10L, 0x40L, 0x80L, 0x200L, -1L})
        BOOST_TEST(bench.open(extension) == -EINVAL);
    BOOST_TEST(bench.open(SC_RETAIN_RESERVATION) == 0); // for SCSI drives: means nothing here
    BOOST_TEST(bench.device.close(bench.last_file()) == 0);
    AixFile& cd = bench.opened(IDE_SINGLE);
    cd_audio_cmd volume{};
    volume.audio_cmds = CD_SET_VOLUME;
    volume.volume_type = 77;
    BOOST_TEST(bench.ioctl(cd, IDE_CDAUDIO, &volume) == -ENXIO);
}

// OPN-24: the first open locks the medium (PREVENT), the last close frees it.
// OPN-25: with prevent_eject no there is no lock.
// ATT-2: prevent_eject yes keeps the medium in while the device is open; no lets it go.
BOOST_AUTO_TEST_CASE(the_medium_is_locked_while_the_device_is_open) {
    AixBench bench;
    AixFile& first = bench.opened();
    BOOST_TEST((bench.packet(0x1E) == Bytes{0x1E, 0, 0, 0, 1, 0}));
    AixFile& second = bench.opened();
    bench.drive.eject(false);
    BOOST_TEST(bench.read(second, 0, 2048) == 2048);
    BOOST_TEST(bench.device.close(first) == 0);
    BOOST_TEST(bench.locked());
    BOOST_TEST(bench.device.close(second) == 0);
    BOOST_TEST((bench.packet(0x1E) == Bytes{0x1E, 0, 0, 0, 0, 0}));
    BOOST_TEST(!bench.locked());
    BOOST_TEST(bench.sent(0x1E) == 2U);
    AixBench loose;
    BOOST_TEST(loose.device.configure("prevent_eject", "no") == 0);
    AixFile& cd = loose.opened();
    BOOST_TEST(loose.sent(0x1E) == 0U);
    loose.drive.eject(false);
    BOOST_TEST(loose.read(cd, 0, 2048) == -ENOTREADY);
}

// OPN-26: an audio disc is opened as any other, with and without exclusive access.
BOOST_AUTO_TEST_CASE(an_audio_disc_opens) {
    auto disc = disc_of_every_kind();
    for (auto& track : disc->structure().tracks)
        track.control = 0;
    AixBench bench(std::move(disc));
    AixFile& cd = bench.opened(IDE_SINGLE);
    BOOST_TEST(bench.device.size() == std::uint64_t{disc_blocks} * 2048);
    BOOST_TEST(bench.device.close(cd) == 0);
    BOOST_TEST(bench.open() == 0);
}

// OPN-27: a read-only disc ejected while open and put in again, or another, is ESTALE until closed.
// OPN-28: a writable medium that changed is EMEDIA.
// EJ-4: after an eject a read is ENOTREADY, after the disc is back ESTALE.
// RW-5: a read without a disc is ENOTREADY.
// RW-6: a read from a changed disc is EMEDIA, or ESTALE for a read-only one.
BOOST_AUTO_TEST_CASE(a_disc_that_was_out_is_another_disc) {
    AixBench bench;
    AixFile& cd = bench.opened();
    BOOST_TEST(bench.ioctl(cd, IDE_CDAMR) == 0);
    BOOST_TEST(bench.ioctl(cd, IDE_CDEJECT) == 0);
    BOOST_TEST(bench.read(cd, 0, 2048) == -ENOTREADY);
    bench.reinsert();
    BOOST_TEST(bench.read(cd, 0, 2048) == -ESTALE);
    BOOST_TEST(bench.read(cd, 0, 2048) == -ESTALE);
    BOOST_TEST(bench.open() == -ESTALE);
    BOOST_TEST(bench.device.close(cd) == 0);
    BOOST_TEST(bench.read(bench.opened(), 0, 2048) == 2048);

    AixBench writable(dvd_ram());
    AixFile& ram = writable.opened(0, O_RDWR);
    writable.drive.eject(true);
    writable.drive.insert(*Disc::in_memory(dvd_ram()));
    BOOST_TEST(writable.read(ram, 0, 2048) == -EMEDIA);
    BOOST_TEST(writable.write(ram, 0, Bytes(2048)) == -EMEDIA);
}

// OPN-30: the last close ends exclusive access and the data mode.
// OPN-31: the last close has what was written go to the medium.
BOOST_AUTO_TEST_CASE(the_last_close_leaves_nothing_behind) {
    AixBench bench;
    AixFile& cd = bench.opened(IDE_SINGLE);
    BOOST_TEST(bench.change_mode(cd, CD_DA) == 0);
    BOOST_TEST(bench.device.close(cd) == 0);
    BOOST_TEST(bench.sent(0x35) == 0U);
    BOOST_TEST(bench.mode(bench.opened()) == 0U + CD_MODE1);
    AixBench writable(dvd_ram());
    AixFile& ram = writable.opened(0, O_RDWR);
    BOOST_TEST(writable.write(ram, 32 * 2048, Bytes(2048, 0x5A)) == 2048);
    AixFile& other = writable.opened();
    BOOST_TEST(writable.device.close(ram) == 0);
    BOOST_TEST(writable.sent(0x35) == 0U);
    BOOST_TEST(writable.device.close(other) == 0);
    BOOST_TEST(writable.sent(0x35) == 1U);
}

// OPN-32: a device that is open cannot be configured: EINVAL.
// OPN-33: an illegal configuration command is EINVAL.
// ATT-9: an attribute of an open device cannot be changed: EINVAL.
BOOST_AUTO_TEST_CASE(attributes_are_changed_while_the_device_is_closed) {
    AixBench bench;
    for (const auto& [name, value] : {std::pair{"max_transfer", "0x20000"},
                                      {"max_transfer", "65536"},
                                      {"prevent_eject", "no"},
                                      {"audio_supported", "no"}})
        BOOST_TEST(bench.device.configure(name, value) == 0);
    for (const auto& [name, value] : {std::pair{"", "yes"},
                                      {"colour", "yes"},
                                      {"prevent_eject", "perhaps"},
                                      {"prevent_eject", "1"},
                                      {"max_transfer", ""},
                                      {"max_transfer", "-1"},
                                      {"max_transfer", "0x"},
                                      {"max_transfer", "10"},
                                      {"max_transfer", "99999999999"}})
        BOOST_TEST(bench.device.configure(name, value) == -EINVAL);
    BOOST_TEST(bench.device.max_transfer() == 65536U);
    AixFile& cd = bench.opened();
    BOOST_TEST(bench.device.configure("prevent_eject", "yes") == -EINVAL);
    BOOST_TEST(bench.device.close(cd) == 0);
    BOOST_TEST(bench.device.configure("prevent_eject", "yes") == 0);
}
