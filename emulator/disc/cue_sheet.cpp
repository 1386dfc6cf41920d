// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/cue_sheet.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

namespace burnrig::emulator {

namespace {

// In the order of BlockForm. Forms with a sub-header of their own go as plain user data; 2332 bytes
// are filled up to 2336 with the zeros of an unused EDC.
constexpr std::array<CueMode, 11> modes{{{"AUDIO", 2352},
                                         {"MODE1/2048", 2048},
                                         {"MODE2/2336", 2336},
                                         {"MODE2/2048", 2048},
                                         {"MODE2/2048", 2048},
                                         {"MODE2/2324", 2324},
                                         {"MODE2/2336", 2336},
                                         {"MODE1/2352", 2352},
                                         {"MODE1/2352", 2352},
                                         {"MODE1/2352", 2352},
                                         {"AUDIO", 2352}}};
constexpr CueMode raw_mode2{"MODE2/2352", 2352};

bool is_raw(BlockForm form) {
    return form == BlockForm::raw || form == BlockForm::raw_pq || form == BlockForm::raw_pw;
}

// What the track's first readable block is; the track's own word for it when there is none.
CueMode mode_of(const Disc& disc, const Track& track) {
    if (track.audio()) {
        return modes[static_cast<std::size_t>(BlockForm::audio)];
    }
    for (std::int32_t lba = track.start; lba < track.end;) {
        const Disc::Run run = disc.run_at(lba);
        if (run.state != BlockState::readable) {
            lba = run.extent.end();
            continue;
        }
        std::vector<std::uint8_t> block(block_size(run.extent.form));
        if (is_raw(run.extent.form) && disc.read(lba, block) && (block[15] & 3) == 2) {
            return raw_mode2;
        }
        return modes[static_cast<std::size_t>(run.extent.form)];
    }
    return modes[static_cast<std::size_t>(track.form)];
}

bool all_readable(const Disc& disc, std::int32_t first, std::int32_t end, CueMode mode) {
    while (first < end) {
        const Disc::Run run = disc.run_at(first);
        if (run.state != BlockState::readable ||
            modes[static_cast<std::size_t>(run.extent.form)].size != mode.size) {
            return false;
        }
        first = run.extent.end();
    }
    return true;
}

std::string time(std::int32_t blocks) {
    const mmc::Msf msf = mmc::msf_from_frames(blocks);
    return fmt::format("{:02}:{:02}:{:02}", msf.minute, msf.second, msf.frame);
}

template <class Allowed>
bool consists_of(const std::string& text, std::size_t length, Allowed allowed) {
    return text.size() == length && std::all_of(text.begin(), text.end(), [&](char c) {
               return allowed(static_cast<unsigned char>(c)) != 0;
           });
}

std::string flags(const Track& track) {
    std::string words;
    if ((track.control & 2) != 0) {
        words += " DCP";
    }
    if (track.audio() && (track.control & 8) != 0) {
        words += " 4CH";
    }
    if (track.audio() && (track.control & 1) != 0) {
        words += " PRE";
    }
    return words;
}

} // namespace

std::string cue_head(const Structure& structure) {
    const std::string& number = structure.media_catalog_number;
    return consists_of(number, 13, [](int c) { return std::isdigit(c); })
               ? fmt::format("CATALOG {}\n", number)
               : "";
}

CueTrack cue_track(const Disc& disc, const std::vector<Track>& tracks, std::size_t index) {
    const Track& track = tracks[index];
    CueTrack cue{track, mode_of(disc, track), track.start, track.end, 0, false};
    if (index == 0) {
        return cue; // the sheet's addresses begin at LBA 0; the first pre-gap is understood
    }
    const Track& before = tracks[index - 1];
    cue.new_session = before.session != track.session;
    const std::int32_t gap = std::max(0, track.start - before.end);
    if (gap > 0 && all_readable(disc, before.end, track.start, cue.mode)) {
        cue.first = before.end;
    } else {
        cue.pregap = gap;
    }
    return cue;
}

std::string cue_file_line(const std::string& file) {
    return fmt::format("FILE \"{}\" BINARY\n", file);
}

std::string cue_lines(const CueTrack& track, std::int32_t position) {
    std::string lines;
    if (track.new_session) {
        lines += fmt::format("REM SESSION {:02}\n", track.track.session);
    }
    lines += fmt::format("  TRACK {:02} {}\n", track.track.number, track.mode.word);
    if (const std::string words = flags(track.track); !words.empty()) {
        lines += fmt::format("    FLAGS{}\n", words);
    }
    if (consists_of(track.track.isrc, 12, [](int c) { return std::isalnum(c); })) {
        lines += fmt::format("    ISRC {}\n", track.track.isrc);
    }
    if (track.pregap > 0) {
        lines += fmt::format("    PREGAP {}\n", time(track.pregap));
    }
    const std::int32_t gap = std::max(0, track.track.start - track.first);
    if (gap > 0) {
        lines += fmt::format("    INDEX 00 {}\n", time(position));
    }
    lines += fmt::format("    INDEX 01 {}\n", time(position + gap));
    return lines;
}

} // namespace burnrig::emulator
