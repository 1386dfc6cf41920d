// SPDX-License-Identifier: Apache-2.0
// A store that keeps eight bytes for each block instead of the block, so that a disc of 100 GB
// takes 400 MB at most:
//
//     0 ... 255      the block is this byte over and over: it can be made again
//     upper bit set  63 bits of the block's XXH3 digest: it can only be compared
//
// A cell never written is 0, a block of zeros, as every store has it. The cells of the layout's
// regions lie one behind the other, in a sparse file or in memory.
#include <algorithm>
#include <array>
#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "emulator/disc/block_store.h"
#include "emulator/disc/mapped_memory.h"
#include "emulator/disc/store_file.h"

namespace burnrig::emulator {

namespace {

using Cell = std::uint64_t;
using Bytes = std::span<const std::uint8_t>;

constexpr Cell digest_bit = Cell{1} << 63;

Cell cell_of(Bytes block) {
    const bool uniform = std::memcmp(block.data(), block.data() + 1, block.size() - 1) == 0;
    return uniform ? block[0] : XXH3_64bits(block.data(), block.size()) | digest_bit;
}

// Where the cells are. What was never put reads as 0.
class Cells {
public:
    virtual ~Cells() = default;
    virtual mmc::Result<void> put(std::uint64_t index, std::span<const Cell> cells) = 0;
    virtual mmc::Result<void> get(std::uint64_t index, std::span<Cell> cells) const = 0;
    virtual mmc::Result<void> clear(std::uint64_t first, std::uint64_t end) = 0;
    virtual mmc::Result<void> sync() = 0;
};

class MemoryCells final : public Cells {
public:
    explicit MemoryCells(MappedMemory memory) : memory_(std::move(memory)) {}
    mmc::Result<void> put(std::uint64_t index, std::span<const Cell> cells) override {
        std::memcpy(at(index), cells.data(), cells.size_bytes());
        return {};
    }
    mmc::Result<void> get(std::uint64_t index, std::span<Cell> cells) const override {
        std::memcpy(cells.data(), at(index), cells.size_bytes());
        return {};
    }
    mmc::Result<void> clear(std::uint64_t first, std::uint64_t end) override {
        memory_.clear(first * sizeof(Cell), end * sizeof(Cell));
        return {};
    }
    mmc::Result<void> sync() override { return {}; }

private:
    std::uint8_t* at(std::uint64_t index) const { return memory_.data() + index * sizeof(Cell); }

    MappedMemory memory_;
};

class FileCells final : public Cells {
public:
    explicit FileCells(std::unique_ptr<StoreFile> file) : file_(std::move(file)) {}
    mmc::Result<void> put(std::uint64_t index, std::span<const Cell> cells) override {
        return file_->put(
            index * sizeof(Cell),
            {reinterpret_cast<const std::uint8_t*>(cells.data()), cells.size_bytes()});
    }
    mmc::Result<void> get(std::uint64_t index, std::span<Cell> cells) const override {
        std::fill(cells.begin(), cells.end(), 0); // behind the end of the file
        const auto got =
            file_->get(index * sizeof(Cell),
                       {reinterpret_cast<std::uint8_t*>(cells.data()), cells.size_bytes()});
        return got ? mmc::Result<void>() : tl::unexpected(got.error());
    }
    mmc::Result<void> clear(std::uint64_t first, std::uint64_t end) override {
        return file_->clear(first * sizeof(Cell), end * sizeof(Cell));
    }
    mmc::Result<void> sync() override { return file_->sync(); }

private:
    std::unique_ptr<StoreFile> file_;
};

class DigestStore final : public BlockStore {
public:
    DigestStore(std::unique_ptr<Cells> cells, BlockLayout layout)
        : cells_(std::move(cells)), layout_(layout), slots_(layout.index(layout.end_address())) {}

    mmc::Result<void> write(std::int32_t lba, BlockForm form, Bytes bytes) override {
        return in_chunks(lba, form, bytes.size(), [&](std::uint64_t index, std::span<Cell> chunk) {
            for (Cell& cell : chunk) {
                cell = cell_of(bytes.first(block_size(form)));
                bytes = bytes.subspan(block_size(form));
            }
            return cells_->put(index, chunk);
        });
    }

    mmc::Result<void> read(std::int32_t lba, BlockForm form,
                           std::span<std::uint8_t> bytes) const override {
        const std::size_t size = block_size(form);
        return in_chunks(lba, form, bytes.size(),
                         [&](std::uint64_t index, std::span<Cell> chunk) -> mmc::Result<void> {
                             if (auto got = cells_->get(index, chunk); !got) {
                                 return got;
                             }
                             for (const Cell cell : chunk) {
                                 if ((cell & digest_bit) != 0) {
                                     return only_digest(lba);
                                 }
                                 std::memset(bytes.data(), static_cast<int>(cell), size);
                                 bytes = bytes.subspan(size);
                                 ++lba;
                             }
                             return {};
                         });
    }

    mmc::Result<std::size_t> equal_blocks(std::int32_t lba, BlockForm form,
                                          Bytes bytes) const override {
        const std::size_t size = block_size(form);
        std::size_t equal = 0;
        bool differs = false;
        auto looked =
            in_chunks(lba, form, bytes.size(),
                      [&](std::uint64_t index, std::span<Cell> chunk) -> mmc::Result<void> {
                          if (differs) {
                              return {};
                          }
                          if (auto got = cells_->get(index, chunk); !got) {
                              return got;
                          }
                          for (const Cell cell : chunk) {
                              if (cell != cell_of(bytes.subspan(equal * size, size))) {
                                  differs = true;
                                  break;
                              }
                              ++equal;
                          }
                          return {};
                      });
        return looked.map([&] { return equal; });
    }

    mmc::Result<void> clear(std::int32_t first, std::int32_t end, BlockForm form) override {
        return cells_->clear(place(first, form), place(end, form));
    }

    mmc::Result<void> discard(std::int32_t first, std::int32_t end) override {
        mmc::Result<void> cleared;
        for (std::size_t region = 0; region < BlockLayout::sizes.size() && cleared; ++region) {
            cleared = cells_->clear(region * slots_ + layout_.index(first),
                                    region * slots_ + layout_.index(end));
        }
        return cleared;
    }

    mmc::Result<void> sync() override { return cells_->sync(); }

private:
    std::uint64_t place(std::int32_t lba, BlockForm form) const {
        return BlockLayout::region(form) * slots_ + layout_.index(lba);
    }

    static tl::unexpected<mmc::Error> only_digest(std::int32_t lba) {
        return mmc::fail("block {} is kept as a digest only, its bytes are gone; such a disc can "
                         "be compared with an image: burnrig disc compare",
                         lba);
    }

    // Calls visit(index, cells) for the cells of so many bytes of blocks, a few at a time.
    template <class Visit>
    mmc::Result<void> in_chunks(std::int32_t lba, BlockForm form, std::size_t bytes,
                                Visit visit) const {
        std::array<Cell, 32> chunk;
        std::uint64_t index = place(lba, form);
        std::size_t left = bytes / block_size(form);
        mmc::Result<void> done;
        while (left > 0 && done) {
            const std::size_t count = std::min(left, chunk.size());
            done = visit(index, std::span(chunk).first(count));
            index += count;
            left -= count;
        }
        return done;
    }

    std::unique_ptr<Cells> cells_;
    BlockLayout layout_;
    std::uint64_t slots_; ///< cells of one region
};

} // namespace

mmc::Result<std::unique_ptr<BlockStore>> make_digest_store(BlockLayout layout) {
    const std::uint64_t cells = layout.index(layout.end_address()) * BlockLayout::sizes.size();
    auto memory = MappedMemory::anonymous(cells * sizeof(Cell));
    if (!memory) {
        return tl::unexpected(memory.error());
    }
    return std::make_unique<DigestStore>(std::make_unique<MemoryCells>(std::move(*memory)), layout);
}

mmc::Result<std::unique_ptr<BlockStore>> open_digest_store(const std::filesystem::path& path,
                                                           BlockLayout layout) {
    auto file = StoreFile::open(path);
    if (!file) {
        return tl::unexpected(file.error());
    }
    return std::make_unique<DigestStore>(std::make_unique<FileCells>(std::move(*file)), layout);
}

} // namespace burnrig::emulator
