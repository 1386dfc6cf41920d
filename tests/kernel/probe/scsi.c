// SPDX-License-Identifier: Apache-2.0
// CDROM_SEND_PACKET, the SCSI and SG requests of both nodes, SG_IO, and the command filter.
#include "probe.h"

#include <linux/cdrom.h>
#include <scsi/sg.h>
#include <stdio.h>
#include <string.h>

static const uint8_t inquiry[16] = {0x12, 0, 0, 0, 36, 0};
static const uint8_t inquiry200[32] = {0x12, 0, 0, 0, 200, 0};
static const uint8_t ready[16] = {0};
static const uint8_t unknown[16] = {0xFF};
static const uint8_t read16[16] = {0x28, 0, 0, 0, 0, 16, 0, 0, 1, 0};
static const uint8_t read_beyond[16] = {0x28, 0, 0x7F, 0, 0, 16, 0, 0, 1, 0};
static const uint8_t write_none[16] = {0x2A, 0, 0, 0, 0, 0, 0, 0, 0, 0};
static const uint8_t allow[16] = {0x1E};
static const uint8_t capacity[16] = {0x25};
static uint8_t data[256 * 1024];

static void packet_row(int file, const char* name, const uint8_t* cdb, uint8_t direction,
                       void* buffer, unsigned length, int timeout) {
    struct cdrom_generic_command packet;
    uint8_t sense[64];
    fill(&packet, sizeof packet);
    fill(sense, sizeof sense);
    fill(data, sizeof data);
    memcpy(packet.cmd, cdb, sizeof packet.cmd);
    packet.buffer = buffer;
    packet.buflen = length;
    packet.sense = (struct request_sense*)sense;
    packet.data_direction = direction;
    packet.quiet = 1;
    packet.timeout = timeout;
    int error;
    const long result = call(file, CDROM_SEND_PACKET, &packet, &error);
    // Byte 0 of the sense may have its `valid` bit set or not: hosts differ.
    row_text(name, result, error,
             "stat %d buflen %u timeout %d sense %02x/%02x/%02x data %02x%02x%02x", packet.stat,
             packet.buflen, packet.timeout, sense[2], sense[12], sense[13], data[0], data[1],
             data[2]);
}

void probe_packet(int file) {
    packet_row(file, "PACKET INQUIRY", inquiry, CGC_DATA_READ, data, 36, 500);
    packet_row(file, "PACKET INQUIRY buffer 100", inquiry, CGC_DATA_READ, data, 100, 500);
    packet_row(file, "PACKET INQUIRY timeout 0", inquiry, CGC_DATA_READ, data, 36, 0);
    packet_row(file, "PACKET INQUIRY timeout -1", inquiry, CGC_DATA_READ, data, 36, -1);
    packet_row(file, "PACKET INQUIRY direction 0", inquiry, CGC_DATA_UNKNOWN, data, 36, 500);
    packet_row(file, "PACKET INQUIRY direction none", inquiry, CGC_DATA_NONE, data, 36, 500);
    packet_row(file, "PACKET INQUIRY direction 9", inquiry, 9, data, 36, 500);
    packet_row(file, "PACKET INQUIRY bad buffer", inquiry, CGC_DATA_READ, BAD_ADDRESS, 36, 500);
    packet_row(file, "PACKET INQUIRY null buffer", inquiry, CGC_DATA_READ, NULL, 36, 500);
    packet_row(file, "PACKET READY", ready, CGC_DATA_NONE, NULL, 0, 500);
    packet_row(file, "PACKET READY direction 0", ready, CGC_DATA_UNKNOWN, NULL, 0, 500);
    packet_row(file, "PACKET READY direction read", ready, CGC_DATA_READ, data, 0, 500);
    packet_row(file, "PACKET opcode ff", unknown, CGC_DATA_NONE, NULL, 0, 500);
    packet_row(file, "PACKET READ(10)", read16, CGC_DATA_READ, data, 2048, 500);
    packet_row(file, "PACKET READ(10) beyond", read_beyond, CGC_DATA_READ, data, 2048, 500);
    packet_row(file, "PACKET WRITE(10) none", write_none, CGC_DATA_NONE, NULL, 0, 500);
    packet_row(file, "PACKET ALLOW", allow, CGC_DATA_NONE, NULL, 0, 500);
    pointer_rows(file, "SEND_PACKET", CDROM_SEND_PACKET);
}

/// SCSI_IOCTL_SEND_COMMAND: {u32 in, u32 out, bytes}.
static void send_command_row(int file, const char* name, const uint8_t* cdb, unsigned in,
                             unsigned out) {
    uint8_t buffer[8 + 4096];
    fill(buffer, sizeof buffer);
    memcpy(buffer, &in, 4);
    memcpy(buffer + 4, &out, 4);
    memcpy(buffer + 8, cdb, 16);
    int error;
    const long result = call(file, 1, buffer, &error);
    buffer[8] &= result == 2 ? 0x7F : 0xFF; // the `valid` bit of sense data: hosts differ
    row(name, result, error, buffer + 8, error == 0 ? 40 : 0);
}

static void int_row(int file, const char* name, unsigned long request, int value) {
    buffer_row(file, name, request, &value, sizeof value);
}

/// Requests with an int behind their pointer: what a fresh node answers, and what setting changes.
static void setting_rows(int file) {
    int_row(file, "SG_GET_VERSION_NUM", SG_GET_VERSION_NUM, -1);
    value_row(file, "SG_GET_TIMEOUT", SG_GET_TIMEOUT, 0);
    int_row(file, "SG_SET_TIMEOUT 1234", SG_SET_TIMEOUT, 1234);
    value_row(file, "SG_GET_TIMEOUT (2nd)", SG_GET_TIMEOUT, 0);
    int_row(file, "SG_SET_TIMEOUT -5", SG_SET_TIMEOUT, -5);
    value_row(file, "SG_GET_TIMEOUT (3rd)", SG_GET_TIMEOUT, 0);
    int_row(file, "SG_SET_TIMEOUT 6000", SG_SET_TIMEOUT, 6000);
    int_row(file, "SG_GET_RESERVED_SIZE", SG_GET_RESERVED_SIZE, -1);
    int_row(file, "SG_SET_RESERVED_SIZE 64K", SG_SET_RESERVED_SIZE, 65536);
    int_row(file, "SG_GET_RESERVED_SIZE (2nd)", SG_GET_RESERVED_SIZE, -1);
    int_row(file, "SG_SET_RESERVED_SIZE 1e8", SG_SET_RESERVED_SIZE, 100000000);
    int_row(file, "SG_GET_RESERVED_SIZE (3rd)", SG_GET_RESERVED_SIZE, -1);
    int_row(file, "SG_SET_RESERVED_SIZE -1", SG_SET_RESERVED_SIZE, -1);
    int_row(file, "SG_SET_RESERVED_SIZE 1", SG_SET_RESERVED_SIZE, 1);
    int_row(file, "SG_GET_RESERVED_SIZE (4th)", SG_GET_RESERVED_SIZE, -1);
    int_row(file, "SG_SET_RESERVED_SIZE 32K", SG_SET_RESERVED_SIZE, 32768);
    int_row(file, "SG_EMULATED_HOST", SG_EMULATED_HOST, -1);
    int_row(file, "SG_GET_COMMAND_Q", SG_GET_COMMAND_Q, -1);
    int_row(file, "SG_SET_COMMAND_Q 1", SG_SET_COMMAND_Q, 1);
    int_row(file, "SG_GET_COMMAND_Q (2nd)", SG_GET_COMMAND_Q, -1);
    int_row(file, "SG_SET_COMMAND_Q 0", SG_SET_COMMAND_Q, 0);
    int_row(file, "SG_GET_KEEP_ORPHAN", SG_GET_KEEP_ORPHAN, -1);
    int_row(file, "SG_SET_KEEP_ORPHAN 0", SG_SET_KEEP_ORPHAN, 0);
    int_row(file, "SG_SET_FORCE_PACK_ID 0", SG_SET_FORCE_PACK_ID, 0);
    int_row(file, "SG_GET_PACK_ID", SG_GET_PACK_ID, 7);
    int_row(file, "SG_GET_NUM_WAITING", SG_GET_NUM_WAITING, 7);
    int_row(file, "SG_GET_LOW_DMA", SG_GET_LOW_DMA, 7);
    int_row(file, "SG_SET_FORCE_LOW_DMA", SG_SET_FORCE_LOW_DMA, 1);
    int_row(file, "SG_GET_SG_TABLESIZE", SG_GET_SG_TABLESIZE, -1);
    int_row(file, "SG_GET_ACCESS_COUNT", 0x2289, -1);
    int_row(file, "SG_NEXT_CMD_LEN 10", SG_NEXT_CMD_LEN, 10);
    int_row(file, "SG_NEXT_CMD_LEN 253", SG_NEXT_CMD_LEN, 253);
    int_row(file, "SG_NEXT_CMD_LEN 0", SG_NEXT_CMD_LEN, 0);
    int_row(file, "SG_SET_DEBUG 0", SG_SET_DEBUG, 0);
    int_row(file, "SG_GET_TRANSFORM", SG_GET_TRANSFORM, 0);
    int_row(file, "SG_SET_TRANSFORM", SG_SET_TRANSFORM, 0);
    uint8_t room[24 * 16];
    fill(room, sizeof room);
    buffer_row(file, "SG_GET_REQUEST_TABLE", SG_GET_REQUEST_TABLE, room, sizeof room);
    fill(room, sizeof room); // which host it is differs
    int error;
    const long result = call(file, SG_GET_SCSI_ID, room, &error);
    row("SG_GET_SCSI_ID", result, error, room + 4, error == 0 ? 16 : 0);
}

static void bad_pointer_rows(int file) {
    static const struct {
        const char* name;
        unsigned long request;
    } calls[] = {{"SG_GET_VERSION_NUM", SG_GET_VERSION_NUM},
                 {"SG_SET_TIMEOUT", SG_SET_TIMEOUT},
                 {"SG_GET_RESERVED_SIZE", SG_GET_RESERVED_SIZE},
                 {"SG_SET_RESERVED_SIZE", SG_SET_RESERVED_SIZE},
                 {"SG_EMULATED_HOST", SG_EMULATED_HOST},
                 {"SG_GET_SCSI_ID", SG_GET_SCSI_ID},
                 {"SG_GET_REQUEST_TABLE", SG_GET_REQUEST_TABLE},
                 {"SG_GET_PACK_ID", SG_GET_PACK_ID},
                 {"SG_NEXT_CMD_LEN", SG_NEXT_CMD_LEN},
                 {"SG_IO", SG_IO},
                 {"SCSI_GET_IDLUN", 0x5382},
                 {"SCSI_GET_BUS_NUMBER", 0x5386},
                 {"SCSI_PROBE_HOST", 0x5385},
                 {"SCSI_GET_PCI", 0x5387},
                 {"SG_SCSI_RESET", SG_SCSI_RESET},
                 {"SCSI_SEND_COMMAND", 1}};
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; ++i)
        pointer_rows(file, calls[i].name, calls[i].request);
}

void probe_scsi(int file) {
    uint8_t room[64];
    int error;
    setting_rows(file);
    fill(room, sizeof room);
    long result = call(file, 0x5382, room, &error);
    row("SCSI_GET_IDLUN", result, error, room, 3);
    quiet_row(file, "SCSI_GET_BUS_NUMBER", 0x5386, room);
    fill(room, sizeof room);
    memset(room, 0, 4);
    room[0] = 40;
    quiet_row(file, "SCSI_PROBE_HOST 40", 0x5385, room);
    memset(room, 0, 4);
    buffer_row(file, "SCSI_PROBE_HOST 0", 0x5385, room, 4);
    quiet_row(file, "SCSI_GET_PCI", 0x5387, room);
    value_row(file, "SCSI_DOORLOCK", 0x5380, 0);
    value_row(file, "SCSI_DOORUNLOCK", 0x5381, 0);
    fill(room, sizeof room);
    // 2, SCSI_IOCTL_TEST_UNIT_READY, is FIGETBSZ and depends on the file system of /dev
    value_row(file, "SCSI_TEST_UNIT_READY NULL", 2, 0);
    value_row(file, "SCSI_BENCHMARK", 3, 0);
    value_row(file, "SCSI_SYNC", 4, 0);
    value_row(file, "SCSI_STOP_UNIT", 6, 0);
    value_row(file, "SCSI_START_UNIT", 5, 0);
    value_row(file, "5383", 0x5383, 0);
    value_row(file, "5384", 0x5384, 0);
    send_command_row(file, "SEND_COMMAND INQUIRY", inquiry, 0, 36);
    send_command_row(file, "SEND_COMMAND READ CAPACITY", capacity, 0, 8);
    send_command_row(file, "SEND_COMMAND opcode ff", unknown, 0, 16);
    send_command_row(file, "SEND_COMMAND out 5000", inquiry, 0, 5000);
    send_command_row(file, "SEND_COMMAND in 5000", inquiry, 5000, 0);
    send_command_row(file, "SEND_COMMAND READY", ready, 0, 0);
    send_command_row(file, "SEND_COMMAND WRITE(10) none", write_none, 0, 0);
    static const int resets[] = {0, -1, 99};
    for (size_t i = 0; i < sizeof resets / sizeof resets[0]; ++i) {
        char name[32];
        snprintf(name, sizeof name, "SG_SCSI_RESET %d", resets[i]);
        int_row(file, name, SG_SCSI_RESET, resets[i]);
    }
    bad_pointer_rows(file);
}

struct sg_case {
    const char* name;
    const uint8_t* cdb;
    int cdb_length;
    int direction;
    unsigned length;
    void* buffer; ///< NULL: none
};

static uint8_t sense[64];

static sg_io_hdr_t header_for(const struct sg_case* wanted) {
    sg_io_hdr_t header;
    fill(&header, sizeof header);
    header.interface_id = 'S';
    header.dxfer_direction = wanted->direction;
    header.cmd_len = (unsigned char)wanted->cdb_length;
    header.mx_sb_len = sizeof sense;
    header.iovec_count = 0;
    header.dxfer_len = wanted->length;
    header.dxferp = wanted->buffer;
    header.cmdp = (unsigned char*)wanted->cdb;
    header.sbp = sense;
    header.timeout = 20000;
    header.flags = 0;
    header.pack_id = 0x1234;
    return header;
}

/// All that comes out, but for the duration. What a failed command left in the buffer is not shown.
static void sg_row(int file, const char* name, sg_io_hdr_t* header) {
    int error;
    fill(sense, sizeof sense);
    fill(data, sizeof data);
    const long result = call(file, SG_IO, header, &error);
    const int has_sense = error == 0 && header->sb_len_wr > 13;
    row_text(name, result, error,
             "st %02x masked %02x msg %02x sb %u host %x driver %x resid %d info %x pack %x "
             "sense %02x/%02x/%02x data %02x%02x%02x%02x",
             header->status, header->masked_status, header->msg_status, header->sb_len_wr,
             header->host_status, header->driver_status, header->resid, header->info,
             header->pack_id, has_sense ? sense[2] : 0, has_sense ? sense[12] : 0,
             has_sense ? sense[13] : 0, data[0], data[1], data[2], data[3]);
}

static void sense_rows(int file) {
    const struct sg_case refused = {"", unknown, 10, SG_DXFER_NONE, 0, NULL};
    static const struct {
        const char* name;
        void* buffer;
        unsigned char length;
    } buffers[] = {{"SG_IO sense 64", sense, 64},
                   {"SG_IO sense 8", sense, 8},
                   {"SG_IO sense 0", sense, 0},
                   {"SG_IO sense NULL 32", NULL, 32},
                   {"SG_IO sense bad address", BAD_ADDRESS, 32}};
    for (size_t i = 0; i < sizeof buffers / sizeof buffers[0]; ++i) {
        sg_io_hdr_t header = header_for(&refused);
        header.sbp = buffers[i].buffer;
        header.mx_sb_len = buffers[i].length;
        sg_row(file, buffers[i].name, &header);
    }
}

static void interface_rows(int file) {
    const struct sg_case plain = {"", inquiry, 6, SG_DXFER_FROM_DEV, 36, data};
    static const int ids[] = {'X', 0, 'Q'};
    char name[64];
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; ++i) {
        sg_io_hdr_t header = header_for(&plain);
        header.interface_id = ids[i];
        snprintf(name, sizeof name, "SG_IO interface %d", ids[i]);
        sg_row(file, name, &header);
    }
    sg_iovec_t pieces[3] = {{data, 2}, {data + 2, 0}, {data + 2, 34}};
    sg_io_hdr_t header = header_for(&plain);
    header.iovec_count = 3;
    header.dxferp = pieces;
    sg_row(file, "SG_IO three pieces", &header);
    header = header_for(&plain);
    header.iovec_count = 1;
    header.dxferp = BAD_ADDRESS;
    sg_row(file, "SG_IO bad list of pieces", &header);
    header = header_for(&plain);
    header.iovec_count = 2;
    pieces[1].iov_base = BAD_ADDRESS;
    pieces[1].iov_len = 34;
    header.dxferp = pieces;
    sg_row(file, "SG_IO bad second piece", &header);
    header = header_for(&plain);
    header.flags = SG_FLAG_DIRECT_IO;
    sg_row(file, "SG_IO direct", &header);
    header = header_for(&plain);
    header.timeout = 0;
    sg_row(file, "SG_IO timeout 0", &header);
}

void probe_sg_io(int file, enum node_kind kind) {
    const struct sg_case cases[] = {
        {"SG_IO INQUIRY 36", inquiry, 6, SG_DXFER_FROM_DEV, 36, data},
        {"SG_IO INQUIRY 36 of 255", inquiry, 6, SG_DXFER_FROM_DEV, 255, data},
        {"SG_IO INQUIRY 200", inquiry200, 6, SG_DXFER_FROM_DEV, 200, data},
        {"SG_IO INQUIRY to and from", inquiry200, 6, SG_DXFER_TO_FROM_DEV, 200, data},
        {"SG_IO CDB of 12", inquiry200, 12, SG_DXFER_FROM_DEV, 200, data},
        {"SG_IO CDB of 16", inquiry200, 16, SG_DXFER_FROM_DEV, 200, data},
        {"SG_IO CDB of 0", inquiry200, 0, SG_DXFER_FROM_DEV, 200, data},
        {"SG_IO CDB of 5", inquiry200, 5, SG_DXFER_FROM_DEV, 200, data},
        {"SG_IO CDB of 17", inquiry200, 17, SG_DXFER_FROM_DEV, 200, data},
        {"SG_IO CDB of 32", inquiry200, 32, SG_DXFER_FROM_DEV, 200, data},
        {"SG_IO CDB of 33", inquiry200, 33, SG_DXFER_FROM_DEV, 200, data},
        {"SG_IO CDB of 253", inquiry200, 253, SG_DXFER_FROM_DEV, 200, data},
        {"SG_IO direction none, 200 bytes", inquiry200, 6, SG_DXFER_NONE, 200, data},
        {"SG_IO direction 0, 200 bytes", inquiry200, 6, 0, 200, data},
        {"SG_IO direction -5, 200 bytes", inquiry200, 6, -5, 200, data},
        {"SG_IO direction 7, no bytes", ready, 6, 7, 0, data},
        {"SG_IO bad buffer", inquiry200, 6, SG_DXFER_FROM_DEV, 200, BAD_ADDRESS},
        {"SG_IO null buffer", inquiry200, 6, SG_DXFER_FROM_DEV, 200, NULL},
        {"SG_IO null CDB", NULL, 6, SG_DXFER_FROM_DEV, 200, data},
        {"SG_IO bad CDB", BAD_ADDRESS, 6, SG_DXFER_FROM_DEV, 200, data},
        {"SG_IO 512 MiB", inquiry200, 6, SG_DXFER_FROM_DEV, 512U << 20, data},
        {"SG_IO READY", ready, 6, SG_DXFER_NONE, 0, NULL},
        {"SG_IO READY from, no bytes", ready, 6, SG_DXFER_FROM_DEV, 0, NULL},
        {"SG_IO opcode ff", unknown, 10, SG_DXFER_NONE, 0, NULL},
        {"SG_IO READ(10)", read16, 10, SG_DXFER_FROM_DEV, 2048, data},
        {"SG_IO READ(10) into 4096", read16, 10, SG_DXFER_FROM_DEV, 4096, data},
        {"SG_IO READ(10) beyond", read_beyond, 10, SG_DXFER_FROM_DEV, 2048, data},
        {"SG_IO WRITE(10) none", write_none, 10, SG_DXFER_NONE, 0, NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        if (kind == sg_node && cases[i].direction == SG_DXFER_TO_FROM_DEV)
            continue; // ENOMEM or not, from one kernel to the next
        sg_io_hdr_t header = header_for(&cases[i]);
        sg_row(file, cases[i].name, &header);
    }
    sense_rows(file);
    interface_rows(file);
}

/// Which opcodes get past the filter, as 256 bits. The list of pieces is at a bad address, which
/// the kernel finds behind the filter and in front of the drive, so nothing is sent.
void probe_filter(int file, const char* mode) {
    uint8_t refused[32] = {0};
    char name[64];
    for (unsigned opcode = 0; opcode < 256; ++opcode) {
        uint8_t cdb[16] = {(uint8_t)opcode};
        const struct sg_case wanted = {"", cdb, 16, SG_DXFER_FROM_DEV, 512, BAD_ADDRESS};
        sg_io_hdr_t header = header_for(&wanted);
        header.iovec_count = 1;
        int error;
        call(file, SG_IO, &header, &error);
        if (error == 1)
            refused[opcode / 8] |= (uint8_t)(1U << opcode % 8);
    }
    snprintf(name, sizeof name, "FILTER %s", mode);
    row(name, 0, 0, refused, sizeof refused);
}
