// SPDX-License-Identifier: Apache-2.0
// The CDBs that many checks send, written down from the standard.
#pragma once

#include "harness/conformance/check.h"
#include "mmc/bytes.h"

namespace burnrig::harness::conformance {

inline Bytes test_unit_ready() {
    return {0x00, 0, 0, 0, 0, 0};
}
inline Bytes inquiry(std::uint8_t length) {
    return {0x12, 0, 0, 0, length, 0};
}
inline Bytes request_sense(std::uint8_t length) {
    return {0x03, 0, 0, 0, length, 0};
}
/// A ten-byte CDB with an allocation length in bytes 7 and 8.
inline Bytes with_length(std::uint8_t opcode, std::uint8_t byte1, std::uint8_t byte2,
                         std::uint32_t length) {
    Bytes cdb{opcode, byte1, byte2, 0, 0, 0, 0, 0, 0, 0};
    mmc::put16(&cdb[7], length);
    return cdb;
}
/// rt: 0 all from `start` on, 1 current ones, 2 that one.
inline Bytes get_configuration(std::uint8_t rt, std::uint16_t start, std::uint32_t length = 4096) {
    auto cdb = with_length(0x46, rt, 0, length);
    mmc::put16(&cdb[2], start);
    return cdb;
}
inline Bytes get_event(std::uint8_t classes, std::uint32_t length = 8) {
    auto cdb = with_length(0x4A, 1, 0, length);
    cdb[4] = classes;
    return cdb;
}
inline Bytes mode_sense(std::uint8_t page, std::uint8_t control = 0, std::uint32_t length = 4096) {
    return with_length(0x5A, 0, static_cast<std::uint8_t>(control << 6 | page), length);
}
inline Bytes read_toc(std::uint8_t format, bool msf = false, std::uint8_t number = 0,
                      std::uint32_t length = 4096) {
    auto cdb = with_length(0x43, msf ? 2 : 0, format, length);
    cdb[6] = number;
    return cdb;
}
inline Bytes read_disc_information(std::uint8_t type = 0, std::uint32_t length = 4096) {
    return with_length(0x51, type, 0, length);
}
/// type: 0 by address, 1 by track number, 2 by session number.
inline Bytes read_track_information(std::uint8_t type, std::uint32_t number,
                                    std::uint32_t length = 256) {
    auto cdb = with_length(0x52, type, 0, length);
    mmc::put32(&cdb[2], number);
    return cdb;
}
inline Bytes read_capacity() {
    return {0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0};
}
inline Bytes read_format_capacities(std::uint32_t length = 4096) {
    return with_length(0x23, 0, 0, length);
}
/// READ(10), WRITE(10), VERIFY(10), SEEK(10) and the like.
inline Bytes ten(std::uint8_t opcode, std::int64_t lba, std::uint32_t blocks,
                 std::uint8_t byte1 = 0) {
    auto cdb = with_length(opcode, byte1, 0, blocks);
    mmc::put32(&cdb[2], static_cast<std::uint32_t>(lba));
    return cdb;
}
inline Bytes twelve(std::uint8_t opcode, std::int64_t lba, std::uint32_t blocks,
                    std::uint8_t byte1 = 0) {
    Bytes cdb{opcode, byte1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    mmc::put32(&cdb[2], static_cast<std::uint32_t>(lba));
    mmc::put32(&cdb[6], blocks);
    return cdb;
}
inline Bytes start_stop(std::uint8_t byte4, bool immediate = false) {
    return {0x1B, static_cast<std::uint8_t>(immediate ? 1 : 0), 0, 0, byte4, 0};
}
inline Bytes prevent_removal(bool prevent) {
    return {0x1E, 0, 0, 0, static_cast<std::uint8_t>(prevent ? 1 : 0), 0};
}
inline Bytes get_performance(std::uint8_t type, std::uint8_t byte1, std::uint32_t descriptors) {
    Bytes cdb{0xAC, byte1, 0, 0, 0, 0, 0, 0, 0, 0, type, 0};
    mmc::put16(&cdb[8], descriptors);
    return cdb;
}
inline Bytes read_disc_structure(std::uint8_t media, std::uint8_t format, std::uint32_t length,
                                 std::uint8_t layer = 0) {
    Bytes cdb{0xAD, media, 0, 0, 0, 0, layer, format, 0, 0, 0, 0};
    mmc::put16(&cdb[8], length);
    return cdb;
}

} // namespace burnrig::harness::conformance
