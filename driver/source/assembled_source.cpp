// SPDX-License-Identifier: Apache-2.0
#include "driver/source/assembled_source.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "driver/source/memory_source.h"
#include "mmc/sector.h"

namespace burnrig::driver {
namespace {

constexpr std::size_t chunk_bytes = 64 * 1024;
alignas(4096) constexpr std::array<std::uint8_t, chunk_bytes> zeros{};

void copy_swapped(std::span<std::uint8_t> out, std::span<const std::uint8_t> in) {
    const std::size_t even = in.size() / 2 * 2;
    for (std::size_t i = 0; i < even; i += 2) {
        out[i] = in[i + 1];
        out[i + 1] = in[i];
    }
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(even), out.end(), std::uint8_t{0});
}

} // namespace

AssembledSource::AssembledSource(std::string name, std::vector<Stretch> stretches,
                                 std::uint32_t block_bytes)
    : name_(std::move(name)), stretches_(std::move(stretches)), block_bytes_(block_bytes) {
    std::erase_if(stretches_, [](const Stretch& stretch) { return stretch.bytes == 0; });
    std::uint64_t end = 0;
    for (const Stretch& stretch : stretches_) {
        // A block of two stretches is made anew each time, and so are swapped samples.
        if (end % block_bytes_ != 0 || stretch.swapped)
            supply_ = Supply::computed;
        end += stretch.bytes;
        ends_.push_back(end);
    }
}

std::size_t AssembledSource::stretch_at(std::uint64_t at) const {
    return static_cast<std::size_t>(std::upper_bound(ends_.begin(), ends_.end(), at) -
                                    ends_.begin());
}

mmc::Result<std::span<const std::uint8_t>> AssembledSource::read(BlockRange range) {
    if (range.count == 0 || range.first >= *blocks())
        return behind_the_end(*this, range);
    const std::uint64_t from = std::uint64_t{range.first} * block_bytes_;
    const std::size_t index = stretch_at(from);
    const Stretch& stretch = stretches_[index];
    const std::uint64_t whole = (ends_[index] - from) / block_bytes_;
    if (whole == 0)
        return assemble(from, 1);
    const auto count = static_cast<std::uint32_t>(std::min<std::uint64_t>(whole, range.count));
    if (stretch.swapped)
        return assemble(from,
                        std::min(count, static_cast<std::uint32_t>(chunk_bytes / block_bytes_)));
    if (!stretch.file)
        return std::span(zeros).first(std::min<std::size_t>(count, chunk_bytes / block_bytes_) *
                                      block_bytes_);
    const std::uint64_t offset = stretch.offset + stretch.bytes - (ends_[index] - from);
    const std::uint64_t length = std::uint64_t{count} * block_bytes_;
    if (const auto ready = stretch.file->touch(offset, length); !ready)
        return tl::unexpected(ready.error());
    return stretch.file->bytes().subspan(offset, length);
}

mmc::Result<std::span<const std::uint8_t>> AssembledSource::assemble(std::uint64_t from,
                                                                     std::uint32_t count) {
    made_.assign(std::size_t{count} * block_bytes_, 0);
    std::size_t done = 0;
    for (std::size_t index = stretch_at(from); index < stretches_.size() && done < made_.size();
         ++index) {
        const Stretch& stretch = stretches_[index];
        const std::uint64_t left = ends_[index] - from - done;
        const auto length = std::min<std::uint64_t>(left, made_.size() - done);
        const std::uint64_t offset = stretch.offset + stretch.bytes - left;
        if (stretch.file) {
            if (const auto ready = stretch.file->touch(offset, length); !ready)
                return tl::unexpected(ready.error());
            const auto in = stretch.file->bytes().subspan(offset, length);
            const auto out = std::span(made_).subspan(done, length);
            if (stretch.swapped)
                put_swapped(out, in, done);
            else
                std::memcpy(out.data(), in.data(), in.size());
        }
        done += length;
    }
    return made_;
}

/// What lies behind the samples of a block is its sub-channel, single bytes.
void AssembledSource::put_swapped(std::span<std::uint8_t> out, std::span<const std::uint8_t> in,
                                  std::size_t at) const {
    copy_swapped(out, in);
    if (block_bytes_ <= mmc::raw_sector_size)
        return;
    for (std::size_t i = 0; i < out.size(); ++i)
        if ((at + i) % block_bytes_ >= mmc::raw_sector_size)
            out[i] = in[i];
}

mmc::Result<void> AssembledSource::intact() const {
    for (const Stretch& stretch : stretches_)
        if (stretch.file)
            if (auto sound = stretch.file->intact(); !sound)
                return sound;
    return {};
}

} // namespace burnrig::driver
