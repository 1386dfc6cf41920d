// SPDX-License-Identifier: Apache-2.0
#include "harness/transcript/transcript.h"

#include <algorithm>

#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "mmc/opcode.h"

namespace burnrig::harness::transcript {

std::string digest_of(std::span<const std::uint8_t> bytes) {
    if (bytes.empty())
        return {};
    const auto digest = XXH3_128bits(bytes.data(), bytes.size());
    return fmt::format("{:016x}{:016x}", digest.high64, digest.low64);
}

Exchange make_exchange(std::uint64_t number, mmc::Duration at, const mmc::Command& command,
                       const mmc::Completion& completion) {
    Exchange exchange;
    exchange.number = number;
    exchange.at = at;
    // Bytes behind the command's own are no part of it, and differ between programs.
    const auto* known = command.cdb.empty() ? nullptr : mmc::find_opcode(command.cdb[0]);
    const auto length = std::min<std::size_t>(command.cdb.size(), known ? known->length : 16U);
    exchange.cdb.assign(command.cdb.begin(), command.cdb.begin() + length);
    exchange.out = static_cast<std::uint32_t>(command.data_out.size());
    exchange.out_digest = digest_of(command.data_out);
    if (command.data_out.size() <= kept_parameters)
        exchange.parameters.assign(command.data_out.begin(), command.data_out.end());
    exchange.in = static_cast<std::uint32_t>(command.data_in.size());
    const auto got = std::min<std::size_t>(completion.transferred, command.data_in.size());
    if (got > 0)
        exchange.reply =
            std::make_shared<const Bytes>(command.data_in.begin(), command.data_in.begin() + got);
    exchange.completion = completion;
    return exchange;
}

DriveIdentity identity_of(const emulator::DriveModel& model) {
    return {model.vendor, model.product,  model.revision,
            model.serial, model.profiles, model.loading_mechanism};
}

emulator::DriveModel model_of(const DriveIdentity& identity) {
    emulator::DriveModel model;
    model.vendor = identity.vendor;
    model.product = identity.product;
    model.revision = identity.revision;
    model.serial = identity.serial;
    model.profiles = identity.profiles;
    model.loading_mechanism = identity.loading_mechanism;
    return model;
}

} // namespace burnrig::harness::transcript
