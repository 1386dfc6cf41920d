// SPDX-License-Identifier: Apache-2.0
// SET CD SPEED, SET STREAMING, GET PERFORMANCE (MMC-5, 6.8, 6.37, 6.39).
//
// A rotation that the host asks for is taken and does nothing: the rotation belongs to the speed.
#include <algorithm>

#include "emulator/disc/layers.h"
#include "emulator/drive/commands/commands.h"
#include "emulator/drive/speeds.h"

namespace burnrig::emulator::commands {
namespace {

void set_speeds(LogicalUnit& unit, std::uint32_t read, std::uint32_t write) {
    if (read != 0)
        unit.set_read_speed(read);
    const bool burning = unit.rules && unit.rules->writing();
    if (!burning) // taken for granted and ignored while the laser burns
        unit.set_write_speed(write);
}

// Behind the last block that the drive tells speeds for.
std::int32_t end_of_medium(const LogicalUnit& unit) {
    const auto* disc = unit.medium();
    if (!disc)
        return 0;
    const auto formatted = disc->structure().format.blocks;
    return formatted > 0 ? formatted : usable_blocks(disc->medium(), disc->structure());
}

void put_header(Reply& reply, bool write) {
    reply.quad(0).byte(write ? 2 : 0).zeros(3);
}

// Type 0: how fast each stretch of the disc passes at the speed that is set.
void nominal(const LogicalUnit& unit, std::uint32_t from, bool write, Reply& reply) {
    put_header(reply, write);
    const auto& speed = write ? unit.write_curve : unit.read_curve;
    if (speed.speed == 0) // nothing is recorded here
        return;
    if (!unit.medium()) {
        reply.quad(0).quad(speed.speed).quad(0).quad(speed.speed);
        return;
    }
    for (const auto& stretch : stretches(speed, *unit.disc, end_of_medium(unit))) {
        if (static_cast<std::uint32_t>(stretch.last) < from)
            continue;
        reply.quad(static_cast<std::uint32_t>(stretch.first)).quad(stretch.first_speed);
        reply.quad(static_cast<std::uint32_t>(stretch.last)).quad(stretch.last_speed);
    }
}

// Type 3: every write speed there is for this medium.
void write_speeds(const LogicalUnit& unit, Reply& reply) {
    put_header(reply, false);
    constexpr unsigned constant_angular = 1 << 3;
    const auto last = static_cast<std::uint32_t>(std::max(end_of_medium(unit) - 1, 0));
    for (const auto& speed : unit.write_speeds) {
        reply.byte(speed.rotation == Rotation::cav ? constant_angular : 0).zeros(3).quad(last);
        reply.quad(unit.read_speed).quad(speed.speed);
    }
}

// The performance descriptor of SET STREAMING.
struct Streaming {
    static constexpr std::size_t bytes = 28;

    bool restore_defaults = false;
    bool exact = false;
    std::uint32_t read = 0; ///< kB/s
    std::uint32_t write = 0;
};

// Kilobytes in a time in milliseconds.
std::uint32_t rate(const std::uint8_t* at) {
    const std::uint64_t kilobytes = mmc::get32(at);
    const std::uint64_t milliseconds = mmc::get32(at + 4);
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(kilobytes * 1000 / milliseconds, fastest_speed));
}

Answer decode(std::span<const std::uint8_t> list, Streaming& wanted) {
    wanted.restore_defaults = (list[0] & 4) != 0;
    wanted.exact = (list[0] & 2) != 0;
    if (wanted.restore_defaults)
        return good();
    constexpr unsigned rotation_control = 0x18;
    if ((list[0] & rotation_control) > 8) // 10b and 11b are reserved
        return refuse_list(0);
    if (mmc::get32(&list[4]) > mmc::get32(&list[8])) // the range ends before it begins
        return refuse_list(8);
    if (mmc::get32(&list[16]) == 0)
        return refuse_list(16);
    if (mmc::get32(&list[24]) == 0)
        return refuse_list(24);
    wanted.read = rate(&list[12]);
    wanted.write = rate(&list[20]);
    return good();
}

// Exact asks for a speed that the drive has; that another one is refused like this is a guess.
bool has_exactly(const LogicalUnit& unit, std::uint32_t write) {
    return unit.write_speeds.empty() ||
           find_speed(unit.write_speeds, write).speed == round_speed(unit.write_speeds, write);
}

} // namespace

Answer set_cd_speed(LogicalUnit& unit, const Request& request) {
    if ((request[1] & 3) > 1) // rotational control: reserved values
        return refuse_cdb(1, std::uint8_t{1});
    set_speeds(unit, request.word(2), request.word(4));
    return good();
}

Answer set_streaming(LogicalUnit& unit, const Request& request) {
    if (request[8] != 0) // performance descriptor; the defect cache is not offered
        return refuse_cdb(8);
    const auto length = request.word(9);
    if (length == 0)
        return good();
    if (length != Streaming::bytes || request.data_out.size() < Streaming::bytes)
        return refuse(mmc::sense::parameter_list_length);
    Streaming wanted;
    auto answer = decode(request.data_out, wanted);
    if (!answer.good())
        return answer;
    if (wanted.restore_defaults) {
        set_speeds(unit, fastest_speed, fastest_speed);
    } else {
        if (wanted.exact && !has_exactly(unit, wanted.write))
            return refuse_list(20);
        set_speeds(unit, wanted.read, wanted.write);
    }
    answer.transferred = Streaming::bytes;
    return answer;
}

Answer get_performance(LogicalUnit& unit, const Request& request) {
    enum : unsigned { nominal_performance = 0, unusable_area = 1, write_speed_descriptors = 3 };
    constexpr std::size_t header_bytes = 8;
    constexpr std::size_t descriptor_bytes = 16; // the longest
    const unsigned exceptions = request[1] & 3;
    Reply reply;
    switch (request[10]) {
    case nominal_performance:
        if (exceptions == 3)
            return refuse_cdb(1, std::uint8_t{1});
        if (exceptions == 0) {
            nominal(unit, request.quad(2), request.bit(1, 2), reply);
        } else { // places that are slower than that: there are none
            put_header(reply, request.bit(1, 2));
            reply[4] |= 1;
        }
        break;
    case unusable_area: // of media with defect management; what is replaced can be used
        if (!unit.medium() || !unit.rules->feature_current(unit, 0x0024))
            return refuse_cdb(10);
        put_header(reply, false);
        break;
    case write_speed_descriptors:
        write_speeds(unit, reply);
        break;
    default: // defect status, defect cache
        return refuse_cdb(10);
    }
    mmc::put32(reply.at(0), static_cast<std::uint32_t>(reply.size() - 4));
    return reply.deliver(request, header_bytes + request.word(8) * descriptor_bytes);
}

} // namespace burnrig::emulator::commands
