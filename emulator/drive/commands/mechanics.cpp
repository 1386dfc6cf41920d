// SPDX-License-Identifier: Apache-2.0
// The tray and the spindle: START STOP UNIT, LOAD/UNLOAD MEDIUM, PREVENT ALLOW MEDIUM REMOVAL.
//
// Opening takes effect at once, so that a host which opened without waiting can close again right
// away; closing is an operation, and the disc becomes ready when it ends.
#include <array>

#include "emulator/drive/commands/commands.h"

namespace burnrig::emulator::commands {
namespace {

bool tray_moves(const LogicalUnit& unit) {
    return unit.operation && (unit.operation->kind == OperationKind::loading ||
                              unit.operation->kind == OperationKind::ejecting);
}

Answer eject(LogicalUnit& unit, const Request& request, bool immediate) {
    if (unit.removal_prevented || unit.persistent_prevent)
        return refuse(mmc::sense::removal_prevented);
    if (unit.tray == Tray::open)
        return good();
    const auto last_work = unit.rules ? unit.rules->leave(unit, request.now) : mmc::Duration{0};
    unit.open_tray();
    return unit.begin(OperationKind::ejecting, request.now, last_work + unit.model.timing.tray_open,
                      immediate, [](LogicalUnit&) { return good(); });
}

mmc::Duration load_time(const LogicalUnit& unit) {
    const auto family = unit.disc->medium().family();
    const auto& timing = unit.model.timing;
    return family == MediumFamily::cd ? timing.load : timing.of(family).load;
}

Answer load(LogicalUnit& unit, const Request& request, bool immediate) {
    if (unit.tray == Tray::closed)
        return good(immediate || !unit.medium() ? mmc::Duration{0} : unit.spin_up());
    auto length = unit.model.timing.tray_close;
    if (unit.disc)
        length += load_time(unit);
    return unit.begin(OperationKind::loading, request.now, length, immediate,
                      [](LogicalUnit& loaded) {
                          loaded.tray = Tray::closed;
                          if (loaded.disc)
                              loaded.medium_arrived();
                          return good();
                      });
}

Answer spin(LogicalUnit& unit, bool start, bool immediate) {
    if (!start) {
        unit.spinning = false;
        return good();
    }
    if (!unit.medium())
        return refuse(unit.tray == Tray::open ? mmc::sense::tray_open
                                              : mmc::sense::no_medium_tray_closed);
    const auto time = unit.spin_up();
    return good(immediate ? mmc::Duration{0} : time);
}

Answer move_tray(LogicalUnit& unit, const Request& request, bool load_eject, bool start) {
    const bool immediate = request.bit(1, 0);
    if (tray_moves(unit)) // the tray goes the other way, or on
        unit.operation.reset();
    else if (unit.operation)
        return refuse(mmc::sense::operation_in_progress);
    if (!load_eject)
        return spin(unit, start, immediate);
    return start ? load(unit, request, immediate) : eject(unit, request, immediate);
}

} // namespace

Answer start_stop_unit(LogicalUnit& unit, const Request& request) {
    const unsigned power_condition = request[4] >> 4;
    if (power_condition > 5 || power_condition == 4)
        return refuse_cdb(4, std::uint8_t{7});
    if (power_condition != 0) {
        constexpr std::array states{PowerState::active,  PowerState::active,  PowerState::idle,
                                    PowerState::standby, PowerState::standby, PowerState::sleep};
        if (unit.rules && unit.rules->writing())
            return refuse(mmc::sense::sequence_error);
        unit.set_power(states[power_condition]);
        unit.power_changed = true; // also when it is what it was
        unit.last_access = request.now;
        return good();
    }
    if (request.bit(4, 2)) // FL: no format layers
        return refuse_cdb(4, std::uint8_t{2});
    return move_tray(unit, request, request.bit(4, 1), request.bit(4, 0));
}

Answer load_unload_medium(LogicalUnit& unit, const Request& request) {
    if (request[8] != 0) // no changer: slot 0 only
        return refuse_cdb(8);
    return move_tray(unit, request, request.bit(4, 1) || request.bit(4, 0), request.bit(4, 0));
}

Answer prevent_allow_medium_removal(LogicalUnit& unit, const Request& request) {
    const bool prevent = request.bit(4, 0);
    if (request.bit(4, 1))
        unit.persistent_prevent = prevent;
    else
        unit.removal_prevented = prevent;
    return good();
}

} // namespace burnrig::emulator::commands
