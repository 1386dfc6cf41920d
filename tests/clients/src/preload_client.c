// SPDX-License-Identifier: Apache-2.0
// A foreign program for the preload node's tests: does one thing with the drive or with time, and
// writes what it saw, one value a line, into a file.
//
//     preload_client WHAT RESULTS
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <scsi/sg.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "drive_calls.h"

static FILE* results;
static const char* program;

static long long now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void sleep_ms(long ms) {
    const struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

static void say(const char* name, long long value) {
    fprintf(results, "%s %lld\n", name, value);
    fflush(results);
}

static int open_drive(void) {
    return open("/dev/sr0", O_RDWR | O_NONBLOCK);
}

static void do_sleeps(void) {
    long long start = now_ns();
    sleep_ms(1500);
    say("nanosleep", now_ns() - start);
    start = now_ns();
    usleep(250000);
    say("usleep", now_ns() - start);
    start = now_ns();
    sleep(3600);
    say("sleep", now_ns() - start);
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    start = now_ns();
    until.tv_sec += 7;
    clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until, NULL);
    say("absolute", now_ns() - start);
    struct timeval before, after;
    gettimeofday(&before, NULL);
    const time_t second = time(NULL);
    sleep_ms(2000);
    gettimeofday(&after, NULL);
    say("gettimeofday",
        (after.tv_sec - before.tv_sec) * 1000000LL + after.tv_usec - before.tv_usec);
    say("time", time(NULL) - second);
}

static void do_waits(void) {
    int ends[2];
    if (pipe(ends) != 0)
        exit(3);
    long long start = now_ns();
    struct pollfd wanted = {ends[0], POLLIN, 0};
    say("poll", poll(&wanted, 1, 700));
    say("poll took", now_ns() - start);
    start = now_ns();
    struct timeval timeout = {5, 0};
    fd_set set;
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    say("select", select(ends[0] + 1, &set, NULL, NULL, &timeout));
    say("select took", now_ns() - start);
    say("select set", FD_ISSET(ends[0], &set) ? 1 : 0);
    start = now_ns();
    timeout = (struct timeval){2, 500000};
    select(0, NULL, NULL, NULL, &timeout);
    say("select without files", now_ns() - start);
    if (fork() == 0) { // a ready file ends the wait before its deadline
        sleep_ms(300);
        _exit(write(ends[1], "x", 1) == 1 ? 0 : 1);
    }
    start = now_ns();
    say("poll ready", poll(&wanted, 1, 10000));
    say("poll ready took", now_ns() - start);
    wait(NULL);
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 20;
    start = now_ns();
    pthread_mutex_lock(&mutex);
    say("cond", pthread_cond_timedwait(&condition, &mutex, &until));
    say("cond took", now_ns() - start);
    sem_t semaphore;
    sem_init(&semaphore, 0, 0);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 30;
    start = now_ns();
    say("sem", sem_timedwait(&semaphore, &until) == 0 ? 0 : errno);
    say("sem took", now_ns() - start);
}

static void* sleeping_thread(void* argument) {
    const long ms = *(long*)argument;
    sleep_ms(ms);
    return NULL;
}

// Both sleep at once: the longer one decides.
static void do_threads(void) {
    long first = 400, second = 900;
    pthread_t threads[2];
    const long long start = now_ns();
    pthread_create(&threads[0], NULL, sleeping_thread, &first);
    pthread_create(&threads[1], NULL, sleeping_thread, &second);
    pthread_join(threads[0], NULL);
    say("first", now_ns() - start);
    pthread_join(threads[1], NULL);
    say("second", now_ns() - start);
}

static volatile int thread_begun;

static void* beginning_thread(void* argument) {
    thread_begun = 1;
    return argument;
}

// As libburn does: looks, with short sleeps, whether its new thread has begun.
static void do_begin(void) {
    const long long start = now_ns();
    for (int i = 0; i < 20; ++i) {
        pthread_t thread;
        thread_begun = 0;
        pthread_create(&thread, NULL, beginning_thread, NULL);
        while (!thread_begun)
            usleep(2);
        pthread_join(thread, NULL);
    }
    say("begun after", now_ns() - start);
}

// As wodim's fifo: a process that makes data with pauses, and one that burns it.
static void do_fifo(void) {
    int ends[2];
    if (pipe(ends) != 0)
        exit(3);
    if (fork() == 0) {
        close(ends[0]);
        for (unsigned char i = 0; i < 50; ++i) {
            sleep_ms(i % 7);
            if (write(ends[1], &i, 1) != 1)
                _exit(1);
        }
        _exit(0);
    }
    close(ends[1]);
    const int drive = open_drive();
    unsigned char block = 0;
    while (read(ends[0], &block, 1) == 1)
        if (write_block(drive, block) != 0)
            exit(4);
    wait(NULL);
    say("end", now_ns() > 0);
}

static void* polling_thread(void* argument) {
    const int drive = *(int*)argument;
    for (int i = 0; i < 20; ++i) {
        test_unit_ready(drive);
        sleep_ms(50);
    }
    return NULL;
}

// Two threads on one drive, one of them polling as libburn's does.
static void do_two_threads_on_one_drive(void) {
    int drive = open_drive();
    pthread_t thread;
    pthread_create(&thread, NULL, polling_thread, &drive);
    for (unsigned i = 0; i < 60; ++i)
        write_block(drive, i);
    pthread_join(thread, NULL);
    say("end", 1);
}

// The file survives exec under its number and in /dev/fd.
static void do_exec(const char* path) {
    const int drive = open_drive();
    lseek(drive, 4096, SEEK_SET);
    char number[16];
    snprintf(number, sizeof number, "%d", drive);
    if (fork() == 0) {
        setenv("INHERITED", number, 1);
        execl(program, program, "after-exec", path, (char*)NULL);
        _exit(127);
    }
    int status = 0;
    wait(&status);
    say("child", WEXITSTATUS(status));
    say("position", lseek(drive, 0, SEEK_CUR)); // shared with the child
}

static void do_after_exec(void) {
    const int drive = atoi(getenv("INHERITED"));
    unsigned char byte = 0;
    say("ready", test_unit_ready(drive));
    say("read", read(drive, &byte, 1));
    say("byte", byte);
    char path[32];
    snprintf(path, sizeof path, "/dev/fd/%d", drive);
    const int again = open(path, O_RDONLY | O_NONBLOCK);
    say("again", again >= 0);
    say("own position", lseek(again, 0, SEEK_CUR));
}

static volatile sig_atomic_t alarms;
static void count_alarm(int number) {
    (void)number;
    ++alarms;
}

static void do_alarm(void) {
    struct sigaction action = {.sa_handler = count_alarm};
    sigaction(SIGALRM, &action, NULL);
    long long start = now_ns();
    alarm(5);
    const unsigned left = sleep(60);
    say("alarm after", now_ns() - start);
    say("left", left);
    const struct itimerval every = {{0, 100000}, {0, 100000}};
    setitimer(ITIMER_REAL, &every, NULL);
    start = now_ns();
    while (alarms < 11)
        pause();
    say("ten ticks", now_ns() - start);
}

static void do_spin(void) {
    const long long start = now_ns();
    while (now_ns() - start < 200000000)
        ;
    say("end", now_ns() - start >= 200000000);
}

static void say_stat(const char* name, const char* path) {
    struct stat status;
    if (stat(path, &status) != 0) {
        say(name, -errno);
        return;
    }
    fprintf(results, "%s %s %u:%u size %lld\n", name,
            S_ISBLK(status.st_mode) ? "block" : "character", major(status.st_rdev),
            minor(status.st_rdev), (long long)status.st_size);
}

static void do_files(void) {
    say_stat("sr0", "/dev/sr0");
    say_stat("scd0", "/dev//scd0");
    say_stat("sg0", "/dev/sg0");
    say("access", access("/dev/sr0", R_OK | W_OK));
    char path[4096];
    fprintf(results, "realpath %s\n", realpath("/dev/scd0", path));
    const int drive = open("/dev/sr0", O_RDONLY | O_NONBLOCK);
    struct stat status;
    fstat(drive, &status);
    say("fstat block", S_ISBLK(status.st_mode));
    say("end", lseek(drive, 0, SEEK_END));
    say("beyond", lseek(drive, 1LL << 40, SEEK_SET) < 0 ? errno : 0);
    unsigned char bytes[3000];
    void* volatile nowhere = (void*)16;
    say("pread", pread(drive, bytes, sizeof bytes, 2047));
    say("byte 2047", bytes[0]);
    say("byte 2048", bytes[1]);
    say("bad buffer", pread(drive, nowhere, 100, 0) < 0 ? errno : 0);
    say("mmap", mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, drive, 0) == MAP_FAILED ? errno : 0);
    say("write", write(drive, bytes, 1) < 0 ? errno : 0);
    say("unknown ioctl", ioctl(drive, 0x5399, 0) < 0 ? errno : 0);
    say("flags", (fcntl(drive, F_GETFL) & O_NONBLOCK) != 0);
    FILE* const stream = fopen("/dev/sr0", "rb");
    unsigned char first[4096] = {0};
    say("fread", stream == NULL ? -1 : (long long)fread(first, 1, sizeof first, stream));
    say("fread byte", first[2048]);
    say("fileno", stream != NULL && fileno(stream) >= 0);
}

static void do_exclusive(void) {
    const int first = open("/dev/sr0", O_RDWR | O_NONBLOCK | O_EXCL);
    say("second exclusive", open("/dev/sr0", O_RDWR | O_NONBLOCK | O_EXCL) < 0 ? errno : 0);
    say("plain", open("/dev/sr0", O_RDONLY | O_NONBLOCK) >= 0);
    const int copy = dup(first);
    close(first);
    say("while a copy lives", open("/dev/sr0", O_RDWR | O_NONBLOCK | O_EXCL) < 0 ? errno : 0);
    close(copy);
    say("after", open("/dev/sr0", O_RDWR | O_NONBLOCK | O_EXCL) >= 0);
    const int generic = open("/dev/sg0", O_RDWR | O_NONBLOCK | O_EXCL);
    say("generic", open("/dev/sg0", O_RDONLY | O_NONBLOCK) < 0 ? errno : 0);
    close(generic);
    say("generic after", open("/dev/sg0", O_RDONLY | O_NONBLOCK) >= 0);
}

static sigjmp_buf behind_fault;
static volatile sig_atomic_t faults;
static void* volatile fault_address;

static void note_fault(int number, siginfo_t* info, void* context) {
    (void)number, (void)context;
    ++faults;
    fault_address = info->si_addr;
    siglongjmp(behind_fault, 1);
}

static void count_fault(int number) {
    (void)number;
    ++faults;
}

// A WRITE with its data at an address.
static int write_from(int drive, const void* data) {
    const unsigned char cdb[10] = {0x2A, 0, 0, 0, 0, 0, 0, 0, 1, 0};
    return -send_command(drive, cdb, 10, SG_DXFER_TO_DEV, (void*)data, 2048);
}

// The signal that ends a child which uses the drive and then does something bad.
static int end_of_child(int drive, void (*bad)(void)) {
    const pid_t child = fork();
    if (child == 0) {
        write_from(drive, "");
        bad();
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void touch_nothing(void) {
    *(volatile int*)16 = 1;
}
static void send_itself_a_fault(void) {
    raise(SIGBUS);
}

// Bad addresses are the drive's to tell, and the signals of a fault the program's to use.
static void do_bad_addresses(void) {
    const int drive = open_drive();
    const void* const nowhere = (void*)16;
    FILE* const file = tmpfile();
    const void* const behind_end = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fileno(file), 0);
    const void* const barred = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    say("nowhere", write_from(drive, nowhere));
    say("behind the end", write_from(drive, behind_end));
    say("barred", write_from(drive, barred));
    say("no cdb", -send_command(drive, nowhere, 6, SG_DXFER_NONE, NULL, 0));
    say("no header", ioctl(drive, SG_IO, nowhere) < 0 ? errno : 0);
    struct sigaction action = {.sa_sigaction = note_fault, .sa_flags = SA_SIGINFO};
    struct sigaction old;
    sigaction(SIGSEGV, NULL, &old);
    say("untouched", old.sa_handler == SIG_DFL && (old.sa_flags & SA_SIGINFO) == 0);
    say("ends a process", end_of_child(drive, touch_nothing));
    say("ends it when sent", end_of_child(drive, send_itself_a_fault));
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGSEGV, NULL, &old);
    say("its own", old.sa_sigaction == note_fault && old.sa_flags == SA_SIGINFO);
    say("nowhere again", write_from(drive, nowhere));
    say("handler not called", faults == 0);
    if (sigsetjmp(behind_fault, 1) == 0)
        touch_nothing();
    say("handler called", faults == 1 && fault_address == nowhere);
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    say("nowhere, all blocked", write_from(drive, nowhere));
    sigemptyset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    say("signal was", signal(SIGBUS, count_fault) == SIG_DFL);
    say("behind the end again", write_from(drive, behind_end));
    say("still not called", faults == 1);
    raise(SIGBUS);
    say("signal is", signal(SIGBUS, SIG_IGN) == count_fault && faults == 2);
    raise(SIGBUS);
    action.sa_handler = count_fault;
    action.sa_flags = SA_RESETHAND;
    sigaction(SIGBUS, &action, NULL);
    raise(SIGBUS);
    sigaction(SIGBUS, NULL, &old);
    say("once only", faults == 3 && old.sa_handler == SIG_DFL);
}

// A child that holds the drive exclusively is killed while its command runs.
static void do_killed(void) {
    for (int i = 0; i < 12; ++i) { // more than there are slots
        const pid_t child = fork();
        if (child == 0) {
            const int drive = open("/dev/sr0", O_RDWR | O_NONBLOCK | O_EXCL);
            for (;;)
                write_block(drive, 1);
        }
        sleep_ms(95); // in the middle of a command of 10 ms
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
    const int drive = open("/dev/sr0", O_RDWR | O_NONBLOCK | O_EXCL);
    say("opens", drive >= 0);
    say("works", test_unit_ready(drive));
}

static void do_shell(void) {
    const long long start = now_ns();
    say("system", system("sleep 4"));
    say("system took", now_ns() - start);
    FILE* const stream = popen("sleep 6; echo done", "r");
    char text[16] = "";
    say("popen", fgets(text, sizeof text, stream) != NULL && strcmp(text, "done\n") == 0);
    pclose(stream);
    say("popen took", now_ns() - start);
}

// A hostile program: fills all that is shared with noise while another of its processes uses the
// drive. Nothing is expected of the answers; the rig must live.
static void do_scribble(void) {
    const char* const place = getenv("BURNRIG_PRELOAD_NODE");
    const int memory = open(place, O_RDWR);
    struct stat status;
    if (memory < 0 || fstat(memory, &status) != 0)
        exit(3);
    unsigned char* const shared =
        mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    const pid_t child = fork();
    if (child == 0) {
        const int drive = open_drive();
        for (unsigned i = 0; i < 200; ++i)
            write_block(drive, i);
        _exit(0);
    }
    unsigned noise = 12345;
    for (long i = 0; i < 400000; ++i) {
        noise = noise * 1664525 + 1013904223;
        shared[1280 + (noise >> 8) % 22000] = (unsigned char)(noise >> 24);
    }
    kill(child, SIGKILL);
}

int main(int count, char** arguments) {
    if (count != 3)
        return 2;
    program = arguments[0];
    results = fopen(arguments[2], "a");
    if (results == NULL)
        return 2;
    const char* const what = arguments[1];
    if (strcmp(what, "exec") == 0) {
        do_exec(arguments[2]);
        return 0;
    }
    const struct {
        const char* name;
        void (*action)(void);
    } actions[] = {{"sleeps", do_sleeps},
                   {"waits", do_waits},
                   {"threads", do_threads},
                   {"fifo", do_fifo},
                   {"polling", do_two_threads_on_one_drive},
                   {"after-exec", do_after_exec},
                   {"begin", do_begin},
                   {"alarm", do_alarm},
                   {"spin", do_spin},
                   {"files", do_files},
                   {"exclusive", do_exclusive},
                   {"bad-addresses", do_bad_addresses},
                   {"killed", do_killed},
                   {"shell", do_shell},
                   {"scribble", do_scribble}};
    for (unsigned i = 0; i < sizeof actions / sizeof *actions; ++i)
        if (strcmp(actions[i].name, what) == 0) {
            actions[i].action();
            return 7;
        }
    return 2;
}
