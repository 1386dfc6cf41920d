// SPDX-License-Identifier: Apache-2.0
#include "harness/physical/physical_drive.h"

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string_view>

#include <unistd.h>

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

mmc::Result<std::unique_ptr<PhysicalDrive>> PhysicalDrive::open(const std::string& node) {
    auto device = driver::SgDevice::open(node);
    if (!device)
        return mmc::fail("{}", driver::to_text(device.error()));
    return std::unique_ptr<PhysicalDrive>(new PhysicalDrive(std::move(*device)));
}

mmc::Result<void> PhysicalDrive::allow_writing(const Consent& consent) {
    if (served_by_burnrig(device_.path()))
        return {};
    if (auto allowed = check_interlock(consent, device_.path(), device_); !allowed)
        return allowed;
    count_down(device_.path(), consent.countdown_s);
    guard(consent);
    return {};
}

void PhysicalDrive::guard(const Consent& consent) {
    if (served_by_burnrig(device_.path()))
        return;
    guarded_ = std::make_unique<GuardedTarget>(
        device_, [consent, this] { return check_interlock(consent, device_.path(), device_); });
}

mmc::Target& PhysicalDrive::target() {
    if (guarded_)
        return *guarded_;
    return device_;
}

} // namespace burnrig::harness
