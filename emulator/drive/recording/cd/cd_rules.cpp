// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/cd/cd_rules.h"

#include <algorithm>

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/calibration.h"
#include "emulator/drive/recording/cd/cd_layout.h"
#include "emulator/drive/recording/write_stream.h"
#include "emulator/drive/speeds.h"

namespace burnrig::emulator {
namespace {

bool last_session_damaged(const Structure& structure) {
    return current_session(structure).state == SessionState::damaged;
}

} // namespace

mmc::Profile CdRules::profile(const Disc&) const {
    return kind_ == MediumKind::cd_rw ? mmc::Profile::cd_rw : mmc::Profile::cd_r;
}

bool CdRules::writable(const Disc& disc) const {
    const auto& structure = disc.structure();
    const bool formatted = structure.format.kind == FormatKind::fixed_packets;
    return (formatted || !structure.finalized) && !last_session_damaged(structure);
}

Answer CdRules::calibrate(LogicalUnit& unit, mmc::Duration) {
    if (!writable(*unit.disc) || !drive_writes_class(unit))
        return refuse(mmc::sense::unwritable_medium);
    return calibrate_by_command(unit);
}

Answer CdRules::plan(const LogicalUnit& unit, const WriteRequest& request,
                     WriteInProgress& plan) const {
    const auto& parameters = unit.pages.write_parameters();
    plan.simulated = parameters.test_write;
    plan.burn_free = parameters.burn_free;
    const auto& structure = unit.disc->structure();
    if (last_session_damaged(structure) &&
        last_track_of(structure, current_session(structure).number))
        return refuse(mmc::sense::bad_write_address); // cut off; no address is writable
    if (!writable(*unit.disc))
        return refuse(mmc::sense::unwritable_medium);
    if (!drive_writes_class(unit))
        return refuse(mmc::sense::unwritable_medium);
    const auto* incomplete = cd::incomplete_track(structure);
    if (incomplete && incomplete->damaged)
        return refuse(mmc::sense::bad_write_address); // cut off; no address is writable
    switch (static_cast<WriteType>(parameters.write_type)) {
    case WriteType::track_at_once:
        return plan_track(unit, request, plan);
    case WriteType::session_at_once:
        return plan_session(unit, request, plan);
    case WriteType::raw:
        return plan_raw(unit, request, plan);
    case WriteType::packet:
        return plan_packet(unit, request, plan);
    }
    return refuse(mmc::sense::sequence_error);
}

// Everything about the first WRITE is in order: the laser gets ready, the track is opened. A
// session's lead-in is on the disc before the first WRITE is answered; a track's first blocks wait
// in the buffer.
Answer CdRules::begin_write(LogicalUnit& unit, const WriteRequest& request,
                            const WriteInProgress& plan) {
    const bool session = plan.method == WriteMethod::session_at_once;
    const bool lead_in_by_drive = session && plan.next >= cue_->program_first();
    StreamStart start;
    start.now = request.now;
    start.lba = plan.next;
    start.block_bytes = std::max<std::size_t>(host_bytes(plan, 1), 2048); // the lead-in's are less
    start.simulated = plan.simulated;
    start.host_waits = session;
    if (lead_in_by_drive) {
        const auto& atip = unit.disc->medium().atip;
        start.lead =
            cd_time(-mmc::pregap_blocks - mmc::lba_from_msf(atip.lead_in), unit.write_speed);
    }
    auto answer = begin_stream(unit, start);
    if (!answer.good())
        return answer;
    write_ = plan;
    text_ = {};
    raw_ = {};
    write_->first = plan.next;
    const bool into_track =
        plan.method == WriteMethod::track_at_once || plan.method == WriteMethod::packet;
    if (!plan.simulated && into_track)
        open_track(unit);
    else if (!plan.simulated)
        open_session(unit);
    if (!plan.simulated)
        (void)unit.disc->save(); // should it fail, so will the write that follows
    if (session) {
        write_->next = cue_->first();
        skip_made_blocks(unit);
    }
    return answer;
}

void CdRules::open_session(LogicalUnit& unit) {
    const auto& parameters = unit.pages.write_parameters();
    auto& structure = unit.disc->structure();
    auto& session = current_session(structure);
    session.state = SessionState::open;
    session.disc_type = parameters.session_format;
    const auto& number = cue_ && !cue_->media_catalog_number.empty()
                             ? cue_->media_catalog_number
                             : parameters.media_catalog_number;
    if (!number.empty())
        structure.media_catalog_number = number;
}

Answer CdRules::record(LogicalUnit& unit, const WriteRequest& request) {
    switch (write_->method) {
    case WriteMethod::track_at_once:
    case WriteMethod::packet:
        return record_track(unit, request);
    case WriteMethod::session_at_once:
        return record_session(unit, request);
    case WriteMethod::raw:
        return record_raw(unit, request);
    }
    return refuse(mmc::sense::sequence_error);
}

// Address, room and length of one WRITE.
Answer CdRules::check_write(const LogicalUnit& unit, const WriteRequest& request,
                            const WriteInProgress& target) const {
    if (request.lba != target.next)
        return refuse(request.lba >= unit.disc->medium().capacity()
                          ? mmc::sense::lba_out_of_range
                          : mmc::sense::bad_write_address);
    const bool packets = target.method == WriteMethod::packet;
    if (packets && target.track.packet_size > 0 && request.blocks % target.track.packet_size != 0)
        return refuse(mmc::sense::invalid_packet_size);
    const bool raw = write_ && write_->method == WriteMethod::raw;
    const auto room = std::max(0, (raw ? raw_limit(unit) : target.limit) - target.next);
    if (request.blocks > static_cast<std::uint32_t>(room))
        return refuse(packets ? mmc::sense::packet_does_not_fit : mmc::sense::end_of_track);
    if (request.data.size() < host_bytes(target, request.blocks))
        return refuse(data_phase_error); // the host sent less than it announced
    return good();
}

Answer CdRules::write(LogicalUnit& unit, const WriteRequest& request) {
    if (unit.disc->structure().format.kind == FormatKind::fixed_packets)
        return overwrite(unit, request);
    turn_to_packet(unit, request);
    WriteInProgress planned;
    if (!write_) {
        if (auto answer = plan(unit, request, planned); !answer.good())
            return answer;
    }
    const auto& target = write_ ? *write_ : planned;
    if (auto answer = check_write(unit, request, target); !answer.good())
        return answer;
    const auto bytes = host_bytes(target, request.blocks);
    const bool is_protected = target.burn_free || target.method == WriteMethod::packet;
    auto answer = write_ ? keep_fed(unit, request.now, is_protected, write_->next)
                         : begin_write(unit, request, planned);
    if (!answer.good()) {
        if (write_ && answer.sense->code == mmc::sense::loss_of_streaming)
            cut_off(unit, request.now);
        return answer;
    }
    const auto taken = take_blocks(unit, request.now, request.lba, request.blocks);
    if (!taken.good())
        return taken;
    const auto time = std::max(answer.time, taken.time);
    answer = record(unit, request);
    if (!answer.good()) {
        cut_off(unit, request.now);
        return answer;
    }
    answer.time = time;
    answer.transferred = static_cast<std::uint32_t>(bytes);
    return answer;
}

// A CD-RW of a class that the drive cannot write: feature 0037h tells which it can.
bool CdRules::drive_writes_class(const LogicalUnit& unit) const {
    const auto sub_type = unit.disc->medium().atip.sub_type;
    return kind_ != MediumKind::cd_rw || (unit.model.rw_sub_types >> sub_type & 1) != 0;
}

void CdRules::parameters_changed(LogicalUnit& unit) {
    if (unit.pages.write_parameters().write_type !=
        static_cast<std::uint8_t>(WriteType::session_at_once))
        cue_.reset();
}

} // namespace burnrig::emulator
