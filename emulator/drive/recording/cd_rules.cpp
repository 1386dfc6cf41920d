// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/cd_rules.h"

#include <algorithm>

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/cd_layout.h"
#include "emulator/drive/speeds.h"

namespace burnrig::emulator {
namespace {

// Calibrations left at which the drive begins to warn. A guess; discs are given up after 98 to 100.
constexpr std::uint32_t few_slots = 3;

// The head finds the link and waits for it before burning goes on. A guess.
constexpr mmc::Duration link_time = std::chrono::milliseconds(100);

// What a drive needs to find out that no slot is free.
constexpr mmc::Duration full_area_time = std::chrono::milliseconds(300);

constexpr mmc::SenseCode data_phase_error{mmc::SenseKey::aborted_command, 0x4B, 0x00};

bool last_session_damaged(const Structure& structure) {
    return cd::current_session(structure).state == SessionState::damaged;
}

std::uint32_t slots_left(const Disc& disc) {
    const auto used = disc.structure().calibrations_used;
    const auto slots = disc.medium().calibration_slots;
    return used < slots ? slots - used : 0;
}

} // namespace

std::unique_ptr<RecordingRules> make_recording_rules(const Medium& medium) {
    return std::make_unique<CdRules>(medium.kind);
}

std::uint16_t CdRules::profile() const {
    return kind_ == MediumKind::cd_rw ? 0x000A : 0x0009;
}

bool CdRules::writable(const Disc& disc) const {
    return !disc.structure().finalized && !last_session_damaged(disc.structure());
}

// One trial burn in the power calibration area. A CD-RW's area is erased and used again.
Answer CdRules::use_calibration_slot(LogicalUnit& unit) const {
    auto& disc = *unit.disc;
    const bool reusable = disc.medium().erasable();
    if (!reusable && slots_left(disc) == 0) {
        auto answer = refuse(mmc::sense::pca_full);
        answer.time = full_area_time;
        return answer;
    }
    ++disc.structure().calibrations_used;
    unit.calibrated_for = unit.write_speed;
    auto answer = unit.saved(disc.save());
    if (answer.good() && !reusable && slots_left(disc) < few_slots)
        answer = refuse(mmc::sense::pca_almost_full);
    answer.time = unit.model.timing.calibration;
    return answer;
}

Answer CdRules::calibrate(LogicalUnit& unit, mmc::Duration) {
    if (!writable(*unit.disc))
        return refuse(mmc::sense::unwritable_medium);
    if (unit.pages.write_parameters().test_write)
        return good(); // the laser stays at read power
    const auto spin_up = unit.spin_up();
    auto answer = use_calibration_slot(unit);
    answer.time += spin_up;
    return answer;
}

Answer CdRules::plan(const LogicalUnit& unit, const WriteRequest& request,
                     WriteInProgress& plan) const {
    const auto& parameters = unit.pages.write_parameters();
    plan.simulated = parameters.test_write;
    plan.burn_free = parameters.burn_free;
    if (!writable(*unit.disc))
        return refuse(mmc::sense::unwritable_medium);
    const auto* last = cd::last_track(unit.disc->structure());
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

// Everything about the first WRITE is in order: the laser gets ready, the track is opened.
Answer CdRules::begin_write(LogicalUnit& unit, const WriteRequest& request,
                            const WriteInProgress& plan) {
    auto prepared = good();
    if (!plan.simulated && unit.calibrated_for != unit.write_speed) {
        prepared = use_calibration_slot(unit);
        if (!prepared.good() && prepared.sense->code != mmc::sense::pca_almost_full)
            return prepared;
        prepared.sense.reset();
    }
    auto lead = prepared.time + unit.spin_up() + unit.model.timing.full_seek;
    const bool session = plan.method == WriteMethod::session_at_once;
    if (session) {
        const auto& atip = unit.disc->medium().atip;
        lead += cd_time(-mmc::pregap_blocks - mmc::lba_from_msf(atip.lead_in), unit.write_speed);
    }
    lead = unit.recording(lead);
    write_ = plan;
    const auto block_time = unit.recording(cd_time(1, unit.write_speed));
    const auto block_bytes = std::max<std::size_t>(host_bytes(plan, 1), 1);
    unit.buffer.start(request.now + lead, block_time,
                      static_cast<std::uint32_t>(unit.model.buffer_bytes / block_bytes));
    if (!session)
        open_track(unit);
    // A session's lead-in is on the disc before the first WRITE is answered; a track's first blocks
    // wait in the buffer.
    return good(session ? lead : mmc::Duration{0});
}

// The buffer ran dry before this WRITE came: protected, the drive links; else the write is over.
Answer CdRules::keep_fed(LogicalUnit& unit, mmc::Duration now) {
    if (!unit.buffer.ran_dry(now))
        return good();
    if (write_->burn_free) {
        ++unit.underruns;
        unit.buffer.link(now + link_time);
        return good();
    }
    auto answer = refuse_at(mmc::sense::loss_of_streaming, write_->next);
    cut_off(unit, now);
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
        answer = keep_fed(unit, request.now);
    if (!answer.good())
        return answer;

    const auto fits = unit.buffer.fits_at(request.now, request.blocks);
    if (fits > request.now && !unit.model.blocks_when_full)
        return refuse(mmc::sense::long_write);
    unit.buffer.accept(request.blocks);
    const auto time = std::max(answer.time, fits - request.now);
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
