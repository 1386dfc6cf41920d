// SPDX-License-Identifier: Apache-2.0
// The uniform CD-ROM calls, in the order of their numbers as far as state allows.
#include "probe.h"

#include <limits.h>
#include <linux/cdrom.h>
#include <stdio.h>
#include <string.h>

static void toc_rows(int file) {
    static const struct {
        const char* name;
        uint8_t track;
        uint8_t format;
    } entries[] = {
        {"READTOCENTRY t1 MSF", 1, CDROM_MSF},    {"READTOCENTRY t1 LBA", 1, CDROM_LBA},
        {"READTOCENTRY t2 LBA", 2, CDROM_LBA},    {"READTOCENTRY AA MSF", 0xAA, CDROM_MSF},
        {"READTOCENTRY AA LBA", 0xAA, CDROM_LBA}, {"READTOCENTRY t0 LBA", 0, CDROM_LBA},
        {"READTOCENTRY t9 LBA", 9, CDROM_LBA},    {"READTOCENTRY t100 MSF", 100, CDROM_MSF},
        {"READTOCENTRY format 0", 1, 0},          {"READTOCENTRY format 3", 1, 3}};
    struct cdrom_tochdr header;
    fill(&header, sizeof header);
    buffer_row(file, "READTOCHDR", CDROMREADTOCHDR, &header, sizeof header);
    pointer_rows(file, "READTOCHDR", CDROMREADTOCHDR);
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; ++i) {
        struct cdrom_tocentry entry;
        fill(&entry, sizeof entry);
        entry.cdte_track = entries[i].track;
        entry.cdte_format = entries[i].format;
        buffer_row(file, entries[i].name, CDROMREADTOCENTRY, &entry, sizeof entry);
    }
    pointer_rows(file, "READTOCENTRY", CDROMREADTOCENTRY);
}

static void subchannel_rows(int file) {
    static const char* const names[] = {"SUBCHNL format 0", "SUBCHNL format 1", "SUBCHNL format 2",
                                        "SUBCHNL format 3"};
    for (uint8_t format = 0; format < 4; ++format) {
        struct cdrom_subchnl channel;
        fill(&channel, sizeof channel);
        channel.cdsc_format = format;
        buffer_row(file, names[format], CDROMSUBCHNL, &channel, sizeof channel);
    }
    pointer_rows(file, "SUBCHNL", CDROMSUBCHNL);
}

static void session_rows(int file) {
    static const char* const names[] = {"MULTISESSION format 0", "MULTISESSION LBA",
                                        "MULTISESSION MSF", "MULTISESSION format 3"};
    for (uint8_t format = 0; format < 4; ++format) {
        struct cdrom_multisession session;
        fill(&session, sizeof session);
        session.addr_format = format;
        buffer_row(file, names[format], CDROMMULTISESSION, &session, sizeof session);
    }
    pointer_rows(file, "MULTISESSION", CDROMMULTISESSION);
    struct cdrom_mcn number;
    fill(&number, sizeof number);
    buffer_row(file, "GET_MCN", CDROM_GET_MCN, &number, sizeof number);
    pointer_rows(file, "GET_MCN", CDROM_GET_MCN);
}

static void written_rows(int file) {
    int64_t address;
    fill(&address, sizeof address);
    buffer_row(file, "NEXT_WRITABLE", CDROM_NEXT_WRITABLE, &address, sizeof address);
    fill(&address, sizeof address);
    buffer_row(file, "LAST_WRITTEN", CDROM_LAST_WRITTEN, &address, sizeof address);
    pointer_rows(file, "NEXT_WRITABLE", CDROM_NEXT_WRITABLE);
    pointer_rows(file, "LAST_WRITTEN", CDROM_LAST_WRITTEN);
}

static void media_change_rows(int file) {
    static const struct {
        const char* name;
        unsigned long slot;
    } slots[] = {{"CURRENT", CDSL_CURRENT},
                 {"CURRENT again", CDSL_CURRENT},
                 {"0", 0},
                 {"5", 5},
                 {"NONE", CDSL_NONE}};
    char name[64];
    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; ++i) {
        snprintf(name, sizeof name, "MEDIA_CHANGED %s", slots[i].name);
        value_row(file, name, CDROM_MEDIA_CHANGED, slots[i].slot);
    }
    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; ++i) {
        snprintf(name, sizeof name, "DRIVE_STATUS %s", slots[i].name);
        value_row(file, name, CDROM_DRIVE_STATUS, slots[i].slot);
    }
    static const char* const times[] = {"TIMED_MEDIA_CHANGE 0", "TIMED_MEDIA_CHANGE last",
                                        "TIMED_MEDIA_CHANGE max"};
    int64_t last = 0;
    for (int i = 0; i < 3; ++i) {
        struct cdrom_timed_media_change_info info;
        int error;
        fill(&info, sizeof info);
        info.last_media_change = i == 0 ? 0 : i == 1 ? last : INT64_MAX;
        const long result = call(file, CDROM_TIMED_MEDIA_CHANGE, &info, &error);
        last = info.last_media_change;
        row_text(times[i], result, error, "%s flags %llx", last > 0 && error == 0 ? "time" : "-",
                 (unsigned long long)info.media_flags);
    }
    pointer_rows(file, "TIMED_MEDIA_CHANGE", CDROM_TIMED_MEDIA_CHANGE);
}

static void status_rows(int file) {
    value_row(file, "DISC_STATUS", CDROM_DISC_STATUS, 0);
    value_row(file, "CHANGER_NSLOTS", CDROM_CHANGER_NSLOTS, 0);
    value_row(file, "GET_CAPABILITY", CDROM_GET_CAPABILITY, 0);
    value_row(file, "DEBUG 1", CDROM_DEBUG, 1);
    value_row(file, "DEBUG 5", CDROM_DEBUG, 5);
    value_row(file, "DEBUG 0", CDROM_DEBUG, 0);
    value_row(file, "RESET", CDROMRESET, 0);
    value_row(file, "SELECT_DISC 0", CDROM_SELECT_DISC, 0);
    value_row(file, "SELECT_DISC CURRENT", CDROM_SELECT_DISC, CDSL_CURRENT);
    value_row(file, "SELECT_DISC NONE", CDROM_SELECT_DISC, CDSL_NONE);
    value_row(file, "SELECT_SPEED 0", CDROM_SELECT_SPEED, 0);
    value_row(file, "SELECT_SPEED 4", CDROM_SELECT_SPEED, 4);
    value_row(file, "SELECT_SPEED ffff", CDROM_SELECT_SPEED, 0xFFFF);
    value_row(file, "SELECT_SPEED -1", CDROM_SELECT_SPEED, -1UL);
    value_row(file, "SELECT_SPEED 0 (2nd)", CDROM_SELECT_SPEED, 0);
    uint8_t address[8];
    fill(address, sizeof address);
    int error; // also SCSI_IOCTL_GET_IDLUN; which host it is differs
    const long result = call(file, CDROMAUDIOBUFSIZ, address, &error);
    row("AUDIOBUFSIZ", result, error, address, 3);
    value_row(file, "AUDIOBUFSIZ 4", CDROMAUDIOBUFSIZ, 4);
}

static void missing_rows(int file) {
    static const struct {
        const char* name;
        unsigned long request;
    } calls[] = {{"READCOOKED", CDROMREADCOOKED},
                 {"SEEK", CDROMSEEK},
                 {"READALL", CDROMREADALL},
                 {"GETSPINDOWN", CDROMGETSPINDOWN},
                 {"SETSPINDOWN", CDROMSETSPINDOWN},
                 {"DVD_WRITE_STRUCT", DVD_WRITE_STRUCT},
                 {"5324", 0x5324},
                 {"531a", 0x531A},
                 {"5332", 0x5332},
                 {"5397", 0x5397},
                 {"TCGETS", 0x5401},
                 {"0", 0},
                 {"FDGETFDCSTAT", 0x80280215},
                 {"MTIOCTOP", 0x40086d01}};
    uint8_t room[4096];
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; ++i) {
        fill(room, sizeof room);
        buffer_row(file, calls[i].name, calls[i].request, room, 8);
    }
}

void probe_cdrom(int file) {
    media_change_rows(file);
    toc_rows(file);
    subchannel_rows(file);
    session_rows(file);
    written_rows(file);
    status_rows(file);
    missing_rows(file);
}
