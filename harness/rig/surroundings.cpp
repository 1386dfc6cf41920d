// SPDX-License-Identifier: Apache-2.0
#include "harness/rig/surroundings.h"

#include "emulator/fixtures.h"

namespace burnrig::harness {
namespace {

using DiscPointer = std::unique_ptr<emulator::Disc>;

DiscPointer new_disc_of(const std::string& medium) {
    auto disc = emulator::load_medium(medium).and_then(
        [](emulator::Medium found) { return emulator::Disc::in_memory(std::move(found)); });
    return disc ? std::move(*disc) : DiscPointer{};
}

} // namespace

emulator::faults::Backend Surroundings::backend(emulator::faults::Backend around) {
    around.find_medium = [](const std::string& name) {
        return emulator::load_medium(name).map([](const auto&) {});
    };
    return around;
}

Surroundings::Surroundings(emulator::Drive& drive, mmc::Clock& clock,
                           std::function<void(const std::string&)> on_log)
    : drive_(drive), clock_(clock), on_log_(std::move(on_log)) {
    hooks_.log = [this](const std::string& text) {
        constexpr std::size_t most = 1000;
        if (logs_.size() < most)
            logs_.push_back(text);
        if (on_log_)
            on_log_(text);
    };
    install();
}

void Surroundings::install() {
    emulator::FaultHooks hooks{hooks_};
    hooks.load_medium = new_disc_of;
    drive_.set_fault_hooks(std::move(hooks));
}

void Surroundings::connect(std::function<void(int signal)> signal, std::function<void()> pause) {
    hooks_.signal = std::move(signal);
    hooks_.pause = std::move(pause);
    install();
}

int Surroundings::host_event(std::string_view event) {
    const auto decision = drive_.faults().decide_host({event, clock_.now()});
    if (decision.stall)
        clock_.sleep_for(*decision.stall);
    act_around(decision, hooks_);
    return decision.system_error;
}

} // namespace burnrig::harness
