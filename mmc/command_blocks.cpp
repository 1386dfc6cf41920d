// SPDX-License-Identifier: Apache-2.0
#include "mmc/command_blocks.h"

#include <algorithm>
#include <array>

#include "mmc/bytes.h"
#include "mmc/msf.h"
#include "mmc/opcode.h"

namespace burnrig::mmc {
namespace {

constexpr std::size_t address_at = 2; // in all of them, four bytes

// Where the number of blocks stands: first byte and bytes.
struct CountField {
    Opcode opcode;
    std::uint8_t at;
    std::uint8_t bytes;
};
constexpr std::array count_fields{
    CountField{Opcode::read_10, 7, 2},   CountField{Opcode::write_10, 7, 2},
    CountField{Opcode::seek_10, 7, 0},   CountField{Opcode::write_and_verify_10, 7, 2},
    CountField{Opcode::verify_10, 7, 2}, CountField{Opcode::read_12, 6, 4},
    CountField{Opcode::write_12, 6, 4},  CountField{Opcode::read_cd, 6, 3},
};

const CountField* find_field(std::span<const std::uint8_t> cdb) {
    if (cdb.empty())
        return nullptr;
    for (const auto& field : count_fields)
        if (static_cast<std::uint8_t>(field.opcode) == cdb[0])
            return cdb.size() >= std::size_t{field.at} + field.bytes ? &field : nullptr;
    return nullptr;
}

} // namespace

std::optional<CommandBlocks> command_blocks(std::span<const std::uint8_t> cdb) {
    if (cdb.size() >= 9 && static_cast<Opcode>(cdb[0]) == Opcode::read_cd_msf) {
        const auto first = lba_from_msf({cdb[3], cdb[4], cdb[5]});
        const auto end = lba_from_msf({cdb[6], cdb[7], cdb[8]});
        return CommandBlocks{first, static_cast<std::uint32_t>(std::max(0, end - first))};
    }
    const auto* field = find_field(cdb);
    if (!field)
        return std::nullopt;
    std::uint32_t blocks = 0;
    for (std::size_t i = 0; i < field->bytes; ++i)
        blocks = blocks << 8 | cdb[field->at + i];
    return CommandBlocks{static_cast<std::int32_t>(get32(&cdb[address_at])), blocks};
}

bool set_block_count(std::span<std::uint8_t> cdb, std::uint32_t blocks) {
    const auto* field = find_field(cdb);
    if (!field || field->bytes == 0)
        return false;
    for (std::size_t i = 0; i < field->bytes; ++i)
        cdb[field->at + i] = static_cast<std::uint8_t>(blocks >> (8 * (field->bytes - 1 - i)));
    return true;
}

bool set_first_block(std::span<std::uint8_t> cdb, std::int32_t first) {
    if (!find_field(cdb))
        return false;
    put32(&cdb[address_at], static_cast<std::uint32_t>(first));
    return true;
}

} // namespace burnrig::mmc
