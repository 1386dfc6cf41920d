// SPDX-License-Identifier: Apache-2.0
#include "harness/scenario/drive_under_test.h"

#include "driver/commands/drive_state.h"
#include "emulator/faults/faulty_target.h"
#include "harness/physical/disc_reader.h"
#include "harness/rig/surroundings.h"

namespace burnrig::harness::scenario {
namespace {

using emulator::faults::Backend;
using emulator::faults::FaultEngine;
using emulator::faults::FaultyTarget;

class SimulatedDrive final : public DriveUnderTest {
public:
    SimulatedDrive(const Scenario& scenario, FaultEngine rules, DiscPointer disc, mmc::Clock& clock)
        : drive_(scenario.drive, clock, emulator::DriveOptions{.seed = scenario.seed}) {
        drive_.set_faults(std::move(rules));
        surroundings_.emplace(drive_, clock);
        if (disc)
            drive_.insert(std::move(disc));
    }
    mmc::Target& target() override { return drive_; }
    const emulator::Drive* emulated() const override { return &drive_; }
    FaultEngine& rules() override { return drive_.faults(); }
    const emulator::faults::Hooks& hooks() const override { return surroundings_->hooks(); }
    void connect(std::function<void(int)> signal) override {
        surroundings_->connect(std::move(signal));
    }
    int host_event(std::string_view event) override { return surroundings_->host_event(event); }
    mmc::Result<Remains> leave() override {
        Remains remains{drive_.status(), nullptr};
        remains.disc = drive_.remove();
        return remains;
    }

private:
    emulator::Drive drive_;
    std::optional<Surroundings> surroundings_;
};

class AttachedDrive final : public DriveUnderTest {
public:
    AttachedDrive(PhysicalDrive& drive, const Scenario& scenario, FaultEngine rules,
                  mmc::Clock& clock)
        : drive_(drive), scenario_(scenario), clock_(clock), hooks_(drive.hooks()),
          faulty_(drive.target(), clock, std::move(rules), hooks_) {}
    mmc::Target& target() override { return faulty_; }
    FaultEngine& rules() override { return faulty_.faults(); }
    const emulator::faults::Hooks& hooks() const override { return hooks_; }
    void connect(std::function<void(int)>) override {}
    int host_event(std::string_view) override { return 0; }

    // Asked past the rules: they are about the run, not about its judge.
    mmc::Result<Remains> leave() override {
        if (const auto restored = drive_.restore_power(); !restored)
            return tl::unexpected(restored.error());
        if (const auto refusal = drive_.refusal(); !refusal.empty())
            return mmc::fail("{}", refusal);
        Remains remains;
        driver::Channel channel(drive_.target());
        const auto media = driver::get_event_status(channel);
        const auto page = driver::mode_sense_capabilities(channel);
        if (media && *media) {
            remains.drive.tray =
                (*media)->tray_open ? emulator::Tray::open : emulator::Tray::closed;
            remains.drive.disc_present = (*media)->medium_present;
        }
        // There are drives whose events never tell of a disc (tgt's recorder): ask for it.
        if (!remains.drive.disc_present && remains.drive.tray == emulator::Tray::closed)
            remains.drive.disc_present = driver::test_unit_ready(channel).has_value();
        remains.drive.removal_prevented = page && page->tray_locked;
        if (!scenario_.medium || !remains.drive.disc_present)
            return remains;
        auto disc = read_disc(drive_.target(), clock_, *scenario_.medium);
        if (!disc)
            return tl::unexpected(disc.error());
        remains.disc = std::move(*disc);
        return remains;
    }

private:
    PhysicalDrive& drive_;
    const Scenario& scenario_;
    mmc::Clock& clock_;
    emulator::faults::Hooks hooks_;
    FaultyTarget faulty_;
};

} // namespace

Backend backend_of(const PhysicalDrive* attached, Backend around) {
    if (attached == nullptr)
        return Surroundings::backend(std::move(around));
    auto backend = attached->backend();
    backend.source = around.source;
    return backend;
}

mmc::Result<std::unique_ptr<DriveUnderTest>> simulate_drive(const Scenario& scenario,
                                                            const std::vector<std::string>& rules,
                                                            DiscPointer disc, mmc::Clock& clock,
                                                            Backend around) {
    auto engine = FaultEngine::create(rules, scenario.seed, backend_of(nullptr, std::move(around)));
    if (!engine)
        return tl::unexpected(engine.error());
    return std::make_unique<SimulatedDrive>(scenario, std::move(*engine), std::move(disc), clock);
}

mmc::Result<std::unique_ptr<DriveUnderTest>> attach_drive(PhysicalDrive& drive,
                                                          const Scenario& scenario,
                                                          const std::vector<std::string>& rules,
                                                          mmc::Clock& clock, Backend around) {
    auto engine = FaultEngine::create(rules, scenario.seed, backend_of(&drive, std::move(around)));
    if (!engine)
        return tl::unexpected(engine.error());
    return std::make_unique<AttachedDrive>(drive, scenario, std::move(*engine), clock);
}

} // namespace burnrig::harness::scenario
