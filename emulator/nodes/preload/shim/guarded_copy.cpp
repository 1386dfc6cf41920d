// SPDX-License-Identifier: Apache-2.0
// Copies to and from addresses that the program gave, which may be wrong ones: a plain copy, and a
// handler that ends it where it faults. The kernel's own copy (process_vm_readv) takes each page by
// hand, which costs more than the bytes.
//
//     burnrig_guarded_copy    rep movsb    <- SIGSEGV here: go on behind it, with bytes left over
//
// SIGSEGV and SIGBUS stay the program's otherwise. What it wishes for them is kept here, told when
// it asks, and done when the fault is its own.
#include <atomic>
#include <cerrno>
#include <cstring>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

#include "emulator/nodes/preload/shim/shim.h"

#ifdef __x86_64__
extern "C" __attribute__((visibility("hidden"))) std::size_t
burnrig_guarded_copy(void* to, const void* from, std::size_t length);
extern "C" __attribute__((visibility("hidden"))) const char burnrig_guarded_move[];
asm(R"(
    .text
    .hidden burnrig_guarded_copy
    .globl burnrig_guarded_copy
    .type burnrig_guarded_copy, @function
burnrig_guarded_copy:
    mov %rdx, %rcx
    .hidden burnrig_guarded_move
    .globl burnrig_guarded_move
burnrig_guarded_move:
    rep movsb
    mov %rcx, %rax
    ret
    .size burnrig_guarded_copy, . - burnrig_guarded_copy
)");
#endif

namespace burnrig::emulator::nodes::preload::shim {
namespace {

constinit Next<int(int, const struct sigaction*, struct sigaction*)> next_sigaction{"sigaction"};

using Handler = void (*)(int);
constinit Next<Handler(int, Handler)> next_signal{"signal"};
constinit Next<Handler(int, Handler)> next_sysv_signal{"sysv_signal"};

/// What the program wants to happen at one of the two signals.
struct Wish {
    int number;
    struct sigaction action;
    std::atomic<bool> held; ///< by who reads or changes it
};
constinit Wish wishes[] = {{SIGSEGV, {}, {}}, {SIGBUS, {}, {}}};

enum class Guard : std::uint8_t { none, being_set, set };
constinit std::atomic<Guard> guard{Guard::none};

/// One of the wishes for as long as it lives, with no signal in between: a handler wants it too.
class Held {
public:
    explicit Held(Wish& wish) : wish_(wish) {
        const std::uint64_t all = ~std::uint64_t{0};
        raw(SYS_rt_sigprocmask, SIG_SETMASK, word(&all), word(&mask_), sizeof all);
        while (wish_.held.exchange(true)) // a few instructions of another thread
            ;
    }
    ~Held() {
        wish_.held.store(false);
        raw(SYS_rt_sigprocmask, SIG_SETMASK, word(&mask_), 0, sizeof mask_);
    }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

private:
    Wish& wish_;
    std::uint64_t mask_ = 0;
};

Wish* wish_of(int number) {
    for (Wish& wish : wishes)
        if (wish.number == number && guard.load() == Guard::set)
            return &wish;
    return nullptr;
}

void set_default(int number) {
    struct sigaction action {};
    next_sigaction(number, &action, nullptr);
}

/// The fault was not ours.
void do_wish(int number, siginfo_t* info, void* context) {
    Wish& wish = number == SIGSEGV ? wishes[0] : wishes[1];
    struct sigaction wanted {};
    {
        const Held held(wish);
        wanted = wish.action;
        if ((wanted.sa_flags & SA_RESETHAND) != 0)
            wish.action.sa_handler = SIG_DFL;
    }
    const bool sent = info->si_code <= 0; // by kill() and the like
    if (wanted.sa_handler != SIG_DFL && wanted.sa_handler != SIG_IGN) {
        if ((wanted.sa_flags & SA_SIGINFO) != 0)
            wanted.sa_sigaction(number, info, context);
        else
            wanted.sa_handler(number);
    } else if (!sent) {
        set_default(number); // the access is repeated and ends the process
    } else if (wanted.sa_handler == SIG_DFL) {
        set_default(number);
        raw(SYS_tgkill, raw(SYS_getpid), raw(SYS_gettid), number);
    }
}

#ifdef __x86_64__

constexpr long move_length = 2; // of the instruction

void on_fault(int number, siginfo_t* info, void* context) {
    auto& next = static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP];
    if (next == reinterpret_cast<long>(burnrig_guarded_move))
        next += move_length;
    else
        do_wish(number, info, context);
}

/// Ours in the kernel, with the program's mask and flags, so that its handler runs as it expects.
void put_handler(const Wish& wish) {
    struct sigaction action = wish.action;
    const bool has_handler = action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN;
    if (!has_handler)
        action = {};
    action.sa_flags =
        has_handler ? (action.sa_flags & ~SA_RESETHAND) | SA_SIGINFO : SA_SIGINFO | SA_ONSTACK;
    action.sa_sigaction = on_fault;
    next_sigaction(wish.number, &action, nullptr);
}

/// When the first copy is made: most programs of a tree never see the drive.
bool guarded() {
    const Guard seen = guard.load(std::memory_order_acquire);
    Guard expected = Guard::none;
    if (seen != Guard::none || !guard.compare_exchange_strong(expected, Guard::being_set))
        return seen == Guard::set;
    for (Wish& wish : wishes) {
        next_sigaction(wish.number, nullptr, &wish.action);
        put_handler(wish);
    }
    guard.store(Guard::set, std::memory_order_release);
    return true;
}

bool plain_copy(void* to, const void* from, std::size_t length) {
    return burnrig_guarded_copy(to, from, length) == 0;
}

#else

void put_handler(const Wish&) {}
bool guarded() {
    return false;
}
bool plain_copy(void*, const void*, std::size_t) {
    return false;
}

#endif

/// By the kernel, which finds a bad address without a signal.
bool kernel_copy(long call, void* near, std::uint64_t far, std::size_t length) {
    iovec local{near, length};
    iovec remote{reinterpret_cast<void*>(far), length};
    return raw(call, raw(SYS_getpid), word(&local), 1, word(&remote), 1, 0) ==
           static_cast<long>(length);
}

/// sigaction() for the two signals, as the program sees them.
int change_wish(Wish& wish, const struct sigaction* action, struct sigaction* old) {
    struct sigaction wanted {};
    if (action != nullptr)
        wanted = *action;
    struct sigaction before {};
    {
        const Held held(wish);
        before = wish.action;
        if (action != nullptr) {
            wish.action = wanted;
            put_handler(wish);
        }
    }
    if (old != nullptr)
        *old = before;
    return 0;
}

Handler change_handler(Wish& wish, Handler handler, int flags, bool mask_itself) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = flags;
    if (mask_itself)
        sigaddset(&action.sa_mask, wish.number);
    struct sigaction old {};
    change_wish(wish, &action, &old);
    return old.sa_handler;
}

} // namespace

bool copy_from_program(void* to, std::uint64_t from, std::size_t length) {
    if (length == 0)
        return true;
    return guarded() ? plain_copy(to, reinterpret_cast<const void*>(from), length)
                     : kernel_copy(SYS_process_vm_readv, to, from, length);
}

bool copy_to_program(std::uint64_t to, const void* from, std::size_t length) {
    if (length == 0)
        return true;
    return guarded() ? plain_copy(reinterpret_cast<void*>(to), from, length)
                     : kernel_copy(SYS_process_vm_writev, const_cast<void*>(from), to, length);
}

BURNRIG_HOOK(int, sigaction, int number, const struct sigaction* action, struct sigaction* old) {
    Wish* const wish = wish_of(number);
    return wish != nullptr ? change_wish(*wish, action, old) : next_sigaction(number, action, old);
}

BURNRIG_HOOK(Handler, signal, int number, Handler handler) {
    Wish* const wish = wish_of(number);
    return wish != nullptr ? change_handler(*wish, handler, SA_RESTART, true)
                           : next_signal(number, handler);
}
BURNRIG_HOOK_ALIAS(bsd_signal, signal);
BURNRIG_HOOK_ALIAS(ssignal, signal);

BURNRIG_HOOK(Handler, sysv_signal, int number, Handler handler) {
    Wish* const wish = wish_of(number);
    return wish != nullptr ? change_handler(*wish, handler, SA_RESETHAND | SA_NODEFER, false)
                           : next_sysv_signal(number, handler);
}
BURNRIG_HOOK_ALIAS(__sysv_signal, sysv_signal);

} // namespace burnrig::emulator::nodes::preload::shim
