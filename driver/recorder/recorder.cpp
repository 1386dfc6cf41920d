// SPDX-License-Identifier: Apache-2.0
#include "driver/recorder/recorder.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

#include <fmt/format.h>

#include "driver/commands/recording.h"
#include "driver/recorder/burn.h"
#include "driver/recorder/closing.h"
#include "driver/recorder/format_choice.h"
#include "driver/recorder/operation.h"
#include "driver/recorder/preparation.h"
#include "driver/recorder/sessions.h"
#include "driver/seeded_bugs.h"
#include "driver/timeouts.h"
#include "driver/verify/verify.h"
#include "mmc/profile.h"
#include "mmc/sense.h"

namespace burnrig::driver {
namespace {

/// Only of the test build (seeded_bugs.h).
thread_local const Recorder* dead_since_a_time_out = nullptr;

/// Ready, and the disc looked at.
Outcome<DiscSummary> ready_disc(Operation& operation) {
    operation.enter(Stage::ready);
    if (const auto ready = operation.wait_ready(); !ready)
        return tl::unexpected(ready.error());
    operation.enter(Stage::medium);
    return operation.look_at_medium();
}

/// Unlocks and gives the result of an operation, whichever way it ended.
template <class T>
Outcome<T> unlocked(Operation& operation, Outcome<T> result) {
    const auto end = operation.unlock();
    if (result && end.deferred)
        return tl::unexpected(*end.deferred);
    if (result && end.locked) {
        result = tl::unexpected(*end.locked);
        result.error().tray_locked = true;
        return result;
    }
    if (!result && end.locked) {
        result.error().tray_locked = true;
        result.error().aftermath.push_back("unlocking the tray: " + end.locked->message);
    }
    if (!result)
        result.error().disc_now = operation.ask_disc_now();
    operation.collect_warnings();
    return result;
}

Outcome<DiscSummary> blank_locked(Operation& operation, BlankType type) {
    operation.enter(Stage::lock);
    if (const auto locked = operation.lock(); !locked)
        return tl::unexpected(locked.error());
    operation.enter(Stage::blank);
    const auto scope = type == BlankType::fast ? BlankScope::minimal : BlankScope::disc;
    const auto begin = [&](bool immediate) {
        return operation.patiently(limits::becoming_ready, [&] {
            return blank(operation.channel(), {.scope = scope, .immediate = immediate});
        });
    };
    auto begun = begin(true);
    if (!begun && begun.error().is(mmc::sense::invalid_field_in_cdb))
        begun = begin(false); // this drive answers only when it is done
    if (!begun)
        return operation.fail(begun);
    const auto idle =
        operation.wait_idle(type == BlankType::fast ? limits::blank_fast : limits::blank);
    if (!idle)
        return tl::unexpected(idle.error());
    const auto status = static_cast<DiscStatus>(idle->status);
    if (status != DiscStatus::blank)
        return operation.fail(
            Cause::blank_failed,
            fmt::format("The drive reported no error, but the disc is {}.", to_string(status)));
    return operation.look_at_medium();
}

Outcome<DiscSummary> format_locked(Operation& operation, const FormatRequest& request) {
    operation.enter(Stage::lock);
    if (const auto locked = operation.lock(); !locked)
        return tl::unexpected(locked.error());
    if (const auto formatted = format_disc(operation, request); !formatted)
        return tl::unexpected(formatted.error());
    auto disc = operation.look_at_medium();
    // A BD-R may call itself blank still; its tracks tell what was made of it.
    const bool failed = disc && is_overwritable(disc->profile) &&
                        (!disc->formats || disc->formats->state == FormatState::unformatted);
    if (failed)
        return operation.fail(Cause::format_failed,
                              "The drive reported no error, but the disc is not formatted.");
    return disc;
}

/// How a session that somebody left open is closed on this medium.
std::vector<CloseStep> closing_steps(const DiscSummary& disc, bool finalize) {
    // A track that is closed already may be refused; closing the session tells.
    const CloseStep track{.function = CloseFunction::track, .may_be_refused = true};
    using mmc::Profile;
    constexpr std::array dvd_minus{Profile::dvd_minus_r, Profile::dvd_minus_r_dl,
                                   Profile::dvd_minus_rw, Profile::dvd_minus_rw_dl,
                                   Profile::dvd_download};
    const bool page_decides = family_of(disc.profile) == MediumFamily::cd ||
                              std::any_of(dvd_minus.begin(), dvd_minus.end(), [&](Profile each) {
                                  return mmc::code(each) == disc.profile;
                              });
    CloseStep session{.function = CloseFunction::session};
    if (finalize && !page_decides)
        session = {.function = CloseFunction::finalize, .otherwise = CloseFunction::finalize_small};
    if (disc.tracks.empty() || disc.tracks.back().blank)
        return {session};
    return {track, session};
}

/// Page 05h says whether more sessions may follow, on CD, DVD-R and DVD-RW.
Outcome<void> set_what_follows(Operation& operation, const DiscSummary& disc, bool finalize) {
    WriteParameters parameters{.multi_session = !finalize};
    if (family_of(disc.profile) == MediumFamily::dvd)
        parameters = {.write_type = WriteType::packet,
                      .multi_session = !finalize,
                      .track_mode = 5,
                      .fixed_packet_blocks = 16};
    return set_write_parameters(operation, parameters);
}

Outcome<DiscSummary> close_locked(Operation& operation, const DiscSummary& disc, bool finalize) {
    operation.enter(Stage::lock);
    if (const auto locked = operation.lock(); !locked)
        return tl::unexpected(locked.error());
    // Whoever began the track may have died with data in the drive's buffer: until they are on the
    // disc, drives take no other write parameters.
    operation.enter(Stage::flush);
    const auto flushed =
        operation.patiently(limits::flush, [&] { return synchronize_cache(operation.channel()); });
    if (!flushed && !flushed.error().is(mmc::SenseKey::illegal_request))
        return operation.fail(flushed);
    operation.enter(Stage::close);
    const auto steps = closing_steps(disc, finalize);
    if (steps.back().function == CloseFunction::session &&
        disc.profile != mmc::code(mmc::Profile::dvd_plus_r) &&
        disc.profile != mmc::code(mmc::Profile::dvd_plus_r_dl) &&
        family_of(disc.profile) != MediumFamily::bd)
        if (const auto set = set_what_follows(operation, disc, finalize); !set)
            return tl::unexpected(set.error());
    const bool is_cd = family_of(disc.profile) == MediumFamily::cd;
    const std::uint16_t track =
        is_cd || disc.tracks.empty() ? invisible_track : disc.tracks.back().number;
    const auto closed =
        close_disc(operation, {.steps = steps, .track = track, .family = family_of(disc.profile)});
    if (!closed)
        return tl::unexpected(closed.error());
    const auto idle = operation.wait_idle(limits::close);
    if (!idle)
        return tl::unexpected(idle.error());
    const auto wanted = finalize ? DiscStatus::complete : DiscStatus::appendable;
    const auto status = static_cast<DiscStatus>(idle->status);
    if (status != wanted)
        return operation.fail(
            Cause::fixation_failed,
            fmt::format("The drive reported no error, but the disc is {} where it should be {}.",
                        to_string(status), to_string(wanted)));
    return operation.look_at_medium();
}

/// Drives refuse the command in several ways when there is no closed session.
Outcome<Toc> table_of_contents(Operation& operation) {
    const auto toc = read_toc(operation.channel());
    if (toc)
        return *toc;
    BurnError error = operation.error(toc.error());
    if (toc.error().is(mmc::SenseKey::illegal_request) && error.cause == Cause::command_refused) {
        const CauseInfo& info = describe(Cause::nothing_recorded);
        error.cause = Cause::nothing_recorded;
        error.message = "The disc has no table of contents: it is blank, or no session was closed.";
        error.likely.assign(info.likely.begin(), info.likely.end());
        error.advice.assign(info.advice.begin(), info.advice.end());
    }
    return tl::unexpected(std::move(error));
}

/// The LBA behind the track that `first` lies in.
Outcome<std::int32_t> end_of_track(Operation& operation, std::int32_t first) {
    const auto toc = table_of_contents(operation);
    if (!toc)
        return tl::unexpected(toc.error());
    const TocTrack* found = nullptr;
    for (const TocTrack& track : toc->tracks)
        if (track.start <= first && (found == nullptr || track.start > found->start))
            found = &track;
    if (found == nullptr)
        return operation.fail(Cause::nothing_recorded,
                              fmt::format("No track of the disc reaches LBA {}.", first));
    const auto track = read_track_information(operation.channel(), found->number);
    if (track)
        return static_cast<std::int32_t>(found->start + static_cast<std::int64_t>(track->size));
    // A drive that only reads need not know the command. There a track ends where the next begins.
    const bool last = found == &toc->tracks.back();
    if (!track.error().is(mmc::sense::invalid_opcode) || (last && !toc->lead_out))
        return operation.fail(track);
    return last ? toc->lead_out->start : std::next(found)->start;
}

struct ReadRange {
    std::int32_t first = 0;
    std::int32_t end = 0;
    bool to_end_of_track = false;
};

Outcome<std::uint64_t> read_range(Operation& operation, ReadRange range, std::uint32_t chunk_blocks,
                                  const BlockSink& sink) {
    // What a track written at once has at its end; counted as its length, not readable.
    constexpr std::int32_t run_out_blocks = 2;
    std::vector<std::uint8_t> buffer(std::size_t{chunk_blocks} * data_block_bytes);
    const mmc::Duration start = operation.clock().now();
    const std::int32_t solid_end = range.to_end_of_track ? range.end - run_out_blocks : range.end;
    std::int32_t end = range.end;
    std::int32_t at = range.first;
    while (at < end) {
        if (operation.stop_wanted())
            return operation.fail(Cause::stopped, "The reading was ended on request.");
        const std::int32_t count =
            std::min<std::int32_t>(static_cast<std::int32_t>(chunk_blocks), end - at);
        const auto data =
            std::span(buffer).first(static_cast<std::size_t>(count) * data_block_bytes);
        const auto read = read_10(operation.channel(), at, data);
        if (!read) {
            const bool in_run_out = end > solid_end && at + count > solid_end;
            if (!in_run_out || read.error().completion.host != mmc::HostStatus::ok)
                return operation.fail(read);
            end = solid_end; // once more without them
            continue;
        }
        if (!sink(data))
            return operation.fail(Cause::source_error, "The data read could not be taken in.");
        at += count;
        const auto bytes = [&](std::int32_t blocks) {
            return static_cast<std::uint64_t>(blocks) * data_block_bytes;
        };
        operation.observer().progress({.stage = Stage::read,
                                       .bytes = bytes(at - range.first),
                                       .total = bytes(end - range.first),
                                       .elapsed = operation.clock().now() - start});
    }
    return static_cast<std::uint64_t>(at - range.first);
}

} // namespace

Recorder::Recorder(mmc::Target& target, mmc::Clock& clock, RecorderOptions options)
    : target_(target), clock_(clock), options_(options) {
    if (seeded(Bug::dead_after_a_time_out))
        dead_since_a_time_out = nullptr;
}

Outcome<BurnReport> Recorder::burn(const BurnJob& job, Observer* observer) {
    const auto sessions = sessions_of(job);
    if (sessions.size() < 2 || job.session != 0)
        return burn_session(job, observer);
    if (const auto sound = check_job(job); !sound)
        return tl::unexpected(sound.error());
    const auto disc = this->disc();
    if (!disc)
        return tl::unexpected(disc.error());
    return burn_sessions(job, sessions, *disc,
                         [&](const BurnJob& one) { return burn_session(one, observer); });
}

Outcome<BurnReport> Recorder::burn_session(const BurnJob& job, Observer* observer) {
    Operation operation(target_, clock_, observer);
    operation.heed(job.stop != nullptr ? job.stop : options_.stop);
    if (seeded(Bug::dead_after_a_time_out) && dead_since_a_time_out == this)
        return operation.fail(Cause::command_timeout, "The drive did not answer earlier.");
    auto outcome = Burn(operation, job, options_).run();
    if (seeded(Bug::dead_after_a_time_out) && !outcome &&
        outcome.error().cause == Cause::command_timeout)
        dead_since_a_time_out = this;
    return outcome;
}

Outcome<DiscSummary> Recorder::blank(BlankType type, Observer* observer) {
    Operation operation(target_, clock_, observer);
    operation.heed(options_.stop);
    const auto disc = ready_disc(operation);
    if (!disc)
        return disc;
    if (!disc->erasable)
        return operation.fail(
            Cause::medium_not_writable,
            fmt::format("The disc ({}) cannot be erased.", profile_name(disc->profile)));
    return unlocked(operation, blank_locked(operation, type));
}

Outcome<DiscSummary> Recorder::format(const FormatWish& wish, Observer* observer) {
    Operation operation(target_, clock_, observer);
    operation.heed(options_.stop);
    const auto disc = ready_disc(operation);
    if (!disc)
        return disc;
    const auto request = choose_format(*disc, wish);
    if (!request)
        return tl::unexpected(request.error());
    return unlocked(operation, format_locked(operation, *request));
}

Outcome<DiscSummary> Recorder::close(bool finalize, Observer* observer) {
    Operation operation(target_, clock_, observer);
    operation.heed(options_.stop);
    const auto disc = ready_disc(operation);
    if (!disc)
        return disc;
    if (disc->last_session == SessionState::empty || disc->last_session == SessionState::complete)
        return operation.fail(Cause::invalid_job,
                              fmt::format("The disc is {} and has no open session to close.",
                                          to_string(disc->status)));
    return unlocked(operation, close_locked(operation, *disc, finalize));
}

Outcome<DriveSummary> Recorder::drive() {
    Operation operation(target_, clock_, nullptr);
    operation.heed(options_.stop);
    operation.enter(Stage::identify);
    return operation.identify();
}

Outcome<DiscSummary> Recorder::disc() {
    Operation operation(target_, clock_, nullptr);
    operation.heed(options_.stop);
    return ready_disc(operation);
}

Outcome<Toc> Recorder::toc() {
    Operation operation(target_, clock_, nullptr);
    operation.heed(options_.stop);
    operation.enter(Stage::ready);
    if (const auto ready = operation.wait_ready(); !ready)
        return tl::unexpected(ready.error());
    operation.enter(Stage::read);
    return table_of_contents(operation);
}

Outcome<VerifyResult> Recorder::verify(Source& source, std::int32_t first, Observer* observer) {
    Operation operation(target_, clock_, observer);
    operation.heed(options_.stop);
    const auto blocks = source.blocks();
    if (!blocks || source.block_bytes() != data_block_bytes)
        return operation.fail(
            Cause::invalid_job,
            fmt::format("{}: what is compared is an image of known size in blocks of {} bytes.",
                        source.name(), data_block_bytes));
    if (const auto disc = ready_disc(operation); !disc)
        return tl::unexpected(disc.error());
    operation.enter(Stage::verify);
    if (const auto cleared = clear_read_cache(operation); !cleared)
        return tl::unexpected(cleared.error());
    return verify_track(operation, {.source = source,
                                    .first_lba = first,
                                    .source_blocks = *blocks,
                                    .is_whole_track = false,
                                    .transfer_bytes = options_.max_transfer_bytes});
}

Outcome<std::uint64_t> Recorder::read(std::int32_t first, std::optional<std::uint64_t> count,
                                      const BlockSink& sink, Observer* observer) {
    Operation operation(target_, clock_, observer);
    operation.heed(options_.stop);
    operation.enter(Stage::ready);
    if (const auto ready = operation.wait_ready(); !ready)
        return tl::unexpected(ready.error());
    operation.enter(Stage::read);
    ReadRange range{.first = first, .to_end_of_track = !count};
    if (count) {
        const std::int64_t end =
            first + static_cast<std::int64_t>(std::min<std::uint64_t>(*count, INT32_MAX));
        range.end = static_cast<std::int32_t>(std::min<std::int64_t>(end, INT32_MAX));
    } else {
        const auto end = end_of_track(operation, first);
        if (!end)
            return tl::unexpected(end.error());
        range.end = *end;
    }
    const std::uint32_t chunk =
        std::clamp<std::uint32_t>(options_.max_transfer_bytes / data_block_bytes, 1, 512);
    return read_range(operation, range, chunk, sink);
}

Outcome<void> Recorder::eject() {
    Operation operation(target_, clock_, nullptr);
    operation.heed(options_.stop);
    operation.enter(Stage::eject);
    // A lock that an interrupted program left behind must not keep the disc in.
    const auto allowed = prevent_allow(operation.channel(), false);
    if (!allowed && allowed.error().completion.host != mmc::HostStatus::ok)
        return operation.fail(allowed);
    const auto eject = [&] {
        return operation.patiently(limits::becoming_ready, [&] {
            return start_stop(operation.channel(), StartStop::eject);
        });
    };
    auto ejected = eject();
    if (!ejected && ejected.error().is(mmc::SenseKey::unit_attention))
        ejected = eject();
    // A burn that was given up has left data in the drive's buffer: it keeps the disc until they
    // are written out. Whether that succeeds does not matter any more.
    if (!ejected && ejected.error().is(mmc::sense::sequence_error)) {
        (void)operation.patiently(limits::flush,
                                  [&] { return synchronize_cache(operation.channel()); });
        ejected = eject();
    }
    if (!ejected)
        return operation.fail(ejected);
    return {};
}

Outcome<void> Recorder::load() {
    Operation operation(target_, clock_, nullptr);
    operation.heed(options_.stop);
    operation.enter(Stage::eject);
    auto loaded = start_stop(operation.channel(), StartStop::load);
    if (!loaded && loaded.error().is(mmc::SenseKey::unit_attention))
        loaded = start_stop(operation.channel(), StartStop::load);
    if (!loaded)
        return operation.fail(loaded);
    operation.enter(Stage::ready);
    return operation.wait_ready();
}

} // namespace burnrig::driver
