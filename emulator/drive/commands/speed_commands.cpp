// SPDX-License-Identifier: Apache-2.0
// SET CD SPEED, SET STREAMING, GET PERFORMANCE.
#include <algorithm>

#include "emulator/drive/commands/commands.h"
#include "emulator/drive/speeds.h"

namespace burnrig::emulator::commands {
namespace {

void set_speeds(LogicalUnit& unit, std::uint32_t read, std::uint32_t write) {
    if (read != 0 && !unit.model.cd_read_speeds.empty())
        unit.read_speed = round_speed(unit.model.cd_read_speeds, read);
    const bool burning = unit.rules && unit.rules->writing();
    if (!burning) // taken for granted and ignored while the laser burns
        unit.write_speed = round_speed(unit.write_speeds, write);
}

std::int32_t last_block(const LogicalUnit& unit) {
    return unit.medium() ? unit.medium()->medium().capacity() - 1 : 0;
}

void put_header(Reply& reply, bool write) {
    reply.quad(0).byte(write ? 2 : 0).zeros(3);
}

// Type 0: one stretch, constant speed.
void nominal(const LogicalUnit& unit, bool write, Reply& reply) {
    put_header(reply, write);
    const auto speed = write ? unit.write_speed : unit.read_speed;
    reply.quad(0).quad(speed).quad(static_cast<std::uint32_t>(last_block(unit))).quad(speed);
}

// Type 3: every write speed there is for this medium.
void write_speeds(const LogicalUnit& unit, Reply& reply) {
    put_header(reply, false);
    for (const auto speed : unit.write_speeds) {
        reply.quad(0).quad(static_cast<std::uint32_t>(last_block(unit)));
        reply.quad(unit.read_speed).quad(speed);
    }
}

} // namespace

Answer set_cd_speed(LogicalUnit& unit, const Request& request) {
    if ((request[1] & 3) > 1) // rotational control: reserved values
        return refuse_cdb(1, std::uint8_t{1});
    set_speeds(unit, request.word(2), request.word(4));
    return good();
}

Answer set_streaming(LogicalUnit& unit, const Request& request) {
    constexpr std::size_t descriptor_bytes = 28;
    const auto length = request.word(9);
    if (length == 0)
        return good();
    if (length != descriptor_bytes || request.data_out.size() < descriptor_bytes)
        return refuse(mmc::sense::parameter_list_length);
    const auto* descriptor = request.data_out.data();
    const bool restore_defaults = (descriptor[0] & 4) != 0;
    // Kilobytes in a time in milliseconds.
    const auto rate = [&](std::size_t at) -> std::uint32_t {
        const std::uint64_t size = mmc::get32(descriptor + at);
        const std::uint64_t time = mmc::get32(descriptor + at + 4);
        return static_cast<std::uint32_t>(std::min<std::uint64_t>(size * 1000 / time, 0xFFFF));
    };
    if (restore_defaults) {
        set_speeds(unit, 0xFFFF, 0xFFFF);
    } else {
        if (mmc::get32(descriptor + 16) == 0)
            return refuse_list(16);
        if (mmc::get32(descriptor + 24) == 0)
            return refuse_list(24);
        set_speeds(unit, rate(12), rate(20));
    }
    auto answer = good();
    answer.transferred = descriptor_bytes;
    return answer;
}

Answer get_performance(LogicalUnit& unit, const Request& request) {
    enum : unsigned { nominal_performance = 0, write_speed_descriptors = 3 };
    constexpr std::size_t header_bytes = 8;
    constexpr std::size_t descriptor_bytes = 16;
    Reply reply;
    switch (request[10]) {
    case nominal_performance:
        if ((request[1] & 3) != 0) { // exceptions: there are none
            put_header(reply, request.bit(1, 2));
            reply[4] |= 1;
        } else {
            nominal(unit, request.bit(1, 2), reply);
        }
        break;
    case write_speed_descriptors:
        write_speeds(unit, reply);
        break;
    default:
        return refuse_cdb(10);
    }
    mmc::put32(reply.at(0), static_cast<std::uint32_t>(reply.size() - 4));
    return reply.deliver(request, header_bytes + request.word(8) * descriptor_bytes);
}

} // namespace burnrig::emulator::commands
