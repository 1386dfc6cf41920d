// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/seccomp/system_calls.h"

#include <algorithm>

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace burnrig::emulator::nodes::seccomp {

std::span<const SystemCalls::Row> SystemCalls::table() {
    using S = SystemCalls;
    static constexpr Row rows[] = {
        // The most frequent first: the filter looks at one row after the other.
        {SYS_ioctl, Waits::not_of_sockets, &S::ioctl},
        {SYS_read, Waits::always, &S::read},
        {SYS_write, Waits::always, &S::write},
        {SYS_pread64, Waits::always, &S::read_at},
        {SYS_pwrite64, Waits::always, &S::write_at},
        {SYS_lseek, Waits::always, &S::seek},
        {SYS_mmap, Waits::of_files, &S::map},
        {SYS_openat, Waits::always, &S::open_at},
        {SYS_newfstatat, Waits::always, &S::stat_at},
        {SYS_fstat, Waits::always, &S::stat_descriptor},
        {SYS_statx, Waits::always, &S::stat_extended},
        {SYS_openat2, Waits::always, &S::open_at2},
        {SYS_faccessat, Waits::always, &S::access_at},
        {SYS_faccessat2, Waits::always, &S::access_at},
        {SYS_readlinkat, Waits::always, &S::read_link_at},
        {SYS_getxattr, Waits::always, &S::extended_attribute},
        {SYS_lgetxattr, Waits::always, &S::extended_attribute},
        {SYS_getdents64, Waits::always, &S::list_directory},
        {SYS_readv, Waits::always, &S::read_pieces},
        {SYS_writev, Waits::always, &S::write_pieces},
        {SYS_preadv, Waits::always, &S::read_pieces_at},
        {SYS_pwritev, Waits::always, &S::write_pieces_at},
        {SYS_preadv2, Waits::always, &S::read_pieces_at},
        {SYS_pwritev2, Waits::always, &S::write_pieces_at},
        {SYS_copy_file_range, Waits::always, &S::copy_range},
        {SYS_splice, Waits::always, &S::copy_range},
        {SYS_sendfile, Waits::always, &S::send_file},
#ifdef SYS_open // the older machines' own
        {SYS_open, Waits::always, &S::open},
        {SYS_creat, Waits::always, &S::create},
        {SYS_stat, Waits::always, &S::stat},
        {SYS_lstat, Waits::always, &S::link_stat},
        {SYS_access, Waits::always, &S::access},
        {SYS_readlink, Waits::always, &S::read_link},
#endif
    };
    return rows;
}

std::vector<Watched> SystemCalls::watched() {
    std::vector<Watched> result;
    for (const Row& row : table())
        result.push_back({row.number, row.waits});
    return result;
}

SystemCalls::SystemCalls(Listener& listener, DeviceFiles& files, const NodePaths& paths,
                         std::size_t transfer_bytes_max)
    : listener_(listener), files_(files), paths_(paths),
      // room for the whole blocks around what a read of any bytes asks for
      payload_(transfer_bytes_max + 2 * LinuxDevice::block_bytes) {}

bool SystemCalls::serve(const Call& call, bool drive_busy) {
    const auto rows = table();
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [&](const Row& known) { return known.number == call.number; });
    const Answer answer = row != rows.end() ? (this->*row->handler)({call, drive_busy}) : Answer{};
    served_ += answer.kind == Answer::Kind::kernel ? 0 : 1;
    switch (answer.kind) {
    case Answer::Kind::later:
        return false;
    case Answer::Kind::kernel:
        listener_.go_on(call);
        break;
    case Answer::Kind::result:
        listener_.answer(call, answer.result);
        break;
    case Answer::Kind::file:
        listener_.give_file(call, answer.file.get(), answer.close_on_exec);
        break;
    }
    return true;
}

Caller rights_of(pid_t thread) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, thread};
    __user_cap_data_struct data[2] = {};
    if (::syscall(SYS_capget, &header, data) != 0)
        return {};
    const auto has = [&](unsigned capability) {
        return (data[0].effective & (1U << capability)) != 0;
    };
    return {has(CAP_SYS_RAWIO), has(CAP_SYS_ADMIN)};
}

} // namespace burnrig::emulator::nodes::seccomp
