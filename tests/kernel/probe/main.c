// SPDX-License-Identifier: Apache-2.0
// The ioctl probe: issues every ioctl of an optical drive with valid, edge and invalid arguments
// and prints one row for each, to be compared with the rows of another node over the same drive
// and disc (compare_ioctls.py). Plain C, no dependency; link it statically for a bare machine:
//
//     cc -static -O1 -o ioctl_probe tests/kernel/probe/*.c
//     ioctl_probe [--uid N] [--open-tray] [--sg /dev/sg0] [--bsg /dev/bsg/2:0:0:0] /dev/sr0
//
// --open-tray ejects first, so that everything is asked of an open tray; --uid gives up root's
// rights first. The node and its disc are the caller's; nothing is written to the disc. At the end
// the tray is closed and unlocked, and the drive's options are as after power-on.
#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/cdrom.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char* error_name(int error) {
    const char* const name = error == 0 ? "-" : strerrorname_np(error);
    return name != NULL ? name : "?";
}

static const char* section_name = "";

void section(const char* name) {
    section_name = name;
}

void row_text(const char* name, long result, int error, const char* format, ...) {
    va_list arguments;
    printf("%s %s\t%ld\t%s\t", section_name, name, error != 0 ? -1L : result, error_name(error));
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    fflush(stdout);
}

void row(const char* name, long result, int error, const void* output, size_t length) {
    enum { shown_whole = 64, shown_start = 16 };
    const uint8_t* const bytes = output;
    char text[shown_whole * 2 + 32] = "-";
    uint64_t digest = 14695981039346656037ULL; // FNV-1a
    const size_t shown = length <= shown_whole ? length : shown_start;
    for (size_t i = 0; i < length; ++i)
        digest = (digest ^ bytes[i]) * 1099511628211ULL;
    for (size_t i = 0; i < shown; ++i)
        sprintf(text + 2 * i, "%02x", bytes[i]);
    if (shown < length)
        sprintf(text + 2 * shown, "...%016llx", (unsigned long long)digest);
    row_text(name, result, error, "%s", text);
}

void fill(void* buffer, size_t length) {
    memset(buffer, FILL, length);
}

long call(int file, unsigned long request, void* argument, int* error) {
    errno = 0;
    const long result = ioctl(file, request, argument);
    *error = result == -1 ? errno : 0;
    return result;
}

void value_row(int file, const char* name, unsigned long request, unsigned long value) {
    int error;
    const long result = call(file, request, (void*)value, &error);
    row(name, result, error, NULL, 0);
}

void buffer_row(int file, const char* name, unsigned long request, void* buffer, size_t length) {
    int error;
    const long result = call(file, request, buffer, &error);
    row(name, result, error, buffer, length);
}

void quiet_row(int file, const char* name, unsigned long request, void* buffer) {
    int error;
    const long result = call(file, request, buffer, &error);
    row(name, result, error, NULL, 0);
}

void pointer_rows(int file, const char* name, unsigned long request) {
    char title[128];
    snprintf(title, sizeof title, "%s NULL", name);
    value_row(file, title, request, 0);
    snprintf(title, sizeof title, "%s bad address", name);
    value_row(file, title, request, (unsigned long)BAD_ADDRESS);
}

static int open_node(const char* path, int flags) {
    const int file = open(path, flags);
    if (file < 0) {
        fprintf(stderr, "ioctl_probe: cannot open %s: %s\n", path, strerror(errno));
        exit(3);
    }
    return file;
}

static void eject(const char* path) {
    const int file = open_node(path, O_RDONLY | O_NONBLOCK);
    ioctl(file, CDROMEJECT, 0);
    close(file);
}

static void restore(const char* path) {
    const int file = open_node(path, O_RDONLY | O_NONBLOCK);
    ioctl(file, CDROM_LOCKDOOR, 0);
    ioctl(file, CDROM_CLEAR_OPTIONS, -1);
    ioctl(file, CDROM_SET_OPTIONS, CDO_AUTO_CLOSE);
    ioctl(file, CDROM_SET_OPTIONS, CDO_USE_FFLAGS);
    ioctl(file, CDROM_SET_OPTIONS, CDO_LOCK);
    ioctl(file, CDROMCLOSETRAY, 0);
    close(file);
}

static void give_up_rights(uid_t user) {
    if (setgroups(0, NULL) != 0 || setgid(user) != 0 || setuid(user) != 0) {
        fprintf(stderr, "ioctl_probe: cannot become user %u: %s\n", (unsigned)user,
                strerror(errno));
        exit(3);
    }
}

/// Everything that is asked through one open file of the block node.
static void probe_block_node(const char* path) {
    int file = open_node(path, O_RDONLY | O_NONBLOCK);
    probe_cdrom(file);
    probe_audio_and_sectors(file);
    probe_dvd(file);
    probe_packet(file);
    probe_scsi(file);
    probe_sg_io(file, sr_node);
    probe_filter(file, "O_RDONLY");
    probe_block(file);
    close(file);
    file = open_node(path, O_RDWR | O_NONBLOCK);
    probe_filter(file, "O_RDWR");
    close(file);
}

int main(int argc, char** argv) {
    const char* node = NULL;
    const char* generic = NULL;
    const char* bsg = NULL;
    int open_tray = 0;
    for (int i = 1; i < argc; ++i) {
        if (strcmp(argv[i], "--open-tray") == 0)
            open_tray = 1;
        else if (strcmp(argv[i], "--uid") == 0 && i + 1 < argc)
            give_up_rights((uid_t)atoi(argv[++i]));
        else if (strcmp(argv[i], "--sg") == 0 && i + 1 < argc)
            generic = argv[++i];
        else if (strcmp(argv[i], "--bsg") == 0 && i + 1 < argc)
            bsg = argv[++i];
        else
            node = argv[i];
    }
    if (node == NULL) {
        fprintf(stderr,
                "usage: ioctl_probe [--uid N] [--open-tray] [--sg NODE] [--bsg NODE] NODE\n");
        return 2;
    }
    if (open_tray)
        eject(node);
    section("sr");
    probe_block_node(node);
    if (generic != NULL)
        probe_generic(generic);
    if (bsg != NULL)
        probe_bsg(bsg);
    if (open_tray)
        eject(node);
    section("sr");
    probe_read_write(node);
    probe_options(node);
    probe_opens(node);
    probe_doors(node);
    restore(node);
    return 0;
}
