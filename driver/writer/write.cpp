// SPDX-License-Identifier: Apache-2.0
#include "driver/writer/write.h"

#include <algorithm>

namespace burnrig::driver {
namespace {

// A reader of memory needs no more than one piece in the hands of the writer.
constexpr std::size_t memory_slots = 2;
constexpr std::size_t ring_slots_min = 4;
// A piece of a stream is written when it is whole: a large one from a slow stream would come late.
constexpr std::uint32_t stream_transfer_max = 128 * 1024;

bool is_stream(const WriteTask& task) {
    return task.source.supply() == Supply::stream;
}

std::uint32_t transfer_bytes(std::span<const WriteTask> tasks, bool streams) {
    std::uint32_t bytes = 0;
    for (const WriteTask& task : tasks) {
        const std::uint32_t most =
            streams ? std::min(task.transfer_bytes, stream_transfer_max) : task.transfer_bytes;
        bytes = std::max(bytes, transfer_blocks(task, most) * task.block_bytes);
    }
    return bytes;
}

} // namespace

Outcome<void> write_all(Operation& operation, std::span<const WriteTask> tasks,
                        const WriterOptions& options, WriteResult& result) {
    StopToken nobody;
    StopToken& stop = options.stop != nullptr ? *options.stop : nobody;
    const bool streams = std::any_of(tasks.begin(), tasks.end(), is_stream);
    const std::uint32_t transfer = transfer_bytes(tasks, streams);
    const std::size_t slots =
        streams ? std::max(options.ring_bytes / std::max(transfer, 1U), ring_slots_min)
                : memory_slots;
    Ring ring(slots, transfer, stop.wakeup());
    Reader reader(tasks, ring, operation.clock(), options.digests);
    Writer writer(operation, tasks, ring,
                  {.transfer_bytes = transfer,
                   .links = options.links,
                   .ring_matters = streams,
                   .stop = &stop});
    const Parts parts{tasks, ring, reader, writer, operation.clock(), stop};
    const bool threaded = streams && !options.seed && !options.single_thread;
    auto written = threaded
                       ? run_threaded(parts)
                       : run_in_turns(parts, streams ? Turn::reader : Turn::writer, options.seed);
    result = writer.result();
    if (!written && ring.ended() && reader.too_long())
        return operation.fail(Cause::image_too_large, written.error().message);
    return written;
}

} // namespace burnrig::driver
