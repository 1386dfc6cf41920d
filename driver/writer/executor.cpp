// SPDX-License-Identifier: Apache-2.0
#include "driver/writer/executor.h"

#include <algorithm>
#include <cassert>
#include <new>
#include <random>
#include <system_error>
#include <thread>

namespace burnrig::driver {
namespace {

bool can_go_on(const Wait& wait, const Parts& parts) {
    switch (wait.what) {
    case Wait::For::nothing:
        return true;
    case Wait::For::data:
        return parts.ring.filled() >= wait.pieces || parts.ring.ended() || parts.stop.requested();
    case Wait::For::room:
        return parts.ring.has_room();
    case Wait::For::time:
        return parts.clock.now() >= wait.until;
    case Wait::For::end:
        break;
    }
    return false;
}

void sleep_until_one_can(const Wait& reader, const Wait& writer, mmc::Clock& clock) {
    mmc::Duration until = mmc::Duration::max();
    for (const Wait& wait : {reader, writer})
        if (wait.what == Wait::For::time)
            until = std::min(until, wait.until);
    // A ring has room or data; so one of the two waits for a time.
    assert(until != mmc::Duration::max());
    clock.sleep_until(until);
}

void read_to_the_end(const Parts& parts) {
    for (;;) { // ends with the source, or when the writer closes the ring
        const Wait wait = parts.reader.step();
        if (wait.what == Wait::For::end)
            return;
        if (wait.what == Wait::For::time)
            parts.clock.sleep_until(wait.until);
        if (wait.what == Wait::For::room && !parts.ring.wait_for_room())
            return;
    }
}

Outcome<void> write_to_the_end(const Parts& parts) {
    for (;;) { // ends with the ring, or with an error
        const auto wait = parts.writer.step();
        if (!wait)
            return tl::unexpected(wait.error());
        if (wait->what == Wait::For::end)
            return {};
        if (wait->what == Wait::For::data)
            parts.ring.wait_for_data(wait->pieces, &parts.stop);
        if (wait->what == Wait::For::time)
            parts.clock.sleep_until(wait->until);
    }
}

} // namespace

Outcome<void> run_in_turns(const Parts& parts, Turn first, std::optional<std::uint64_t> seed) {
    std::mt19937_64 random(seed.value_or(0));
    Wait reader;
    Wait writer;
    for (;;) { // ends with the writer
        const bool reader_can = can_go_on(reader, parts);
        const bool writer_can = can_go_on(writer, parts);
        if (!reader_can && !writer_can) {
            sleep_until_one_can(reader, writer, parts.clock);
            continue;
        }
        const bool prefer_reader = seed ? random() % 2 == 0 : first == Turn::reader;
        if (reader_can && (prefer_reader || !writer_can)) {
            reader = parts.reader.step();
            continue;
        }
        const auto wait = parts.writer.step();
        if (!wait)
            return tl::unexpected(wait.error());
        if (wait->what == Wait::For::end)
            return {};
        writer = *wait;
    }
}

Outcome<void> run_threaded(const Parts& parts) {
    std::thread reading;
    try {
        reading = std::thread([&parts] {
            try {
                read_to_the_end(parts);
            } catch (const std::bad_alloc&) {
                parts.ring.fail({"not enough memory to read on"});
            }
        });
    } catch (const std::system_error&) {
        return run_in_turns(parts, Turn::reader);
    }
    const auto written = write_to_the_end(parts);
    parts.ring.close();
    if (!parts.ring.ended()) // a read that waits would never come back
        for (const WriteTask& task : parts.tasks)
            task.source.stop();
    reading.join();
    return written;
}

} // namespace burnrig::driver
