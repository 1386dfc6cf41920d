// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/whole_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace burnrig::emulator {

namespace {

constexpr std::size_t size_max = 64 << 20;

tl::unexpected<mmc::Error> failed(const std::filesystem::path& path, int error) {
    return mmc::fail("{}: {}", path.string(), std::strerror(error));
}

// A descriptor that is closed at the end of its scope.
class Descriptor {
public:
    Descriptor(const std::filesystem::path& path, int flags)
        : number_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }

private:
    int number_;
};

} // namespace

mmc::Result<std::string> read_file(const std::filesystem::path& path) {
    const Descriptor file(path, O_RDONLY);
    if (file.number() < 0) {
        return failed(path, errno);
    }
    std::string content;
    std::string chunk(64 << 10, '\0');
    while (content.size() <= size_max) {
        const ssize_t got = ::read(file.number(), chunk.data(), chunk.size());
        if (got == 0) {
            return content;
        }
        if (got < 0 && errno != EINTR) {
            return failed(path, errno);
        }
        content.append(chunk, 0, got < 0 ? 0 : static_cast<std::size_t>(got));
    }
    return mmc::fail("{}: larger than {} bytes, this is no file of ours", path.string(), size_max);
}

mmc::Result<void> write_file(const std::filesystem::path& path, std::string_view content,
                             bool durable) {
    const Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
    if (file.number() < 0) {
        return failed(path, errno);
    }
    while (!content.empty()) {
        const ssize_t done = ::write(file.number(), content.data(), content.size());
        if (done < 0 && errno != EINTR) {
            return failed(path, errno);
        }
        content.remove_prefix(done < 0 ? 0 : static_cast<std::size_t>(done));
    }
    if (durable && ::fsync(file.number()) != 0) {
        return failed(path, errno);
    }
    return {};
}

mmc::Result<void> replace_file(const std::filesystem::path& path, std::string_view content,
                               bool durable) {
    const std::filesystem::path unfinished = path.string() + ".new";
    if (auto written = write_file(unfinished, content, durable); !written) {
        return written;
    }
    if (::rename(unfinished.c_str(), path.c_str()) != 0) {
        return failed(path, errno);
    }
    return {};
}

mmc::Result<void> sync_path(const std::filesystem::path& path) {
    const Descriptor file(path, O_RDONLY);
    if (file.number() < 0 || ::fsync(file.number()) != 0) {
        return failed(path, errno);
    }
    return {};
}

std::string digest(std::string_view content) {
    return fmt::format("{:016x}", XXH64(content.empty() ? "" : content.data(), content.size(), 0));
}

} // namespace burnrig::emulator
