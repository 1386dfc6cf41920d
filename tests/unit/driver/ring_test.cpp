// SPDX-License-Identifier: Apache-2.0
// The ring between source and drive: order, bounds, ends, and two threads that wait for each other.
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <random>
#include <thread>

#include <unistd.h>

#include "driver/writer/ring.h"
#include "tests/unit/driver/resident_bytes.h"

namespace burnrig::driver {
namespace {

constexpr std::size_t slot_bytes = 4096;

/// Writes `value` into the next slot and puts it in.
void put(Ring& ring, std::uint64_t value) {
    const auto buffer = ring.buffer();
    std::copy_n(reinterpret_cast<const std::uint8_t*>(&value), sizeof value, buffer.begin());
    ring.put({.data = buffer.first(sizeof value), .from_source = true});
}

std::uint64_t value_of(const Piece& piece) {
    std::uint64_t value = 0;
    std::copy_n(piece.data.begin(), sizeof value, reinterpret_cast<std::uint8_t*>(&value));
    return value;
}

BOOST_AUTO_TEST_CASE(gives_back_what_was_put_in_in_order_and_no_more_than_it_has_room_for) {
    Wakeup wakeup;
    Ring ring(3, slot_bytes, wakeup);
    BOOST_TEST(ring.front() == nullptr);
    std::uint64_t in = 0;
    std::uint64_t out = 0;
    for (int round = 0; round < 10; ++round) {
        while (ring.has_room())
            put(ring, in++);
        BOOST_TEST(ring.filled() == 3U);
        for (int i = 0; i < 2; ++i) {
            BOOST_REQUIRE(ring.front() != nullptr);
            BOOST_TEST(value_of(*ring.front()) == out++);
            ring.take();
        }
    }
    BOOST_TEST(in - out == 1U);
}

BOOST_AUTO_TEST_CASE(buffers_are_whole_pages_that_the_drive_can_take_directly) {
    Wakeup wakeup;
    Ring ring(5, 27 * 2352, wakeup);
    BOOST_TEST(ring.slot_bytes() == 65536U);
    for (int i = 0; i < 5; ++i) {
        BOOST_TEST(reinterpret_cast<std::uintptr_t>(ring.buffer().data()) % 4096 == 0U);
        ring.put({.data = ring.buffer()});
    }
}

BOOST_AUTO_TEST_CASE(an_end_lets_what_is_in_it_out_first) {
    Wakeup wakeup;
    Ring ring(4, slot_bytes, wakeup);
    put(ring, 7);
    ring.fail({"the disk is gone"});
    BOOST_TEST(ring.ended());
    BOOST_REQUIRE(ring.front() != nullptr);
    BOOST_TEST(value_of(*ring.front()) == 7U);
    ring.take();
    BOOST_TEST(ring.front() == nullptr);
    BOOST_REQUIRE(ring.error().has_value());
    BOOST_TEST(ring.error()->message == "the disk is gone");
}

BOOST_AUTO_TEST_CASE(waiting_ends_when_the_other_side_ends) {
    Wakeup wakeup;
    Ring ring(4, slot_bytes, wakeup);
    while (ring.has_room())
        put(ring, 1);
    std::thread closer([&] { ring.close(); });
    BOOST_TEST(!ring.wait_for_room());
    closer.join();

    Ring other(4, slot_bytes, wakeup);
    std::thread ender([&] { other.end(); });
    other.wait_for_data(4, nullptr);
    ender.join();
    BOOST_TEST(other.ended());
}

BOOST_AUTO_TEST_CASE(a_stop_request_ends_the_waiting_for_data) {
    StopToken stop;
    Ring ring(4, slot_bytes, stop.wakeup());
    std::thread stopper([&] { stop.request(); });
    ring.wait_for_data(1, &stop); // nothing is ever put in
    stopper.join();
    BOOST_TEST(stop.requested());
    BOOST_TEST(ring.filled() == 0U);
}

BOOST_AUTO_TEST_CASE(who_waits_for_several_pieces_is_not_woken_for_one) {
    Wakeup wakeup;
    Ring ring(8, slot_bytes, wakeup);
    std::thread putting([&] {
        for (std::uint64_t i = 0; i < 5; ++i)
            put(ring, i);
    });
    ring.wait_for_data(5, nullptr);
    BOOST_TEST(ring.filled() == 5U);
    putting.join();
}

/// One side puts in, the other takes out, each at a pace of its own.
void run_two_threads(std::uint64_t seed) {
    constexpr std::uint64_t count = 2000;
    std::mt19937_64 random(seed);
    const auto slots = static_cast<std::size_t>(1 + random() % 16);
    const std::uint64_t lazy_in = random() % 64 + 1;
    const std::uint64_t lazy_out = random() % 64 + 1;
    const std::uint64_t low = random() % 20;
    Wakeup wakeup;
    Ring ring(slots, slot_bytes, wakeup);
    std::thread putting([&] {
        for (std::uint64_t i = 0; i < count; ++i) {
            if (!ring.has_room() && !ring.wait_for_room())
                return;
            if (i % lazy_in == 0)
                std::this_thread::yield();
            put(ring, i);
        }
        ring.end();
    });
    std::uint64_t expected = 0;
    bool in_order = true;
    for (;;) {
        const bool ended = ring.ended();
        const Piece* piece = ring.front();
        if (piece == nullptr && ended)
            break;
        if (piece == nullptr) {
            ring.wait_for_data(low, nullptr);
            continue;
        }
        in_order = in_order && value_of(*piece) == expected++;
        ring.take();
        if (expected % lazy_out == 0)
            std::this_thread::yield();
    }
    putting.join();
    BOOST_TEST(in_order);
    BOOST_TEST(expected == count);
}

BOOST_AUTO_TEST_CASE(two_threads_pass_everything_on_whatever_their_pace) {
    for (std::uint64_t seed = 0; seed < 20; ++seed)
        run_two_threads(seed);
}

BOOST_AUTO_TEST_CASE(memory_that_is_not_used_is_none) {
    constexpr std::size_t mebibyte = 1 << 20;
    const std::size_t before = tests::resident_bytes();
    Wakeup wakeup;
    Ring ring(256, mebibyte, wakeup);
    put(ring, 42);
    BOOST_TEST(value_of(*ring.front()) == 42U);
    BOOST_TEST(tests::resident_bytes() < before + 64 * mebibyte);
}

} // namespace
} // namespace burnrig::driver
