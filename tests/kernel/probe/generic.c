// SPDX-License-Identifier: Apache-2.0
// The nodes /dev/sgN and /dev/bsg/H:C:T:L: how they open, what they answer through a file for
// reading only and for both, and commands by write() and read().
#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bsg.h>
#include <linux/cdrom.h>
#include <linux/fs.h>
#include <poll.h>
#include <scsi/sg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const uint8_t inquiry[6] = {0x12, 0, 0, 0, 96, 0};
static const uint8_t unknown[10] = {0xFF};
static uint8_t data[4096];
static uint8_t sense[64];

static void open_rows(const char* path) {
    static const struct {
        const char* name;
        int flags;
    } modes[] = {{"open O_RDONLY", O_RDONLY},
                 {"open O_RDWR", O_RDWR},
                 {"open O_RDWR O_NONBLOCK", O_RDWR | O_NONBLOCK},
                 {"open O_RDONLY O_EXCL", O_RDONLY | O_EXCL | O_NONBLOCK},
                 {"open O_RDWR O_EXCL", O_RDWR | O_EXCL | O_NONBLOCK},
                 {"open O_RDWR O_DIRECT", O_RDWR | O_DIRECT}};
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; ++i) {
        const int file = open(path, modes[i].flags);
        row(modes[i].name, file >= 0 ? 0 : -1, file >= 0 ? 0 : errno, NULL, 0);
        if (file >= 0)
            close(file);
    }
    const int holder = open(path, O_RDWR | O_EXCL | O_NONBLOCK);
    int other = open(path, O_RDWR | O_NONBLOCK);
    row("open while held O_EXCL", other >= 0 ? 0 : -1, other >= 0 ? 0 : errno, NULL, 0);
    if (other >= 0)
        close(other);
    close(holder);
    const int plain = open(path, O_RDWR | O_NONBLOCK);
    other = open(path, O_RDWR | O_EXCL | O_NONBLOCK);
    row("open O_EXCL while open", other >= 0 ? 0 : -1, other >= 0 ? 0 : errno, NULL, 0);
    if (other >= 0)
        close(other);
    close(plain);
}

/// What a file answers to requests that are not its own.
static void foreign_rows(int file, const char* mode) {
    static const struct {
        const char* name;
        unsigned long request;
    } calls[] = {{"CDROM_GET_CAPABILITY", CDROM_GET_CAPABILITY},
                 {"CDROM_DRIVE_STATUS", CDROM_DRIVE_STATUS},
                 {"CDROMREADTOCHDR", CDROMREADTOCHDR},
                 {"CDROM_SET_OPTIONS", CDROM_SET_OPTIONS},
                 {"DVD_READ_STRUCT", DVD_READ_STRUCT},
                 {"SCSI_DOORUNLOCK", 0x5381},
                 {"SCSI_START_UNIT", 5},
                 {"SCSI_GET_PCI", 0x5387},
                 {"SG_SET_TRANSFORM", SG_SET_TRANSFORM},
                 {"BLKGETSIZE64", BLKGETSIZE64},
                 {"BLKSSZGET", BLKSSZGET},
                 {"5324", 0x5324}};
    char name[96];
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; ++i) {
        fill(data, sizeof data);
        snprintf(name, sizeof name, "%s %s", mode, calls[i].name);
        quiet_row(file, name, calls[i].request, data);
    }
    int sectors = -1;
    snprintf(name, sizeof name, "%s BLKSECTGET", mode);
    quiet_row(file, name, BLKSECTGET, &sectors);
}

static sg_io_hdr_t v3(int pack_id) {
    sg_io_hdr_t header;
    memset(&header, 0, sizeof header);
    header.interface_id = 'S';
    header.dxfer_direction = SG_DXFER_FROM_DEV;
    header.cmd_len = sizeof inquiry;
    header.mx_sb_len = sizeof sense;
    header.dxfer_len = 96;
    header.dxferp = data;
    header.cmdp = (unsigned char*)inquiry;
    header.sbp = sense;
    header.timeout = 20000;
    header.pack_id = pack_id;
    return header;
}

/// Until a reply waits, or 5 s.
static int poll_for_reply(int file) {
    struct pollfd wanted = {file, POLLIN, 0};
    poll(&wanted, 1, 5000);
    return wanted.revents;
}

static void transfer_row(const char* name, long count, const void* output, size_t length) {
    row(name, count, count < 0 ? errno : 0, output, count < 0 ? 0 : length);
}

static void queue_rows(int file) {
    char name[64];
    for (int i = 0; i < 17; ++i) {
        sg_io_hdr_t header = v3(100 + i);
        const long count = write(file, &header, sizeof header);
        snprintf(name, sizeof name, "write v3 no. %d", i + 1);
        if (i == 0 || i >= 15)
            transfer_row(name, count, NULL, 0);
    }
    int waiting = 0;
    for (int look = 0; look < 1000 && waiting < 16; ++look) {
        ioctl(file, SG_GET_NUM_WAITING, &waiting);
        poll(NULL, 0, 1); // the commands are on their way
    }
    row("SG_GET_NUM_WAITING of 16", waiting, 0, NULL, 0);
    struct pollfd idle = {file, POLLIN | POLLOUT, 0};
    poll(&idle, 1, 0);
    row("poll, queue full", idle.revents, 0, NULL, 0);
    int one = 1;
    ioctl(file, SG_SET_FORCE_PACK_ID, &one);
    sg_io_hdr_t header = v3(105);
    long count = read(file, &header, sizeof header);
    row_text("read pack_id 105", count, count < 0 ? errno : 0, "pack %d st %x data %02x",
             header.pack_id, header.status, data[0]);
    header = v3(999);
    count = read(file, &header, sizeof header);
    transfer_row("read pack_id 999", count, NULL, 0);
    int first = 0;
    ioctl(file, SG_GET_PACK_ID, &first);
    row("SG_GET_PACK_ID of the queue", first, 0, NULL, 0);
    header = v3(-1);
    count = read(file, &header, sizeof header);
    row_text("read pack_id -1", count, count < 0 ? errno : 0, "pack %d", header.pack_id);
    one = 0;
    ioctl(file, SG_SET_FORCE_PACK_ID, &one);
    int rest = 0;
    for (header = v3(0); read(file, &header, sizeof header) > 0; header = v3(0))
        ++rest;
    row("read the others", rest, 0, NULL, 0);
}

static void v3_rows(int file) {
    struct pollfd idle = {file, POLLIN | POLLOUT, 0};
    poll(&idle, 1, 0);
    row("poll idle", idle.revents, 0, NULL, 0);
    sg_io_hdr_t header = v3(42);
    fill(data, sizeof data);
    transfer_row("write v3", write(file, &header, sizeof header), NULL, 0);
    row("poll", poll_for_reply(file), 0, NULL, 0);
    memset(&header, 0, sizeof header);
    long count = read(file, &header, sizeof header);
    row_text("read v3", count, count < 0 ? errno : 0, "pack %d st %x resid %d data %02x%02x",
             header.pack_id, header.status, header.resid, data[0], data[1]);
    count = read(file, &header, sizeof header);
    transfer_row("read, nothing there", count, NULL, 0);
    header = v3(1);
    transfer_row("write v3 of 87 bytes", write(file, &header, sizeof header - 1), NULL, 0);
    header.interface_id = 'X';
    transfer_row("write interface X", write(file, &header, sizeof header), NULL, 0);
    header = v3(1);
    header.cmd_len = 5;
    transfer_row("write CDB of 5", write(file, &header, sizeof header), NULL, 0);
    header = v3(1);
    header.cmdp = BAD_ADDRESS;
    transfer_row("write bad CDB", write(file, &header, sizeof header), NULL, 0);
    header = v3(1);
    transfer_row("write v3 (2nd)", write(file, &header, sizeof header), NULL, 0);
    poll_for_reply(file);
    transfer_row("read v3 of 87 bytes", read(file, &header, sizeof header - 1), NULL, 0);
    transfer_row("read after it", read(file, &header, sizeof header), NULL, 0);
}

/// The header of sg before version 3: the command behind it in write(), the data in read().
static void v1_row(int file, const char* name, const uint8_t* cdb, size_t cdb_length,
                   int reply_length) {
    struct sg_header header;
    uint8_t request[64] = {0};
    uint8_t reply[256];
    char title[64];
    memset(&header, 0, sizeof header);
    header.reply_len = reply_length;
    header.pack_id = 77;
    memcpy(request, &header, sizeof header);
    memcpy(request + sizeof header, cdb, cdb_length);
    snprintf(title, sizeof title, "write v1 %s", name);
    transfer_row(title, write(file, request, sizeof header + cdb_length), NULL, 0);
    poll_for_reply(file);
    fill(reply, sizeof reply);
    const long count = read(file, reply, (size_t)reply_length);
    reply[sizeof header - 16] &= 0x7F; // the `valid` bit of sense data: hosts differ
    snprintf(title, sizeof title, "read v1 %s", name);
    transfer_row(title, count, reply, sizeof header + 8);
}

static void v1_rows(int file) {
    uint8_t request[64] = {0};
    v1_row(file, "INQUIRY", inquiry, sizeof inquiry, sizeof(struct sg_header) + 96);
    v1_row(file, "opcode ff", unknown, sizeof unknown, sizeof(struct sg_header));
    transfer_row("write of 20 bytes", write(file, request, 20), NULL, 0);
    transfer_row("write of 41 bytes", write(file, request, 41), NULL, 0);
    void* volatile bad = BAD_ADDRESS; // volatile, or the compiler knows better
    transfer_row("write at a bad address", write(file, bad, 60), NULL, 0);
}

void probe_generic(const char* path) {
    section("sg");
    open_rows(path);
    int file = open(path, O_RDONLY | O_NONBLOCK);
    foreign_rows(file, "O_RDONLY");
    probe_filter(file, "O_RDONLY");
    sg_io_hdr_t header = v3(1);
    transfer_row("write to O_RDONLY", write(file, &header, sizeof header), NULL, 0);
    close(file);
    file = open(path, O_RDWR | O_NONBLOCK);
    foreign_rows(file, "O_RDWR");
    probe_filter(file, "O_RDWR");
    probe_scsi(file);
    probe_packet(file);
    probe_sg_io(file, sg_node);
    close(file);
    file = open(path, O_RDWR | O_NONBLOCK);
    v1_rows(file);
    v3_rows(file);
    queue_rows(file);
    transfer_row("lseek", lseek(file, 0, SEEK_END), NULL, 0);
    close(file);
}

static void v4_row(int file, const char* name, struct sg_io_v4* wanted) {
    int error;
    fill(data, sizeof data);
    fill(sense, sizeof sense);
    const long result = call(file, SG_IO, wanted, &error);
    row_text(name, result, error,
             "device %x transport %x driver %x info %x sense %u resid %d %d duration %u usr %llx "
             "data %02x%02x",
             wanted->device_status, wanted->transport_status, wanted->driver_status, wanted->info,
             wanted->response_len, wanted->din_resid, wanted->dout_resid, wanted->duration,
             (unsigned long long)wanted->usr_ptr, data[0], data[1]);
}

static struct sg_io_v4 v4(const uint8_t* cdb, unsigned length, unsigned in) {
    struct sg_io_v4 request;
    memset(&request, 0, sizeof request);
    request.guard = 'Q';
    request.request = (uintptr_t)cdb;
    request.request_len = length;
    request.response = (uintptr_t)sense;
    request.max_response_len = sizeof sense;
    request.din_xferp = (uintptr_t)data;
    request.din_xfer_len = in;
    request.timeout = 20000;
    request.usr_ptr = 0x1234;
    return request;
}

void probe_bsg(const char* path) {
    section("bsg");
    const int file = open(path, O_RDWR);
    struct sg_io_v4 request = v4(inquiry, sizeof inquiry, 96);
    v4_row(file, "INQUIRY", &request);
    request = v4(inquiry, sizeof inquiry, 200);
    v4_row(file, "INQUIRY into 200", &request);
    request = v4(unknown, sizeof unknown, 0);
    v4_row(file, "opcode ff", &request);
    request = v4(inquiry, sizeof inquiry, 96);
    request.guard = 'S';
    v4_row(file, "guard S", &request);
    request = v4(inquiry, sizeof inquiry, 96);
    request.protocol = 1;
    v4_row(file, "protocol 1", &request);
    request = v4(inquiry, sizeof inquiry, 96);
    request.dout_xfer_len = 1;
    v4_row(file, "both directions", &request);
    request = v4(inquiry, 33, 96);
    v4_row(file, "CDB of 33", &request);
    request = v4(NULL, 6, 96);
    v4_row(file, "null CDB", &request);
    int number = -1;
    buffer_row(file, "SG_GET_VERSION_NUM", SG_GET_VERSION_NUM, &number, sizeof number);
    buffer_row(file, "SG_GET_COMMAND_Q", SG_GET_COMMAND_Q, &number, sizeof number);
    number = 65;
    buffer_row(file, "SG_SET_COMMAND_Q 65", SG_SET_COMMAND_Q, &number, sizeof number);
    buffer_row(file, "SG_EMULATED_HOST", SG_EMULATED_HOST, &number, sizeof number);
    fill(data, sizeof data);
    quiet_row(file, "SCSI_SEND_COMMAND", 1, data);
    quiet_row(file, "CDROM_GET_CAPABILITY", CDROM_GET_CAPABILITY, data);
    quiet_row(file, "BLKGETSIZE64", BLKGETSIZE64, data);
    transfer_row("read", read(file, data, 64), NULL, 0);
    transfer_row("write", write(file, data, 64), NULL, 0);
    close(file);
}
