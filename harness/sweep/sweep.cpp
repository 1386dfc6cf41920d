// SPDX-License-Identifier: Apache-2.0
#include "harness/sweep/sweep.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <tuple>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "harness/report/replay_command.h"
#include "harness/sweep/campaign.h"
#include "harness/sweep/failure_file.h"
#include "harness/sweep/host_state.h"
#include "harness/sweep/shrink.h"

namespace burnrig::harness::sweep {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::uint64_t again_every = 20;                ///< I15: 5 % of the trials are run twice
constexpr std::uint64_t share = 64;                      ///< trials that a worker takes at a time
constexpr auto real_time_max = std::chrono::seconds(60); ///< of one trial

class Worker {
public:
    Worker(const Campaign& campaign, const SweepOptions& options)
        : campaign_(campaign), options_(options) {}

    mmc::Result<void> run(std::uint64_t number) {
        const auto task = campaign_.task(number);
        if (!ground_ || subject_ != task.spec.subject) {
            ground_.reset();
            auto made = Ground::create(campaign_.subjects()[task.spec.subject]);
            if (!made)
                return tl::unexpected(made.error());
            ground_ = std::move(*made);
            subject_ = task.spec.subject;
        }
        begun_.store(SteadyClock::now().time_since_epoch().count(), std::memory_order_relaxed);
        trial_.store(number, std::memory_order_relaxed);
        auto trial = Trial::run(*ground_, task.rules);
        if (!trial)
            return tl::unexpected(trial.error());
        JudgeOptions judging;
        judging.again = judging.twice =
            ((number + options_.seed) * 0x9E3779B97F4A7C15ULL >> 32) % again_every == 0;
        judging.second_burn = judging.again || !(*trial)->seen().succeeded;
        auto judged = judge(**trial, task.rules, judging);
        if (task.spec.beyond && !(*trial)->seen().strikes.empty())
            judged.violations.push_back({"O", "a rule behind the last command has fired"});
        count(number, task, (*trial)->seen(), std::move(judged));
        tally_.repeated += judging.again ? 1 : 0;
        begun_.store(0, std::memory_order_relaxed);
        return {};
    }

    Tally take() { return std::exchange(tally_, {}); }
    /// The trial that has gone on for too long, if there is one.
    std::optional<std::uint64_t> stuck() const {
        const auto begun = begun_.load(std::memory_order_relaxed);
        const auto now = SteadyClock::now().time_since_epoch().count();
        const bool late = begun != 0 && SteadyClock::duration(now - begun) > real_time_max;
        return late ? std::optional(trial_.load(std::memory_order_relaxed)) : std::nullopt;
    }

private:
    void count(std::uint64_t number, const Campaign::Task& task, const Seen& seen,
               Judgement judged) {
        const auto& spec = task.spec;
        auto& cell = tally_.cells[{spec.subject, spec.point, spec.kind}];
        const bool bad = !judged.violations.empty();
        ++tally_.trials;
        ++cell.trials;
        ++(seen.succeeded ? cell.succeeded : cell.failed);
        ++(bad ? cell.violated : judged.undetectable ? cell.undetectable : cell.held);
        cell.not_met += seen.strikes.empty() ? 1 : 0;
        tally_.violated += bad ? 1 : 0;
        tally_.undetectable += !bad && judged.undetectable ? 1 : 0;
        const std::string cause(seen.error ? driver::cause_name(seen.error->cause) : "");
        if (seen.strikes.size() == 1 && !cause.empty())
            tally_.causes.emplace(seen.strikes.front().kind.name, cause);
        for (auto& violation : judged.violations)
            tally_.add(Failure{number, spec.subject, spec.point,
                               campaign_.points()[spec.subject][spec.point].name,
                               std::string(to_string(spec.position)),
                               std::string(to_string(spec.persistence)), task.rules,
                               seen.hung        ? "hung"
                               : seen.succeeded ? "succeeded"
                                                : "failed",
                               cause, std::move(violation.invariant), std::move(violation.detail)});
    }

    const Campaign& campaign_;
    const SweepOptions& options_;
    std::unique_ptr<Ground> ground_;
    std::uint32_t subject_ = 0;
    Tally tally_;
    std::atomic<SteadyClock::rep> begun_{0};
    std::atomic<std::uint64_t> trial_{0};
};

// Workers take shares of the trials; the thread that called watches over them.
class Pool {
public:
    Pool(const Campaign& campaign, const SweepOptions& options)
        : campaign_(campaign), options_(options) {}

    mmc::Result<Tally> run() {
        for (unsigned i = 0; i < std::max(1U, options_.jobs); ++i)
            workers_.push_back(std::make_unique<Worker>(campaign_, options_));
        std::vector<std::thread> threads;
        busy_ = workers_.size();
        for (auto& worker : workers_)
            threads.emplace_back([this, &worker] { work(*worker); });
        watch();
        for (auto& thread : threads)
            thread.join();
        if (error_)
            return tl::unexpected(*error_);
        Tally sums;
        for (auto& worker : workers_)
            sums.add(worker->take());
        return sums;
    }

private:
    void work(Worker& worker) {
        for (;;) { // ends with the trials, or with an error
            const auto first = next_.fetch_add(share);
            if (first >= campaign_.own() || broken_)
                break;
            for (auto i = first; i < std::min(first + share, campaign_.own()); ++i)
                if (const auto ran = worker.run(campaign_.own_trial(i)); !ran) {
                    const std::lock_guard lock(mutex_);
                    error_ = ran.error();
                    broken_ = true;
                    break;
                }
        }
        const std::lock_guard lock(mutex_);
        --busy_;
        changed_.notify_all();
    }

    void watch() {
        std::unique_lock lock(mutex_);
        while (
            !changed_.wait_for(lock, std::chrono::milliseconds(500), [&] { return busy_ == 0; })) {
            if (options_.progress)
                options_.progress(std::min(next_.load(), campaign_.own()), campaign_.own());
            for (const auto& worker : workers_)
                if (const auto trial = worker->stuck())
                    give_up(*trial);
        }
    }

    // A trial that does not come back cannot be ended in its own process.
    [[noreturn]] void give_up(std::uint64_t trial) const {
        const auto task = campaign_.task(trial);
        fmt::print(stderr,
                   "burnrig: I4: a trial has not come to an end within {} s of real time:\n"
                   "  {}\n",
                   real_time_max.count(), campaign_.subjects()[task.spec.subject].name);
        for (const auto& rule : task.rules)
            fmt::print(stderr, "  {}\n", rule);
        ::_exit(1);
    }

    const Campaign& campaign_;
    const SweepOptions& options_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::atomic<std::uint64_t> next_{0};
    std::atomic<bool> broken_{false};
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t busy_ = 0;
    std::optional<mmc::Error> error_;
};

Label label_of(const Subject& subject) {
    const auto& scenario = subject.scenario;
    const std::vector<std::string> by_name{"burnrig", "sweep", "--filter", subject.name};
    const std::vector<std::string> by_file{"burnrig", "sweep", scenario.file};
    return {subject.name, scenario.drive.name, scenario::medium_name(scenario),
            shell_line(scenario.file.empty() ? by_name : by_file)};
}

// The smallest rules, and the scenario that shows it again.
void shrink_failures(SweepResult& result, const Campaign& campaign) {
    for (std::size_t i = 0; i < result.failures.size() && i < result.options.failures_max; ++i) {
        auto& failure = result.failures[i];
        const auto& subject = campaign.subjects()[failure.subject];
        failure.shrunk = shrink(subject, failure.rules, failure.invariant);
        failure.scenario = failure_yaml(subject, failure);
    }
}

} // namespace

void conclude(SweepResult& result) {
    for (const auto& [key, failure] : result.sums.groups)
        result.failures.push_back(failure);
    std::sort(result.failures.begin(), result.failures.end(), [](const auto& a, const auto& b) {
        return std::tie(a.trial, a.invariant) < std::tie(b.trial, b.invariant);
    });
    for (const auto& name : result.kinds) {
        const auto* kind = find_kind(name);
        if (!kind || kind->causes.empty() || kind->causes == "*")
            continue;
        const auto cause = std::string(kind->causes.substr(0, kind->causes.find(' ')));
        if (!result.sums.causes.contains({name, cause}))
            result.never_seen.push_back(fmt::format("{} never gave {}", name, cause));
    }
}

mmc::Result<std::uint64_t> count_trials(std::vector<Subject> subjects,
                                        const SweepOptions& options) {
    return Campaign::create(std::move(subjects), options).map([](const Campaign& campaign) {
        return campaign.size();
    });
}

mmc::Result<SweepResult> run_sweep(std::vector<Subject> subjects, const SweepOptions& options) {
    const auto begin = SteadyClock::now();
    const auto campaign = Campaign::create(std::move(subjects), options);
    if (!campaign)
        return tl::unexpected(campaign.error());
    SweepResult result;
    result.options = options;
    for (std::uint32_t i = 0; i < campaign->subjects().size(); ++i) {
        const auto& subject = campaign->subjects()[i];
        result.subjects.push_back(label_of(subject));
        for (const auto& kind : campaign->kinds_of(i))
            if (std::find(result.kinds.begin(), result.kinds.end(), kind.name) ==
                result.kinds.end())
                result.kinds.emplace_back(kind.name);
    }
    const auto host = HostState::now();
    auto sums = Pool(*campaign, options).run();
    if (!sums)
        return tl::unexpected(sums.error());
    result.host_state = host.difference(HostState::now());
    result.sums = std::move(*sums);
    result.of_trials = campaign->size();
    result.sampled = campaign->sampled();
    result.pairs_drawn = campaign->pairs_drawn();
    result.pairs_possible = options.depth > 1 ? campaign->pairs_possible() : 0;
    result.points = campaign->points();
    conclude(result);
    shrink_failures(result, *campaign);
    result.wall_seconds = std::chrono::duration<double>(SteadyClock::now() - begin).count();
    return result;
}

} // namespace burnrig::harness::sweep
