// SPDX-License-Identifier: Apache-2.0
// The file store: the layout's regions one behind the other in one sparse file. Mode 1 comes first,
// so a plain data disc's file is no longer than its data.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/disc/block_store.h"

namespace burnrig::emulator {

namespace {

class FileStore final : public BlockStore {
public:
    FileStore(std::string path, int descriptor, std::uint64_t size, BlockLayout layout)
        : path_(std::move(path)), descriptor_(descriptor), size_(size), layout_(layout) {
        for (std::size_t region = 0; region < bases_.size(); ++region) {
            bases_[region] = layout.region_base(region);
        }
    }
    FileStore(const FileStore&) = delete;
    FileStore& operator=(const FileStore&) = delete;
    ~FileStore() override { ::close(descriptor_); }

    mmc::Result<void> write(std::int32_t lba, BlockForm form,
                            std::span<const std::uint8_t> bytes) override {
        std::uint64_t at = offset(lba, form);
        while (!bytes.empty()) {
            const ssize_t done =
                ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(at));
            if (done < 0 && errno == EINTR) {
                continue;
            }
            if (done <= 0) {
                return failed("writing");
            }
            bytes = bytes.subspan(static_cast<std::size_t>(done));
            at += static_cast<std::uint64_t>(done);
        }
        size_ = std::max(size_, at);
        return {};
    }

    mmc::Result<void> read(std::int32_t lba, BlockForm form,
                           std::span<std::uint8_t> bytes) const override {
        std::uint64_t at = offset(lba, form);
        while (!bytes.empty()) {
            const ssize_t done =
                ::pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(at));
            if (done < 0 && errno == EINTR) {
                continue;
            }
            if (done < 0) {
                return failed("reading");
            }
            if (done == 0) {
                return mmc::fail("{}: ends before block {}, the file was cut; restore the disc "
                                 "from a copy",
                                 path_, lba);
            }
            bytes = bytes.subspan(static_cast<std::size_t>(done));
            at += static_cast<std::uint64_t>(done);
        }
        return {};
    }

    mmc::Result<void> clear(std::int32_t first, std::int32_t end, BlockForm form) override {
        const std::uint64_t begin = offset(first, form);
        const std::uint64_t stop = offset(end, form);
        if (stop > size_) {
            if (::ftruncate(descriptor_, static_cast<off_t>(stop)) != 0) {
                return failed("growing");
            }
            size_ = stop;
        }
        return make_zeros(begin, stop);
    }

    mmc::Result<void> discard(std::int32_t first, std::int32_t end) override {
        for (std::size_t region = 0; region < bases_.size(); ++region) {
            const std::uint64_t size = BlockLayout::sizes[region];
            const std::uint64_t begin = bases_[region] + layout_.index(first) * size;
            const std::uint64_t stop = std::min(size_, bases_[region] + layout_.index(end) * size);
            if (begin >= stop) {
                continue;
            }
            if (auto cleared = make_zeros(begin, stop); !cleared) {
                return cleared;
            }
        }
        return {};
    }

    mmc::Result<void> sync() override {
        return ::fdatasync(descriptor_) == 0 ? mmc::Result<void>() : failed("syncing");
    }

private:
    std::uint64_t offset(std::int32_t lba, BlockForm form) const {
        return bases_[BlockLayout::region(form)] + layout_.slot(lba, form);
    }

    tl::unexpected<mmc::Error> failed(std::string_view what) const {
        return mmc::fail("{}: {}: {}", path_, what, std::strerror(errno));
    }

    mmc::Result<void> make_zeros(std::uint64_t begin, std::uint64_t stop) {
        if (::fallocate(descriptor_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                        static_cast<off_t>(begin), static_cast<off_t>(stop - begin)) == 0) {
            return {};
        }
        return errno == EOPNOTSUPP ? write_zeros(begin, stop) : failed("clearing");
    }

    // For a file system that cannot punch holes.
    mmc::Result<void> write_zeros(std::uint64_t begin, std::uint64_t stop) {
        static constexpr std::array<std::uint8_t, 65536> zeros{};
        while (begin < stop) {
            const ssize_t done = ::pwrite(descriptor_, zeros.data(),
                                          std::min<std::uint64_t>(zeros.size(), stop - begin),
                                          static_cast<off_t>(begin));
            if (done < 0 && errno == EINTR) {
                continue;
            }
            if (done <= 0) {
                return failed("clearing");
            }
            begin += static_cast<std::uint64_t>(done);
        }
        return {};
    }

    std::string path_;
    int descriptor_;
    std::uint64_t size_;
    BlockLayout layout_;
    std::array<std::uint64_t, BlockLayout::sizes.size()> bases_{};
};

} // namespace

mmc::Result<std::unique_ptr<BlockStore>> open_file_store(const std::filesystem::path& path,
                                                         BlockLayout layout,
                                                         const RecordedMap& recorded) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    struct stat status {};
    if (descriptor < 0 || ::fstat(descriptor, &status) != 0) {
        const int error = errno;
        if (descriptor >= 0) {
            ::close(descriptor);
        }
        return mmc::fail("{}: {}", path.string(), std::strerror(error));
    }
    const auto size = static_cast<std::uint64_t>(status.st_size);
    auto store = std::make_unique<FileStore>(path.string(), descriptor, size, layout);
    std::uint64_t needed = 0;
    recorded.each([&](const Extent& extent) {
        needed = std::max(needed, layout.region_base(BlockLayout::region(extent.form)) +
                                      layout.slot(extent.end(), extent.form));
    });
    if (needed > size) {
        return mmc::fail("{}: has {} bytes, but blocks up to byte {} are recorded, the file "
                         "was cut; restore the disc from a copy",
                         path.string(), size, needed);
    }
    return store;
}

} // namespace burnrig::emulator
