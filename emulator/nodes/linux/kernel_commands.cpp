// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/linux/kernel_commands.h"

#include <cerrno>
#include <utility>

#include "mmc/sense.h"

namespace burnrig::emulator::nodes {
namespace {

constexpr int attempts_max = 10;

mmc::SenseCode code_of(const mmc::Completion& completion) {
    const auto sense = mmc::decode_sense(completion.sense.view());
    return sense ? sense->code : mmc::SenseCode{};
}

bool is_check(const mmc::Completion& completion) {
    return completion.status == mmc::Status::check_condition;
}

} // namespace

const mmc::Completion& KernelCommands::send(const mmc::Command& command) {
    last_ = target_.execute(command);
    if (is_check(last_) && code_of(last_).key == mmc::SenseKey::unit_attention)
        changed_ = true;
    return last_;
}

int KernelCommands::packet(std::span<const std::uint8_t> cdb, std::span<std::uint8_t> data_in,
                           mmc::Duration timeout) {
    return packet({cdb, {}, data_in, timeout});
}

int KernelCommands::packet_out(std::span<const std::uint8_t> cdb,
                               std::span<const std::uint8_t> data_out, mmc::Duration timeout) {
    return packet({cdb, data_out, {}, timeout});
}

int KernelCommands::once(std::span<const std::uint8_t> cdb, std::span<std::uint8_t> data_in,
                         mmc::Duration timeout) {
    if (send({cdb, {}, data_in, timeout}).good())
        return 0;
    return last_.system_error != 0 ? -last_.system_error : -EIO;
}

int KernelCommands::packet(const mmc::Command& command) {
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        if (!is_check(send(command)))
            return -last_.system_error;
        const mmc::SenseCode code = code_of(last_);
        if (code.key == mmc::SenseKey::unit_attention)
            continue;
        if (code == mmc::sense::becoming_ready) {
            clock_.sleep_for(std::chrono::seconds(2));
            continue;
        }
        if (code.key == mmc::SenseKey::not_ready)
            return -ENOMEDIUM;
        return code == mmc::sense::invalid_opcode ? -EOPNOTSUPP : -EIO;
    }
    return -ENOMEDIUM;
}

int KernelCommands::tray(std::span<const std::uint8_t> cdb, mmc::Duration timeout) {
    for (int attempt = 0; attempt <= 5; ++attempt) {
        send({cdb, {}, {}, timeout});
        if (last_.system_error != 0)
            return -last_.system_error;
        if (last_.host != mmc::HostStatus::ok)
            return static_cast<int>(last_.host) << 16;
        if (!is_check(last_))
            return static_cast<int>(last_.status);
        if (code_of(last_).key != mmc::SenseKey::unit_attention)
            return static_cast<int>(mmc::Status::check_condition);
    }
    return 0; // only unit attentions: the change is noted, the caller is told all is well
}

bool KernelCommands::block(const mmc::Command& command) {
    for (int attempt = 0; attempt < attempts_max && !changed_; ++attempt) {
        if (send(command).good())
            return true;
        if (!is_check(last_) || code_of(last_) != mmc::sense::becoming_ready)
            return false;
        clock_.sleep_for(std::chrono::seconds(2));
    }
    return false;
}

bool KernelCommands::unit_ready() {
    static constexpr std::uint8_t test_unit_ready[6] = {};
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        if (send({test_unit_ready, {}, {}, std::chrono::seconds(30)}).good())
            return true;
        if (!is_check(last_) || code_of(last_).key != mmc::SenseKey::unit_attention)
            return false;
    }
    return false;
}

bool KernelCommands::take_changed() {
    return std::exchange(changed_, false);
}

} // namespace burnrig::emulator::nodes
