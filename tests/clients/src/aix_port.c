/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program as it was written for AIX: plays audio, switches data modes, passes packets through,
 * reads sense data. It knows AIX's headers and nothing of the rig; each line it prints is for the
 * test to compare.
 *
 *     aix_port JOB [NUMBER [DEVICE]]      the device is /dev/rcd0 unless named
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/devinfo.h>
#include <sys/ide.h>
#include <sys/idecdrom.h>
#include <sys/ioctl.h>
#include <sys/scdisk.h>
#include <sys/scsi.h>

#define DEVICE_SIZE 2048

static const char* device = "/dev/rcd0";

/* The names that a port would have in a switch. */
static const char* why(int error) {
    switch (error) {
    case 0:
        return "ok";
    case EPERM:
        return "EPERM";
    case ENOENT:
        return "ENOENT";
    case EIO:
        return "EIO";
    case ENXIO:
        return "ENXIO";
    case EBADF:
        return "EBADF";
    case EACCES:
        return "EACCES";
    case EFAULT:
        return "EFAULT";
    case EBUSY:
        return "EBUSY";
    case ENODEV:
        return "ENODEV";
    case EINVAL:
        return "EINVAL";
    case EMFILE:
        return "EMFILE";
    case ENOTREADY:
        return "ENOTREADY";
    case EWRPROTECT:
        return "EWRPROTECT";
    case EFORMAT:
        return "EFORMAT";
    case ESTALE:
        return "ESTALE";
    case EINPROGRESS:
        return "EINPROGRESS";
    case ETIMEDOUT:
        return "ETIMEDOUT";
    case EMEDIA:
        return "EMEDIA";
    default:
        return strerror(error);
    }
}

static long told(const char* what, long result) {
    printf("%s: %s\n", what, result < 0 ? why(errno) : "ok");
    fflush(stdout);
    return result;
}

static int must_open(long extension) {
    int fd = openx(device, O_RDONLY, 0, extension);
    if (fd < 0) {
        printf("open: %s\n", why(errno));
        exit(1);
    }
    return fd;
}

static void print_sum(const char* what, const unsigned char* bytes, size_t length) {
    unsigned long sum = 5381;
    size_t i;
    for (i = 0; i < length; i++)
        sum = (sum * 33 + bytes[i]) & 0xffffffffUL;
    printf("%s: %lu bytes %08lx\n", what, (unsigned long)length, sum);
}

/* Copies the whole disc to standard output: what dd does on AIX. */
static int job_copy(void) {
    static char buffer[0x40000];
    int fd = open(device, O_RDONLY);
    ssize_t count;
    if (fd < 0) {
        fprintf(stderr, "open: %s\n", why(errno));
        return 1;
    }
    while ((count = read(fd, buffer, sizeof buffer)) > 0)
        fwrite(buffer, 1, (size_t)count, stdout);
    if (count < 0)
        fprintf(stderr, "read: %s\n", why(errno));
    close(fd);
    return count < 0;
}

static int job_info(void) {
    struct devinfo info;
    int fd = must_open(0);
    if (told("IOCINFO", ioctl(fd, IOCINFO, &info)) == 0)
        printf("device %c, %d blocks of %u\n", info.devtype, info.un.sccd.numblks,
               info.un.sccd.blksize);
    told("IOCINFO nowhere", ioctl(fd, IOCINFO, NULL));
    told("DKIOCMD", ioctl(fd, DKIOCMD, &info));
    return close(fd);
}

/* Plays the first seconds of a track, as a CD player does. */
static int job_play(int track) {
    struct cd_audio_cmd cmd, start;
    int fd = must_open(IDE_SINGLE);
    char block[DEVICE_SIZE];

    memset(&cmd, 0, sizeof cmd);
    cmd.audio_cmds = CD_TRK_INFO_AUDIO;
    if (told("tracks", ioctl(fd, IDE_CDAUDIO, &cmd)) == 0)
        printf("tracks %d to %d\n", cmd.indexing.track_index.first_track,
               cmd.indexing.track_index.last_track);
    memset(&start, 0, sizeof start);
    start.audio_cmds = CD_GET_TRK_MSF;
    start.indexing.track_msf.track = (unsigned char)track;
    told("address", ioctl(fd, IDE_CDAUDIO, &start));
    printf("track %d at %02d:%02d:%02d\n", track, start.indexing.track_msf.mins,
           start.indexing.track_msf.secs, start.indexing.track_msf.frames);

    memset(&cmd, 0, sizeof cmd);
    cmd.audio_cmds = CD_PLAY_AUDIO | CD_SET_VOLUME;
    cmd.msf_flag = 1;
    cmd.indexing.msf.first_mins = start.indexing.track_msf.mins;
    cmd.indexing.msf.first_secs = start.indexing.track_msf.secs;
    cmd.indexing.msf.first_frames = start.indexing.track_msf.frames;
    cmd.indexing.msf.last_mins = start.indexing.track_msf.mins;
    cmd.indexing.msf.last_secs = (unsigned char)(start.indexing.track_msf.secs + 3);
    cmd.indexing.msf.last_frames = start.indexing.track_msf.frames;
    cmd.volume_type = CD_VOLUME_ALL;
    cmd.all_channel_vol = 255;
    told("play", ioctl(fd, IDE_CDAUDIO, &cmd));
    told("read", read(fd, block, sizeof block));

    memset(&cmd, 0, sizeof cmd);
    cmd.audio_cmds = CD_PAUSE_AUDIO;
    told("pause", ioctl(fd, IDE_CDAUDIO, &cmd));
    cmd.audio_cmds = CD_INFO_AUDIO;
    told("information", ioctl(fd, IDE_CDAUDIO, &cmd));
    printf("%s, track %d\n", cmd.status == CD_PAUSE_AUDIO ? "paused" : "not paused",
           cmd.indexing.info_audio.current_track);
    cmd.audio_cmds = CD_RESUME_AUDIO;
    told("resume", ioctl(fd, IDE_CDAUDIO, &cmd));
    cmd.audio_cmds = CD_STOP_AUDIO;
    told("stop", ioctl(fd, IDE_CDAUDIO, &cmd));
    return close(fd);
}

/* Rips: the first blocks of an audio track, in CD-DA mode. */
static int job_rip(long block) {
    static unsigned char samples[10 * 2352];
    struct mode_form_op mode;
    int fd = must_open(IDE_SINGLE);
    mode.action = CD_CHG_MODE;
    mode.cd_mode_form = CD_DA;
    told("CD-DA", ioctl(fd, IDE_CDMODE, &mode));
    mode.action = CD_GET_MODE;
    mode.cd_mode_form = 0;
    told("mode", ioctl(fd, IDE_CDMODE, &mode));
    printf("mode %d\n", mode.cd_mode_form);
    told("2048 bytes", read(fd, samples, 2048));
    told("seek", lseek(fd, block * 2352, SEEK_SET));
    if (told("samples", read(fd, samples, sizeof samples)) > 0)
        print_sum("samples", samples, sizeof samples);
    return close(fd);
}

/* Any packet: here INQUIRY, and one that no drive knows. */
static int job_packets(void) {
    unsigned char reply[96], sense[32];
    struct ide_atapi_passthru pass;
    int fd = must_open(0);
    memset(&pass, 0, sizeof pass);
    pass.flags = ATA_LBA_MODE | IDE_PASSTHRU_READ;
    pass.buffsize = sizeof reply;
    pass.timeout_value = 10;
    pass.data_ptr = reply;
    pass.atapi_cmd.length = 12;
    pass.atapi_cmd.packet.op_code = 0x12;
    pass.atapi_cmd.packet.bytes[3] = sizeof reply;
    if (told("INQUIRY", ioctl(fd, IDEPASSTHRU, &pass)) == 0)
        printf("status %02x, drive %.8s\n", pass.ata_status, reply + 8);
    memset(&pass, 0, sizeof pass);
    pass.timeout_value = 10;
    pass.atapi_cmd.length = 12;
    pass.atapi_cmd.packet.op_code = 0xfd;
    pass.rsv0 = IDE_PASSTHRU_VERSION01;
    pass.sense_data_length = sizeof sense;
    pass.sense_data = sense;
    told("unknown", ioctl(fd, IDEPASSTHRU, &pass));
    printf("status %02x error %02x sense %x/%02x/%02x\n", pass.ata_status, pass.ata_error,
           sense[2] & 15, sense[12], sense[13]);
    return close(fd);
}

/* Reads blocks one by one with sense data, to find the bad one. */
static int job_scan(unsigned blocks) {
    char data[DEVICE_SIZE];
    unsigned char sense[64];
    unsigned block;
    int fd = must_open(0);
    for (block = 0; block < blocks; block++) {
        struct sc_rdwrt request;
        memset(&request, 0, sizeof request);
        request.logical_blk_addr = block;
        request.data_length = sizeof data;
        request.buffer = data;
        request.req_sense_length = sizeof sense;
        request.request_sense_ptr = (char*)sense;
        request.timeout_value = 10;
        if (ioctl(fd, IDE_CDIORDSE, &request) == 0)
            continue;
        printf("block %u: %s", block, why(errno));
        if (request.status_validity & ATA_ERROR)
            printf(" sense %x/%02x/%02x", sense[2] & 15, sense[12], sense[13]);
        printf("\n");
    }
    return close(fd);
}

/* Who may open what, and what bad addresses give. */
static int job_rules(void) {
    char block[DEVICE_SIZE];
    const char* volatile nowhere = (const char*)16;
    int first = must_open(0), second;
    told("second", second = openx(device, O_RDONLY, 0, 0));
    told("exclusive", openx(device, O_RDONLY, 0, IDE_SINGLE));
    told("writing", open(device, O_RDWR));
    told("odd length", read(first, block, 100));
    told("seek", lseek(first, 100, SEEK_SET));
    told("odd place", read(first, block, sizeof block));
    told("seek", lseek(first, 0, SEEK_SET));
    told("bad buffer", read(first, (void*)nowhere, sizeof block));
    told("eject", ioctl(first, IDE_CDEJECT, NULL));
    told("undefined", open("/dev/cd7", O_RDONLY));
    told("bad path", openx((const char*)nowhere, O_RDONLY, 0, 0));
    close(second);
    close(first);
    first = must_open(IDE_SINGLE);
    told("while exclusive", open(device, O_RDONLY));
    return close(first);
}

/* The disc is taken out and put back while the file is open: what a changer or an operator does. */
static int job_exchange(void) {
    char block[DEVICE_SIZE];
    struct ide_atapi_passthru pass;
    int fd = must_open(0);
    told("read", read(fd, block, sizeof block));
    told("allow", ioctl(fd, IDE_CDAMR, NULL));
    told("eject", ioctl(fd, IDE_CDEJECT, NULL));
    told("read", read(fd, block, sizeof block));
    memset(&pass, 0, sizeof pass);
    pass.timeout_value = 60;
    pass.atapi_cmd.length = 12;
    pass.atapi_cmd.packet.op_code = 0x1b;
    pass.atapi_cmd.packet.bytes[3] = 3;
    told("load", ioctl(fd, IDEPASSTHRU, &pass));
    told("read", read(fd, block, sizeof block));
    close(fd);
    fd = must_open(0);
    told("read", read(fd, block, sizeof block));
    return close(fd);
}

int main(int argc, char** argv) {
    const char* job = argc > 1 ? argv[1] : "";
    const int number = argc > 2 ? atoi(argv[2]) : 0;
    if (argc > 3)
        device = argv[3];
    if (strcmp(job, "copy") == 0)
        return job_copy();
    if (strcmp(job, "info") == 0)
        return job_info();
    if (strcmp(job, "play") == 0)
        return job_play(number);
    if (strcmp(job, "rip") == 0)
        return job_rip(number);
    if (strcmp(job, "packets") == 0)
        return job_packets();
    if (strcmp(job, "scan") == 0)
        return job_scan((unsigned)number);
    if (strcmp(job, "rules") == 0)
        return job_rules();
    if (strcmp(job, "exchange") == 0)
        return job_exchange();
    fprintf(stderr, "usage: %s copy|info|play|rip|packets|scan|rules|exchange [NUMBER [DEVICE]]\n",
            argv[0]);
    return 2;
}
