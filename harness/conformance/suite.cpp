// SPDX-License-Identifier: Apache-2.0
#include "harness/conformance/suite.h"

#include <algorithm>

#include <fmt/format.h>
#include <fnmatch.h>

#include "harness/conformance/checks/checks.h"

namespace burnrig::harness::conformance {
namespace {

bool inside(const Mounted& mounted, Inside wanted) {
    switch (wanted) {
    case Inside::anything:
        return true;
    case Inside::medium:
        return mounted.ready;
    case Inside::cd:
        return mounted.ready && mounted.cd();
    case Inside::dvd:
        return mounted.ready && mounted.dvd();
    case Inside::bd:
        return mounted.ready && mounted.bd();
    case Inside::not_cd:
        return mounted.ready && (mounted.dvd() || mounted.bd());
    }
    return false;
}

std::string_view name(Inside wanted) {
    constexpr std::string_view names[]{"anything", "a disc", "a CD",
                                       "a DVD",    "a BD",   "a DVD or BD"};
    return names[static_cast<std::size_t>(wanted)];
}

bool has_profile(const Needs& needs, const Mounted& mounted) {
    return needs.profiles.empty() ||
           std::any_of(needs.profiles.begin(), needs.profiles.end(),
                       [&](mmc::Profile profile) { return mounted.is(profile); });
}

std::string profiles_text(const Needs& needs) {
    std::string text;
    for (const auto profile : needs.profiles)
        text += (text.empty() ? "" : ", ") + std::string(mmc::name(profile));
    return text;
}

// Why the check cannot be made now; "" when it can.
std::string unmet(const Needs& needs, const Mounted& mounted, const SuiteOptions& options) {
    if (needs.touch == Touch::tray && !options.may_move_tray)
        return "the tray may not be moved";
    if (needs.touch == Touch::disc && !options.may_write)
        return "the disc may not be written";
    if (!inside(mounted, needs.inside))
        return fmt::format("needs {} in the drive", name(needs.inside));
    if (!has_profile(needs, mounted))
        return fmt::format("needs one of: {}", profiles_text(needs));
    if (needs.feature != 0 && !mounted.feature(needs.feature))
        return fmt::format("the drive has no feature {:04X}h", needs.feature);
    if (needs.state == DiscState::blank && !mounted.blank())
        return "needs a blank disc";
    if (needs.state == DiscState::recorded && !mounted.recorded())
        return "needs a disc with data on it";
    return {};
}

bool writes(const Check* check) {
    return check->needs.touch == Touch::disc;
}

class Run {
public:
    Run(mmc::Target& target, mmc::Clock& clock, const SuiteOptions& options)
        : target_(target), clock_(clock), options_(options) {}

    SuiteReport all() {
        const auto chosen = select(options_.only);
        const bool any_writes = std::any_of(chosen.begin(), chosen.end(), writes);
        if (!each(chosen, false) || !any_writes)
            return std::move(report_);
        if (options_.may_write && options_.before_first_write && !options_.before_first_write())
            options_.may_write = false; // they are told as not applicable
        fresh_ = Trial(target_, clock_).look();
        if (each(chosen, true) && recorded_)
            each(chosen, false);
        return std::move(report_);
    }

private:
    // A new disc is only put in for a check that will use it: what the last one recorded stays.
    bool is_for_this_disc(const Check& check) const {
        return inside(fresh_, check.needs.inside) && has_profile(check.needs, fresh_);
    }

    // false: the target is gone.
    bool each(const std::vector<const Check*>& chosen, bool writing) {
        for (const auto* check : chosen) {
            if (writes(check) != writing)
                continue;
            if (writing && recorded_ && is_for_this_disc(*check) && options_.new_disc &&
                options_.new_disc())
                recorded_ = false;
            auto result = run_check(*check, target_, clock_, options_);
            const auto verdict = result.outcome.verdict;
            if (writing && verdict != Verdict::not_applicable)
                recorded_ = true;
            if (options_.finished)
                options_.finished(result);
            report_.results.push_back(std::move(result));
            if (verdict == Verdict::broken)
                return false;
        }
        return true;
    }

    mmc::Target& target_;
    mmc::Clock& clock_;
    SuiteOptions options_;
    SuiteReport report_;
    Mounted fresh_;         // what was in before the first life cycle, and is in each new disc
    bool recorded_ = false; // a life cycle has been at the disc that is in
};

} // namespace

const std::vector<Check>& all_checks() {
    static const std::vector<Check> checks = [] {
        std::vector<Check> all;
        for (const auto make : check_makers)
            for (auto& check : make())
                all.push_back(std::move(check));
        return all;
    }();
    return checks;
}

std::size_t SuiteReport::count(Verdict verdict) const {
    return static_cast<std::size_t>(
        std::count_if(results.begin(), results.end(), [&](const CheckResult& result) {
            return result.outcome.verdict == verdict;
        }));
}

std::size_t SuiteReport::judged() const {
    return results.size() - count(Verdict::not_applicable);
}

std::vector<const Check*> select(const std::string& pattern) {
    const bool whole = pattern.find_first_of("*?[") != std::string::npos;
    std::vector<const Check*> chosen;
    for (const auto& check : all_checks())
        if (whole ? fnmatch(pattern.c_str(), check.name.c_str(), 0) == 0
                  : check.name.find(pattern) != std::string::npos)
            chosen.push_back(&check);
    return chosen;
}

// A drive from before MMC-2 has no GET CONFIGURATION and may lack what came with it.
void forgive_age(Outcome& outcome, const Mounted& mounted) {
    const auto unknown = [](const Finding& finding) { return finding.seen.starts_with("5/20/00"); };
    if (outcome.verdict != Verdict::fail || mounted.configuration ||
        std::none_of(outcome.findings.begin(), outcome.findings.end(), unknown))
        return;
    outcome = {};
    outcome.verdict = Verdict::not_applicable;
    outcome.reason = "a drive without GET CONFIGURATION, older than MMC-2, lacks a command of it";
}

CheckResult run_check(const Check& check, mmc::Target& target, mmc::Clock& clock,
                      const SuiteOptions& options) {
    CheckResult result;
    result.check = &check;
    Trial trial(target, clock);
    const auto begin = clock.now();
    const auto mounted = trial.look();
    result.disc = mounted.state();
    if (auto reason = unmet(check.needs, mounted, options); !reason.empty())
        trial.skip(std::move(reason));
    else if (!trial.broken())
        check.run(trial);
    result.outcome = std::move(trial).outcome();
    forgive_age(result.outcome, mounted);
    result.duration = clock.now() - begin;
    return result;
}

SuiteReport run_suite(mmc::Target& target, mmc::Clock& clock, const SuiteOptions& options) {
    return Run(target, clock, options).all();
}

} // namespace burnrig::harness::conformance
