// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/calibration.h"

#include "emulator/drive/logical_unit.h"

namespace burnrig::emulator {
namespace {

// Calibrations left at which the drive begins to warn. A guess; discs are given up after 98 to 100.
constexpr std::uint32_t few_slots = 3;

// What a drive needs to find out that no slot is free.
constexpr mmc::Duration full_area_time = std::chrono::milliseconds(300);

std::uint32_t slots_left(const Disc& disc) {
    const auto used = disc.structure().calibrations_used;
    const auto slots = disc.medium().calibration_slots;
    return used < slots ? slots - used : 0;
}

} // namespace

Answer use_calibration_slot(LogicalUnit& unit) {
    auto& disc = *unit.disc;
    const bool reusable = disc.medium().erasable() && disc.damage().calibrations_lost == 0;
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
    const auto& timing = unit.model.timing;
    const auto family = disc.medium().family();
    answer.time = family == MediumFamily::cd ? timing.calibration : timing.of(family).calibration;
    return answer;
}

Answer calibrate_by_command(LogicalUnit& unit) {
    if (unit.pages.write_parameters().test_write)
        return good(); // the laser stays at read power
    const auto spin_up = unit.spin_up();
    auto answer = use_calibration_slot(unit);
    answer.time += spin_up;
    return answer;
}

Answer calibrate_before_recording(LogicalUnit& unit) {
    if (unit.calibrated_for == unit.write_speed)
        return good();
    auto answer = use_calibration_slot(unit);
    if (!answer.good() && answer.sense->code == mmc::sense::pca_almost_full)
        answer.sense.reset();
    return answer;
}

} // namespace burnrig::emulator
