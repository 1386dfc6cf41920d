// SPDX-License-Identifier: Apache-2.0
// DVD_READ_STRUCT and DVD_AUTH: the disc's structures, and the talk about keys, between programs'
// structures and the drive's replies. The structures are handled as bytes: their bit fields are
// laid down in the user's header, and offsets are what both sides agree on.
//
// Source: Linux 6.1 dvd_read_struct(), dvd_do_auth(); linux/cdrom.h.
#include <algorithm>
#include <array>
#include <cerrno>
#include <linux/cdrom.h>

#include "emulator/nodes/linux/linux_device.h"
#include "mmc/bytes.h"

namespace burnrig::emulator::nodes {
namespace {

using Structure = std::array<std::uint8_t, sizeof(dvd_struct)>;
using Info = std::array<std::uint8_t, sizeof(dvd_authinfo)>;
static_assert(sizeof(dvd_struct) == 2056 && sizeof(dvd_authinfo) == 16);

std::uint8_t agid_of(std::uint8_t byte) {
    return static_cast<std::uint8_t>((byte & 3) << 6);
}

void put_host_word(std::uint8_t* to, std::uint32_t value) { // as the program's processor has it
    for (int i = 0; i < 4; ++i)
        to[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

/// One layer of the physical structure: 20 bytes at 4 + 20 * layer.
void fill_layer(Structure& structure, std::size_t layer, const std::uint8_t* base) {
    std::uint8_t* const to = structure.data() + 4 + 20 * layer;
    std::fill_n(to, 20, std::uint8_t{0});
    to[0] = base[0]; // the bit fields of the user's header lie as in the reply
    to[1] = base[1];
    to[2] = static_cast<std::uint8_t>(base[2] & 0x7F);
    to[3] = base[3];
    to[4] = base[16] >> 7;
    put_host_word(to + 8, mmc::get24(base + 5));
    put_host_word(to + 12, mmc::get24(base + 9));
    put_host_word(to + 16, mmc::get24(base + 13));
}

/// What the reply becomes in the program's structure: 0 or -EIO.
int fill_structure(Structure& structure, std::span<const std::uint8_t> reply) {
    const std::uint32_t length = mmc::get16(reply.data());
    const auto* const data = reply.data() + 4;
    switch (structure[0]) {
    case DVD_STRUCT_PHYSICAL:
        fill_layer(structure, structure[1], data);
        return 0;
    case DVD_STRUCT_COPYRIGHT:
        structure[2] = data[0];
        structure[3] = data[1];
        return 0;
    case DVD_STRUCT_DISCKEY:
        std::copy_n(data, 2048, structure.begin() + 2);
        return 0;
    case DVD_STRUCT_BCA:
        if (length < 12 || length > 188)
            return -EIO;
        put_host_word(structure.data() + 4, length);
        std::copy_n(data, length, structure.begin() + 8);
        return 0;
    default: { // manufacturer
        const std::uint32_t kept = std::min<std::uint32_t>(length, 2048);
        put_host_word(structure.data() + 4, kept);
        std::copy_n(data, kept, structure.begin() + 8);
        return 0;
    }
    }
}

} // namespace

std::span<const LinuxDevice::Entry> LinuxDevice::dvd_table() {
    static constexpr std::array entries = {
        Entry{DVD_READ_STRUCT, "DVD_READ_STRUCT", &LinuxDevice::dvd_read_structure},
        Entry{DVD_AUTH, "DVD_AUTH", &LinuxDevice::dvd_authenticate},
    };
    return entries;
}

long LinuxDevice::dvd_read_structure(const Call& call) {
    static constexpr std::uint16_t lengths[] = {21, 8, 2052, 192, 2052};
    if ((capability() & CDC_DVD) == 0)
        return unknown();
    Structure structure{};
    if (!call.memory.read(call.argument, structure))
        return -EFAULT;
    const std::uint8_t type = structure[0];
    const std::uint8_t layer = structure[1];
    if (type >= std::size(lengths) || (type == DVD_STRUCT_PHYSICAL && layer >= DVD_LAYERS))
        return -EINVAL;
    std::uint8_t cdb[12] = {0xAD};
    cdb[6] = type <= DVD_STRUCT_COPYRIGHT ? layer : 0;
    cdb[7] = type;
    mmc::put16(cdb + 8, lengths[type]);
    cdb[10] = type == DVD_STRUCT_DISCKEY ? agid_of(structure[1]) : 0;
    std::array<std::uint8_t, 2052> reply{};
    if (const int error = kernel_.packet(cdb, std::span(reply).first(lengths[type])))
        return error;
    if (const int error = fill_structure(structure, reply))
        return error;
    return call.memory.write(call.argument, structure) ? 0 : -EFAULT;
}

namespace {

/// One step of the authentication: the command, and how many bytes go to or come from the drive.
struct KeyStep {
    std::uint8_t type;
    bool to_drive;
    std::uint8_t key_format;
    std::uint8_t length;
};
constexpr KeyStep key_steps[] = {
    {DVD_LU_SEND_AGID, false, 0x00, 8},      {DVD_HOST_SEND_CHALLENGE, true, 0x01, 16},
    {DVD_LU_SEND_KEY1, false, 0x02, 12},     {DVD_LU_SEND_CHALLENGE, false, 0x01, 16},
    {DVD_HOST_SEND_KEY2, true, 0x03, 12},    {DVD_LU_SEND_TITLE_KEY, false, 0x04, 12},
    {DVD_LU_SEND_ASF, false, 0x05, 8},       {DVD_INVALIDATE_AGID, false, 0x3F, 0},
    {DVD_LU_SEND_RPC_STATE, false, 0x08, 8}, {DVD_HOST_SEND_RPC_STATE, true, 0x06, 8},
};

constexpr std::size_t challenge_bytes = 10;
constexpr std::size_t key_bytes = 5;

/// The parameter list of SEND KEY.
void fill_key_list(const Info& info, std::span<std::uint8_t> list) {
    list[1] = static_cast<std::uint8_t>(list.size() - 2);
    if (info[0] == DVD_HOST_SEND_CHALLENGE)
        std::copy_n(info.begin() + 2, challenge_bytes, list.begin() + 4);
    else if (info[0] == DVD_HOST_SEND_KEY2)
        std::copy_n(info.begin() + 2, key_bytes, list.begin() + 4);
    else
        list[4] = info[1]; // the preferred region
}

/// What the reply of REPORT KEY becomes in the program's structure.
void fill_info(Info& info, const std::uint8_t* reply) {
    const auto set_bits = [&info](std::uint8_t mask, unsigned value) {
        info[1] = static_cast<std::uint8_t>((info[1] & ~mask) | (value & mask));
    };
    switch (info[0]) {
    case DVD_LU_SEND_AGID:
        set_bits(0x03, reply[7] >> 6U);
        break;
    case DVD_LU_SEND_KEY1:
        std::copy_n(reply + 4, key_bytes, info.begin() + 2);
        break;
    case DVD_LU_SEND_CHALLENGE:
        std::copy_n(reply + 4, challenge_bytes, info.begin() + 2);
        break;
    case DVD_LU_SEND_TITLE_KEY: // CPM, CP_SEC, CGMS behind the address
        info[12] =
            static_cast<std::uint8_t>((info[12] & ~0x0F) | reply[4] >> 7U |
                                      (reply[4] >> 6U & 1) << 1U | (reply[4] >> 4U & 3) << 2U);
        std::copy_n(reply + 5, key_bytes, info.begin() + 2);
        break;
    case DVD_LU_SEND_ASF:
        set_bits(0x04, (reply[7] & 1U) << 2U);
        break;
    case DVD_LU_SEND_RPC_STATE: // over the request's own type
        info[0] = static_cast<std::uint8_t>(reply[4] >> 6U | (reply[4] >> 3U & 7) << 2U |
                                            (reply[4] & 7U) << 5U);
        info[1] = reply[5];
        info[2] = reply[6];
        break;
    default:
        break;
    }
}

} // namespace

long LinuxDevice::dvd_authenticate(const Call& call) {
    if ((capability() & CDC_DVD) == 0)
        return unknown();
    Info info{};
    if (!call.memory.read(call.argument, info))
        return -EFAULT;
    const auto* const step =
        std::find_if(std::begin(key_steps), std::end(key_steps),
                     [&info](const KeyStep& one) { return one.type == info[0]; });
    if (step == std::end(key_steps))
        return unknown();
    const bool without_agid =
        step->type == DVD_LU_SEND_RPC_STATE || step->type == DVD_HOST_SEND_RPC_STATE;
    std::uint8_t cdb[12] = {static_cast<std::uint8_t>(step->to_drive ? 0xA3 : 0xA4)};
    if (step->type == DVD_LU_SEND_TITLE_KEY) {
        std::uint32_t lba = 0;
        for (int i = 3; i >= 0; --i)
            lba = lba << 8 | info[8 + static_cast<std::size_t>(i)];
        mmc::put32(cdb + 2, lba);
    }
    cdb[9] = step->length;
    cdb[10] = static_cast<std::uint8_t>(step->key_format | (without_agid ? 0 : agid_of(info[1])));
    std::array<std::uint8_t, 16> data{};
    const auto moved = std::span(data).first(step->length);
    if (step->to_drive)
        fill_key_list(info, moved);
    if (const int error = step->to_drive ? kernel_.packet_out(cdb, moved, std::chrono::seconds(7))
                                         : kernel_.packet(cdb, moved))
        return error;
    if (step->type == DVD_HOST_SEND_CHALLENGE)
        info[0] = DVD_LU_SEND_KEY1;
    else if (step->type == DVD_HOST_SEND_KEY2)
        info[0] = DVD_AUTH_ESTABLISHED;
    else if (!step->to_drive)
        fill_info(info, data.data());
    return call.memory.write(call.argument, info) ? 0 : -EFAULT;
}

} // namespace burnrig::emulator::nodes
