// SPDX-License-Identifier: Apache-2.0
#include "harness/trace/recording_target.h"

namespace burnrig::harness {

RecordingTarget::RecordingTarget(mmc::Target& next, const mmc::Clock& clock, mmc::Duration deadline,
                                 std::function<void()> cut_off)
    : next_(next), clock_(clock), deadline_(deadline), cut_off_(std::move(cut_off)) {}

mmc::Completion RecordingTarget::execute(const mmc::Command& command) {
    const auto at = clock_.now();
    if (!is_cut_off_ && (at > deadline_ || commands_.size() >= commands_max)) {
        is_cut_off_ = true;
        if (cut_off_)
            cut_off_();
    }
    if (is_cut_off_) {
        mmc::Completion gone;
        gone.host = mmc::HostStatus::no_connect;
        return gone;
    }
    const auto fired = fired_ ? fired_() : 0;
    const auto completion = next_.execute(command);
    commands_.push_back(make_record(commands_.size() + 1, at, command, completion));
    commands_.back().faulted = fired_ && fired_() != fired;
    return completion;
}

} // namespace burnrig::harness
