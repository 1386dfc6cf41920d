// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/image/disc_image.h"

#include <algorithm>

#include "emulator/disc/cd_sessions.h"
#include "emulator/disc/formatted.h"

namespace burnrig::emulator {

namespace {

std::int32_t blocks_of(const SheetTrack& track) {
    std::int32_t blocks = 0;
    for (const SheetPart& part : track.parts) {
        blocks += part.blocks;
    }
    return blocks;
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
        if (sheet.tracks.size() == 1 && first.mode.form == BlockForm::mode1) {
            return {};
        }
        return sheet_error(sheet.path, std::max(first.line, 1),
                           "a {} takes one track of 2048-byte blocks; choose a CD medium, or "
                           "name an .iso",
                           medium_.name);
    }

    mmc::Result<void> add(const SheetTrack& from) {
        Structure& structure = image_.structure;
        const std::int32_t blocks = blocks_of(from);
        if (blocks - from.index1 < 1) {
            return sheet_error(image_.sheet.path, std::max(from.line, 1),
                               "track {} has no blocks behind its start", from.number);
        }
        if (structure.sessions.empty() || from.session != session_of_sheet_) {
            begin_session(from);
        }
        Session& session = structure.sessions.back();
        session.disc_type = std::max(session.disc_type, from.mode.disc_type);
        Track track;
        track.number = from.number;
        track.session = session.number;
        track.state = TrackState::complete;
        track.method = WriteMethod::session_at_once;
        track.control = from.control;
        track.form = from.mode.form == BlockForm::raw && from.mode.disc_type == 0 ? BlockForm::mode1
                                                                                  : from.mode.form;
        track.isrc = from.isrc;
        const bool first = first_track_of(structure, session.number) == nullptr;
        const std::int32_t before = medium_.family() == MediumFamily::cd ? mmc::pregap_blocks : 0;
        track.pregap = first ? next_ - before : next_;
        for (const SheetPart& part : from.parts) {
            if (part.blocks > 0) {
                image_.pieces.push_back({next_, part, from.mode, dumped_});
            }
            next_ += part.blocks;
            dumped_ += part.blocks;
        }
        track.end = next_;
        track.start = next_ - (blocks - from.index1);
        for (const std::int32_t index : from.indexes) {
            track.indexes.push_back(track.start + index - from.index1);
        }
        structure.tracks.push_back(track);
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
        return track.parts.front().file == SheetPart::silence ? track.parts.front().blocks : 0;
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
