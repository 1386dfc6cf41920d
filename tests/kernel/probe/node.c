// SPDX-License-Identifier: Apache-2.0
// The block node as a block device and as a file: BLK* requests, reading and writing, how it opens,
// and the door.
#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/cdrom.h>
#include <linux/fs.h>
#include <linux/hdreg.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void get_rows(int file) {
    static const struct {
        const char* name;
        unsigned long request;
    } calls[] = {{"BLKGETSIZE", BLKGETSIZE},
                 {"BLKGETSIZE64", BLKGETSIZE64},
                 {"BLKSSZGET", BLKSSZGET},
                 {"BLKPBSZGET", BLKPBSZGET},
                 {"BLKIOMIN", BLKIOMIN},
                 {"BLKIOOPT", BLKIOOPT},
                 {"BLKALIGNOFF", BLKALIGNOFF},
                 {"BLKBSZGET", BLKBSZGET},
                 {"BLKROGET", BLKROGET},
                 {"BLKRAGET", BLKRAGET},
                 {"BLKFRAGET", BLKFRAGET},
                 {"BLKROTATIONAL", BLKROTATIONAL},
                 {"BLKDISCARDZEROES", BLKDISCARDZEROES},
                 {"BLKGETZONESZ", 0x80041284},
                 {"BLKGETNRZONES", 0x80041285},
                 {"HDIO_GETGEO", HDIO_GETGEO},
                 {"HDIO_GET_DMA", HDIO_GET_DMA},
                 {"HDIO_GET_IDENTITY", HDIO_GET_IDENTITY},
                 {"HDIO_GET_32BIT", HDIO_GET_32BIT},
                 {"BLKTRACETEARDOWN", 0x1276}};
    uint8_t room[512];
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; ++i) {
        fill(room, sizeof room);
        buffer_row(file, calls[i].name, calls[i].request, room, 8);
        if (calls[i].request != 0x1276)
            pointer_rows(file, calls[i].name, calls[i].request);
    }
    uint16_t sectors = 0; // how much differs from host to host
    quiet_row(file, "BLKSECTGET", BLKSECTGET, &sectors);
    uint64_t sequence = 0;
    quiet_row(file, "BLKGETDISKSEQ", 0x80081280, &sequence);
}

static void set_rows(int file) {
    int value = 1;
    buffer_row(file, "BLKROSET 1", BLKROSET, &value, sizeof value);
    buffer_row(file, "BLKROGET (2nd)", BLKROGET, &value, sizeof value);
    value = 0;
    buffer_row(file, "BLKROSET 0", BLKROSET, &value, sizeof value);
    value = -1;
    buffer_row(file, "BLKROGET (3rd)", BLKROGET, &value, sizeof value);
    value_row(file, "BLKFLSBUF", BLKFLSBUF, 0);
    value_row(file, "BLKRRPART", BLKRRPART, 0);
    value_row(file, "BLKRASET 512", BLKRASET, 512);
    long ahead = -1;
    buffer_row(file, "BLKRAGET (2nd)", BLKRAGET, &ahead, sizeof ahead);
    value_row(file, "BLKFRASET 256", BLKFRASET, 256);
    value_row(file, "BLKSECTSET", BLKSECTSET, 64);
    static const int sizes[] = {2048, 4096, 512, 1000, 8192, 0, -1};
    char name[64];
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; ++i) {
        int size = sizes[i];
        snprintf(name, sizeof name, "BLKBSZSET %d", size);
        buffer_row(file, name, BLKBSZSET, &size, sizeof size);
    }
    value = 4096;
    ioctl(file, BLKBSZSET, &value);
    uint64_t range[2] = {0, 4096};
    buffer_row(file, "BLKDISCARD", BLKDISCARD, range, sizeof range);
    buffer_row(file, "BLKSECDISCARD", BLKSECDISCARD, range, sizeof range);
    buffer_row(file, "BLKZEROOUT", BLKZEROOUT, range, sizeof range);
    value_row(file, "BLKPG NULL", 0x1269, 0);
    uint64_t reservation[4] = {0};
    buffer_row(file, "IOC_PR_CLEAR", 0x401070cd, reservation, 16);
    pointer_rows(file, "BLKROSET", BLKROSET);
    pointer_rows(file, "BLKBSZSET", BLKBSZSET);
}

void probe_block(int file) {
    get_rows(file);
    set_rows(file);
}

static void transfer_row(const char* name, long count, const void* output, size_t length) {
    row(name, count, count < 0 ? errno : 0, output, count < 0 ? 0 : length);
}

static void seek_rows(int file) {
    const off_t end = lseek(file, 0, SEEK_END);
    transfer_row("lseek end", end, NULL, 0);
    transfer_row("lseek beyond", lseek(file, end + 1, SEEK_SET), NULL, 0);
    transfer_row("lseek -1", lseek(file, -1, SEEK_SET), NULL, 0);
    transfer_row("lseek whence 9", lseek(file, 0, 9), NULL, 0);
    transfer_row("lseek back", lseek(file, -2048, SEEK_CUR), NULL, 0);
    transfer_row("fsync", fsync(file), NULL, 0);
    struct pollfd wanted = {file, POLLIN | POLLOUT, 0};
    poll(&wanted, 1, 0);
    row("poll", wanted.revents, 0, NULL, 0);
}

void probe_read_write(const char* path) {
    uint8_t* const data = aligned_alloc(4096, 65536);
    int file = open(path, O_RDONLY | O_NONBLOCK);
    seek_rows(file);
    static const struct {
        const char* name;
        off_t offset;
        size_t length;
    } reads[] = {{"pread 0+1", 0, 1},
                 {"pread 100+4000", 100, 4000},
                 {"pread 32768+2048", 32768, 2048},
                 {"pread far", 1LL << 40, 512},
                 {"pread 0+0", 0, 0}};
    for (size_t i = 0; i < sizeof reads / sizeof reads[0]; ++i) {
        fill(data, 65536);
        const long count = pread(file, data, reads[i].length, reads[i].offset);
        transfer_row(reads[i].name, count, data, count > 0 ? (size_t)count : 0);
    }
    transfer_row("pread -1", pread(file, data, 512, -1), NULL, 0);
    void* volatile bad = BAD_ADDRESS; // volatile, or the compiler knows better
    transfer_row("pread bad buffer", pread(file, bad, 512, 0), NULL, 0);
    transfer_row("pwrite to O_RDONLY", pwrite(file, data, 512, 0), NULL, 0);
    close(file);
    file = open(path, O_RDWR | O_NONBLOCK);
    uint64_t range[2] = {0, 4096};
    buffer_row(file, "BLKDISCARD O_RDWR", BLKDISCARD, range, sizeof range);
    buffer_row(file, "BLKZEROOUT O_RDWR", BLKZEROOUT, range, sizeof range);
    close(file);
    file = open(path, O_RDONLY | O_NONBLOCK | O_DIRECT);
    if (file >= 0) {
        transfer_row("O_DIRECT pread 0+2048", pread(file, data, 2048, 0), NULL, 0);
        transfer_row("O_DIRECT pread 0+512", pread(file, data, 512, 0), NULL, 0);
        transfer_row("O_DIRECT pread 512+2048", pread(file, data, 2048, 512), NULL, 0);
        close(file);
    }
    free(data);
}

static int status_of(const char* path) {
    const int file = open(path, O_RDONLY | O_NONBLOCK);
    const int status = ioctl(file, CDROM_DRIVE_STATUS, CDSL_CURRENT);
    close(file);
    return status;
}

void probe_opens(const char* path) {
    static const struct {
        const char* name;
        int flags;
    } modes[] = {{"O_RDONLY", O_RDONLY},
                 {"O_RDONLY O_NONBLOCK", O_RDONLY | O_NONBLOCK},
                 {"O_RDWR", O_RDWR},
                 {"O_RDWR O_NONBLOCK", O_RDWR | O_NONBLOCK},
                 {"O_WRONLY O_NONBLOCK", O_WRONLY | O_NONBLOCK},
                 {"mode 3 O_NONBLOCK", 3 | O_NONBLOCK},
                 {"O_RDONLY O_EXCL", O_RDONLY | O_EXCL},
                 {"O_RDWR O_EXCL O_NONBLOCK", O_RDWR | O_EXCL | O_NONBLOCK},
                 {"O_RDONLY O_DIRECT", O_RDONLY | O_DIRECT},
                 {"O_RDONLY O_DIRECTORY", O_RDONLY | O_DIRECTORY},
                 {"O_RDONLY O_CREAT", O_RDONLY | O_CREAT | O_NONBLOCK}};
    char name[64];
    const int control = open(path, O_RDONLY | O_NONBLOCK);
    for (int closes = 0; closes < 2; ++closes) {
        ioctl(control, CDROM_CLEAR_OPTIONS, CDO_AUTO_CLOSE);
        if (closes)
            ioctl(control, CDROM_SET_OPTIONS, CDO_AUTO_CLOSE);
        for (size_t i = 0; i < sizeof modes / sizeof modes[0]; ++i) {
            const int before = status_of(path);
            const int file = open(path, modes[i].flags, 0600);
            snprintf(name, sizeof name, "open %s%s", modes[i].name, closes ? " AUTO_CLOSE" : "");
            row_text(name, file >= 0 ? 0 : -1, file >= 0 ? 0 : errno, "status %d to %d", before,
                     status_of(path));
            if (file >= 0)
                close(file);
        }
    }
    const int holder = open(path, O_RDONLY | O_EXCL | O_NONBLOCK);
    int other = open(path, O_RDONLY | O_EXCL | O_NONBLOCK);
    row("open O_EXCL while held", other >= 0 ? 0 : -1, other >= 0 ? 0 : errno, NULL, 0);
    if (other >= 0)
        close(other);
    other = open(path, O_RDONLY | O_NONBLOCK);
    row("open while held O_EXCL", other >= 0 ? 0 : -1, other >= 0 ? 0 : errno, NULL, 0);
    close(other);
    close(holder);
    ioctl(control, CDROM_CLEAR_OPTIONS, CDO_USE_FFLAGS);
    other = open(path, O_RDONLY | O_NONBLOCK);
    row("open O_NONBLOCK without USE_FFLAGS", other >= 0 ? 0 : -1, other >= 0 ? 0 : errno, NULL, 0);
    if (other >= 0)
        close(other);
    ioctl(control, CDROM_SET_OPTIONS, CDO_USE_FFLAGS);
    ioctl(control, CDROM_SET_OPTIONS, CDO_CHECK_TYPE);
    other = open(path, O_RDONLY);
    row("open O_RDONLY with CHECK_TYPE", other >= 0 ? 0 : -1, other >= 0 ? 0 : errno, NULL, 0);
    if (other >= 0)
        close(other);
    struct cdrom_ti track = {1, 1, 1, 1};
    buffer_row(control, "PLAYTRKIND with CHECK_TYPE", CDROMPLAYTRKIND, &track, sizeof track);
    value_row(control, "STOP after it", CDROMSTOP, 0);
    ioctl(control, CDROM_CLEAR_OPTIONS, CDO_CHECK_TYPE);
    close(control);
}

static void door(int file, const char* name, unsigned long request, unsigned long value) {
    int error;
    const long result = call(file, request, (void*)value, &error);
    row_text(name, result, error, "status %d", ioctl(file, CDROM_DRIVE_STATUS, CDSL_CURRENT));
}

void probe_doors(const char* path) {
    int file = open(path, O_RDONLY | O_NONBLOCK);
    door(file, "door CLOSETRAY", CDROMCLOSETRAY, 0);
    door(file, "door EJECT", CDROMEJECT, 0);
    door(file, "door EJECT again", CDROMEJECT, 0);
    door(file, "door CLOSETRAY after it", CDROMCLOSETRAY, 0);
    door(file, "door CLOSETRAY again", CDROMCLOSETRAY, 0);
    door(file, "door LOCKDOOR 1", CDROM_LOCKDOOR, 1);
    door(file, "door EJECT locked", CDROMEJECT, 0);
    door(file, "door EJECT_SW 1 locked", CDROMEJECT_SW, 1);
    close(file);
    file = open(path, O_RDONLY | O_NONBLOCK);
    door(file, "door EJECT locked before", CDROMEJECT, 0);
    const int second = open(path, O_RDONLY | O_NONBLOCK);
    door(file, "door LOCKDOOR 0, two files", CDROM_LOCKDOOR, 0);
    close(second);
    door(file, "door LOCKDOOR 0", CDROM_LOCKDOOR, 0);
    door(file, "door DOORLOCK", 0x5380, 0);
    door(file, "door EJECT after DOORLOCK", CDROMEJECT, 0);
    close(file);
    file = open(path, O_RDONLY | O_NONBLOCK);
    door(file, "door EJECT after the last close", CDROMEJECT, 0);
    door(file, "door CLOSETRAY (3rd)", CDROMCLOSETRAY, 0);
    close(file);
    file = open(path, O_RDONLY);
    if (file >= 0) {
        door(file, "door EJECT through O_RDONLY", CDROMEJECT, 0);
        door(file, "door LOCKDOOR 0 through O_RDONLY", CDROM_LOCKDOOR, 0);
        door(file, "door EJECT through O_RDONLY (2nd)", CDROMEJECT, 0);
        door(file, "door CLOSETRAY through O_RDONLY", CDROMCLOSETRAY, 0);
        ioctl(file, CDROM_SET_OPTIONS, CDO_AUTO_EJECT);
        close(file);
        row("door AUTO_EJECT", status_of(path), 0, NULL, 0);
    }
}

void probe_options(const char* path) {
    static const unsigned values[] = {0, 1, 2, 3, 4, 8, 0x10, 0x18, 0x20, 0x400000, 0x2000, 0x1000};
    const int file = open(path, O_RDONLY | O_NONBLOCK);
    char name[64];
    value_row(file, "EJECT_SW 1", CDROMEJECT_SW, 1);
    value_row(file, "SET_OPTIONS after EJECT_SW 1", CDROM_SET_OPTIONS, 0);
    value_row(file, "EJECT_SW 0", CDROMEJECT_SW, 0);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; ++i) {
        snprintf(name, sizeof name, "SET_OPTIONS %x", values[i]);
        value_row(file, name, CDROM_SET_OPTIONS, values[i]);
    }
    value_row(file, "CLEAR_OPTIONS ffffffff", CDROM_CLEAR_OPTIONS, 0xFFFFFFFF);
    value_row(file, "CLEAR_OPTIONS 0", CDROM_CLEAR_OPTIONS, 0);
    value_row(file, "SET_OPTIONS 1 (2nd)", CDROM_SET_OPTIONS, 1);
    value_row(file, "SET_OPTIONS 4 (2nd)", CDROM_SET_OPTIONS, 4);
    value_row(file, "SET_OPTIONS 8 (2nd)", CDROM_SET_OPTIONS, 8);
    close(file);
}
