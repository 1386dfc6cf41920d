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
using Out = std::span<std::uint8_t>;

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
        const std::span<std::uint8_t> out(out_);
        for (std::size_t index = 0; index < count; ++index) {
            const auto lba = first + static_cast<std::int32_t>(index);
            if (!extract(form, lba, kept.subspan(index * kept_size, kept_size),
                         out.subspan(index * size_, size_))) {
                unreadable(lba, lba + 1);
            }
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
    const auto extract = [](BlockForm form, std::int32_t, Bytes block, Out data) {
        const Bytes user = user_data(form, block);
        std::copy_n(user.begin(), user.size(), data.begin());
        return !user.empty();
    };
    const std::int32_t origin = tracks.size() == 1 ? tracks.front().start : 0;
    for (const Track& track : tracks) {
        auto copied = copier.copy(track.start, track.end, track.start - origin, extract);
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

mmc::Result<ExportReport> export_cue(const Disc& disc, const fs::path& out) {
    const std::vector<Track> tracks = recorded_tracks(disc);
    if (tracks.empty()) {
        return mmc::fail("{}: the disc has no recorded track to export", out.string());
    }
    fs::path bin = out;
    bin.replace_extension(".bin");
    fs::path cue = out;
    cue.replace_extension(".cue");
    auto file = SparseFile::create(bin);
    if (!file) {
        return tl::unexpected(file.error());
    }
    ExportReport report{0, {}, {bin, cue}};
    Copier copier(disc, **file, mmc::raw_sector_size, report);
    const auto extract = [](BlockForm form, std::int32_t lba, Bytes block, Out sector) {
        return make_whole_sector(form, lba, block, sector.first<mmc::raw_sector_size>());
    };
    std::string sheet = cue_head(disc.structure()) + cue_file_line(bin.filename().string());
    for (std::size_t index = 0; index < tracks.size(); ++index) {
        const CueTrack track = cue_track(disc, tracks, index);
        sheet += cue_lines(track, report.blocks);
        auto copied = copier.copy(track.first, track.end, report.blocks, extract);
        if (!copied) {
            return tl::unexpected(copied.error());
        }
        report.blocks += track.end - track.first;
    }
    const auto bytes = static_cast<std::uint64_t>(report.blocks) * mmc::raw_sector_size;
    auto written = (*file)->finish(bytes).and_then([&] { return write_file(cue, sheet, false); });
    if (!written) {
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
