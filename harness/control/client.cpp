// SPDX-License-Identifier: Apache-2.0
#include "harness/control/client.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/nodes/file_descriptor.h"
#include "harness/control/socket_address.h"

namespace burnrig::harness::control {
namespace {

using emulator::nodes::FileDescriptor;

Reply no_answer(mmc::Error error) {
    return {false, tl::unexpected(std::move(error))};
}

// The kernel keeps the time: under `burnrig run` the clocks of this process may be the drive's.
timeval in_seconds(std::chrono::milliseconds time) {
    return {time.count() / 1000, time.count() % 1000 * 1000};
}

// Somebody else's socket, or a link that somebody can turn elsewhere, is not asked.
mmc::Result<void> check_file(const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0)
        return mmc::fail("no rig listens at {}: {} (start one with burnrig run --socket {})", path,
                         std::strerror(errno), path);
    if (S_ISLNK(status.st_mode))
        return mmc::fail("{} is a symbolic link: give the socket itself", path);
    if (!S_ISSOCK(status.st_mode))
        return mmc::fail("{} is no socket", path);
    if (status.st_uid != ::geteuid() && status.st_uid != 0 && ::geteuid() != 0)
        return mmc::fail("the socket {} is another user's", path);
    return {};
}

mmc::Result<FileDescriptor> connect_to(const std::string& path,
                                       std::chrono::milliseconds patience) {
    const auto address = socket_address(path);
    if (!address)
        return tl::unexpected(address.error());
    FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto limit = in_seconds(patience);
    if (!socket || ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0 ||
        ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) != 0)
        return mmc::fail("cannot make a socket: {}", std::strerror(errno));
    if (const auto checked = check_file(path); !checked)
        return tl::unexpected(checked.error());
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0)
        return mmc::fail("no rig listens at {}: {} (start one with burnrig run --socket {})", path,
                         std::strerror(errno), path);
    return socket;
}

mmc::Result<void> send_all(const FileDescriptor& socket, std::string_view text) {
    while (!text.empty()) {
        const auto count = ::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return mmc::fail("the rig does not take the request: {}", std::strerror(errno));
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

mmc::Result<std::string> receive_line(const FileDescriptor& socket) {
    std::string line;
    while (line.size() <= longest_reply) {
        std::array<char, 16384> room;
        const auto count = ::recv(socket.get(), room.data(), room.size(), 0);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return mmc::fail("the rig did not answer in time: a command may still run");
        if (count <= 0)
            return mmc::fail("the rig ended before it answered");
        line.append(room.data(), static_cast<std::size_t>(count));
        if (const auto end = line.find('\n'); end != std::string::npos) {
            line.resize(end);
            return line;
        }
    }
    return mmc::fail("the answer is longer than {} bytes", longest_reply);
}

} // namespace

Reply ask(const std::string& path, const Request& request, std::chrono::milliseconds patience) {
    const auto line = write_request(request);
    if (line.size() > longest_request)
        return no_answer({fmt::format("a request has at most {} bytes", longest_request)});
    const auto socket = connect_to(path, patience);
    if (!socket)
        return no_answer(socket.error());
    if (const auto sent = send_all(*socket, line); !sent)
        return no_answer(sent.error());
    const auto reply = receive_line(*socket);
    if (!reply)
        return no_answer(reply.error());
    return {true, read_reply(*reply)};
}

} // namespace burnrig::harness::control
