// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/logical_unit.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "emulator/drive/recording/read_only/read_only_rules.h"
#include "emulator/drive/speeds.h"

namespace burnrig::emulator {
LogicalUnit::LogicalUnit(DriveModel drive_model, mmc::Clock& drive_clock,
                         DriveOptions drive_options)
    : model(std::move(drive_model)), clock(drive_clock), options(drive_options) {
    attentions.raise(mmc::sense::power_on);
    medium_left();
}

void LogicalUnit::settle(mmc::Duration now) {
    if (!powered && power_back_at && now >= *power_back_at)
        regain_power();
    if (fault.unplugged && fault.plug_back_at && now >= *fault.plug_back_at)
        plug_in();
    if (operation && now >= operation->end) {
        // Moved out first: what ends may begin the next operation.
        auto ended = std::move(*operation);
        operation.reset();
        operation_result = ended.finish(*this);
    }
    if (rules_outdated)
        renew_rules();
    if (rules && rules->background_progress(*this, now))
        rules->advance(*this, now);
    if (busy && now >= busy->until)
        busy.reset();
}

Answer LogicalUnit::begin(OperationKind kind, mmc::Duration now, mmc::Duration length,
                          bool immediate, std::function<Answer(LogicalUnit&)> finish) {
    operation = Operation{kind, now, now + length, std::move(finish)};
    operation_result = good();
    auto answer = good();
    answer.awaits_operation = !immediate;
    return answer;
}

std::uint16_t LogicalUnit::progress(mmc::Duration now) const {
    if (!operation || operation->end <= operation->begin)
        return 0;
    const double whole = static_cast<double>((operation->end - operation->begin).count());
    const double over = static_cast<double>((now - operation->begin).count());
    return static_cast<std::uint16_t>(std::clamp(over / whole, 0.0, 1.0) * 65535.0);
}

const char* LogicalUnit::phase() const {
    if (operation) {
        switch (operation->kind) {
        case OperationKind::loading:
        case OperationKind::ejecting:
            return "loading";
        case OperationKind::synchronizing:
        case OperationKind::closing:
            return "closing";
        case OperationKind::blanking:
            return "blanking";
        case OperationKind::formatting:
            return "formatting";
        }
    }
    return rules && rules->writing() ? "writing" : "idle";
}

BufferFill LogicalUnit::buffer_fill(mmc::Duration now) const {
    const auto total = buffer_bytes();
    const auto level = rules && rules->writing() ? buffer.level(now) : 0;
    if (level == 0)
        return {total, 0};
    const auto capacity = buffer.capacity_blocks();
    const auto free_blocks = capacity - std::min(level, capacity);
    const auto free_bytes = static_cast<std::uint64_t>(total) * free_blocks / capacity;
    return {total, total - static_cast<std::uint32_t>(free_bytes)};
}

void LogicalUnit::set_power(PowerState state) {
    if (state == power)
        return;
    power = state;
    power_changed = true;
    if (state >= PowerState::standby)
        spinning = false;
}

void LogicalUnit::wake(mmc::Duration now) {
    last_access = now;
    set_power(PowerState::active);
}

void LogicalUnit::rest(mmc::Duration now) {
    const bool works = operation || audio.active(now) || (rules && rules->writing()) ||
                       (rules && rules->background_progress(*this, now));
    if (works) {
        last_access = now;
        return;
    }
    const auto timers = pages.power_timers();
    if (timers.standby && now - last_access >= *timers.standby)
        set_power(std::max(power, PowerState::standby));
    else if (timers.idle && now - last_access >= *timers.idle)
        set_power(std::max(power, PowerState::idle));
}

mmc::Duration LogicalUnit::spin_up() {
    return std::exchange(spinning, true) ? mmc::Duration{0} : model.timing.spin_up;
}

mmc::Duration LogicalUnit::read_time(std::int32_t lba, std::uint32_t blocks) {
    auto time = spin_up();
    audio.stop();
    const auto* in_tray = medium();
    if (in_tray && !options.unlimited_speed) {
        const double distance = std::abs(static_cast<double>(lba) - static_cast<double>(head));
        const double whole = std::max(1.0, static_cast<double>(in_tray->medium().capacity()));
        time += std::chrono::duration_cast<mmc::Duration>(model.timing.full_seek *
                                                          std::min(1.0, distance / whole));
        time += emulator::read_time(*this, lba, blocks);
    }
    head = lba + static_cast<std::int32_t>(blocks);
    return time;
}

void LogicalUnit::set_read_speed(std::uint32_t requested) {
    read_speed = round_speed(read_speeds, requested);
    read_curve = find_speed(read_speeds, read_speed);
}

void LogicalUnit::set_write_speed(std::uint32_t requested) {
    write_speed = round_speed(write_speeds, requested);
    write_curve = find_speed(write_speeds, write_speed);
}

void LogicalUnit::reset_speeds() {
    const auto* in_tray = rules && disc ? &disc->medium() : nullptr;
    read_speeds = emulator::read_speeds(model, in_tray);
    write_speeds = shared_write_speeds(model, in_tray);
    if (rules && rules->profile(*disc) == read_only_profile(disc->medium().family()))
        write_speeds.clear();
    set_read_speed(fastest_speed);
    set_write_speed(fastest_speed);
}

const char* LogicalUnit::state() const {
    if (!powered)
        return "off";
    return tray == Tray::open ? "tray-open" : phase();
}

// False when the drive can do nothing with it.
bool LogicalUnit::take_up_disc() {
    rules = make_recording_rules(*disc, model);
    if (!rules)
        return false;
    rules->recover(*this);
    if (!rules->accepts(pages.write_parameters())) // what a host set for another medium
        pages.set_incremental();
    reset_speeds();
    calibrated_for.reset();
    return true;
}

void LogicalUnit::medium_arrived() {
    if (!take_up_disc())
        return;
    spinning = true;
    head = 0;
    features_changed = true;
    media_events.push(MediaEvent::new_media);
    attentions.raise(mmc::sense::medium_changed);
}

void LogicalUnit::renew_rules() {
    rules_outdated = false;
    if (disc && rules)
        rules = make_recording_rules(*disc, model);
    features_changed = true;
}

void LogicalUnit::medium_left() {
    audio.stop();
    rules.reset();
    reset_speeds();
    calibrated_for.reset();
    spinning = false;
}

void LogicalUnit::open_tray() {
    tray = Tray::open;
    medium_left();
    features_changed = true;
    media_events.push(MediaEvent::media_removal);
}

void LogicalUnit::lose_power(mmc::Duration now) {
    settle(now);
    if (!powered)
        return;
    if (rules && disc)
        rules->cut_off(*this, now);
    operation.reset();
    busy.reset();
    deferred.reset();
    powered = false;
    power_back_at.reset();
}

void LogicalUnit::regain_power() {
    if (powered)
        return;
    powered = true;
    power_back_at.reset();
    forget_host();
    attentions.raise(mmc::sense::power_on);
    if (tray == Tray::closed && disc)
        medium_arrived();
}

void LogicalUnit::forget_host() {
    busy.reset();
    deferred.reset();
    fault.deferred_bytes.reset();
    removal_prevented = persistent_prevent = false;
    power = PowerState::active;
    power_changed = false;
    keys.grants.fill(DriveKeys::Grant::free);
    pages.reset();
    attentions.clear();
    media_events.clear();
}

void LogicalUnit::reset(mmc::SenseCode attention, mmc::Duration now) {
    if (!powered)
        return;
    if (rules && disc)
        rules->cut_off(*this, now);
    const bool tray_moves = operation && (operation->kind == OperationKind::loading ||
                                          operation->kind == OperationKind::ejecting);
    if (!tray_moves)
        operation.reset();
    forget_host();
    attentions.raise(attention);
    if (tray == Tray::closed && disc && !tray_moves)
        take_up_disc();
}

// The host finds the drive anew. What waited in the buffer was burned meanwhile; what the host was
// at is over.
void LogicalUnit::plug_in() {
    const auto when = *std::exchange(fault.plug_back_at, std::nullopt);
    fault.unplugged = false;
    reset(mmc::sense::power_on, when);
    if (rules)
        attentions.raise(mmc::sense::medium_changed);
}

Answer LogicalUnit::saved(const mmc::Result<void>& result) const {
    return result ? good() : refuse(mmc::sense::write_error);
}

mmc::SenseCode operation_sense(OperationKind kind) {
    switch (kind) {
    case OperationKind::loading:
    case OperationKind::ejecting:
        return mmc::sense::becoming_ready;
    case OperationKind::synchronizing:
        return mmc::sense::long_write;
    case OperationKind::formatting:
        return mmc::sense::format_in_progress;
    case OperationKind::closing:
    case OperationKind::blanking:
        break;
    }
    return mmc::sense::operation_in_progress;
}

} // namespace burnrig::emulator
