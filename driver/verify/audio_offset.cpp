// SPDX-License-Identifier: Apache-2.0
#include "driver/verify/audio_offset.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "driver/source/memory_source.h"

namespace burnrig::driver {
namespace {

constexpr std::uint32_t sector_bytes = samples_per_sector * sample_bytes;
constexpr std::uint64_t margin = audio_offset_sectors_max;
constexpr std::uint64_t sectors_looked_at_max = 4096; // most of a minute of silence
constexpr int probes_max = 16; // the first ones may be read from the silence before them

/// Blocks `first` to `first + count` of a source, all of them.
mmc::Result<std::vector<std::uint8_t>> blocks_of(Source& source, std::uint64_t first,
                                                 std::uint64_t count) {
    std::vector<std::uint8_t> bytes(count * sector_bytes);
    const auto got = source.fill(static_cast<std::uint32_t>(first), bytes);
    if (!got)
        return tl::unexpected(got.error());
    return bytes;
}

/// Whether a shift of this sector could be seen.
bool has_contour(std::span<const std::uint8_t> sector) {
    return std::memcmp(sector.data(), sector.data() + sample_bytes, sector.size() - sample_bytes) !=
           0;
}

/// Where in `source`, counted in samples from its middle, the sector lies; nothing when nowhere or
/// at several places.
std::optional<std::int32_t> place_of(std::span<const std::uint8_t> sector,
                                     std::span<const std::uint8_t> source) {
    std::optional<std::int32_t> found;
    const std::int32_t reach = audio_offset_sectors_max * samples_per_sector;
    for (std::int32_t offset = -reach; offset <= reach; ++offset) {
        const auto at = static_cast<std::size_t>(offset + reach) * sample_bytes;
        if (std::memcmp(source.data() + at, sector.data(), sector.size()) != 0)
            continue;
        if (found)
            return std::nullopt;
        found = offset;
    }
    return found;
}

} // namespace

Outcome<std::int32_t> find_audio_offset(Operation& operation, const VerifyTask& task) {
    const std::uint64_t looked_at =
        std::min(task.source_blocks, sectors_looked_at_max + 2 * margin);
    int probes = 0;
    for (std::uint64_t block = margin; block + margin < looked_at && probes < probes_max; ++block) {
        const auto window =
            blocks_of(task.source, task.source_first + block - margin, 2 * margin + 1);
        if (!window)
            return operation.fail(Cause::source_error, window.error().message);
        if (!has_contour(std::span(*window).subspan(margin * sector_bytes, sector_bytes)))
            continue;
        ++probes;
        std::vector<std::uint8_t> sector(sector_bytes);
        const auto read =
            read_cd(operation.channel(), task.first_lba + static_cast<std::int32_t>(block),
                    task.form.asked, sector);
        if (!read && read.error().completion.host != mmc::HostStatus::ok)
            return operation.fail(read);
        if (!read)
            continue; // the comparison will come to it
        if (const auto place = place_of(sector, *window))
            return *place;
    }
    return 0;
}

mmc::Result<std::span<const std::uint8_t>> ShiftedAudio::read(BlockRange range) {
    constexpr std::uint32_t count_max = 64;
    const std::uint64_t blocks = next_.blocks().value_or(0);
    if (range.count == 0 || range.first >= blocks)
        return behind_the_end(*this, range);
    const auto count = static_cast<std::int64_t>(
        std::min<std::uint64_t>({range.count, count_max, blocks - range.first}));
    // In samples of the source; what is wanted may begin before its beginning.
    const std::int64_t begin = std::int64_t{range.first} * samples_per_sector + offset_;
    const std::int64_t first_block =
        std::clamp<std::int64_t>(begin / samples_per_sector, 0, static_cast<std::int64_t>(blocks));
    const std::int64_t end_block =
        std::clamp<std::int64_t>((begin + count * samples_per_sector) / samples_per_sector + 1,
                                 first_block, static_cast<std::int64_t>(blocks));
    buffer_.assign(static_cast<std::size_t>(count) * sector_bytes, 0);
    if (end_block == first_block)
        return std::span<const std::uint8_t>(buffer_);
    const auto there = blocks_of(next_, static_cast<std::uint64_t>(first_block),
                                 static_cast<std::uint64_t>(end_block - first_block));
    if (!there)
        return tl::unexpected(there.error());
    const std::int64_t from = first_block * samples_per_sector;
    const std::int64_t to = end_block * samples_per_sector;
    const std::int64_t common_begin = std::max(from, begin);
    const std::int64_t common_end = std::min(to, begin + count * samples_per_sector);
    if (common_begin < common_end)
        std::copy(there->begin() + (common_begin - from) * sample_bytes,
                  there->begin() + (common_end - from) * sample_bytes,
                  buffer_.begin() + (common_begin - begin) * sample_bytes);
    return std::span<const std::uint8_t>(buffer_);
}

VerifyTask shifted(const VerifyTask& task, ShiftedAudio& source, std::int32_t offset_samples) {
    const auto sectors = static_cast<std::uint64_t>(
        (std::abs(offset_samples) + samples_per_sector - 1) / samples_per_sector);
    const std::uint64_t blocks = task.source_blocks > sectors ? task.source_blocks - sectors : 0;
    const std::uint64_t skipped = offset_samples < 0 ? sectors : 0;
    VerifyTask part{.source = source,
                    .first_lba = task.first_lba + static_cast<std::int32_t>(skipped),
                    .source_first = task.source_first + skipped,
                    .source_blocks = blocks,
                    .block_bytes = task.block_bytes,
                    .form = task.form,
                    .is_audio = true,
                    .is_whole_track = task.is_whole_track,
                    .transfer_bytes = task.transfer_bytes};
    return part;
}

} // namespace burnrig::driver
