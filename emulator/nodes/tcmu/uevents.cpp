// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/tcmu/uevents.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <linux/netlink.h>
#include <sys/socket.h>

namespace burnrig::emulator::nodes::tcmu {
namespace {

/// The value of KEY= among the message's lines; nothing when it is not there.
std::string_view value_of(std::string_view message, std::string_view key) {
    while (!message.empty()) {
        const std::string_view line = message.substr(0, message.find('\0'));
        if (line.substr(0, key.size()) == key)
            return line.substr(key.size());
        message.remove_prefix(std::min(line.size() + 1, message.size()));
    }
    return {};
}

} // namespace

void DriveNodes::hear(std::string_view message, std::string_view bus_address) {
    if (value_of(message, "ACTION=") != "add")
        return;
    const std::string place = fmt::format("/{}/", bus_address);
    if (value_of(message, "DEVPATH=").find(place) == std::string_view::npos)
        return;
    const std::string_view subsystem = value_of(message, "SUBSYSTEM=");
    const std::string_view name = value_of(message, "DEVNAME=");
    if (subsystem == "block")
        block = name;
    else if (subsystem == "scsi_generic")
        generic = name;
}

mmc::Result<Uevents> Uevents::create() {
    Uevents events;
    events.socket_.reset(
        ::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT));
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = 1; // the kernel's own messages
    if (!events.socket_ || ::bind(events.socket_.get(), reinterpret_cast<const sockaddr*>(&address),
                                  sizeof address) != 0)
        return mmc::fail("cannot hear of new devices: {}", std::strerror(errno));
    return events;
}

void Uevents::hear(DriveNodes& nodes, std::string_view bus_address) {
    constexpr int messages_max = 10000; // a storm of them does not hold us here for ever
    std::array<char, 8192> room;
    for (int i = 0; i < messages_max; ++i) {
        sockaddr_nl from{};
        socklen_t from_length = sizeof from;
        const ssize_t length = ::recvfrom(socket_.get(), room.data(), room.size(), 0,
                                          reinterpret_cast<sockaddr*>(&from), &from_length);
        if (length > 0 && from.nl_pid != 0)
            continue; // from a process, not from the kernel
        if (length > 0)
            nodes.hear({room.data(), static_cast<std::size_t>(length)}, bus_address);
        else if (length == 0 || (errno != EINTR && errno != ENOBUFS))
            return;
    }
}

} // namespace burnrig::emulator::nodes::tcmu
