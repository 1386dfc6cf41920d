// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/door_clock.h"

#include <algorithm>
#include <thread>

#include "mmc/sense.h"

namespace burnrig::emulator::nodes {

mmc::Duration DoorClock::now_locked() const {
    const std::chrono::duration<double, std::nano> real = Machine::now() - machine_base_;
    return drive_base_ + std::chrono::duration_cast<mmc::Duration>(real * pace_.speed);
}

mmc::Duration DoorClock::now() const {
    const std::lock_guard lock(mutex_);
    return now_locked();
}

void DoorClock::sleep_until(mmc::Duration time) {
    Machine::time_point wake;
    {
        const std::lock_guard lock(mutex_);
        const auto missing = time - now_locked();
        if (missing <= mmc::Duration{0})
            return;
        if (pace_.jumps) {
            drive_base_ += missing;
            return;
        }
        const std::chrono::duration<double, std::nano> real(
            static_cast<double>((time - drive_base_).count()) / pace_.speed);
        // Up to the next nanosecond: time must have come when this returns.
        wake = machine_base_ + std::chrono::ceil<Machine::duration>(real);
    }
    if (wait_)
        wait_(wake);
    else
        std::this_thread::sleep_until(wake);
}

void DoorClock::set(Pace pace) {
    const std::lock_guard lock(mutex_);
    drive_base_ = now_locked();
    machine_base_ = Machine::now();
    pace_ = pace;
}

Pace DoorClock::pace() const {
    const std::lock_guard lock(mutex_);
    return pace_;
}

mmc::Completion PatientTarget::execute(const mmc::Command& command) {
    constexpr std::uint8_t test_unit_ready = 0x00;
    constexpr std::uint8_t becoming_ready = 0x04;
    mmc::Completion completion = target_.execute(command);
    if (command.cdb.empty() || command.cdb[0] != test_unit_ready || !clock_.pace().jumps)
        return completion;
    const auto sense = mmc::decode_sense(completion.sense.view());
    const bool busy = completion.status == mmc::Status::check_condition && sense &&
                      sense->code.key == mmc::SenseKey::not_ready &&
                      sense->code.asc == becoming_ready;
    if (busy)
        clock_.sleep_for(pause_);
    pause_ = busy ? std::min(2 * pause_, longest_pause) : first_pause;
    return completion;
}

} // namespace burnrig::emulator::nodes
