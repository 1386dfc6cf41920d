// SPDX-License-Identifier: Apache-2.0
#include "mmc/sheet/sheet_files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

namespace burnrig::mmc {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t whole_bytes_max = 16U << 20;

class DiskFiles final : public SheetFiles {
public:
    Result<std::uint64_t> size(const fs::path& path) override {
        std::error_code error;
        const std::uint64_t bytes = fs::file_size(path, error);
        if (error)
            return fail("{}: {}", path.string(), error.message());
        return bytes;
    }
    Result<std::size_t> read(const fs::path& path, std::uint64_t offset,
                             std::span<char> out) override {
        std::ifstream in(path, std::ios::binary);
        if (!in)
            return fail("{}: {}", path.string(), std::strerror(errno));
        in.seekg(static_cast<std::streamoff>(offset));
        in.read(out.data(), static_cast<std::streamsize>(out.size()));
        if (in.bad())
            return fail("{}: cannot be read", path.string());
        return static_cast<std::size_t>(in.gcount());
    }
};

std::uint32_t little_endian(const char* at, std::size_t bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i)
        value |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(at[i])) << 8 * i;
    return value;
}

// What the fmt chunk says.
struct WaveFormat {
    std::uint32_t coding = 0; // 1: PCM; FFFEh: told further behind
    std::uint32_t channels = 0;
    std::uint32_t rate = 0;
    std::uint32_t bits = 0;

    bool is_of_a_cd() const { return coding == 1 && channels == 2 && rate == 44100 && bits == 16; }
};

// 2 coding, 2 channels, 4 rate, 6 bytes of speeds, 2 bits; when extensible, from 24 on the coding.
WaveFormat format_of(std::span<const char> chunk) {
    constexpr std::uint32_t extensible = 0xFFFE;
    WaveFormat format;
    format.coding = little_endian(&chunk[0], 2);
    format.channels = little_endian(&chunk[2], 2);
    format.rate = little_endian(&chunk[4], 4);
    format.bits = little_endian(&chunk[14], 2);
    if (format.coding == extensible && chunk.size() >= 26)
        format.coding = little_endian(&chunk[24], 2);
    return format;
}

tl::unexpected<Error> not_of_a_cd(const fs::path& path, const WaveFormat& format) {
    return fail(
        "{0}: holds {1}{2} channels of {3} bits at {4} Hz, a CD takes 2 channels of 16 bits "
        "at 44100 Hz; convert it: sox \"{0}\" -r 44100 -b 16 -c 2 new.wav",
        path.string(), format.coding == 1 ? "" : "compressed samples, ", format.channels,
        format.bits, format.rate);
}

} // namespace

Result<std::string> SheetFiles::whole(const fs::path& path) {
    const auto bytes = size(path);
    if (!bytes)
        return tl::unexpected(bytes.error());
    if (*bytes > whole_bytes_max)
        return fail("{}: has {} bytes, too many for a text that describes a disc; is it an image?",
                    path.string(), *bytes);
    std::string content(*bytes, '\0');
    const auto got = read(path, 0, content);
    if (!got)
        return tl::unexpected(got.error());
    content.resize(*got);
    return content;
}

SheetFiles& disk_files() {
    static DiskFiles files;
    return files;
}

Result<SampleBytes> bytes_of_file(const fs::path& path, SheetFiles& files) {
    return files.size(path).map([](std::uint64_t bytes) { return SampleBytes{0, bytes}; });
}

// Walks over the chunks of a RIFF file to its samples.
Result<SampleBytes> bytes_of_wave(const fs::path& path, SheetFiles& files) {
    constexpr std::size_t head_bytes = 12;
    constexpr std::size_t chunk_head_bytes = 8;
    constexpr std::uint32_t unknown_length = 0x7FFFF000; // and above: it was made through a pipe
    constexpr int chunks_max = 1000;
    const auto size = files.size(path);
    if (!size)
        return tl::unexpected(size.error());
    std::array<char, head_bytes> head{};
    if (const auto got = files.read(path, 0, head); !got)
        return tl::unexpected(got.error());
    if (std::memcmp(head.data(), "RIFF", 4) != 0 || std::memcmp(&head[8], "WAVE", 4) != 0)
        return fail("{0}: is no WAVE file, it does not begin with RIFF and WAVE; convert it: sox "
                    "\"{0}\" -r 44100 -b 16 -c 2 new.wav",
                    path.string());
    std::optional<WaveFormat> format;
    std::uint64_t at = head_bytes;
    for (int chunk = 0; chunk < chunks_max && at + chunk_head_bytes <= *size; ++chunk) {
        std::array<char, chunk_head_bytes + 26> bytes{};
        const auto got = files.read(path, at, bytes);
        if (!got)
            return tl::unexpected(got.error());
        const std::uint64_t length = little_endian(&bytes[4], 4);
        at += chunk_head_bytes;
        if (std::memcmp(bytes.data(), "fmt ", 4) == 0) {
            const auto in_file = std::min<std::uint64_t>(length, *got - chunk_head_bytes);
            if (in_file < 16)
                break;
            format = format_of(std::span(bytes).subspan(chunk_head_bytes, in_file));
        } else if (std::memcmp(bytes.data(), "data", 4) == 0) {
            if (!format)
                break;
            if (!format->is_of_a_cd())
                return not_of_a_cd(path, *format);
            const std::uint64_t left = *size - at;
            if (length > left && length < unknown_length)
                return fail("{}: is cut: its header announces {} bytes of samples, {} are there",
                            path.string(), length, left);
            return SampleBytes{at, std::min(length, left)};
        }
        at += length + length % 2;
    }
    return fail("{}: is a WAVE file without samples; is it cut?", path.string());
}

} // namespace burnrig::mmc
