// SPDX-License-Identifier: Apache-2.0
// Who lets reader and writer take their steps. Both ways send the drive the same commands.
//
//     in turns    one thread; who is next is a rule, or a choice by seed. For sources that never
//                 wait, and for simulations: while the drive holds a WRITE, drive time passes, and
//                 the reader then takes in what came meanwhile.
//     threaded    the reader on a thread of its own, so that a stream is read while the drive holds
//                 a WRITE
#pragma once

#include <cstdint>
#include <optional>

#include "driver/writer/reader.h"
#include "driver/writer/writer.h"

namespace burnrig::driver {

struct Parts {
    std::span<const WriteTask> tasks;
    Ring& ring;
    Reader& reader;
    Writer& writer;
    mmc::Clock& clock;
    StopToken& stop;
};

/// Who goes first when both can go on.
enum class Turn : std::uint8_t {
    writer, ///< nothing is read before it is needed
    reader, ///< what a thread of its own would have read by now
};

/// `seed`: who goes first is drawn anew each time.
Outcome<void> run_in_turns(const Parts& parts, Turn first, std::optional<std::uint64_t> seed = {});

/// Ends with the reader's thread joined. Without memory for a thread: in turns.
Outcome<void> run_threaded(const Parts& parts);

} // namespace burnrig::driver
