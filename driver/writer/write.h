// SPDX-License-Identifier: Apache-2.0
// Writes the data of a burn: source -> ring -> WRITE.
//
//     WriteResult result;
//     auto written = write_all(operation, tasks, {.links = plan.links, .stop = job.stop}, result);
//
// A source in memory (a mapped file) goes to the drive from where it is, without thread or ring. A
// stream gets a thread that reads ahead into a ring of 32 MiB.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "driver/writer/executor.h"

namespace burnrig::driver {

struct WriterOptions {
    std::size_t ring_bytes = ring_bytes_default;
    /// Nothing is lost when the drive runs dry: protection against underruns is on, or the medium
    /// needs none.
    bool links = true;
    StopToken* stop = nullptr;       ///< nullptr: nobody will ask
    BlockDigests* digests = nullptr; ///< of what the sources gave; nullptr: not wanted
    /// One thread, and who goes first drawn by this seed: for simulations.
    std::optional<std::uint64_t> seed{};
    /// One thread all the same: a simulated source waits in drive time.
    bool single_thread = false;
};

/// The tasks follow one another without a pause, which session at once needs between its tracks.
/// `result` tells how far it came, either way; a stop request is no failure.
Outcome<void> write_all(Operation& operation, std::span<const WriteTask> tasks,
                        const WriterOptions& options, WriteResult& result);

} // namespace burnrig::driver
