// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/export_sheet.h"

#include "emulator/disc/block_payload.h"
#include "emulator/disc/cue_sheet.h"
#include "emulator/disc/export_copier.h"
#include "emulator/disc/track_q.h"
#include "emulator/disc/whole_file.h"

namespace burnrig::emulator {

namespace {

namespace fs = std::filesystem;
using Bytes = std::span<const std::uint8_t>;
using Out = std::span<std::uint8_t>;
using Tracks = std::vector<Track>;

fs::path with_ending(fs::path path, const char* ending) {
    return path.replace_extension(ending);
}

bool whole_sector(BlockForm form, std::int32_t lba, Bytes block, Out sector) {
    return make_whole_sector(form, lba, block, sector.first<mmc::raw_sector_size>());
}

bool swapped_samples(BlockForm form, std::int32_t lba, Bytes block, Out sector) {
    const bool made = whole_sector(form, lba, block, sector);
    for (std::size_t i = 0; i + 1 < sector.size(); i += 2) {
        std::swap(sector[i], sector[i + 1]);
    }
    return made;
}

// What a text form of the tracks is made of.
struct SheetWriter {
    std::string (*head)(const Disc& disc, const Tracks& tracks, const std::string& bin,
                        const std::string& text_file, const mmc::CdText& text);
    std::string (*lines)(const CueTrack& track, std::int32_t position, const std::string& bin);
    bool swapped;   ///< samples with the most significant byte first
    bool text_file; ///< CD-TEXT packs go into a file of their own
};

// The packs of the lead-in before these tracks.
const std::vector<std::uint8_t>& cd_text_of(const Disc& disc, const Tracks& tracks) {
    static const std::vector<std::uint8_t> none;
    for (const Session& session : disc.structure().sessions) {
        if (session.number == tracks.front().session) {
            return session.cd_text;
        }
    }
    return none;
}

mmc::Result<ExportReport> export_sheet(const Disc& disc, const Tracks& tracks, const fs::path& out,
                                       const SheetWriter& writer) {
    const fs::path bin = with_ending(out, ".bin");
    auto file = SparseFile::create(bin);
    if (!file) {
        return tl::unexpected(file.error());
    }
    ExportReport report{0, {}, {bin, out}};
    Copier copier(disc, **file, mmc::raw_sector_size, report);
    const std::string name = bin.filename().string();
    const auto& packs = cd_text_of(disc, tracks);
    const mmc::CdText text = mmc::read_cd_text_packs(packs);
    const fs::path text_file = writer.text_file && !packs.empty() ? with_ending(out, ".cdt") : "";
    std::string sheet = writer.head(disc, tracks, name, text_file.filename().string(), text);
    for (std::size_t index = 0; index < tracks.size(); ++index) {
        CueTrack track = cue_track(disc, tracks, index);
        track.text = &text;
        sheet += writer.lines(track, report.blocks, name);
        const auto extract = writer.swapped && track.track.audio() ? swapped_samples : whole_sector;
        auto copied = copier.copy(track.first, track.end, report.blocks, extract);
        if (!copied) {
            return tl::unexpected(copied.error());
        }
        report.blocks += track.end - track.first;
    }
    const auto bytes = static_cast<std::uint64_t>(report.blocks) * mmc::raw_sector_size;
    auto written = (*file)->finish(bytes).and_then([&] { return write_file(out, sheet, false); });
    if (written && !text_file.empty()) {
        written = write_file(text_file, std::string(packs.begin(), packs.end()), false);
        report.files.push_back(text_file);
    }
    if (!written) {
        return tl::unexpected(written.error());
    }
    return report;
}

std::string head_of_cue(const Disc& disc, const Tracks&, const std::string& bin,
                        const std::string& text_file, const mmc::CdText& text) {
    return cue_head(disc.structure(), text_file, text) + cue_file_line(bin);
}

std::string head_of_toc(const Disc& disc, const Tracks& tracks, const std::string&,
                        const std::string&, const mmc::CdText& text) {
    return toc_head(disc, tracks, text);
}

std::string lines_of_cue(const CueTrack& track, std::int32_t position, const std::string&) {
    return cue_lines(track, position);
}

// The sub-channel of a block: as it was recorded, or made.
mmc::Result<std::array<std::uint8_t, mmc::raw_subchannel_size>>
subchannel_of(const Disc& disc, const Track& track, std::int32_t lba) {
    constexpr std::size_t channel_bytes = 12;
    std::array<std::uint8_t, mmc::raw_subchannel_size> channels{};
    const Disc::Run run = disc.run_at(lba);
    if (run.state == BlockState::readable && run.extent.form == BlockForm::raw_pw) {
        std::array<std::uint8_t, block_size(BlockForm::raw_pw)> block;
        if (auto got = disc.read(lba, block); !got) {
            return tl::unexpected(got.error());
        }
        mmc::deinterleave(channels, std::span(block).subspan<mmc::raw_sector_size>());
        return channels;
    }
    std::fill_n(channels.begin(), channel_bytes,
                lba < track.start ? std::uint8_t{0xFF} : std::uint8_t{0});
    const mmc::QBytes q = make_q(disc.structure(), track, lba);
    std::copy(q.begin(), q.end(), channels.begin() + channel_bytes);
    return channels;
}

// Sectors and sub-channels from the first track to the last, each at its place. Gaps between the
// tracks in which nothing is recorded are silence.
mmc::Result<void> copy_raw(const Disc& disc, const Tracks& tracks, ExportReport& report,
                           SparseFile& raw, SparseFile& sub) {
    const std::int32_t origin = tracks.front().start;
    Copier copier(disc, raw, mmc::raw_sector_size, report);
    for (std::size_t index = 0; index < tracks.size(); ++index) {
        const CueTrack track = cue_track(disc, tracks, index);
        const std::int32_t begin = track.first - track.pregap;
        auto copied = copier.copy(track.first, track.end, track.first - origin, whole_sector);
        for (std::int32_t lba = begin; lba < track.end && copied; ++lba) {
            const auto channels = subchannel_of(disc, track.track, lba);
            if (!channels) {
                return tl::unexpected(channels.error());
            }
            copied =
                sub.put(static_cast<std::uint64_t>(lba - origin) * channels->size(), *channels);
        }
        if (!copied) {
            return copied;
        }
    }
    return {};
}

} // namespace

mmc::Result<ExportReport> export_cue(const Disc& disc, const Tracks& tracks, const fs::path& out) {
    return export_sheet(disc, tracks, with_ending(out, ".cue"),
                        {head_of_cue, lines_of_cue, false, true});
}

mmc::Result<ExportReport> export_toc(const Disc& disc, const Tracks& tracks, const fs::path& out) {
    return export_sheet(disc, tracks, out, {head_of_toc, toc_lines, true, false});
}

mmc::Result<ExportReport> export_raw(const Disc& disc, const Tracks& tracks, const fs::path& out) {
    const fs::path beside = with_ending(out, ".sub");
    auto raw = SparseFile::create(out);
    auto sub = SparseFile::create(beside);
    if (!raw || !sub) {
        return tl::unexpected(raw ? sub.error() : raw.error());
    }
    ExportReport report{tracks.back().end - tracks.front().start, {}, {out, beside}};
    const auto blocks = static_cast<std::uint64_t>(report.blocks);
    auto written = copy_raw(disc, tracks, report, **raw, **sub)
                       .and_then([&] { return (*raw)->finish(blocks * mmc::raw_sector_size); })
                       .and_then([&] { return (*sub)->finish(blocks * mmc::raw_subchannel_size); });
    if (!written) {
        return tl::unexpected(written.error());
    }
    return report;
}

} // namespace burnrig::emulator
