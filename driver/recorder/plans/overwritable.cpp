// SPDX-License-Identifier: Apache-2.0
// Media that are written at any address, again and again, once they are formatted: DVD-RW in
// restricted overwrite, DVD+RW, DVD-RAM, BD-RE.
//
//     DVD-RW     FORMAT 15h (quick); page 05h; WRITE in whole 32 KiB; CLOSE SESSION
//     DVD+RW     FORMAT 26h, which goes on in the background, or is restarted; WRITE;
//                CLOSE 000 (stops the format), CLOSE SESSION (for players)
//     DVD-RAM    WRITE
//     BD-RE      FORMAT 00h when new; WRITE
//
// Source: MMC-5, 4.4 and 6.5; what growisofs and dvd+rw-format send.
#include <algorithm>

#include <fmt/format.h>

#include "driver/recorder/plans/planners.h"
#include "mmc/profile.h"

namespace burnrig::driver::plans {
namespace {

constexpr std::uint32_t ecc_blocks = 16;
constexpr std::uint32_t cluster_blocks = 32;

bool is_formatted(const DiscSummary& disc) {
    return disc.formats && disc.formats->state == FormatState::formatted;
}

Outcome<FormatRequest> request_of(const DiscSummary& disc, std::uint8_t type) {
    const FormatOffer* offer = disc.formats ? disc.formats->offer(type) : nullptr;
    if (offer == nullptr)
        return refuse(Cause::medium_not_formatted,
                      fmt::format("The disc is not formatted, and the drive offers no format of "
                                  "type {:02X}h for it.",
                                  type));
    return FormatRequest{.type = type, .blocks = offer->blocks, .parameter = offer->parameter};
}

void plan_streaming(Plan& plan, const Situation& now) {
    plan.streaming = now.job.streaming && now.drive.write.stream_writing;
    if (now.job.streaming && !plan.streaming)
        plan.notes.push_back("the drive offers no streaming, so it verifies what it writes");
}

/// What any format of it could give.
std::uint64_t most_of(const FormatCapacities& formats) {
    std::uint64_t most = formats.blocks;
    for (const FormatOffer& offer : formats.offers) {
        const bool adds = offer.type == format_type::quick_grow; // to what is formatted
        most = std::max(most, std::uint64_t{adds ? formats.blocks : 0} + offer.blocks);
    }
    return most;
}

/// How far a DVD-RW of this format reaches, now or by growing while it is written.
std::uint64_t reach_of(const FormatCapacities& formats) {
    // Half formatted, it grows up to the end.
    return formats.state == FormatState::unknown ? most_of(formats) : formats.blocks;
}

/// Formatted and ready to be written anywhere, or the format that makes it so. For media that are
/// formatted once and need nothing else.
Outcome<Plan> plan_random(const Situation& now, std::uint32_t multiple, std::uint8_t type) {
    if (const auto real = refuse_simulation(now); !real)
        return tl::unexpected(real.error());
    Plan plan;
    plan.calibrates = false;
    if (!is_formatted(now.disc)) {
        const auto format = request_of(now.disc, type);
        if (!format)
            return tl::unexpected(format.error());
        if (const auto fits = check_before_format(now, multiple, format->blocks); !fits)
            return tl::unexpected(fits.error());
        plan.format = *format;
        return plan;
    }
    if (const auto planned = plan_overwrite(plan, now, multiple, now.disc.formats->blocks);
        !planned)
        return tl::unexpected(planned.error());
    note_needless_multi(plan, now.job);
    return plan;
}

} // namespace

Outcome<Plan> restricted_overwrite(const Situation& now) {
    constexpr std::uint32_t packet = 16; // the parameter of all formats of DVD-RW
    if (const auto real = refuse_simulation(now); !real)
        return tl::unexpected(real.error());
    Plan plan;
    if (now.disc.profile != mmc::code(mmc::Profile::dvd_minus_rw_overwrite)) {
        if (now.disc.status != DiscStatus::blank)
            return refuse(Cause::medium_not_blank,
                          "The DVD-RW has recordings on it; blank or format it first.");
        const std::uint64_t most = now.disc.formats ? most_of(*now.disc.formats) : 0;
        if (const auto fits = check_before_format(now, ecc_blocks, most); !fits)
            return tl::unexpected(fits.error());
        plan.format = FormatRequest{.type = format_type::quick, .blocks = 0, .parameter = packet};
        return plan;
    }
    if (!now.disc.formats)
        return refuse(Cause::medium_not_formatted, "The drive does not tell how the disc is "
                                                   "formatted.");
    const FormatCapacities& formats = *now.disc.formats;
    const std::uint64_t needed =
        tells_no_size(now.job)
            ? UINT64_MAX // as much as there can be
            : static_cast<std::uint64_t>(now.job.start_lba.value_or(0)) + blocks_of(now.job);
    const bool must_grow = formats.state == FormatState::formatted && needed > formats.blocks &&
                           formats.offer(format_type::quick_grow) != nullptr &&
                           formats.offer(format_type::quick_grow)->blocks > 0;
    if (must_grow) {
        if (const auto fits = check_before_format(now, ecc_blocks, most_of(formats)); !fits)
            return tl::unexpected(fits.error());
        // Any length reopens it; from then on it grows with what is written.
        plan.format = FormatRequest{
            .type = format_type::quick_grow, .blocks = 2 * packet, .parameter = packet};
        return plan;
    }
    if (const auto planned = plan_overwrite(plan, now, ecc_blocks, reach_of(formats)); !planned)
        return tl::unexpected(planned.error());
    const auto set = plan_parameters(
        plan, now.job, {.underrun_free = now.drive.write.dvd_minus_underrun_free},
        {.write_type = WriteType::packet, .track_mode = 5, .fixed_packet_blocks = ecc_blocks});
    if (!set)
        return tl::unexpected(set.error());
    plan.close = {{.function = CloseFunction::session}};
    note_needless_multi(plan, now.job);
    return plan;
}

Outcome<Plan> dvd_plus_rw(const Situation& now) {
    enum : std::uint8_t { never_formatted = 0, suspended = 1 };
    constexpr std::uint32_t restart = 1;
    if (const auto real = refuse_simulation(now); !real)
        return tl::unexpected(real.error());
    if (now.disc.background_format == suspended) {
        // Writing beyond what is formatted would be slow, or refused; the data on it stay.
        Plan plan;
        plan.format = FormatRequest{.type = format_type::background,
                                    .blocks = now.disc.formats ? now.disc.formats->blocks : 0,
                                    .parameter = restart};
        return plan;
    }
    auto plan = plan_random(now, ecc_blocks, format_type::background);
    if (!plan || plan->format)
        return plan;
    plan->close = {{.function = CloseFunction::stop_format, .may_be_refused = true},
                   {.function = CloseFunction::session}};
    return plan;
}

Outcome<Plan> dvd_ram(const Situation& now) {
    auto plan = plan_random(now, ecc_blocks, format_type::full);
    if (plan)
        plan_streaming(*plan, now);
    return plan;
}

Outcome<Plan> bd_re(const Situation& now) {
    auto plan = plan_random(now, cluster_blocks, format_type::full);
    if (plan)
        plan_streaming(*plan, now);
    return plan;
}

} // namespace burnrig::driver::plans
