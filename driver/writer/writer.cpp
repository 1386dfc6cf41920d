// SPDX-License-Identifier: Apache-2.0
#include "driver/writer/writer.h"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "driver/commands/recording.h"
#include "driver/commands/track_information.h"
#include "driver/seeded_bugs.h"
#include "driver/timeouts.h"

namespace burnrig::driver {
namespace {

constexpr mmc::Duration report_interval = std::chrono::milliseconds(500);
constexpr std::uint64_t report_bytes = 32U << 20;
// A WRITE that fills more of the drive's buffer than this lets it run low before the next one.
constexpr std::uint32_t buffer_part = 4;
constexpr std::uint32_t lost_statuses_max = 3;

double seconds(mmc::Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

/// The host does not know what became of the command; the drive may know.
bool lost_status(const CommandError& error) {
    switch (error.completion.host) {
    case mmc::HostStatus::ok:
    case mmc::HostStatus::no_connect:
    case mmc::HostStatus::bad_target:
        return false;
    default:
        return true;
    }
}

/// The transport refused the command before the drive saw it: too long, or no memory for it.
bool never_sent(const CommandError& error) {
    return error.completion.system_error == ENOMEM || error.completion.system_error == EINVAL;
}

std::optional<std::uint64_t> total(std::span<const WriteTask> tasks, bool in_bytes) {
    std::uint64_t sum = 0;
    for (const WriteTask& task : tasks) {
        const auto blocks = task.blocks();
        if (!blocks)
            return std::nullopt;
        sum += in_bytes ? *blocks * task.block_bytes : *blocks;
    }
    return sum;
}

} // namespace

Writer::Writer(Operation& operation, std::span<const WriteTask> tasks, Ring& ring,
               const WriterSettings& settings)
    : operation_(operation), tasks_(tasks), ring_(ring), settings_(settings),
      watch_(settings.ring_matters ? ring.slots() : 0, ring.slot_bytes()),
      transfer_bytes_(settings.transfer_bytes), total_bytes_(total(tasks, true).value_or(0)) {}

WriteResult Writer::result() const {
    WriteResult result = result_;
    result.statistics = watch_.statistics();
    result.statistics.transfer_bytes = transfer_bytes_;
    return result;
}

std::size_t Writer::pieces_needed(mmc::Duration now) const {
    if (!settings_.ring_matters)
        return 1;
    if (!begun_)
        return ring_.slots();
    if (!watch_.starving() || !settings_.links)
        return 1;
    const std::size_t slots = ring_.slots();
    if (watch_.dry(now))
        return std::max<std::size_t>(slots / 2, 1);
    // So little that a drive which is not dry yet does not get dry over it.
    const std::size_t some = watch_.statistics().drive_buffer / buffer_part / ring_.slot_bytes();
    return std::clamp<std::size_t>(some, 1, std::max<std::size_t>(slots / 8, 1));
}

Outcome<Wait> Writer::step() {
    const bool ended = ring_.ended(); // before front(), which then sees what was put before the end
    const mmc::Duration now = operation_.clock().now();
    if (stop_requested() && !(ended && ring_.front() == nullptr)) {
        result_.stopped = true;
        return Wait{.what = Wait::For::end};
    }
    if (ended && ring_.front() == nullptr)
        return finish();
    if (!ended && ring_.filled() < pieces_needed(now))
        return starve();
    if (const auto ready = begun_ ? feed() : begin(); !ready)
        return tl::unexpected(ready.error());
    if (now < pause_until_)
        return Wait{.what = Wait::For::time, .until = pause_until_};
    watch_.ring(now, ring_.filled(), !ended);
    return send();
}

Outcome<Wait> Writer::starve() {
    // The drive is asked what it has, now and when there are data again: that shows whether it ran
    // dry in between.
    if (begun_ && settings_.ring_matters && !watch_.starving()) {
        watch_.starves(operation_.clock().now());
        if (const auto asked = ask_buffer(); !asked)
            return tl::unexpected(asked.error());
    }
    return Wait{.what = Wait::For::data, .pieces = pieces_needed(operation_.clock().now())};
}

Outcome<void> Writer::feed() {
    if (!watch_.starving())
        return {};
    if (const auto asked = ask_buffer(); !asked)
        return tl::unexpected(asked.error());
    watch_.fed(operation_.clock().now());
    return {};
}

Outcome<void> Writer::begin() {
    begun_ = true;
    operation_.writing_began();
    const auto buffer = ask_buffer();
    if (!buffer)
        return tl::unexpected(buffer.error());
    if (*buffer)
        while (transfer_bytes_ > (*buffer)->size / buffer_part && halve_transfer())
            ;
    start_ = operation_.clock().now();
    next_report_ = start_;
    return {};
}

Outcome<Wait> Writer::finish() {
    if (seeded(Bug::one_write_too_many)) {
        const std::vector<std::uint8_t> zeros(std::size_t{32} * tasks_[task_].block_bytes);
        (void)write_blocks(operation_.channel(),
                           {.lba = next_lba(), .block_bytes = tasks_[task_].block_bytes}, zeros);
    }
    if (ring_.error() && !seeded(Bug::source_error_ignored))
        return operation_.fail(Cause::source_error, ring_.error()->message);
    for (const WriteTask& task : tasks_)
        if (const auto intact = task.source.intact(); !intact)
            return operation_.fail(Cause::source_error, intact.error().message);
    Progress progress = progress_now();
    progress.total = progress.bytes;
    operation_.observer().progress(progress);
    return Wait{.what = Wait::For::end};
}

Outcome<Wait> Writer::send() {
    const Piece& piece = *ring_.front();
    if (piece.task != task_) {
        task_ = piece.task;
        task_sent_ = 0;
    }
    const WriteTask& task = tasks_[task_];
    const std::uint64_t left = (piece.data.size() - piece_sent_) / task.block_bytes;
    const auto blocks = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(left, transfer_blocks(task, transfer_bytes_)));
    const auto data = piece.data.subspan(piece_sent_, std::size_t{blocks} * task.block_bytes);
    const auto write = [&] {
        return write_blocks(
            operation_.channel(),
            {.lba = next_lba(), .block_bytes = task.block_bytes, .streaming = task.streaming},
            data);
    };
    auto written = write();
    if (!written && seeded(Bug::write_sent_again))
        written = write();
    if (!written)
        return went_wrong(written.error(), blocks);
    accepted(blocks);
    if (const auto told = report(); !told)
        return tl::unexpected(told.error());
    return Wait{};
}

std::int32_t Writer::next_lba() const {
    return static_cast<std::int32_t>(tasks_[task_].first_lba +
                                     static_cast<std::int64_t>(task_sent_));
}

void Writer::accepted(std::uint64_t blocks) {
    lost_.reset();
    const Piece& piece = *ring_.front();
    const std::uint64_t bytes = blocks * tasks_[task_].block_bytes;
    task_sent_ += blocks;
    bytes_sent_ += bytes;
    piece_sent_ += bytes;
    result_.blocks_sent += blocks;
    result_.source_blocks += piece.from_source ? blocks : 0;
    refused_since_.reset();
    watch_.sent(operation_.clock().now(), bytes);
    if (piece_sent_ == piece.data.size()) {
        piece_sent_ = 0;
        ring_.take();
    }
}

bool Writer::halve_transfer() {
    const WriteTask& task = tasks_[task_];
    const std::uint32_t half = transfer_bytes_ / 2;
    if (half < task.multiple * task.block_bytes)
        return false;
    transfer_bytes_ = half;
    return true;
}

// --- what a WRITE that failed means

Outcome<Wait> Writer::went_wrong(const CommandError& error, std::uint32_t blocks) {
    if (wants_patience(error))
        return refused(error, blocks);
    // A page of a mapped file that is gone looks like trouble with the transport.
    if (const auto intact = tasks_[task_].source.intact(); !intact)
        return operation_.fail(Cause::source_error, intact.error().message);
    if (never_sent(error) && halve_transfer())
        return Wait{};
    if (lost_status(error))
        return after_lost_status(error, blocks);
    const auto sense = error.sense();
    // It is about the WRITE whose answer was lost, or refuses that WRITE because some of it was
    // done: what came first stays the cause.
    const bool refused_again = sense && sense->code.key == mmc::SenseKey::illegal_request;
    if (lost_ && sense && (sense->deferred || refused_again)) {
        BurnError first = operation_.error(*lost_);
        first.aftermath.push_back(operation_.error(error).message);
        return tl::unexpected(std::move(first));
    }
    return fail(error);
}

Outcome<Wait> Writer::refused(const CommandError& error, std::uint32_t blocks) {
    const mmc::Duration now = operation_.clock().now();
    if (!refused_since_) {
        refused_since_ = now;
        pause_least_ = limits::buffer_wait_min;
    }
    if (now - *refused_since_ >= limits::buffer_full) {
        BurnError late = operation_.error(error);
        late.cause = Cause::not_ready;
        late.message = fmt::format(
            "The drive takes no more data at LBA {}: its buffer was full for {} s.", next_lba(),
            std::chrono::duration_cast<std::chrono::seconds>(limits::buffer_full).count());
        return tl::unexpected(std::move(late));
    }
    ++watch_.statistics().refusals;
    const auto buffer = ask_buffer();
    if (!buffer)
        return tl::unexpected(buffer.error());
    const std::size_t bytes = std::size_t{blocks} * tasks_[task_].block_bytes;
    // A drive that keeps refusing although it claims to have room is asked less and less often.
    pause_until_ = operation_.clock().now() +
                   std::clamp(pause_for(bytes, *buffer), pause_least_, limits::buffer_wait_max);
    pause_least_ = std::min(2 * pause_least_, limits::buffer_wait_max);
    return Wait{.what = Wait::For::time, .until = pause_until_};
}

mmc::Duration Writer::pause_for(std::size_t bytes,
                                const std::optional<BufferCapacity>& buffer) const {
    constexpr double cd_1x = 75.0 * data_block_bytes;
    const double time = seconds(operation_.clock().now() - start_);
    const double speed =
        time > 0 ? std::max(static_cast<double>(bytes_sent_) / time, cd_1x) : cd_1x;
    const std::size_t room = buffer ? std::min(bytes, std::size_t{buffer->free}) : 0;
    const auto missing = static_cast<double>(bytes - room);
    return std::chrono::duration_cast<mmc::Duration>(
        std::chrono::duration<double>(missing / speed));
}

Outcome<Wait> Writer::after_lost_status(const CommandError& error, std::uint32_t blocks) {
    ++watch_.statistics().lost_statuses;
    if (watch_.statistics().lost_statuses > lost_statuses_max)
        return fail(error);
    const auto ready = operation_.patiently(limits::becoming_ready,
                                            [&] { return test_unit_ready(operation_.channel()); });
    // A unit attention here is a reset or another disc: what the drive's buffer held is lost, and
    // so are its settings. The first error stays the cause.
    if (!ready)
        return fail(error);
    const WriteTask& task = tasks_[task_];
    std::int64_t took = 0;
    if (task.track) {
        const auto track = operation_.patiently(limits::becoming_ready, [&] {
            return read_track_information(operation_.channel(), *task.track);
        });
        if (!track || !track->next_writable)
            return fail(error);
        took = std::int64_t{*track->next_writable} - next_lba();
        if (took < 0 || took > blocks)
            return fail(error, fmt::format("The drive would now go on at LBA {}, which does not "
                                           "fit to the {} blocks from LBA {} of that WRITE.",
                                           *track->next_writable, blocks, next_lba()));
    }
    operation_.retry(fmt::format(
        "the answer to the WRITE of {} blocks at LBA {} was lost ({}); {}", blocks, next_lba(),
        operation_.error(error).message,
        task.track ? fmt::format("by its next writable address the drive took {} of them", took)
                   : std::string("it is sent again, which does no harm on this medium")));
    if (took > 0)
        accepted(static_cast<std::uint64_t>(took));
    halve_transfer();
    lost_ = error;
    return Wait{};
}

tl::unexpected<BurnError> Writer::fail(const CommandError& failed, const std::string& more) {
    BurnError error = operation_.error(failed);
    watch_.fed(operation_.clock().now()); // a starving that this ends counts
    const WriterStatistics& seen = watch_.statistics();
    const bool address = error.cause == Cause::bad_write_address;
    // A drive that stopped since it ran dry refuses the next address; which error comes first
    // differs from drive to drive.
    if (address && seen.underruns > 0 && !settings_.links) {
        const CauseInfo& info = describe(Cause::buffer_underrun);
        error.cause = Cause::buffer_underrun;
        error.likely.assign(info.likely.begin(), info.likely.end());
        error.advice.assign(info.advice.begin(), info.advice.end());
    }
    if (error.cause == Cause::buffer_underrun && seen.starvations > 0)
        error.message +=
            fmt::format(" The source had left the drive without data {} times, {:.1f} s in all.",
                        seen.starvations, seconds(seen.starved));
    else if (error.cause == Cause::buffer_underrun && seen.ring_bytes > 0)
        error.message += fmt::format(
            " The data were there: never less than {} of {} KiB waited for the drive; they did "
            "not reach it in time.",
            seen.ring_min / 1024, seen.ring_bytes / 1024);
    if (!more.empty())
        error.message += " " + more;
    return tl::unexpected(std::move(error));
}

// --- what the drive's buffer says

Outcome<std::optional<BufferCapacity>> Writer::ask_buffer() {
    if (!ask_buffer_)
        return std::nullopt;
    const auto buffer = read_buffer_capacity(operation_.channel());
    if (!buffer && wants_patience(buffer.error()))
        return std::nullopt;
    if (!buffer && !buffer.error().is(mmc::SenseKey::illegal_request))
        return fail(buffer.error()); // such as a deferred error of an earlier WRITE
    ask_buffer_ = buffer.has_value();
    if (!buffer || !*buffer)
        return std::nullopt;
    watch_.drive_level(operation_.clock().now(), (*buffer)->size,
                       (*buffer)->size - (*buffer)->free);
    return *buffer;
}

Progress Writer::progress_now() const {
    Progress progress{.stage = Stage::write,
                      .bytes = seeded(Bug::progress_runs_backwards) && total_bytes_ > 0
                                   ? total_bytes_ - bytes_sent_
                                   : bytes_sent_,
                      .total = total_bytes_,
                      .elapsed = operation_.clock().now() - start_};
    const double time = seconds(progress.elapsed);
    if (time > 0)
        progress.kb_per_second = static_cast<double>(progress.bytes) / 1000.0 / time;
    if (settings_.ring_matters) {
        progress.ring_size = ring_.slots() * ring_.slot_bytes();
        progress.ring_used = ring_.filled() * ring_.slot_bytes();
    }
    return progress;
}

Outcome<void> Writer::report() {
    const mmc::Duration now = operation_.clock().now();
    if (now < next_report_ && bytes_sent_ < next_report_bytes_)
        return {};
    next_report_ = now + report_interval;
    next_report_bytes_ = bytes_sent_ + report_bytes;
    const auto buffer = ask_buffer();
    if (!buffer)
        return tl::unexpected(buffer.error());
    Progress progress = progress_now();
    if (*buffer) {
        progress.buffer_size = (*buffer)->size;
        progress.buffer_used = (*buffer)->size - (*buffer)->free;
    }
    operation_.observer().progress(progress);
    return {};
}

} // namespace burnrig::driver
