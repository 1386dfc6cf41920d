// SPDX-License-Identifier: Apache-2.0
#include "driver/recorder/burn.h"

#include <fmt/format.h>

#include "driver/commands/recording.h"
#include "driver/commands/write_parameters.h"
#include "driver/timeouts.h"
#include "driver/verify/verify.h"
#include "driver/writer/write_loop.h"

namespace burnrig::driver {
namespace {

/// Runs the steps in order up to the first failure.
template <class Object>
Outcome<void> in_order(Object& object, std::initializer_list<Outcome<void> (Object::*)()> steps) {
    for (const auto step : steps)
        if (auto done = (object.*step)(); !done)
            return done;
    return {};
}

/// A unit attention that voids what is known of the medium.
bool voids_the_medium(const BurnError& error) {
    return error.host == mmc::HostStatus::ok && error.sense && !error.deferred &&
           error.sense->code.key == mmc::SenseKey::unit_attention;
}

/// After these no command is sent that could take the drive minutes, or write on another disc.
bool ends_all_writing(const BurnError& error) {
    switch (error.cause) {
    case Cause::command_timeout:
    case Cause::transport_error:
    case Cause::bus_reset:
    case Cause::device_lost:
    case Cause::no_medium:
    case Cause::medium_removed:
    case Cause::medium_changed:
    case Cause::not_ready:
        return true;
    default:
        return error.host != mmc::HostStatus::ok;
    }
}

} // namespace

Outcome<BurnReport> Burn::run() {
    const mmc::Duration start = operation_.clock().now();
    if (const auto done = carry_out(); !done)
        return tl::unexpected(conclude(done.error()));
    const auto unlocked = operation_.unlock();
    if (unlocked.deferred)
        return tl::unexpected(conclude(*unlocked.deferred));
    if (unlocked.locked)
        return tl::unexpected(conclude(*unlocked.locked));
    finish();
    report_.elapsed = operation_.clock().now() - start;
    report_.warnings = operation_.warnings();
    return report_;
}

Outcome<void> Burn::carry_out() {
    operation_.enter(Stage::plan);
    if (const auto sound = check_job(job_); !sound)
        return sound;
    auto prepared = prepare();
    if (!prepared && voids_the_medium(prepared.error())) {
        operation_.warn(fmt::format("{}; everything is asked anew",
                                    mmc::describe(prepared.error().sense->code)));
        prepared = prepare();
    }
    if (!prepared)
        return prepared;
    return in_order(*this,
                    {&Burn::write, &Burn::flush, &Burn::close, &Burn::check_state, &Burn::verify});
}

Outcome<void> Burn::prepare() {
    // What can be refused without a trace comes before the calibration, which uses up a place of
    // the disc's test area.
    return in_order(*this, {&Burn::look, &Burn::set_parameters, &Burn::set_speed, &Burn::send_cue,
                            &Burn::calibrate});
}

Outcome<void> Burn::look() {
    operation_.enter(Stage::identify);
    auto drive = operation_.identify();
    if (!drive)
        return tl::unexpected(drive.error());
    drive_ = *drive;
    operation_.enter(Stage::ready);
    if (const auto ready = operation_.wait_ready(); !ready)
        return ready;
    operation_.enter(Stage::medium);
    auto disc = operation_.look_at_medium(&drive_);
    if (!disc)
        return tl::unexpected(disc.error());
    disc_ = *disc;
    auto plan = make_plan(job_, drive_, disc_);
    if (!plan)
        return tl::unexpected(plan.error());
    plan_ = *plan;
    operation_.enter(Stage::lock);
    return operation_.lock();
}

Outcome<void> Burn::set_parameters() {
    operation_.enter(Stage::setup, plan_.reason);
    const auto page = operation_.patiently(
        limits::becoming_ready, [&] { return mode_sense_write_parameters(operation_.channel()); });
    if (!page)
        return operation_.fail(page);
    const WriteParametersPage wanted = with(*page, plan_.parameters);
    const auto taken = operation_.patiently(limits::becoming_ready, [&] {
        return mode_select_write_parameters(operation_.channel(), wanted);
    });
    if (!taken)
        return operation_.fail(taken);
    return {};
}

Outcome<void> Burn::set_speed() {
    constexpr std::uint32_t fastest = 0xFFFF;
    operation_.enter(Stage::speed);
    const auto write_kb = static_cast<std::uint16_t>(
        std::min(job_.speed_kb && *job_.speed_kb > 0 ? *job_.speed_kb : fastest, fastest));
    const auto set = operation_.patiently(limits::becoming_ready, [&] {
        return set_cd_speed(operation_.channel(), {.write_kb = write_kb});
    });
    if (set)
        return {};
    if (!set.error().is(mmc::SenseKey::illegal_request))
        return operation_.fail(set);
    operation_.warn("the drive takes no speed setting and chooses the speed itself");
    return {};
}

Outcome<void> Burn::send_cue() {
    if (plan_.mode != WriteMode::sao)
        return {};
    operation_.enter(Stage::cue_sheet);
    const auto sheet = cue_sheet(plan_);
    const auto taken = operation_.patiently(
        limits::becoming_ready, [&] { return send_cue_sheet(operation_.channel(), sheet); });
    if (!taken)
        return operation_.fail(taken);
    return {};
}

Outcome<void> Burn::calibrate() {
    // The drive calibrates by itself at the first WRITE when nobody asked for it. In a simulation
    // there is no power to find.
    const bool needless = job_.simulate || disc_.opc_tables > 0;
    if (job_.opc == OpcMode::never || (job_.opc == OpcMode::automatic && needless))
        return {};
    operation_.enter(Stage::calibrate);
    const auto calibrated = operation_.patiently(limits::becoming_ready,
                                                 [&] { return send_opc(operation_.channel()); });
    report_.calibrated = calibrated.has_value();
    if (calibrated)
        return {};
    // The command is optional: a drive that refuses it calibrates when it writes.
    if (job_.opc == OpcMode::automatic && calibrated.error().is(mmc::SenseKey::illegal_request)) {
        plan_.notes.push_back("the drive takes no SEND OPC INFORMATION and calibrates by itself");
        return {};
    }
    return operation_.fail(calibrated);
}

Outcome<void> Burn::write() {
    operation_.enter(Stage::write,
                     fmt::format("{} blocks from LBA {}", plan_.blocks(), plan_.first_lba));
    const mmc::Duration start = operation_.clock().now();
    writing_ = true;
    WriteLoop loop(operation_, {.source = job_.source,
                                .first_lba = plan_.first_write(),
                                .leading_zero_blocks = plan_.pregap_blocks,
                                .source_blocks = plan_.source_blocks,
                                .trailing_zero_blocks = plan_.padding_blocks,
                                .transfer_bytes = options_.max_transfer_bytes});
    const auto written = loop.run();
    blocks_sent_ = loop.result().blocks_sent;
    report_.write_retries = loop.result().retries;
    report_.writing = operation_.clock().now() - start;
    return written;
}

Outcome<void> Burn::flush() {
    operation_.enter(Stage::flush);
    const mmc::Duration start = operation_.clock().now();
    const auto flushed = operation_.patiently(
        limits::flush, [&] { return synchronize_cache(operation_.channel()); });
    if (!flushed)
        return operation_.fail(flushed);
    const auto idle = operation_.wait_idle(limits::close);
    if (!idle)
        return tl::unexpected(idle.error());
    flushed_ = true;
    report_.writing += operation_.clock().now() - start;
    return {};
}

Outcome<void> Burn::close() {
    // Session at once is closed by the flush. A simulated session exists only in the drive's
    // buffer.
    if (plan_.mode == WriteMode::sao || job_.simulate)
        return {};
    operation_.enter(Stage::close);
    const auto close_session = [&] {
        return close_track_session(operation_.channel(), CloseFunction::session);
    };
    auto closed = operation_.patiently(limits::close, close_session);
    if (!closed && closed.error().is(mmc::sense::incomplete_track)) {
        // The flush ends the track in most drives; this one wants to be told.
        const auto track = operation_.patiently(limits::close, [&] {
            return close_track_session(operation_.channel(), CloseFunction::track, invisible_track);
        });
        if (!track)
            return operation_.fail(track);
        closed = operation_.patiently(limits::close, close_session);
    }
    if (!closed)
        return operation_.fail(closed);
    return {};
}

Outcome<void> Burn::check_state() {
    const auto now = operation_.wait_idle(limits::close);
    if (!now)
        return tl::unexpected(now.error());
    const auto status = static_cast<DiscStatus>(now->status);
    if (job_.simulate) {
        if (status == disc_.status && now->sessions == disc_.sessions)
            return {};
        return operation_.fail(
            Cause::verify_mismatch,
            fmt::format("The drive was told to simulate, and now the disc is {}: "
                        "it was {} before.",
                        to_string(status), to_string(disc_.status)));
    }
    const DiscStatus expected = job_.multi ? DiscStatus::appendable : DiscStatus::complete;
    if (status == expected)
        return {};
    return operation_.fail(
        Cause::fixation_failed,
        fmt::format("The drive reported no error, but the disc is {} where it should be {}.",
                    to_string(status), to_string(expected)));
}

Outcome<void> Burn::verify() {
    if (!job_.verify)
        return {};
    operation_.enter(Stage::verify);
    if (const auto cleared = clear_read_cache(operation_); !cleared)
        return cleared;
    if (const auto toc = verify_toc(operation_, plan_.first_lba, plan_.blocks()); !toc)
        return toc;
    const auto compared = verify_track(operation_, {.source = job_.source,
                                                    .first_lba = plan_.first_lba,
                                                    .source_blocks = plan_.source_blocks,
                                                    .padding_blocks = plan_.padding_blocks,
                                                    .transfer_bytes = options_.max_transfer_bytes});
    if (!compared)
        return tl::unexpected(compared.error());
    report_.verify = *compared;
    return {};
}

void Burn::finish() {
    report_.mode = plan_.mode;
    report_.mode_reason = plan_.reason;
    report_.first_lba = plan_.first_lba;
    report_.blocks = plan_.blocks();
    report_.padding_blocks = plan_.padding_blocks;
    report_.bytes = job_.source.size().value_or(0);
    report_.simulated = job_.simulate;
    report_.notes = plan_.notes;
    report_.disc_now = operation_.ask_disc_now();
    if (job_.eject) {
        operation_.enter(Stage::eject);
        const auto ejected = operation_.patiently(limits::becoming_ready, [&] {
            return start_stop(operation_.channel(), StartStop::eject);
        });
        if (!ejected)
            operation_.warn(fmt::format("the burn is good, but the tray did not open: {}",
                                        operation_.error(ejected.error()).message));
    }
    operation_.collect_warnings();
}

std::string Burn::disc_now_text() {
    std::string text = operation_.ask_disc_now();
    if (!writing_)
        return text + "; no user data was sent";
    const std::uint64_t pregap = plan_.pregap_blocks;
    const std::uint64_t data = blocks_sent_ > pregap ? blocks_sent_ - pregap : 0;
    text += fmt::format("; the drive took {} of {} blocks", data, plan_.blocks());
    if (flushed_)
        text += " and reported them written";
    if (job_.simulate)
        text += " in a simulation";
    return text;
}

BurnError Burn::conclude(BurnError first) {
    const bool unfinished = writing_ && !flushed_;
    if (unfinished && first.stage != Stage::flush && !ends_all_writing(first)) {
        const auto flushed = operation_.patiently(
            limits::flush, [&] { return synchronize_cache(operation_.channel()); });
        if (!flushed)
            first.aftermath.push_back(operation_.error(flushed.error()).message);
    }
    std::optional<BurnError> locked;
    if (first.stage == Stage::unlock) {
        locked = first;
        first.message = "The burn is done, but the tray could not be unlocked. " + first.message;
    } else {
        const auto unlocked = operation_.unlock();
        if (unlocked.deferred)
            first.aftermath.push_back(unlocked.deferred->message);
        locked = unlocked.locked;
        if (locked)
            first.aftermath.push_back("unlocking the tray: " + locked->message);
    }
    first.tray_locked = locked.has_value();
    const bool connected = !locked || locked->host == mmc::HostStatus::ok;
    first.disc_now = connected ? disc_now_text() : "not known: the drive does not answer";
    operation_.collect_warnings();
    return first;
}

} // namespace burnrig::driver
