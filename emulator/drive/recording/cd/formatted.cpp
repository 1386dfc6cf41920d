// SPDX-License-Identifier: Apache-2.0
// A CD-RW that FORMAT UNIT has filled with fixed packets: the host may overwrite any packet, in any
// order (restricted overwrite). Reading and changing parts of a packet is the host's work.
//
//     80 minutes: 359845 / (32 + 7) = 9226 packets of 32 blocks = 295232 blocks, addresses 0 and on
//
// Sources: MMC-3, FORMAT UNIT (format types 00h and 10h, format code 111b of older drives),
// features 0023h and 0026h; mmc-recording 5.5.
#include <algorithm>

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/cd/cd_layout.h"
#include "emulator/drive/recording/cd/cd_rules.h"
#include "emulator/drive/recording/write_stream.h"
#include "emulator/drive/speeds.h"

namespace burnrig::emulator {
namespace {

constexpr std::uint32_t packet_blocks = 32; // CD-RW, Orange Book part III
constexpr std::uint8_t full_format = 0x00;
constexpr std::uint8_t cd_rw_format = 0x10;

std::int32_t formattable_blocks(const Disc& disc) {
    return cd::fixed_packet_blocks(disc.medium().capacity(), packet_blocks);
}

void fill_with_packets(Disc& disc, std::int32_t blocks, BlockForm form, std::uint8_t control) {
    auto& structure = disc.structure();
    structure.format.kind = FormatKind::fixed_packets;
    structure.format.blocks = blocks;
    structure.format.packet_size = packet_blocks;
    structure.finalized = true;
    Track track;
    track.state = TrackState::complete;
    track.method = WriteMethod::packet;
    track.in_pma = true;
    track.control = control;
    track.form = form;
    track.end = blocks;
    track.packet_size = packet_blocks;
    structure.tracks.assign(1, track);
    structure.pma_entries_used = 1;
    auto& session = current_session(structure);
    session.state = SessionState::complete;
    session.lead_out = cd::physical_end(track);
}

} // namespace

FormatCapacities CdRules::format_capacities(const LogicalUnit& unit) const {
    using Type = FormatCapacities::Type;
    const auto& disc = *unit.disc;
    const auto readable = capacity(unit);
    FormatCapacities capacities;
    capacities.type = readable > 0 ? Type::formatted : Type::unformatted;
    capacities.blocks =
        static_cast<std::uint32_t>(readable > 0 ? readable : disc.medium().capacity());
    if (kind_ != MediumKind::cd_rw)
        return capacities;
    for (const auto type : {full_format, cd_rw_format})
        capacities.offer(
            {static_cast<std::uint32_t>(formattable_blocks(disc)), type, packet_blocks});
    return capacities;
}

Answer CdRules::format(LogicalUnit& unit, const FormatRequest& request) {
    if (kind_ != MediumKind::cd_rw)
        return refuse(mmc::sense::cannot_format_medium);
    if (!drive_writes_class(unit))
        return refuse(mmc::sense::unwritable_medium);
    if (request.type != full_format && request.type != cd_rw_format)
        return refuse_list(8);
    if (request.parameter != packet_blocks)
        return refuse_list(9);
    const auto most = static_cast<std::uint32_t>(formattable_blocks(*unit.disc));
    if (request.blocks == 0 || request.blocks > most || request.blocks % packet_blocks != 0)
        return refuse_list(4);
    const auto& parameters = unit.pages.write_parameters();
    const auto form = form_of(parameters.data_block_type, false).value_or(BlockForm::mode1);
    const bool plain = form == BlockForm::mode1 || form == BlockForm::xa_form1;
    const auto kept = plain ? form : BlockForm::mode1;
    const auto control = static_cast<std::uint8_t>(parameters.track_mode | 4U);
    const auto blocks = static_cast<std::int32_t>(request.blocks);
    const auto length =
        unit.recording(cd_time(cd::fixed_packet_space(blocks, packet_blocks), unit.write_speed) +
                       unit.model.timing.blank_minimal);
    cue_.reset();
    damage_session(unit); // what a power cut would leave
    if (auto answer = unit.saved(unit.disc->save()); !answer.good())
        return answer;
    return unit.begin(OperationKind::formatting, request.now, length, request.immediate,
                      [this, blocks, kept, control](LogicalUnit& ended) {
                          auto answer = erase_everything(ended, false);
                          fill_with_packets(*ended.disc, blocks, kept, control);
                          if (answer.good())
                              answer = ended.saved(ended.disc->write_zeros(0, kept, blocks));
                          const auto flushed = ended.saved(ended.disc->flush());
                          return answer.good() ? flushed : answer;
                      });
}

Answer CdRules::check_overwrite(const LogicalUnit& unit, const WriteRequest& request) const {
    const auto& disc = *unit.disc;
    const auto& format = disc.structure().format;
    const auto& parameters = unit.pages.write_parameters();
    if (parameters.write_type != static_cast<std::uint8_t>(WriteType::packet) ||
        !parameters.fixed_packets || parameters.test_write)
        return refuse(mmc::sense::illegal_mode_for_track);
    if (request.lba < 0 || request.lba >= format.blocks)
        return refuse_at(mmc::sense::lba_out_of_range, request.lba);
    const auto at = static_cast<std::uint32_t>(request.lba);
    if (parameters.packet_size != format.packet_size || at % format.packet_size != 0 ||
        request.blocks % format.packet_size != 0)
        return refuse(mmc::sense::invalid_packet_size);
    if (request.blocks > static_cast<std::uint32_t>(format.blocks - request.lba))
        return refuse(mmc::sense::packet_does_not_fit);
    return good();
}

Answer CdRules::overwrite(LogicalUnit& unit, const WriteRequest& request) {
    if (auto answer = check_overwrite(unit, request); !answer.good())
        return answer;
    WriteInProgress plan;
    plan.method = WriteMethod::packet;
    plan.overwrite = true;
    plan.burn_free = true; // links are there already
    plan.track = unit.disc->structure().tracks.front();
    plan.first = plan.next = request.lba;
    const auto bytes = host_bytes(plan, request.blocks);
    if (request.data.size() < bytes)
        return refuse(data_phase_error);
    auto answer = good();
    if (write_) {
        answer = keep_fed(unit, request.now, true, request.lba);
    } else {
        StreamStart start;
        start.now = request.now;
        start.lba = request.lba;
        answer = begin_stream(unit, start);
    }
    if (!answer.good())
        return answer;
    const auto taken = take_blocks(unit, request.now, request.lba, request.blocks);
    if (!taken.good())
        return taken;
    if (write_ && write_->next == request.lba)
        plan.first = write_->first;
    write_ = plan;
    if (!unit.disc->write(request.lba, plan.track.form, request.data.first(bytes)))
        return refuse_at(mmc::sense::write_error, request.lba);
    write_->next += static_cast<std::int32_t>(request.blocks);
    answer.time = std::max(answer.time, taken.time);
    answer.transferred = static_cast<std::uint32_t>(bytes);
    return answer;
}

} // namespace burnrig::emulator
