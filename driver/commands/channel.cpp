// SPDX-License-Identifier: Apache-2.0
#include "driver/commands/channel.h"
#include "driver/seeded_bugs.h"

#include <algorithm>

#include <fmt/format.h>

namespace burnrig::driver {
namespace {

constexpr std::size_t warnings_max = 32;
constexpr int attention_repeats_max = 2;

/// A unit attention that says nothing about the medium: the eject button was pressed, writing was
/// permitted by a switch, the power state changed. Source: the list of causes of unit attentions in
/// MMC-5; wodim lets 6/5A/03 pass at OPC.
bool harmless_attention(const mmc::Sense& sense) {
    if (sense.code.key != mmc::SenseKey::unit_attention || sense.deferred)
        return false;
    const bool button = sense.code.asc == 0x5A && (sense.code.ascq == 1 || sense.code.ascq == 3);
    return button || sense.code.asc == 0x5E;
}

/// The command was carried out, with some trouble on the way.
bool recovered(const mmc::Sense& sense) {
    return sense.code.key == mmc::SenseKey::recovered_error;
}

/// Bytes that went over with a recovered error. Some transports count none with any CHECK
/// CONDITION; the drive has taken them all the same.
std::uint32_t carried(const Request& request, const mmc::Completion& completion) {
    const auto out = static_cast<std::uint32_t>(request.data_out.size());
    const auto in = static_cast<std::uint32_t>(request.data_in.size());
    return out > 0 ? out : std::min(completion.transferred, in);
}

CommandError command_error(const Request& request, const mmc::Completion& completion) {
    return {.cdb = request.cdb,
            .completion = completion,
            .limit = request.limit,
            .problem = {},
            .lba = request.lba,
            .has_lba = request.has_lba};
}

} // namespace

bool CommandError::is(mmc::SenseCode code) const {
    const auto decoded = sense();
    return completion.host == mmc::HostStatus::ok && decoded && !decoded->deferred &&
           decoded->code == code;
}

bool CommandError::is(mmc::SenseKey key) const {
    const auto decoded = sense();
    return completion.host == mmc::HostStatus::ok && decoded && !decoded->deferred &&
           decoded->code.key == key;
}

Cdb make_cdb(mmc::Opcode opcode) {
    Cdb cdb;
    cdb.bytes[0] = static_cast<std::uint8_t>(opcode);
    const mmc::OpcodeInfo* info = mmc::find_opcode(cdb.bytes[0]);
    cdb.length = info != nullptr ? info->length : 10;
    return cdb;
}

Reply<std::uint32_t> Channel::run(const Request& request) {
    const mmc::Command command{.cdb = request.cdb.view(),
                               .data_out = request.data_out,
                               .data_in = request.data_in,
                               .timeout = request.limit};
    const auto room =
        static_cast<std::uint32_t>(std::max(request.data_in.size(), request.data_out.size()));
    for (int repeats = 0;; ++repeats) {
        const mmc::Completion completion = target_.execute(command);
        if (completion.good() ||
            (seeded(Bug::host_status_ignored) && completion.status == mmc::Status::good))
            return std::min(completion.transferred, room);
        const auto sense = completion.host == mmc::HostStatus::ok
                               ? mmc::decode_sense(completion.sense.view())
                               : std::nullopt;
        if (sense && recovered(*sense) && !seeded(Bug::recovered_is_an_error)) {
            warn(fmt::format("{}: {}", command_name(request.cdb.bytes[0]),
                             mmc::describe(sense->code)));
            // A deferred one speaks of an earlier command; this one was not carried out.
            if (!sense->deferred)
                return carried(request, completion);
            if (repeats < attention_repeats_max)
                continue;
        }
        if (sense && harmless_attention(*sense) && repeats < attention_repeats_max) {
            warn(fmt::format("{}: {}; the command was repeated", command_name(request.cdb.bytes[0]),
                             mmc::describe(sense->code)));
            continue;
        }
        if (seeded(Bug::stale_after_attention) && sense &&
            sense->code.key == mmc::SenseKey::unit_attention && repeats < attention_repeats_max)
            continue;
        return tl::unexpected(command_error(request, completion));
    }
}

Reply<std::uint32_t> Channel::fetch(Request request, std::span<std::uint8_t> reply) {
    std::fill(reply.begin(), reply.end(), std::uint8_t{0});
    request.data_in = reply;
    return run(request);
}

Reply<void> Channel::give(Request request, std::span<const std::uint8_t> list,
                          std::string_view what) {
    request.data_out = list;
    const auto taken = run(request);
    if (!taken)
        return tl::unexpected(taken.error());
    if (*taken != list.size() && !seeded(Bug::residual_ignored))
        return tl::unexpected(bad_reply(
            request, *taken,
            fmt::format("the drive took {} of {} bytes of {}", *taken, list.size(), what)));
    return {};
}

void Channel::warn(std::string text) {
    if (warnings_.size() < warnings_max)
        warnings_.push_back(std::move(text));
}

std::vector<std::string> Channel::take_warnings() {
    return std::exchange(warnings_, {});
}

CommandError bad_reply(const Request& request, std::uint32_t transferred, std::string problem) {
    CommandError error = command_error(request, {});
    error.completion.transferred = transferred;
    error.problem = std::move(problem);
    return error;
}

} // namespace burnrig::driver
