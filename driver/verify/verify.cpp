// SPDX-License-Identifier: Apache-2.0
#include "driver/verify/verify.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "driver/commands/recording.h"
#include "driver/commands/toc.h"
#include "driver/commands/track_information.h"
#include "driver/verify/audio_offset.h"
#include "mmc/sector.h"

namespace burnrig::driver {
namespace {

constexpr std::uint64_t report_every_blocks = 1024;
// A disc that is unreadable throughout need not be read to its end, block by block.
constexpr std::uint64_t unreadable_max = 64;
constexpr std::uint32_t transfer_blocks_max = 512;
constexpr std::uint32_t tracks_looked_at_max = 64;

/// One comparison under way.
class Comparison {
public:
    Comparison(Operation& operation, const VerifyTask& task)
        : operation_(operation), task_(task),
          stride_(task.block_bytes == data_block_bytes ? data_block_bytes : task.form.asked.bytes),
          whole_(task.block_bytes == data_block_bytes || task.form.is_whole(task.block_bytes)),
          chunk_blocks_(
              std::clamp<std::uint32_t>(task.transfer_bytes / stride_, 1, transfer_blocks_max)),
          buffer_(std::size_t{chunk_blocks_} * stride_) {}

    Outcome<VerifyResult> run();

private:
    std::uint64_t blocks() const { return task_.source_blocks + task_.padding_blocks; }
    Reply<void> read_back(std::int32_t lba, std::span<std::uint8_t> target);
    Outcome<void> compare_chunk(std::uint64_t at, std::uint64_t count);
    Outcome<void> compare_singly(std::uint64_t at, std::uint64_t count);
    Outcome<void> compare(std::uint64_t at, std::span<const std::uint8_t> read_back);
    void note(std::uint64_t block, bool is_good);
    bool same(std::span<const std::uint8_t> wanted, std::span<const std::uint8_t> read_back) const;
    bool is_padding(std::span<const std::uint8_t> read_back) const;
    tl::unexpected<BurnError> give_up(const CommandError& failed) const;
    void mark_bad(std::uint64_t block);
    void report(std::uint64_t at);
    Outcome<VerifyResult> judge() const;

    Operation& operation_;
    VerifyTask task_;
    std::uint32_t stride_; // bytes of a block as it is read
    bool whole_;           // blocks of the source come back as they are, nothing left out
    std::uint32_t chunk_blocks_;
    std::vector<std::uint8_t> buffer_;
    VerifyResult result_;
    std::optional<CommandError> first_read_error_;
    mmc::Duration start_{0};
};

/// A failure of the blocks themselves, not of the drive or the connection.
bool concerns_blocks(const CommandError& error) {
    return error.is(mmc::SenseKey::medium_error) || error.is(mmc::SenseKey::blank_check) ||
           error.is(mmc::SenseKey::illegal_request);
}

Outcome<VerifyResult> Comparison::run() {
    start_ = operation_.clock().now();
    std::uint64_t next_report = 0;
    for (std::uint64_t at = 0; at < blocks() && result_.unreadable < unreadable_max;) {
        const std::uint64_t count = std::min<std::uint64_t>(chunk_blocks_, blocks() - at);
        if (operation_.stop_wanted())
            return operation_.fail(Cause::stopped,
                                   fmt::format("Everything was written; reading it back was ended "
                                               "on request after {} of {} blocks, all equal so "
                                               "far.",
                                               result_.compared, blocks()));
        if (const auto done = compare_chunk(at, count); !done)
            return tl::unexpected(done.error());
        at += count;
        if (at >= next_report) {
            report(at);
            next_report = at + report_every_blocks;
        }
    }
    return judge();
}

Reply<void> Comparison::read_back(std::int32_t lba, std::span<std::uint8_t> target) {
    return operation_.ask([&] {
        return task_.block_bytes == data_block_bytes
                   ? read_10(operation_.channel(), lba, target)
                   : read_cd(operation_.channel(), lba, task_.form.asked, target);
    });
}

Outcome<void> Comparison::compare_chunk(std::uint64_t at, std::uint64_t count) {
    const auto target = std::span(buffer_).first(count * stride_);
    const auto lba = task_.first_lba + static_cast<std::int32_t>(at);
    const auto read = read_back(lba, target);
    if (read)
        return compare(at, target);
    if (!concerns_blocks(read.error()))
        return give_up(read.error());
    if (!first_read_error_)
        first_read_error_ = read.error();
    const std::uint64_t unreadable_before = result_.unreadable;
    const auto done = compare_singly(at, count);
    if (done && result_.unreadable == unreadable_before)
        operation_.warn(
            fmt::format("{} blocks from LBA {} could be read only at the second try: {}", count,
                        lba, operation_.error(read.error()).message));
    return done;
}

Outcome<void> Comparison::compare_singly(std::uint64_t at, std::uint64_t count) {
    const auto target = std::span(buffer_).first(stride_);
    for (std::uint64_t block = at; block < at + count && result_.unreadable < unreadable_max;
         ++block) {
        const auto read = read_back(task_.first_lba + static_cast<std::int32_t>(block), target);
        if (read) {
            if (const auto done = compare(block, target); !done)
                return done;
        } else if (concerns_blocks(read.error())) {
            ++result_.unreadable;
            mark_bad(block);
        } else {
            return give_up(read.error());
        }
    }
    return {};
}

// The drive no longer reads at all; how that began must not be lost.
tl::unexpected<BurnError> Comparison::give_up(const CommandError& failed) const {
    BurnError error = operation_.error(failed);
    if (first_read_error_) {
        error.message += " Before that: " + operation_.error(*first_read_error_).message;
        if (const auto sense = first_read_error_->sense())
            error.message += " (" + mmc::describe(sense->code) + ")";
    }
    return tl::unexpected(std::move(error));
}

void Comparison::mark_bad(std::uint64_t block) {
    if (!result_.first_bad)
        result_.first_bad = task_.first_lba + static_cast<std::int32_t>(block);
}

void Comparison::note(std::uint64_t block, bool is_good) {
    ++result_.compared;
    if (is_good)
        return;
    ++result_.differing;
    mark_bad(block);
}

/// One block of each.
bool Comparison::same(std::span<const std::uint8_t> wanted,
                      std::span<const std::uint8_t> read_back) const {
    if (whole_)
        return std::memcmp(wanted.data(), read_back.data(), wanted.size()) == 0;
    const ReadBackForm& form = task_.form;
    return std::memcmp(wanted.data() + form.source_at, read_back.data() + form.at,
                       form.bytes_of(wanted)) == 0;
}

/// One block behind the last of the source: zeros, in whatever the drive makes around them.
bool Comparison::is_padding(std::span<const std::uint8_t> read_back) const {
    const ReadBackForm& form = task_.form;
    const bool all = task_.block_bytes == data_block_bytes || form.zeros_bytes == 0;
    const auto user =
        all ? read_back.first(stride_) : read_back.subspan(form.zeros_at, form.zeros_bytes);
    return std::all_of(user.begin(), user.end(), [](std::uint8_t byte) { return byte == 0; });
}

Outcome<void> Comparison::compare(std::uint64_t at, std::span<const std::uint8_t> read_back) {
    while (!read_back.empty()) {
        if (at >= task_.source_blocks || task_.digests != nullptr) {
            const auto block = read_back.first(stride_);
            note(at, at >= task_.source_blocks
                         ? is_padding(block)
                         : at < task_.digests->size() && task_.digests->matches(at, block));
            ++at;
            read_back = read_back.subspan(stride_);
            continue;
        }
        const std::uint64_t left =
            std::min<std::uint64_t>(read_back.size() / stride_, task_.source_blocks - at);
        const auto wanted =
            task_.source.read({.first = static_cast<std::uint32_t>(task_.source_first + at),
                               .count = static_cast<std::uint32_t>(left)});
        if (!wanted)
            return operation_.fail(Cause::source_error, wanted.error().message);
        const std::uint64_t count = wanted->size() / task_.block_bytes;
        const bool equal =
            whole_ && std::memcmp(wanted->data(), read_back.data(), wanted->size()) == 0;
        for (std::uint64_t block = 0; block < count; ++block)
            note(at + block,
                 equal || same(wanted->subspan(block * task_.block_bytes, task_.block_bytes),
                               read_back.subspan(block * stride_, stride_)));
        at += count;
        read_back = read_back.subspan(count * stride_);
    }
    return {};
}

void Comparison::report(std::uint64_t at) {
    Progress progress{.stage = Stage::verify,
                      .bytes = at * task_.block_bytes,
                      .total = blocks() * task_.block_bytes,
                      .elapsed = operation_.clock().now() - start_};
    const double seconds = std::chrono::duration<double>(progress.elapsed).count();
    if (seconds > 0)
        progress.kb_per_second = static_cast<double>(progress.bytes) / 1000.0 / seconds;
    operation_.observer().progress(progress);
}

Outcome<VerifyResult> Comparison::judge() const {
    const std::string where =
        result_.first_bad ? fmt::format("sector {} (LBA {})", *result_.first_bad - task_.first_lba,
                                        *result_.first_bad)
                          : std::string();
    if (result_.differing > 0) {
        BurnError error = make_error(
            Cause::verify_mismatch, operation_.stage(),
            fmt::format(
                "{} of {} compared blocks differ from the source and {} cannot be read; the "
                "first is {}.",
                result_.differing, result_.compared, result_.unreadable, where));
        error.lba = result_.first_bad;
        return tl::unexpected(std::move(error));
    }
    if (result_.unreadable > 0) {
        BurnError error = operation_.error(*first_read_error_);
        error.cause = Cause::read_error;
        error.lba = result_.first_bad;
        error.message = fmt::format("{}{} of {} blocks cannot be read back; the first is {}.",
                                    result_.unreadable >= unreadable_max ? "At least " : "",
                                    result_.unreadable, blocks(), where);
        return tl::unexpected(std::move(error));
    }
    if (result_.compared == 0)
        return operation_.fail(Cause::nothing_verified,
                               std::string(describe(Cause::nothing_verified).explanation));
    return result_;
}

} // namespace

Outcome<void> clear_read_cache(Operation& operation) {
    for (const StartStop action : {StartStop::stop, StartStop::start}) {
        auto moved = start_stop(operation.channel(), action);
        // An attention raised by the end of the recording; what is read shows whether it is the
        // disc.
        if (!moved && moved.error().is(mmc::SenseKey::unit_attention))
            moved = start_stop(operation.channel(), action);
        const bool refused = !moved && moved.error().is(mmc::SenseKey::illegal_request);
        if (refused)
            operation.warn(
                "the drive does not stop the disc on request: what is read back may come "
                "from its cache");
        else if (!moved && !wants_patience(moved.error()))
            return operation.fail(moved);
    }
    return operation.wait_ready();
}

namespace {

Outcome<void> verify_toc(Operation& operation, const VerifyTask& task) {
    const std::int32_t first_lba = task.first_lba + static_cast<std::int32_t>(task.pregap_blocks);
    const std::uint64_t blocks = task.source_blocks + task.padding_blocks - task.pregap_blocks;
    const auto toc = operation.ask([&] { return read_toc(operation.channel()); });
    if (!toc)
        return operation.fail(toc);
    const auto track = std::find_if(toc->tracks.begin(), toc->tracks.end(),
                                    [&](const TocTrack& each) { return each.start == first_lba; });
    if (track == toc->tracks.end())
        return operation.fail(
            Cause::verify_mismatch,
            fmt::format("The table of contents has no track that begins at LBA {}.", first_lba));
    if (track->is_data() == task.is_audio)
        return operation.fail(
            Cause::verify_mismatch,
            fmt::format("The table of contents calls track {} {}.", track->number,
                        task.is_audio ? "data, it is audio" : "audio, it is data"));
    const std::int64_t end = first_lba + static_cast<std::int64_t>(blocks);
    if (!toc->lead_out || toc->lead_out->start < end)
        return operation.fail(
            Cause::verify_mismatch,
            fmt::format("The table of contents puts the lead-out {}, the data reach to LBA {}.",
                        toc->lead_out ? fmt::format("at LBA {}", toc->lead_out->start) : "nowhere",
                        end - 1));
    return {};
}

Outcome<void> verify_capacity(Operation& operation, std::int64_t end) {
    const auto capacity = operation.ask([&] { return read_capacity(operation.channel()); });
    if (!capacity)
        return operation.fail(capacity);
    if (std::int64_t{capacity->last_lba} + 1 >= end)
        return {};
    return operation.fail(
        Cause::verify_mismatch,
        fmt::format("The drive says that the disc ends at LBA {}, the data reach to LBA {}.",
                    capacity->last_lba, end - 1));
}

Outcome<void> verify_tracks(Operation& operation, std::int32_t first_lba, std::int64_t end) {
    const auto disc = operation.ask([&] { return read_disc_information(operation.channel()); });
    if (!disc)
        return operation.fail(disc);
    // From the last one backwards: what was just recorded is among the last.
    for (std::uint32_t number = disc->last_track_of_last_session, tries = 0;
         number > 0 && tries < tracks_looked_at_max; --number, ++tries) {
        const auto track = operation.ask([&] {
            return read_track_information(operation.channel(), static_cast<std::uint16_t>(number));
        });
        if (!track && !track.error().is(mmc::SenseKey::illegal_request))
            return operation.fail(track);
        if (!track || track->start > first_lba)
            continue;
        const std::int64_t track_end = std::int64_t{track->start} + track->size;
        if (track->start == first_lba && track_end >= end)
            return {};
        return operation.fail(
            Cause::verify_mismatch,
            fmt::format("The drive says that track {} goes from LBA {} to {}; the data go from {} "
                        "to {}.",
                        track->number, track->start, track_end - 1, first_lba, end - 1));
    }
    return operation.fail(
        Cause::verify_mismatch,
        fmt::format("The drive lists no track that begins at LBA {}.", first_lba));
}

} // namespace

Outcome<void> verify_cd_text(Operation& operation, std::span<const std::uint8_t> packs) {
    constexpr std::size_t pack_bytes = 18;
    const auto on_disc = operation.ask([&] { return read_cd_text(operation.channel()); });
    if (!on_disc)
        return operation.fail(on_disc);
    for (std::size_t at = 0; at + pack_bytes <= packs.size(); at += pack_bytes) {
        const auto pack = packs.subspan(at, pack_bytes);
        bool found = false;
        for (std::size_t there = 0; there + pack_bytes <= on_disc->size() && !found;
             there += pack_bytes)
            found = std::equal(pack.begin(), pack.end(),
                               on_disc->begin() + static_cast<std::ptrdiff_t>(there));
        if (!found)
            return operation.fail(Cause::verify_mismatch,
                                  fmt::format("Pack {} of the CD-TEXT is not in the lead-in, which "
                                              "has {} packs.",
                                              at / pack_bytes, on_disc->size() / pack_bytes));
    }
    return {};
}

Outcome<void> verify_listing(Operation& operation, std::uint16_t profile, const VerifyTask& task) {
    const std::uint64_t blocks = task.source_blocks + task.padding_blocks;
    const std::int64_t end = task.first_lba + static_cast<std::int64_t>(blocks);
    if (family_of(profile) == MediumFamily::cd)
        return verify_toc(operation, task);
    if (task.is_whole_track)
        return verify_tracks(operation, task.first_lba, end);
    return verify_capacity(operation, end);
}

Outcome<VerifyResult> verify_track(Operation& operation, const VerifyTask& task) {
    const bool can_be_shifted =
        task.is_audio && task.digests == nullptr && task.block_bytes == mmc::raw_sector_size;
    if (!can_be_shifted)
        return Comparison(operation, task).run();
    const auto offset = find_audio_offset(operation, task);
    if (!offset)
        return tl::unexpected(offset.error());
    if (*offset == 0)
        return Comparison(operation, task).run();
    ShiftedAudio source(task.source, *offset);
    auto result = Comparison(operation, shifted(task, source, *offset)).run();
    if (result)
        result->audio_offset = *offset;
    return result;
}

} // namespace burnrig::driver
