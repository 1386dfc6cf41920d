// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/cd/cue_sheet.h"

#include <algorithm>
#include <array>

#include "emulator/drive/recording/cd/cd_layout.h"
#include "mmc/msf.h"

namespace burnrig::emulator {
namespace {

constexpr std::size_t entry_bytes = 8;
constexpr std::uint8_t lead_out_number = 0xAA;

// Data forms of MMC-3, table of data forms: what the host sends and what is kept.
struct DataForm {
    std::uint8_t code;
    BlockForm form;
    std::uint16_t host_bytes;
    std::uint16_t offset;
    bool zeros;
};
constexpr std::uint16_t header_bytes = 16; // sync and header, made by the drive
constexpr std::array data_forms{
    DataForm{0x00, BlockForm::audio, 2352, 0, false},
    DataForm{0x01, BlockForm::audio, 0, 0, true},
    DataForm{0x10, BlockForm::mode1, 2048, 0, false},
    DataForm{0x11, BlockForm::mode1, 2352, header_bytes, false},
    DataForm{0x12, BlockForm::mode1, 2048, 0, true},
    DataForm{0x13, BlockForm::mode1, 2352, 0, true},
    DataForm{0x14, BlockForm::mode1, 0, 0, true},
    DataForm{0x20, BlockForm::mode2, 2336, 0, false},
    DataForm{0x21, BlockForm::mode2, 2352, header_bytes, false},
    DataForm{0x22, BlockForm::mode2, 2336, 0, true},
    DataForm{0x23, BlockForm::mode2, 2352, 0, true},
    DataForm{0x24, BlockForm::xa_form2, 0, 0, true},
    DataForm{0x30, BlockForm::mode2, 2336, 0, false},
    DataForm{0x31, BlockForm::mode2, 2352, header_bytes, false},
    DataForm{0x32, BlockForm::mode2, 2336, 0, true},
    DataForm{0x33, BlockForm::mode2, 2352, 0, true},
    DataForm{0x34, BlockForm::mode2, 0, 0, true},
};

const DataForm* find_form(std::uint8_t code) {
    for (const auto& form : data_forms)
        if (form.code == code)
            return &form;
    return nullptr; // sub-channel from the host (bits 7, 6) comes with the raw write methods
}

// Reads the sheet entry by entry; every step says whether the entry was right.
class Parser {
public:
    bool take(std::span<const std::uint8_t> entry, bool last) {
        switch (entry[0] & 0x0F) {
        case 1:
            return position(entry, last);
        case 2:
            return !last && catalog_number(entry);
        case 3:
            return !last && isrc(entry);
        default:
            return false;
        }
    }
    bool complete() const { return done_; }
    CueSheet take_sheet() { return std::move(sheet_); }

private:
    bool position(std::span<const std::uint8_t> entry, bool last) {
        const std::uint8_t number = entry[1];
        const mmc::Msf time{entry[5], entry[6], entry[7]};
        if (done_ || !time.valid() || time.minute >= 90)
            return false;
        if (!lead_in_)
            return lead_in_ = number == 0 && find_form(entry[3]) && frames(time) == 0;
        const auto lba = mmc::lba_from_msf(time);
        if (number == lead_out_number)
            return last && entry[2] == 1 && end(lba);
        const auto* form = find_form(entry[3]);
        return !last && form && track(entry, lba) && stretch(entry, lba, *form);
    }

    // Track numbers count up by one, indexes within a track too; the first is track 1's pre-gap.
    bool track(std::span<const std::uint8_t> entry, std::int32_t lba) {
        const std::uint8_t number = entry[1];
        const std::uint8_t index = entry[2];
        if (number < 1 || number > cd::last_track_number || index > 99)
            return false;
        if (track_ == 0) {
            track_ = number;
            index_ = index;
            return index == 0 && lba == -mmc::pregap_blocks;
        }
        if (lba < from_)
            return false;
        if (number == track_) {
            const bool next = index == index_ + 1;
            index_ = index;
            return next;
        }
        if (number != track_ + 1 || index > 1 || index_ == 0 || too_short(lba))
            return false;
        track_ = number;
        index_ = index;
        return true;
    }

    bool stretch(std::span<const std::uint8_t> entry, std::int32_t lba, const DataForm& form) {
        finish_stretch(lba);
        from_ = lba;
        open_ = CueSegment{lba,
                           lba,
                           entry[1],
                           entry[2],
                           static_cast<std::uint8_t>(entry[0] >> 4),
                           form.form,
                           form.host_bytes,
                           form.offset,
                           form.zeros};
        if (entry[2] == 1)
            index_1_ = lba;
        return true;
    }

    bool end(std::int32_t lba) {
        if (track_ == 0 || index_ == 0 || lba < from_ || too_short(lba))
            return false;
        finish_stretch(lba);
        sheet_.lead_out = lba;
        return done_ = true;
    }

    void finish_stretch(std::int32_t lba) {
        if (open_ && lba > open_->first) {
            open_->end = lba;
            sheet_.segments.push_back(*open_);
        }
        open_.reset();
    }

    bool too_short(std::int32_t track_end) const {
        return track_end - index_1_ < cd::shortest_track;
    }

    // 13 digits over two entries: N1..N7, N8..N13.
    bool catalog_number(std::span<const std::uint8_t> entry) {
        const std::size_t count = sheet_.media_catalog_number.empty() ? 7 : 6;
        if (sheet_.media_catalog_number.size() >= 13)
            return false;
        sheet_.media_catalog_number.append(entry.begin() + 1,
                                           entry.begin() + 1 + static_cast<std::ptrdiff_t>(count));
        return true;
    }

    // 12 characters over two entries of the same track: I1..I6, I7..I12.
    bool isrc(std::span<const std::uint8_t> entry) {
        auto& all = sheet_.isrcs;
        if (all.empty() || all.back().track != entry[1] || all.back().code.size() >= 12)
            all.push_back({entry[1], ""});
        all.back().code.append(entry.begin() + 2, entry.begin() + 8);
        return true;
    }

    CueSheet sheet_;
    std::optional<CueSegment> open_;
    bool lead_in_ = false;
    bool done_ = false;
    std::uint16_t track_ = 0;
    std::uint8_t index_ = 0;
    std::int32_t from_ = -mmc::pregap_blocks;
    std::int32_t index_1_ = 0;
};

} // namespace

const CueSegment* CueSheet::segment_at(std::int32_t lba) const {
    const auto found =
        std::upper_bound(segments.begin(), segments.end(), lba,
                         [](std::int32_t value, const CueSegment& one) { return value < one.end; });
    return found != segments.end() && lba >= found->first ? &*found : nullptr;
}

std::optional<std::int32_t> CueSheet::start_of(std::uint16_t track) const {
    for (const auto& segment : segments)
        if (segment.track == track && segment.index == 1)
            return segment.first;
    return std::nullopt;
}

ParsedCueSheet parse_cue_sheet(std::span<const std::uint8_t> bytes) {
    Parser parser;
    for (std::size_t at = 0; at + entry_bytes <= bytes.size(); at += entry_bytes) {
        const bool last = at + entry_bytes == bytes.size();
        if (!parser.take(bytes.subspan(at, entry_bytes), last))
            return {std::nullopt, at};
    }
    if (!parser.complete())
        return {std::nullopt, bytes.size() < entry_bytes ? 0 : bytes.size() - entry_bytes};
    return {parser.take_sheet(), 0};
}

} // namespace burnrig::emulator
