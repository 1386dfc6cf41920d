// SPDX-License-Identifier: Apache-2.0
#include "harness/control/server.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "harness/control/socket_address.h"

namespace burnrig::harness::control {
namespace {

// Of one client in one call of attend(), so that none keeps the drive from its work.
constexpr std::size_t most_bytes_at_once = 16 << 10;
constexpr int most_lines_at_once = 32;

// Device and number of a file, not followed.
std::pair<std::uint64_t, std::uint64_t> file_identity(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 ? std::pair{status.st_dev, status.st_ino}
                                               : std::pair<dev_t, ino_t>{};
}

// The mode of the file keeps others out; this also where they get hold of a descriptor.
bool may_ask(int socket) {
    ucred peer{};
    socklen_t length = sizeof peer;
    return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 &&
           (peer.uid == ::geteuid() || peer.uid == 0);
}

bool would_wait(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

// A socket file that nobody listens at is what a killed run leaves behind.
mmc::Error taken(const std::string& path, const sockaddr_un& address) {
    const FileDescriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const bool dead =
        probe &&
        ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
        errno == ECONNREFUSED;
    if (dead)
        return {fmt::format("the socket {0} is left from a run that is gone: remove it (rm {0})",
                            path)};
    return {fmt::format("{} exists already: another run uses it, or it is another file; give the "
                        "socket another path",
                        path)};
}

} // namespace

ControlServer::ControlServer(std::string path, FileDescriptor socket, FileDescriptor events,
                             Handler& handler)
    : path_(std::move(path)), socket_(std::move(socket)), events_(std::move(events)),
      handler_(handler) {}

// Takes away what was made here, and nothing that somebody has put in its place.
ControlServer::~ControlServer() {
    if (file_identity(path_) == identity_)
        ::unlink(path_.c_str());
}

mmc::Result<std::unique_ptr<ControlServer>> ControlServer::create(const std::string& path,
                                                                  Handler& handler) {
    const auto address = socket_address(path);
    if (!address)
        return tl::unexpected(address.error());
    FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    FileDescriptor events(::epoll_create1(EPOLL_CLOEXEC));
    // The file takes its mode from the descriptor when it is made: it is private from the start.
    if (!socket || !events || ::fchmod(socket.get(), S_IRUSR | S_IWUSR) != 0)
        return mmc::fail("cannot make a socket: {}", std::strerror(errno));
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0) {
        if (errno == EADDRINUSE)
            return tl::unexpected(taken(path, *address));
        return mmc::fail("cannot make the socket {}: {}", path, std::strerror(errno));
    }
    std::unique_ptr<ControlServer> server(
        new ControlServer(path, std::move(socket), std::move(events), handler));
    server->identity_ = file_identity(path);
    epoll_event event{EPOLLIN, {.ptr = nullptr}};
    if (::listen(server->socket_.get(), most_clients) != 0 ||
        ::epoll_ctl(server->events_.get(), EPOLL_CTL_ADD, server->socket_.get(), &event) != 0)
        return mmc::fail("cannot listen at the socket {}: {}", path, std::strerror(errno));
    return server;
}

bool ControlServer::attend() {
    std::array<epoll_event, most_clients + 1> events;
    const int count = ::epoll_wait(events_.get(), events.data(), events.size(), 0);
    for (int i = 0; i < count; ++i) {
        if (events[static_cast<std::size_t>(i)].data.ptr)
            serve(*static_cast<Client*>(events[static_cast<std::size_t>(i)].data.ptr));
        else
            accept_clients();
    }
    clients_.remove_if([](const Client& client) { return client.gone; });
    return count > 0;
}

void ControlServer::accept_clients() {
    for (std::size_t i = 0; i < most_clients; ++i) {
        FileDescriptor socket(
            ::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!socket)
            return;
        if (!may_ask(socket.get()))
            continue;
        const bool full = clients_.size() >= most_clients;
        auto& client = clients_.emplace_back();
        client.socket = std::move(socket);
        epoll_event event{EPOLLIN, {.ptr = &client}};
        client.gone = ::epoll_ctl(events_.get(), EPOLL_CTL_ADD, client.socket.get(), &event) != 0;
        if (!full)
            continue;
        client.out = write_reply(mmc::fail("{} clients are here already", most_clients));
        send(client);
        client.gone = true;
    }
}

void ControlServer::serve(Client& client) {
    send(client);
    // Whoever does not fetch answers gets no more of them: what is kept for it stays bounded.
    if (client.out.empty() && !client.leaving)
        receive(client);
    if (client.out.empty() && client.leaving)
        client.gone = true;
    if (!client.gone)
        watch(client);
}

void ControlServer::receive(Client& client) {
    if (client.in.find('\n') == std::string::npos) {
        std::array<char, most_bytes_at_once> room;
        const auto count = ::recv(client.socket.get(), room.data(), room.size(), 0);
        if (count < 0 && would_wait(errno))
            return;
        if (count <= 0) {
            client.gone = true;
            return;
        }
        client.in.append(room.data(), static_cast<std::size_t>(count));
    }
    answer_lines(client);
    if (client.in.size() > longest_request && client.in.find('\n') == std::string::npos) {
        client.out = write_reply(mmc::fail("a request has at most {} bytes", longest_request));
        client.leaving = true;
        send(client);
    }
}

void ControlServer::answer_lines(Client& client) {
    for (int lines = 0; lines < most_lines_at_once && client.out.empty() && !client.gone; ++lines) {
        const auto end = client.in.find('\n');
        if (end == std::string::npos)
            return;
        const auto request = read_request(std::string_view(client.in).substr(0, end));
        client.out = write_reply(request ? handler_.handle(*request)
                                         : mmc::Result<Json>(tl::unexpected(request.error())));
        client.in.erase(0, end + 1);
        send(client);
    }
}

void ControlServer::send(Client& client) {
    while (!client.out.empty()) {
        const auto count =
            ::send(client.socket.get(), client.out.data(), client.out.size(), MSG_NOSIGNAL);
        if (count < 0) {
            client.gone = !would_wait(errno);
            return;
        }
        client.out.erase(0, static_cast<std::size_t>(count));
    }
}

// Waits for what must come next. Lines that wait in `in` are work without news from the client:
// a socket that can be written to reports at once.
void ControlServer::watch(Client& client) {
    const bool more = client.in.find('\n') != std::string::npos;
    epoll_event event{client.out.empty() && !more ? EPOLLIN : EPOLLOUT, {.ptr = &client}};
    if (::epoll_ctl(events_.get(), EPOLL_CTL_MOD, client.socket.get(), &event) != 0)
        client.gone = true;
}

} // namespace burnrig::harness::control
