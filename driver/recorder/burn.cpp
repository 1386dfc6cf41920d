// SPDX-License-Identifier: Apache-2.0
#include "driver/recorder/burn.h"

#include <algorithm>

#include <fmt/format.h>

#include "driver/commands/recording.h"
#include "driver/recorder/closing.h"
#include "driver/recorder/preparation.h"
#include "driver/seeded_bugs.h"
#include "driver/timeouts.h"

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
    const auto unlocked =
        seeded(Bug::no_unlock_after_success) ? Operation::Unlocked{} : operation_.unlock();
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
    operation_.enter(Stage::plan, job_.session == 0 ? "" : fmt::format("session {}", job_.session));
    if (const auto sound = check_job(job_); !sound)
        return sound;
    int retries = job_.opc_retries;
    auto begun = begin();
    while (!begun && try_slower(begun.error(), retries)) {
        const BurnError first = begun.error();
        begun = begin();
        if (!begun && begun.error().cause != Cause::opc_failed && blocks_sent_ == 0) {
            // The calibration is what failed first; that it could not be tried again comes after.
            BurnError error = first;
            error.aftermath.push_back("trying again: " + begun.error().message);
            return tl::unexpected(std::move(error));
        }
    }
    if (!begun)
        return begun;
    return in_order(*this, {&Burn::flush, &Burn::check_speed, &Burn::close, &Burn::check_state,
                            &Burn::doubt_the_end, &Burn::verify});
}

Outcome<void> Burn::begin() {
    auto prepared = prepare();
    if (!prepared && voids_the_medium(prepared.error())) {
        operation_.retry(fmt::format("{}; everything is asked anew",
                                     mmc::describe(prepared.error().sense->code)));
        prepared = prepare();
    }
    if (!prepared)
        return prepared;
    return write();
}

bool Burn::try_slower(const BurnError& failed, int& retries) {
    if (failed.cause != Cause::opc_failed || blocks_sent_ > 0 || retries == 0)
        return false;
    if (writing_ && !job_.source.rewinds())
        return false; // what the ring took in cannot be read again
    const auto slower = next_slower(drive_, disc_, speed_.kilobytes);
    if (!slower)
        return false;
    --retries;
    operation_.retry(fmt::format("the calibration failed at {:.0f} kB/s; {:.0f} kB/s are tried",
                                 speed_.kilobytes, *slower));
    slower_than_ = speed_.kilobytes;
    writing_ = false;
    return true;
}

Outcome<void> Burn::prepare() {
    return in_order(*this, {&Burn::look, &Burn::set_up, &Burn::calibrate, &Burn::reserve});
}

Outcome<void> Burn::look() {
    operation_.enter(Stage::identify);
    auto drive = operation_.identify();
    if (!drive)
        return tl::unexpected(drive.error());
    drive_ = *drive;
    if (const auto planned = look_and_plan(); !planned)
        return planned;
    operation_.enter(Stage::lock);
    if (const auto locked = operation_.lock(); !locked)
        return locked;
    if (!plan_.format)
        return {};
    if (const auto formatted = format_disc(operation_, *plan_.format); !formatted)
        return formatted;
    if (const auto planned = look_and_plan(); !planned)
        return planned;
    if (plan_.format)
        return operation_.fail(Cause::format_failed,
                               "The drive reported no error, but the disc is not formatted as it "
                               "should be.");
    return {};
}

Outcome<void> Burn::look_and_plan() {
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
    return {};
}

Outcome<void> Burn::set_up() {
    operation_.enter(Stage::setup, plan_.reason);
    if (plan_.parameters)
        if (const auto set = set_write_parameters(operation_, *plan_.parameters); !set)
            return set;
    speed_ = choose_speed(drive_, disc_, job_.speed, slower_than_);
    if (const auto set = set_speed(operation_, disc_, speed_); !set)
        return set;
    if (plan_.layer_break)
        if (const auto set = set_layer_break(operation_, *plan_.layer_break); !set)
            return set;
    if (!plan_.cue_sheet.empty())
        return send_cue(operation_, plan_.cue_sheet);
    return {};
}

Outcome<void> Burn::calibrate() {
    if (operation_.stop_wanted())
        return operation_.fail(Cause::stopped, "The burn was ended on request before it wrote.");
    // The drive calibrates by itself at the first WRITE when nobody asked for it. In a simulation
    // there is no power to find.
    const bool needless = job_.simulate || disc_.opc_tables > 0 || !plan_.calibrates;
    if (job_.opc == OpcMode::never || (job_.opc == OpcMode::automatic && needless))
        return {};
    const auto calibrated = driver::calibrate(operation_, job_.opc);
    if (!calibrated)
        return tl::unexpected(calibrated.error());
    report_.calibrated = *calibrated;
    if (!*calibrated)
        plan_.notes.push_back("the drive takes no SEND OPC INFORMATION and calibrates by itself");
    return {};
}

/// Behind the calibration: a disc on which nothing is reserved stays blank when that fails.
Outcome<void> Burn::reserve() {
    if (!plan_.reservation)
        return {};
    return driver::reserve(operation_, *plan_.reservation);
}

Outcome<void> Burn::close() {
    // A simulated session exists only in the drive's buffer.
    if (plan_.close.empty() || job_.simulate)
        return {};
    operation_.enter(Stage::close);
    return close_disc(
        operation_,
        {.steps = plan_.close, .track = plan_.track, .family = family_of(disc_.profile)});
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
    if (plan_.expected ? status == *plan_.expected : status != DiscStatus::blank)
        return {};
    return operation_.fail(
        Cause::fixation_failed,
        fmt::format("The drive reported no error, but the disc is {}{}.", to_string(status),
                    plan_.expected
                        ? fmt::format(" where it should be {}", to_string(*plan_.expected))
                        : std::string()));
}

void Burn::finish() {
    report_.mode = plan_.mode;
    report_.mode_reason = plan_.reason;
    for (const Extent& extent : plan_.tracks()) {
        report_.padding_blocks += extent.trailing_zero_blocks;
        report_.resumed_blocks += extent.resumed_blocks;
    }
    const auto first = std::find_if(plan_.tracks().begin(), plan_.tracks().end(),
                                    [](const Extent& extent) { return !extent.is_lead_area; });
    if (first != plan_.tracks().end())
        report_.first_lba = first->source_lba();
    report_.blocks = plan_.blocks();
    report_.speed_kb = speed_.kilobytes;
    report_.bytes = job_.compilation == nullptr ? job_.source.size().value_or(0)
                                                : job_.compilation->bytes(job_.session).value_or(0);
    report_.simulated = job_.simulate;
    report_.notes = plan_.notes;
    report_.disc_now = operation_.ask_disc_now();
    if (stop() != nullptr && stop()->requested())
        operation_.warn("a request to end came when everything had been sent: the disc was "
                        "finished all the same");
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
    std::string text =
        seeded(Bug::state_made_up) ? std::string("complete") : operation_.ask_disc_now();
    if (!writing_)
        return text + "; no user data was sent";
    text += plan_.until_end()
                ? fmt::format("; the drive took {} blocks", blocks_sent_)
                : fmt::format("; the drive took {} of {} blocks", blocks_sent_, plan_.blocks());
    if (flushed_)
        text += " and reported them written";
    if (job_.simulate)
        text += " in a simulation";
    return text;
}

/// After a stop request nothing is wrong with the disc: a track that is closed can be read, and
/// another can follow it. A session written at once cannot be ended before its announced end.
void Burn::close_what_is_there(BurnError& first) {
    if (plan_.mode != WriteMode::tao || job_.simulate || blocks_sent_ == 0)
        return;
    const auto closed = operation_.patiently(limits::close, [&] {
        return close_track_session(operation_.channel(),
                                   {.function = CloseFunction::track, .track = invisible_track});
    });
    // The flush ends the track in most drives, which then know of none to close.
    if (!closed && !closed.error().is(mmc::SenseKey::illegal_request))
        first.aftermath.push_back(operation_.error(closed.error()).message);
}

/// What can be made of a disc on which the burn was ended early.
std::string_view Burn::advice_after_stop() const {
    if (blocks_sent_ == 0 || job_.simulate)
        return "burn again: no harm was done";
    if (flushed_)
        return "the data are on the disc; `burnrig info` tells its state, `burnrig read` reads it "
               "back";
    switch (plan_.mode) {
    case WriteMode::tao:
        return "`burnrig close` makes what is there readable in every drive; more can be added "
               "before and after";
    case WriteMode::incremental:
    case WriteMode::sequential:
        return "`burnrig burn --resume` with the same image goes on where it ended; `burnrig "
               "close` makes what is there readable";
    case WriteMode::overwrite:
    case WriteMode::pow:
    case WriteMode::random:
        return "burn the image again: this medium can be written over";
    default:
        return "the disc ends before the length that was announced; a rewritable one can be "
               "blanked";
    }
}

BurnError Burn::conclude(BurnError first) {
    if (writing_ && seeded(Bug::close_after_failed_write))
        (void)close();
    if (writing_ && seeded(Bug::blanks_to_help) && plan_.mode == WriteMode::overwrite)
        (void)set_up();
    const bool insisted = stop() != nullptr && stop()->insisted();
    const bool unfinished = writing_ && !flushed_ && !insisted;
    if (first.cause == Cause::stopped)
        first.advice.emplace_back(advice_after_stop());
    if (unfinished && first.stage != Stage::flush && !ends_all_writing(first)) {
        const auto flushed = operation_.patiently(
            limits::flush, [&] { return synchronize_cache(operation_.channel()); });
        if (!flushed)
            first.aftermath.push_back(operation_.error(flushed.error()).message);
        else if (first.cause == Cause::stopped)
            close_what_is_there(first);
    }
    std::optional<BurnError> locked;
    if (first.stage == Stage::unlock) {
        locked = first;
        first.message = "The burn is done, but the tray could not be unlocked. " + first.message;
    } else {
        const auto unlocked =
            seeded(Bug::no_unlock_after_error) ? Operation::Unlocked{} : operation_.unlock();
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
