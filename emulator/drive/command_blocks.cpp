// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/command_blocks.h"

#include <algorithm>
#include <array>

#include "mmc/msf.h"
#include "mmc/opcode.h"

namespace burnrig::emulator {
namespace {

using mmc::Opcode;

// Where the number of blocks stands: first byte and bytes.
struct CountField {
    Opcode opcode;
    std::uint8_t at;
    std::uint8_t bytes;
};
constexpr std::array count_fields{
    CountField{Opcode::read_10, 7, 2},   CountField{Opcode::write_10, 7, 2},
    CountField{Opcode::seek_10, 0, 0},   CountField{Opcode::write_and_verify_10, 7, 2},
    CountField{Opcode::verify_10, 7, 2}, CountField{Opcode::read_12, 6, 4},
    CountField{Opcode::write_12, 6, 4},  CountField{Opcode::read_cd, 6, 3},
};

const CountField* find_field(std::uint8_t opcode) {
    for (const auto& field : count_fields)
        if (static_cast<std::uint8_t>(field.opcode) == opcode)
            return &field;
    return nullptr;
}

std::uint32_t get(const Request& request, const CountField& field) {
    std::uint32_t value = 0;
    for (std::uint8_t i = 0; i < field.bytes; ++i)
        value = value << 8 | request[static_cast<std::size_t>(field.at) + i];
    return value;
}

} // namespace

std::optional<CommandBlocks> command_blocks(const Request& request) {
    if (static_cast<Opcode>(request[0]) == Opcode::read_cd_msf) {
        const auto first = mmc::lba_from_msf({request[3], request[4], request[5]});
        const auto end = mmc::lba_from_msf({request[6], request[7], request[8]});
        return CommandBlocks{first, static_cast<std::uint32_t>(std::max(0, end - first))};
    }
    const auto* field = find_field(request[0]);
    if (!field)
        return std::nullopt;
    return CommandBlocks{request.address(2), get(request, *field)};
}

std::optional<Request> first_part(const Request& request, double ratio) {
    const auto* field = find_field(request[0]);
    if (!field || field->bytes == 0)
        return std::nullopt;
    const auto blocks = get(request, *field);
    const auto part = static_cast<std::uint32_t>(blocks * std::clamp(ratio, 0.0, 1.0));
    if (part == 0)
        return std::nullopt;
    auto shorter = request;
    for (std::uint8_t i = 0; i < field->bytes; ++i)
        shorter.cdb[static_cast<std::size_t>(field->at) + i] =
            static_cast<std::uint8_t>(part >> (8 * (field->bytes - 1 - i)));
    return shorter;
}

} // namespace burnrig::emulator
