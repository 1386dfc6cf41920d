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
    return !disc.structure().finalized && !last_session_damaged(disc.structure());
}

Answer CdRules::calibrate(LogicalUnit& unit, mmc::Duration) {
    if (!writable(*unit.disc))
        return refuse(mmc::sense::unwritable_medium);
    return calibrate_by_command(unit);
}

Answer CdRules::plan(const LogicalUnit& unit, const WriteRequest& request,
                     WriteInProgress& plan) const {
    const auto& parameters = unit.pages.write_parameters();
    plan.simulated = parameters.test_write;
    plan.burn_free = parameters.burn_free;
    if (!writable(*unit.disc))
        return refuse(mmc::sense::unwritable_medium);
    const auto* last = last_track(unit.disc->structure());
    if (last && last->state == TrackState::open)
        return refuse(mmc::sense::bad_write_address); // cut off; no address is writable
    switch (static_cast<WriteType>(parameters.write_type)) {
    case WriteType::track_at_once:
        return plan_track(unit, request, plan);
    case WriteType::session_at_once:
        return plan_session(unit, request, plan);
    case WriteType::packet:
        return refuse(mmc::sense::illegal_mode_for_track); // not recorded by this drive yet
    case WriteType::raw:
        break; // nor this
    }
    return refuse(mmc::sense::sequence_error);
}

// Everything about the first WRITE is in order: the laser gets ready, the track is opened. A
// session's lead-in is on the disc before the first WRITE is answered; a track's first blocks wait
// in the buffer.
Answer CdRules::begin_write(LogicalUnit& unit, const WriteRequest& request,
                            const WriteInProgress& plan) {
    const bool session = plan.method == WriteMethod::session_at_once;
    StreamStart start;
    start.now = request.now;
    start.lba = plan.next;
    start.block_bytes = host_bytes(plan, 1);
    start.simulated = plan.simulated;
    start.host_waits = session;
    if (session) {
        const auto& atip = unit.disc->medium().atip;
        start.lead =
            cd_time(-mmc::pregap_blocks - mmc::lba_from_msf(atip.lead_in), unit.write_speed);
    }
    auto answer = begin_stream(unit, start);
    if (!answer.good())
        return answer;
    write_ = plan;
    if (!session)
        open_track(unit);
    return answer;
}

Answer CdRules::write(LogicalUnit& unit, const WriteRequest& request) {
    WriteInProgress planned;
    if (!write_) {
        if (auto answer = plan(unit, request, planned); !answer.good())
            return answer;
    }
    const auto& target = write_ ? *write_ : planned;
    if (request.lba != target.next)
        return refuse(request.lba >= unit.disc->medium().capacity()
                          ? mmc::sense::lba_out_of_range
                          : mmc::sense::bad_write_address);
    if (request.blocks > static_cast<std::uint32_t>(target.limit - target.next))
        return refuse(mmc::sense::end_of_track);
    const auto bytes = host_bytes(target, request.blocks);
    if (request.data.size() < bytes)
        return refuse(data_phase_error); // the host sent less than it announced
    auto answer = good();
    if (!write_)
        answer = begin_write(unit, request, planned);
    else
        answer = keep_fed(unit, request.now, write_->burn_free, write_->next);
    if (!answer.good()) {
        if (write_ && answer.sense->code == mmc::sense::loss_of_streaming)
            cut_off(unit, request.now);
        return answer;
    }
    const auto taken = take_blocks(unit, request.now, request.lba, request.blocks);
    if (!taken.good())
        return taken;
    const auto time = std::max(answer.time, taken.time);
    answer = write_->method == WriteMethod::track_at_once ? record_track(unit, request)
                                                          : record_session(unit, request);
    if (!answer.good()) {
        cut_off(unit, request.now);
        return answer;
    }
    answer.time = time;
    answer.transferred = static_cast<std::uint32_t>(bytes);
    return answer;
}

Answer CdRules::reserve(LogicalUnit& unit, const Request&) {
    if (!writable(*unit.disc))
        return refuse(mmc::sense::unwritable_medium);
    return refuse(mmc::sense::sequence_error); // reserved tracks are for packets: none yet
}

void CdRules::parameters_changed(LogicalUnit& unit) {
    if (unit.pages.write_parameters().write_type !=
        static_cast<std::uint8_t>(WriteType::session_at_once))
        cue_.reset();
}

} // namespace burnrig::emulator
