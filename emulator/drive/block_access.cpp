// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/block_access.h"

#include <algorithm>

#include "emulator/drive/logical_unit.h"

namespace burnrig::emulator {
namespace {

constexpr std::size_t header_end = 16;    // of a whole sector: sync and header
constexpr std::size_t subheader_end = 24; // of a whole sector: sub-header too
constexpr std::uint8_t form_2_bit = 0x20; // of the submode byte

// The track to which a block belongs, pre-gap included.
const Track* track_around(const Structure& structure, std::int32_t lba) {
    for (const auto& track : structure.tracks)
        if (lba >= track.pregap && lba < track.end_with_run_out())
            return &track;
    return nullptr;
}

} // namespace

ReadableRun readable_at(const LogicalUnit& unit, std::int32_t lba) {
    const auto& disc = *unit.disc;
    ReadableRun run;
    run.track = track_around(disc.structure(), lba);
    const auto found = disc.run_at(lba);
    run.form = found.extent.form;
    run.count = found.extent.count;
    if (run.track) // never beyond the track: its neighbour may be of another kind
        run.count = std::max(1, std::min(run.count, run.track->end_with_run_out() - lba));
    const bool audio = run.form == BlockForm::audio;
    const bool needs_track = disc.medium().family() == MediumFamily::cd;
    switch (found.state) {
    case BlockState::readable:
        if (!run.track && needs_track)
            run.fault = mmc::sense::lba_out_of_range;
        break;
    case BlockState::unreadable:
        run.fault = audio ? mmc::sense::circ_unrecovered : mmc::sense::read_error;
        break;
    case BlockState::unrecorded:
        run.fault = unit.rules->unrecorded_fault(unit, lba);
        run.zeros = !run.fault;
        run.form = BlockForm::mode1;
        break;
    }
    return run;
}

std::optional<std::size_t> user_data_offset(BlockForm form, std::span<const std::uint8_t> block) {
    switch (form) {
    case BlockForm::mode1:
    case BlockForm::xa_form1:
        return 0;
    case BlockForm::xa_form1_header:
        return 8;
    case BlockForm::xa_mixed:
    case BlockForm::mode2:
        if (block[2] & form_2_bit)
            return std::nullopt;
        return 8;
    case BlockForm::raw:
    case BlockForm::raw_pq:
    case BlockForm::raw_pw: {
        constexpr std::size_t mode_at = 15;
        constexpr std::size_t submode_at = 18;
        if ((block[mode_at] & 3) == 1)
            return header_end;
        if ((block[mode_at] & 3) == 2 && (block[submode_at] & form_2_bit) == 0)
            return subheader_end;
        return std::nullopt;
    }
    case BlockForm::audio:
    case BlockForm::xa_form2:
    case BlockForm::subchannel:
        break;
    }
    return std::nullopt;
}

} // namespace burnrig::emulator
