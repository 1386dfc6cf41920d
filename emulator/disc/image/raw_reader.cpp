// SPDX-License-Identifier: Apache-2.0
// Reads a dump of whole sectors with their sub-channel. There is no table of contents: the tracks
// come from the Q channel, as a player finds them.
//
//     disc.raw 2352 bytes a block, and disc.sub 96: P, Q ... W one after the other, 12 bytes each
//     disc.raw 2448 bytes a block: 2352 and then 96 with one bit of each channel in a byte
#include <algorithm>
#include <fstream>
#include <vector>

#include "emulator/disc/image/sheet.h"
#include "mmc/msf.h"
#include "mmc/sector.h"
#include "mmc/subchannel.h"

namespace burnrig::emulator {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t sector = mmc::raw_sector_size;
constexpr std::size_t subchannel = mmc::raw_subchannel_size;

std::string digits_of(const std::uint8_t* at, std::size_t count) {
    std::string digits;
    for (std::size_t i = 0; i < count; ++i) {
        digits += static_cast<char>('0' + (at[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15) % 10);
    }
    return digits;
}

// ADR 3: five symbols of six bits, then seven digits.
std::string recording_code(const mmc::QBytes& q) {
    std::string code;
    const std::uint32_t symbols =
        static_cast<std::uint32_t>(q[1]) << 24 | q[2] << 16 | q[3] << 8 | q[4];
    for (int i = 0; i < 5; ++i) {
        const unsigned symbol = symbols >> (26 - 6 * i) & 0x3F;
        code += static_cast<char>(symbol < 10 ? '0' + symbol : 'A' + symbol - 0x11);
    }
    return code + digits_of(&q[5], 7);
}

class DumpReader {
public:
    explicit DumpReader(const fs::path& path) { sheet_.path = path; }

    mmc::Result<Sheet> read() {
        if (auto opened = open(); !opened) {
            return tl::unexpected(opened.error());
        }
        for (std::int32_t block = 0; block < blocks_ && !ended_; ++block) {
            const auto q = q_of(block);
            if (!q) {
                return tl::unexpected(q.error());
            }
            if (mmc::crc_good(*q)) {
                take(block, *q);
            }
        }
        if (sheet_.tracks.empty()) {
            return mmc::fail("{}: has no sound Q sub-channel that tells the tracks; name the .cue "
                             "or .toc beside it",
                             sheet_.path.string());
        }
        end_track(ended_ ? end_ : blocks_);
        return std::move(sheet_);
    }

private:
    mmc::Result<void> open() {
        const auto bytes = mmc::bytes_of_file(sheet_.path, mmc::disk_files());
        if (!bytes) {
            return tl::unexpected(bytes.error());
        }
        sheet_.files = {sheet_.path};
        fs::path beside = sheet_.path;
        beside.replace_extension(".sub");
        std::error_code none;
        const bool separate = fs::exists(beside, none);
        stride_ = separate ? sector : sector + subchannel;
        blocks_ = static_cast<std::int32_t>(bytes->bytes / stride_);
        if (bytes->bytes % stride_ != 0 || blocks_ == 0) {
            return mmc::fail("{}: has {} bytes, which are no whole blocks of {}; {}",
                             sheet_.path.string(), bytes->bytes, stride_,
                             separate ? "was it cut?" : "is its .sub missing?");
        }
        if (separate) {
            const auto channels = mmc::bytes_of_file(beside, mmc::disk_files());
            const std::uint64_t wanted = static_cast<std::uint64_t>(blocks_) * subchannel;
            if (!channels || channels->bytes != wanted) {
                return mmc::fail("{}: has {} bytes, but {} has {} blocks: it must have {}",
                                 beside.string(), channels ? channels->bytes : 0,
                                 sheet_.path.string(), blocks_, wanted);
            }
            sheet_.files.push_back(beside);
            sheet_.subchannel = 1;
        } else {
            sheet_.subchannel_interleaved = true;
        }
        in_.open(separate ? beside : sheet_.path, std::ios::binary);
        return {};
    }

    mmc::Result<mmc::QBytes> q_of(std::int32_t block) {
        std::array<std::uint8_t, subchannel> raw{};
        std::array<std::uint8_t, subchannel> channels{};
        const bool separate = sheet_.subchannel.has_value();
        const std::uint64_t at = separate ? static_cast<std::uint64_t>(block) * subchannel
                                          : static_cast<std::uint64_t>(block) * stride_ + sector;
        in_.seekg(static_cast<std::streamoff>(at));
        in_.read(reinterpret_cast<char*>(raw.data()), raw.size());
        if (!in_) {
            return mmc::fail("{}: block {} cannot be read", sheet_.path.string(), block);
        }
        channels = raw;
        if (!separate) {
            mmc::deinterleave(channels, raw);
        }
        mmc::QBytes q;
        std::copy_n(channels.begin() + 12, q.size(), q.begin());
        const bool pause =
            channels[0] == 0xFF; // P, eight blocks of which no drive makes one by one
        pause_begin_ = !pause ? -1 : pause_begin_ < 0 ? block : pause_begin_;
        return q;
    }

    void take(std::int32_t block, const mmc::QBytes& q) {
        const unsigned adr = q[0] & 15;
        if (adr == 1 && q[1] == mmc::lead_out_track) {
            ended_ = true;
            end_ = block;
        } else if (adr == 1) {
            position(block, q);
        } else if (adr == 2) {
            sheet_.media_catalog_number = digits_of(&q[1], 13);
            if (sheet_.media_catalog_number == "0000000000000") {
                sheet_.media_catalog_number.clear();
            }
        } else if (adr == 3 && !sheet_.tracks.empty()) {
            sheet_.tracks.back().isrc = recording_code(q);
        }
    }

    void position(std::int32_t block, const mmc::QBytes& q) {
        const std::uint16_t number = mmc::from_bcd(q[1]);
        const unsigned index = mmc::from_bcd(q[2]);
        const std::int32_t relative =
            mmc::frames({mmc::from_bcd(q[3]), mmc::from_bcd(q[4]), mmc::from_bcd(q[5])});
        if (number == 0 || number > 99) {
            return;
        }
        if (sheet_.tracks.empty() || sheet_.tracks.back().number != number) {
            // The blocks before may have had a catalog number in place of their position.
            const std::int32_t begin = sheet_.tracks.empty() ? 0
                                       : index != 0 ? std::max(block - relative, begin_ + 1)
                                       : pause_begin_ > begin_ ? pause_begin_
                                                               : block;
            end_track(begin);
            SheetTrack track;
            track.number = number;
            track.control = q[0] >> 4;
            track.mode = (track.control & 4) != 0 ? mmc::mode1_raw_mode : mmc::audio_mode;
            track.mode.stride = static_cast<std::uint16_t>(stride_);
            sheet_.tracks.push_back(track);
            begin_ = begin;
            in_gap_ = index == 0;
        } else if (in_gap_ && index != 0) {
            in_gap_ = false;
            sheet_.tracks.back().index1 = block - relative - begin_;
        } else if (index > sheet_.tracks.back().indexes.size() + 1) {
            sheet_.tracks.back().indexes.push_back(block - begin_);
        }
    }

    void end_track(std::int32_t end) {
        if (!sheet_.tracks.empty()) {
            sheet_.tracks.back().parts = {{0, static_cast<std::uint64_t>(begin_) * stride_,
                                           static_cast<std::uint64_t>(end - begin_) * stride_,
                                           false}};
        }
    }

    Sheet sheet_;
    std::ifstream in_;
    std::size_t stride_ = sector;
    std::int32_t blocks_ = 0;
    std::int32_t begin_ = 0;        // of the last track
    std::int32_t pause_begin_ = -1; // where P was set; -1: it is not
    bool in_gap_ = false;
    bool ended_ = false; // the lead-out begins at end_
    std::int32_t end_ = 0;
};

} // namespace

mmc::Result<Sheet> read_raw_dump(const fs::path& path) {
    return DumpReader(path).read();
}

} // namespace burnrig::emulator
