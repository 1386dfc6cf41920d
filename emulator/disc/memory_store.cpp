// SPDX-License-Identifier: Apache-2.0
// The memory store: one mapping for each block size in use, reserved whole when the first block of
// that size is written. Huge pages make the first touch of a page 2 MiB at a time.
#include <array>
#include <cstring>
#include <sys/mman.h>

#include "emulator/disc/block_store.h"
#include "emulator/disc/mapped_memory.h"

namespace burnrig::emulator {

namespace {

class MemoryStore final : public BlockStore {
public:
    explicit MemoryStore(BlockLayout layout) : layout_(layout) {}

    mmc::Result<void> write(std::int32_t lba, BlockForm form,
                            std::span<const std::uint8_t> bytes) override {
        std::uint8_t* base = regions_[BlockLayout::region(form)].data();
        if (base == nullptr) {
            auto mapped = map(BlockLayout::region(form));
            if (!mapped) {
                return tl::unexpected(mapped.error());
            }
            base = *mapped;
        }
        std::memcpy(base + layout_.slot(lba, form), bytes.data(), bytes.size());
        return {};
    }

    mmc::Result<void> read(std::int32_t lba, BlockForm form,
                           std::span<std::uint8_t> bytes) const override {
        const std::uint8_t* base = regions_[BlockLayout::region(form)].data();
        if (base == nullptr) {
            std::memset(bytes.data(), 0, bytes.size());
        } else {
            std::memcpy(bytes.data(), base + layout_.slot(lba, form), bytes.size());
        }
        return {};
    }

    mmc::Result<void> clear(std::int32_t first, std::int32_t end, BlockForm form) override {
        make_zeros(BlockLayout::region(form), first, end);
        return {};
    }

    mmc::Result<void> discard(std::int32_t first, std::int32_t end) override {
        for (std::size_t region = 0; region < regions_.size(); ++region) {
            make_zeros(region, first, end);
        }
        return {};
    }

    std::span<const std::uint8_t> view(std::int32_t lba, BlockForm form,
                                       std::size_t count) const override {
        const std::uint8_t* base = regions_[BlockLayout::region(form)].data();
        if (base == nullptr) {
            return {};
        }
        return {base + layout_.slot(lba, form), count * block_size(form)};
    }

private:
    mmc::Result<std::uint8_t*> map(std::size_t region) {
        const std::uint64_t bytes = layout_.region_bytes(region);
        auto memory = MappedMemory::anonymous(bytes);
        if (!memory) {
            return tl::unexpected(memory.error());
        }
        madvise(memory->data(), bytes, MADV_HUGEPAGE); // a kernel without it serves small pages
        regions_[region] = std::move(*memory);
        return regions_[region].data();
    }

    void make_zeros(std::size_t region, std::int32_t first, std::int32_t end) {
        const std::uint64_t size = BlockLayout::sizes[region];
        if (regions_[region] && first < end) {
            regions_[region].clear(layout_.index(first) * size, layout_.index(end) * size);
        }
    }

    BlockLayout layout_;
    std::array<MappedMemory, BlockLayout::sizes.size()> regions_;
};

} // namespace

std::unique_ptr<BlockStore> make_memory_store(BlockLayout layout) {
    return std::make_unique<MemoryStore>(layout);
}

} // namespace burnrig::emulator
