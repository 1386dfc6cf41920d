// SPDX-License-Identifier: Apache-2.0
// What the tests of the drive share: a drive with a disc in it, in one line, and commands in words.
//
//     Bench bench(cd_r());                 // ready: unit attentions are fetched
//     bench.tao();  bench.write(0, 300);  bench.sync();
//     BOOST_TEST(bench.track(1).size == 302);
//
// Everything goes through Drive::execute(), as a host would do it. Time is virtual.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "emulator/drive/drive.h"
#include "mmc/bytes.h"
#include "mmc/sense.h"

namespace burnrig::mmc {
inline std::ostream& operator<<(std::ostream& out, SenseCode code) {
    return out << to_string(code);
}
inline std::ostream& operator<<(std::ostream& out, HostStatus status) {
    return out << "host status " << static_cast<int>(status);
}
} // namespace burnrig::mmc

namespace burnrig::emulator {

using namespace std::chrono_literals;
using Bytes = std::vector<std::uint8_t>;

inline Medium cd_rw() {
    Medium medium;
    medium.name = "test-cd-rw";
    medium.kind = MediumKind::cd_rw;
    medium.atip.writing_power = 2;
    medium.atip.reference_speed = 3;
    medium.atip.sub_type = 1;
    medium.atip.lead_in = {97, 17, 1};
    medium.atip.lead_out = {79, 59, 74};
    medium.atip.additional[0] = {0x24, 0x2C, 0xDC};
    medium.atip.additional[1] = {0x14, 0xA4, 0x4A};
    medium.atip.additional[2] = {0x02, 0xD2, 0x80};
    medium.write_speeds = {1764, 706};
    return medium;
}

inline Medium cd_r() {
    Medium medium;
    medium.name = "test-cd-r";
    medium.kind = MediumKind::cd_r;
    medium.atip.lead_in = {97, 26, 66};
    medium.atip.lead_out = {79, 59, 71};
    return medium;
}

/// A disc of so few blocks that a test can fill it.
inline Medium short_cd_r(std::int32_t blocks) {
    auto medium = cd_r();
    medium.atip.lead_out = mmc::msf_from_lba(blocks);
    return medium;
}

inline DriveModel recorder() {
    DriveModel model;
    model.name = "test-recorder";
    model.vendor = "Optiarc";
    model.product = "DVD RW AD-7280S";
    model.revision = "1.01";
    model.inquiry_version = 5;
    model.profiles = {0x002B, 0x001B, 0x001A, 0x0016, 0x0015, 0x0014, 0x0013,
                      0x0012, 0x0011, 0x0010, 0x000A, 0x0009, 0x0008, 0x0002};
    model.write_modes = {{0, 8}, {1, 8}, {1, 9}, {1, 10}, {2, 8}, {2, 3}, {3, 1}, {3, 2}, {3, 3}};
    model.buffer_bytes = 534528;
    for (const auto kind : {MediumKind::cd_r, MediumKind::cd_rw, MediumKind::cd_rom}) {
        auto& speeds = model.speeds[static_cast<std::size_t>(kind)];
        for (const std::uint32_t speed : {8467U, 7056U, 5645U, 4234U, 1764U})
            speeds.read.push_back({speed, Rotation::clv, 0, {}});
        for (const std::uint32_t speed : {8467U, 7056U, 5645U, 4234U, 2822U, 1764U, 1411U, 706U})
            speeds.write.push_back({speed, Rotation::clv, 0, {}});
    }
    return model;
}

/// Blocks of 2048 bytes with content that depends on the address.
inline Bytes pattern(std::int32_t lba, std::int32_t count, std::size_t size = 2048) {
    Bytes bytes(static_cast<std::size_t>(count) * size);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>((static_cast<std::size_t>(lba) + i / size) * 131 +
                                             i % size * 7 + (i % size >> 8));
    return bytes;
}

struct DiscInformation {
    bool erasable = false;
    unsigned session_state = 0;
    unsigned status = 0;
    unsigned sessions = 0;
    unsigned first_track = 0;
    unsigned last_track = 0;
};

struct TrackInformation {
    bool damaged = false;
    bool blank = false;
    bool writable = false;
    unsigned number = 0;
    unsigned session = 0;
    unsigned mode = 0;
    std::int32_t start = 0;
    std::int32_t next = 0;
    std::int32_t free = 0;
    std::int32_t size = 0;
};

class Bench {
public:
    explicit Bench(Medium medium, DriveModel model = recorder(), DriveOptions options = {})
        : drive(std::move(model), clock, options) {
        auto made = Disc::in_memory(std::move(medium));
        BOOST_REQUIRE(made);
        drive.insert(std::move(*made));
        settle();
    }
    explicit Bench(DriveModel model = recorder()) : drive(std::move(model), clock) { settle(); }

    /// Drive time goes by; it is virtual.
    void pass(mmc::Duration time) { clock.sleep_until(clock.now() + time); }

    /// Fetches pending unit attentions.
    void settle() {
        for (int i = 0; i < 3; ++i)
            send({0x00, 0, 0, 0, 0, 0});
    }

    mmc::Completion send(const Bytes& cdb, mmc::Duration timeout = 10000s) {
        return drive.execute({cdb, {}, {}, timeout});
    }
    mmc::Completion send_data(const Bytes& cdb, const Bytes& data, mmc::Duration timeout = 10000s) {
        return drive.execute({cdb, data, {}, timeout});
    }
    /// The reply, as long as it came; the completion in `last`.
    Bytes get(const Bytes& cdb, std::size_t room = 4096) {
        Bytes reply(room);
        last = drive.execute({cdb, {}, reply, 10000s});
        reply.resize(last.transferred);
        return reply;
    }

    /// Sense code of a completion; none when it was good.
    static mmc::SenseCode sense(const mmc::Completion& completion) {
        const auto decoded = mmc::decode_sense(completion.sense.view());
        return completion.status == mmc::Status::good || !decoded ? mmc::sense::none
                                                                  : decoded->code;
    }
    mmc::SenseCode ready() { return sense(send({0x00, 0, 0, 0, 0, 0})); }

    /// Mode page 05h: write type byte, track mode byte (multi-session in the upper bits), block
    /// type.
    mmc::SenseCode write_parameters(std::uint8_t type, std::uint8_t mode, std::uint8_t block) {
        Bytes list(8 + 52);
        list[8] = 0x05;
        list[9] = 50;
        list[10] = type;
        list[11] = mode;
        list[12] = block;
        constexpr unsigned fixed_packets = 0x20; // of 16 blocks, as hosts have them on a DVD
        if ((mode & fixed_packets) != 0)
            list[8 + 13] = 16;
        list[8 + 15] = 150;
        return sense(send_data({0x55, 0x10, 0, 0, 0, 0, 0, 0, 60, 0}, list));
    }
    void tao(bool multi = false, bool burn_free = true) {
        const auto type = static_cast<std::uint8_t>(burn_free ? 0x41 : 0x01);
        BOOST_REQUIRE_EQUAL(
            write_parameters(type, static_cast<std::uint8_t>(multi ? 0xC4 : 0x04), 8),
            mmc::sense::none);
    }
    void sao(bool multi = false, bool burn_free = true) {
        const auto type = static_cast<std::uint8_t>(burn_free ? 0x42 : 0x02);
        BOOST_REQUIRE_EQUAL(
            write_parameters(type, static_cast<std::uint8_t>(multi ? 0xC0 : 0x00), 0),
            mmc::sense::none);
    }

    mmc::Completion write_raw(std::int32_t lba, std::uint16_t blocks, const Bytes& data) {
        Bytes cdb(10);
        cdb[0] = 0x2A;
        mmc::put32(&cdb[2], static_cast<std::uint32_t>(lba));
        mmc::put16(&cdb[7], blocks);
        return send_data(cdb, data);
    }
    /// Writes pattern() blocks, 32 at a time; the first sense that is not good.
    mmc::SenseCode write(std::int32_t lba, std::int32_t count, std::size_t size = 2048) {
        for (std::int32_t done = 0; done < count; done += 32) {
            const auto part = std::min(32, count - done);
            const auto result = write_raw(lba + done, static_cast<std::uint16_t>(part),
                                          pattern(lba + done, part, size));
            if (!result.good())
                return sense(result);
        }
        return mmc::sense::none;
    }
    mmc::SenseCode sync() { return sense(send({0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0})); }
    mmc::SenseCode close_session() { return sense(send({0x5B, 0, 2, 0, 0, 0, 0, 0, 0, 0})); }
    mmc::SenseCode close_track(std::uint8_t number = 0xFF) {
        return sense(send({0x5B, 0, 1, 0, 0, number, 0, 0, 0, 0}));
    }
    mmc::SenseCode opc() { return sense(send({0x54, 1, 0, 0, 0, 0, 0, 0, 0, 0})); }
    mmc::SenseCode blank(std::uint8_t type) {
        return sense(send({0xA1, type, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
    }
    mmc::SenseCode cue(const Bytes& sheet) {
        Bytes cdb(10);
        cdb[0] = 0x5D;
        mmc::put24(&cdb[6], static_cast<std::uint32_t>(sheet.size()));
        return sense(send_data(cdb, sheet));
    }
    Bytes read(std::int32_t lba, std::uint16_t blocks) {
        Bytes cdb(10);
        cdb[0] = 0x28;
        mmc::put32(&cdb[2], static_cast<std::uint32_t>(lba));
        mmc::put16(&cdb[7], blocks);
        return get(cdb, blocks * std::size_t{2048});
    }
    mmc::SenseCode read_sense(std::int32_t lba, std::uint16_t blocks) {
        read(lba, blocks);
        return sense(last);
    }

    DiscInformation disc_information() {
        const auto reply = get({0x51, 0, 0, 0, 0, 0, 0, 0, 34, 0});
        BOOST_REQUIRE_EQUAL(reply.size(), 34U);
        return {(reply[2] & 0x10) != 0,
                reply[2] >> 2 & 3U,
                reply[2] & 3U,
                reply[4],
                reply[5],
                reply[6]};
    }
    TrackInformation track(std::uint8_t number) {
        const auto r = get({0x52, 1, 0, 0, 0, number, 0, 0, 36, 0});
        BOOST_REQUIRE_EQUAL(r.size(), 36U);
        const auto at = [&](std::size_t i) { return static_cast<std::int32_t>(mmc::get32(&r[i])); };
        return {(r[5] & 0x20) != 0,
                (r[6] & 0x40) != 0,
                (r[7] & 1) != 0,
                r[2],
                r[3],
                r[5] & 15U,
                at(8),
                at(12),
                at(16),
                at(24)};
    }
    std::uint32_t capacity() {
        const auto reply = get({0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 8);
        BOOST_REQUIRE_EQUAL(reply.size(), 8U);
        return mmc::get32(reply.data());
    }
    /// Code of the next media event.
    unsigned media_event() {
        const auto reply = get({0x4A, 1, 0, 0, 0x10, 0, 0, 0, 8, 0}, 8);
        BOOST_REQUIRE_EQUAL(reply.size(), 8U);
        return reply[4] & 15U;
    }

    void faults(std::initializer_list<std::string> rules) {
        const std::vector<std::string> texts(rules);
        auto engine = faults::FaultEngine::create(texts, 1);
        BOOST_REQUIRE_MESSAGE(engine, engine.error().message);
        drive.set_faults(std::move(*engine));
    }

    mmc::VirtualClock clock;
    Drive drive;
    mmc::Completion last;
};

/// One data track of so many blocks, its pre-gap in front.
inline Bytes data_cue_sheet(std::int32_t blocks) {
    const auto end = mmc::msf_from_lba(blocks);
    return {0x41, 0x00, 0,    0x14, 0, 0,    0,    0,          0x41,       0x01,     0,
            0x10, 0,    0,    0,    0, 0x41, 0x01, 1,          0x10,       0,        0,
            2,    0,    0x41, 0xAA, 1, 0x14, 0,    end.minute, end.second, end.frame};
}

} // namespace burnrig::emulator
