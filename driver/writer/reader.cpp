// SPDX-License-Identifier: Apache-2.0
#include "driver/writer/reader.h"

#include <algorithm>
#include <array>

namespace burnrig::driver {
namespace {

/// Pre-gap and padding.
constexpr std::size_t zero_bytes = 64 * 1024;
alignas(4096) constexpr std::array<std::uint8_t, zero_bytes> zeros{};

std::uint64_t up_to_multiple(std::uint64_t blocks, std::uint64_t multiple) {
    return (blocks + multiple - 1) / multiple * multiple;
}

} // namespace

Reader::Reader(std::span<const WriteTask> tasks, Ring& ring, mmc::Clock& clock,
               BlockDigests* digests)
    : tasks_(tasks), ring_(ring), clock_(clock), digests_(digests) {
    begin_task();
}

std::uint32_t Reader::piece_blocks() const {
    const auto room = static_cast<std::uint32_t>(ring_.slot_bytes());
    return transfer_blocks(task(), std::min(task().transfer_bytes, room));
}

void Reader::begin_task() {
    source_read_ = 0;
    filling_left_ = 0;
    source_done_ = false;
    leading_left_ = index_ < tasks_.size() ? task().leading_zero_blocks : 0;
}

Wait Reader::step() {
    if (ring_.ended())
        return {.what = Wait::For::end};
    if (!ring_.has_room())
        return {.what = Wait::For::room};
    if (index_ == tasks_.size()) {
        ring_.end();
        return {.what = Wait::For::end};
    }
    if (leading_left_ == 0 && !source_done_) {
        const mmc::Duration now = clock_.now();
        const mmc::Duration until = task().source.available_at(now);
        if (until > now)
            return {.what = Wait::For::time, .until = until};
    }
    if (auto put = put_piece(); !put) {
        ring_.fail(std::move(put.error()));
        return {.what = Wait::For::end};
    }
    return {};
}

mmc::Result<void> Reader::put_piece() {
    if (leading_left_ > 0)
        put_zeros(leading_left_);
    else if (!source_done_)
        return put_source();
    else if (filling_left_ > 0)
        put_zeros(filling_left_);
    else {
        ++index_;
        begin_task();
    }
    return {};
}

mmc::Result<void> Reader::put_source() {
    const std::uint64_t left =
        task().source_blocks ? *task().source_blocks - source_read_ : UINT64_MAX;
    if (left == 0)
        return source_ended();
    const std::uint64_t room = task().blocks_max - task().leading_zero_blocks - source_read_;
    if (room == 0)
        return look_for_the_end();
    const std::uint64_t most = std::min<std::uint64_t>({piece_blocks(), left, room});
    // What is in memory goes from there, except for the last piece, to which zeros may have to be
    // joined.
    if (task().source.supply() != Supply::memory || most == left)
        return assemble(most);
    const auto data =
        task().source.read({.first = static_cast<std::uint32_t>(task().source_first + source_read_),
                            .count = static_cast<std::uint32_t>(most)});
    if (!data)
        return tl::unexpected(data.error());
    if (data->size() != most * task().block_bytes)
        return assemble(most);
    source_read_ += most;
    if (digests_ != nullptr)
        digests_->add(*data, task().block_bytes);
    put(*data, true);
    return {};
}

mmc::Result<void> Reader::assemble(std::uint64_t most) {
    const std::size_t wanted = most * task().block_bytes;
    const auto buffer = ring_.buffer();
    const auto got = task().source.fill(
        static_cast<std::uint32_t>(task().source_first + source_read_), buffer.first(wanted));
    if (!got)
        return tl::unexpected(got.error());
    const std::uint64_t blocks = *got / task().block_bytes;
    source_read_ += blocks;
    if (digests_ != nullptr)
        digests_->add(buffer.first(*got), task().block_bytes);
    const bool whole = task().source_blocks && source_read_ == *task().source_blocks;
    if (whole || *got < wanted)
        if (const auto ended = source_ended(); !ended)
            return ended;
    const std::uint64_t joined = std::min(filling_left_, piece_blocks() - blocks);
    filling_left_ -= joined;
    const auto data = buffer.first((blocks + joined) * task().block_bytes);
    std::fill(data.begin() + static_cast<std::ptrdiff_t>(*got), data.end(), std::uint8_t{0});
    if (!data.empty())
        put(data, blocks > 0);
    return {};
}

/// All of the room is used: the stream has to end here.
mmc::Result<void> Reader::look_for_the_end() {
    const auto got =
        task().source.fill(static_cast<std::uint32_t>(task().source_first + source_read_),
                           ring_.buffer().first(task().block_bytes));
    if (!got)
        return tl::unexpected(got.error());
    if (*got == 0)
        return source_ended();
    too_long_ = true;
    return mmc::fail("{}: has more than the {} blocks that there is room for", task().source.name(),
                     task().blocks_max - task().leading_zero_blocks);
}

mmc::Result<void> Reader::source_ended() {
    source_done_ = true;
    const WriteTask& now = task();
    if (now.source_blocks && source_read_ < *now.source_blocks)
        return mmc::fail("{}: ended after {} of {} blocks", now.source.name(), source_read_,
                         *now.source_blocks);
    const std::uint64_t data = now.leading_zero_blocks + source_read_;
    const std::uint64_t all =
        up_to_multiple(std::max(data + now.trailing_zero_blocks, now.blocks_min),
                       std::max<std::uint64_t>(now.fill_to_multiple_of, 1));
    filling_left_ = all - data;
    return {};
}

void Reader::put_zeros(std::uint64_t& left) {
    const std::uint64_t most = std::min<std::uint64_t>(
        piece_blocks(), transfer_blocks(task(), static_cast<std::uint32_t>(zero_bytes)));
    const std::uint64_t count = std::min(left, most);
    left -= count;
    put(std::span(zeros).first(count * task().block_bytes), false);
}

void Reader::put(std::span<const std::uint8_t> data, bool from_source) {
    ring_.put(
        {.data = data, .task = static_cast<std::uint32_t>(index_), .from_source = from_source});
}

} // namespace burnrig::driver
