// SPDX-License-Identifier: Apache-2.0
#include "harness/report/disc_picture.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "emulator/disc/areas.h"

namespace burnrig::harness {
namespace {

constexpr int size = DiscPicture::size;
constexpr double outer_radius = size / 2.0;
constexpr double inner_radius = outer_radius * 22.5 / 59; // the hub, of a disc of 120 mm

// In the order of Dot: signs without colour, and colours of 256.
constexpr std::array<const char*, 7> plain_signs{" ", ".", "-", ":", "#", "=", "x"};
constexpr std::array<int, 7> colours{0, 238, 243, 179, 39, 42, 196};

using Grid = std::array<std::array<Dot, size>, size>;

struct Place {
    int ring = 0;
    double angle = 0;
    int row = 0;
    int column = 0;
};

// All dots of the ring in the order of the spiral.
std::vector<Place> spiral() {
    std::vector<Place> places;
    for (int row = 0; row < size; ++row)
        for (int column = 0; column < size; ++column) {
            const double x = column + 0.5 - outer_radius;
            const double y = row + 0.5 - outer_radius;
            const double radius = std::hypot(x, y);
            if (radius < inner_radius || radius > outer_radius)
                continue;
            const double angle = std::atan2(x, -y); // clockwise from twelve o'clock
            places.push_back({static_cast<int>(radius),
                              angle < 0 ? angle + 2 * std::numbers::pi : angle, row, column});
        }
    std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
        return a.ring != b.ring ? a.ring < b.ring : a.angle < b.angle;
    });
    return places;
}

class Painter {
public:
    explicit Painter(const emulator::Disc& disc)
        : disc_(disc), areas_(emulator::areas_of(disc)), places_(spiral()) {
        first_ = areas_.empty() ? 0 : std::min(0, areas_.front().first);
        end_ = std::max(disc.medium().capacity(), areas_.empty() ? 0 : areas_.back().end);
    }

    Grid paint() {
        for (const auto& place : places_)
            at(place) = Dot::free;
        const auto& format = disc_.structure().format;
        if (format.kind != emulator::FormatKind::none)
            cover(0, formatted_end(format), Dot::formatted);
        for (const auto& area : areas_)
            if (area.kind != emulator::AreaKind::free && area.kind != emulator::AreaKind::track)
                cover(area.first, area.end, Dot::area);
        disc_.recorded().each([&](const emulator::Extent& extent) {
            if (extent.form != emulator::BlockForm::subchannel)
                cover_recorded(extent);
        });
        for (const auto& range : disc_.damage().ranges)
            cover(range.first, range.end, Dot::damage);
        return grid_;
    }

private:
    static std::int32_t formatted_end(const emulator::Formatting& format) {
        const bool part = format.background == emulator::BackgroundFormat::running ||
                          format.background == emulator::BackgroundFormat::suspended;
        return part ? format.background_end : format.blocks;
    }

    Dot& at(const Place& place) {
        return grid_[static_cast<std::size_t>(place.row)][static_cast<std::size_t>(place.column)];
    }

    void cover_recorded(const emulator::Extent& extent) {
        if (extent.form == emulator::BlockForm::audio)
            return cover(extent.first, extent.end(), Dot::audio);
        for (const auto& area : areas_) { // raw blocks of an audio track are audio too
            const auto first = std::max(extent.first, area.first);
            const auto end = std::min(extent.end(), area.end);
            const auto* track = emulator::track_at(disc_.structure(), first);
            if (first < end && area.kind != emulator::AreaKind::pregap)
                cover(first, end, track != nullptr && track->audio() ? Dot::audio : Dot::data);
        }
    }

    // Dots that stand for blocks [first, end), at least one.
    void cover(std::int32_t first, std::int32_t end, Dot dot) {
        first = std::max(first, first_);
        end = std::min(end, end_);
        if (first >= end)
            return;
        const auto count = static_cast<std::int64_t>(places_.size());
        const auto place_of = [&](std::int32_t lba) {
            return (lba - std::int64_t{first_}) * count / (std::int64_t{end_} - first_);
        };
        const auto last = std::min(place_of(end - 1), count - 1);
        for (auto index = place_of(first); index <= last; ++index) {
            auto& shown = at(places_[static_cast<std::size_t>(index)]);
            shown = std::max(shown, dot);
        }
    }

    const emulator::Disc& disc_;
    std::vector<emulator::Area> areas_;
    std::vector<Place> places_;
    std::int32_t first_ = 0;
    std::int32_t end_ = 1;
    Grid grid_{};
};

// Two dots, one above the other, in one character.
std::string character(Dot upper, Dot lower, bool colour) {
    if (!colour)
        return plain_signs[static_cast<std::size_t>(std::max(upper, lower))];
    const auto code = [](Dot dot) { return colours[static_cast<std::size_t>(dot)]; };
    if (upper == Dot::outside && lower == Dot::outside)
        return " ";
    if (upper == Dot::outside)
        return fmt::format("\x1B[38;5;{}m▄\x1B[0m", code(lower));
    if (lower == Dot::outside)
        return fmt::format("\x1B[38;5;{}m▀\x1B[0m", code(upper));
    return fmt::format("\x1B[38;5;{};48;5;{}m▀\x1B[0m", code(upper), code(lower));
}

} // namespace

DiscPicture draw(const emulator::Disc& disc, bool colour) {
    const Grid grid = Painter(disc).paint();
    DiscPicture picture;
    for (std::size_t row = 0; row < size; row += 2) {
        std::string line;
        for (std::size_t column = 0; column < size; ++column) {
            line += character(grid[row][column], grid[row + 1][column], colour);
            picture.shown[static_cast<std::size_t>(grid[row][column])] = true;
            picture.shown[static_cast<std::size_t>(grid[row + 1][column])] = true;
        }
        picture.lines.push_back(std::move(line));
    }
    return picture;
}

std::string sign_of(Dot dot, bool colour) {
    const auto index = static_cast<std::size_t>(dot);
    return colour ? fmt::format("\x1B[38;5;{}m█\x1B[0m", colours[index]) : plain_signs[index];
}

} // namespace burnrig::harness
