// SPDX-License-Identifier: Apache-2.0
// The file store: the layout's regions one behind the other in one sparse file. Mode 1 comes first,
// so a plain data disc's file is no longer than its data.
#include <algorithm>
#include <array>

#include "emulator/disc/block_store.h"
#include "emulator/disc/store_file.h"

namespace burnrig::emulator {

namespace {

class FileStore final : public BlockStore {
public:
    FileStore(std::unique_ptr<StoreFile> file, BlockLayout layout)
        : file_(std::move(file)), layout_(layout) {
        for (std::size_t region = 0; region < bases_.size(); ++region) {
            bases_[region] = layout.region_base(region);
        }
    }

    mmc::Result<void> write(std::int32_t lba, BlockForm form,
                            std::span<const std::uint8_t> bytes) override {
        return file_->put(offset(lba, form), bytes);
    }

    mmc::Result<void> read(std::int32_t lba, BlockForm form,
                           std::span<std::uint8_t> bytes) const override {
        const auto got = file_->get(offset(lba, form), bytes);
        if (!got) {
            return tl::unexpected(got.error());
        }
        if (*got < bytes.size()) {
            return mmc::fail("{}: ends before block {}, the file was cut; restore the disc from a "
                             "copy",
                             file_->path(),
                             lba + static_cast<std::int32_t>(*got / block_size(form)));
        }
        return {};
    }

    mmc::Result<void> clear(std::int32_t first, std::int32_t end, BlockForm form) override {
        return file_->grow(offset(end, form)).and_then([&] {
            return file_->clear(offset(first, form), offset(end, form));
        });
    }

    mmc::Result<void> discard(std::int32_t first, std::int32_t end) override {
        mmc::Result<void> cleared;
        for (std::size_t region = 0; region < bases_.size() && cleared; ++region) {
            const std::uint64_t size = BlockLayout::sizes[region];
            cleared = file_->clear(bases_[region] + layout_.index(first) * size,
                                   bases_[region] + layout_.index(end) * size);
        }
        return cleared;
    }

    mmc::Result<void> sync() override { return file_->sync(); }

private:
    std::uint64_t offset(std::int32_t lba, BlockForm form) const {
        return bases_[BlockLayout::region(form)] + layout_.slot(lba, form);
    }

    std::unique_ptr<StoreFile> file_;
    BlockLayout layout_;
    std::array<std::uint64_t, BlockLayout::sizes.size()> bases_{};
};

} // namespace

mmc::Result<std::unique_ptr<BlockStore>> open_file_store(const std::filesystem::path& path,
                                                         BlockLayout layout,
                                                         const RecordedMap& recorded) {
    auto file = StoreFile::open(path);
    if (!file) {
        return tl::unexpected(file.error());
    }
    std::uint64_t needed = 0;
    recorded.each([&](const Extent& extent) {
        needed = std::max(needed, layout.region_base(BlockLayout::region(extent.form)) +
                                      layout.slot(extent.end(), extent.form));
    });
    if (needed > (*file)->size()) {
        return mmc::fail("{}: has {} bytes, but blocks up to byte {} are recorded, the file was "
                         "cut; restore the disc from a copy",
                         path.string(), (*file)->size(), needed);
    }
    return std::make_unique<FileStore>(std::move(*file), layout);
}

} // namespace burnrig::emulator
