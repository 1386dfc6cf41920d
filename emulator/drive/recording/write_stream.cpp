// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/write_stream.h"

#include <algorithm>

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/calibration.h"
#include "emulator/drive/speeds.h"

namespace burnrig::emulator {
namespace {

// The head finds the link and waits for it before burning goes on. A guess.
constexpr mmc::Duration link_time = std::chrono::milliseconds(100);

} // namespace

Answer begin_stream(LogicalUnit& unit, const StreamStart& start) {
    auto prepared = good();
    if (!start.simulated)
        prepared = calibrate_before_recording(unit);
    if (!prepared.good())
        return prepared;
    const auto lead =
        unit.recording(prepared.time + unit.spin_up() + unit.model.timing.full_seek + start.lead);
    const auto capacity = unit.buffer_bytes() / std::max<std::size_t>(start.block_bytes, 1);
    unit.buffer.start(start.now + lead, unit.recording(write_time(unit, start.lba, 1)),
                      static_cast<std::uint32_t>(capacity));
    return good(start.host_waits ? lead : mmc::Duration{0});
}

Answer keep_fed(LogicalUnit& unit, mmc::Duration now, bool is_protected, std::int32_t next) {
    if (!unit.buffer.ran_dry(now))
        return good();
    if (!is_protected)
        return refuse_at(mmc::sense::loss_of_streaming, next);
    ++unit.underruns;
    unit.buffer.link(now + link_time);
    return good();
}

Answer take_blocks(LogicalUnit& unit, mmc::Duration now, std::int32_t lba, std::uint32_t blocks) {
    const auto fits = unit.buffer.fits_at(now, blocks);
    if (fits > now && !unit.model.blocks_when_full)
        return refuse(mmc::sense::long_write);
    unit.buffer.accept(blocks, unit.recording(write_time(unit, lba, 1)));
    if (const auto borders = zone_borders(unit, lba, blocks); borders > 0)
        unit.buffer.pause(unit.recording(link_time * borders));
    return good(fits - now);
}

Answer take_blocks(LogicalUnit& unit, mmc::Duration now, std::int32_t lba, std::uint32_t blocks,
                   const RandomBlocks& how) {
    const auto fits = unit.buffer.fits_at(now, blocks);
    unit.buffer.pause(unit.recording(how.before));
    unit.buffer.accept(blocks, unit.recording(write_time(unit, lba, 1)) *
                                   static_cast<std::int64_t>(how.passes));
    if (const auto borders = zone_borders(unit, lba, blocks); borders > 0)
        unit.buffer.pause(unit.recording(link_time * borders));
    return good(fits - now);
}

mmc::Duration drain_time(const LogicalUnit& unit, mmc::Duration now) {
    return std::max(mmc::Duration{0}, unit.buffer.dry_at() - now);
}

} // namespace burnrig::emulator
