// SPDX-License-Identifier: Apache-2.0
#include "harness/sweep/trial.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/faults/parser.h"
#include "harness/rig/burn_settings.h"
#include "harness/rig/faulty_source.h"
#include "harness/scenario/disc_compare.h"
#include "harness/trace/trace_hash.h"

namespace burnrig::harness::sweep {
namespace {

namespace faults = emulator::faults;

// Watches over what a person is shown: what is done never shrinks within a stage, and nothing is
// shown as done that failed.
class ProgressWatch final : public driver::Observer {
public:
    void stage(driver::Stage stage, std::string_view) override {
        stage_ = stage;
        last_ = {};
    }
    void progress(const driver::Progress& now) override {
        if (now.stage == last_.stage && now.bytes < last_.bytes && !complained_)
            complain(fmt::format("{}: {} bytes were done, then {}", driver::stage_name(now.stage),
                                 last_.bytes, now.bytes));
        if (now.total > 0 && now.bytes > now.total)
            complain(fmt::format("{}: {} of {} bytes are done", driver::stage_name(now.stage),
                                 now.bytes, now.total));
        last_ = now;
    }
    void warning(std::string_view) override {}

    // The stage that failed had shown all of its work as done. A verify that finds a difference has
    // done all of its work.
    void failed(const driver::BurnError& error) {
        if (stage_ == error.stage && last_.stage == stage_ && last_.total > 0 &&
            last_.bytes == last_.total && error.cause != driver::Cause::verify_mismatch)
            complain(fmt::format("{} was shown as complete, and failed",
                                 driver::stage_name(error.stage)));
    }
    std::vector<std::string> faults() { return std::move(faults_); }

private:
    void complain(std::string text) {
        complained_ = true;
        if (faults_.size() < 4)
            faults_.push_back(std::move(text));
    }
    driver::Stage stage_ = driver::Stage::plan;
    driver::Progress last_;
    bool complained_ = false;
    std::vector<std::string> faults_;
};

CommandClass class_at(const faults::Point& point) {
    if (const auto* command = std::get_if<faults::point::Command>(&point.what))
        return class_of(command->opcode);
    if (std::holds_alternative<faults::point::Source>(point.what))
        return source;
    return asks_drive;
}

bool persists(const faults::FaultRule& rule) {
    for (const auto& each : rule.qualifiers)
        if (const auto* index = std::get_if<faults::qualifier::Index>(&each.what))
            return !index->last;
    return rule.limit && std::holds_alternative<faults::limit::Always>(rule.limit->what);
}

Position position_in(const faults::FaultRule& rule) {
    for (const auto& each : rule.qualifiers) {
        if (std::holds_alternative<faults::qualifier::Before>(each.what))
            return before;
        if (std::holds_alternative<faults::qualifier::Midway>(each.what))
            return midway;
        if (std::holds_alternative<faults::qualifier::After>(each.what))
            return after;
    }
    return whole;
}

constexpr mmc::Duration patience_when_healed = std::chrono::minutes(10);

} // namespace

mmc::Result<Strike> strike_of(const std::string& text) {
    const auto rule = faults::parse_rule(text);
    if (!rule)
        return mmc::fail("{}: column {}: {}", text, rule.error().column, rule.error().message);
    static const Kind anything{"", "", any_command, whole, Effect::retryable, "*"};
    const auto* kind = kind_of_rule(rule->name);
    return Strike{kind ? *kind : anything, class_at(rule->point), position_in(*rule),
                  persists(*rule)};
}

mmc::Result<std::unique_ptr<Trial>> Trial::run(const Ground& ground,
                                               const std::vector<std::string>& rules) {
    std::unique_ptr<Trial> trial(new Trial(ground));
    if (auto set = trial->set_up(rules); !set)
        return tl::unexpected(set.error());
    if (auto burned = trial->burn(); !burned)
        return tl::unexpected(burned.error());
    return trial;
}

mmc::Result<void> Trial::set_up(const std::vector<std::string>& rules) {
    const auto& scenario = ground_.subject.scenario;
    for (const auto& rule : rules) {
        auto strike = strike_of(rule);
        if (!strike)
            return tl::unexpected(strike.error());
        strikes_.push_back(std::move(*strike));
    }
    auto engine =
        faults::FaultEngine::create(rules, scenario.seed, Surroundings::backend({.source = true}));
    if (!engine)
        return tl::unexpected(engine.error());
    auto disc = scenario::copy_of(*ground_.start);
    if (!disc)
        return tl::unexpected(disc.error());
    (*disc)->note_recordings_in(&seen_.recorded);
    first_disc_ = disc->get();
    drive_ = std::make_unique<emulator::Drive>(scenario.drive, clock_,
                                               emulator::DriveOptions{.seed = scenario.seed});
    drive_->set_faults(std::move(*engine));
    surroundings_.emplace(*drive_, clock_);
    drive_->insert(std::move(*disc));
    target_.emplace(*drive_, clock_, ground_.deadline);
    target_->watch([drive = drive_.get()] { return drive->faults().fired(); });
    recorder_.emplace(*target_, clock_,
                      driver::RecorderOptions{.single_thread = true, .writer_seed = scenario.seed});
    return {};
}

mmc::Result<void> Trial::burn() {
    driver::MemorySource image(ground_.image, "image");
    FaultySource source(image);
    source.attach(clock_, drive_->faults(), surroundings_->hooks());
    const auto job = make_burn_job(ground_.subject.burn, source);
    if (!job)
        return tl::unexpected(job.error());
    ProgressWatch watch;
    auto outcome = recorder_->burn(*job, &watch);
    seen_.took = clock_.now();
    seen_.hung = target_->was_cut_off();
    seen_.succeeded = outcome.has_value();
    if (outcome)
        seen_.report = std::move(*outcome);
    else
        watch.failed(*(seen_.error = std::move(outcome.error())));
    seen_.progress_faults = watch.faults();
    seen_.commands = target_->take_commands();
    seen_.drive = drive_->status();
    seen_.other_disc = drive_->disc() != nullptr && drive_->disc() != first_disc_;
    const auto reports = drive_->faults().report();
    for (std::size_t i = 0; i < reports.size() && i < strikes_.size(); ++i)
        if (reports[i].fired > 0) {
            strikes_[i].times = reports[i].fired;
            seen_.strikes.push_back(strikes_[i]);
            // By the rule: another disc may lie where the first one was in memory.
            seen_.other_disc = seen_.other_disc || strikes_[i].kind.name == "swapped";
        }
    return {};
}

std::string Trial::hash() const {
    TraceHash digest;
    for (const auto& record : seen_.commands)
        digest.command(record, {});
    return digest.text();
}

std::string Trial::burn_small(driver::Recorder& recorder) {
    auto fresh = emulator::Disc::in_memory(*ground_.subject.scenario.medium);
    if (!fresh)
        return fresh.error().message;
    drive_->remove();
    drive_->load();
    drive_->insert(std::move(*fresh));
    driver::MemorySource source(ground_.small_image, "small image");
    auto settings = ground_.subject.burn;
    settings.verify = settings.multi = settings.resume = false;
    if (settings.mode.starts_with("raw"))
        settings.mode = "sao"; // whether it burns again can be seen in a hundredth of the time
    const auto job = make_burn_job(settings, source);
    if (!job)
        return job.error().message;
    const auto report = recorder.burn(*job);
    if (!report)
        return "a burn on a fresh disc fails: " + driver::to_text(report.error());
    if (drive_->status().removal_prevented)
        return "a burn on a fresh disc leaves the tray locked";
    const auto missing = image_missing(*drive_->disc(), report->first_lba, ground_.small_image);
    return missing.empty() ? "" : "a burn on a fresh disc succeeds, and " + missing;
}

std::string Trial::heal_and_burn_again(bool twice) {
    drive_->set_faults({});
    drive_->recover();
    if (auto* disc = drive_->disc()) {
        disc->note_recordings_in(nullptr);
        disc->heal();
    }
    target_.emplace(*drive_, clock_, clock_.now() + patience_when_healed);
    if (const auto ejected = recorder_->eject(); !ejected)
        return "the tray does not open: " + driver::to_text(ejected.error());
    if (auto failed = burn_small(*recorder_); !failed.empty())
        return "with the same recorder: " + failed;
    if (!twice)
        return {};
    driver::Recorder another(*target_, clock_, {.single_thread = true});
    auto failed = burn_small(another);
    return failed.empty() ? failed : "with a new recorder: " + failed;
}

} // namespace burnrig::harness::sweep
