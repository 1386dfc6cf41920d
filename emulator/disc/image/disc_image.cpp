// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/image/disc_image.h"

#include <algorithm>

#include "emulator/disc/cd_sessions.h"
#include "emulator/disc/formatted.h"

namespace burnrig::emulator {

namespace {

// Sectors of mode 1 are known by themselves; a disc type other than 0 tells mode 2.
BlockForm form_of(mmc::SheetForm form) {
    switch (form) {
    case mmc::SheetForm::audio:
        return BlockForm::audio;
    case mmc::SheetForm::mode1:
        return BlockForm::mode1;
    case mmc::SheetForm::mode2:
    case mmc::SheetForm::xa_mix:
        return BlockForm::mode2;
    case mmc::SheetForm::xa_form1:
        return BlockForm::xa_form1;
    case mmc::SheetForm::xa_form2:
        return BlockForm::xa_form2;
    case mmc::SheetForm::raw_mode1:
    case mmc::SheetForm::raw_mode2:
        break;
    }
    return BlockForm::raw;
}

ImageMode mode_of(const mmc::SheetMode& mode) {
    return {form_of(mode.form), mode.stride, mode.disc_type};
}

class LayOut {
public:
    LayOut(Sheet sheet, const Medium& medium) : medium_(medium) { image_.sheet = std::move(sheet); }

    mmc::Result<DiscImage> make() {
        if (auto checked = check_kind(); !checked) {
            return tl::unexpected(checked.error());
        }
        Structure& structure = image_.structure;
        structure.media_catalog_number = image_.sheet.media_catalog_number;
        for (const SheetTrack& track : image_.sheet.tracks) {
            if (auto added = add(track); !added) {
                return tl::unexpected(added.error());
            }
        }
        end_session();
        if (auto added = add_text(); !added) {
            return tl::unexpected(added.error());
        }
        structure.finalized = true;
        structure.sessions.back().next_allowed = false;
        make_overwritable();
        const std::int32_t room = structure.format.kind == FormatKind::none
                                      ? medium_.capacity()
                                      : structure.format.blocks;
        if (next_ > room) {
            return mmc::fail("{}: has {} blocks, a {} has room for {}; choose a larger medium",
                             image_.sheet.path.string(), next_, medium_.name, room);
        }
        return std::move(image_);
    }

private:
    static constexpr std::int32_t most_blocks = INT32_MAX / 2;

    // What is written at random is formatted, and never finalized.
    void make_overwritable() {
        Formatting format;
        format.kind = FormatKind::overwritable;
        FormatSize size;
        switch (medium_.kind) {
        case MediumKind::dvd_plus_rw:
        case MediumKind::dvd_plus_rw_dl:
            size.blocks = medium_.capacity();
            format.background = BackgroundFormat::complete;
            break;
        case MediumKind::dvd_ram:
            size = dvd_ram_size(medium_);
            break;
        case MediumKind::bd_re:
            size = bd_size(medium_, bd_default_spares(medium_));
            break;
        default:
            return;
        }
        format.blocks = size.blocks;
        format.spares = size.spares;
        set_formatted(image_.structure, format);
    }

    mmc::Result<void> check_kind() const {
        const Sheet& sheet = image_.sheet;
        if (medium_.family() == MediumFamily::cd) {
            return {};
        }
        const SheetTrack& first = sheet.tracks.front();
        if (sheet.tracks.size() == 1 && first.mode.form == mmc::SheetForm::mode1) {
            return {};
        }
        return mmc::sheet_error(sheet.path, std::max(first.line, 1),
                                "a {} takes one track of 2048-byte blocks; choose a CD medium, or "
                                "name an .iso",
                                medium_.name);
    }

    mmc::Result<void> add(const SheetTrack& from) {
        Structure& structure = image_.structure;
        if (auto checked = check(from); !checked) {
            return checked;
        }
        const auto blocks = static_cast<std::int32_t>(from.blocks());
        if (blocks - from.index1 < 1) {
            return mmc::sheet_error(image_.sheet.path, std::max(from.line, 1),
                                    "track {} has no blocks behind its start", from.number);
        }
        if (structure.sessions.empty() || from.session != session_of_sheet_) {
            begin_session(from);
        }
        Session& session = structure.sessions.back();
        session.disc_type = std::max(session.disc_type, from.mode.disc_type);
        const ImageMode mode = mode_of(from.mode);
        Track track;
        track.number = from.number;
        track.session = session.number;
        track.state = TrackState::complete;
        track.method = WriteMethod::session_at_once;
        track.control = from.control;
        track.form =
            mode.form == BlockForm::raw && mode.disc_type == 0 ? BlockForm::mode1 : mode.form;
        track.isrc = from.isrc;
        const bool first = first_track_of(structure, session.number) == nullptr;
        const std::int32_t before = medium_.family() == MediumFamily::cd ? mmc::pregap_blocks : 0;
        track.pregap = first ? next_ - before : next_;
        for (const mmc::SheetPart& part : from.parts) {
            const std::int32_t count = blocks_of(part, from);
            if (count > 0) {
                image_.pieces.push_back({next_,
                                         {part.file, part.offset, part.bytes, count, part.swapped},
                                         mode,
                                         dumped_});
            }
            next_ += count;
            dumped_ += count;
        }
        track.end = next_;
        track.start = next_ - (blocks - from.index1);
        for (const std::int32_t index : from.indexes) {
            track.indexes.push_back(track.start + index - from.index1);
        }
        structure.tracks.push_back(track);
        return {};
    }

    // A disc of files keeps blocks, so that each block must come from one place.
    mmc::Result<void> check(const SheetTrack& track) const {
        const auto refuse = [&](std::string_view what) {
            return mmc::sheet_error(image_.sheet.path, std::max(track.line, 1), "track {}: {}",
                                    track.number, what);
        };
        if (track.mode.subchannel != mmc::SheetSubchannel::none) {
            return refuse("sub-channels in the data of a .cue or .toc are not read; name a .raw "
                          "image");
        }
        for (std::size_t i = 0; i + 1 < track.parts.size(); ++i) {
            if (track.parts[i].bytes % track.mode.stride != 0) {
                return refuse(fmt::format("its part {} has {} bytes, which are no whole number of "
                                          "blocks of {} bytes",
                                          i + 1, track.parts[i].bytes, track.mode.stride));
            }
        }
        if (track.blocks() > static_cast<std::uint64_t>(most_blocks - next_)) {
            return refuse("is longer than any disc");
        }
        return {};
    }

    // The gap between sessions is in no file; a PREGAP line may stand for it.
    void begin_session(const SheetTrack& first) {
        Structure& structure = image_.structure;
        Session session;
        session.state = SessionState::complete;
        session.number = static_cast<std::uint16_t>(structure.sessions.size() + 1);
        if (structure.sessions.empty()) {
            session.lead_in = medium_.has_atip() ? mmc::lba_from_msf(medium_.atip.lead_in)
                              : medium_.family() == MediumFamily::cd
                                  ? -cd::later_lead_in_blocks - mmc::pregap_blocks
                                  : 0;
        } else {
            end_session();
            structure.sessions.back().next_allowed = true;
            const Session& before = structure.sessions.back();
            const std::int32_t gap = cd::next_session_start(before.number, next_) - next_;
            const std::int32_t silent = silence_in_front(first);
            session.lead_in = next_ + cd::lead_out_blocks(before.number);
            next_ += std::max(0, gap - silent);
        }
        session_of_sheet_ = first.session;
        structure.sessions.push_back(session);
    }

    static std::int32_t silence_in_front(const SheetTrack& track) {
        const mmc::SheetPart& part = track.parts.front();
        return part.file == mmc::SheetPart::silence ? blocks_of(part, track) : 0;
    }
    static std::int32_t blocks_of(const mmc::SheetPart& part, const SheetTrack& track) {
        return static_cast<std::int32_t>((part.bytes + track.mode.stride - 1) / track.mode.stride);
    }

    // CD-TEXT is in the first lead-in, of the tracks behind it. A disc that is no CD has none.
    mmc::Result<void> add_text() {
        Structure& structure = image_.structure;
        Session& session = structure.sessions.front();
        const Sheet& sheet = image_.sheet;
        if (medium_.family() != MediumFamily::cd) {
            return {};
        }
        session.cd_text = sheet.cd_text_packs;
        if (!session.cd_text.empty() || is_empty(sheet.cd_text)) {
            return {};
        }
        auto packs = mmc::make_cd_text_packs(sheet.cd_text, structure.tracks.front().number,
                                             last_track_of(structure, session.number)->number);
        if (!packs) {
            return mmc::fail("{}: {}", sheet.path.string(), packs.error().message);
        }
        session.cd_text = std::move(*packs);
        return {};
    }

    void end_session() { image_.structure.sessions.back().lead_out = next_; }

    const Medium& medium_;
    DiscImage image_;
    std::int32_t next_ = 0;
    std::int32_t dumped_ = 0;
    std::uint16_t session_of_sheet_ = 1;
};

} // namespace

mmc::Result<DiscImage> open_image(const std::filesystem::path& path, const Medium& medium) {
    auto sheet = read_sheet(path);
    if (!sheet) {
        return tl::unexpected(sheet.error());
    }
    return LayOut(std::move(*sheet), medium).make();
}

} // namespace burnrig::emulator
