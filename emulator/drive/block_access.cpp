// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/block_access.h"

#include <algorithm>

#include "emulator/drive/logical_unit.h"

namespace burnrig::emulator {
namespace {

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
        run.fault = audio         ? mmc::sense::circ_unrecovered
                    : needs_track ? mmc::sense::read_error
                                  : mmc::sense::unrecovered_read;
        break;
    case BlockState::unrecorded:
        run.fault = unit.rules->unrecorded_fault(unit, lba);
        run.zeros = !run.fault;
        run.form = BlockForm::mode1;
        break;
    }
    return run;
}

} // namespace burnrig::emulator
