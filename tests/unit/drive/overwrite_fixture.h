// SPDX-License-Identifier: Apache-2.0
// Media that are formatted and written at random, for the tests of their rules, and FORMAT UNIT in
// words.
#pragma once

#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {

inline Medium overwritable(MediumKind kind, std::int32_t blocks) {
    Medium medium;
    medium.name = "test-overwritable";
    medium.kind = kind;
    medium.data_zone.blocks = medium.data_zone.layer_0_blocks = blocks;
    medium.write_speeds = {5540, 2770};
    return medium;
}
inline Medium dvd_plus_rw(std::int32_t blocks = 2295104) {
    return overwritable(MediumKind::dvd_plus_rw, blocks);
}
inline Medium dvd_minus_rw() {
    return overwritable(MediumKind::dvd_minus_rw, 2298496);
}
inline Medium of_two_layers(MediumKind kind, std::int32_t blocks) {
    auto medium = overwritable(kind, blocks);
    medium.data_zone.layers = 2;
    medium.data_zone.layer_0_blocks = blocks / 2;
    return medium;
}
inline Medium dvd_plus_rw_dl() {
    return of_two_layers(MediumKind::dvd_plus_rw_dl, 4173824);
}
inline Medium dvd_minus_rw_dl() {
    return of_two_layers(MediumKind::dvd_minus_rw_dl, 4171712);
}
inline Medium dvd_ram() {
    return overwritable(MediumKind::dvd_ram, 2295072);
}
inline Medium bd_re(std::int32_t blocks = 12219392, std::uint8_t layers = 1) {
    auto medium = overwritable(MediumKind::bd_re, blocks);
    medium.data_zone.layers = layers;
    medium.data_zone.layer_0_blocks = blocks / layers;
    return medium;
}

inline DriveModel bd_recorder() {
    auto model = recorder();
    model.profiles.insert(model.profiles.begin(), {0x0043, 0x0042, 0x0041, 0x0040});
    return model;
}

/// A drive with one of these media in it.
class OverwriteBench : public Bench {
public:
    explicit OverwriteBench(Medium medium, DriveOptions options = {})
        : Bench(std::move(medium), bd_recorder(), options) {}
    OverwriteBench(Medium medium, DriveModel model) : Bench(std::move(medium), std::move(model)) {}

    mmc::Completion format_unit(std::uint8_t type, std::uint32_t blocks, std::uint32_t parameter,
                                bool immediate = false, std::uint8_t sub_type = 0) {
        Bytes list(12);
        list[1] = immediate ? 0x02 : 0;
        list[3] = 8;
        mmc::put32(&list[4], blocks);
        list[8] = static_cast<std::uint8_t>(type << 2 | sub_type);
        mmc::put24(&list[9], parameter);
        return send_data({0x04, 0x11, 0, 0, 0, 0}, list, 100000s);
    }
    mmc::SenseCode format(std::uint8_t type, std::uint32_t blocks, std::uint32_t parameter = 0,
                          std::uint8_t sub_type = 0) {
        return sense(format_unit(type, blocks, parameter, false, sub_type));
    }
    mmc::SenseCode close(std::uint8_t function) {
        return sense(send({0x5B, 0, function, 0, 0, 0, 0, 0, 0, 0}));
    }
    mmc::SenseCode write_12(std::int32_t lba, std::uint32_t blocks, bool streaming) {
        Bytes cdb(12);
        cdb[0] = 0xAA;
        mmc::put32(&cdb[2], static_cast<std::uint32_t>(lba));
        mmc::put32(&cdb[6], blocks);
        cdb[10] = streaming ? 0x80 : 0;
        return sense(send_data(cdb, pattern(lba, static_cast<std::int32_t>(blocks))));
    }
    mmc::SenseCode protect(bool persistent, bool software) {
        const auto bits = static_cast<std::uint8_t>((persistent ? 2 : 0) | (software ? 1 : 0));
        return sense(
            send_data({0xBF, 0, 0, 0, 0, 0, 0, 0xC0, 0, 8, 0, 0}, {0, 6, 0, 0, bits, 0, 0, 0}));
    }
    /// Current/maximum descriptor: type << 32 | blocks; behind it type << 56 | blocks << 24 |
    /// parameter of each offer.
    std::vector<std::uint64_t> format_capacities() {
        const auto reply = get({0x23, 0, 0, 0, 0, 0, 0, 1, 0, 0}, 256);
        BOOST_REQUIRE_GE(reply.size(), 12U);
        BOOST_REQUIRE_EQUAL(reply.size(), 4U + reply[3]);
        std::vector<std::uint64_t> out{std::uint64_t{reply[8]} << 32 | mmc::get32(&reply[4])};
        for (std::size_t at = 12; at + 8 <= reply.size(); at += 8)
            out.push_back(std::uint64_t{reply[at + 4]} >> 2 << 56 |
                          std::uint64_t{mmc::get32(&reply[at])} << 24 | mmc::get24(&reply[at + 5]));
        return out;
    }
    static std::uint64_t current(unsigned type, std::uint64_t blocks) {
        return std::uint64_t{type} << 32 | blocks;
    }
    static std::uint64_t offer(std::uint64_t type, std::uint64_t blocks, std::uint64_t parameter) {
        return type << 56 | blocks << 24 | parameter;
    }
    /// Byte 2 and byte 7 of READ DISC INFORMATION.
    std::pair<unsigned, unsigned> state() {
        const auto reply = get({0x51, 0, 0, 0, 0, 0, 0, 0, 34, 0});
        BOOST_REQUIRE_EQUAL(reply.size(), 34U);
        return {reply[2], reply[7]};
    }
    /// Whether GET CONFIGURATION calls the feature current.
    bool current_feature(std::uint16_t code) {
        const auto reply = get({0x46, 2, static_cast<std::uint8_t>(code >> 8),
                                static_cast<std::uint8_t>(code), 0, 0, 0, 0, 64, 0});
        return reply.size() > 10 && (reply[10] & 1) != 0;
    }
    unsigned profile() {
        const auto reply = get({0x46, 2, 0, 0, 0, 0, 0, 0, 8, 0});
        BOOST_REQUIRE_EQUAL(reply.size(), 8U);
        return mmc::get16(&reply[6]);
    }
    /// What REQUEST SENSE says, and how far it is.
    std::pair<mmc::SenseCode, unsigned> request_sense() {
        const auto reply = get({0x03, 0, 0, 0, 18, 0});
        const auto decoded = mmc::decode_sense(reply);
        BOOST_REQUIRE(decoded);
        return {decoded->code, decoded->progress.value_or(0)};
    }
    void wait(mmc::Duration length) { clock.sleep_until(clock.now() + length); }
    Bytes zeros(std::int32_t blocks) { return Bytes(static_cast<std::size_t>(blocks) * 2048); }
};

} // namespace burnrig::emulator
