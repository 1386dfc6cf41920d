// SPDX-License-Identifier: Apache-2.0
// The control socket of a running rig: a Unix socket of mode 0600 at which clients ask for changes.
//
//     auto server = ControlServer::create("/tmp/rig.sock", handler);
//     ... poll (*server)->descriptor(); whenever it is readable: (*server)->attend();
//
// It has no thread of its own: whoever runs the drive calls attend() between two commands, so an
// answer is true when it is given. It never waits for a client. A client that sends nonsense, too
// much, or does not fetch its answers harms only itself. Processes of other users but root's are
// refused.
//
// One thread at a time.
#pragma once

#include <list>
#include <memory>
#include <string>

#include "emulator/nodes/attendant.h"
#include "emulator/nodes/file_descriptor.h"
#include "harness/control/protocol.h"

namespace burnrig::harness::control {

using emulator::nodes::FileDescriptor;

class ControlServer final : public emulator::nodes::Attendant {
public:
    /// Makes the socket, which must not exist; its name goes when the server goes. The handler must
    /// outlive the server.
    static mmc::Result<std::unique_ptr<ControlServer>> create(const std::string& path,
                                                              Handler& handler);
    ~ControlServer() override;
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;

    /// Readable when there is something to attend to.
    int descriptor() const override { return events_.get(); }

    /// Does what has been asked for by now, a bounded amount of it. Whether there was anything.
    bool attend() override;

    static constexpr std::size_t most_clients = 16;

private:
    struct Client {
        FileDescriptor socket;
        std::string in;       ///< received, no whole line yet or not handled yet
        std::string out;      ///< answers that the client has not taken yet
        bool leaving = false; ///< goes as soon as `out` is sent
        bool gone = false;
    };

    ControlServer(std::string path, FileDescriptor socket, FileDescriptor events, Handler& handler);
    void accept_clients();
    void serve(Client& client);
    void receive(Client& client);
    void answer_lines(Client& client);
    void send(Client& client);
    void watch(Client& client);

    std::string path_;
    std::pair<std::uint64_t, std::uint64_t> identity_; ///< of the socket's file
    FileDescriptor socket_;
    FileDescriptor events_; // epoll of the socket and all clients
    Handler& handler_;
    std::list<Client> clients_; // their addresses are in the epoll
};

} // namespace burnrig::harness::control
