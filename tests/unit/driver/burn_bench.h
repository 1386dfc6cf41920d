// SPDX-License-Identifier: Apache-2.0
// A paper drive, an image of 640 blocks, and burns of the one on the other.
#pragma once

#include "driver/recorder/recorder.h"
#include "driver/source/memory_source.h"
#include "paper_drive.h"

namespace burnrig::driver::test {

inline constexpr std::uint8_t write_opcode = 0x2A;

inline Bytes image_of(std::size_t blocks, std::size_t extra = 0) {
    Bytes bytes(blocks * data_block_bytes + extra);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(i / 2048 * 7 + i);
    return bytes;
}

struct Bench {
    PaperDrive drive;
    Bytes image = image_of(640);
    MemorySource source{image, "image"};

    Outcome<BurnReport> burn(const BurnJob& job, Observer* observer = nullptr) {
        return Recorder(drive, drive.clock).burn(job, observer);
    }
    BurnJob job(WriteMode mode) { return {.source = source, .mode = mode}; }
    bool recorded_equals_image(std::int32_t first) const {
        for (std::size_t i = 0; i * data_block_bytes < image.size(); ++i) {
            const auto found = drive.recorded.find(first + static_cast<std::int32_t>(i));
            if (found == drive.recorded.end())
                return false;
            const std::size_t begin = i * data_block_bytes;
            const std::size_t end = std::min(begin + data_block_bytes, image.size());
            if (!std::equal(image.begin() + static_cast<std::ptrdiff_t>(begin),
                            image.begin() + static_cast<std::ptrdiff_t>(end),
                            found->second.begin()))
                return false;
        }
        return true;
    }
};

} // namespace burnrig::driver::test
