// SPDX-License-Identifier: Apache-2.0
// READ CD and READ CD MSF: the host chooses which parts of each sector it wants (MMC-3, 5.17).
//
//     main channel | C2 error flags | sub-channel          of one block, then of the next
//
// C2 flags are always clear: this drive's read errors are of the kind that yields no data at all.
#include <algorithm>
#include <array>
#include <cstring>

#include "emulator/drive/block_access.h"
#include "emulator/drive/commands/commands.h"
#include "emulator/drive/sector_image.h"

namespace burnrig::emulator::commands {
namespace {

enum MainField : unsigned {
    edc_ecc = 0x08,
    user_data = 0x10,
    header = 0x20,
    sub_header_field = 0x40,
    sync = 0x80,
};

// Which values of the main channel selection are contiguous parts of a sector (bits 7 to 3).
constexpr std::array<std::uint8_t, 19> legal_selections{0x00, 0x10, 0x18, 0x20, 0x30, 0x38, 0x40,
                                                        0x50, 0x58, 0x60, 0x70, 0x78, 0x80, 0xA0,
                                                        0xB0, 0xB8, 0xE0, 0xF0, 0xF8};

enum SubchannelSelection : unsigned {
    no_subchannel = 0,
    raw_p_w = 1,
    formatted_q = 2,
    corrected_r_w = 4
};

struct Selection {
    SectorType expected = SectorType::any;
    unsigned main = user_data;
    std::size_t c2_bytes = 0;
    unsigned subchannel = no_subchannel;

    std::size_t subchannel_bytes() const {
        return subchannel == no_subchannel ? 0
               : subchannel == formatted_q ? mmc::formatted_q_size
                                           : mmc::raw_subchannel_size;
    }
};

// What is wrong with the CDB; also without any blocks asked for: programs probe this way.
std::optional<Answer> take_selection(const Request& request, Selection& selection) {
    const unsigned expected = request[1] >> 2 & 7;
    if (expected > static_cast<unsigned>(SectorType::form2))
        return refuse_cdb(1, std::uint8_t{4});
    selection.expected = static_cast<SectorType>(expected);
    selection.main = request[9] & 0xF8;
    if (std::find(legal_selections.begin(), legal_selections.end(), selection.main) ==
        legal_selections.end())
        return refuse_cdb(9, std::uint8_t{7});
    constexpr std::array<std::size_t, 3> c2_sizes{0, 294, 296};
    const std::size_t c2 = request[9] >> 1 & 3;
    if (c2 >= c2_sizes.size())
        return refuse_cdb(9, std::uint8_t{2});
    selection.c2_bytes = c2_sizes[c2];
    selection.subchannel = request[10] & 7;
    if (selection.subchannel == 3 || selection.subchannel > corrected_r_w)
        return refuse_cdb(10, std::uint8_t{2});
    return std::nullopt;
}

// A sector's parts: first byte and number of bytes of each field, by type.
struct Part {
    unsigned field;
    std::size_t offset;
    std::size_t size;
};
using Parts = std::array<Part, 5>;
constexpr std::array<Parts, 6> parts_by_type{
    Parts{}, // any: never of a sector that was read
    Parts{Part{user_data, 0, 2352}},
    Parts{Part{sync, 0, 12}, {header, 12, 4}, {user_data, 16, 2048}, {edc_ecc, 2064, 288}},
    Parts{Part{sync, 0, 12}, {header, 12, 4}, {user_data, 16, 2336}},
    Parts{Part{sync, 0, 12},
          {header, 12, 4},
          {sub_header_field, 16, 8},
          {user_data, 24, 2048},
          {edc_ecc, 2072, 280}},
    Parts{Part{sync, 0, 12}, {header, 12, 4}, {sub_header_field, 16, 8}, {user_data, 24, 2328}},
};

// Fills the host's buffer until it is full; what comes then is dropped.
class Output {
public:
    explicit Output(std::span<std::uint8_t> room) : room_(room) {}
    void put(std::span<const std::uint8_t> bytes) {
        const auto count = std::min(bytes.size(), room_.size() - used_);
        if (count > 0)
            std::memcpy(room_.data() + used_, bytes.data(), count);
        used_ += count;
    }
    void zeros(std::size_t count) {
        count = std::min(count, room_.size() - used_);
        std::fill_n(room_.begin() + static_cast<std::ptrdiff_t>(used_), count, std::uint8_t{0});
        used_ += count;
    }
    bool full() const { return used_ == room_.size(); }
    std::size_t used() const { return used_; }

private:
    std::span<std::uint8_t> room_;
    std::size_t used_ = 0;
};

void put_subchannel(Output& out, unsigned wanted, SubchannelImage& image) {
    std::array<std::uint8_t, mmc::formatted_q_size> formatted;
    switch (wanted) {
    case formatted_q:
        mmc::put_formatted_q(formatted, image.p, image.q);
        out.put(formatted);
        break;
    case raw_p_w:
        if (!image.has_rw)
            mmc::put_raw_subchannel(image.raw, image.p, image.q);
        out.put(image.raw);
        break;
    case corrected_r_w:
        if (!image.has_rw) {
            out.zeros(mmc::raw_subchannel_size);
            break;
        }
        for (auto& symbol : image.raw)
            symbol &= 0x3F; // R to W; what the host recorded has no errors to correct
        out.put(image.raw);
        break;
    default:
        break;
    }
}

Answer put_block(const Disc& disc, std::int32_t lba, const ReadableRun& run,
                 const Selection& selection, SectorType& first_type, Output& out) {
    SectorImage image;
    const bool with_subchannel = selection.subchannel != no_subchannel;
    if (!make_sector_image(disc, *run.track, lba, run.form, with_subchannel, image))
        return refuse_at(mmc::sense::unrecovered_read, lba);
    if (first_type == SectorType::any)
        first_type = image.type;
    const bool type_fits =
        selection.expected == SectorType::any
            ? (image.type == SectorType::audio) == (first_type == SectorType::audio)
            : image.type == selection.expected;
    if (!type_fits)
        return refuse_at(mmc::sense::illegal_mode_for_track, lba);
    for (const auto& part : parts_by_type[static_cast<std::size_t>(image.type)])
        if (selection.main & part.field)
            out.put(std::span(image.bytes).subspan(part.offset, part.size));
    out.zeros(selection.c2_bytes);
    put_subchannel(out, selection.subchannel, image.subchannel);
    return good();
}

Answer read(LogicalUnit& unit, const Request& request, std::int32_t lba, std::uint32_t blocks) {
    Selection selection;
    if (auto refused = take_selection(request, selection))
        return *refused;
    if (blocks == 0)
        return good();
    const auto& disc = *unit.disc;
    const auto end = unit.rules->readable_end(unit);
    if (lba < -mmc::pregap_blocks || lba >= end)
        return refuse_at(mmc::sense::lba_out_of_range, lba);
    if (blocks > static_cast<std::uint32_t>(end - lba))
        return refuse_at(mmc::sense::lba_out_of_range, end);
    count_try(unit, lba, blocks);
    Output out(request.data_in);
    auto answer = good();
    auto first_type = SectorType::any;
    const auto behind = lba + static_cast<std::int32_t>(blocks);
    for (auto at = lba; at < behind && answer.good();) {
        const auto run = readable_at(unit, at);
        if (run.fault)
            answer = refuse_at(*run.fault, at);
        else if (!out.full())
            answer = put_block(disc, at, run, selection, first_type, out);
        at += out.full() ? run.count : 1; // what the host has no room for is only looked at
    }
    answer.transferred = static_cast<std::uint32_t>(out.used());
    answer.time = unit.read_time(lba, blocks);
    return answer;
}

} // namespace

Answer read_cd(LogicalUnit& unit, const Request& request) {
    if (request.bit(1, 0)) // RelAdr
        return refuse_cdb(1, std::uint8_t{0});
    return read(unit, request, request.address(2), request.triple(6));
}

Answer read_cd_msf(LogicalUnit& unit, const Request& request) {
    const mmc::Msf first{request[3], request[4], request[5]};
    const mmc::Msf behind{request[6], request[7], request[8]};
    if (!first.valid())
        return refuse_cdb(3);
    if (!behind.valid())
        return refuse_cdb(6);
    const auto from = mmc::lba_from_msf(first);
    const auto to = mmc::lba_from_msf(behind);
    if (to < from)
        return refuse_cdb(6);
    return read(unit, request, from, static_cast<std::uint32_t>(to - from));
}

} // namespace burnrig::emulator::commands
