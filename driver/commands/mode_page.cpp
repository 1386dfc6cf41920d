// SPDX-License-Identifier: Apache-2.0
#include "driver/commands/mode_page.h"

#include <algorithm>

#include <fmt/format.h>

#include "driver/timeouts.h"
#include "mmc/bytes.h"

namespace burnrig::driver {

Reply<std::span<const std::uint8_t>> mode_sense_page(Channel& channel, ModePageWanted wanted,
                                                     std::span<std::uint8_t> reply) {
    constexpr std::uint32_t header_bytes = 8;
    Request request{.cdb = make_cdb(mmc::Opcode::mode_sense_10), .limit = limits::status};
    request.cdb.bytes[1] = 0x08; // no block descriptors
    request.cdb.bytes[2] = wanted.page_code;
    mmc::put16(&request.cdb.bytes[7], static_cast<std::uint32_t>(reply.size()));
    const auto transferred = channel.fetch(request, reply);
    if (!transferred)
        return tl::unexpected(transferred.error());
    const std::uint32_t announced = *transferred < 2 ? 0 : mmc::get16(&reply[0]) + 2U;
    const std::uint32_t length = std::min(*transferred, announced);
    const std::uint32_t start = header_bytes + (length >= header_bytes ? mmc::get16(&reply[6]) : 0);
    const std::uint32_t page_bytes =
        length < start + 2 ? 0 : std::min<std::uint32_t>(length - start, reply[start + 1] + 2U);
    if (page_bytes < wanted.bytes_needed || (reply[start] & 0x3F) != wanted.page_code)
        return tl::unexpected(bad_reply(
            request, *transferred,
            fmt::format("{} bytes that hold no whole page {:02X}h", length, wanted.page_code)));
    return reply.subspan(start, page_bytes);
}

} // namespace burnrig::driver
