// SPDX-License-Identifier: Apache-2.0
// Raw recording: the host makes everything, lead-in, gaps, tracks and lead-out with their
// sub-channel, data scrambled as it goes to the laser. The drive adds CIRC and EFM only.
//
//     lead-in start (ATIP)      -150       0                     lead-out
//     | Q: table of contents    | Q: index 0 | Q: track 1, 2 ...   | Q: AAh ... SYNCHRONIZE CACHE
//
// What is kept of the program area is the descrambled sector and the sub-channel as it came. Data
// block type 1 has 16 bytes of P and Q, 2 and 3 have 96 of P to W. (Packs of type 2 are kept as
// they come: the interleaving that a drive adds to them cannot be seen by a host that reads packs.)
// Sources: MMC-3 write parameters page; Orange Book as quoted there for the lengths.
#include <algorithm>
#include <array>

#include "emulator/disc/block_payload.h"
#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/cd/cd_layout.h"
#include "emulator/drive/recording/cd/cd_rules.h"

namespace burnrig::emulator {

// The session that is empty yet: the disc's first one, or on drives that can, one behind others.
Answer CdRules::plan_raw(const LogicalUnit& unit, const WriteRequest&,
                         WriteInProgress& plan) const {
    const auto& disc = *unit.disc;
    const auto& structure = disc.structure();
    const auto& session = current_session(structure);
    const bool first = session.number == 1;
    if (first_track_of(structure, session.number) || (!first && !unit.model.raw_multi_session))
        return refuse(mmc::sense::program_area_not_empty);
    const auto form = form_of(unit.pages.write_parameters().data_block_type, true);
    if (!form)
        return refuse(mmc::sense::illegal_mode_for_track);
    plan.method = WriteMethod::raw;
    plan.track.form = *form;
    plan.block_bytes = block_size(*form);
    plan.next = first ? mmc::lba_from_msf(disc.medium().atip.lead_in) : session.lead_in;
    plan.program = cd::next_track_start(structure) - mmc::pregap_blocks;
    plan.limit = disc.medium().capacity();
    return good();
}

// One block of the program area: P and Q get their CRC, data is descrambled.
Answer CdRules::keep_raw_block(LogicalUnit& unit, std::int32_t lba, std::span<std::uint8_t> block) {
    constexpr std::uint8_t data_bit = 4;
    mmc::QBytes q{};
    const auto subchannel = block.subspan(mmc::raw_sector_size);
    if (write_->track.form == BlockForm::raw_pq) {
        std::copy_n(subchannel.begin(), q.size(), q.begin());
        mmc::put_crc(q); // the drive's business (MMC-3: the host's CRC is ignored)
        std::copy(q.begin(), q.end(), subchannel.begin());
    } else if (write_->track.form == BlockForm::raw_pw) {
        q = mmc::q_of_raw(subchannel.first<mmc::raw_subchannel_size>());
    }
    if (lba < write_->program) {
        raw_.lead_in_block(q);
        if (write_->track.form == BlockForm::raw_pw)
            raw_.text().take(subchannel.first<mmc::raw_subchannel_size>());
        return good();
    }
    raw_.program_block(lba, q);
    if (raw_.in_lead_out(lba))
        return good(); // the lead-out holds nothing that a command could read
    const auto sector = block.first<mmc::raw_sector_size>();
    if ((raw_.control() & data_bit) != 0 && has_sync(sector))
        mmc::scramble(sector);
    if (!write_->simulated && !unit.disc->write(lba, write_->track.form, block))
        return refuse_at(mmc::sense::write_error, lba);
    return good();
}

Answer CdRules::record_raw(LogicalUnit& unit, const WriteRequest& request) {
    std::array<std::uint8_t, block_size(BlockForm::raw_pw)> buffer;
    const auto block = std::span(buffer).first(write_->block_bytes);
    for (std::uint32_t i = 0; i < request.blocks; ++i) {
        const auto from = request.data.subspan(static_cast<std::size_t>(i) * block.size());
        std::copy_n(from.begin(), block.size(), block.begin());
        if (auto answer = keep_raw_block(unit, write_->next, block); !answer.good())
            return answer;
        ++write_->next;
    }
    return good();
}

// Nothing but a lead-out may lie behind the last possible start of one.
std::int32_t CdRules::raw_limit(const LogicalUnit& unit) const {
    const auto capacity = unit.disc->medium().capacity();
    const auto lead_out = raw_.lead_out();
    const auto session = current_session(unit.disc->structure()).number;
    return lead_out && *lead_out <= capacity ? capacity + cd::lead_out_blocks(session) : capacity;
}

void CdRules::take_raw_tracks(LogicalUnit& unit, std::int32_t end, BlockForm form) {
    auto& structure = unit.disc->structure();
    const auto number = current_session(structure).number;
    std::erase_if(structure.tracks, [&](const Track& track) { return track.session == number; });
    const auto program_end = std::min(end, raw_.lead_out().value_or(end));
    const auto before = structure.tracks.empty() ? 0 : structure.tracks.back().number;
    for (auto& track : raw_.tracks(program_end, form)) {
        if (track.number <= before)
            continue; // a number that an earlier session has already: no player would find it
        track.session = number;
        track.state = TrackState::complete;
        structure.tracks.push_back(std::move(track));
    }
    if (number == 1 || !raw_.catalog_number().empty())
        structure.media_catalog_number = raw_.catalog_number();
    current_session(structure).disc_type = raw_.disc_type();
    current_session(structure).cd_text = raw_.text().packs();
}

// A disc whose lead-in has no table of contents, or whose lead-out is missing, is no disc a player
// could read.
Answer CdRules::finish_raw(LogicalUnit& unit) {
    if (write_->simulated)
        return good();
    take_raw_tracks(unit, write_->next, write_->track.form);
    auto& structure = unit.disc->structure();
    auto& session = current_session(structure);
    const bool any = last_track_of(structure, session.number) != nullptr;
    if (!any || !raw_.lead_out() || write_->next < *raw_.lead_out()) {
        session.state = SessionState::damaged;
        if (auto* track = any ? last_track(structure) : nullptr) {
            track->state = TrackState::open;
            track->damaged = true;
        }
        return unit.saved(unit.disc->flush());
    }
    complete_session(unit, *raw_.lead_out(), raw_.next_allowed());
    return unit.saved(unit.disc->flush());
}

} // namespace burnrig::emulator
