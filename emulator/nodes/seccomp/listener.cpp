// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/seccomp/listener.h"

#include <cerrno>
#include <fcntl.h>
#include <iterator>
#include <sys/ioctl.h>

namespace burnrig::emulator::nodes::seccomp {
namespace {

// Linux 6.6: who answers and who is answered take turns on one processor. Newer than the headers.
constexpr unsigned long set_flags_request = SECCOMP_IOW(4, std::uint64_t);
constexpr std::uint64_t wake_on_this_processor = 1;

} // namespace

Listener::Listener(FileDescriptor file) : file_(std::move(file)) {
    ::ioctl(file_.get(), set_flags_request, wake_on_this_processor); // slower without
}

bool Listener::receive(Call& call) const {
    seccomp_notif notification{};
    if (::ioctl(file_.get(), SECCOMP_IOCTL_NOTIF_RECV, &notification) != 0)
        return false;
    call.id = notification.id;
    call.thread = static_cast<pid_t>(notification.pid);
    call.number = notification.data.nr;
    std::copy(std::begin(notification.data.args), std::end(notification.data.args),
              std::begin(call.arguments));
    return true;
}

bool Listener::valid(const Call& call) const {
    return ::ioctl(file_.get(), SECCOMP_IOCTL_NOTIF_ID_VALID, &call.id) == 0;
}

void Listener::go_on(const Call& call) const {
    seccomp_notif_resp response{};
    response.id = call.id;
    response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    ::ioctl(file_.get(), SECCOMP_IOCTL_NOTIF_SEND, &response);
}

void Listener::answer(const Call& call, long result) const {
    seccomp_notif_resp response{};
    response.id = call.id;
    response.val = result >= 0 ? result : 0;
    response.error = result >= 0 ? 0 : static_cast<std::int32_t>(result);
    ::ioctl(file_.get(), SECCOMP_IOCTL_NOTIF_SEND, &response);
}

bool Listener::give_file(const Call& call, int file, bool close_on_exec) const {
    seccomp_notif_addfd addition{};
    addition.id = call.id;
    addition.flags = SECCOMP_ADDFD_FLAG_SEND;
    addition.srcfd = static_cast<std::uint32_t>(file);
    addition.newfd_flags = close_on_exec ? O_CLOEXEC : 0;
    if (::ioctl(file_.get(), SECCOMP_IOCTL_NOTIF_ADDFD, &addition) >= 0)
        return true;
    answer(call, errno == EMFILE ? -EMFILE : -EIO);
    return false;
}

} // namespace burnrig::emulator::nodes::seccomp
