// SPDX-License-Identifier: Apache-2.0
#include "driver/commands/layer_break.h"

#include <fmt/format.h>

#include "driver/timeouts.h"
#include "mmc/bytes.h"

namespace burnrig::driver {
namespace {

constexpr std::uint8_t layer_boundary_information = 0x20;
constexpr std::uint32_t structure_bytes = 12; // head 4, then 0, 0, 0, 0 or "fixed", and the blocks

} // namespace

Reply<LayerBreak> read_layer_break(Channel& channel) {
    std::array<std::uint8_t, structure_bytes> reply{};
    Request request{.cdb = make_cdb(mmc::Opcode::read_disc_structure), .limit = limits::status};
    request.cdb.bytes[7] = layer_boundary_information;
    mmc::put16(&request.cdb.bytes[8], reply.size());
    const auto transferred = channel.fetch(request, reply);
    if (!transferred)
        return tl::unexpected(transferred.error());
    if (*transferred < reply.size())
        return tl::unexpected(
            bad_reply(request, *transferred,
                      fmt::format("{} bytes on the layer break instead of 12", *transferred)));
    return LayerBreak{.first_layer_blocks = mmc::get32(&reply[8]), .fixed = (reply[4] & 0x80) != 0};
}

Reply<void> send_layer_break(Channel& channel, std::uint32_t first_layer_blocks) {
    std::array<std::uint8_t, structure_bytes> list{};
    list[1] = structure_bytes - 2;
    mmc::put32(&list[8], first_layer_blocks);
    Request request{.cdb = make_cdb(mmc::Opcode::send_disc_structure),
                    .limit = limits::calibration}; // some drives calibrate on it
    request.cdb.bytes[7] = layer_boundary_information;
    mmc::put16(&request.cdb.bytes[8], list.size());
    return channel.give(request, list, "the layer break");
}

} // namespace burnrig::driver
