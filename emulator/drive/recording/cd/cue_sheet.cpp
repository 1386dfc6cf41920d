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

// Bits 7 and 6 of a data form: what the host sends of the sub-channel, behind the main channel.
enum Subchannel : std::uint8_t { by_drive = 0x00, raw_p_w = 0x40, packed_r_w = 0xC0 };

const DataForm* find_form(std::uint8_t code) {
    for (const auto& form : data_forms)
        if (form.code == (code & 0x3F))
            return &form;
    return nullptr;
}

// Reads the sheet entry by entry; every step says whether the entry was right.
class Parser {
public:
    explicit Parser(const CueConditions& conditions)
        : conditions_(conditions), from_(conditions.pregap) {}

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
        if (done_ || !time.valid() || !find_form(entry[3]) || !takes_subchannel(entry[3]))
            return false;
        if (!lead_in_)
            return lead_in_ = number == 0 && lead_in(entry, time);
        if (time.minute >= 90)
            return false;
        const auto lba = mmc::lba_from_msf(time);
        if (number == lead_out_number)
            return last && entry[2] == 1 && end(lba);
        return !last && track(entry, lba) && stretch(entry, lba, *find_form(entry[3]));
    }

    bool takes_subchannel(std::uint8_t form) const {
        switch (form & 0xC0) {
        case by_drive:
            return true;
        case raw_p_w:
            return conditions_.raw_subchannel;
        case packed_r_w:
            return conditions_.packed_subchannel;
        default:
            return false;
        }
    }

    // The host's sub-channel for the lead-in begins where the lead-in does. As its time libburn
    // gives zero, cdrdao the lead-in's length, and some drives want its beginning.
    bool lead_in(std::span<const std::uint8_t> entry, mmc::Msf time) {
        if ((entry[3] & 0xC0) == by_drive)
            return frames(time) == 0;
        const auto length = -mmc::pregap_blocks - conditions_.lead_in;
        if (find_form(entry[3])->host_bytes != 0 || length <= 0 ||
            conditions_.pregap != -mmc::pregap_blocks)
            return false;
        if (frames(time) != 0 && frames(time) != length &&
            mmc::lba_from_msf(time) != conditions_.lead_in)
            return false;
        CueSegment text;
        text.first = conditions_.lead_in;
        text.end = -mmc::pregap_blocks;
        text.track = 0;
        text.control = static_cast<std::uint8_t>(entry[0] >> 4);
        text.form = text.main = BlockForm::subchannel;
        text.host_bytes = block_size(BlockForm::subchannel);
        sheet_.segments.push_back(text);
        return true;
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
            const auto wanted = conditions_.first_track;
            return index == 0 && lba == conditions_.pregap && (wanted == 0 || number == wanted);
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
        CueSegment next;
        next.first = next.end = lba;
        next.track = entry[1];
        next.index = entry[2];
        next.control = static_cast<std::uint8_t>(entry[0] >> 4);
        next.form = next.main = form.form;
        next.host_bytes = form.host_bytes;
        next.offset = form.offset;
        next.zeros = form.zeros;
        if ((entry[3] & 0xC0) != by_drive) {
            next.form = BlockForm::raw_pw;
            next.host_bytes += block_size(BlockForm::subchannel);
        }
        open_ = next;
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

    const CueConditions& conditions_;
    CueSheet sheet_;
    std::optional<CueSegment> open_;
    bool lead_in_ = false;
    bool done_ = false;
    std::uint16_t track_ = 0;
    std::uint8_t index_ = 0;
    std::int32_t from_;
    std::int32_t index_1_ = 0;
};

} // namespace

const CueSegment* CueSheet::segment_at(std::int32_t lba) const {
    const auto found =
        std::upper_bound(segments.begin(), segments.end(), lba,
                         [](std::int32_t value, const CueSegment& one) { return value < one.end; });
    return found != segments.end() && lba >= found->first ? &*found : nullptr;
}

std::int32_t CueSheet::program_first() const {
    for (const auto& segment : segments)
        if (segment.track != 0)
            return segment.first;
    return lead_out;
}

std::vector<std::int32_t> CueSheet::indexes_of(std::uint16_t track) const {
    std::vector<std::int32_t> indexes;
    for (const auto& segment : segments)
        if (segment.track == track && segment.index > 1)
            indexes.push_back(segment.first);
    return indexes;
}

std::optional<std::int32_t> CueSheet::start_of(std::uint16_t track) const {
    for (const auto& segment : segments)
        if (segment.track == track && segment.index == 1)
            return segment.first;
    return std::nullopt;
}

ParsedCueSheet parse_cue_sheet(std::span<const std::uint8_t> bytes,
                               const CueConditions& conditions) {
    Parser parser(conditions);
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
