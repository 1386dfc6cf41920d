// SPDX-License-Identifier: Apache-2.0
#include "harness/report/curve.h"

#include <algorithm>

namespace burnrig::harness {

void Curve::add(mmc::Duration at, double value) {
    const bool full = values_in_last_ == values_per_point_;
    if (points_.empty() || full) {
        if (points_.size() == points_max)
            halve();
        if (points_.empty() || values_in_last_ == values_per_point_) {
            points_.push_back({at, value, value});
            values_in_last_ = 1;
            return;
        }
    }
    auto& last = points_.back();
    last.low = std::min(last.low, value);
    last.high = std::max(last.high, value);
    ++values_in_last_;
}

void Curve::halve() {
    for (std::size_t i = 0; i < points_.size() / 2; ++i) {
        const auto& one = points_[2 * i];
        const auto& other = points_[2 * i + 1];
        points_[i] = {one.at, std::min(one.low, other.low), std::max(one.high, other.high)};
    }
    points_.resize(points_.size() / 2);
    values_per_point_ *= 2;
    values_in_last_ = values_per_point_;
}

} // namespace burnrig::harness
