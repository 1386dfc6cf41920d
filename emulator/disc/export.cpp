// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/export.h"

#include <algorithm>
#include <iterator>

#include "emulator/disc/block_payload.h"
#include "emulator/disc/cue_sheet.h"
#include "emulator/disc/sparse_file.h"
#include "emulator/disc/whole_file.h"
#include "mmc/nearest.h"

namespace burnrig::emulator {

namespace {

namespace fs = std::filesystem;
using Bytes = std::span<const std::uint8_t>;

// One file being written: blocks of one size, one behind the other.
class Copier {
public:
    Copier(const Disc& disc, SparseFile& file, std::size_t size, ExportReport& report)
        : disc_(disc), file_(file), size_(size), report_(report) {}

    // Puts blocks [first, end) to the file's block `at`, each as `extract` gives it.
    template <class Extract>
    mmc::Result<void> copy(std::int32_t first, std::int32_t end, std::int32_t at, Extract extract) {
        constexpr std::int32_t chunk_blocks = 256;
        at_ = at - first;
        while (first < end) {
            const Disc::Run run = disc_.run_at(first);
            const std::int32_t stop = first + std::min(run.extent.count, end - first);
            if (run.state != BlockState::readable) {
                unreadable(first, stop);
                first = stop;
                continue;
            }
            const std::int32_t chunk = std::min(first + chunk_blocks, stop);
            auto copied = chunk_of(first, chunk, run.extent.form, extract);
            if (!copied) {
                return copied;
            }
            first = chunk;
        }
        return {};
    }

private:
    template <class Extract>
    mmc::Result<void> chunk_of(std::int32_t first, std::int32_t end, BlockForm form,
                               Extract extract) {
        const std::size_t kept_size = block_size(form);
        const auto count = static_cast<std::size_t>(end - first);
        Bytes kept = disc_.view(first, end - first);
        if (kept.empty()) {
            kept_.resize(count * kept_size);
            if (auto read = disc_.read(first, kept_); !read) {
                return read;
            }
            kept = kept_;
        }
        out_.assign(count * size_, 0);
        for (std::size_t index = 0; index < count; ++index) {
            const Bytes data = extract(form, kept.subspan(index * kept_size, kept_size));
            if (data.empty()) {
                const auto lba = first + static_cast<std::int32_t>(index);
                unreadable(lba, lba + 1);
            }
            std::copy_n(data.begin(), std::min(data.size(), size_),
                        out_.begin() + static_cast<std::ptrdiff_t>(index * size_));
        }
        return file_.put(static_cast<std::uint64_t>(first + at_) * size_, out_);
    }

    void unreadable(std::int32_t first, std::int32_t end) {
        auto& ranges = report_.unreadable;
        if (!ranges.empty() && ranges.back().end == first) {
            ranges.back().end = end;
        } else {
            ranges.push_back({first, end});
        }
    }

    const Disc& disc_;
    SparseFile& file_;
    std::size_t size_;
    ExportReport& report_;
    std::int32_t at_ = 0; // from a disc's address to the file's
    std::vector<std::uint8_t> kept_;
    std::vector<std::uint8_t> out_;
};

std::vector<Track> recorded_tracks(const Disc& disc) {
    std::vector<Track> tracks;
    std::copy_if(disc.structure().tracks.begin(), disc.structure().tracks.end(),
                 std::back_inserter(tracks),
                 [](const Track& track) { return track.end > track.start; });
    return tracks;
}

mmc::Result<ExportReport> export_iso(const Disc& disc, const fs::path& out) {
    constexpr std::size_t size = 2048;
    std::vector<Track> tracks = recorded_tracks(disc);
    std::erase_if(tracks, [](const Track& track) { return track.audio(); });
    if (tracks.empty()) {
        return mmc::fail("{}: the disc has no recorded data track to make an image of{}",
                         out.string(),
                         disc.structure().tracks.empty() ? "" : "; export audio to a .cue file");
    }
    auto file = SparseFile::create(out);
    if (!file) {
        return tl::unexpected(file.error());
    }
    ExportReport report;
    Copier copier(disc, **file, size, report);
    const std::int32_t origin = tracks.size() == 1 ? tracks.front().start : 0;
    for (const Track& track : tracks) {
        auto copied = copier.copy(track.start, track.end, track.start - origin, user_data);
        if (!copied) {
            return tl::unexpected(copied.error());
        }
    }
    report.blocks = tracks.back().end - origin;
    report.files.push_back(out);
    if (auto done = (*file)->finish(static_cast<std::uint64_t>(report.blocks) * size); !done) {
        return tl::unexpected(done.error());
    }
    return report;
}

// Writes the tracks into one .bin, one behind the other, and their lines into the sheet.
mmc::Result<void> export_bin(const Disc& disc, std::span<const CueTrack> tracks,
                             const fs::path& path, std::string& sheet, ExportReport& report) {
    auto file = SparseFile::create(path);
    if (!file) {
        return tl::unexpected(file.error());
    }
    const std::size_t size = tracks.front().mode.size;
    const auto extract = [size](BlockForm form, Bytes block) {
        return size == 2048 ? user_data(form, block) : block.first(std::min(size, block.size()));
    };
    Copier copier(disc, **file, size, report);
    std::int32_t position = 0;
    sheet += cue_file_line(path.filename().string());
    for (const CueTrack& track : tracks) {
        sheet += cue_lines(track, position);
        if (auto copied = copier.copy(track.first, track.end, position, extract); !copied) {
            return copied;
        }
        position += track.end - track.first;
    }
    report.blocks += position;
    report.files.push_back(path);
    return (*file)->finish(static_cast<std::uint64_t>(position) * size);
}

mmc::Result<ExportReport> export_cue(const Disc& disc, const fs::path& out) {
    const std::vector<Track> recorded = recorded_tracks(disc);
    if (recorded.empty()) {
        return mmc::fail("{}: the disc has no recorded track to export", out.string());
    }
    std::vector<CueTrack> tracks;
    for (std::size_t index = 0; index < recorded.size(); ++index) {
        tracks.push_back(cue_track(disc, recorded, index));
    }
    const bool one_size = std::all_of(tracks.begin(), tracks.end(), [&](const CueTrack& track) {
        return track.mode.size == tracks.front().mode.size;
    });
    ExportReport report;
    std::string sheet = cue_head(disc.structure());
    const std::size_t step = one_size ? tracks.size() : 1;
    for (std::size_t index = 0; index < tracks.size(); index += step) {
        fs::path bin = out;
        bin.replace_extension();
        bin += one_size ? ".bin" : fmt::format("-{:02}.bin", tracks[index].track.number);
        const auto together = std::span(tracks).subspan(index, step);
        if (auto written = export_bin(disc, together, bin, sheet, report); !written) {
            return tl::unexpected(written.error());
        }
    }
    fs::path cue = out;
    cue.replace_extension(".cue");
    report.files.push_back(cue);
    if (auto written = write_file(cue, sheet, false); !written) {
        return tl::unexpected(written.error());
    }
    return report;
}

} // namespace

mmc::Result<ExportReport> export_disc(const Disc& disc, const fs::path& out) {
    const std::string ending = out.extension().string();
    if (ending == ".iso") {
        return export_iso(disc, out);
    }
    if (ending == ".cue" || ending == ".bin") {
        return export_cue(disc, out);
    }
    return mmc::fail("{}: unknown ending \"{}\"; did you mean \"{}\"? Known: {}", out.string(),
                     ending, mmc::nearest(ending, export_endings), fmt::join(export_endings, ", "));
}

} // namespace burnrig::emulator
