// SPDX-License-Identifier: Apache-2.0
#include "harness/diff/side.h"

#include <algorithm>

#include "emulator/fixtures.h"
#include "harness/profile/asking.h"
#include "harness/transcript/transcribing_target.h"
#include "harness/transcript/transcript_file.h"

namespace burnrig::harness::diff {
namespace {

using transcript::TranscribingTarget;

// What a host would ask to know how things stand.
void ask_state(mmc::Target& target) {
    profile::Asker asker(target);
    asker.ask({0x00, 0, 0, 0, 0, 0}, 0);
    asker.ask({0x46, 0, 0, 0, 0, 0, 0, 0, 8, 0}, 8);
    asker.ask({0x4A, 1, 0, 0, 0x10, 0, 0, 0, 8, 0}, 8);
    asker.ask({0x5A, 0, 0x2A, 0, 0, 0, 0, 1, 0, 0}, 256);
    asker.ask({0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 8);
    asker.ask({0x23, 0, 0, 0, 0, 0, 0, 0, 252, 0}, 252);
    asker.ask({0x43, 0, 0, 0, 0, 0, 0, 3, 0x24, 0}, 804);
    const auto disc = asker.ask({0x51, 0, 0, 0, 0, 0, 0, 0, 34, 0}, 34);
    constexpr std::size_t last_track_at = 6;
    constexpr std::uint8_t most_tracks = 99;
    const auto tracks =
        disc.size() > last_track_at ? std::min(disc[last_track_at], most_tracks) : std::uint8_t{0};
    for (std::uint8_t track = 1; track <= tracks; ++track)
        asker.ask({0x52, 1, 0, 0, 0, track, 0, 0, 36, 0}, 36);
}

class Ear final : public scenario::DriveFilter {
public:
    Ear(mmc::Target& drive, const mmc::Clock& clock, Heard& heard)
        : listening_(
              drive, clock,
              [&heard](Exchange exchange) { heard.commands.push_back(std::move(exchange)); }),
          asking_(drive, clock,
                  [&heard](Exchange exchange) { heard.state.push_back(std::move(exchange)); }) {}

    mmc::Completion execute(const mmc::Command& command) override {
        return listening_.execute(command);
    }
    void sender_left() override { ask_state(asking_); }

private:
    TranscribingTarget listening_;
    TranscribingTarget asking_;
};

mmc::Result<scenario::Scenario> on_drive(scenario::Scenario scenario, const std::string& drive) {
    if (drive.empty())
        return scenario;
    auto model = emulator::load_drive(drive);
    if (!model)
        return tl::unexpected(model.error());
    scenario.drive = std::move(*model);
    for (auto& run : scenario.runs)
        run.drive.reset(); // its own one would not be this one
    return scenario;
}

} // namespace

mmc::Result<Side> hear(const std::string& name, const scenario::Scenario& scenario,
                       scenario::RunnerOptions options) {
    Side side{name, {}};
    const auto there = on_drive(scenario, name.starts_with("sim:") ? name.substr(4) : "");
    if (!there)
        return tl::unexpected(there.error());
    side.runs.resize(there->runs.size());
    options.filter_of = [&side](std::size_t run) {
        return [&heard = side.runs.at(run - 1)](mmc::Target& drive, mmc::Clock& clock) {
            return std::make_unique<Ear>(drive, clock, heard);
        };
    };
    const auto result = scenario::run_scenario(*there, options);
    if (result.runs.empty())
        return mmc::fail("{}: the scenario cannot be carried out: {}", name, result.reason);
    for (std::size_t i = 0; i < std::min(result.runs.size(), side.runs.size()); ++i) {
        side.runs[i].job = result.runs[i].job;
        side.runs[i].outcome =
            result.runs[i].outcome.empty() ? result.runs[i].reason : result.runs[i].outcome;
    }
    return side;
}

mmc::Result<Side> hear_transcript(const std::string& path) {
    auto transcript = transcript::read_transcript(path);
    if (!transcript)
        return tl::unexpected(transcript.error());
    Side side{path, {}};
    side.runs.emplace_back();
    side.runs.back().outcome = transcript->exit_code == 0 ? "succeeded" : "failed";
    side.runs.back().commands = std::move(transcript->exchanges);
    return side;
}

} // namespace burnrig::harness::diff
