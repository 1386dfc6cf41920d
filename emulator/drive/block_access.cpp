// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/block_access.h"

#include <algorithm>

#include "emulator/drive/logical_unit.h"

namespace burnrig::emulator {
namespace {

// What reading fails with where something is recorded.
mmc::SenseCode read_failure(const Disc& disc, BlockForm form) {
    if (form == BlockForm::audio)
        return mmc::sense::circ_unrecovered;
    return disc.medium().family() == MediumFamily::cd ? mmc::sense::read_error
                                                      : mmc::sense::unrecovered_read;
}

// A weak block that has not been tried often enough ends the run, or is its fault.
void stop_at_weak(const LogicalUnit& unit, std::int32_t lba, ReadableRun& run) {
    for (const auto& range : unit.disc->damage().ranges) {
        if (range.kind != DamageKind::weak)
            continue;
        const auto end = std::min(range.end, lba + run.count);
        for (auto at = std::max(range.first, lba); at < end; ++at) {
            const auto tried = unit.fault.tries.find(at);
            if (tried != unit.fault.tries.end() && tried->second >= range.tries)
                continue;
            if (at == lba)
                run.fault = read_failure(*unit.disc, run.form);
            else
                run.count = at - lba;
            break;
        }
    }
}

} // namespace

void count_try(LogicalUnit& unit, std::int32_t lba, std::uint32_t blocks) {
    if (unit.disc->damage().none())
        return;
    const auto behind = std::int64_t{lba} + blocks;
    for (const auto& range : unit.disc->damage().ranges) {
        if (range.kind != DamageKind::weak)
            continue;
        for (auto at = std::max(range.first, lba); at < std::min<std::int64_t>(range.end, behind);
             ++at) {
            auto& tried = unit.fault.tries[at];
            tried = tried >= range.tries ? 1 : tried + 1; // it was read: all begins anew
        }
    }
}

ReadableRun readable_at(const LogicalUnit& unit, std::int32_t lba) {
    const auto& disc = *unit.disc;
    ReadableRun run;
    run.track = track_around(disc.structure(), lba);
    const auto found = disc.run_at(lba);
    run.form = found.extent.form;
    run.count = found.extent.count;
    if (run.track) // never beyond the track: its neighbour may be of another kind
        run.count = std::max(1, std::min(run.count, run.track->end_with_run_out() - lba));
    const bool needs_track = disc.medium().family() == MediumFamily::cd;
    switch (found.state) {
    case BlockState::readable:
        if (!run.track && needs_track)
            run.fault = mmc::sense::lba_out_of_range;
        else if (!disc.damage().none())
            stop_at_weak(unit, lba, run);
        break;
    case BlockState::unreadable:
        run.fault = read_failure(disc, run.form);
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
