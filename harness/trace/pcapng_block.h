// SPDX-License-Identifier: Apache-2.0
// The pieces of a capture file: pcapng's blocks, and the packets in them.
//
//     type | length | body, options | length        a block; fields in the byte order of this
//     machine IPv4 header | TCP header | iSCSI PDU          a packet; network byte order
//
// No state.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace burnrig::harness {

/// Puts a block together in a vector that is reused.
class PcapngBlock {
public:
    enum Type : std::uint32_t {
        section_header = 0x0A0D0D0A,
        interface_description = 1,
        enhanced_packet = 6,
    };
    enum Option : std::uint16_t {
        comment = 1,
        interface_name = 2,
        section_program = 4,
        interface_resolution = 9,
    };

    PcapngBlock(std::vector<std::uint8_t>& room, Type type);
    PcapngBlock& host16(std::uint16_t value);
    PcapngBlock& host32(std::uint32_t value);
    /// Filled up to a multiple of four.
    PcapngBlock& bytes(std::span<const std::uint8_t> data);
    /// A text longer than an option can be is cut.
    PcapngBlock& option(Option code, std::string_view value);
    /// The block's bytes; valid until the vector is used again.
    std::string_view finish();

private:
    void append(const void* data, std::size_t size);

    std::vector<std::uint8_t>& room_;
    bool has_options_ = false;
};

inline constexpr std::size_t tcp_headers_size = 20 + 20;

/// A TCP packet between host and drive with an iSCSI PDU in it, header and data, which is filled up
/// to a multiple of four. Together they must fit a packet.
void make_tcp_packet(std::vector<std::uint8_t>& room, bool from_host, std::uint32_t sequence,
                     std::uint32_t acknowledged, std::span<const std::uint8_t> header,
                     std::span<const std::uint8_t> data);

} // namespace burnrig::harness
