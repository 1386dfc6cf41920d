// SPDX-License-Identifier: Apache-2.0
#include "driver/recorder/operation.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include <fmt/format.h>

#include "driver/commands/recording.h"
#include "driver/recorder/old_drive.h"
#include "driver/seeded_bugs.h"
#include "driver/timeouts.h"

namespace burnrig::driver {
namespace {

constexpr std::size_t warnings_max = 64;
constexpr int attentions_max = 8;
constexpr int unlock_tries_max = 40;
constexpr int unlock_refusals_max = 3;
// A DVD-R has up to 2302 tracks, a BD-R more; all that matters are the first ones and the last.
constexpr std::uint16_t tracks_max = 256;
constexpr std::int32_t cd_lba_end = 100 * 60 * 75 - mmc::pregap_blocks;

bool is_host_failure(const CommandError& error) {
    return error.completion.host != mmc::HostStatus::ok;
}

/// A drive that lost its power or its bus for a moment.
bool may_come_back(const CommandError& error) {
    return error.completion.host == mmc::HostStatus::no_connect ||
           error.completion.host == mmc::HostStatus::reset ||
           error.completion.host == mmc::HostStatus::bus_busy;
}

bool is_busy_status(const CommandError& error) {
    return !is_host_failure(error) && (error.completion.status == mmc::Status::busy ||
                                       error.completion.status == mmc::Status::task_set_full);
}

} // namespace

bool wants_patience(const CommandError& error) {
    return error.is(mmc::sense::becoming_ready) || error.is(mmc::sense::format_in_progress) ||
           error.is(mmc::sense::operation_in_progress) ||
           (error.is(mmc::sense::long_write) && !seeded(Bug::long_write_is_an_error)) ||
           is_busy_status(error);
}

/// How long wait_ready() has been patient, and with what.
struct Operation::Wait {
    mmc::Duration start;
    int attentions = 0;
    bool started = false; // START STOP UNIT was sent
};

Operation::Operation(mmc::Target& target, mmc::Clock& clock, Observer* observer)
    : channel_(target), clock_(clock), observer_(observer != nullptr ? observer : &silent_) {}

void Operation::enter(Stage stage, std::string_view text) {
    collect_warnings();
    stage_ = stage;
    shown_ = 0;
    observer_->stage(stage, text);
}

void Operation::warn(std::string text) {
    observer_->warning(text);
    keep(std::move(text));
}

void Operation::retry(std::string text) {
    observer_->retry(stage_, text);
    keep(std::move(text));
}

void Operation::keep(std::string text) {
    if (warnings_.size() < warnings_max)
        warnings_.push_back(std::move(text));
}

void Operation::collect_warnings() {
    for (std::string& text : channel_.take_warnings())
        warn(std::move(text));
}

BurnError Operation::error(const CommandError& failed) const {
    const bool before_flush = stage_ == Stage::write || stage_ == Stage::flush;
    const Stage blamed = writing_began_ && !before_flush ? Stage::write : stage_;
    BurnError error = burn_error(failed, stage_, medium_seen_, blamed);
    return gave_up_ && wants_patience(failed) ? ended_waiting(std::move(error)) : error;
}

Outcome<DriveSummary> Operation::identify() {
    const auto who = ask([this] { return inquiry(channel_); });
    if (!who)
        return fail(who);
    DriveSummary drive{.inquiry = *who};
    if (drive.inquiry.device_type != 5)
        return fail(Cause::command_refused,
                    fmt::format("The device '{} {}' is of type {}, not a CD, DVD or BD drive.",
                                drive.inquiry.vendor, drive.inquiry.product,
                                drive.inquiry.device_type));
    const auto configuration = ask_configuration();
    if (!configuration)
        return fail(configuration);
    drive.current_profile = configuration->current_profile;
    drive.profiles = configuration->profiles;
    drive.write = configuration->write;
    const auto can = ask_capabilities();
    if (!can)
        return fail(can);
    drive.capabilities = *can;
    return drive;
}

namespace {

/// Attentions may be taken in where everything about the medium is asked later.
template <class Run>
auto past_attentions(Run run) -> decltype(run()) {
    auto reply = run();
    for (int tries = 0;
         !reply && reply.error().is(mmc::SenseKey::unit_attention) && tries < attentions_max;
         ++tries)
        reply = run();
    return reply;
}

} // namespace

Reply<std::optional<Capabilities>> Operation::ask_capabilities() {
    const auto can = past_attentions(
        [this] { return ask([this] { return mode_sense_capabilities(channel_); }); });
    if (can)
        return *can;
    const CommandError& failed = can.error();
    if (failed.is(mmc::SenseKey::illegal_request) || failed.is(mmc::SenseKey::not_ready))
        return std::nullopt; // "not ready" is for wait_ready() to judge
    return tl::unexpected(failed);
}

Reply<Configuration> Operation::ask_configuration() {
    const auto configuration = ask([this] { return get_configuration(channel_); });
    if (configuration || !configuration.error().is(mmc::sense::invalid_opcode))
        return configuration;
    if (medium_seen_)
        return find_out_configuration(channel_, true);
    return past_attentions([this] { return find_out_configuration(channel_, false); });
}

bool Operation::stop_wanted() const {
    if (stop_ == nullptr || !stop_->requested())
        return false;
    // What is being finished goes on, or the disc would be spoiled; unless somebody insists.
    const bool finishes = stage_ == Stage::write || stage_ == Stage::flush ||
                          stage_ == Stage::close || stage_ == Stage::unlock;
    return stop_->insisted() || !finishes;
}

bool Operation::gives_up() {
    gave_up_ = gave_up_ || stop_wanted();
    return stop_wanted();
}

BurnError Operation::ended_waiting(BurnError error) const {
    const CauseInfo& info = describe(Cause::stopped);
    error.cause = Cause::stopped;
    error.message = "The waiting for the drive was ended on request; the drive goes on by itself. "
                    "It said: " +
                    error.message;
    error.likely.assign(info.likely.begin(), info.likely.end());
    error.advice.assign(info.advice.begin(), info.advice.end());
    return error;
}

void Operation::pause(mmc::Duration waited) {
    if (seeded(Bug::order_by_chance)) {
        static std::atomic<int> chance{0};
        clock_.sleep_for(limits::poll_interval * (chance.fetch_add(1) % 3));
    }
    clock_.sleep_for(limits::poll_interval_after(waited));
}

Outcome<void> Operation::judge_not_ready(const CommandError& failed, Wait& wait) {
    const mmc::Duration waited = clock_.now() - wait.start;
    const auto sense = failed.sense();
    const bool attention = failed.is(mmc::SenseKey::unit_attention);
    // News of somebody's earlier writing is no reason to refuse this operation.
    const bool old_news = sense && sense->deferred && !writing_began_ && !is_host_failure(failed);
    if (attention || old_news) {
        if (++wait.attentions > attentions_max)
            return tl::unexpected(error(failed));
        if (old_news)
            warn(fmt::format("the drive still had an error of earlier: {}",
                             mmc::describe(sense->code)));
        return {};
    }
    if (failed.is(mmc::sense::start_needed) && !wait.started) {
        wait.started = true;
        const auto started = start_stop(channel_, StartStop::start);
        if (!started && is_host_failure(started.error()))
            return fail(started);
        return {};
    }
    const bool without_reason = failed.is(mmc::sense::not_ready) || wait.started;
    const bool in_time = waited < limits::becoming_ready || seeded(Bug::waits_forever);
    const bool patient = wants_patience(failed) && in_time && !gives_up();
    if (!patient &&
        !(failed.is(mmc::SenseKey::not_ready) && without_reason &&
          !failed.is(mmc::sense::no_medium) && waited < limits::not_ready_without_reason))
        return tl::unexpected(error(failed));
    pause(waited);
    return {};
}

Outcome<void> Operation::wait_ready() {
    Wait wait{.start = clock_.now()};
    for (;;) { // ends by the limits that judge_not_ready() watches over
        const auto ready = test_unit_ready(channel_);
        if (ready)
            break;
        const auto patience = judge_not_ready(ready.error(), wait);
        if (!patience)
            return patience;
    }
    medium_seen_ = true;
    return {};
}

Reply<void> Operation::busy_with(double& progress) {
    const auto ready = test_unit_ready(channel_);
    if (ready)
        return {};
    auto sense = ready.error().sense();
    if (sense && !sense->progress && wants_patience(ready.error()))
        if (const auto asked = request_sense(channel_); asked && *asked)
            sense = **asked; // many drives tell the progress only here
    if (sense && sense->progress)
        progress = *sense->progress / 65536.0;
    return tl::unexpected(ready.error());
}

Outcome<DiscInformation> Operation::wait_idle(mmc::Duration limit) {
    const mmc::Duration start = clock_.now();
    Progress progress{.stage = stage_, .total = 65536};
    double done = 0;
    for (;;) { // ends by `limit`
        const auto disc = idle_disc(done);
        if (disc)
            return *disc;
        if (!wants_patience(disc.error()))
            return fail(disc);
        if (gives_up())
            return fail(disc);
        progress.elapsed = clock_.now() - start;
        if (progress.elapsed >= limit) {
            BurnError late = error(disc.error());
            late.cause = Cause::not_ready;
            late.message =
                fmt::format("The drive was still at it after {} s.",
                            std::chrono::duration_cast<std::chrono::seconds>(limit).count());
            return tl::unexpected(std::move(late));
        }
        // A stage may have several of these waits: what was shown as done stays so.
        shown_ = std::max(shown_, static_cast<std::uint64_t>(done * 65536));
        progress.bytes = shown_;
        observer_->progress(progress);
        clock_.sleep_for(progress.elapsed < limits::poll_interval_long
                             ? limits::poll_interval
                             : std::max(limits::poll_interval_long,
                                        limits::poll_interval_after(progress.elapsed)));
    }
}

Reply<DiscInformation> Operation::idle_disc(double& progress) {
    if (const auto ready = busy_with(progress); !ready)
        return tl::unexpected(ready.error());
    return read_disc_information(channel_);
}

Outcome<void> Operation::read_tracks(DiscSummary& disc, std::uint16_t last) {
    for (std::uint32_t number = 1; number <= last; ++number) {
        if (number == tracks_max)
            number = last;
        const auto track = ask(
            [&] { return read_track_information(channel_, static_cast<std::uint16_t>(number)); });
        if (track)
            disc.tracks.push_back(*track);
        else if (track.error().is(mmc::SenseKey::illegal_request))
            break; // the invisible track of some drives answers only to FFh
        else
            return fail(track);
    }
    return {};
}

Outcome<void> Operation::find_next_writable(DiscSummary& disc) {
    if (disc.status != DiscStatus::blank && disc.status != DiscStatus::appendable)
        return {};
    std::optional<TrackInformation> open;
    if (!disc.tracks.empty() && disc.tracks.back().next_writable)
        open = disc.tracks.back();
    if (!open) {
        const auto invisible =
            ask([this] { return read_track_information(channel_, invisible_track); });
        if (!invisible && !invisible.error().is(mmc::SenseKey::illegal_request))
            return fail(invisible);
        if (invisible)
            open = *invisible;
    }
    if (!open || !open->next_writable)
        return {};
    // Some drives give -150 for a blank disc, the address of session at once.
    const std::int32_t address = std::max(*open->next_writable, open->start);
    const bool beyond_cd = family_of(disc.profile) == MediumFamily::cd && address >= cd_lba_end;
    if (address < 0 || beyond_cd)
        return {};
    disc.next_writable = address;
    disc.free_blocks = open->free_blocks;
    return {};
}

Outcome<void> Operation::read_formats(DiscSummary& disc) {
    if (!is_formattable(disc.profile))
        return {};
    const auto formats = ask([this] { return read_format_capacities(channel_); });
    if (!formats && !formats.error().is(mmc::SenseKey::illegal_request))
        return fail(formats);
    if (!formats)
        return {};
    disc.formats = *formats;
    if (formats->state != FormatState::unknown)
        return {};
    // The same answer says that there is no disc: this question alone is answered without one.
    const auto ready = ask([this] { return test_unit_ready(channel_); });
    return ready ? Outcome<void>() : fail(ready);
}

Outcome<void> Operation::read_speeds(DiscSummary& disc, const WriteFeatures& offered) {
    if (!offered.lists_write_speeds)
        return {};
    const auto speeds = ask([this] { return get_write_speeds(channel_); });
    if (speeds)
        disc.write_speeds = *speeds;
    else if (!speeds.error().is(mmc::SenseKey::illegal_request))
        return fail(speeds);
    return {};
}

Outcome<void> Operation::read_atip_of(DiscSummary& disc, const DiscInformation& information) {
    const bool recordable_cd = disc.profile >= 0x0008 && disc.profile <= 0x000A;
    if (recordable_cd) {
        const auto atip = ask([this] { return read_atip(channel_); });
        if (!atip)
            return fail(atip);
        disc.atip = *atip;
    }
    if (recordable_cd && information.lead_in)
        disc.next_lead_in = lba_of_msf_field(*information.lead_in);
    if (recordable_cd && information.last_lead_out)
        disc.last_lead_out = lba_of_msf_field(*information.last_lead_out);
    else if (information.last_lead_out)
        disc.last_lead_out = static_cast<std::int32_t>(*information.last_lead_out);
    return {};
}

Outcome<DiscSummary> Operation::look_at_medium(DriveSummary* drive) {
    const auto configuration = ask_configuration();
    if (!configuration)
        return fail(configuration);
    if (drive != nullptr) {
        drive->current_profile = configuration->current_profile;
        drive->write = configuration->write;
    }
    const auto information = ask([this] { return read_disc_information(channel_); });
    if (!information)
        return fail(information);
    DiscSummary disc{.profile = configuration->current_profile,
                     .status = static_cast<DiscStatus>(information->status),
                     .last_session = static_cast<SessionState>(information->last_session_state),
                     .erasable = information->erasable,
                     .sessions = information->sessions,
                     .opc_tables = information->opc_tables,
                     .background_format = information->background_format};
    if (const auto tracks = read_tracks(disc, information->last_track_of_last_session); !tracks)
        return tl::unexpected(tracks.error());
    if (const auto found = find_next_writable(disc); !found)
        return tl::unexpected(found.error());
    if (const auto formats = read_formats(disc); !formats)
        return tl::unexpected(formats.error());
    if (const auto speeds = read_speeds(disc, configuration->write); !speeds)
        return tl::unexpected(speeds.error());
    if (const auto atip = read_atip_of(disc, *information); !atip)
        return tl::unexpected(atip.error());
    return disc;
}

Outcome<void> Operation::lock() {
    lock_sent_ = true; // even a lost answer may have locked it
    const auto locked = ask([this] { return prevent_allow(channel_, true); });
    if (locked)
        return {};
    if (!locked.error().is(mmc::SenseKey::illegal_request))
        return fail(locked);
    warn("the drive has no lock for its tray: do not open it");
    return {};
}

Operation::Unlocked Operation::unlock() {
    Unlocked result;
    if (!lock_sent_)
        return result;
    const Stage before = std::exchange(stage_, Stage::unlock);
    int refusals = 0;
    int timeouts = 0;
    const int tries_max = unlock_tries_max * (seeded(Bug::unlocks_without_bound) ? 25 : 1);
    for (int tries = 0; tries < tries_max; ++tries) {
        const auto unlocked =
            patiently(limits::busy_after_error, [this] { return prevent_allow(channel_, false); });
        if (unlocked) {
            lock_sent_ = false;
            result.locked.reset();
            break;
        }
        const CommandError& failed = unlocked.error();
        result.locked = error(failed);
        if (result.locked->deferred && !result.deferred)
            result.deferred = result.locked;
        const bool attention = failed.is(mmc::SenseKey::unit_attention);
        timeouts += failed.completion.host == mmc::HostStatus::time_out ? 1 : 0;
        refusals += attention || may_come_back(failed) ? 0 : 1;
        if (seeded(Bug::unlocks_without_bound) && tries < unlock_tries_max * 25)
            continue;
        if (refusals > unlock_refusals_max || timeouts > 1 || wants_patience(failed))
            break; // a time-out, or running out of patience, costs the whole limit each time
        if (!attention)
            pause(mmc::Duration{0});
    }
    stage_ = before;
    return result;
}

std::string Operation::ask_disc_now() {
    for (int tries = 0; tries <= attentions_max; ++tries) {
        const auto disc = read_disc_information(channel_);
        if (disc) {
            std::string text(to_string(static_cast<DiscStatus>(disc->status)));
            const auto session = static_cast<SessionState>(disc->last_session_state);
            if (session == SessionState::incomplete || session == SessionState::damaged)
                text += fmt::format(", last session {}", to_string(session));
            return text;
        }
        if (disc.error().is(mmc::sense::no_medium) ||
            disc.error().is(mmc::sense::no_medium_tray_closed) ||
            disc.error().is(mmc::sense::tray_open))
            return "no disc in the drive";
        if (is_host_failure(disc.error()))
            break;
        if (wants_patience(disc.error()))
            pause(mmc::Duration{0});
        else if (!disc.error().is(mmc::SenseKey::unit_attention))
            break;
    }
    return "not known: the drive does not tell";
}

} // namespace burnrig::driver
