// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/disc_as_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "emulator/disc/block_payload.h"
#include "mmc/sector.h"

namespace burnrig::emulator {
namespace {

constexpr std::size_t data_block = 2048;
constexpr std::size_t audio_block = 2352;

void put_little(std::uint8_t* at, std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
        at[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

/// The block as the image has it; false when the block has nothing of the kind.
bool extract(bool audio, BlockForm form, std::int32_t lba, std::span<const std::uint8_t> kept,
             std::span<std::uint8_t, audio_block> out) {
    if (audio)
        return make_whole_sector(form, lba, kept, mmc::RawSector(out));
    const auto user = user_data(form, kept);
    std::copy(user.begin(), user.end(), out.begin());
    return !user.empty();
}

} // namespace

std::optional<DiscAsFile> DiscAsFile::of_data(const Disc& disc,
                                              std::optional<std::uint16_t> session) {
    std::vector<const Track*> tracks;
    for (const Track& track : disc.structure().tracks)
        if (!track.audio() && track.end > track.start &&
            track.session == session.value_or(track.session))
            tracks.push_back(&track);
    if (tracks.empty())
        return std::nullopt;
    DiscAsFile image;
    const std::int32_t origin = tracks.size() == 1 ? tracks.front()->start : 0;
    for (const Track* track : tracks)
        image.add(*track, origin);
    return image;
}

std::optional<DiscAsFile> DiscAsFile::of_disc(const Disc& disc) {
    return of_data(disc, std::nullopt);
}

std::optional<DiscAsFile> DiscAsFile::of_session(const Disc& disc, std::uint16_t session) {
    return of_data(disc, session);
}

std::optional<DiscAsFile> DiscAsFile::of_track(const Disc& disc, std::uint16_t number) {
    const auto& tracks = disc.structure().tracks;
    const auto found = std::find_if(tracks.begin(), tracks.end(), [&](const Track& track) {
        return track.number == number && track.end > track.start;
    });
    if (found == tracks.end())
        return std::nullopt;
    DiscAsFile image;
    image.audio_ = found->audio();
    image.add(*found, found->start);
    return image;
}

void DiscAsFile::add(const Track& track, std::int32_t origin) {
    pieces_.push_back({track.start, track.end, track.start - origin});
}

std::uint64_t DiscAsFile::size() const {
    const auto count = static_cast<std::uint64_t>(blocks());
    return audio_ ? wave_header_bytes + count * audio_block : count * data_block;
}

/// RIFF, WAVE, "fmt " with 44100 samples a second of two channels and 16 bits, "data".
std::array<std::uint8_t, DiscAsFile::wave_header_bytes> DiscAsFile::wave_header() const {
    std::array<std::uint8_t, wave_header_bytes> header{};
    const auto bytes = static_cast<std::uint32_t>(size() - wave_header_bytes);
    std::memcpy(&header[0], "RIFF", 4);
    put_little(&header[4], bytes + 36, 4);
    std::memcpy(&header[8], "WAVEfmt ", 8);
    put_little(&header[16], 16, 4);
    put_little(&header[20], 1, 2); // plain samples
    put_little(&header[22], 2, 2);
    put_little(&header[24], 44100, 4);
    put_little(&header[28], 44100 * 4, 4);
    put_little(&header[32], 4, 2);
    put_little(&header[34], 16, 2);
    std::memcpy(&header[36], "data", 4);
    put_little(&header[40], bytes, 4);
    return header;
}

long DiscAsFile::read(const Disc& disc, std::uint64_t offset, std::span<std::uint8_t> into) const {
    if (offset >= size())
        return 0;
    into = into.first(std::min<std::uint64_t>(into.size(), size() - offset));
    if (!audio_)
        return read_blocks(disc, offset, into);
    long done = 0;
    if (offset < wave_header_bytes) {
        const auto header = wave_header();
        const auto count = std::min<std::size_t>(into.size(), wave_header_bytes - offset);
        std::copy_n(header.begin() + static_cast<std::ptrdiff_t>(offset), count, into.begin());
        done = static_cast<long>(count);
        into = into.subspan(count);
        offset += count;
    }
    if (into.empty())
        return done;
    const long rest = read_blocks(disc, offset - wave_header_bytes, into);
    return rest >= 0 ? done + rest : (done > 0 ? done : rest);
}

long DiscAsFile::read_blocks(const Disc& disc, std::uint64_t offset,
                             std::span<std::uint8_t> into) const {
    const std::size_t size = audio_ ? audio_block : data_block;
    std::size_t done = 0;
    while (done < into.size()) {
        const auto block = static_cast<std::int32_t>((offset + done) / size);
        const std::size_t skip = (offset + done) % size;
        const auto rest = into.subspan(done);
        const auto wanted = static_cast<std::int32_t>((skip + rest.size() + size - 1) / size);
        const auto piece = std::find_if(pieces_.begin(), pieces_.end(), [&](const Piece& each) {
            return block < each.at + each.end - each.first;
        });
        std::int32_t count = wanted;
        long got = 0;
        if (block < piece->at) { // a gap
            count = std::min(wanted, piece->at - block);
        } else {
            const std::int32_t lba = piece->first + block - piece->at;
            const auto run = disc.run_at(lba);
            count = std::min({wanted, piece->end - lba, run.extent.count});
            if (run.state == BlockState::readable)
                got = read_run(disc, lba, count, skip, rest);
            else if (run.state == BlockState::unreadable)
                got = -EIO;
        }
        if (got < 0)
            return done > 0 ? static_cast<long>(done) : got;
        if (got == 0) {
            const auto zeros = std::min(rest.size(), static_cast<std::size_t>(count) * size - skip);
            std::fill_n(rest.begin(), zeros, std::uint8_t{0});
            got = static_cast<long>(zeros);
        }
        done += static_cast<std::size_t>(got);
    }
    return static_cast<long>(done);
}

/// `count` readable blocks of one form, from byte `skip` of the first on.
long DiscAsFile::read_run(const Disc& disc, std::int32_t lba, std::int32_t count, std::size_t skip,
                          std::span<std::uint8_t> into) const {
    const std::size_t size = audio_ ? audio_block : data_block;
    const auto form = disc.run_at(lba).extent.form;
    const std::size_t kept_size = block_size(form);
    std::array<std::uint8_t, 2448> kept;
    std::array<std::uint8_t, audio_block> block;
    std::size_t done = 0;
    for (std::int32_t i = 0; i < count && done < into.size(); ++i) {
        auto bytes = disc.view(lba + i, 1);
        if (bytes.empty()) {
            const auto room = std::span(kept).first(kept_size);
            if (!disc.read(lba + i, room))
                return done > 0 ? static_cast<long>(done) : -EIO;
            bytes = room;
        }
        if (!extract(audio_, form, lba + i, bytes, block))
            return done > 0 ? static_cast<long>(done) : -EIO;
        const auto part = std::min(size - skip, into.size() - done);
        std::copy_n(block.begin() + static_cast<std::ptrdiff_t>(skip), part,
                    into.begin() + static_cast<std::ptrdiff_t>(done));
        done += part;
        skip = 0;
    }
    return static_cast<long>(done);
}

} // namespace burnrig::emulator
