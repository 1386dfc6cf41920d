// SPDX-License-Identifier: Apache-2.0
#include "harness/command/target_options.h"

#include <charconv>

#include <CLI/CLI.hpp>

#include "harness/report/replay_command.h"

namespace burnrig::harness {
namespace {

bool any_rig_option(const CLI::App& command) {
    for (const auto* name : {"--drive", "--medium", "--disc"})
        if (command.count(name) > 0)
            return true;
    return false;
}

} // namespace

void add_rig_options(CLI::App& command, TargetOptions& options) {
    auto& rig = options.rig;
    command
        .add_option("--drive", rig.drive,
                    "The simulated drive: a name of `burnrig drives` or a .yaml file")
        ->capture_default_str();
    command.add_option("--medium", rig.medium,
                       "The blank disc in it: a name of `burnrig media`, a .yaml file, or none "
                       "(default: cd-r-80, or what --disc holds)");
    command.add_option("--disc", rig.disc, "Directory that keeps the disc; made when missing");
    command
        .add_option("--keep", rig.keep,
                    "What a new disc keeps: blocks, or digests (eight bytes a block: a 100 GB disc "
                    "in 400 MB, to be compared but not read)")
        ->check(CLI::IsMember({"blocks", "digests"}))
        ->capture_default_str();
    command
        .add_option("--fault", rig.faults,
                    "A fault rule or a name of `burnrig faults`; may be given several times. With "
                    "--device it acts on the way to the drive, as far as that goes")
        ->allow_extra_args(false);
    command
        .add_option("--seed", rig.seed, "Seed of everything random; equal seeds give equal traces")
        ->capture_default_str();
    command
        .add_option("--time", options.time,
                    "virtual: an hour passes in milliseconds; real; or xN: N times as fast as real")
        ->capture_default_str();
    command.add_option("--trace", rig.trace,
                       "Write every command to this file: a line of JSON each, or for Wireshark "
                       "when its name ends in .pcapng");
    command
        .add_option("--trace-bytes", rig.trace_bytes,
                    "How much of each command's data a .pcapng file holds")
        ->capture_default_str();
    command.add_flag("--unlimited-speed", rig.unlimited_speed,
                     "Recording and reading take no drive time (for measuring the host)");
}

void add_target_options(CLI::App& command, TargetOptions& options) {
    add_rig_options(command, options);
    command.add_option("--device", options.device,
                       "A drive's node (/dev/sr0, /dev/sg0) instead of a simulated drive");
    command.parse_complete_callback([&command, &options] {
        if (!options.device.empty() && any_rig_option(command))
            throw CLI::ValidationError("--device", "names a drive that is there already: leave out "
                                                   "--drive, --medium and --disc");
    });
}

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
    identity_ = {options.rig.seed, options.device, "unknown", replay_command()};
    if (access.writes) {
        if (auto allowed = physical_->allow_writing(access.consent); !allowed)
            return allowed;
    } else if (access.may_write) {
        physical_->guard(access.consent);
    }
    if (!options.rig.faults.empty())
        if (auto made = put_rules_before(options); !made)
            return made;
    return watch(options.rig);
}

mmc::Result<void> Connection::put_rules_before(const TargetOptions& options) {
    using emulator::faults::FaultyTarget;
    auto backend = FaultyTarget::backend();
    backend.source = options.rig.around.source;
    auto engine =
        emulator::faults::FaultEngine::create(options.rig.faults, options.rig.seed, backend);
    if (!engine)
        return mmc::fail("--fault: {}", engine.error().message);
    faulty_ = std::make_unique<FaultyTarget>(physical_->target(), *clock_, std::move(*engine));
    return {};
}

mmc::Result<std::unique_ptr<Connection>> Connection::open(const TargetOptions& options,
                                                          const Access& access, mmc::Clock* clock) {
    std::unique_ptr<Connection> connection(new Connection);
    connection->clock_ = clock;
    mmc::Result<void> opened;
    if (!clock)
        opened = connection->make_clock(options);
    if (opened)
        opened = options.device.empty() ? connection->open_rig(options)
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

mmc::Result<void> Connection::watch(const RigOptions& options) {
    std::vector<CommandSink*> sinks;
    if (!options.trace.empty()) {
        auto trace = make_trace_file({options.trace, options.trace_bytes}, identity_);
        if (!trace)
            return tl::unexpected(trace.error());
        trace_ = std::move(*trace);
        sinks.push_back(trace_.get());
    }
    if (options.report) {
        log_ = std::make_unique<RunLog>(*clock_, nullptr, faults());
        sinks.push_back(log_.get());
    }
    if (!sinks.empty())
        tracing_ = std::make_unique<TracingTarget>(rules_or_device(), *clock_, std::move(sinks));
    return {};
}

mmc::Result<void> Connection::finish() {
    if (rig_)
        return rig_->finish();
    return tracing_ ? tracing_->finish() : mmc::Result<void>{};
}

mmc::Target& Connection::target() {
    if (rig_)
        return rig_->target();
    if (tracing_)
        return *tracing_;
    return rules_or_device();
}

mmc::Target& Connection::rules_or_device() {
    if (faulty_)
        return *faulty_;
    return physical_->target();
}

} // namespace burnrig::harness
