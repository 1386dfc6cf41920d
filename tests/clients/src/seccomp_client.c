// SPDX-License-Identifier: Apache-2.0
// A foreign program that no $LD_PRELOAD reaches, for it is linked statically: does one thing with
// the drive and writes what it saw to standard output, one value a line.
//
//     seccomp_client WHAT [NUMBER]
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <scsi/sg.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "drive_calls.h"

static long number = 1;
static const char* program;

static void say(const char* name, long long value) {
    printf("%s %lld\n", name, value);
    fflush(stdout);
}

// A result as the kernel gives it.
static long long result_of(long long returned) {
    return returned < 0 ? -errno : returned;
}

static int open_drive(void) {
    const char* const path = getenv("BURNRIG_DEVICE");
    const int file = open(path != NULL ? path : "/dev/sr0", O_RDWR | O_NONBLOCK);
    if (file < 0) {
        perror("the drive");
        exit(2);
    }
    return file;
}

static void do_inquiry(void) {
    static const unsigned char cdb[6] = {0x12, 0, 0, 0, 36, 0};
    unsigned char reply[37] = {0};
    const int file = open_drive();
    say("status", send_command(file, cdb, 6, SG_DXFER_FROM_DEV, reply, 36));
    printf("vendor %.8s\n", (char*)reply + 8);
}

static double seconds_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

// How long NUMBER commands take, in nanoseconds each: without data, and with 64 KiB.
static void do_bench(void) {
    static unsigned char data[65536];
    static const unsigned char cdb[10] = {0x2A, 0, 0, 0, 0, 0, 0, 0, 32, 0};
    const int file = open_drive();
    test_unit_ready(file);
    double start = seconds_now();
    for (long i = 0; i < number; ++i)
        test_unit_ready(file);
    say("test_unit_ready", (long long)((seconds_now() - start) * 1e9 / (double)number));
    start = seconds_now();
    for (long i = 0; i < number; ++i)
        send_command(file, cdb, 10, SG_DXFER_TO_DEV, data, sizeof data);
    say("write_64k", (long long)((seconds_now() - start) * 1e9 / (double)number));
    const int null = open("/dev/null", O_WRONLY);
    start = seconds_now();
    for (long i = 0; i < number; ++i)
        if (write(null, data, 1) != 1)
            exit(3);
    say("write_elsewhere", (long long)((seconds_now() - start) * 1e9 / (double)number));
}

static void print_status(const char* name, int result, const struct stat* status) {
    printf("%s %d %o %u:%u %lld\n", name, result, status->st_mode & S_IFMT, major(status->st_rdev),
           minor(status->st_rdev), (long long)status->st_size);
}

static void print_link(const char* path) {
    char target[100] = {0};
    const long length = readlink(path, target, sizeof target - 1);
    printf("readlink %s\n", length < 0 ? strerror(errno) : target);
}

// The nodes by every way of naming them. The working directory is /dev.
static void do_names(void) {
    struct stat status;
    print_status("stat", stat("/dev/sr0", &status), &status);
    print_status("lstat", lstat("/dev/sg0", &status), &status);
    print_status("alias", stat("/dev/scd0", &status), &status);
    print_status("untidy", stat("/dev//./sr0", &status), &status);
    if (chdir("/dev") != 0)
        exit(3);
    print_status("relative", stat("sr0", &status), &status);
    const int folder = open("/dev", O_RDONLY | O_DIRECTORY);
    print_status("at", fstatat(folder, "sr0", &status, 0), &status);
    struct statx extended;
    say("statx", statx(folder, "sr0", 0, STATX_BASIC_STATS, &extended));
    say("statx rdev", extended.stx_rdev_major * 1000LL + extended.stx_rdev_minor);
    const int file = open_drive();
    print_status("fstat", fstat(file, &status), &status);
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    print_link(name);
    print_link("/dev/sr0");
    print_status("by descriptor", stat(name, &status), &status);
    const int again = open(name, O_RDONLY | O_NONBLOCK);
    say("opened by descriptor", again >= 0 ? test_unit_ready(again) : -errno);
    say("access", result_of(access("/dev/sr0", R_OK | W_OK)));
    say("access to run", result_of(access("/dev/sr0", X_OK)));
    say("missing", result_of(access("/dev/sr1", F_OK)));
    char* const real = realpath("/dev/sr0", NULL);
    printf("realpath %s\n", real != NULL ? real : strerror(errno));
}

static void do_list(void) {
    int counts[3] = {0};
    int others = 0;
    DIR* const folder = opendir("/dev");
    for (struct dirent* entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        const int which = strcmp(entry->d_name, "sr0") == 0    ? 0
                          : strcmp(entry->d_name, "sg0") == 0  ? 1
                          : strcmp(entry->d_name, "null") == 0 ? 2
                                                               : 3;
        if (which < 3)
            ++counts[which];
        else
            ++others;
    }
    say("sr0", counts[0]);
    say("sg0", counts[1]);
    say("null", counts[2]);
    say("others", others > 0);
}

// Reading, seeking; block N of the drive is full of the byte N.
static void do_read(void) {
    static unsigned char data[3 * 2048];
    const int file = open("/dev/sr0", O_RDONLY | O_NONBLOCK);
    say("end", result_of(lseek(file, 0, SEEK_END)));
    say("at end", result_of(read(file, data, 10)));
    say("behind end", result_of(lseek(file, 1, SEEK_END)));
    say("hole", result_of(lseek(file, 2048, SEEK_HOLE)));
    say("seek", result_of(lseek(file, 5 * 2048 - 1, SEEK_SET)));
    say("read", result_of(read(file, data, 2050)));
    say("bytes", data[0] * 1000000 + data[1] * 1000 + data[2049]);
    say("position", result_of(lseek(file, 0, SEEK_CUR)));
    say("pread", result_of(pread(file, data, 100, 7 * 2048)));
    say("byte", data[99]);
    struct iovec pieces[2] = {{data, 2048}, {data + 2048, 4096}};
    say("seek", result_of(lseek(file, 9 * 2048, SEEK_SET)));
    say("readv", result_of(readv(file, pieces, 2)));
    say("bytes", data[2047] * 1000000 + data[2048] * 1000 + data[3 * 2048 - 1]);
    say("copy", dup(file) >= 0 ? result_of(lseek(file + 1, 0, SEEK_CUR)) : -1);
    say("write", result_of(write(file, data, 2048)));
    say("mmap", mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0) == MAP_FAILED ? errno : 0);
    say("sendfile", result_of(sendfile(STDOUT_FILENO, file, NULL, 2048)));
    say("pread before start", result_of(pread(file, data, 100, -1)));
}

// Addresses that are nobody's, at every place where an address is given.
static void do_pointers(void) {
    void* const nobody = (void*)0x1000;
    static const unsigned char cdb[6] = {0x12, 0, 0, 0, 36, 0};
    unsigned char data[36];
    const int file = open_drive();
    say("header", result_of(ioctl(file, SG_IO, nobody)));
    say("cdb", send_command(file, nobody, 6, SG_DXFER_NONE, NULL, 0));
    say("data in", send_command(file, cdb, 6, SG_DXFER_FROM_DEV, nobody, 36));
    say("data out", send_command(file, cdb, 6, SG_DXFER_TO_DEV, nobody, 36));
    say("huge", send_command(file, cdb, 6, SG_DXFER_FROM_DEV, data, 0xFFFFFFFF));
    say("read", result_of(read(file, nobody, 2048)));
    say("readv", result_of(readv(file, nobody, 2)));
    say("many pieces", result_of(readv(file, nobody, 5000)));
    say("open", result_of(open(nobody, O_RDONLY)));
    say("stat", result_of(stat("/dev/sr0", nobody)));
    say("fstat", result_of(fstat(file, nobody)));
    char* const last = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    strcpy(last + 4096 - sizeof "/dev/sr0", "/dev/sr0");
    say("at end of memory", access(last + 4096 - sizeof "/dev/sr0", F_OK));
    memset(last, 'x', 4096);
    say("endless path", result_of(access(last, F_OK)));
    munmap(last, 4096);
    say("drive lives", test_unit_ready(file));
}

static void do_exclusive(void) {
    const int first = open("/dev/sr0", O_RDWR | O_NONBLOCK | O_EXCL);
    say("first", first >= 0);
    say("second", result_of(open("/dev/sr0", O_RDWR | O_NONBLOCK | O_EXCL)));
    if (fork() == 0) {
        say("in child", result_of(open("/dev/sr0", O_RDWR | O_NONBLOCK | O_EXCL)));
        close(first);
        _exit(0);
    }
    wait(NULL);
    say("after child", result_of(open("/dev/sr0", O_RDWR | O_NONBLOCK | O_EXCL)));
    const int copy = dup(first);
    close(first);
    say("copy left", result_of(open("/dev/sr0", O_RDWR | O_NONBLOCK | O_EXCL)));
    close(copy);
    const int next = open("/dev/sr0", O_RDWR | O_NONBLOCK | O_EXCL);
    say("closed", next >= 0);
    if (fork() == 0) { // who is killed has closed
        close(next);
        const int held = open("/dev/sr0", O_RDWR | O_NONBLOCK | O_EXCL);
        raise(held >= 0 ? SIGKILL : SIGTERM);
    }
    close(next);
    int status = 0;
    wait(&status);
    const int last = open("/dev/sr0", O_RDWR | O_NONBLOCK | O_EXCL);
    say("killed", last >= 0 ? 1 : -errno);
}

static volatile long ticks;

static void tick(int signal_number) {
    ticks += signal_number > 0;
}

// NUMBER writes while a timer's signal comes every 300 us: each must reach the drive once.
static void do_signals(void) {
    struct sigaction action = {.sa_handler = tick, .sa_flags = SA_RESTART};
    sigaction(SIGALRM, &action, NULL);
    const struct itimerval interval = {{0, 300}, {0, 300}};
    const int file = open_drive();
    setitimer(ITIMER_REAL, &interval, NULL);
    int failed = 0;
    for (long i = 0; i < number; ++i)
        failed += write_block(file, (unsigned)i) != 0;
    say("failed", failed);
    say("signals", ticks > 0);
}

static void* writing_thread(void* file) {
    for (int i = 0; i < 50; ++i)
        if (write_block(*(int*)file, (unsigned)i) != 0)
            exit(4);
    return NULL;
}

// Four processes of two threads each on one open file.
static void do_crowd(void) {
    int file = open_drive();
    for (int i = 0; i < 4; ++i)
        if (fork() == 0) {
            pthread_t threads[2];
            for (int j = 0; j < 2; ++j)
                pthread_create(&threads[j], NULL, writing_thread, &file);
            for (int j = 0; j < 2; ++j)
                pthread_join(threads[j], NULL);
            _exit(0);
        }
    int bad = 0;
    for (int i = 0, status = 0; i < 4; ++i)
        bad += wait(&status) < 0 || status != 0;
    say("bad", bad);
}

static volatile int command_over;

static void* one_write(void* file) {
    write_block(*(int*)file, 0);
    command_over = 1;
    return NULL;
}

// What another thread can do while a command takes its time.
static void do_meanwhile(void) {
    int file = open_drive();
    int ends[2];
    char byte = 'x';
    struct stat status;
    pthread_t thread;
    if (pipe(ends) != 0)
        exit(3);
    pthread_create(&thread, NULL, one_write, &file);
    say("written", result_of(write(ends[1], &byte, 1)));
    say("read", result_of(read(ends[0], &byte, 1)));
    int opened = 0; // the command begins somewhere in between
    for (int i = 0; i < 1000; ++i) {
        const int other = open("/dev/null", O_RDONLY);
        opened += other >= 0 && close(other) == 0;
    }
    say("opened", opened);
    say("stat", stat("/dev/sr0", &status));
    say("over", command_over);
    say("command", test_unit_ready(file));
    pthread_join(thread, NULL);
    say("over", command_over);
}

// The drive as standard input of another program image; and through a socket.
static void do_handed_on(void) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        exit(3);
    const int file = open_drive();
    if (fork() == 0) {
        dup2(file, STDIN_FILENO);
        execl(program, program, "on_stdin", (char*)NULL);
        _exit(5);
    }
    int status = 0;
    wait(&status);
    say("exec", WEXITSTATUS(status));
    char byte = 0;
    struct iovec data = {&byte, 1};
    union {
        char room[CMSG_SPACE(sizeof(int))];
        struct cmsghdr aligned;
    } control = {{0}};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = control.room,
                             .msg_controllen = sizeof control.room};
    struct cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof file);
    memcpy(CMSG_DATA(header), &file, sizeof file);
    if (sendmsg(ends[0], &message, 0) != 1 || recvmsg(ends[1], &message, 0) != 1)
        exit(3);
    int received = -1;
    memcpy(&received, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof received);
    close(file);
    say("received is another", received != file);
    say("by socket", test_unit_ready(received));
}

static void do_on_stdin(void) {
    exit(test_unit_ready(STDIN_FILENO) == 0 ? 42 : 1);
}

// Writes for ever; the drive has it killed in the middle of one.
static void do_victim(void) {
    const int file = open_drive();
    for (unsigned i = 0;; ++i)
        write_block(file, i);
}

// Writes until the drive goes, then says how it is gone.
static void do_until_pulled(void) {
    const int file = open_drive();
    char byte;
    struct stat status;
    int result = 0;
    for (unsigned i = 0; i < 100000 && result == 0; ++i)
        result = write_block(file, i);
    say("write", result);
    say("read", result_of(read(file, &byte, 1)));
    say("stat", result_of(stat("/dev/sr0", &status)));
    say("open", result_of(open("/dev/sr0", O_RDONLY | O_NONBLOCK)));
}

// Leaves a process behind that holds the drive and asks nothing of it, until the pipe on its
// standard input ends; then it opens a file.
static void do_leave(void) {
    const int file = open_drive();
    if (fork() != 0)
        exit(0);
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    say("drive", test_unit_ready(file));
    say("other file", open("/dev/null", O_RDONLY) >= 0);
}

int main(int count, char** argument) {
    static const struct {
        const char* name;
        void (*deed)(void);
    } deeds[] = {
        {"inquiry", do_inquiry}, {"bench", do_bench},         {"names", do_names},
        {"list", do_list},       {"read", do_read},           {"pointers", do_pointers},
        {"signals", do_signals}, {"exclusive", do_exclusive}, {"crowd", do_crowd},
        {"victim", do_victim},   {"handed_on", do_handed_on}, {"on_stdin", do_on_stdin},
        {"leave", do_leave},     {"meanwhile", do_meanwhile}, {"until_pulled", do_until_pulled},
    };
    program = argument[0];
    if (count > 2)
        number = atol(argument[2]);
    for (size_t i = 0; count > 1 && i < sizeof deeds / sizeof *deeds; ++i)
        if (strcmp(deeds[i].name, argument[1]) == 0) {
            deeds[i].deed();
            return 0;
        }
    fprintf(stderr, "usage: seccomp_client WHAT [NUMBER]\n");
    return 64;
}
