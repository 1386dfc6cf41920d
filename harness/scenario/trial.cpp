// SPDX-License-Identifier: Apache-2.0
#include "harness/scenario/trial.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <unistd.h>

#include "emulator/nodes/preload/preload_node.h"
#include "emulator/nodes/program/find_program.h"
#include "harness/report/observers.h"
#include "harness/report/replay_command.h"
#include "harness/results/finding.h"
#include "harness/rig/faulty_source.h"
#include "harness/scenario/drive_under_test.h"
#include "harness/scenario/stream_capture.h"
#include "harness/trace/recording_target.h"
#include "harness/trace/trace_hash.h"
#include "harness/trace/watchers.h"
#include "mmc/sense.h"

namespace burnrig::harness::scenario {
namespace {

using emulator::nodes::PreloadNode;

// Who stands around the drive in a run.
emulator::faults::Backend around_of(const Job& job) {
    emulator::faults::Backend around;
    around.host_node = std::holds_alternative<ProgramJob>(job);
    around.source = std::holds_alternative<BurnJob>(job);
    return around;
}

// The drive of a run with what stands before it.
class Bench {
public:
    static mmc::Result<std::unique_ptr<Bench>> create(const Scenario& scenario, DiscPointer disc,
                                                      const TrialOptions& options,
                                                      mmc::Clock& clock,
                                                      emulator::faults::Backend around,
                                                      std::function<void()> cut_off = {}) {
        const auto& rules = options.with_faults ? scenario.faults : std::vector<std::string>{};
        auto drive =
            options.physical
                ? attach_drive(*options.physical, scenario, rules, clock, std::move(around))
                : simulate_drive(scenario, rules, std::move(disc), clock, std::move(around));
        if (!drive)
            return tl::unexpected(drive.error());
        std::unique_ptr<Bench> bench(new Bench(clock));
        bench->drive_ = std::move(*drive);
        WatchOptions watch{.report = options.report};
        watch.trace.path = options.trace;
        watch.others.push_back(&bench->hash_);
        const auto watched = bench->watchers_.around(
            bench->drive_->target(), clock, watch,
            {scenario.seed, scenario.drive.name, medium_name(scenario), replay_command()},
            bench->drive_->emulated(), &bench->drive_->rules());
        if (!watched)
            return tl::unexpected(watched.error());
        mmc::Target* next = *watched;
        if (options.filter) {
            bench->filter_ = options.filter(*next, clock);
            next = bench->filter_.get();
        }
        bench->recording_.emplace(*next, clock, scenario.deadline, std::move(cut_off));
        bench->recording_->watch([rules = &bench->drive_->rules()] { return rules->fired(); });
        return bench;
    }

    mmc::Target& target() { return *recording_; }
    mmc::Clock& clock() { return clock_; }
    DriveUnderTest& drive() { return *drive_; }

    // What is left when the sender is done.
    mmc::Result<Outcome> conclude(Outcome outcome) {
        if (recording_->was_cut_off())
            outcome.word = "hung";
        outcome.commands = recording_->commands();
        outcome.trace_hash = hash_.text();
        outcome.log = watchers_.log();
        outcome.rules = drive_->rules().report();
        outcome.drive_time = clock_.now();
        if (filter_)
            filter_->sender_left();
        auto remains = drive_->leave();
        if (!remains)
            return tl::unexpected(remains.error());
        outcome.drive = remains->drive;
        outcome.disc = std::move(remains->disc);
        if (const auto finished = watchers_.finish(); !finished)
            return tl::unexpected(finished.error());
        return outcome;
    }

    /// Who is told of a burn for the report; nullptr without one.
    RunLog* log() { return watchers_.log().get(); }

private:
    explicit Bench(mmc::Clock& clock) : clock_(clock) {}

    mmc::Clock& clock_;
    std::unique_ptr<DriveUnderTest> drive_;
    TraceHash hash_;
    Watchers watchers_;
    std::unique_ptr<DriveFilter> filter_;
    std::optional<RecordingTarget> recording_;
};

std::string word_for(bool succeeded) {
    return succeeded ? "succeeded" : "failed";
}

Outcome skipped(std::string why) {
    Outcome outcome;
    outcome.skipped = std::move(why);
    return outcome;
}

// The node passes this signal on to the program.
void end_program() {
    ::kill(::getpid(), SIGTERM);
}

mmc::Result<Outcome> run(const ProgramJob& job, const Scenario& scenario, DiscPointer disc,
                         const Workspace& workspace, const TrialOptions& options) {
    const auto words = workspace.filled_in(job.words);
    if (emulator::nodes::find_program(words.front()).path.empty())
        return skipped(fmt::format("{} is not installed", words.front()));
    emulator::nodes::PreloadOptions places;
    places.virtual_time = options.physical == nullptr;
    places.block_path = device_path;
    places.generic_path = generic_path;
    auto node = PreloadNode::create(places);
    if (!node)
        return tl::unexpected(node.error());
    auto bench = Bench::create(scenario, std::move(disc), options, (*node)->clock(), around_of(job),
                               end_program);
    if (!bench)
        return tl::unexpected(bench.error());
    auto& drive = (*bench)->drive();
    drive.connect([&](int number) { (*node)->signal(number); });
    (*node)->on_host_event([&](std::string_view event) { return drive.host_event(event); });
    ::setenv("LC_ALL", "C", 1);
    mmc::Result<int> code = -1;
    {
        const auto capture = StreamCapture::start(workspace.output(), workspace.directory());
        if (!capture)
            return tl::unexpected(capture.error());
        code = (*node)->run((*bench)->target(), words);
    }
    if (!code)
        return tl::unexpected(code.error());
    Outcome outcome;
    outcome.word = word_for(*code == 0);
    outcome.exit_code = *code;
    outcome.text = read_output(workspace.output());
    return (*bench)->conclude(std::move(outcome));
}

std::unique_ptr<mmc::Clock> clock_for(const TrialOptions& options) {
    if (options.physical)
        return std::make_unique<mmc::RealClock>();
    return std::make_unique<mmc::VirtualClock>();
}

// Keeps what a person would be told on the way.
class Listener final : public driver::Observer {
public:
    void warning(std::string_view text) override { text_ += fmt::format("warning: {}\n", text); }
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

mmc::Result<Outcome> run(const BurnJob& job, const Scenario& scenario, DiscPointer disc,
                         const Workspace& workspace, const TrialOptions& options) {
    if (!driver::parse_write_mode(job.settings.mode))
        return skipped(fmt::format("our driver has no mode {} yet", job.settings.mode));
    const auto clock = clock_for(options);
    auto bench = Bench::create(scenario, std::move(disc), options, *clock, around_of(job));
    if (!bench)
        return tl::unexpected(bench.error());
    std::vector<std::uint8_t> other;
    if (job.image_seed || job.image_bytes)
        other = make_image(job.image_bytes.value_or(scenario.image_bytes),
                           job.image_seed.value_or(scenario.seed));
    driver::MemorySource image(other.empty() ? workspace.image() : other, "image");
    FaultySource source(image);
    source.attach(*clock, (*bench)->drive().rules(), (*bench)->drive().hooks());
    const auto burn = make_burn_job(job.settings, source);
    if (!burn)
        return tl::unexpected(burn.error());
    driver::RecorderOptions how{.single_thread = options.physical == nullptr};
    if (options.physical)
        how.max_transfer_bytes = options.physical->max_transfer();
    if (job.ring_bytes > 0)
        how.ring_bytes = job.ring_bytes;
    driver::Recorder recorder((*bench)->target(), *clock, how);
    Listener listener;
    Observers observers;
    observers.add(listener);
    if ((*bench)->log())
        observers.add(*(*bench)->log());
    const auto report = recorder.burn(*burn, &observers);
    Outcome outcome;
    outcome.word = word_for(report.has_value());
    if (report) {
        outcome.text = listener.text() + driver::to_text(*report);
        outcome.disc_now = report->disc_now;
    } else {
        const auto& error = report.error();
        outcome.text = listener.text() + "burn " + driver::to_text(error);
        outcome.cause = error.cause;
        if (error.sense)
            outcome.sense = error.sense->code;
        outcome.disc_now = error.disc_now;
    }
    return (*bench)->conclude(std::move(outcome));
}

std::string answer_text(const mmc::Completion& completion) {
    if (const auto sense = mmc::decode_sense(completion.sense.view()))
        return fmt::format("{}  {}", mmc::describe(sense->code), hex(completion.sense.view()));
    if (completion.host != mmc::HostStatus::ok)
        return fmt::format("no answer, host status {}", static_cast<int>(completion.host));
    return completion.good() ? "GOOD"
                             : fmt::format("status {:02X}h", static_cast<int>(completion.status));
}

// A new disc has news for the first commands, and a drive may need time.
void make_ready(mmc::Target& target, mmc::Clock& clock) {
    constexpr int tries = 60;
    const std::array<std::uint8_t, 6> test_unit_ready{};
    for (int i = 0; i < tries; ++i) {
        const auto completion = target.execute({test_unit_ready, {}, {}});
        const auto sense = mmc::decode_sense(completion.sense.view());
        if (!sense || (sense->code.key != mmc::SenseKey::unit_attention &&
                       sense->code.key != mmc::SenseKey::not_ready))
            return;
        if (sense->code.key == mmc::SenseKey::not_ready)
            clock.sleep_for(std::chrono::seconds(1));
    }
}

mmc::Result<Outcome> run(const SendJob& job, const Scenario& scenario, DiscPointer disc,
                         const Workspace&, const TrialOptions& options) {
    const auto clock = clock_for(options);
    auto bench = Bench::create(scenario, std::move(disc), options, *clock, around_of(job));
    if (!bench)
        return tl::unexpected(bench.error());
    make_ready((*bench)->target(), *clock);
    Outcome outcome;
    bool good = true;
    std::vector<std::uint8_t> room;
    for (const auto& sent : job.commands) {
        clock->sleep_for(sent.wait);
        room.assign(sent.in, 0);
        const auto completion =
            (*bench)->target().execute({sent.cdb, sent.out, room, sent.timeout});
        good = good && completion.good();
        outcome.text += fmt::format("{}: {}\n", hex(sent.cdb), answer_text(completion));
    }
    outcome.word = word_for(good);
    return (*bench)->conclude(std::move(outcome));
}

mmc::Result<Outcome> run(const NoJob& job, const Scenario&, DiscPointer, const Workspace&,
                         const TrialOptions&) {
    return skipped(job.reason);
}

} // namespace

std::string cannot_apply(const Scenario& scenario, const Job& job, const PhysicalDrive* physical) {
    const auto engine = emulator::faults::FaultEngine::create(scenario.faults, scenario.seed,
                                                              backend_of(physical, around_of(job)));
    return engine ? "" : engine.error().message;
}

mmc::Result<Outcome> run_trial(const Scenario& scenario, const Job& job, DiscPointer disc,
                               const Workspace& workspace, const TrialOptions& options) {
    if (options.with_faults)
        if (const auto reason = cannot_apply(scenario, job, options.physical); !reason.empty())
            return skipped(reason);
    return std::visit(
        [&](const auto& one) { return run(one, scenario, std::move(disc), workspace, options); },
        job);
}

} // namespace burnrig::harness::scenario
