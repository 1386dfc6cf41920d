// SPDX-License-Identifier: Apache-2.0
// What the tests of sequentially recorded DVD and BD share: the media, and the commands that only
// they have, in words. Builds on drive_fixture.h.
#pragma once

#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {

inline Medium dvd_or_bd(MediumKind kind, std::int32_t blocks, std::uint8_t layers = 1) {
    Medium medium;
    medium.name = "test-disc";
    medium.kind = kind;
    medium.data_zone.blocks = blocks;
    medium.data_zone.layers = layers;
    medium.data_zone.layer_0_blocks = blocks / layers;
    medium.write_speeds = {family_of(kind) == MediumFamily::bd ? 17984U : 11080U};
    medium.calibration_slots = 700;
    return medium;
}
inline Medium dvd_r(std::int32_t blocks = 2298496) {
    return dvd_or_bd(MediumKind::dvd_minus_r, blocks);
}
inline Medium dvd_rw() {
    return dvd_or_bd(MediumKind::dvd_minus_rw, 2298496);
}
inline Medium dvd_r_dl() {
    return dvd_or_bd(MediumKind::dvd_minus_r_dl, 4171712, 2);
}
inline Medium dvd_plus_r(std::int32_t blocks = 2295104) {
    return dvd_or_bd(MediumKind::dvd_plus_r, blocks);
}
inline Medium dvd_plus_r_dl() {
    return dvd_or_bd(MediumKind::dvd_plus_r_dl, 4173824, 2);
}
inline Medium bd_r(std::int32_t blocks = 12219392, std::uint8_t layers = 1) {
    return dvd_or_bd(MediumKind::bd_r, blocks, layers);
}

inline DriveModel bd_recorder() {
    auto model = recorder();
    model.profiles.insert(model.profiles.begin(), {0x0043, 0x0042, 0x0041, 0x0040});
    model.write_modes = {{0, 8}, {1, 8}, {2, 8}};
    model.buffer_bytes = 4 << 20;
    return model;
}

/// READ TRACK INFORMATION with all that a DVD or BD shows in it.
struct TrackState52 {
    unsigned number = 0;
    unsigned session = 0;
    unsigned bits = 0; ///< RT, Blank, Packet, FP
    bool damaged = false;
    bool writable = false;
    std::int32_t start = 0;
    std::int32_t next = 0;
    std::int32_t free = 0;
    std::int32_t size = 0;
    std::int32_t last = -1; ///< last recorded address, -1 without one
    std::int32_t compatibility = 0;
};

class SequentialBench : public Bench {
public:
    explicit SequentialBench(Medium medium, DriveModel model = bd_recorder(),
                             DriveOptions options = {})
        : Bench(std::move(medium), std::move(model), options) {}
    explicit SequentialBench(DriveModel model) : Bench(std::move(model)) {} ///< no disc in it

    TrackState52 zone(std::uint16_t number) {
        const auto r = get({0x52, 1, 0, 0, static_cast<std::uint8_t>(number >> 8),
                            static_cast<std::uint8_t>(number), 0, 0, 48, 0});
        if (r.size() < 36) {
            BOOST_ERROR("no track " << number << ": " << sense(last));
            return {};
        }
        const auto at = [&](std::size_t i) { return static_cast<std::int32_t>(mmc::get32(&r[i])); };
        return {r[2] + r[32] * 256U,
                r[3] + r[33] * 256U,
                static_cast<unsigned>(r[6] >> 4),
                (r[5] & 0x20) != 0,
                (r[7] & 1) != 0,
                at(8),
                at(12),
                at(16),
                at(24),
                (r[7] & 2) != 0 ? at(28) : -1,
                r.size() >= 40 ? at(36) : 0};
    }
    mmc::SenseCode zone_sense(std::uint8_t number) {
        get({0x52, 1, 0, 0, 0, number, 0, 0, 48, 0});
        return sense(last);
    }
    mmc::SenseCode reserve(std::uint32_t blocks) {
        Bytes cdb(10);
        cdb[0] = 0x53;
        mmc::put32(&cdb[5], blocks);
        return sense(send(cdb));
    }
    mmc::SenseCode split(std::uint32_t lba) {
        Bytes cdb(10);
        cdb[0] = 0x53;
        cdb[1] = 1;
        mmc::put32(&cdb[2], lba);
        return sense(send(cdb));
    }
    mmc::SenseCode close(std::uint8_t function, std::uint8_t track = 0) {
        return sense(send({0x5B, 0, function, 0, 0, track, 0, 0, 0, 0}));
    }
    mmc::SenseCode repair(std::uint8_t track) {
        return sense(send({0x58, 0, 0, 0, 0, track, 0, 0, 0, 0}));
    }
    mmc::SenseCode format(std::uint8_t type, std::uint8_t sub_type, std::uint32_t blocks,
                          std::uint32_t parameter = 0) {
        Bytes list(12);
        list[3] = 8;
        mmc::put32(&list[4], blocks);
        list[8] = static_cast<std::uint8_t>(type << 2 | sub_type);
        mmc::put24(&list[9], parameter);
        return sense(send_data({0x04, 0x11, 0, 0, 0, 0}, list));
    }
    mmc::SenseCode layer_break(std::uint32_t blocks) {
        Bytes list(12);
        list[1] = 10;
        mmc::put32(&list[8], blocks);
        return sense(send_data({0xBF, 0, 0, 0, 0, 0, 0, 0x20, 0, 12, 0, 0}, list));
    }
    /// READ DISC INFORMATION byte 2: erasable, state of the last session, disc status.
    unsigned disc_byte() {
        const auto reply = get({0x51, 0, 0, 0, 0, 0, 0, 0, 34, 0});
        BOOST_REQUIRE_EQUAL(reply.size(), 34U);
        return reply[2];
    }
    /// Whether GET CONFIGURATION calls the feature current.
    bool current(std::uint16_t feature) {
        const auto reply = get({0x46, 2, static_cast<std::uint8_t>(feature >> 8),
                                static_cast<std::uint8_t>(feature), 0, 0, 0, 0, 64, 0});
        return reply.size() > 10 && (reply[10] & 1) != 0;
    }
    unsigned profile() {
        const auto reply = get({0x46, 0, 0, 0, 0, 0, 0, 0, 8, 0});
        BOOST_REQUIRE_EQUAL(reply.size(), 8U);
        return mmc::get16(&reply[6]);
    }
    /// Blocks as READ CAPACITY tells them: 0 before there are any.
    std::uint32_t blocks() {
        const auto last_block = capacity();
        return last_block == 0 ? 0 : last_block + 1;
    }
    void check_read(std::int32_t lba, std::int32_t count) {
        for (std::int32_t done = 0; done < count; done += 32) {
            const auto part = std::min(32, count - done);
            const auto got = read(lba + done, static_cast<std::uint16_t>(part));
            BOOST_TEST_INFO("from block " << lba + done);
            BOOST_TEST((got == pattern(lba + done, part)));
        }
    }
    void check_zeros(std::int32_t lba, std::int32_t count) {
        const auto got = read(lba, static_cast<std::uint16_t>(count));
        BOOST_TEST((got == Bytes(static_cast<std::size_t>(count) * 2048)));
    }
};

} // namespace burnrig::emulator
