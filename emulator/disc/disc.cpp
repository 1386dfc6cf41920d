// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/disc.h"

#include <algorithm>

#include "emulator/disc/block_store.h"
#include "emulator/disc/disc_directory.h"
#include "emulator/disc/formatted.h"

namespace burnrig::emulator {

namespace {

// As the disc comes from the factory: one session, an empty one; DVD-RAM comes formatted.
Structure factory_structure(const Medium& medium) {
    Session first;
    if (medium.has_atip())
        first.lead_in = mmc::lba_from_msf(medium.atip.lead_in);
    Structure structure;
    structure.sessions.push_back(first);
    if (medium.kind == MediumKind::dvd_ram) {
        const auto size = dvd_ram_size(medium);
        Formatting format;
        format.kind = FormatKind::overwritable;
        format.blocks = size.blocks;
        format.spares = size.spares;
        set_formatted(structure, format);
    }
    return structure;
}

} // namespace

Disc::Disc(Medium medium, Keep keep, RecordedMap recorded, std::unique_ptr<BlockStore> store)
    : medium_(std::move(medium)), keep_(keep), structure_(factory_structure(medium_)),
      layout_(medium_), store_(std::move(store)), recorded_(std::move(recorded)) {}

Disc::~Disc() = default;

mmc::Result<std::unique_ptr<Disc>> Disc::in_memory(Medium medium, Keep keep) {
    const BlockLayout layout(medium);
    auto recorded = RecordedMap::in_memory(layout);
    if (!recorded) {
        return tl::unexpected(recorded.error());
    }
    auto store = keep == Keep::digests
                     ? make_digest_store(layout)
                     : mmc::Result<std::unique_ptr<BlockStore>>(make_memory_store(layout));
    if (!store) {
        return tl::unexpected(store.error());
    }
    return std::unique_ptr<Disc>(
        new Disc(std::move(medium), keep, std::move(*recorded), std::move(*store)));
}

mmc::Result<std::unique_ptr<Disc>> Disc::create(const std::filesystem::path& directory,
                                                const Medium& medium, Keep keep) {
    if (auto created = DiscDirectory::create(directory, medium, keep, factory_structure(medium));
        !created) {
        return tl::unexpected(created.error());
    }
    return open(directory);
}

mmc::Result<std::unique_ptr<Disc>> Disc::open(const std::filesystem::path& directory) {
    auto opened = DiscDirectory::open(directory);
    if (!opened) {
        return tl::unexpected(opened.error());
    }
    std::unique_ptr<Disc> disc(new Disc(std::move(opened->medium), opened->keep,
                                        std::move(opened->recorded), std::move(opened->store)));
    disc->structure_ = std::move(opened->state.structure);
    disc->damage_ = std::move(opened->state.damage);
    disc->directory_ = std::move(opened->directory);
    return disc;
}

mmc::Result<void> Disc::save() {
    return directory_ ? directory_->save(structure_, damage_) : mmc::Result<void>();
}

mmc::Result<void> Disc::flush() {
    if (!directory_) {
        return {};
    }
    return store_->sync().and_then([&] { return directory_->flush(structure_, damage_); });
}

// Entries that a rule used up count as used; those that went with a BLANK are gone already.
void Disc::heal() {
    const auto less = [](std::uint32_t& used, std::uint32_t lost) { used -= std::min(used, lost); };
    less(structure_.calibrations_used, damage_.calibrations_lost);
    less(structure_.pma_entries_used, damage_.pma_entries_lost);
    damage_.heal();
}

// Bytes are in the store before anybody is told that they are recorded.
mmc::Result<void> Disc::note_recorded(std::int32_t first, std::int32_t end, BlockForm form) {
    if (recordings_ != nullptr) {
        recordings_->push_back({first, end});
    }
    damage_.forget_recording(first, end);
    return recorded_.record(first, end, form);
}

mmc::Result<void> Disc::check_range(std::int64_t first, std::int64_t end) const {
    if (!layout_.holds(first, end)) {
        return mmc::fail("blocks {} to {} do not exist on this medium; it has {} to {}", first,
                         end - 1, layout_.first_address(), layout_.end_address() - 1);
    }
    return {};
}

mmc::Result<void> Disc::write(std::int32_t lba, BlockForm form,
                              std::span<const std::uint8_t> bytes) {
    const std::size_t size = block_size(form);
    if (bytes.size() % size != 0) {
        return mmc::fail("{} bytes are no whole number of blocks of {} bytes", bytes.size(), size);
    }
    const std::int64_t end = lba + static_cast<std::int64_t>(bytes.size() / size);
    if (auto checked = check_range(lba, end); !checked || bytes.empty()) {
        return checked;
    }
    if (auto written = store_->write(lba, form, bytes); !written) {
        return written;
    }
    return note_recorded(lba, static_cast<std::int32_t>(end), form);
}

mmc::Result<void> Disc::write_zeros(std::int32_t lba, BlockForm form, std::int32_t count) {
    const std::int64_t end = static_cast<std::int64_t>(lba) + count;
    if (auto checked = check_range(lba, end); !checked || count == 0) {
        return checked;
    }
    if (auto cleared = store_->clear(lba, static_cast<std::int32_t>(end), form); !cleared) {
        return cleared;
    }
    return note_recorded(lba, static_cast<std::int32_t>(end), form);
}

mmc::Result<void> Disc::erase(std::int32_t first, std::int32_t end) {
    if (first > end) {
        return mmc::fail("cannot erase backwards, from block {} to {}", first, end);
    }
    first = std::max(first, layout_.first_address());
    end = std::min(end, layout_.end_address());
    if (first >= end) {
        return {};
    }
    damage_.forget_recording(first, end);
    recorded_.forget(first, end);
    return store_->discard(first, end); // their room is given back
}

// What lies at `lba` up to the next place where recording or damage changes.
Disc::Run Disc::segment_at(std::int32_t lba) const {
    const RecordedMap::Run found = recorded_.run_at(lba);
    Run run{found.form ? BlockState::readable : BlockState::unrecorded,
            {lba, found.end - lba, found.form.value_or(BlockForm{})}};
    if (damage_.none()) {
        return run;
    }
    run.extent.count = damage_.next_change(lba, found.end) - lba;
    const DamagedRange* damage = damage_.at(lba);
    if (damage != nullptr && damage->kind == DamageKind::replaced) {
        run.state = BlockState::readable; // though it may never have been recorded here
        run.extent.form = damage->form;
        return run;
    }
    if (!found.form) {
        return run;
    }
    if (damage != nullptr &&
        (damage->kind == DamageKind::unreadable || damage->kind == DamageKind::torn)) {
        run.state = BlockState::unreadable;
    } else if (damage != nullptr && damage->kind == DamageKind::lost) {
        run.state = BlockState::unrecorded;
        run.extent.form = BlockForm{};
    }
    return run;
}

Disc::Run Disc::run_at(std::int32_t lba) const {
    if (lba < layout_.first_address() || lba >= layout_.end_address()) {
        return {BlockState::unrecorded, {lba, 1, {}}};
    }
    Run run = segment_at(lba);
    while (!damage_.none() && run.extent.end() < layout_.end_address()) {
        const Run next = segment_at(run.extent.end());
        if (next.state != run.state || next.extent.form != run.extent.form) {
            break;
        }
        run.extent.count += next.extent.count;
    }
    return run;
}

mmc::Result<Disc::Run> Disc::readable_run(std::int32_t lba, std::size_t bytes) const {
    const Run run = run_at(lba);
    if (run.state != BlockState::readable) {
        return mmc::fail("block {} is {}", lba,
                         run.state == BlockState::unrecorded ? "not recorded" : "unreadable");
    }
    const std::size_t size = block_size(run.extent.form);
    if (bytes % size != 0 || bytes / size > static_cast<std::size_t>(run.extent.count)) {
        return mmc::fail("{} bytes from block {} are not {} blocks or fewer of {} bytes", bytes,
                         lba, run.extent.count, size);
    }
    return run;
}

mmc::Result<void> Disc::read(std::int32_t lba, std::span<std::uint8_t> bytes) const {
    const auto run = readable_run(lba, bytes.size());
    if (!run) {
        return tl::unexpected(run.error());
    }
    if (auto got = store_->read(lba, run->extent.form, bytes); !got || damage_.none()) {
        return got;
    }
    const std::size_t size = block_size(run->extent.form);
    for (std::size_t offset = 0; offset < bytes.size(); offset += size, ++lba) {
        const DamagedRange* damage = damage_.at(lba);
        if (damage != nullptr) {
            lay_over(bytes.subspan(offset, size), lba, *damage);
        }
    }
    return {};
}

mmc::Result<std::size_t> Disc::equal_blocks(std::int32_t lba,
                                            std::span<const std::uint8_t> bytes) const {
    const auto run = readable_run(lba, bytes.size());
    if (!run) {
        return tl::unexpected(run.error());
    }
    auto equal = store_->equal_blocks(lba, run->extent.form, bytes);
    for (std::size_t i = 0; equal && !damage_.none() && i < *equal; ++i) {
        const DamagedRange* damage = damage_.at(lba + static_cast<std::int32_t>(i));
        if (damage != nullptr && damage->kind != DamageKind::weak) {
            return i;
        }
    }
    return equal;
}

std::span<const std::uint8_t> Disc::view(std::int32_t lba, std::int32_t count) const {
    const Run run = run_at(lba);
    if (run.state != BlockState::readable || count < 0 || count > run.extent.count) {
        return {};
    }
    for (std::int32_t at = lba; !damage_.none() && at < lba + count;
         at = damage_.next_change(at, lba + count)) {
        if (damage_.at(at) != nullptr) {
            return {}; // readable and yet damaged: corrupt
        }
    }
    return store_->view(lba, run.extent.form, static_cast<std::size_t>(count));
}

std::vector<Extent> Disc::extents() const {
    std::vector<Extent> all;
    recorded_.each([&](const Extent& extent) { all.push_back(extent); });
    return all;
}

bool Disc::blank() const {
    const auto begun = [](const Session& session) { return session.state != SessionState::empty; };
    return recorded_.empty() && structure_.tracks.empty() &&
           std::none_of(structure_.sessions.begin(), structure_.sessions.end(), begun);
}

} // namespace burnrig::emulator
