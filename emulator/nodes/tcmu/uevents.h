// SPDX-License-Identifier: Apache-2.0
// What the kernel tells of devices that appear, heard without asking again and again:
//
//     add@/devices/.../host3/target3:0:1/3:0:1:0/block/sr0 \0 SUBSYSTEM=block \0 DEVNAME=sr0 \0 ...
//
// The node of devtmpfs exists when its message comes.
#pragma once

#include <string>
#include <string_view>

#include "emulator/nodes/file_descriptor.h"
#include "mmc/result.h"

namespace burnrig::emulator::nodes::tcmu {

/// The nodes of one drive: "sr0" and "sg0"; empty while they are not there.
struct DriveNodes {
    std::string block, generic;
    bool complete() const { return !block.empty() && !generic.empty(); }

    /// Takes in one message when it is about the drive at this place of the SCSI bus.
    void hear(std::string_view message, std::string_view bus_address);
};

class Uevents {
public:
    /// Hears what comes from now on.
    static mmc::Result<Uevents> create();
    int descriptor() const { return socket_.get(); }
    /// Takes in what came, without waiting.
    void hear(DriveNodes& nodes, std::string_view bus_address);

private:
    FileDescriptor socket_;
};

} // namespace burnrig::emulator::nodes::tcmu
