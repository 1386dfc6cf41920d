// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/overwrite/overwrite_rules.h"

#include <algorithm>
#include <cstdlib>

#include "emulator/disc/formatted.h"
#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/calibration.h"
#include "emulator/drive/recording/overwrite/spare_area.h"
#include "emulator/drive/recording/write_stream.h"
#include "emulator/drive/speeds.h"

namespace burnrig::emulator {
namespace {

constexpr std::size_t block_bytes = 2048;

// One turn of the disc: to change a part of an ECC block the drive reads it and waits until it
// comes round again. A guess, for a DVD at 4x.
constexpr mmc::Duration turn = std::chrono::milliseconds(25);

} // namespace

Answer OverwriteRules::calibrate(LogicalUnit& unit, mmc::Duration) {
    return calibrate_by_command(unit);
}

Answer OverwriteRules::admit(LogicalUnit&, const WriteRequest&) {
    return good();
}

bool OverwriteRules::verifies(const LogicalUnit&, const WriteRequest& request) const {
    return request.verify;
}

Answer OverwriteRules::check(LogicalUnit& unit, const WriteRequest& request) {
    const auto& disc = *unit.disc;
    if (!formatted(disc))
        return refuse(format_interrupted(disc.structure()) ? mmc::sense::format_corrupted
                                                           : mmc::sense::medium_not_formatted);
    if (unit.pages.write_parameters().test_write)
        return refuse(mmc::sense::illegal_mode_for_track); // the laser would burn
    const auto end = writable_end(unit);
    if (request.lba < 0 || request.lba >= end)
        return refuse_at(mmc::sense::lba_out_of_range, request.lba);
    if (request.blocks > static_cast<std::uint32_t>(end - request.lba))
        return refuse_at(mmc::sense::lba_out_of_range, end);
    if (auto answer = admit(unit, request); !answer.good())
        return answer;
    if (request.data.size() < request.blocks * block_bytes)
        return refuse(data_phase_error); // the host sent less than it announced
    return good();
}

// The laser gets ready or goes on; the blocks wait in the buffer.
Answer OverwriteRules::take(LogicalUnit& unit, const WriteRequest& request) {
    const auto now = request.now;
    auto answer = good();
    RandomBlocks how;
    how.passes = verifies(unit, request) ? 2 : 1;
    if (!writing_) {
        StreamStart start;
        start.now = now;
        start.lba = request.lba;
        start.block_bytes = block_bytes;
        answer = begin_stream(unit, start);
        if (!answer.good())
            return answer;
        pending_.restart(unit.buffer.capacity_blocks());
        writing_ = true;
    } else {
        answer = keep_fed(unit, now, true, next_);
        if (request.lba != next_) {
            const double distance = std::abs(static_cast<double>(request.lba) - next_);
            const double whole = std::max(1.0, static_cast<double>(unit.disc->medium().capacity()));
            how.before = std::chrono::duration_cast<mmc::Duration>(unit.model.timing.full_seek *
                                                                   (distance / whole));
            if (request.lba % unit.disc->medium().write_unit() != 0)
                how.before += turn;
        }
    }
    const auto taken = take_blocks(unit, now, request.lba, request.blocks, how);
    const auto block_time =
        unit.recording(write_time(unit, request.lba, 1)) * static_cast<std::int64_t>(how.passes);
    if (block_time.count() > 0)
        pending_.note(*unit.disc, request.lba, static_cast<std::int32_t>(request.blocks),
                      unit.buffer.dry_at(), block_time);
    answer.time = std::max(answer.time, taken.time);
    return answer;
}

// What is recorded is whole ECC blocks: what is new in them and was not written reads as zeros.
Answer OverwriteRules::fill_units(LogicalUnit& unit, std::int32_t first, std::int32_t end) {
    auto& disc = *unit.disc;
    const auto size = disc.medium().write_unit();
    const auto limit = std::min((end + size - 1) / size * size, writable_end(unit));
    auto answer = good();
    for (const auto& [from, to] : {std::pair{first / size * size, first}, std::pair{end, limit}}) {
        for (auto at = from; at < to && answer.good();) {
            const auto run = disc.run_at(at);
            const auto count = std::min(run.extent.count, to - at);
            if (run.state == BlockState::unrecorded)
                answer = unit.saved(disc.write_zeros(at, BlockForm::mode1, count));
            at += count;
        }
    }
    return answer;
}

Answer OverwriteRules::record(LogicalUnit& unit, const WriteRequest& request) {
    auto& disc = *unit.disc;
    const auto count = static_cast<std::int32_t>(request.blocks);
    const auto end = request.lba + count;
    auto warning = before_blocks(unit, request.lba, end);
    if (warning.good() && verifies(unit, request))
        warning = replace_defects(unit, request.lba, count);
    if (!warning.good() && warning.sense->code != mmc::sense::spares_exhausted)
        return warning;
    if (!disc.write(request.lba, BlockForm::mode1,
                    request.data.first(request.blocks * block_bytes)))
        return refuse_at(mmc::sense::write_error, request.lba);
    if (auto answer = fill_units(unit, request.lba, end); !answer.good())
        return answer;
    if (auto answer = blocks_written(unit, request.lba, end); !answer.good())
        return answer;
    if (auto* track = last_track(disc.structure()))
        track->end = std::max(track->end, end);
    next_ = end;
    return warning;
}

Answer OverwriteRules::write(LogicalUnit& unit, const WriteRequest& request) {
    if (auto answer = check(unit, request); !answer.good())
        return answer;
    auto taken = take(unit, request);
    if (!taken.good())
        return taken;
    auto answer = record(unit, request);
    answer.time = taken.time;
    const bool on_disc = answer.good() || answer.sense->code.key == mmc::SenseKey::recovered_error;
    answer.transferred = on_disc ? static_cast<std::uint32_t>(request.blocks * block_bytes) : 0;
    return answer;
}

mmc::Duration OverwriteRules::busy_until(const LogicalUnit& unit) const {
    return writing_ ? unit.buffer.dry_at() : mmc::Duration{0};
}

Answer OverwriteRules::finish_write(LogicalUnit& unit) {
    if (!writing_)
        return good();
    writing_ = false;
    pending_.restart(unit.buffer.capacity_blocks());
    return unit.saved(unit.disc->flush());
}

Answer OverwriteRules::synchronize(LogicalUnit& unit, mmc::Duration now, bool immediate) {
    if (!writing_)
        return good();
    return unit.begin(OperationKind::synchronizing, now, drain_time(unit, now), immediate,
                      [this](LogicalUnit& ended) { return finish_write(ended); });
}

void OverwriteRules::end_idle_write(LogicalUnit& unit, mmc::Duration) {
    (void)finish_write(unit);
}

mmc::Duration OverwriteRules::leave(LogicalUnit& unit, mmc::Duration now) {
    const auto length = drain_time(unit, now);
    (void)finish_write(unit);
    return length;
}

void OverwriteRules::cut_off(LogicalUnit& unit, mmc::Duration now) {
    if (!writing_)
        return;
    writing_ = false;
    auto& disc = *unit.disc;
    if (const auto burning = pending_.roll_back(disc, now)) {
        const auto size = disc.medium().write_unit();
        const auto first = *burning / size * size;
        disc.damage().add({first, first + size, DamageKind::torn, 0, 0});
    }
    (void)disc.save();
}

// Blocks that reached the disc after it was last saved.
void OverwriteRules::recover(LogicalUnit& unit) {
    auto& disc = *unit.disc;
    auto* track = last_track(disc.structure());
    if (!track || !formatted(disc))
        return;
    auto end = track->end;
    disc.recorded().each([&](const Extent& extent) { end = std::max(end, extent.end()); });
    end = std::min(end, format_of(unit).blocks);
    if (end == track->end)
        return;
    track->end = end;
    (void)disc.save();
}

} // namespace burnrig::emulator
