// SPDX-License-Identifier: Apache-2.0
// A value over time for a drawing, in few points however long it goes on: neighbours become one
// point that keeps the lowest and the highest of them, so no dip is lost.
//
//     9 9 9 0 9 9 9 9   ->   (9..9) (0..9) (9..9) (9..9)
//
// One thread at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "mmc/clock.h"

namespace burnrig::harness {

class Curve {
public:
    struct Point {
        mmc::Duration at{0}; ///< of the first value in it
        double low = 0;
        double high = 0;
    };
    static constexpr std::size_t points_max = 2000;

    void add(mmc::Duration at, double value);
    const std::vector<Point>& points() const { return points_; }
    bool empty() const { return points_.empty(); }

private:
    void halve();

    std::vector<Point> points_;
    std::uint64_t values_per_point_ = 1;
    std::uint64_t values_in_last_ = 0;
};

} // namespace burnrig::harness
