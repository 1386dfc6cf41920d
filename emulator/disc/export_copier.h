// SPDX-License-Identifier: Apache-2.0
// Copies a disc's blocks into a file that is being exported. Internal to export.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "emulator/disc/disc.h"
#include "emulator/disc/export.h"
#include "emulator/disc/sparse_file.h"

namespace burnrig::emulator {

// One file being written: blocks of one size, one behind the other.
class Copier {
public:
    Copier(const Disc& disc, SparseFile& file, std::size_t size, ExportReport& report)
        : disc_(disc), file_(file), size_(size), report_(report) {}

    // Puts blocks [first, end) to the file's block `at`, each as `extract` gives it.
    template <class Extract>
    mmc::Result<void> copy(std::int32_t first, std::int32_t end, std::int32_t at, Extract extract) {
        constexpr std::int32_t chunk_blocks = 256;
        at_ = at - first;
        while (first < end) {
            const Disc::Run run = disc_.run_at(first);
            const std::int32_t stop = first + std::min(run.extent.count, end - first);
            if (run.state != BlockState::readable) {
                unreadable(first, stop);
                first = stop;
                continue;
            }
            const std::int32_t chunk = std::min(first + chunk_blocks, stop);
            auto copied = chunk_of(first, chunk, run.extent.form, extract);
            if (!copied) {
                return copied;
            }
            first = chunk;
        }
        return {};
    }

private:
    template <class Extract>
    mmc::Result<void> chunk_of(std::int32_t first, std::int32_t end, BlockForm form,
                               Extract extract) {
        const std::size_t kept_size = block_size(form);
        const auto count = static_cast<std::size_t>(end - first);
        std::span<const std::uint8_t> kept = disc_.view(first, end - first);
        if (kept.empty()) {
            kept_.resize(count * kept_size);
            if (auto read = disc_.read(first, kept_); !read) {
                return read;
            }
            kept = kept_;
        }
        out_.assign(count * size_, 0);
        const std::span<std::uint8_t> out(out_);
        for (std::size_t index = 0; index < count; ++index) {
            const auto lba = first + static_cast<std::int32_t>(index);
            if (!extract(form, lba, kept.subspan(index * kept_size, kept_size),
                         out.subspan(index * size_, size_))) {
                unreadable(lba, lba + 1);
            }
        }
        return file_.put(static_cast<std::uint64_t>(first + at_) * size_, out_);
    }

    void unreadable(std::int32_t first, std::int32_t end) {
        auto& ranges = report_.unreadable;
        if (!ranges.empty() && ranges.back().end == first) {
            ranges.back().end = end;
        } else {
            ranges.push_back({first, end});
        }
    }

    const Disc& disc_;
    SparseFile& file_;
    std::size_t size_;
    ExportReport& report_;
    std::int32_t at_ = 0; // from a disc's address to the file's
    std::vector<std::uint8_t> kept_;
    std::vector<std::uint8_t> out_;
};

} // namespace burnrig::emulator
