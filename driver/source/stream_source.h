// SPDX-License-Identifier: Apache-2.0
// A pipe, a socket, a terminal: bytes that come once, when they come.
//
//     StreamSource input(0, "standard input", {});            ends where the stream ends
//     StreamSource input(0, "standard input", 734003200);     ends there, and must not end before
//
// Short reads and interrupted calls are part of the life of a pipe. The last block is filled up
// with zeros. With a size given, no byte behind it is taken. A stream that is silent for longer
// than patience() is an error.
#pragma once

#include <chrono>
#include <vector>

#include "driver/source/source.h"

namespace burnrig::driver {

/// A descriptor that is closed at the end; -1: none.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept;
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor();
    int number() const { return number_; }

private:
    int number_ = -1;
};

class StreamSource : public Source {
public:
    /// The descriptor stays the caller's.
    StreamSource(int descriptor, std::string name, std::optional<std::uint64_t> size,
                 std::uint32_t block_bytes = data_block_bytes);
    /// Takes the descriptor over.
    StreamSource(Descriptor owned, std::string name, std::optional<std::uint64_t> size,
                 std::uint32_t block_bytes = data_block_bytes);

    /// The bytes are samples of 16 bits with the upper half first, and a disc has the lower first.
    void swap_bytes() { swaps_ = true; }

    /// How long it is waited for the next byte, real time. A drive waits about as long between two
    /// writes, and whoever feeds a burn can be stuck for good.
    static constexpr std::chrono::seconds usual_patience{600};
    void set_patience(std::chrono::seconds patience) { patience_ = patience; }

    const std::string& name() const override { return name_; }
    std::uint32_t block_bytes() const override { return block_bytes_; }
    std::optional<std::uint64_t> size() const override { return size_; }
    Supply supply() const override { return Supply::stream; }
    bool rewinds() const override { return false; }
    mmc::Result<std::span<const std::uint8_t>> read(BlockRange range) override;
    mmc::Result<std::size_t> fill(std::uint32_t first, std::span<std::uint8_t> out) override;
    void stop() override;

protected:
    /// Called once, when all bytes were read: whether it was a good end.
    virtual mmc::Result<void> at_end() { return {}; }
    /// The error of a stream that ended too early, for those who know more.
    virtual mmc::Error explain(mmc::Error error) { return error; }
    /// At least one byte, or none at the end.
    mmc::Result<std::size_t> read_some(std::span<std::uint8_t> out);

private:
    mmc::Result<std::size_t> take(std::uint32_t first, std::span<std::uint8_t> out);
    mmc::Result<std::size_t> finish(std::size_t got, std::span<std::uint8_t> out);
    mmc::Result<void> wait() const;

    Descriptor owned_;
    Descriptor stop_; // an eventfd: readable once stop() was called
    int descriptor_;
    std::string name_;
    std::optional<std::uint64_t> size_;
    std::uint32_t block_bytes_;
    std::uint64_t taken_ = 0; // bytes
    bool ended_ = false;
    bool swaps_ = false;
    std::chrono::seconds patience_ = usual_patience;
    std::vector<std::uint8_t> buffer_;
};

} // namespace burnrig::driver
