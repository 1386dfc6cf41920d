// SPDX-License-Identifier: Apache-2.0
// The trials of a sweep in a fixed order, so that a number names one: what shards divide, what
// workers take. Internal to harness/sweep. Thread-safe once made.
#pragma once

#include "harness/sweep/sweep.h"

namespace burnrig::harness::sweep {

class Campaign {
public:
    static mmc::Result<Campaign> create(std::vector<Subject> subjects, const SweepOptions& options);

    std::uint64_t size() const { return size_; }
    /// The trials of this shard.
    std::uint64_t own() const {
        return (size_ + options_.shards - 1 - options_.shard) / options_.shards;
    }
    std::uint64_t own_trial(std::uint64_t i) const { return i * options_.shards + options_.shard; }

    /// What to do, and with which rules.
    struct Task {
        TrialSpec spec;
        std::vector<std::string> rules;
    };
    Task task(std::uint64_t trial) const;

    const std::vector<Subject>& subjects() const { return subjects_; }
    const std::vector<std::vector<Point>>& points() const { return points_; }
    const std::vector<Kind>& kinds_of(std::uint32_t subject) const { return kinds_[subject]; }
    const std::vector<std::string>& sampled() const { return sampled_; }
    std::uint64_t pairs_drawn() const;
    std::uint64_t pairs_possible() const;

private:
    Campaign(std::vector<Subject> subjects, const SweepOptions& options)
        : subjects_(std::move(subjects)), options_(options) {}
    void list(std::uint32_t subject, const std::vector<bool>& kept);
    void thin_out(std::uint32_t subject);
    std::uint64_t singles_of(std::uint32_t subject) const;
    std::uint64_t pairs_of(std::uint32_t subject) const;

    std::vector<Subject> subjects_;
    SweepOptions options_;
    std::vector<std::vector<Point>> points_;
    std::vector<std::vector<Kind>> kinds_;
    std::vector<std::vector<TrialSpec>> specs_; ///< first order, by subject; at their end...
    std::vector<std::size_t> probes_;           ///< ... those behind the last command
    std::vector<std::string> sampled_;
    std::vector<std::uint64_t> begins_; ///< first trial of each subject
    std::uint64_t size_ = 0;
};

} // namespace burnrig::harness::sweep
