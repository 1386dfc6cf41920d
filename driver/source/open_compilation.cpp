// SPDX-License-Identifier: Apache-2.0
#include "driver/source/open_compilation.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/source/directory_source.h"
#include "driver/source/file_source.h"
#include "driver/source/pattern_source.h"
#include "driver/source/sheet_compilation.h"
#include "driver/source/stream_source.h"
#include "mmc/sector.h"
#include "mmc/subchannel.h"

namespace burnrig::driver {
namespace {

constexpr std::string_view pattern_prefix = "pattern:";
constexpr std::uint32_t raw_bytes = mmc::raw_sector_size;
constexpr std::uint32_t raw_with_subchannel = raw_bytes + mmc::raw_subchannel_size;

mmc::Result<Compilation> open_stream(Descriptor owned, int descriptor, const std::string& name,
                                     const SourceOptions& options) {
    const std::uint32_t block_bytes = options.audio ? raw_bytes : data_block_bytes;
    std::unique_ptr<StreamSource> source;
    if (options.size == 0U)
        return mmc::fail("{}: a size of 0 leaves nothing to record", name);
    if (owned.number() >= 0)
        source = std::make_unique<StreamSource>(std::move(owned), name, options.size, block_bytes);
    else
        source = std::make_unique<StreamSource>(descriptor, name, options.size, block_bytes);
    if (options.audio && options.byte_order == ByteOrder::big)
        source->swap_bytes();
    source->set_patience(options.patience);
    return compilation_of(std::move(source), options.audio ? TrackKind::audio : TrackKind::mode1);
}

mmc::Result<Compilation> open_pattern(const std::string& name, const SourceOptions& options) {
    std::string_view rest = std::string_view(name).substr(pattern_prefix.size());
    const std::size_t comma = rest.find(',');
    const auto size = parse_size(rest.substr(0, comma));
    std::uint64_t seed = 1;
    bool good = size && *size > 0;
    if (comma != std::string_view::npos) {
        rest.remove_prefix(comma + 1);
        const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), seed);
        good = good && read.ec == std::errc{} && read.ptr == rest.data() + rest.size();
    }
    if (!good)
        return mmc::fail("{}: write pattern:SIZE or pattern:SIZE,SEED, such as pattern:700M,7",
                         name);
    const std::uint32_t block_bytes = options.audio ? raw_bytes : data_block_bytes;
    return compilation_of(std::make_unique<PatternSource>(*size, seed, block_bytes),
                          options.audio ? TrackKind::audio : TrackKind::mode1);
}

// What an image file without a sheet is. Whole sectors begin with the sync pattern.
struct ImageForm {
    std::uint32_t block_bytes = data_block_bytes;
    TrackKind kind = TrackKind::mode1;
    SubchannelData subchannel = SubchannelData::none;
};

ImageForm form_of(std::span<const std::uint8_t> bytes) {
    static constexpr std::array<std::uint8_t, mmc::sync_size> sync{
        0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0};
    const auto sync_at = [&](std::size_t at) {
        return bytes.size() >= at + raw_bytes &&
               std::equal(sync.begin(), sync.end(),
                          bytes.begin() + static_cast<std::ptrdiff_t>(at));
    };
    for (const std::uint32_t size : {raw_bytes, raw_with_subchannel}) {
        const bool alone = bytes.size() == size;
        if (bytes.size() % size != 0 || !sync_at(0) || !(alone || sync_at(size)))
            continue;
        constexpr std::size_t mode_byte = mmc::sector_header_offset + 3;
        return {size, (bytes[mode_byte] & 3) == 2 ? TrackKind::mode2_mix : TrackKind::mode1,
                size == raw_bytes ? SubchannelData::none : SubchannelData::raw_pw};
    }
    return {};
}

mmc::Result<ImageForm> look_into(const std::string& name) {
    auto file = MappedFile::open(name);
    if (!file)
        return tl::unexpected(file.error());
    const auto head = std::min<std::uint64_t>(file->size(), 2 * raw_with_subchannel);
    if (const auto ready = file->touch(0, head); !ready)
        return tl::unexpected(ready.error());
    return form_of(file->bytes());
}

mmc::Result<Compilation> open_image(const std::string& name) {
    const auto form = look_into(name);
    if (!form)
        return tl::unexpected(form.error());
    auto source = FileSource::open(name, form->block_bytes);
    if (!source)
        return tl::unexpected(source.error());
    Compilation compilation =
        compilation_of(std::make_unique<FileSource>(std::move(*source)), form->kind);
    compilation.tracks.front().subchannel = form->subchannel;
    if (form->kind == TrackKind::mode2_mix)
        compilation.format = SessionFormat::cd_rom_xa;
    return compilation;
}

/// `burnrig burn - < image.iso`: a file from its beginning can be mapped and read twice.
std::optional<std::string> file_behind(int descriptor) {
    struct stat status {};
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) ||
        lseek(descriptor, 0, SEEK_CUR) != 0)
        return std::nullopt;
    std::string path = fmt::format("/dev/fd/{}", descriptor);
    return access(path.c_str(), R_OK) == 0 ? std::optional(std::move(path)) : std::nullopt;
}

mmc::Result<Compilation> open_named(const std::string& name, const SourceOptions& options) {
    if (name == "-") {
        const auto file = file_behind(options.standard_input);
        if (file && !options.size && !options.audio)
            return open_image(*file);
        return open_stream({}, options.standard_input, "standard input", options);
    }
    if (name.starts_with(pattern_prefix))
        return open_pattern(name, options);
    struct stat status {};
    if (stat(name.c_str(), &status) != 0)
        return mmc::fail("{}: {}", name, std::strerror(errno));
    if (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode)) {
        Descriptor owned(::open(name.c_str(), O_RDONLY | O_CLOEXEC));
        if (owned.number() < 0)
            return mmc::fail("{}: {}", name, std::strerror(errno));
        const int number = owned.number();
        return open_stream(std::move(owned), number, name, options);
    }
    if (options.size)
        return mmc::fail("{}: a size is given for streams only; a file has its own", name);
    if (S_ISDIR(status.st_mode))
        return compilation_of_directory(name, options);
    const std::string ending = std::filesystem::path(name).extension().string();
    if (ending == ".cue" || ending == ".CUE")
        return mmc::read_cue_sheet(name).and_then(compilation_of_sheet);
    if (ending == ".toc" || ending == ".TOC")
        return mmc::read_cdrdao_toc(name).and_then(compilation_of_sheet);
    if (is_audio_name(name) || options.audio)
        return compilation_of_audio({&name, 1}, options);
    return open_image(name);
}

} // namespace

mmc::Result<Compilation> open_compilation(std::span<const std::string> names,
                                          const SourceOptions& options) {
    if (names.empty())
        return mmc::fail("nothing to record is named");
    if (names.size() == 1)
        return open_named(names.front(), options);
    const auto other = std::find_if_not(names.begin(), names.end(), is_audio_name);
    if (other != names.end() && !options.audio)
        return mmc::fail("{}: several names at once are taken only for audio files (.wav, .pcm, "
                         ".cdr); name one image, or put them into a .cue or .toc",
                         *other);
    return compilation_of_audio(names, options);
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    constexpr std::string_view units = "kmgt";
    double number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{} || !(number >= 0) || !std::isfinite(number))
        return std::nullopt;
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    if (unit.size() > 1)
        return std::nullopt;
    double factor = 1;
    if (unit.size() == 1) {
        const auto letter = static_cast<char>(std::tolower(static_cast<unsigned char>(unit[0])));
        const std::size_t power = units.find(letter);
        if (letter != 's' && power == std::string_view::npos)
            return std::nullopt;
        factor =
            letter == 's' ? data_block_bytes : std::pow(1024.0, static_cast<double>(power + 1));
    }
    const double bytes = std::floor(number * factor);
    constexpr double most = 1e15; // a thousand times what a disc can take
    if (bytes > most)
        return std::nullopt;
    return static_cast<std::uint64_t>(bytes);
}

} // namespace burnrig::driver
