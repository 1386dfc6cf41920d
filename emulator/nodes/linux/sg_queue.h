// SPDX-License-Identifier: Apache-2.0
// What an open /dev/sgN keeps for its write() and read() protocol: replies that wait to be read.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include <scsi/sg.h>

namespace burnrig::emulator::nodes {

/// Of the oldest interface: the header in front of the command in write() and of the data in
/// read().
struct SgOldHeader {
    std::int32_t pack_length = 0;
    std::int32_t reply_length = 0;
    std::int32_t pack_id = 0;
    std::int32_t result = 0;
    std::uint32_t bits = 0; ///< 0: twelve_byte; 1-5 target, 6-13 host, 14-21 driver status
    std::uint8_t sense[16] = {};
};
static_assert(sizeof(SgOldHeader) == 36);

/// One command that was written, has run, and was not read yet.
struct SgReply {
    bool version_3 = false;
    sg_io_hdr header{}; ///< version 3
    SgOldHeader old{};  ///< before
    std::vector<std::uint8_t> sense;
    std::vector<std::uint8_t> data;

    std::int32_t pack_id() const { return version_3 ? header.pack_id : old.pack_id; }
};

struct SgQueue {
    static constexpr std::size_t outstanding_max = 16;
    std::deque<SgReply> replies;
    std::int32_t next_command_length = 0; ///< SG_NEXT_CMD_LEN
};

} // namespace burnrig::emulator::nodes
