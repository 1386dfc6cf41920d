// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/sequential/layer_break.h"

#include "emulator/drive/logical_unit.h"

namespace burnrig::emulator {

Answer set_layer_break(LogicalUnit& unit, std::span<const std::uint8_t> payload) {
    constexpr std::size_t blocks_at = 4;
    constexpr std::size_t list_header = 4; // in front of the payload
    auto& disc = *unit.disc;
    if (payload.size() < blocks_at + 4)
        return refuse(mmc::sense::parameter_list_length);
    if (!disc.blank() || disc.structure().layer_0_blocks > 0) // it can be set once
        return refuse(mmc::sense::sequence_error);
    const auto blocks = mmc::get32(&payload[blocks_at]);
    const auto& medium = disc.medium();
    const auto most = static_cast<std::uint32_t>(medium.data_zone.layer_0_blocks);
    if (blocks == 0 || blocks > most ||
        blocks % static_cast<std::uint32_t>(medium.write_unit()) != 0)
        return refuse_list(list_header + blocks_at);
    disc.structure().layer_0_blocks = static_cast<std::int32_t>(blocks);
    return unit.saved(disc.flush());
}

} // namespace burnrig::emulator
