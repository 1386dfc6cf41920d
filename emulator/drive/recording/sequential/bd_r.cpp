// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/sequential/bd_r.h"

#include <algorithm>

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/overwrite/spare_area.h"
#include "emulator/drive/recording/write_stream.h"
#include "emulator/drive/speeds.h"

namespace burnrig::emulator {
namespace {

constexpr std::int32_t cluster = 32;
constexpr std::size_t block_bytes = 2048;

// Remaining replacements of a disc formatted for pseudo-overwrite, as a real drive gave them.
constexpr std::uint32_t pseudo_overwrite_replacements = 16843552;

bool pseudo_overwrite(const LogicalUnit& unit) {
    return unit.disc->structure().format.kind == FormatKind::pseudo_overwrite;
}

} // namespace

bool BdRules::feature_current(const LogicalUnit& unit, std::uint16_t feature) const {
    switch (feature) {
    case 0x0040: // BD read
    case 0x0041: // BD write
        return true;
    case 0x0021: // incremental streaming writable
    case 0x0025: // write once; a guess that it is current too
        return writable(*unit.disc);
    case 0x0023: // formattable
        return unit.disc->blank() && unit.disc->structure().format.kind == FormatKind::none;
    case 0x0038: // pseudo-overwrite
        return pseudo_overwrite(unit);
    default:
        return false;
    }
}

// With pseudo-overwrite all of the user area can be read at any time.
std::int32_t BdRules::capacity(const LogicalUnit& unit) const {
    return pseudo_overwrite(unit) ? recordable_end(unit) : SequentialRules::capacity(unit);
}

std::int32_t BdRules::readable_end(const LogicalUnit& unit) const {
    return std::max(capacity(unit), SequentialRules::readable_end(unit));
}

std::optional<mmc::SenseCode> BdRules::unrecorded_fault(const LogicalUnit& unit,
                                                        std::int32_t lba) const {
    const auto fault = SequentialRules::unrecorded_fault(unit, lba);
    const bool blank_area = fault == mmc::sense::lba_out_of_range && pseudo_overwrite(unit);
    return blank_area ? std::nullopt : fault;
}

// A disc with pseudo-overwrite is used without ever closing its session.
bool BdRules::open_session_in_toc(const LogicalUnit& unit) const {
    return pseudo_overwrite(unit);
}

std::optional<RecordingRules::PseudoOverwriteResources>
BdRules::pseudo_overwrite_resources(const LogicalUnit& unit) const {
    if (!pseudo_overwrite(unit))
        return std::nullopt;
    const auto used = unit.disc->structure().format.replacements_used;
    PseudoOverwriteResources resources;
    resources.replacements =
        pseudo_overwrite_replacements - std::min(used, pseudo_overwrite_replacements);
    return resources;
}

SequentialRules::CloseAction BdRules::close_action(const LogicalUnit& unit,
                                                   std::uint8_t function) const {
    switch (function) {
    case 1:
        return CloseAction::close_track;
    case 2: // real drives know no such function with pseudo-overwrite, which has one session
        return pseudo_overwrite(unit) ? CloseAction::invalid : CloseAction::close_session;
    case 6:
        return CloseAction::finalize;
    default:
        return CloseAction::invalid;
    }
}

// With spares every cluster is read after it was written, unless the host streams.
bool BdRules::verifies(const LogicalUnit& unit, const WriteRequest& request) const {
    return unit.disc->structure().format.spares > 0 && !request.streaming;
}

// A disc with pseudo-overwrite has one session. That closing it ends the disc is a guess: hosts
// leave it open.
bool BdRules::finalizes_by_itself(const LogicalUnit& unit) const {
    return pseudo_overwrite(unit);
}

// The medium has no test write. Who asked for one before it was inserted must not get a real one.
Answer BdRules::admit(const LogicalUnit& unit, const Method&) const {
    return unit.pages.write_parameters().test_write ? refuse(mmc::sense::illegal_mode_for_track)
                                                    : good();
}

Answer BdRules::write_elsewhere(LogicalUnit& unit, const WriteRequest& request) {
    return pseudo_overwrite(unit) && request.lba >= 0
               ? overwrite(unit, request)
               : SequentialRules::write_elsewhere(unit, request);
}

// Clusters of [first, end) that were not moved yet.
std::int32_t BdRules::new_clusters(std::int32_t first, std::int32_t end) const {
    const auto again = std::min(end, moved_end_) - std::max(first, moved_first_);
    return end - first - std::max(0, again);
}

// The blocks must all have been recorded before. Their clusters are recorded anew where the disc
// would go on, and the addresses there are used up: they read as zeros.
Answer BdRules::overwrite(LogicalUnit& unit, const WriteRequest& request) {
    auto& disc = *unit.disc;
    const auto end = static_cast<std::int64_t>(request.lba) + request.blocks;
    auto known = static_cast<std::int64_t>(request.lba);
    for (const auto& track : disc.structure().tracks)
        if (known >= track.start && known < track.end)
            known = track.end;
    if (known < end)
        return SequentialRules::write_elsewhere(unit, request);
    if (request.data.size() < request.blocks * block_bytes)
        return refuse(data_phase_error);
    auto time = stream_ ? drain_time(unit, request.now) : mmc::Duration{0};
    if (auto answer = finish_stream(unit); !answer.good())
        return answer;
    const auto first_cluster = request.lba / cluster;
    const auto end_cluster = static_cast<std::int32_t>((end + cluster - 1) / cluster);
    const auto blocks = new_clusters(first_cluster, end_cluster) * cluster;
    const auto zone = last_zone(unit);
    if (!zone || zone->free() < blocks)
        return refuse(mmc::sense::end_of_track);
    if (verifies(unit, request)) {
        const auto spared =
            replace_defects(unit, request.lba, static_cast<std::int32_t>(request.blocks));
        if (!spared.good() && spared.sense->code.key != mmc::SenseKey::recovered_error)
            return spared;
    }
    Stream target;
    target.track = zone->number;
    target.next = zone->next;
    open_track(unit, target);
    auto* track = sequential::find_track(disc.structure(), zone->number);
    if (!track || !disc.write_zeros(zone->next, BlockForm::mode1, blocks))
        return refuse_at(mmc::sense::write_error, request.lba);
    track->end = zone->next + blocks;
    disc.structure().format.replacements_used += static_cast<std::uint32_t>(blocks / cluster);
    moved_first_ = first_cluster;
    moved_end_ = end_cluster;
    if (!disc.write(request.lba, BlockForm::mode1,
                    request.data.first(request.blocks * block_bytes)))
        return refuse_at(mmc::sense::write_error, request.lba);
    time += unit.spin_up() +
            unit.recording(unit.model.timing.full_seek + write_time(unit, zone->next, blocks));
    auto answer = good(time);
    answer.transferred = static_cast<std::uint32_t>(request.blocks * block_bytes);
    return answer;
}

Answer BdRules::synchronize(LogicalUnit& unit, mmc::Duration now, bool immediate) {
    const bool moved = moved_end_ > moved_first_;
    moved_first_ = moved_end_ = 0;
    if (stream_ || !moved)
        return SequentialRules::synchronize(unit, now, immediate);
    return unit.begin(OperationKind::synchronizing, now,
                      unit.recording(unit.medium_timing().close_track), immediate,
                      [](LogicalUnit& ended) { return ended.saved(ended.disc->flush()); });
}

} // namespace burnrig::emulator
