// SPDX-License-Identifier: Apache-2.0
#include "driver/source/sheet_compilation.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "driver/source/assembled_source.h"

namespace burnrig::driver {
namespace {

using Files = std::vector<std::shared_ptr<MappedFile>>;

struct KindOfForm {
    mmc::SheetForm form;
    TrackKind kind;
};
// Whole sectors of mode 2 tell their forms themselves.
constexpr std::array kinds{
    KindOfForm{mmc::SheetForm::audio, TrackKind::audio},
    KindOfForm{mmc::SheetForm::mode1, TrackKind::mode1},
    KindOfForm{mmc::SheetForm::mode2, TrackKind::mode2},
    KindOfForm{mmc::SheetForm::xa_form1, TrackKind::mode2_form1},
    KindOfForm{mmc::SheetForm::xa_form2, TrackKind::mode2_form2},
    KindOfForm{mmc::SheetForm::xa_mix, TrackKind::mode2_mix},
    KindOfForm{mmc::SheetForm::raw_mode1, TrackKind::mode1},
    KindOfForm{mmc::SheetForm::raw_mode2, TrackKind::mode2_mix},
};

TrackKind kind_of(mmc::SheetForm form) {
    return std::find_if(kinds.begin(), kinds.end(),
                        [&](const KindOfForm& each) { return each.form == form; })
        ->kind;
}

SubchannelData subchannel_of(mmc::SheetSubchannel subchannel) {
    static constexpr std::array words{SubchannelData::none, SubchannelData::packed_rw,
                                      SubchannelData::raw_rw, SubchannelData::raw_pw};
    return words.at(static_cast<std::size_t>(subchannel));
}

mmc::Result<Files> open_files(const mmc::Sheet& sheet) {
    Files files;
    for (const auto& path : sheet.files) {
        auto file = MappedFile::open(path.string());
        if (!file)
            return tl::unexpected(file.error());
        files.push_back(std::make_shared<MappedFile>(std::move(*file)));
    }
    return files;
}

std::vector<Stretch> stretches_of(const mmc::SheetTrack& track, const Files& files) {
    std::vector<Stretch> stretches;
    for (const mmc::SheetPart& part : track.parts) {
        const bool silence = part.file == mmc::SheetPart::silence;
        stretches.push_back(
            {silence ? nullptr : files.at(part.file), part.offset, part.bytes, part.swapped});
    }
    return stretches;
}

/// Sheets say MODE2/2336 of both kinds; XA blocks begin with a sub-header that stands there twice.
/// The first block decides.
mmc::Result<bool> has_sub_headers(const Stretch& stretch) {
    constexpr std::size_t length = 4;
    if (!stretch.file || stretch.bytes < 2 * length)
        return false;
    if (const auto ready = stretch.file->touch(stretch.offset, 2 * length); !ready)
        return tl::unexpected(ready.error());
    const auto head = stretch.file->bytes().subspan(stretch.offset, 2 * length);
    return std::equal(head.begin(), head.begin() + length, head.begin() + length);
}

/// A file may have become shorter since the sheet was read.
mmc::Result<void> check(const std::vector<Stretch>& stretches) {
    for (const Stretch& stretch : stretches)
        if (stretch.file && stretch.offset + stretch.bytes > stretch.file->size())
            return mmc::fail("{}: has {} bytes, {} are asked for; was it cut just now?",
                             stretch.file->name(), stretch.file->size(),
                             stretch.offset + stretch.bytes);
    return {};
}

/// Zeros in front of index 1 are for the burn to make; what stands in a file goes with the data.
void take_gap(CompilationTrack& track, const mmc::SheetTrack& from,
              std::vector<Stretch>& stretches) {
    track.pregap_blocks = static_cast<std::uint32_t>(from.index1);
    const std::uint64_t gap_bytes = std::uint64_t{track.pregap_blocks} * from.mode.stride;
    track.pregap_in_data = true;
    if (gap_bytes == 0 || stretches.empty())
        track.pregap_in_data = false;
    else if (!stretches.front().file && stretches.front().bytes >= gap_bytes) {
        stretches.front().bytes -= gap_bytes;
        track.pregap_in_data = false;
    }
}

mmc::Result<CompilationTrack> track_of(const mmc::Sheet& sheet, const mmc::SheetTrack& from,
                                       const Files& files) {
    constexpr std::uint8_t pre_emphasis = 1;
    constexpr std::uint8_t copy_permitted = 2;
    constexpr std::uint8_t four_channels = 8;
    CompilationTrack track;
    track.kind = kind_of(from.mode.form);
    track.subchannel = subchannel_of(from.mode.subchannel);
    track.session = from.session;
    track.pre_emphasis = (from.control & pre_emphasis) != 0;
    track.copy_permitted = (from.control & copy_permitted) != 0;
    track.four_channels = (from.control & four_channels) != 0;
    track.serial_copy = from.serial_copy;
    track.isrc = from.isrc;
    for (const std::int32_t index : from.indexes)
        track.indexes.push_back(static_cast<std::uint32_t>(index - from.index1));
    auto stretches = stretches_of(from, files);
    take_gap(track, from, stretches);
    if (const auto sound = check(stretches); !sound)
        return tl::unexpected(sound.error());
    if (track.kind == TrackKind::mode2 && !stretches.empty()) {
        const auto xa = has_sub_headers(stretches.front());
        if (!xa)
            return tl::unexpected(xa.error());
        track.kind = *xa ? TrackKind::mode2_mix : TrackKind::mode2;
    }
    track.data = std::make_unique<AssembledSource>(
        fmt::format("{}, track {}", sheet.path.string(), from.number), std::move(stretches),
        from.mode.stride);
    return track;
}

void note_filling(Compilation& compilation, std::size_t number) {
    const Source& data = *compilation.tracks[number].data;
    const std::uint64_t beside = *data.size() % data.block_bytes();
    if (beside != 0)
        compilation.notes.push_back(fmt::format("track {} is filled up with {} bytes of zeros to a "
                                                "whole block",
                                                number + compilation.first_track,
                                                data.block_bytes() - beside));
}

mmc::Result<std::vector<std::uint8_t>> packs_of(const mmc::Sheet& sheet) {
    if (!sheet.cd_text_packs.empty() || mmc::is_empty(sheet.cd_text))
        return sheet.cd_text_packs;
    auto packs = mmc::make_cd_text_packs(sheet.cd_text, sheet.tracks.front().number,
                                         sheet.tracks.back().number);
    if (!packs)
        return mmc::fail("{}: {}", sheet.path.string(), packs.error().message);
    return packs;
}

SessionFormat format_of(const mmc::Sheet& sheet) {
    std::uint8_t disc_type = sheet.disc_type;
    for (const mmc::SheetTrack& track : sheet.tracks)
        disc_type = std::max(disc_type, track.mode.disc_type);
    return static_cast<SessionFormat>(disc_type);
}

// ------------------------------------------------------------------------------------ audio files

struct AudioEnding {
    std::string_view ending;
    ByteOrder order;
    bool wave = false;
};
// .cdr and .cdda are the most significant byte first by sox's account; what burning programs write
// and read differs, so --byte-order decides when it is given.
constexpr std::array audio_endings{
    AudioEnding{".wav", ByteOrder::little, true}, AudioEnding{".wave", ByteOrder::little, true},
    AudioEnding{".pcm", ByteOrder::little},       AudioEnding{".s16le", ByteOrder::little},
    AudioEnding{".s16be", ByteOrder::big},        AudioEnding{".cdr", ByteOrder::big},
    AudioEnding{".cdda", ByteOrder::big},
};

const AudioEnding* audio_ending_of(const std::string& name) {
    std::string ending = std::filesystem::path(name).extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto found = std::find_if(audio_endings.begin(), audio_endings.end(),
                                    [&](const AudioEnding& each) { return each.ending == ending; });
    return found == audio_endings.end() ? nullptr : &*found;
}

} // namespace

mmc::Result<Compilation> compilation_of_sheet(const mmc::Sheet& sheet) {
    const auto files = open_files(sheet);
    if (!files)
        return tl::unexpected(files.error());
    Compilation compilation;
    compilation.name = sheet.path.string();
    compilation.first_track = static_cast<std::uint8_t>(sheet.tracks.front().number);
    compilation.format = format_of(sheet);
    compilation.media_catalog_number = sheet.media_catalog_number;
    compilation.notes = sheet.notes;
    for (const mmc::SheetTrack& from : sheet.tracks) {
        auto track = track_of(sheet, from, *files);
        if (!track)
            return tl::unexpected(track.error());
        compilation.tracks.push_back(std::move(*track));
        note_filling(compilation, compilation.tracks.size() - 1);
    }
    auto packs = packs_of(sheet);
    if (!packs)
        return tl::unexpected(packs.error());
    compilation.cd_text_packs = std::move(*packs);
    return compilation;
}

bool is_audio_name(const std::string& name) {
    return audio_ending_of(name) != nullptr;
}

mmc::Result<Compilation> compilation_of_audio(std::span<const std::string> names,
                                              const SourceOptions& options) {
    constexpr std::size_t tracks_max = 99;
    constexpr std::uint64_t sample_bytes = 4;
    if (names.size() > tracks_max)
        return mmc::fail("{} files are named, a CD has no more than {} tracks", names.size(),
                         tracks_max);
    Compilation compilation;
    compilation.name = names.size() == 1 ? names[0] : fmt::format("{} files", names.size());
    for (const std::string& name : names) {
        const AudioEnding* ending = audio_ending_of(name);
        const bool wave = ending != nullptr && ending->wave;
        const auto bytes = wave ? mmc::bytes_of_wave(name, mmc::disk_files())
                                : mmc::bytes_of_file(name, mmc::disk_files());
        if (!bytes)
            return tl::unexpected(bytes.error());
        if (bytes->bytes == 0 || bytes->bytes % sample_bytes != 0)
            return mmc::fail("{}: has {} bytes of samples, which are no whole samples of {} bytes "
                             "(16 bits, left and right); is it cut?",
                             name, bytes->bytes, sample_bytes);
        auto file = MappedFile::open(name);
        if (!file)
            return tl::unexpected(file.error());
        const ByteOrder by_name = ending != nullptr ? ending->order : ByteOrder::little;
        const ByteOrder order =
            wave || options.byte_order == ByteOrder::by_name ? by_name : options.byte_order;
        std::vector<Stretch> stretches{{std::make_shared<MappedFile>(std::move(*file)),
                                        bytes->offset, bytes->bytes, order == ByteOrder::big}};
        if (const auto sound = check(stretches); !sound)
            return tl::unexpected(sound.error());
        CompilationTrack track;
        track.kind = TrackKind::audio;
        track.data =
            std::make_unique<AssembledSource>(name, std::move(stretches), mmc::audio_mode.stride);
        compilation.tracks.push_back(std::move(track));
        note_filling(compilation, compilation.tracks.size() - 1);
    }
    return compilation;
}

} // namespace burnrig::driver
