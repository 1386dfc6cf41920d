// SPDX-License-Identifier: Apache-2.0
// The way of a command through the drive:
//
//     power -> settle what has come due -> opcode -> unit attention, deferred error -> control
//           byte -> not ready -> fault rules -> handler -> the time it takes passes -> completion
//
// Fault rules see a command when the drive really gets to it: one that only fetched a unit
// attention, or was refused because nothing is in the tray or an operation runs, is not counted.
#include "emulator/drive/drive.h"

#include <array>
#include <utility>

#include "emulator/drive/command_table.h"
#include "emulator/drive/fault_acts.h"
#include "emulator/drive/fault_consequences.h"
#include "emulator/drive/logical_unit.h"
#include "mmc/opcode.h"

namespace burnrig::emulator {
namespace {

Request make_request(const mmc::Command& command, mmc::Duration now) {
    Request request;
    const auto length = std::min(command.cdb.size(), request.cdb.size());
    std::copy_n(command.cdb.begin(), length, request.cdb.begin());
    request.data_out = command.data_out;
    request.data_in = command.data_in;
    request.now = now;
    return request;
}

// The control byte, last of a CDB: this drive knows neither linked commands nor auto contingent
// allegiance (SAM-3, 5.2). The group code in the opcode tells the length.
std::optional<Answer> unknown_control(const Request& request) {
    constexpr std::array<std::uint16_t, 8> last_byte{5, 9, 9, 0, 15, 11, 0, 0}; // 0: not defined
    constexpr unsigned naca_and_link = 0x05;
    const auto at = last_byte[request[0] >> 5];
    if (at == 0 || (request[at] & naca_and_link) == 0)
        return std::nullopt;
    return refuse_cdb(at, static_cast<std::uint8_t>((request[at] & 4) != 0 ? 2 : 0));
}

// The power state follows from when the disc was last needed; asking whether the drive is ready is
// no need.
void follow_power(LogicalUnit& unit, const Request& request) {
    constexpr mmc::Duration shortest_timer = std::chrono::milliseconds(100);
    if (request.now - unit.last_access >= shortest_timer)
        unit.rest(request.now);
    const auto& row = command_row(request[0]);
    const bool asks = request[0] == static_cast<std::uint8_t>(mmc::Opcode::test_unit_ready);
    if (row.has(needs_medium) && !asks && unit.medium())
        unit.wake(request.now);
}

// What stands in the way of any command but a few: news for the host first, then the drive's state.
std::optional<Answer> attention(LogicalUnit& unit, const CommandRow& row) {
    if (row.has(ignores_attention))
        return std::nullopt;
    if (unit.attentions.any())
        return refuse(*unit.attentions.take());
    if (unit.deferred) {
        Answer answer;
        answer.sense = std::exchange(unit.deferred, std::nullopt);
        unit.fault.sense_bytes = std::exchange(unit.fault.deferred_bytes, std::nullopt);
        return answer;
    }
    return std::nullopt;
}

// Some drives say nothing of a session that closes until they are asked for the disc.
bool quiet(const LogicalUnit& unit, const Request& request) {
    const bool closes = unit.operation->kind == OperationKind::closing ||
                        unit.operation->kind == OperationKind::synchronizing;
    return closes && unit.model.ready_while_closing &&
           request[0] == static_cast<std::uint8_t>(mmc::Opcode::test_unit_ready);
}

std::optional<Answer> not_ready(LogicalUnit& unit, const Request& request, const CommandRow& row) {
    if (unit.busy && !row.has(ignores_attention))
        return refuse(unit.busy->code);
    const bool waits = !row.has(while_busy) || row.has(needs_medium); // TEST UNIT READY tells
    if (unit.operation && waits && !quiet(unit, request)) {
        auto answer = refuse(operation_sense(unit.operation->kind));
        answer.sense->progress = unit.progress(request.now);
        return answer;
    }
    if (row.has(needs_medium) && unit.incompatible())
        return refuse(mmc::sense::unknown_format);
    if (row.has(needs_medium) && !unit.medium())
        return refuse(unit.tray == Tray::open ? mmc::sense::tray_open
                                              : mmc::sense::no_medium_tray_closed);
    if (row.has(cd_only) && unit.medium()->medium().family() != MediumFamily::cd)
        return refuse(mmc::sense::illegal_mode_for_track);
    if (row.has(not_while_writing) && unit.rules && unit.rules->writing()) {
        const bool idle = unit.buffer.ran_dry(request.now) || unit.options.unlimited_speed;
        const bool at_random = unit.rules->written_at_random();
        if (row.has(ends_idle_write) && (idle || at_random))
            unit.rules->end_idle_write(unit, request.now); // its host went away without ending it
        else if (!at_random)
            return refuse(mmc::sense::sequence_error);
    }
    return std::nullopt;
}

} // namespace

struct Drive::State {
    LogicalUnit unit;

    State(DriveModel model, mmc::Clock& clock, DriveOptions options)
        : unit(std::move(model), clock, options) {}

    Answer run(Request& request, FaultActs& acts);
    mmc::Completion complete(const Answer& answer, const Request& request,
                             const mmc::Command& command, const FaultActs& acts);
};

Answer Drive::State::run(Request& request, FaultActs& acts) {
    const auto& row = command_row(request[0]);
    if (!row.handler || unit.model.lacks_commands[request[0]])
        return refuse(mmc::sense::invalid_opcode);
    if (auto answer = attention(unit, row))
        return *answer;
    if (auto answer = unknown_control(request))
        return *answer;
    const bool works = unit.operation || unit.busy; // rules see what is refused for that
    const auto refusal = not_ready(unit, request, row);
    if (unit.faults.empty() || (refusal && !works))
        return refusal ? *refusal : row.handler(unit, request);
    return acts.act(unit, request, row.handler, refusal ? &*refusal : nullptr);
}

// Lets the time pass that the command takes and says how it ended.
mmc::Completion Drive::State::complete(const Answer& answer, const Request& request,
                                       const mmc::Command& command, const FaultActs& acts) {
    auto end = request.now + std::max(unit.model.timing.command, answer.time);
    if (answer.awaits_operation && unit.operation)
        end = std::max(end, unit.operation->end);
    end = acts.end(request.now, end);
    if (answer.awaits_operation && unit.operation)
        unit.operation->end = end; // a rule may have made it shorter or longer

    mmc::Completion completion;
    const auto limit = request.now + command.timeout;
    if (acts.hangs() || (end > limit && !acts.ignores_limit())) {
        unit.clock.sleep_until(limit);
        completion.host = mmc::HostStatus::time_out;
        completion.duration = unit.clock.now() - request.now;
        return completion;
    }
    unit.clock.sleep_until(end);
    const Answer* result = &answer;
    if (answer.awaits_operation) {
        unit.settle(unit.clock.now());
        if (answer.good())
            result = &unit.operation_result;
    }
    completion.transferred = answer.transferred;
    if (result->sense) {
        completion.status = mmc::Status::check_condition;
        const auto own_bytes = std::exchange(unit.fault.sense_bytes, std::nullopt);
        completion.sense = own_bytes ? *own_bytes : mmc::encode(*result->sense);
    }
    completion.duration = unit.clock.now() - request.now;
    return completion;
}

Drive::Drive(DriveModel model, mmc::Clock& clock, DriveOptions options)
    : state_(std::make_unique<State>(std::move(model), clock, options)) {}

Drive::~Drive() {
    // A rig that goes away in mid-write leaves the disc as a power cut would.
    if (state_)
        state_->unit.lose_power(state_->unit.clock.now());
}

mmc::Completion Drive::execute(const mmc::Command& command) {
    auto& unit = state_->unit;
    auto request = make_request(command, unit.clock.now());
    FaultActs acts;
    unit.fault.sense_bytes.reset(); // of an answer that never came back
    if (!unit.faults.empty())
        acts.come_due(unit, request.now);
    if (unit.operation || unit.busy || unit.rules_outdated || !unit.powered ||
        unit.fault.unplugged || (unit.rules && unit.rules->background_progress(unit, request.now)))
        unit.settle(request.now);
    if (!unit.faults.empty())
        acts.enter_state(unit, request.now);
    mmc::Completion completion;
    if (!unit.powered || unit.fault.unplugged) {
        completion.host = mmc::HostStatus::no_connect;
        return completion;
    }
    follow_power(unit, request);
    const auto answer = state_->run(request, acts);
    completion = state_->complete(answer, request, command, acts);
    if (!unit.faults.empty())
        acts.follow_up(unit, request, completion);
    return completion;
}

void Drive::insert(std::unique_ptr<Disc> disc) {
    auto& unit = state_->unit;
    remove();
    unit.disc = std::move(disc);
    unit.tray = Tray::closed;
    if (unit.disc && unit.powered)
        unit.medium_arrived();
}

std::unique_ptr<Disc> Drive::remove() {
    auto& unit = state_->unit;
    const auto now = unit.clock.now();
    unit.settle(now);
    if (!unit.disc)
        return nullptr;
    if (unit.rules)
        unit.rules->cut_off(unit, now);
    unit.operation.reset();
    if (unit.rules) {
        unit.medium_left();
        unit.features_changed = true;
        unit.media_events.push(MediaEvent::media_removal);
    }
    return std::move(unit.disc);
}

void Drive::eject(bool emergency) {
    auto& unit = state_->unit;
    const auto now = unit.clock.now();
    unit.settle(now);
    using faults::Ejection;
    emulator::eject(unit, emergency ? Ejection::emergency : Ejection::request, now);
}

void Drive::load() {
    auto& unit = state_->unit;
    unit.settle(unit.clock.now());
    if (unit.tray == Tray::closed)
        return;
    unit.operation.reset(); // it was still opening
    unit.tray = Tray::closed;
    if (unit.disc && unit.powered)
        unit.medium_arrived();
}

void Drive::set_faults(faults::FaultEngine engine) {
    state_->unit.faults = std::move(engine);
}

const faults::FaultEngine& Drive::faults() const {
    return state_->unit.faults;
}

faults::FaultEngine& Drive::faults() {
    return state_->unit.faults;
}

void Drive::set_fault_hooks(FaultHooks hooks) {
    state_->unit.fault.hooks = std::move(hooks);
}

void Drive::power_off() {
    state_->unit.lose_power(state_->unit.clock.now());
}

void Drive::power_on() {
    state_->unit.regain_power();
}

void Drive::recover() {
    auto& unit = state_->unit;
    const auto now = unit.clock.now();
    if (unit.fault.unplugged)
        unit.fault.plug_back_at = now;
    unit.settle(now);
    unit.busy.reset();
    unit.fault.lasting_throttle.reset();
    if (!unit.powered)
        unit.regain_power();
}

DriveStatus Drive::status() const {
    auto& unit = state_->unit;
    unit.settle(unit.clock.now());
    return {unit.tray, unit.removal_prevented || unit.persistent_prevent, unit.medium() != nullptr,
            unit.powered, unit.phase()};
}

DriveGauge Drive::gauge() const {
    const auto& unit = state_->unit;
    const auto now = unit.clock.now();
    const auto [size, used] = unit.buffer_fill(now);
    if (unit.operation && now >= unit.operation->end)
        return {"idle", {}, size, used};
    std::optional<mmc::Duration> ends;
    if (unit.operation)
        ends = unit.operation->end;
    return {unit.phase(), ends, size, used};
}

const DriveModel& Drive::model() const {
    return state_->unit.model;
}

const Disc* Drive::disc() const {
    return state_->unit.disc.get();
}

Disc* Drive::disc() {
    return state_->unit.disc.get();
}

} // namespace burnrig::emulator
