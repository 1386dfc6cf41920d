// SPDX-License-Identifier: Apache-2.0
#include "driver/recorder/preparation.h"

#include <algorithm>
#include <cerrno>
#include <cmath>

#include <fmt/format.h>

#include "driver/commands/layer_break.h"
#include "driver/seeded_bugs.h"
#include "driver/timeouts.h"
#include "mmc/system_error.h"

namespace burnrig::driver {
namespace {

/// Runs a command until the drive is no longer busy with something else.
template <class Run>
Outcome<void> settled(Operation& operation, Run run) {
    const auto done = operation.patiently(limits::becoming_ready, run);
    if (!done)
        return operation.fail(done);
    return {};
}

Reply<void> send_speed(Channel& channel, const DiscSummary& disc, const SpeedChoice& choice) {
    constexpr double fastest = 0xFFFF;
    const bool is_cd = family_of(disc.profile) == MediumFamily::cd;
    if (!is_cd && choice.listed && !disc.write_speeds.empty())
        return set_streaming(channel, *choice.listed);
    const double kilobytes = choice.kilobytes > 0 && choice.kilobytes < fastest
                                 ? std::ceil(choice.kilobytes) // drives round down
                                 : fastest;
    return set_cd_speed(channel, {.write_kb = static_cast<std::uint16_t>(kilobytes)});
}

/// A drive that takes the page and not its Test Write bit would record.
Outcome<void> check_simulation(Operation& operation, const WriteParametersPage& wanted) {
    constexpr std::uint8_t test_write_and_type = 0x1F;
    const auto now = operation.patiently(
        limits::becoming_ready, [&] { return mode_sense_write_parameters(operation.channel()); });
    if (!now)
        return operation.fail(now);
    if (((now->bytes[2] ^ wanted.bytes[2]) & test_write_and_type) == 0)
        return {};
    return operation.fail(Cause::command_refused,
                          "The drive was told to simulate, and its write parameters do not say "
                          "that it will: nothing was sent to the disc.");
}

} // namespace

Outcome<void> format_disc(Operation& operation, const FormatRequest& request) {
    operation.enter(Stage::format,
                    fmt::format("type {:02X}h, {} blocks", request.type, request.blocks));
    const auto begun =
        settled(operation, [&] { return format_unit(operation.channel(), request); });
    if (!begun)
        return begun;
    const auto idle = operation.wait_idle(limits::format);
    if (!idle)
        return tl::unexpected(idle.error());
    return {};
}

Outcome<void> set_write_parameters(Operation& operation, const WriteParameters& parameters) {
    const auto page = operation.patiently(
        limits::becoming_ready, [&] { return mode_sense_write_parameters(operation.channel()); });
    if (!page)
        return operation.fail(page);
    const WriteParametersPage wanted = with(*page, parameters);
    auto set = settled(operation,
                       [&] { return mode_select_write_parameters(operation.channel(), wanted); });
    if (!set && parameters.test_write && parameters.write_type == WriteType::raw &&
        set.error().cause == Cause::command_refused) {
        set.error().likely.assign({"the drive simulates no raw recording: MMC-3 knows the test "
                                   "write of track at once and session at once"});
        set.error().advice.assign({"--mode sao or --mode tao can be simulated"});
    }
    if (!set || !parameters.test_write)
        return set;
    return check_simulation(operation, wanted);
}

Outcome<void> set_speed(Operation& operation, const DiscSummary& disc, const SpeedChoice& choice) {
    operation.enter(Stage::speed, choice.kilobytes > 0
                                      ? fmt::format("{:.0f} kB/s", choice.kilobytes)
                                      : std::string("as fast as it goes"));
    if (!choice.note.empty())
        operation.warn(choice.note);
    const auto set = operation.patiently(
        limits::becoming_ready, [&] { return send_speed(operation.channel(), disc, choice); });
    if (set)
        return {};
    // The system, not the drive, refused to pass the command on: nothing is known of the drive.
    const int refused = set.error().completion.system_error;
    const bool not_passed_on = refused == EFAULT || refused == EINVAL || refused == EPERM;
    if (!set.error().is(mmc::SenseKey::illegal_request) && !not_passed_on)
        return operation.fail(set);
    operation.warn(not_passed_on
                       ? fmt::format("the system does not pass SET CD SPEED on ({}): the drive "
                                     "chooses the speed itself",
                                     mmc::system_error_name(refused))
                       : "the drive takes no speed setting and chooses the speed itself");
    return {};
}

Outcome<void> set_layer_break(Operation& operation, std::uint32_t first_layer_blocks) {
    operation.enter(Stage::setup, fmt::format("layer break at {}", first_layer_blocks));
    const auto now = operation.ask([&] { return read_layer_break(operation.channel()); });
    if (!now)
        return operation.fail(now);
    if (now->fixed || first_layer_blocks > now->first_layer_blocks) {
        operation.warn(fmt::format("the layer break stays at {}: {}", now->first_layer_blocks,
                                   now->fixed ? "it was set earlier" : "the disc has no more"));
        return {};
    }
    return settled(operation,
                   [&] { return send_layer_break(operation.channel(), first_layer_blocks); });
}

Outcome<void> reserve(Operation& operation, std::uint32_t blocks) {
    operation.enter(Stage::reserve, fmt::format("{} blocks", blocks));
    return settled(operation, [&] { return reserve_track(operation.channel(), blocks); });
}

Outcome<void> send_cue(Operation& operation, const std::vector<CueEntry>& sheet) {
    operation.enter(Stage::cue_sheet);
    return settled(operation, [&] { return send_cue_sheet(operation.channel(), sheet); });
}

Outcome<bool> calibrate(Operation& operation, OpcMode mode) {
    operation.enter(Stage::calibrate);
    const auto calibrated =
        operation.patiently(limits::becoming_ready, [&] { return send_opc(operation.channel()); });
    if (calibrated || seeded(Bug::opc_result_skipped))
        return true;
    if (mode == OpcMode::automatic && !seeded(Bug::opc_has_to_be_there) &&
        calibrated.error().is(mmc::SenseKey::illegal_request))
        return false;
    return operation.fail(calibrated);
}

} // namespace burnrig::driver
