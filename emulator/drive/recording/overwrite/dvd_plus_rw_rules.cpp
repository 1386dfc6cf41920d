// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/overwrite/dvd_plus_rw_rules.h"

#include <algorithm>

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/overwrite/formatting.h"
#include "emulator/drive/recording/write_stream.h"
#include "emulator/drive/speeds.h"

namespace burnrig::emulator {
namespace {

constexpr std::uint8_t background_format_type = 0x26;
constexpr std::uint32_t restart_bit = 1;

enum CloseFunction : std::uint8_t { stop_format = 0, close_session = 2, complete_format = 3 };

bool two_layers(const Disc& disc) {
    return disc.medium().kind == MediumKind::dvd_plus_rw_dl;
}

Formatting& format_in(LogicalUnit& unit) {
    return unit.disc->structure().format;
}

} // namespace

mmc::Profile DvdPlusRwRules::profile(const Disc& disc) const {
    return two_layers(disc) ? mmc::Profile::dvd_plus_rw_dl : mmc::Profile::dvd_plus_rw;
}

bool DvdPlusRwRules::feature_current(const LogicalUnit& unit, std::uint16_t feature) const {
    switch (feature) {
    case 0x001F: // DVD read
    case 0x0023: // formattable
    case 0x010A: // disc control blocks
        return true;
    case 0x002A: // DVD+RW
        return !two_layers(*unit.disc);
    case 0x003A: // DVD+RW dual layer
        return two_layers(*unit.disc);
    case 0x0020: // random writable
        return formatted(*unit.disc);
    default:
        return false;
    }
}

void DvdPlusRwRules::add_offers(const LogicalUnit& unit, FormatCapacities& capacities) const {
    capacities.offer(
        {static_cast<std::uint32_t>(unit.disc->medium().capacity()), background_format_type, 0});
}

// Whether a block that was never formatted fails or reads as zeros is in no source; failing is what
// groove without marks gives. On demand is when the drive gets there.
std::optional<mmc::SenseCode> DvdPlusRwRules::unrecorded_fault(const LogicalUnit& unit,
                                                               std::int32_t lba) const {
    const auto& format = format_of(unit);
    const bool iced = format.background != BackgroundFormat::complete;
    if (iced && lba >= format.background_end)
        return mmc::sense::unrecovered_read;
    return std::nullopt;
}

Answer DvdPlusRwRules::format(LogicalUnit& unit, const FormatRequest& request) {
    auto asked = request;
    const bool restarts = (request.parameter & restart_bit) != 0;
    if (asked.blocks == all_blocks || restarts) // dvd+rw-format restarts with a size of 0
        asked.blocks = static_cast<std::uint32_t>(unit.disc->medium().capacity());
    if (auto answer = check_offered(format_capacities(unit), asked, false); !answer.good())
        return answer;
    if (restarts)
        return restart(unit, request);
    FormatPlan plan;
    plan.result.kind = FormatKind::overwritable;
    plan.result.blocks = unit.disc->medium().capacity();
    plan.result.background = BackgroundFormat::running;
    plan.length = quick_format_time(unit);     // the lead-in; then the drive is ready
    deiced_until_ = request.now + plan.length; // whether somebody asks meanwhile or not
    return begin_format(unit, request, plan);
}

// Goes on where it was stopped; what is recorded stays.
Answer DvdPlusRwRules::restart(LogicalUnit& unit, const FormatRequest& request) {
    if (!formatted(*unit.disc) || format_of(unit).background != BackgroundFormat::suspended)
        return refuse_list(11);
    FormatPlan plan;
    plan.result = format_of(unit);
    plan.result.background = BackgroundFormat::running;
    plan.length = quick_format_time(unit);
    plan.keeps_data = true;
    deiced_until_ = request.now + plan.length; // whether somebody asks meanwhile or not
    return begin_format(unit, request, plan);
}

// In the suspended state a block behind the formatted ones makes the drive format up to it first.
// That it does so is a guess; sources only say that it takes long.
Answer DvdPlusRwRules::admit(LogicalUnit& unit, const WriteRequest& request) {
    auto& format = format_in(unit);
    if (format.background != BackgroundFormat::suspended || request.lba <= format.background_end)
        return good();
    format.background_end = request.lba;
    return good();
}

void DvdPlusRwRules::skip_recorded(LogicalUnit& unit) {
    auto& format = format_in(unit);
    while (format.background_end < format.blocks) {
        const auto run = unit.disc->run_at(format.background_end);
        if (run.state == BlockState::unrecorded)
            return;
        format.background_end = std::min(run.extent.end(), format.blocks);
    }
}

void DvdPlusRwRules::advance(LogicalUnit& unit, mmc::Duration now) {
    auto& format = format_in(unit);
    if (format.background != BackgroundFormat::running)
        return;
    const auto from = std::max(deiced_until_.value_or(now), busy_until(unit)); // the host first
    const auto block_time = unit.recording(write_time(unit, format.background_end, 1));
    auto left = block_time.count() > 0 ? std::max<std::int64_t>(0, (now - from) / block_time)
                                       : std::int64_t{format.blocks};
    if (now >= from)
        deiced_until_ = from + block_time * left;
    skip_recorded(unit);
    while (left > 0 && format.background_end < format.blocks) {
        const auto run = unit.disc->run_at(format.background_end);
        const auto count =
            std::min<std::int64_t>({left, run.extent.count, format.blocks - format.background_end});
        format.background_end += static_cast<std::int32_t>(count);
        left -= count;
        skip_recorded(unit);
    }
    if (format.background_end >= format.blocks)
        complete(unit);
}

std::optional<std::uint16_t> DvdPlusRwRules::background_progress(const LogicalUnit& unit,
                                                                 mmc::Duration) const {
    const auto& format = format_of(unit);
    if (format.background != BackgroundFormat::running)
        return std::nullopt;
    const std::int64_t blocks = std::max(1, format.blocks);
    return static_cast<std::uint16_t>(format.background_end * std::int64_t{65535} / blocks);
}

void DvdPlusRwRules::complete(LogicalUnit& unit) {
    auto& format = format_in(unit);
    format.background = BackgroundFormat::complete;
    format.background_end = format.blocks;
    unit.media_events.push(MediaEvent::background_format_completed);
    (void)unit.disc->save(); // should it fail, the format is suspended when the disc is next loaded
}

void DvdPlusRwRules::suspend(LogicalUnit& unit) {
    auto& format = format_in(unit);
    if (format.background != BackgroundFormat::running)
        return;
    format.background = BackgroundFormat::suspended;
    (void)unit.disc->save();
}

Answer DvdPlusRwRules::close(LogicalUnit& unit, std::uint8_t function, std::uint16_t,
                             mmc::Duration now, bool immediate) {
    if (function != stop_format && function != close_session && function != complete_format)
        return refuse_cdb(2, std::uint8_t{2});
    if (!formatted(*unit.disc))
        return refuse(mmc::sense::medium_not_formatted);
    const auto& format = format_of(unit);
    const bool unfinished =
        format.background == BackgroundFormat::running ||
        (function == complete_format && format.background == BackgroundFormat::suspended);
    if (!unfinished && !writing())
        return good();
    auto length = drain_time(unit, now);
    if (unfinished)
        length += unit.recording(unit.model.timing.close_session_extra);
    const bool to_the_end = function == complete_format;
    if (unfinished && to_the_end)
        length += unit.recording(
            write_time(unit, format.background_end, format.blocks - format.background_end));
    suspend(unit); // what a power cut would leave
    return unit.begin(OperationKind::closing, now, length, immediate,
                      [this, unfinished, to_the_end](LogicalUnit& ended) {
                          auto answer = finish_write(ended);
                          if (unfinished && to_the_end)
                              complete(ended);
                          ended.media_events.push(MediaEvent::new_media);
                          const auto flushed = ended.saved(ended.disc->flush());
                          return answer.good() ? flushed : answer;
                      });
}

mmc::Duration DvdPlusRwRules::leave(LogicalUnit& unit, mmc::Duration now) {
    auto length = OverwriteRules::leave(unit, now);
    if (format_of(unit).background == BackgroundFormat::running) {
        length += unit.recording(unit.model.timing.close_session_extra);
        suspend(unit);
    }
    return length;
}

void DvdPlusRwRules::cut_off(LogicalUnit& unit, mmc::Duration now) {
    OverwriteRules::cut_off(unit, now);
    suspend(unit);
}

void DvdPlusRwRules::recover(LogicalUnit& unit) {
    OverwriteRules::recover(unit);
    suspend(unit); // it was running when power failed
}

} // namespace burnrig::emulator
