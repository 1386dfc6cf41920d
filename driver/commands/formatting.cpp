// SPDX-License-Identifier: Apache-2.0
#include "driver/commands/formatting.h"

#include <algorithm>

#include <fmt/format.h>

#include "driver/timeouts.h"
#include "mmc/bytes.h"

namespace burnrig::driver {

const FormatOffer* FormatCapacities::offer(std::uint8_t type) const {
    const auto found = std::find_if(offers.begin(), offers.end(),
                                    [&](const FormatOffer& each) { return each.type == type; });
    return found == offers.end() ? nullptr : &*found;
}

Reply<FormatCapacities> read_format_capacities(Channel& channel) {
    constexpr std::uint32_t header_bytes = 4;
    constexpr std::uint32_t descriptor_bytes = 8;
    std::array<std::uint8_t, header_bytes + 32 * descriptor_bytes> reply{}; // 31 offers at most
    Request request{.cdb = make_cdb(mmc::Opcode::read_format_capacities), .limit = limits::status};
    mmc::put16(&request.cdb.bytes[7], reply.size() - 1); // a length of one byte: 252 at most
    const auto transferred = channel.fetch(request, reply);
    if (!transferred)
        return tl::unexpected(transferred.error());
    const std::uint32_t length = std::min<std::uint32_t>(*transferred, header_bytes + reply[3]);
    if (length < header_bytes + descriptor_bytes)
        return tl::unexpected(
            bad_reply(request, *transferred,
                      fmt::format("{} bytes of format capacities, 12 are the least", length)));
    FormatCapacities capacities;
    capacities.blocks = mmc::get32(&reply[4]);
    capacities.state = static_cast<FormatState>(reply[8] & 3);
    for (std::uint32_t at = header_bytes + descriptor_bytes; at + descriptor_bytes <= length;
         at += descriptor_bytes)
        capacities.offers.push_back({.type = static_cast<std::uint8_t>(reply[at + 4] >> 2),
                                     .blocks = mmc::get32(&reply[at]),
                                     .parameter = mmc::get24(&reply[at + 5])});
    return capacities;
}

Reply<void> format_unit(Channel& channel, const FormatRequest& what) {
    std::array<std::uint8_t, 12> list{};
    list[1] = 0x02; // the drive answers at once; no option below is spoken of
    list[3] = 8;    // one descriptor
    mmc::put32(&list[4], what.blocks);
    list[8] = static_cast<std::uint8_t>(what.type << 2 | (what.sub_type & 3));
    mmc::put24(&list[9], what.parameter);
    Request request{.cdb = make_cdb(mmc::Opcode::format_unit), .limit = limits::flush};
    request.cdb.bytes[1] = 0x11; // a parameter list follows; its form is that of MMC
    return channel.give(request, list, "the format");
}

} // namespace burnrig::driver
