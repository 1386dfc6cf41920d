// SPDX-License-Identifier: Apache-2.0
#include "driver/recorder/plans/cd_tracks.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "driver/recorder/plans/planners.h"
#include "driver/source/cd_text_lead_in.h"
#include "driver/source/converted_source.h"
#include "mmc/msf.h"
#include "mmc/sector.h"
#include "mmc/subchannel.h"

namespace burnrig::driver::plans {
namespace {

constexpr std::uint32_t raw = mmc::raw_sector_size;
constexpr std::nullopt_t none = std::nullopt;
constexpr std::size_t tracks_max = 99;

// Source: MMC-3, SEND CUE SHEET and page 05h.
constexpr std::array forms{
    BlockForm{TrackKind::audio, raw, 0x00, 0x01, 0},
    BlockForm{TrackKind::mode1, 2048, 0x10, 0x14, 8},
    BlockForm{TrackKind::mode1, raw, 0x11, 0x14, none},
    BlockForm{TrackKind::mode2, 2336, 0x30, 0x34, 9},
    BlockForm{TrackKind::mode2, raw, 0x31, 0x34, none},
    BlockForm{TrackKind::mode2_form1, 2048, none, 0x24, 10},
    BlockForm{TrackKind::mode2_form1, 2056, none, 0x24, 11},
    BlockForm{TrackKind::mode2_form1, raw, 0x21, 0x24, none},
    BlockForm{TrackKind::mode2_form2, 2324, none, 0x24, 12},
    BlockForm{TrackKind::mode2_form2, 2332, none, 0x24, 13},
    BlockForm{TrackKind::mode2_form2, raw, 0x21, 0x24, none},
    BlockForm{TrackKind::mode2_mix, 2332, none, 0x24, 13},
    BlockForm{TrackKind::mode2_mix, 2336, 0x20, 0x24, none},
    BlockForm{TrackKind::mode2_mix, raw, 0x21, 0x24, none},
};

/// What becomes of blocks that have no name.
struct ConversionRow {
    TrackKind kind;
    std::uint32_t block_bytes;
    BlockConversion conversion;
    TrackKind to;
};
constexpr std::uint32_t header_bytes = 16;
constexpr std::uint32_t mode2_bytes = 2336;
constexpr std::uint32_t sub_header_bytes = 8;
constexpr std::uint32_t form2_bytes = 2324;

constexpr ConversionRow with_codes(TrackKind kind, std::uint32_t block_bytes) {
    return {kind, block_bytes, {kind, header_bytes, mode2_bytes}, TrackKind::mode2_mix};
}
constexpr std::array session_conversions{
    with_codes(TrackKind::mode2_form1, 2048), with_codes(TrackKind::mode2_form1, 2056),
    with_codes(TrackKind::mode2_form2, 2324), with_codes(TrackKind::mode2_form2, 2332),
    with_codes(TrackKind::mode2_mix, 2332)};

constexpr ConversionRow part_of(TrackKind kind, std::uint32_t block_bytes, std::uint32_t bytes) {
    return {kind, block_bytes, {{}, block_bytes == raw ? header_bytes : 0, bytes}, kind};
}
constexpr std::array track_conversions{
    part_of(TrackKind::mode1, raw, 2048),       part_of(TrackKind::mode2, raw, 2336),
    part_of(TrackKind::mode2_form1, raw, 2056), part_of(TrackKind::mode2_form2, raw, 2332),
    part_of(TrackKind::mode2_mix, raw, 2332),   part_of(TrackKind::mode2_mix, 2336, 2332)};

const BlockForm* find_form(TrackKind kind, std::uint32_t block_bytes) {
    const auto found = std::find_if(forms.begin(), forms.end(), [&](const BlockForm& form) {
        return form.kind == kind && form.block_bytes == block_bytes;
    });
    return found == forms.end() ? nullptr : &*found;
}

const BlockForm* find_form(const CompilationTrack& track) {
    std::uint32_t bytes = track.data->block_bytes();
    if (track.subchannel != SubchannelData::none)
        bytes -= std::min<std::uint32_t>(bytes, mmc::raw_subchannel_size);
    return find_form(track.kind, bytes);
}

void convert(Plan& plan, CdTrack& track, std::span<const ConversionRow> rows) {
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const ConversionRow& each) {
        return each.kind == track.kind && each.block_bytes == track.data->block_bytes();
    });
    if (row == rows.end())
        return;
    const auto source = std::make_shared<ConvertedSource>(*track.data, row->conversion);
    plan.own_sources.push_back(source);
    track.data = source.get();
    track.kind = row->to;
    track.form = find_form(track.kind, source->block_bytes());
}

Outcome<CdTrack> cd_track(const CompilationTrack& track, std::size_t number) {
    CdTrack result{.data = track.data.get(),
                   .kind = track.kind,
                   .subchannel = track.subchannel,
                   .form = find_form(track),
                   .control = track.control(),
                   .serial_copy = track.serial_copy,
                   .blocks = track.blocks().value_or(0),
                   .pregap_blocks = track.pregap_blocks,
                   .pregap_in_source = track.pregap_in_data ? track.pregap_blocks : 0,
                   .indexes = track.indexes,
                   .isrc = track.isrc};
    if (result.form == nullptr)
        return refuse(Cause::invalid_job,
                      fmt::format("Track {} ({}, {} bytes in a block) can be recorded in no way.",
                                  number, to_string(track.kind), track.data->block_bytes()));
    return result;
}

/// What a track's lines of the cue sheet have in common.
struct CueWriter {
    std::vector<CueEntry>& sheet;
    std::uint8_t number;
    std::uint8_t control;
    std::uint8_t data_form;
    std::uint8_t scms;

    static constexpr std::uint8_t position = 1; // ADR
    static constexpr std::uint8_t recording_code = 3;

    std::uint8_t control_and(std::uint8_t adr) const {
        return static_cast<std::uint8_t>(control << 4 | adr);
    }
    void index(std::uint8_t index, std::int32_t lba) const {
        sheet.push_back(
            {control_and(position), number, index, data_form, scms, mmc::msf_from_lba(lba)});
    }
    void isrc(const std::string& code) const {
        const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(code.at(i)); };
        for (const std::size_t i : {std::size_t{0}, std::size_t{6}})
            sheet.push_back({control_and(recording_code),
                             number,
                             at(i),
                             at(i + 1),
                             at(i + 2),
                             {at(i + 3), at(i + 4), at(i + 5)}});
    }
};

void put_catalog_number(std::vector<CueEntry>& sheet, const std::string& digits) {
    constexpr std::uint8_t catalog_adr = 0x02;
    const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(digits.at(i)); };
    sheet.push_back({catalog_adr, at(0), at(1), at(2), at(3), {at(4), at(5), at(6)}});
    sheet.push_back({catalog_adr, at(7), at(8), at(9), at(10), {at(11), at(12), 0}});
}

} // namespace

void convert_for_session_at_once(Plan& plan, std::vector<CdTrack>& tracks) {
    for (CdTrack& track : tracks)
        if (!track.form->cue_form)
            convert(plan, track, session_conversions);
}

void convert_for_track_at_once(Plan& plan, std::vector<CdTrack>& tracks) {
    for (CdTrack& track : tracks)
        if (!track.form->block_type)
            convert(plan, track, track_conversions);
}

ReadBackForm read_form_of(const CdTrack& track, bool is_raw) {
    enum : std::uint8_t { everything = 0xF8, user = 0x10, sub_header = 0x40, check = 0x08 };
    const bool has_subchannel = track.subchannel != SubchannelData::none;
    const std::uint32_t bytes =
        track.data->block_bytes() - (has_subchannel ? std::uint32_t{mmc::raw_subchannel_size} : 0U);
    const bool is_whole_sector = bytes == raw;
    if (bytes == data_block_bytes || track.kind == TrackKind::audio)
        return {.asked = {.main_channel = bytes == raw ? everything : user, .bytes = bytes}};
    const bool has_forms = track.kind != TrackKind::mode1 && track.kind != TrackKind::mode2;
    const std::uint32_t zeros_at = has_forms ? sub_header_bytes : 0;
    const std::uint32_t zeros_bytes =
        track.kind == TrackKind::mode2 ? mode2_bytes : std::uint32_t{data_block_bytes};
    if (is_whole_sector && is_raw)
        return {.asked = {.main_channel = everything, .bytes = bytes},
                .zeros_at = header_bytes + zeros_at,
                .zeros_bytes = zeros_bytes};
    if (track.kind == TrackKind::mode1)
        return {.asked = {.main_channel = user, .bytes = data_block_bytes},
                .source_at = header_bytes,
                .bytes = data_block_bytes,
                .zeros_bytes = zeros_bytes};
    // Whatever a drive takes the blocks for, with forms or without: all behind the header.
    ReadBackForm form{.asked = {.main_channel = sub_header | user | check, .bytes = mode2_bytes},
                      .source_at = is_whole_sector ? header_bytes : 0,
                      .bytes = std::min(bytes, mode2_bytes),
                      .zeros_at = zeros_at,
                      .zeros_bytes = zeros_bytes};
    if (bytes == form2_bytes)
        form.at = sub_header_bytes;
    else if (has_forms && (!is_raw || bytes < mode2_bytes)) {
        form.bytes = std::min(bytes, sub_header_bytes + form2_bytes);
        form.by_sub_header = true;
    }
    return form;
}

namespace {

std::uint8_t cue_form_of(const CdTrack& track) {
    constexpr std::uint8_t raw_96 = 0x40;
    constexpr std::uint8_t packed_96 = 0xC0;
    const std::uint8_t subchannel = track.subchannel == SubchannelData::none        ? 0
                                    : track.subchannel == SubchannelData::packed_rw ? packed_96
                                                                                    : raw_96;
    return static_cast<std::uint8_t>(track.form->cue_form.value_or(0) | subchannel);
}

/// One track: its stretch of the disc and its lines of the sheet. Gives where it ends.
std::int32_t put_track(Plan& plan, const CdTrack& track, const CueWriter& cue, std::int32_t begin,
                       std::uint32_t gap) {
    constexpr std::uint64_t track_blocks_min = 300;
    const std::uint64_t padding =
        track.blocks < track_blocks_min ? track_blocks_min - track.blocks : 0;
    const auto first = begin + static_cast<std::int32_t>(gap);
    if (!track.isrc.empty())
        cue.isrc(track.isrc);
    if (gap > 0)
        cue.index(0, begin);
    cue.index(1, first);
    std::uint8_t index = 2;
    for (const std::uint32_t blocks : track.indexes)
        cue.index(index++, first + static_cast<std::int32_t>(blocks));
    plan.extents.push_back({.source = track.data,
                            .first_lba = begin,
                            .block_bytes = track.data->block_bytes(),
                            .is_audio = track.kind == TrackKind::audio,
                            .has_subchannel = track.subchannel != SubchannelData::none,
                            .pregap_blocks = track.pregap_in_source,
                            .read_form = read_form_of(track),
                            .leading_zero_blocks = gap - track.pregap_in_source,
                            .source_blocks = track.pregap_in_source + track.blocks,
                            .trailing_zero_blocks = padding});
    if (padding > 0)
        plan.notes.push_back(
            fmt::format("{} blocks of zeros added: a track of a CD has at least {}", padding,
                        track_blocks_min));
    return first + static_cast<std::int32_t>(track.blocks + padding);
}

} // namespace

Outcome<std::vector<CdTrack>> cd_tracks(const BurnJob& job) {
    constexpr std::uint64_t track_blocks_max = 450000; // no CD has more
    std::vector<CdTrack> tracks;
    if (job.compilation == nullptr) {
        static constexpr BlockForm user_data{TrackKind::mode1, 2048, 0x10, 0x14, 8};
        if (job.source.blocks().value_or(0) > track_blocks_max)
            return refuse(Cause::image_too_large,
                          fmt::format("{} has {} blocks, more than any CD. Nothing was written.",
                                      job.source.name(), *job.source.blocks()));
        tracks.push_back(
            {.data = &job.source, .form = &user_data, .blocks = job.source.blocks().value_or(0)});
        return tracks;
    }
    if (job.compilation->tracks.size() > tracks_max)
        return refuse(Cause::invalid_job, "A CD has 99 tracks at the most.");
    for (const CompilationTrack& each : job.compilation->tracks) {
        if (job.session != 0 && each.session != job.session)
            continue;
        auto track = cd_track(each, tracks.size() + 1);
        if (!track)
            return tl::unexpected(track.error());
        if (track->blocks > track_blocks_max || track->pregap_blocks > track_blocks_max)
            return refuse(Cause::image_too_large,
                          fmt::format("Track {} has {} blocks, more than any CD. Nothing was "
                                      "written.",
                                      tracks.size() + 1, track->blocks));
        tracks.push_back(std::move(*track));
    }
    return tracks;
}

bool is_plain(const BurnJob& job) {
    return job.compilation == nullptr ||
           (job.compilation->is_plain() && job.compilation->cd_text_packs.empty() &&
            job.compilation->media_catalog_number.empty());
}

std::uint8_t first_number(const Situation& now) {
    std::uint16_t last = 0;
    for (const TrackInformation& track : now.disc.tracks)
        if (!track.blank && now.disc.status != DiscStatus::blank)
            last = std::max(last, track.number);
    if (last > 0)
        return static_cast<std::uint8_t>(std::min<std::size_t>(last + 1U, tracks_max + 1));
    return now.job.compilation == nullptr ? std::uint8_t{1} : now.job.compilation->first_track;
}

Outcome<void> plan_session(Plan& plan, const Situation& now, const std::vector<CdTrack>& tracks) {
    constexpr std::uint8_t alternate_copy = 0x80;
    std::vector<CueEntry>& sheet = plan.cue_sheet;
    const Compilation* compilation = now.job.compilation;
    if (compilation != nullptr && !compilation->media_catalog_number.empty())
        put_catalog_number(sheet, compilation->media_catalog_number);
    const auto lead_in = static_cast<std::uint8_t>(tracks.front().control << 4 | 1);
    sheet.push_back({lead_in, 0, 0, tracks.front().form->silence_form, 0, {0, 0, 0}});
    std::int32_t at = now.disc.next_writable.value_or(0) - mmc::pregap_blocks;
    std::uint8_t number = first_number(now);
    if (std::size_t{number} + tracks.size() > std::size_t{tracks_max} + 1)
        return refuse(Cause::invalid_job,
                      fmt::format("The tracks {} to {} are more than the 99 that a CD has.", number,
                                  number + tracks.size() - 1));
    for (std::size_t i = 0; i < tracks.size(); ++i, ++number) {
        const CdTrack& track = tracks[i];
        const bool changes = i > 0 && tracks[i - 1].kind != track.kind;
        std::uint32_t gap = track.pregap_blocks + (i == 0 ? mmc::pregap_blocks : 0);
        if (changes && gap == 0) {
            gap = mmc::pregap_blocks;
            plan.notes.push_back(fmt::format("a gap of 2 s is put before track {}: tracks of "
                                             "different kinds need one between them",
                                             number));
        }
        const CueWriter cue{sheet, number, track.control, cue_form_of(track),
                            track.serial_copy ? alternate_copy : std::uint8_t{0}};
        at = put_track(plan, track, cue, at, gap);
    }
    const auto lead_out = static_cast<std::uint8_t>(tracks.back().control << 4 | 1);
    sheet.push_back(
        {lead_out, lead_out_track, 1, tracks.back().form->silence_form, 0, mmc::msf_from_lba(at)});
    return {};
}

Outcome<void> check_cue_sheet(const Plan& plan, const Situation& now,
                              const std::vector<CdTrack>& tracks) {
    for (const CdTrack& track : tracks)
        if (!track.form->cue_form)
            return refuse(Cause::invalid_job,
                          fmt::format("Blocks of {} bytes of {} cannot be recorded in session at "
                                      "once; take --mode tao.",
                                      track.data->block_bytes(), to_string(track.kind)));
    const std::uint32_t most = now.drive.write.max_cue_sheet_bytes;
    const std::size_t bytes = plan.cue_sheet.size() * cue_entry_bytes;
    if (most > 0 && bytes > most)
        return refuse(Cause::command_refused,
                      fmt::format("The cue sheet has {} bytes, the drive takes {}.", bytes, most));
    return {};
}

Outcome<void> check_session_room(Plan& plan, const Situation& now) {
    const std::int64_t begin = now.disc.next_writable.value_or(0);
    const std::int64_t reach = std::min<std::int64_t>(
        std::max<std::int64_t>(begin + now.disc.free_blocks, now.disc.last_lead_out.value_or(0)),
        cd_addresses);
    const Extent& last = plan.tracks().back();
    const std::int64_t lead_out = last.first_lba + static_cast<std::int64_t>(last.blocks());
    return check_room(plan, now.job,
                      static_cast<std::uint64_t>(std::max(reach - begin, std::int64_t{0})),
                      static_cast<std::uint64_t>(lead_out - begin));
}

void plan_cd_text(Plan& plan, const Situation& now) {
    constexpr std::uint8_t subchannel_only = 0x41;
    if (now.job.compilation == nullptr || now.job.compilation->cd_text_packs.empty())
        return;
    const bool first_session = now.disc.status == DiscStatus::blank;
    if (!first_session || !now.drive.write.sao_subchannel || !now.disc.atip) {
        plan.notes.push_back(first_session
                                 ? "the drive does not write CD-TEXT: it is left out"
                                 : "CD-TEXT is left out: it belongs to the disc's first session");
        return;
    }
    const std::int32_t begin = mmc::lba_from_msf(now.disc.atip->lead_in);
    const auto blocks = static_cast<std::uint64_t>(-mmc::pregap_blocks - begin);
    const auto text = std::make_shared<CdTextLeadIn>(now.job.compilation->cd_text_packs, blocks);
    for (CueEntry& entry : plan.cue_sheet)
        if (entry.track == 0 && (entry.ctl_adr & 0x0F) == 1)
            entry.data_form = subchannel_only;
    plan.own_sources.push_back(text);
    plan.writes_cd_text = true;
    plan.extents.insert(plan.extents.begin(), {.source = text.get(),
                                               .first_lba = begin,
                                               .block_bytes = text->block_bytes(),
                                               .is_lead_area = true,
                                               .source_blocks = blocks});
}

} // namespace burnrig::driver::plans
