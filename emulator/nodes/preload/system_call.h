// SPDX-License-Identifier: Apache-2.0
// A system call that goes straight to the kernel: not through the C library's syscall(), which the
// shim stands in for, and without errno.
#pragma once

#include <cerrno>
#include <sys/syscall.h>
#include <unistd.h>

namespace burnrig::emulator::nodes::preload {

#if defined(__x86_64__)
#define BURNRIG_OWN_SYSTEM_CALL 1
/// Returns a negative errno for failure.
inline long system_call(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0,
                        long f = 0) {
    register long fourth __asm__("r10") = d;
    register long fifth __asm__("r8") = e;
    register long sixth __asm__("r9") = f;
    long result = number;
    __asm__ volatile("syscall"
                     : "+a"(result)
                     : "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth), "r"(sixth)
                     : "rcx", "r11", "memory");
    return result;
}
#elif defined(__aarch64__)
#define BURNRIG_OWN_SYSTEM_CALL 1
/// Returns a negative errno for failure.
inline long system_call(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0,
                        long f = 0) {
    register long which __asm__("x8") = number;
    register long result __asm__("x0") = a;
    register long second __asm__("x1") = b;
    register long third __asm__("x2") = c;
    register long fourth __asm__("x3") = d;
    register long fifth __asm__("x4") = e;
    register long sixth __asm__("x5") = f;
    __asm__ volatile("svc 0"
                     : "+r"(result)
                     : "r"(which), "r"(second), "r"(third), "r"(fourth), "r"(fifth), "r"(sixth)
                     : "memory");
    return result;
}
#else
/// Returns a negative errno for failure. Here syscall() is not stood in for.
inline long system_call(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0,
                        long f = 0) {
    const int saved = errno;
    const long result = ::syscall(number, a, b, c, d, e, f);
    const long answer = result == -1 ? -errno : result;
    errno = saved;
    return answer;
}
#endif

} // namespace burnrig::emulator::nodes::preload
