// SPDX-License-Identifier: Apache-2.0
#include "driver/recorder/format_choice.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "mmc/profile.h"

namespace burnrig::driver {
namespace {

using mmc::Profile;

struct Word {
    FormatKind kind;
    std::string_view text;
};
constexpr std::array words{
    Word{FormatKind::standard, "standard"},    Word{FormatKind::without_spares, "no-spares"},
    Word{FormatKind::pseudo_overwrite, "pow"}, Word{FormatKind::spares_only, "spares"},
    Word{FormatKind::random, "random"},
};

enum class Size : std::uint8_t {
    offered,
    none, ///< 0: the quick formats of DVD-RW need no length
};

struct Row {
    Profile profile;
    FormatKind kind;
    bool full;
    std::uint8_t type;
    std::uint8_t sub_type;
    Size size;
};

// A quick format serves where there is one. Source: MMC-6, 6.5.4.
constexpr std::array rows{
    Row{Profile::dvd_minus_rw, FormatKind::standard, false, format_type::quick, 0, Size::none},
    Row{Profile::dvd_minus_rw, FormatKind::standard, true, format_type::full, 0, Size::offered},
    Row{Profile::dvd_minus_rw_overwrite, FormatKind::standard, false, format_type::quick, 0,
        Size::none},
    Row{Profile::dvd_minus_rw_overwrite, FormatKind::standard, true, format_type::full, 0,
        Size::offered},
    Row{Profile::dvd_plus_rw, FormatKind::standard, false, format_type::background, 0,
        Size::offered},
    Row{Profile::dvd_ram, FormatKind::standard, false, format_type::full, 0, Size::offered},
    Row{Profile::bd_re, FormatKind::standard, false, format_type::full, 0, Size::offered},
    Row{Profile::bd_re, FormatKind::without_spares, false, format_type::bd_re_no_spares, 0,
        Size::offered},
    Row{Profile::bd_r, FormatKind::standard, false, format_type::full, 0, Size::offered},
    Row{Profile::bd_r, FormatKind::pseudo_overwrite, false, format_type::full, 0, Size::offered},
    Row{Profile::bd_r, FormatKind::spares_only, false, format_type::full, 1, Size::offered},
    Row{Profile::bd_r, FormatKind::random, false, format_type::full, 2, Size::offered},
};

const Row* find_row(std::uint16_t profile, const FormatWish& wish) {
    const auto fits = [&](const Row& row, bool full) {
        return mmc::code(row.profile) == profile && row.kind == wish.kind && row.full == full;
    };
    // Media without a quick format have no other way than the one.
    for (const bool full : {wish.full, false})
        for (const Row& row : rows)
            if (fits(row, full))
                return &row;
    return nullptr;
}

tl::unexpected<BurnError> refuse(Cause cause, std::string message) {
    return tl::unexpected(make_error(cause, Stage::format, std::move(message)));
}

} // namespace

std::optional<FormatKind> parse_format_kind(std::string_view word) {
    for (const Word& each : words)
        if (each.text == word)
            return each.kind;
    return std::nullopt;
}

std::vector<std::string> format_kind_words() {
    std::vector<std::string> result;
    result.reserve(std::size(words));
    for (const Word& each : words)
        result.emplace_back(each.text);
    return result;
}

Outcome<FormatRequest> choose_format(const DiscSummary& disc, const FormatWish& wish) {
    constexpr std::uint32_t packet = 16; // the parameter of a quick format of DVD-RW
    const Row* row = find_row(disc.profile, wish);
    if (row == nullptr || !disc.formats)
        return refuse(Cause::invalid_job,
                      fmt::format("{} is not formatted in this way.", profile_name(disc.profile)));
    const bool write_once = disc.profile == mmc::code(Profile::bd_r);
    if (write_once && disc.status != DiscStatus::blank)
        return refuse(Cause::medium_not_blank,
                      "A BD-R is formatted once, before anything is recorded on it.");
    if (!write_once && disc.formats->state != FormatState::unformatted && !wish.again)
        return refuse(Cause::medium_not_blank,
                      "The disc is formatted already; --again formats it once more, and what is on "
                      "it is lost.");
    const FormatOffer* offer = disc.formats->offer(row->type);
    if (offer == nullptr && row->size == Size::offered)
        return refuse(
            Cause::medium_not_writable,
            fmt::format("The drive offers no format of type {:02X}h for this disc.", row->type));
    if (row->size == Size::none)
        return FormatRequest{.type = row->type, .sub_type = row->sub_type, .parameter = packet};
    return FormatRequest{.type = row->type,
                         .sub_type = row->sub_type,
                         .blocks = offer->blocks,
                         .parameter = offer->parameter};
}

} // namespace burnrig::driver
