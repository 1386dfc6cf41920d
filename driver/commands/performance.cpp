// SPDX-License-Identifier: Apache-2.0
#include "driver/commands/performance.h"

#include <algorithm>

#include <fmt/format.h>

#include "driver/timeouts.h"
#include "mmc/bytes.h"

namespace burnrig::driver {

Reply<std::vector<WriteSpeed>> get_write_speeds(Channel& channel) {
    constexpr std::uint32_t header_bytes = 8;
    constexpr std::uint32_t descriptor_bytes = 16;
    constexpr std::uint32_t descriptors_max = 64;
    std::array<std::uint8_t, header_bytes + descriptors_max * descriptor_bytes> reply{};
    Request request{.cdb = make_cdb(mmc::Opcode::get_performance), .limit = limits::status};
    mmc::put16(&request.cdb.bytes[8], descriptors_max);
    request.cdb.bytes[10] = 0x03; // write speeds
    const auto transferred = channel.fetch(request, reply);
    if (!transferred)
        return tl::unexpected(transferred.error());
    if (*transferred < header_bytes)
        return tl::unexpected(
            bad_reply(request, *transferred,
                      fmt::format("{} bytes of performance, the head alone has 8", *transferred)));
    const std::uint64_t announced = std::uint64_t{mmc::get32(&reply[0])} + 4;
    const auto length =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(*transferred, announced));
    std::vector<WriteSpeed> speeds;
    for (std::uint32_t at = header_bytes; at + descriptor_bytes <= length; at += descriptor_bytes)
        speeds.push_back({.rotation = static_cast<std::uint8_t>((reply[at] >> 3) & 3),
                          .end_lba = mmc::get32(&reply[at + 4]),
                          .read_kb = mmc::get32(&reply[at + 8]),
                          .write_kb = mmc::get32(&reply[at + 12])});
    return speeds;
}

Reply<void> set_streaming(Channel& channel, const WriteSpeed& speed) {
    constexpr std::uint32_t milliseconds = 1000;
    std::array<std::uint8_t, 28> list{};
    list[0] = static_cast<std::uint8_t>((speed.rotation & 3) << 3);
    mmc::put32(&list[8], speed.end_lba);
    mmc::put32(&list[12], speed.read_kb);
    mmc::put32(&list[16], milliseconds);
    mmc::put32(&list[20], speed.write_kb);
    mmc::put32(&list[24], milliseconds);
    Request request{.cdb = make_cdb(mmc::Opcode::set_streaming), .limit = limits::status};
    mmc::put16(&request.cdb.bytes[9], list.size());
    return channel.give(request, list, "the speed");
}

Reply<void> set_cd_speed(Channel& channel, SpeedSetting speed) {
    Request request{.cdb = make_cdb(mmc::Opcode::set_cd_speed), .limit = limits::status};
    mmc::put16(&request.cdb.bytes[2], speed.read_kb);
    mmc::put16(&request.cdb.bytes[4], speed.write_kb);
    const auto done = channel.run(request);
    if (!done)
        return tl::unexpected(done.error());
    return {};
}

} // namespace burnrig::driver
