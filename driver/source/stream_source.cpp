// SPDX-License-Identifier: Apache-2.0
#include "driver/source/stream_source.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "driver/source/memory_source.h"

namespace burnrig::driver {
namespace {

constexpr int pipe_bytes = 1 << 20; // what an unprivileged process may ask for

} // namespace

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
}

Descriptor::~Descriptor() {
    if (number_ >= 0)
        ::close(number_);
}

StreamSource::StreamSource(int descriptor, std::string name, std::optional<std::uint64_t> size,
                           std::uint32_t block_bytes)
    : stop_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), descriptor_(descriptor),
      name_(std::move(name)), size_(size), block_bytes_(block_bytes) {
    fcntl(descriptor_, F_SETPIPE_SZ, pipe_bytes); // fewer wake-ups; no pipe: nothing happens
}

StreamSource::StreamSource(Descriptor owned, std::string name, std::optional<std::uint64_t> size,
                           std::uint32_t block_bytes)
    : StreamSource(owned.number(), std::move(name), size, block_bytes) {
    owned_ = std::move(owned);
}

void StreamSource::stop() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(stop_.number(), &one, sizeof one);
}

mmc::Result<void> StreamSource::wait() const {
    std::array<pollfd, 2> waiting{{{descriptor_, POLLIN, 0}, {stop_.number(), POLLIN, 0}}};
    const auto limit = std::chrono::steady_clock::now() + patience_;
    for (int ready = -1; ready < 0;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(limit - std::chrono::steady_clock::now());
        const auto most = std::chrono::milliseconds(std::numeric_limits<int>::max());
        ready =
            poll(waiting.data(), waiting.size(),
                 static_cast<int>(std::clamp(left, std::chrono::milliseconds(0), most).count()));
        if (ready == 0)
            return mmc::fail("{}: gave nothing for {} s, at byte {}: what feeds it is stuck, or "
                             "needs more patience",
                             name_, patience_.count(), taken_);
        if (ready < 0 && errno != EINTR)
            return mmc::fail("{}: {}", name_, std::strerror(errno));
    }
    if (waiting[1].revents != 0)
        return mmc::fail("{}: reading was stopped at byte {}", name_, taken_);
    return {};
}

mmc::Result<std::size_t> StreamSource::read_some(std::span<std::uint8_t> out) {
    for (;;) { // each turn waits until there is something: bytes, the end, or stop()
        if (const auto ready = wait(); !ready)
            return tl::unexpected(ready.error());
        const ssize_t got = ::read(descriptor_, out.data(), out.size());
        if (got >= 0)
            return static_cast<std::size_t>(got);
        if (errno != EINTR && errno != EAGAIN)
            return mmc::fail("{}: cannot be read at byte {}: {}", name_, taken_,
                             std::strerror(errno));
    }
}

mmc::Result<std::size_t> StreamSource::finish(std::size_t got, std::span<std::uint8_t> out) {
    ended_ = true;
    const auto wrong = [this](std::string message) {
        return tl::unexpected(explain(mmc::Error{std::move(message)}));
    };
    if (size_ && taken_ < *size_)
        return wrong(
            fmt::format("{}: ended after {} bytes, {} were announced", name_, taken_, *size_));
    if (taken_ == 0)
        return wrong(fmt::format("{}: is empty, it ended without a byte", name_));
    size_ = taken_;
    if (const auto good = at_end(); !good)
        return tl::unexpected(good.error());
    const std::size_t whole = (got + block_bytes_ - 1) / block_bytes_ * block_bytes_;
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(got),
              out.begin() + static_cast<std::ptrdiff_t>(whole), std::uint8_t{0});
    return whole;
}

mmc::Result<std::size_t> StreamSource::fill(std::uint32_t first, std::span<std::uint8_t> out) {
    auto bytes = take(first, out);
    if (bytes && swaps_)
        for (std::size_t i = 0; i + 1 < *bytes; i += 2)
            std::swap(out[i], out[i + 1]);
    return bytes;
}

mmc::Result<std::size_t> StreamSource::take(std::uint32_t first, std::span<std::uint8_t> out) {
    const std::uint64_t next = taken_ / block_bytes_ + (taken_ % block_bytes_ != 0 ? 1 : 0);
    if (first != next)
        return mmc::fail("{}: block {} is asked for, but a stream goes on with block {} only",
                         name_, first, next);
    if (ended_)
        return 0;
    const std::size_t room = out.size() / block_bytes_ * block_bytes_;
    std::size_t got = 0;
    while (got < room && !(size_ && taken_ == *size_)) {
        const std::uint64_t most = size_ ? *size_ - taken_ : room;
        auto some = read_some(out.subspan(got, std::min<std::uint64_t>(room - got, most)));
        if (!some)
            return some;
        if (*some == 0)
            return finish(got, out);
        got += *some;
        taken_ += *some;
    }
    return size_ && taken_ == *size_ ? finish(got, out) : mmc::Result<std::size_t>(got);
}

mmc::Result<std::span<const std::uint8_t>> StreamSource::read(BlockRange range) {
    if (range.count == 0)
        return behind_the_end(*this, range);
    return read_by_filling(*this, range, buffer_);
}

} // namespace burnrig::driver
