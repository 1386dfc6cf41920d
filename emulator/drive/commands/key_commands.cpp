// SPDX-License-Identifier: Apache-2.0
// REPORT KEY and SEND KEY: the region of the drive, and the first steps of the authentication that
// scrambled DVD-Video asks for (MMC-5, 6.28 and 6.34).
//
// The cipher is not part of this drive: no disc here is scrambled, and a host that asks for the
// drive's key learns that authentication has failed. Until there, order and lengths are checked as
// a drive checks them.
#include <algorithm>
#include <bit>

#include "emulator/drive/commands/commands.h"

namespace burnrig::emulator::commands {
namespace {

constexpr mmc::SenseCode authentication_failure{mmc::SenseKey::illegal_request, 0x6F, 0x00};
constexpr mmc::SenseCode region_is_permanent{mmc::SenseKey::illegal_request, 0x6F, 0x05};
constexpr mmc::SenseCode key_not_present{mmc::SenseKey::illegal_request, 0x6F, 0x01};
constexpr mmc::SenseCode out_of_resources{mmc::SenseKey::illegal_request, 0x55, 0x00};

enum Key : unsigned {
    authentication_grant = 0x00,
    challenge = 0x01,
    drive_key = 0x02,
    host_key = 0x03,
    title_key = 0x04,
    success_flag = 0x05,
    region = 0x06,
    region_state = 0x08,
    invalidate = 0x3F,
};

// Why the command cannot be: this drive knows no keys at all, or other kinds of them.
std::optional<Answer> not_here(const LogicalUnit& unit, const Request& request, unsigned key) {
    if (!unit.model.css)
        return refuse(mmc::sense::invalid_opcode);
    if (request[7] != 0) // key class: CSS, CPPM or CPRM
        return refuse_cdb(7);
    const bool of_the_drive = key == region || key == region_state || key == invalidate;
    if (of_the_drive)
        return std::nullopt;
    if (!unit.medium())
        return refuse(unit.tray == Tray::open ? mmc::sense::tray_open
                                              : mmc::sense::no_medium_tray_closed);
    if (unit.medium()->medium().family() != MediumFamily::dvd)
        return refuse(mmc::sense::incompatible_medium);
    return std::nullopt;
}

// No table of regions is set until a host sets one; each may do so a few times.
Answer report_region(const LogicalUnit& unit, const Request& request) {
    const auto& keys = unit.keys;
    constexpr unsigned not_set = 0;
    constexpr unsigned set = 1;
    constexpr unsigned last_chance = 2;
    constexpr unsigned permanent = 3;
    const unsigned type = keys.changes_left == 0     ? permanent
                          : keys.region_mask == 0xFF ? not_set
                          : keys.changes_left == 1   ? last_chance
                                                     : set;
    constexpr unsigned vendor_resets_left = 4;
    constexpr unsigned phase_2 = 1;
    Reply reply;
    reply.word(6).zeros(2);
    reply.byte(type << 6 | vendor_resets_left << 3 | keys.changes_left);
    reply.byte(keys.region_mask).byte(phase_2).byte(0);
    return reply.deliver(request, request.word(8));
}

Answer grant(LogicalUnit& unit, const Request& request) {
    auto& keys = unit.keys;
    const auto free = std::find(keys.grants.begin(), keys.grants.end(), DriveKeys::Grant::free);
    if (free == keys.grants.end())
        return refuse(out_of_resources);
    *free = DriveKeys::Grant::given;
    Reply reply;
    reply.word(6).zeros(5).byte(static_cast<unsigned>(free - keys.grants.begin()) << 6);
    return reply.deliver(request, request.word(8));
}

} // namespace

Answer report_key(LogicalUnit& unit, const Request& request) {
    const unsigned key = request[10] & 0x3F;
    if (auto refused = not_here(unit, request, key))
        return *refused;
    auto& state = unit.keys.grants[request[10] >> 6];
    switch (key) {
    case region_state:
        return report_region(unit, request);
    case invalidate:
        state = DriveKeys::Grant::free;
        return good();
    case authentication_grant:
        return grant(unit, request);
    case success_flag: {
        Reply reply;
        reply.word(6).zeros(6); // not authenticated
        return reply.deliver(request, request.word(8));
    }
    case drive_key:
        if (state != DriveKeys::Grant::challenged)
            return refuse(mmc::sense::sequence_error);
        state = DriveKeys::Grant::free;
        return refuse(authentication_failure);
    case challenge:
        return refuse(mmc::sense::sequence_error); // comes behind the drive's key
    case title_key:
        return refuse(key_not_present);
    default:
        return refuse_cdb(10, std::uint8_t{5});
    }
}

Answer send_key(LogicalUnit& unit, const Request& request) {
    const unsigned key = request[10] & 0x3F;
    if (auto refused = not_here(unit, request, key))
        return *refused;
    auto& keys = unit.keys;
    auto& state = keys.grants[request[10] >> 6];
    const auto length = request.word(8);
    const auto lacks = [&](std::size_t whole) {
        return length < whole || request.data_out.size() < whole;
    };
    auto answer = good();
    switch (key) {
    case invalidate:
        state = DriveKeys::Grant::free;
        return answer;
    case challenge:
        if (lacks(16))
            return refuse(mmc::sense::parameter_list_length);
        if (state == DriveKeys::Grant::free)
            return refuse(mmc::sense::sequence_error);
        state = DriveKeys::Grant::challenged;
        break;
    case host_key:
        return refuse(mmc::sense::sequence_error); // comes behind the drive's challenge
    case region: {
        if (lacks(8))
            return refuse(mmc::sense::parameter_list_length);
        const std::uint8_t mask = request.data_out[4];
        if (std::popcount(mask) != 7) // one region exactly
            return refuse_list(4);
        if (keys.changes_left == 0)
            return refuse(region_is_permanent);
        keys.region_mask = mask;
        --keys.changes_left;
        break;
    }
    default:
        return refuse_cdb(10, std::uint8_t{5});
    }
    answer.transferred =
        static_cast<std::uint32_t>(std::min<std::size_t>(length, request.data_out.size()));
    return answer;
}

} // namespace burnrig::emulator::commands
