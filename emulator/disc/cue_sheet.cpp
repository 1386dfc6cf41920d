// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/cue_sheet.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "emulator/disc/cd_text_sheet.h"

#include "mmc/sector.h"

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

std::string cue_head(const Structure& structure, const std::string& text_file,
                     const mmc::CdText& text) {
    const std::string& number = structure.media_catalog_number;
    std::string head = consists_of(number, 13, [](int c) { return std::isdigit(c); })
                           ? fmt::format("CATALOG {}\n", number)
                           : "";
    if (!text_file.empty()) {
        head += fmt::format("CDTEXTFILE \"{}\"\n", text_file);
    }
    return head + cue_text_lines(text, 0, "");
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
    if (track.text != nullptr) {
        lines += cue_text_lines(*track.text, track.track.number, "    ");
    }
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
    int index = 1;
    for (const std::int32_t lba : track.track.indexes) {
        lines += fmt::format("    INDEX {:02} {}\n", ++index,
                             time(position + gap + lba - track.track.start));
    }
    return lines;
}

std::string toc_head(const Disc& disc, const std::vector<Track>& tracks,
                     const mmc::CdText& cd_text) {
    const auto audio = [](const Track& track) { return track.audio(); };
    const bool all_audio = std::all_of(tracks.begin(), tracks.end(), audio);
    const Structure& structure = disc.structure();
    const auto session =
        std::find_if(structure.sessions.begin(), structure.sessions.end(),
                     [&](const Session& each) { return each.number == tracks.front().session; });
    const bool xa = session != structure.sessions.end() && session->disc_type == 0x20;
    std::string text = all_audio ? "CD_DA\n" : xa ? "CD_ROM_XA\n" : "CD_ROM\n";
    if (consists_of(structure.media_catalog_number, 13, [](int c) { return std::isdigit(c); })) {
        text += fmt::format("CATALOG \"{}\"\n", structure.media_catalog_number);
    }
    return text + toc_text_lines(cd_text, 0);
}

std::string toc_lines(const CueTrack& cue, std::int32_t position, const std::string& file) {
    const Track& track = cue.track;
    const bool audio = cue.mode == audio_word;
    const std::string_view mode = audio                    ? "AUDIO"
                                  : cue.mode == mode1_word ? "MODE1_RAW"
                                                           : "MODE2_RAW";
    std::string lines = fmt::format("\n// track {}\nTRACK {}\n", track.number, mode);
    lines += (track.control & 2) != 0 ? "COPY\n" : "NO COPY\n";
    if (audio) {
        lines += (track.control & 1) != 0 ? "PRE_EMPHASIS\n" : "NO PRE_EMPHASIS\n";
        lines += (track.control & 8) != 0 ? "FOUR_CHANNEL_AUDIO\n" : "TWO_CHANNEL_AUDIO\n";
        if (consists_of(track.isrc, 12, [](int c) { return std::isalnum(c); })) {
            lines += fmt::format("ISRC \"{}\"\n", track.isrc);
        }
    }
    if (cue.text != nullptr) {
        lines += toc_text_lines(*cue.text, track.number);
    }
    if (cue.pregap > 0) {
        lines += audio ? fmt::format("SILENCE {}\n", time(cue.pregap))
                       : fmt::format("ZERO {} {}\n", mode, time(cue.pregap));
    }
    const std::string length = time(cue.end - cue.first);
    const auto offset = static_cast<std::uint64_t>(position) * mmc::raw_sector_size;
    if (audio) {
        lines += fmt::format("FILE \"{}\" {} {}\n", file, time(position), length);
    } else { // other readers of TOC files do not know offsets, so none is given where it can be
        lines += fmt::format("DATAFILE \"{}\"{} {}\n", file,
                             offset == 0 ? "" : fmt::format(" #{}", offset), length);
    }
    if (const std::int32_t gap = cue.pregap + std::max(0, track.start - cue.first); gap > 0) {
        lines += fmt::format("START {}\n", time(gap));
    }
    for (const std::int32_t index : track.indexes) {
        lines += fmt::format("INDEX {}\n", time(index - track.start));
    }
    return lines;
}

} // namespace burnrig::emulator
