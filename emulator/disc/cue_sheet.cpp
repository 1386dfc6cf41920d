// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/cue_sheet.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

namespace burnrig::emulator {

namespace {

constexpr std::string_view audio_word = "AUDIO";
constexpr std::string_view mode1_word = "MODE1/2352";
constexpr std::string_view mode2_word = "MODE2/2352";

// In the order of BlockForm; of raw blocks the header decides.
constexpr std::array<std::string_view, 11> words{audio_word, mode1_word, mode2_word, mode2_word,
                                                 mode2_word, mode2_word, mode2_word, mode1_word,
                                                 mode1_word, mode1_word, audio_word};

bool is_raw(BlockForm form) {
    return form == BlockForm::raw || form == BlockForm::raw_pq || form == BlockForm::raw_pw;
}

// What the track's first readable block is; the track's own word for it when there is none.
std::string_view mode_of(const Disc& disc, const Track& track) {
    if (track.audio()) {
        return audio_word;
    }
    for (std::int32_t lba = track.start; lba < track.end;) {
        const Disc::Run run = disc.run_at(lba);
        if (run.state != BlockState::readable) {
            lba = run.extent.end();
            continue;
        }
        std::vector<std::uint8_t> block(block_size(run.extent.form));
        if (is_raw(run.extent.form) && disc.read(lba, block) && (block[15] & 3) == 2) {
            return mode2_word;
        }
        return words[static_cast<std::size_t>(run.extent.form)];
    }
    return words[static_cast<std::size_t>(track.form)];
}

// Whether all blocks can be read and are audio, or all are not.
bool all_readable(const Disc& disc, std::int32_t first, std::int32_t end, bool audio) {
    while (first < end) {
        const Disc::Run run = disc.run_at(first);
        const bool same = is_raw(run.extent.form) || (run.extent.form == BlockForm::audio) == audio;
        if (run.state != BlockState::readable || !same) {
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
    std::string set;
    if ((track.control & 2) != 0) {
        set += " DCP";
    }
    if (track.audio() && (track.control & 8) != 0) {
        set += " 4CH";
    }
    if (track.audio() && (track.control & 1) != 0) {
        set += " PRE";
    }
    return set;
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
    if (gap > 0 && all_readable(disc, before.end, track.start, track.audio())) {
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
    lines += fmt::format("  TRACK {:02} {}\n", track.track.number, track.mode);
    if (const std::string set = flags(track.track); !set.empty()) {
        lines += fmt::format("    FLAGS{}\n", set);
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
