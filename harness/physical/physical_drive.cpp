// SPDX-License-Identifier: Apache-2.0
#include "harness/physical/physical_drive.h"

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string_view>
#include <utility>

#include <unistd.h>

#include "emulator/faults/faulty_target.h"
#include "harness/report/replay_command.h"

namespace burnrig::harness {
namespace {

std::optional<long> number_in(std::string_view text) {
    const auto from = text.find_first_of("0123456789");
    if (from == std::string_view::npos)
        return std::nullopt;
    long number = 0;
    std::from_chars(text.data() + from, text.data() + text.size(), number);
    return number;
}

/// 0 where the process is not, or may not be looked at.
long parent_of(long process) {
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("PPid:"))
            return number_in(line).value_or(0);
    return 0;
}

bool led_to_this_one(long process) {
    constexpr int generations_max = 1000; // a chain that runs in a circle ends too
    long ancestor = ::getppid();
    for (int i = 0; i < generations_max && ancestor > 1; ++i) {
        if (ancestor == process)
            return true;
        ancestor = parent_of(ancestor);
    }
    return ancestor == process;
}

} // namespace

bool served_by_burnrig(const std::string& device) {
    const char* ours = std::getenv("BURNRIG_DEVICE");
    const char* rig = std::getenv("BURNRIG_RIG");
    if (!ours || device != ours || !rig)
        return false;
    const auto process = number_in(rig);
    return process && led_to_this_one(*process);
}

PhysicalDrive::PhysicalDrive(driver::SgDevice device)
    : node_(device.path()), max_transfer_(device.max_transfer()),
      device_(std::make_unique<driver::SgDevice>(std::move(device))) {}

mmc::Result<std::unique_ptr<PhysicalDrive>> PhysicalDrive::open(const std::string& node) {
    auto device = driver::SgDevice::open(node);
    if (!device)
        return mmc::fail("{}", driver::to_text(device.error()));
    return std::unique_ptr<PhysicalDrive>(new PhysicalDrive(std::move(*device)));
}

PhysicalDrive::~PhysicalDrive() {
    if (const auto restored = restore_power(); !restored)
        fmt::print(stderr, "burnrig: {}\n", restored.error().message);
    if (ledger_ && guarded_)
        if (const auto ended = ledger_->end(guarded_->use()); !ended)
            fmt::print(stderr, "burnrig: {}\n", ended.error().message);
}

// What its owner says about the drive. A drive that burnrig serves may do without.
mmc::Result<void> PhysicalDrive::take_rig(const Consent& consent) {
    if (consent.rig_file.empty())
        return {};
    const auto rig = read_rig_file(consent.rig_file);
    if (!rig)
        return tl::unexpected(rig.error());
    const auto serial = drive_serial(cable_);
    if (!serial)
        return tl::unexpected(serial.error());
    serial_ = *serial;
    ledger_path_ = rig->ledger;
    if (const auto* power = rig->power_of(serial_))
        power_.emplace(*power, clock_, [this] { return open_again() != nullptr; });
    return {};
}

mmc::Result<void> PhysicalDrive::allow_writing(const Consent& consent) {
    const bool served = served_by_burnrig(node_);
    if (!served)
        if (auto allowed = check_interlock(consent, node_, cable_); !allowed)
            return allowed;
    if (auto taken = take_rig(consent); !taken)
        return taken;
    if (served)
        return {};
    if (!consent.locked) {
        auto lock = DriveLock::take(serial_);
        if (!lock)
            return tl::unexpected(lock.error());
        lock_ = std::move(*lock);
    }
    count_down(node_, consent.countdown_s);
    guard(consent);
    return {};
}

void PhysicalDrive::guard(const Consent& consent) {
    if (served_by_burnrig(node_))
        return;
    guarded_ = std::make_unique<GuardedTarget>(
        cable_, [consent, this] { return before_first_change(consent); });
}

mmc::Result<void> PhysicalDrive::before_first_change(const Consent& consent) {
    if (auto allowed = check_interlock(consent, node_, cable_); !allowed)
        return allowed;
    if (serial_.empty())
        if (auto taken = take_rig(consent); !taken)
            return taken;
    if (!lock_ && !consent.locked) {
        auto lock = DriveLock::take(serial_);
        if (!lock)
            return tl::unexpected(lock.error());
        lock_ = std::move(*lock);
    }
    if (ledger_)
        return {};
    const auto medium = medium_identity(cable_);
    if (!medium)
        return tl::unexpected(medium.error());
    auto ledger = Ledger::begin(ledger_path_, {serial_, *medium, replay_command()});
    if (!ledger)
        return tl::unexpected(ledger.error());
    ledger_ = std::move(*ledger);
    return {};
}

mmc::Target& PhysicalDrive::target() {
    if (guarded_)
        return *guarded_;
    return cable_;
}

mmc::Completion PhysicalDrive::Cable::execute(const mmc::Command& command) {
    if (device_)
        return device_->execute(command);
    mmc::Completion nothing;
    nothing.host = mmc::HostStatus::no_connect;
    return nothing;
}

emulator::faults::Backend PhysicalDrive::backend() const {
    auto backend = emulator::faults::FaultyTarget::backend();
    backend.power = power_.has_value();
    return backend;
}

emulator::faults::Hooks PhysicalDrive::hooks() {
    emulator::faults::Hooks hooks;
    hooks.power_loss = [this](std::optional<mmc::Duration> back) { cut_power(back); };
    return hooks;
}

// The same drive at its node, as another device of the kernel's; nullptr while it does not answer.
std::unique_ptr<driver::SgDevice> PhysicalDrive::open_again() const {
    auto device = driver::SgDevice::open(node_);
    if (!device)
        return nullptr;
    const auto serial = drive_serial(*device);
    if (!serial || *serial != serial_)
        return nullptr;
    return std::make_unique<driver::SgDevice>(std::move(*device));
}

void PhysicalDrive::cut_power(std::optional<mmc::Duration> back) {
    if (!power_ || power_->is_off())
        return;
    device_.reset(); // a kernel keeps the name of a drive that somebody holds open
    const auto went = power_->off();
    if (power_went_)
        power_went_ = went;
    if (!back)
        return;
    clock_.sleep_for(*back);
    switch_on();
}

void PhysicalDrive::switch_on() {
    const auto on = power_->on();
    device_ = open_again();
    if (power_went_)
        power_went_ = on;
}

mmc::Result<void> PhysicalDrive::restore_power() {
    if (power_ && power_->is_off())
        switch_on();
    return std::exchange(power_went_, mmc::Result<void>{});
}

} // namespace burnrig::harness
