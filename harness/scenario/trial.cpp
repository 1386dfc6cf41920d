// SPDX-License-Identifier: Apache-2.0
#include "harness/scenario/trial.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <unistd.h>

#include "emulator/nodes/preload/preload_node.h"
#include "emulator/nodes/program/find_program.h"
#include "harness/report/replay_command.h"
#include "harness/results/finding.h"
#include "harness/rig/faulty_source.h"
#include "harness/rig/surroundings.h"
#include "harness/scenario/stream_capture.h"
#include "harness/trace/recording_target.h"
#include "harness/trace/tracing_target.h"
#include "mmc/sense.h"

namespace burnrig::harness::scenario {
namespace {

using emulator::nodes::PreloadNode;

// The drive of a run with what stands before it.
class Bench {
public:
    static mmc::Result<std::unique_ptr<Bench>>
    create(const Scenario& scenario, std::unique_ptr<emulator::Disc> disc,
           const TrialOptions& options, mmc::Clock& clock, emulator::faults::Backend around,
           std::function<void()> cut_off = {}) {
        const auto& rules = options.with_faults ? scenario.faults : std::vector<std::string>{};
        auto faults = emulator::faults::FaultEngine::create(
            rules, scenario.seed, Surroundings::backend(std::move(around)));
        if (!faults)
            return tl::unexpected(faults.error());
        std::unique_ptr<Bench> bench(new Bench(clock));
        bench->drive_ = std::make_unique<emulator::Drive>(
            scenario.drive, clock, emulator::DriveOptions{.seed = scenario.seed});
        bench->drive_->set_faults(std::move(*faults));
        bench->surroundings_.emplace(*bench->drive_, clock);
        if (disc)
            bench->drive_->insert(std::move(disc));
        mmc::Target* next = bench->drive_.get();
        if (!options.trace.empty()) {
            auto tracing = TracingTarget::create(
                *next, clock, options.trace,
                {scenario.seed, scenario.drive.name, medium_name(scenario), replay_command()});
            if (!tracing)
                return tl::unexpected(tracing.error());
            bench->tracing_ = std::move(*tracing);
            next = bench->tracing_.get();
        }
        bench->recording_.emplace(*next, clock, scenario.deadline, std::move(cut_off));
        bench->recording_->watch([rules = &bench->drive_->faults()] { return rules->fired(); });
        return bench;
    }

    mmc::Target& target() { return *recording_; }
    mmc::Clock& clock() { return clock_; }
    emulator::faults::FaultEngine& rules() { return drive_->faults(); }
    Surroundings& surroundings() { return *surroundings_; }

    // What is left when the sender is done.
    mmc::Result<Outcome> conclude(Outcome outcome) {
        if (recording_->was_cut_off())
            outcome.word = "hung";
        outcome.commands = recording_->commands();
        outcome.rules = drive_->faults().report();
        outcome.drive = drive_->status();
        outcome.drive_time = clock_.now();
        outcome.disc = drive_->remove();
        if (tracing_)
            if (const auto finished = tracing_->finish(); !finished)
                return tl::unexpected(finished.error());
        return outcome;
    }

private:
    explicit Bench(mmc::Clock& clock) : clock_(clock) {}

    mmc::Clock& clock_;
    std::unique_ptr<emulator::Drive> drive_;
    std::optional<Surroundings> surroundings_;
    std::unique_ptr<TracingTarget> tracing_;
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

mmc::Result<Outcome> run(const ProgramJob& job, const Scenario& scenario,
                         std::unique_ptr<emulator::Disc> disc, const Workspace& workspace,
                         const TrialOptions& options) {
    const auto words = workspace.filled_in(job.words);
    if (emulator::nodes::find_program(words.front()).path.empty())
        return skipped(fmt::format("{} is not installed", words.front()));
    emulator::nodes::PreloadOptions places;
    places.block_path = device_path;
    places.generic_path = generic_path;
    auto node = PreloadNode::create(places);
    if (!node)
        return tl::unexpected(node.error());
    auto bench = Bench::create(scenario, std::move(disc), options, (*node)->clock(),
                               {.host_node = true}, end_program);
    if (!bench)
        return tl::unexpected(bench.error());
    auto& surroundings = (*bench)->surroundings();
    surroundings.connect([&](int number) { (*node)->signal(number); });
    (*node)->on_host_event([&](std::string_view event) { return surroundings.host_event(event); });
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

// Keeps what a person would be told on the way.
class Listener final : public driver::Observer {
public:
    void warning(std::string_view text) override { text_ += fmt::format("warning: {}\n", text); }
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

mmc::Result<Outcome> run(const BurnJob& job, const Scenario& scenario,
                         std::unique_ptr<emulator::Disc> disc, const Workspace& workspace,
                         const TrialOptions& options) {
    if (!driver::parse_write_mode(job.settings.mode))
        return skipped(fmt::format("our driver has no mode {} yet", job.settings.mode));
    mmc::VirtualClock clock;
    auto bench = Bench::create(scenario, std::move(disc), options, clock, {.source = true});
    if (!bench)
        return tl::unexpected(bench.error());
    driver::MemorySource image(workspace.image(), "image");
    FaultySource source(image);
    source.attach(clock, (*bench)->rules(), (*bench)->surroundings().hooks());
    const auto burn = make_burn_job(job.settings, source);
    if (!burn)
        return tl::unexpected(burn.error());
    driver::Recorder recorder((*bench)->target(), clock, {.single_thread = true});
    Listener listener;
    const auto report = recorder.burn(*burn, &listener);
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

mmc::Result<Outcome> run(const SendJob& job, const Scenario& scenario,
                         std::unique_ptr<emulator::Disc> disc, const Workspace&,
                         const TrialOptions& options) {
    mmc::VirtualClock clock;
    auto bench = Bench::create(scenario, std::move(disc), options, clock, {});
    if (!bench)
        return tl::unexpected(bench.error());
    make_ready((*bench)->target(), clock);
    Outcome outcome;
    bool good = true;
    std::vector<std::uint8_t> room;
    for (const auto& sent : job.commands) {
        clock.sleep_for(sent.wait);
        room.assign(sent.in, 0);
        const auto completion =
            (*bench)->target().execute({sent.cdb, sent.out, room, sent.timeout});
        good = good && completion.good();
        outcome.text += fmt::format("{}: {}\n", hex(sent.cdb), answer_text(completion));
    }
    outcome.word = word_for(good);
    return (*bench)->conclude(std::move(outcome));
}

mmc::Result<Outcome> run(const NoJob& job, const Scenario&, std::unique_ptr<emulator::Disc>,
                         const Workspace&, const TrialOptions&) {
    return skipped(job.reason);
}

} // namespace

mmc::Result<Outcome> run_trial(const Scenario& scenario, const Job& job,
                               std::unique_ptr<emulator::Disc> disc, const Workspace& workspace,
                               const TrialOptions& options) {
    return std::visit(
        [&](const auto& one) { return run(one, scenario, std::move(disc), workspace, options); },
        job);
}

} // namespace burnrig::harness::scenario
