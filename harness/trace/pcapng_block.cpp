// SPDX-License-Identifier: Apache-2.0
#include "harness/trace/pcapng_block.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "mmc/bytes.h"

namespace burnrig::harness {
namespace {

using mmc::put16;
using mmc::put32;

constexpr std::size_t filled_up(std::size_t size) {
    return (size + 3) / 4 * 4;
}

// Of the Internet protocols (RFC 1071).
std::uint32_t sum_of(std::span<const std::uint8_t> bytes, std::uint32_t sum = 0) {
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2)
        sum += mmc::get16(&bytes[i]);
    return bytes.size() % 2 == 0 ? sum : sum + (bytes.back() * 256U);
}
std::uint16_t checksum(std::uint32_t sum) {
    while (sum >> 16 != 0)
        sum = (sum & 0xFFFF) + (sum >> 16);
    return static_cast<std::uint16_t>(~sum);
}

} // namespace

PcapngBlock::PcapngBlock(std::vector<std::uint8_t>& room, Type type) : room_(room) {
    room_.clear();
    host32(type).host32(0); // the length, once it is known
}

void PcapngBlock::append(const void* data, std::size_t size) {
    const auto* first = static_cast<const std::uint8_t*>(data);
    room_.insert(room_.end(), first, first + size);
}

PcapngBlock& PcapngBlock::host16(std::uint16_t value) {
    append(&value, sizeof value);
    return *this;
}

PcapngBlock& PcapngBlock::host32(std::uint32_t value) {
    append(&value, sizeof value);
    return *this;
}

PcapngBlock& PcapngBlock::bytes(std::span<const std::uint8_t> data) {
    append(data.data(), data.size());
    room_.resize(filled_up(room_.size()));
    return *this;
}

PcapngBlock& PcapngBlock::option(Option code, std::string_view value) {
    constexpr std::size_t longest = 4096;
    value = value.substr(0, longest);
    has_options_ = true;
    host16(code).host16(static_cast<std::uint16_t>(value.size()));
    return bytes({reinterpret_cast<const std::uint8_t*>(value.data()), value.size()});
}

std::string_view PcapngBlock::finish() {
    if (has_options_)
        host32(0); // the end of the options
    const auto length = static_cast<std::uint32_t>(room_.size() + sizeof(std::uint32_t));
    host32(length);
    std::memcpy(&room_[sizeof(std::uint32_t)], &length, sizeof length);
    return {reinterpret_cast<const char*>(room_.data()), room_.size()};
}

void make_tcp_packet(std::vector<std::uint8_t>& room, bool from_host, std::uint32_t sequence,
                     std::uint32_t acknowledged, std::span<const std::uint8_t> header,
                     std::span<const std::uint8_t> data) {
    constexpr std::array<std::uint8_t, 4> host{192, 0, 2, 1}; // of RFC 5737, for documents
    constexpr std::array<std::uint8_t, 4> drive{192, 0, 2, 2};
    constexpr std::uint16_t host_port = 49152;
    constexpr std::uint16_t iscsi_port = 3260;
    constexpr std::uint8_t tcp = 6;
    const auto size = tcp_headers_size + filled_up(header.size() + data.size());
    room.assign(size, 0);
    auto* ip = room.data();
    ip[0] = 0x45;
    put16(ip + 2, static_cast<std::uint32_t>(size));
    ip[8] = 64;
    ip[9] = tcp;
    std::copy_n((from_host ? host : drive).begin(), 4, ip + 12);
    std::copy_n((from_host ? drive : host).begin(), 4, ip + 16);
    put16(ip + 10, checksum(sum_of({ip, 20})));
    auto* segment = ip + 20;
    put16(segment, from_host ? host_port : iscsi_port);
    put16(segment + 2, from_host ? iscsi_port : host_port);
    put32(segment + 4, sequence);
    put32(segment + 8, acknowledged);
    segment[12] = 0x50;
    segment[13] = 0x18;          // PSH, ACK
    put16(segment + 14, 0xFFFF); // window
    auto* pdu = segment + 20;
    std::copy(header.begin(), header.end(), pdu);
    std::copy(data.begin(), data.end(), pdu + header.size());
    const auto length = static_cast<std::uint32_t>(size - 20);
    put16(segment + 16, checksum(sum_of({segment, length}, sum_of({ip + 12, 8}, tcp + length))));
}

} // namespace burnrig::harness
