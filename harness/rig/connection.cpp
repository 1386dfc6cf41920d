// SPDX-License-Identifier: Apache-2.0
#include "harness/rig/connection.h"

#include <charconv>

#include "harness/physical/twin.h"
#include "harness/report/replay_command.h"

namespace burnrig::harness {

mmc::Result<TimeMode> parse_time(const std::string& text) {
    if (text == "virtual")
        return TimeMode{};
    if (text == "real")
        return TimeMode{false, 1.0};
    if (text.size() > 1 && text[0] == 'x') {
        double speed = 0;
        const auto* end = text.data() + text.size();
        const auto result = std::from_chars(text.data() + 1, end, speed);
        if (result.ec == std::errc{} && result.ptr == end && speed > 0 && speed <= 1e6)
            return TimeMode{false, speed};
    }
    return mmc::fail("--time {}: give virtual, real, or x and a number (x10: ten times as fast)",
                     text);
}

mmc::Result<void> Connection::make_clock(const TargetOptions& options) {
    const auto time = parse_time(options.time);
    if (!time)
        return tl::unexpected(time.error());
    if (!options.device.empty())
        own_clock_ = std::make_unique<mmc::RealClock>();
    else if (time->is_virtual)
        own_clock_ = std::make_unique<mmc::VirtualClock>();
    else
        own_clock_ = std::make_unique<mmc::RealClock>(time->speed);
    clock_ = own_clock_.get();
    return {};
}

mmc::Result<void> Connection::open_rig(const TargetOptions& options) {
    auto with_replay = options.rig;
    if (with_replay.replay.empty())
        with_replay.replay = replay_command();
    auto rig = Rig::create(with_replay, *clock_);
    if (!rig)
        return tl::unexpected(rig.error());
    rig_ = std::move(*rig);
    identity_ = rig_->identity();
    return {};
}

mmc::Result<void> Connection::open_device(const TargetOptions& options, const Access& access) {
    auto drive = PhysicalDrive::open(options.device);
    if (!drive)
        return tl::unexpected(drive.error());
    physical_ = std::move(*drive);
    const auto& replay = options.rig.replay;
    identity_ = {options.rig.seed, options.device, "unknown",
                 replay.empty() ? replay_command() : replay};
    if (access.writes) {
        if (auto allowed = physical_->allow_writing(access.consent); !allowed)
            return allowed;
    } else if (access.may_write) {
        physical_->guard(access.consent);
    }
    if (!options.rig.faults.empty() || options.rules_later)
        if (auto made = put_rules_before(options); !made)
            return made;
    const auto& rig = options.rig;
    const auto watched = watchers_.around(rules_or_device(), *clock_,
                                          {{rig.trace, rig.trace_bytes}, rig.report, rig.watchers},
                                          identity_, nullptr, faults());
    if (!watched)
        return tl::unexpected(watched.error());
    entrance_ = *watched;
    return {};
}

mmc::Result<void> Connection::open_twin(const TargetOptions& options) {
    auto drive = PhysicalDrive::open(options.device);
    if (!drive)
        return tl::unexpected(drive.error());
    (*drive)->guard({}); // nobody consented to anything
    auto twin = read_twin((*drive)->target());
    if (!twin)
        return tl::unexpected(twin.error());
    dry_run_ = true;
    own_clock_ = std::make_unique<mmc::VirtualClock>();
    clock_ = own_clock_.get();
    auto rig = options.rig;
    if (rig.replay.empty())
        rig.replay = replay_command();
    auto made = Rig::create(rig, *clock_, std::move(twin->drive), std::move(twin->disc));
    if (!made)
        return tl::unexpected(made.error());
    rig_ = std::move(*made);
    identity_ = rig_->identity();
    return {};
}

mmc::Result<void> Connection::put_rules_before(const TargetOptions& options) {
    using emulator::faults::FaultyTarget;
    auto backend = physical_->backend();
    backend.source = options.rig.around.source;
    auto engine =
        emulator::faults::FaultEngine::create(options.rig.faults, options.rig.seed, backend);
    if (!engine)
        return mmc::fail("--fault: {}", engine.error().message);
    faulty_ = std::make_unique<FaultyTarget>(physical_->target(), *clock_, std::move(*engine),
                                             physical_->hooks());
    return {};
}

mmc::Result<std::unique_ptr<Connection>> Connection::open(const TargetOptions& options,
                                                          const Access& access, mmc::Clock* clock) {
    std::unique_ptr<Connection> connection(new Connection);
    connection->clock_ = clock;
    mmc::Result<void> opened;
    if (!clock)
        opened = connection->make_clock(options);
    if (opened && options.device.empty())
        opened = connection->open_rig(options);
    else if (opened)
        opened = access.dry_run ? connection->open_twin(options)
                                : connection->open_device(options, access);
    if (!opened)
        return tl::unexpected(opened.error());
    return connection;
}

emulator::faults::FaultEngine* Connection::faults() {
    if (rig_)
        return &rig_->drive().faults();
    return faulty_ ? &faulty_->faults() : nullptr;
}

mmc::Result<void> Connection::finish() {
    if (rig_)
        return rig_->finish();
    const auto restored = physical_ ? physical_->restore_power() : mmc::Result<void>{};
    const auto traced = watchers_.finish();
    return restored ? traced : restored;
}

mmc::Target& Connection::rules_or_device() {
    if (faulty_)
        return *faulty_;
    return physical_->target();
}

driver::RecorderOptions recorder_options(const TargetOptions& options, Connection& connection,
                                         bool any_speed) {
    driver::RecorderOptions recorder;
    if (const auto most = connection.max_transfer())
        recorder.max_transfer_bytes = *most;
    recorder.judge_speed = !any_speed && !options.rig.unlimited_speed;
    // A source that rules make late is late in drive time, which one thread alone lives on.
    recorder.single_thread =
        connection.rig() && connection.faults()->watches_sources() && options.time == "virtual";
    return recorder;
}

} // namespace burnrig::harness
