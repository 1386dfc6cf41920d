// SPDX-License-Identifier: Apache-2.0
// syscall(): programs use it for calls that the C library has no function for (openat2), and C++'s
// library for waits with a limit (futex). Those that concern the drive or the time go to the
// functions that stand in for them; all others to the kernel.
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include "emulator/nodes/preload/shim/shim.h"
#include "emulator/nodes/preload/system_call.h"

#ifdef BURNRIG_OWN_SYSTEM_CALL
namespace burnrig::emulator::nodes::preload::shim {
namespace {

/// The arguments of a system call, as the types they have there.
struct Arguments {
    long words[6];

    int number(int index) const { return static_cast<int>(words[index]); }
    std::size_t length(int index) const { return static_cast<std::size_t>(words[index]); }
    template <class T>
    T* pointer(int index) const {
        return reinterpret_cast<T*>(words[index]);
    }
    const char* path(int index) const { return pointer<const char>(index); }
};

/// Each returns what the C library's function does: -1 and errno.
struct Route {
    long number;
    long (*call)(const Arguments& a);
};

using A = const Arguments&;

constexpr Route routes[] = {
#ifdef SYS_open
    {SYS_open,
     [](A a) -> long { return ::open(a.path(0), a.number(1), static_cast<mode_t>(a.words[2])); }},
    {SYS_stat, [](A a) -> long { return ::stat(a.path(0), a.pointer<struct stat>(1)); }},
    {SYS_lstat, [](A a) -> long { return ::lstat(a.path(0), a.pointer<struct stat>(1)); }},
    {SYS_access, [](A a) -> long { return ::access(a.path(0), a.number(1)); }},
    {SYS_readlink,
     [](A a) -> long { return ::readlink(a.path(0), a.pointer<char>(1), a.length(2)); }},
    {SYS_poll,
     [](A a) -> long {
         return ::poll(a.pointer<pollfd>(0), static_cast<nfds_t>(a.words[1]), a.number(2));
     }},
    {SYS_select,
     [](A a) -> long {
         return ::select(a.number(0), a.pointer<fd_set>(1), a.pointer<fd_set>(2),
                         a.pointer<fd_set>(3), a.pointer<timeval>(4));
     }},
    {SYS_epoll_wait,
     [](A a) -> long {
         return ::epoll_wait(a.number(0), a.pointer<epoll_event>(1), a.number(2), a.number(3));
     }},
    {SYS_time, [](A a) -> long { return ::time(a.pointer<time_t>(0)); }},
#endif
    {SYS_openat,
     [](A a) -> long {
         return ::openat(a.number(0), a.path(1), a.number(2), static_cast<mode_t>(a.words[3]));
     }},
    {SYS_openat2,
     [](A a) -> long {
         return to_errno(
             open_as_told(a.number(0), a.path(1), a.pointer<const open_how>(2), a.length(3)));
     }},
    {SYS_newfstatat,
     [](A a) -> long {
         return ::fstatat(a.number(0), a.path(1), a.pointer<struct stat>(2), a.number(3));
     }},
    {SYS_fstat, [](A a) -> long { return ::fstat(a.number(0), a.pointer<struct stat>(1)); }},
    {SYS_statx,
     [](A a) -> long {
         return ::statx(a.number(0), a.path(1), a.number(2), static_cast<unsigned>(a.words[3]),
                        a.pointer<struct statx>(4));
     }},
    {SYS_faccessat,
     [](A a) -> long { return ::faccessat(a.number(0), a.path(1), a.number(2), 0); }},
    {SYS_faccessat2,
     [](A a) -> long { return ::faccessat(a.number(0), a.path(1), a.number(2), a.number(3)); }},
    {SYS_readlinkat,
     [](A a) -> long {
         return ::readlinkat(a.number(0), a.path(1), a.pointer<char>(2), a.length(3));
     }},
    {SYS_ioctl,
     [](A a) -> long {
         return ::ioctl(a.number(0), static_cast<unsigned long>(a.words[1]), a.pointer<void>(2));
     }},
    {SYS_read, [](A a) -> long { return ::read(a.number(0), a.pointer<void>(1), a.length(2)); }},
    {SYS_pread64,
     [](A a) -> long { return ::pread(a.number(0), a.pointer<void>(1), a.length(2), a.words[3]); }},
    {SYS_readv,
     [](A a) -> long { return ::readv(a.number(0), a.pointer<const iovec>(1), a.number(2)); }},
    {SYS_write, [](A a) -> long { return ::write(a.number(0), a.pointer<void>(1), a.length(2)); }},
    {SYS_pwrite64,
     [](A a) -> long {
         return ::pwrite(a.number(0), a.pointer<void>(1), a.length(2), a.words[3]);
     }},
    {SYS_lseek, [](A a) -> long { return ::lseek(a.number(0), a.words[1], a.number(2)); }},
    {SYS_mmap,
     [](A a) -> long {
         return word(::mmap(a.pointer<void>(0), a.length(1), a.number(2), a.number(3), a.number(4),
                            a.words[5]));
     }},
    {SYS_clock_gettime,
     [](A a) -> long {
         return ::clock_gettime(static_cast<clockid_t>(a.words[0]), a.pointer<timespec>(1));
     }},
    {SYS_gettimeofday,
     [](A a) -> long { return ::gettimeofday(a.pointer<timeval>(0), a.pointer<void>(1)); }},
    {SYS_nanosleep,
     [](A a) -> long { return ::nanosleep(a.pointer<const timespec>(0), a.pointer<timespec>(1)); }},
    {SYS_clock_nanosleep,
     [](A a) -> long {
         return to_errno(-::clock_nanosleep(static_cast<clockid_t>(a.words[0]), a.number(1),
                                            a.pointer<const timespec>(2), a.pointer<timespec>(3)));
     }},
    {SYS_futex,
     [](A a) -> long {
         return to_errno(wait_on_word(a.words[0], a.number(1), a.words[2],
                                      a.pointer<const timespec>(3), a.words[4], a.words[5]));
     }},
};

} // namespace

// Not variadic here: more arguments than a caller gave are whatever lies there, as in the C
// library's own, and the kernel does not look at them.
BURNRIG_HOOK(long, syscall, long number, long a, long b, long c, long d, long e, long f) {
    if (header() != nullptr)
        for (const Route& route : routes)
            if (route.number == number)
                return route.call({{a, b, c, d, e, f}});
    return to_errno(system_call(number, a, b, c, d, e, f));
}

} // namespace burnrig::emulator::nodes::preload::shim
#endif
