// SPDX-License-Identifier: Apache-2.0
// Playing, volume, raw sectors, and the DVD calls.
#include "probe.h"

#include <linux/cdrom.h>
#include <stdio.h>
#include <string.h>

static uint8_t big_buffer[80 * CD_FRAMESIZE_RAW];

static void play_rows(int file) {
    struct cdrom_msf msf = {0, 2, 0, 0, 3, 0};
    struct cdrom_ti track = {1, 1, 1, 1};
    struct cdrom_blk block = {0, 10};
    buffer_row(file, "PLAYMSF 0:2:0-0:3:0", CDROMPLAYMSF, &msf, sizeof msf);
    value_row(file, "PAUSE", CDROMPAUSE, 0);
    value_row(file, "RESUME", CDROMRESUME, 0);
    value_row(file, "STOP", CDROMSTOP, 0);
    value_row(file, "PAUSE when stopped", CDROMPAUSE, 0);
    value_row(file, "RESUME when stopped", CDROMRESUME, 0);
    buffer_row(file, "PLAYTRKIND 1", CDROMPLAYTRKIND, &track, sizeof track);
    track.cdti_trk0 = 50;
    track.cdti_trk1 = 60;
    buffer_row(file, "PLAYTRKIND 50-60", CDROMPLAYTRKIND, &track, sizeof track);
    buffer_row(file, "PLAYBLK 0+10", CDROMPLAYBLK, &block, sizeof block);
    block.from = 0x7FFFFFFF;
    buffer_row(file, "PLAYBLK beyond the end", CDROMPLAYBLK, &block, sizeof block);
    const struct cdrom_msf wrong = {99, 99, 99, 0, 0, 0};
    msf = wrong;
    buffer_row(file, "PLAYMSF 99:99:99-0:0:0", CDROMPLAYMSF, &msf, sizeof msf);
    value_row(file, "STOP (2nd)", CDROMSTOP, 0);
    value_row(file, "START", CDROMSTART, 0);
    pointer_rows(file, "PLAYMSF", CDROMPLAYMSF);
    pointer_rows(file, "PLAYTRKIND", CDROMPLAYTRKIND);
    pointer_rows(file, "PLAYBLK", CDROMPLAYBLK);
}

static void volume_rows(int file) {
    struct cdrom_volctrl volume;
    fill(&volume, sizeof volume);
    buffer_row(file, "VOLREAD", CDROMVOLREAD, &volume, sizeof volume);
    struct cdrom_volctrl wanted = {0x80, 0x40, 0, 0};
    buffer_row(file, "VOLCTRL 80 40", CDROMVOLCTRL, &wanted, sizeof wanted);
    fill(&volume, sizeof volume);
    buffer_row(file, "VOLREAD (2nd)", CDROMVOLREAD, &volume, sizeof volume);
    const struct cdrom_volctrl full = {0xFF, 0xFF, 0, 0};
    wanted = full;
    buffer_row(file, "VOLCTRL ff ff", CDROMVOLCTRL, &wanted, sizeof wanted);
    pointer_rows(file, "VOLREAD", CDROMVOLREAD);
    pointer_rows(file, "VOLCTRL", CDROMVOLCTRL);
}

static void raw_rows(int file) {
    static const struct {
        const char* name;
        unsigned long request;
        size_t bytes;
    } calls[] = {{"READRAW", CDROMREADRAW, CD_FRAMESIZE_RAW},
                 {"READMODE1", CDROMREADMODE1, CD_FRAMESIZE},
                 {"READMODE2", CDROMREADMODE2, CD_FRAMESIZE_RAW0}};
    static const struct {
        const char* name;
        uint8_t minute, second, frame;
    } places[] = {{"0:2:16", 0, 2, 16}, {"0:1:74", 0, 1, 74}, {"0:2:0", 0, 2, 0},
                  {"0:8:10", 0, 8, 10}, {"70:0:0", 70, 0, 0}, {"255:255:255", 255, 255, 255}};
    char name[64];
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; ++i) {
        for (size_t k = 0; k < sizeof places / sizeof places[0]; ++k) {
            const struct cdrom_msf msf = {
                places[k].minute, places[k].second, places[k].frame, 0, 0, 0};
            fill(big_buffer, calls[i].bytes);
            memcpy(big_buffer, &msf, sizeof msf);
            snprintf(name, sizeof name, "%s %s", calls[i].name, places[k].name);
            buffer_row(file, name, calls[i].request, big_buffer, calls[i].bytes);
        }
        pointer_rows(file, calls[i].name, calls[i].request);
    }
}

static void audio_rows(int file) {
    static const struct {
        const char* name;
        int lba;
        uint8_t format;
        int frames;
    } reads[] = {
        {"READAUDIO 0+1", 0, CDROM_LBA, 1},          {"READAUDIO 0+75", 0, CDROM_LBA, 75},
        {"READAUDIO 0+0", 0, CDROM_LBA, 0},          {"READAUDIO 0+76", 0, CDROM_LBA, 76},
        {"READAUDIO 0+-1", 0, CDROM_LBA, -1},        {"READAUDIO format 0", 0, 0, 1},
        {"READAUDIO -1+1", -1, CDROM_LBA, 1},        {"READAUDIO 450+3", 450, CDROM_LBA, 3},
        {"READAUDIO 900000+1", 900000, CDROM_LBA, 1}};
    for (size_t i = 0; i < sizeof reads / sizeof reads[0]; ++i) {
        struct cdrom_read_audio audio = {.addr.lba = reads[i].lba,
                                         .addr_format = reads[i].format,
                                         .nframes = reads[i].frames,
                                         .buf = big_buffer};
        int error;
        fill(big_buffer, sizeof big_buffer);
        const long result = call(file, CDROMREADAUDIO, &audio, &error);
        row(reads[i].name, result, error, big_buffer,
            error == 0 ? (size_t)reads[i].frames * CD_FRAMESIZE_RAW : 0);
    }
    struct cdrom_read_audio audio = {
        .addr.msf = {0, 2, 5}, .addr_format = CDROM_MSF, .nframes = 2, .buf = big_buffer};
    int error;
    long result = call(file, CDROMREADAUDIO, &audio, &error);
    row("READAUDIO MSF 0:2:5+2", result, error, big_buffer, error == 0 ? 2 * CD_FRAMESIZE_RAW : 0);
    audio.buf = BAD_ADDRESS;
    result = call(file, CDROMREADAUDIO, &audio, &error);
    row("READAUDIO bad buffer", result, error, NULL, 0);
    pointer_rows(file, "READAUDIO", CDROMREADAUDIO);
}

void probe_audio_and_sectors(int file) {
    play_rows(file);
    volume_rows(file);
    raw_rows(file);
    audio_rows(file);
}

void probe_dvd(int file) {
    char name[64];
    for (unsigned type = 0; type < 6; ++type) {
        dvd_struct structure;
        fill(&structure, sizeof structure);
        structure.type = (uint8_t)type;
        structure.physical.layer_num = 0; // of type 2 these are the AGID's bits
        snprintf(name, sizeof name, "DVD_READ_STRUCT type %u", type);
        buffer_row(file, name, DVD_READ_STRUCT, &structure, sizeof structure);
    }
    static const uint8_t layers[] = {1, 3, 4, 255};
    for (size_t i = 0; i < sizeof layers; ++i) {
        dvd_struct structure;
        fill(&structure, sizeof structure);
        structure.type = DVD_STRUCT_PHYSICAL;
        structure.physical.layer_num = layers[i];
        snprintf(name, sizeof name, "DVD_READ_STRUCT physical layer %u", layers[i]);
        buffer_row(file, name, DVD_READ_STRUCT, &structure, sizeof structure);
    }
    pointer_rows(file, "DVD_READ_STRUCT", DVD_READ_STRUCT);
    for (unsigned type = 0; type < 14; ++type) {
        dvd_authinfo info;
        memset(&info, 0, sizeof info);
        info.type = (uint8_t)type;
        if (type == DVD_HOST_SEND_RPC_STATE)
            continue; // a region may be set five times in a drive's life
        snprintf(name, sizeof name, "DVD_AUTH type %u", type);
        buffer_row(file, name, DVD_AUTH, &info, sizeof info);
    }
    for (unsigned agid = 0; agid < 4; ++agid) {
        dvd_authinfo info;
        memset(&info, 0, sizeof info);
        info.type = DVD_INVALIDATE_AGID;
        info.lsa.agid = agid;
        snprintf(name, sizeof name, "DVD_AUTH invalidate %u", agid);
        buffer_row(file, name, DVD_AUTH, &info, sizeof info);
    }
    pointer_rows(file, "DVD_AUTH", DVD_AUTH);
}
