// SPDX-License-Identifier: Apache-2.0
#include "driver/writer/write_loop.h"

#include <algorithm>

#include <fmt/format.h>

#include "driver/commands/recording.h"
#include "driver/timeouts.h"

namespace burnrig::driver {
namespace {

constexpr std::uint64_t report_every_blocks = 1024; // 2 MiB
constexpr std::uint32_t transfer_blocks_max = 512;

/// Zeros for pre-gap and padding; the largest piece that is sent of them.
constexpr std::uint64_t zero_blocks = 32;
alignas(4096) constexpr std::array<std::uint8_t, zero_blocks * data_block_bytes> zeros{};

} // namespace

WriteLoop::WriteLoop(Operation& operation, const WriteTask& task)
    : operation_(operation), task_(task) {
    std::uint32_t blocks =
        std::clamp<std::uint32_t>(task.transfer_bytes / data_block_bytes, 1, transfer_blocks_max);
    if (blocks > task.multiple)
        blocks -= blocks % task.multiple;
    task_.transfer_bytes = blocks * data_block_bytes;
}

Outcome<void> WriteLoop::run() {
    operation_.writing_began();
    start_ = operation_.clock().now();
    while (result_.blocks_sent < task_.blocks()) {
        const auto data = next_data();
        if (!data)
            return tl::unexpected(data.error());
        if (const auto sent = send(*data); !sent)
            return sent;
        result_.blocks_sent += data->size() / data_block_bytes;
        if (result_.blocks_sent >= next_report_)
            if (const auto told = report(); !told)
                return told;
    }
    if (const auto sound = task_.source.intact(); !sound)
        return operation_.fail(Cause::source_error, sound.error().message);
    return {};
}

Outcome<std::span<const std::uint8_t>> WriteLoop::piece(std::uint64_t at, std::uint64_t most) {
    const std::uint64_t source_begin = task_.leading_zero_blocks;
    const std::uint64_t source_end = source_begin + task_.source_blocks;
    if (at >= source_begin && at < source_end) {
        const auto data = task_.source.read(
            {.first = static_cast<std::uint32_t>(task_.source_first + at - source_begin),
             .count = static_cast<std::uint32_t>(std::min(most, source_end - at))});
        if (!data)
            return operation_.fail(Cause::source_error, data.error().message);
        return *data;
    }
    const std::uint64_t zeros_left = at < source_begin ? source_begin - at : task_.blocks() - at;
    const std::uint64_t count = std::min({most, zeros_left, zero_blocks});
    return std::span(zeros).first(count * data_block_bytes);
}

Outcome<std::span<const std::uint8_t>> WriteLoop::next_data() {
    const std::uint64_t at = result_.blocks_sent;
    const auto data = piece(at, task_.transfer_bytes / data_block_bytes);
    if (!data || task_.multiple == 1)
        return data;
    const std::size_t unit_bytes = std::size_t{task_.multiple} * data_block_bytes;
    if (data->size() >= unit_bytes)
        return data->first(data->size() / unit_bytes * unit_bytes);
    // The last packet: the end of the source and zeros.
    const std::uint64_t end = std::min<std::uint64_t>(at + task_.multiple, task_.blocks());
    packet_.assign(data->begin(), data->end());
    while (at + packet_.size() / data_block_bytes < end) {
        const std::uint64_t next = at + packet_.size() / data_block_bytes;
        const auto more = piece(next, end - next);
        if (!more)
            return more;
        packet_.insert(packet_.end(), more->begin(), more->end());
    }
    return std::span<const std::uint8_t>(packet_);
}

Outcome<void> WriteLoop::send(std::span<const std::uint8_t> data) {
    const auto lba = task_.first_lba + static_cast<std::int32_t>(result_.blocks_sent);
    const mmc::Duration start = operation_.clock().now();
    // A drive that keeps refusing although it claims to have room is asked less and less often.
    mmc::Duration least = limits::buffer_wait_min;
    for (;;) { // ends by the limit below
        const auto written =
            write_blocks(operation_.channel(), {.lba = lba, .streaming = task_.streaming}, data);
        if (written)
            return {};
        if (!wants_patience(written.error()))
            return operation_.fail(written);
        if (operation_.clock().now() - start >= limits::buffer_full) {
            BurnError late = operation_.error(written.error());
            late.cause = Cause::not_ready;
            late.message = fmt::format(
                "The drive takes no more data at LBA {}: its buffer was full "
                "for {} s.",
                lba, std::chrono::duration_cast<std::chrono::seconds>(limits::buffer_full).count());
            return tl::unexpected(std::move(late));
        }
        ++result_.retries;
        if (const auto waited = wait_for_room(data.size(), least); !waited)
            return waited;
        least = std::min(2 * least, limits::buffer_wait_max);
    }
}

double WriteLoop::bytes_per_second() const {
    constexpr double cd_1x = 75.0 * data_block_bytes;
    const double seconds = std::chrono::duration<double>(operation_.clock().now() - start_).count();
    const double sent = static_cast<double>(result_.blocks_sent) * data_block_bytes;
    return seconds > 0 ? std::max(sent / seconds, cd_1x) : cd_1x;
}

Outcome<void> WriteLoop::wait_for_room(std::size_t bytes, mmc::Duration least) {
    // Without figures from the drive: half of its buffer is taken to be full (growisofs).
    double missing = static_cast<double>(bytes);
    if (ask_buffer_) {
        const auto buffer = read_buffer_capacity(operation_.channel());
        if (!buffer && !buffer.error().is(mmc::SenseKey::illegal_request) &&
            !wants_patience(buffer.error()))
            return operation_.fail(buffer);
        if (!buffer)
            ask_buffer_ = wants_patience(buffer.error());
        else if (*buffer)
            missing -= std::min(missing, static_cast<double>((*buffer)->free));
    }
    const std::chrono::duration<double> pause(missing / bytes_per_second());
    operation_.clock().sleep_for(std::clamp(std::chrono::duration_cast<mmc::Duration>(pause), least,
                                            limits::buffer_wait_max));
    return {};
}

Outcome<void> WriteLoop::report() {
    next_report_ = result_.blocks_sent + report_every_blocks;
    Progress progress{.stage = Stage::write,
                      .bytes = result_.blocks_sent * data_block_bytes,
                      .total = task_.blocks() * data_block_bytes,
                      .elapsed = operation_.clock().now() - start_};
    const double seconds = std::chrono::duration<double>(progress.elapsed).count();
    if (seconds > 0)
        progress.kb_per_second = static_cast<double>(progress.bytes) / 1000.0 / seconds;
    if (ask_buffer_) {
        const auto buffer = read_buffer_capacity(operation_.channel());
        if (!buffer && buffer.error().is(mmc::SenseKey::illegal_request))
            ask_buffer_ = false;
        else if (!buffer && !wants_patience(buffer.error()))
            return operation_.fail(buffer); // such as a deferred error of an earlier WRITE
        if (buffer && *buffer) {
            progress.buffer_size = (*buffer)->size;
            progress.buffer_used = (*buffer)->size - (*buffer)->free;
        }
    }
    operation_.observer().progress(progress);
    return {};
}

} // namespace burnrig::driver
