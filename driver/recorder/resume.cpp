// SPDX-License-Identifier: Apache-2.0
#include "driver/recorder/resume.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>

namespace burnrig::driver {

Outcome<void> compare_seam(Operation& operation, Source& source, const Extent& extent) {
    constexpr std::uint64_t seam_blocks = 32;
    const std::uint64_t count = std::min(seam_blocks, extent.resumed_blocks);
    std::array<std::uint8_t, data_block_bytes> on_disc{};
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t block = extent.source_first - count + i;
        const auto lba = extent.first_lba - static_cast<std::int32_t>(count - i);
        const auto read = read_10(operation.channel(), lba, on_disc);
        if (!read && read.error().completion.host != mmc::HostStatus::ok)
            return operation.fail(read);
        if (!read) {
            operation.warn(fmt::format("the recording goes on unchecked: the drive does not read "
                                       "LBA {} of the open track",
                                       lba));
            return {};
        }
        const auto wanted = source.read({.first = static_cast<std::uint32_t>(block), .count = 1});
        if (!wanted)
            return operation.fail(Cause::source_error, wanted.error().message);
        if (wanted->size() != on_disc.size() ||
            std::memcmp(wanted->data(), on_disc.data(), on_disc.size()) != 0)
            return operation.fail(
                Cause::verify_mismatch,
                fmt::format("LBA {} of the interrupted track is not block {} of {}: it was "
                            "recorded from something else.",
                            lba, block, source.name()));
    }
    return {};
}

} // namespace burnrig::driver
