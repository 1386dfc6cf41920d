// SPDX-License-Identifier: Apache-2.0
// What the clients that are written in C for the tests ask of a drive, through Linux's SG_IO.
#pragma once

#include <errno.h>
#include <scsi/sg.h>
#include <string.h>
#include <sys/ioctl.h>

/// The status of the command, or -errno.
static int send_command(int file, const unsigned char* cdb, int length, int direction, void* data,
                        unsigned size) {
    unsigned char sense[32] = {0};
    struct sg_io_hdr request = {.interface_id = 'S',
                                .dxfer_direction = direction,
                                .cmd_len = (unsigned char)length,
                                .mx_sb_len = sizeof sense,
                                .dxfer_len = size,
                                .dxferp = data,
                                .cmdp = (unsigned char*)cdb,
                                .sbp = sense,
                                .timeout = 60000};
    if (ioctl(file, SG_IO, &request) != 0)
        return -errno;
    return request.status;
}

static int test_unit_ready(int file) {
    static const unsigned char cdb[6] = {0};
    return send_command(file, cdb, 6, SG_DXFER_NONE, NULL, 0);
}

static int write_block(int file, unsigned address) {
    unsigned char data[2048];
    const unsigned char cdb[10] = {
        0x2A, 0, 0, 0, (unsigned char)(address >> 8), (unsigned char)address, 0, 0, 1, 0};
    memset(data, (int)address, sizeof data);
    return send_command(file, cdb, 10, SG_DXFER_TO_DEV, data, sizeof data);
}
