// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/export.h"

#include <algorithm>
#include <iterator>

#include "emulator/disc/block_payload.h"
#include "emulator/disc/export_copier.h"
#include "emulator/disc/export_sheet.h"
#include "mmc/nearest.h"

namespace burnrig::emulator {

namespace {

namespace fs = std::filesystem;
using Bytes = std::span<const std::uint8_t>;
using Out = std::span<std::uint8_t>;
using Tracks = std::vector<Track>;

Tracks recorded_tracks(const Disc& disc, std::optional<std::uint16_t> session) {
    Tracks tracks;
    std::copy_if(disc.structure().tracks.begin(), disc.structure().tracks.end(),
                 std::back_inserter(tracks), [&](const Track& track) {
                     return track.end > track.start &&
                            track.session == session.value_or(track.session);
                 });
    return tracks;
}

mmc::Result<ExportReport> export_iso(const Disc& disc, const Tracks& all, const fs::path& out) {
    constexpr std::size_t size = 2048;
    Tracks tracks = all;
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

struct Format {
    std::string_view ending;
    bool one_session;
    mmc::Result<ExportReport> (*write)(const Disc&, const Tracks&, const fs::path&);
};

constexpr std::array<Format, export_endings.size()> formats{{{".iso", false, export_iso},
                                                             {".cue", false, export_cue},
                                                             {".bin", false, export_cue},
                                                             {".toc", true, export_toc},
                                                             {".raw", true, export_raw}}};

} // namespace

mmc::Result<ExportReport> export_disc(const Disc& disc, const fs::path& out,
                                      std::optional<std::uint16_t> session) {
    const std::string ending = out.extension().string();
    const auto format = std::find_if(formats.begin(), formats.end(),
                                     [&](const Format& each) { return each.ending == ending; });
    if (format == formats.end()) {
        return mmc::fail("{}: unknown ending \"{}\"; did you mean \"{}\"? Known: {}", out.string(),
                         ending, mmc::nearest(ending, export_endings),
                         fmt::join(export_endings, ", "));
    }
    const Tracks tracks = recorded_tracks(disc, session);
    if (tracks.empty() && session) {
        return mmc::fail("{}: the disc has no session {} with a recorded track", out.string(),
                         *session);
    }
    if (tracks.empty() && format->write != export_iso) {
        return mmc::fail("{}: the disc has no recorded track to export", out.string());
    }
    if (format->one_session && tracks.front().session != tracks.back().session) {
        return mmc::fail("{}: the disc has sessions {} to {}, and a {} file holds one; choose it "
                         "with --session",
                         out.string(), tracks.front().session, tracks.back().session, ending);
    }
    return format->write(disc, tracks, out);
}

} // namespace burnrig::emulator
