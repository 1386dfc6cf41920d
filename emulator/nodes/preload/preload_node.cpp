// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/preload/preload_node.h"

#include <algorithm>
#include <chrono>
#include <climits>
#include <cmath>
#include <csignal>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <optional>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "emulator/nodes/linux/linux_device.h"
#include "emulator/nodes/preload/node_names.h"
#include "emulator/nodes/preload/program_check.h"
#include "emulator/nodes/preload/scheduler.h"
#include "emulator/nodes/preload/service.h"
#include "emulator/nodes/preload/standstill.h"
#include "emulator/nodes/preload/tree.h"
#include "emulator/nodes/program/find_program.h"
#include "emulator/nodes/program/launch.h"

namespace burnrig::emulator::nodes {
namespace {

using namespace preload;

constexpr char shim_name[] = "libburnrig_preload.so";

std::string program_folder() {
    std::array<char, PATH_MAX> room;
    const ssize_t length = ::readlink("/proc/self/exe", room.data(), room.size());
    const std::string path(room.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    return path.substr(0, path.rfind('/'));
}

mmc::Result<std::string> find_shim(const std::string& wished) {
    if (!wished.empty()) {
        if (::access(wished.c_str(), R_OK) == 0)
            return wished;
        return mmc::fail("cannot read the preload library {}: {}", wished, std::strerror(errno));
    }
    const std::string folder = program_folder();
    const std::string places[] = {folder, folder + "/../lib", folder + "/../lib/burnrig",
                                  BURNRIG_SHIM_BUILD_FOLDER};
    for (const std::string& place : places)
        if (::access((place + "/" + shim_name).c_str(), R_OK) == 0)
            return place + "/" + shim_name;
    return mmc::fail("cannot find {} beside the program, in ../lib or in ../lib/burnrig; "
                     "build the target burnrig_preload or install the package whole",
                     shim_name);
}

/// What a clock shows when drive time is 0. Virtual time starts with the next whole minute, for
/// programs that do something every full or every other second would else do so at another drive
/// time in every run. The next, so that no file looks as if it came from the future.
std::int64_t base_ns(clockid_t clock, bool virtual_time) {
    timespec time{};
    ::clock_gettime(clock, &time);
    if (!virtual_time)
        return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
    return (time.tv_sec / 60 + 1) * 60'000'000'000LL;
}

mmc::Result<void> check_options(const PreloadOptions& options,
                                const std::vector<PreloadOptions::Names>& drives) {
    std::vector<std::string> paths;
    for (const auto& [block, generic] : drives) {
        paths.push_back(block);
        paths.push_back(generic);
    }
    for (const std::string& path : paths) {
        if (path.empty() || path.front() != '/')
            return mmc::fail("the device path '{}' must be absolute, like /dev/sr0", path);
        if (path.size() + 2 > path_bytes)
            return mmc::fail("the device path '{}' is longer than {} bytes", path, path_bytes - 2);
        if (std::count(paths.begin(), paths.end(), path) > 1)
            return mmc::fail("two devices are called '{}'; give one another name", path);
    }
    if (drives.size() > drive_count)
        return mmc::fail("{} drives are too many; there may be {}", drives.size(), drive_count);
    if (!options.virtual_time && !(options.speed > 0 && std::isfinite(options.speed)))
        return mmc::fail("the speed of time must be positive, not {}", options.speed);
    return {};
}

std::vector<PreloadOptions::Names> all_drives(const PreloadOptions& options) {
    std::vector<PreloadOptions::Names> drives = {{options.block_path, options.generic_path}};
    drives.insert(drives.end(), options.further_drives.begin(), options.further_drives.end());
    return drives;
}

/// "/dev/sr0 /dev/sr1".
std::string block_paths(const PreloadOptions& options) {
    std::string paths = options.block_path;
    for (const auto& drive : options.further_drives)
        paths += " " + drive.block_path;
    return paths;
}

/// Each thread of the tree costs two files.
void raise_file_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 4096);
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// Ends the tree's watcher thread with the run, however it ends.
class Watching {
public:
    explicit Watching(Tree& tree) : tree_(tree) {}
    ~Watching() { tree_.stop(); }
    Watching(const Watching&) = delete;
    Watching& operator=(const Watching&) = delete;

private:
    Tree& tree_;
};

/// Empties a list of what is about to go.
class Forgetting {
public:
    explicit Forgetting(std::vector<LinuxDevice*>& devices) : devices_(devices) {}
    ~Forgetting() { devices_.clear(); }
    Forgetting(const Forgetting&) = delete;
    Forgetting& operator=(const Forgetting&) = delete;

private:
    std::vector<LinuxDevice*>& devices_;
};

} // namespace

struct PreloadNode::State {
    PreloadOptions options;
    std::string shim;
    std::array<std::function<int(std::string_view)>, drive_count> host_events;
    std::vector<LinuxDevice*> devices; ///< while a program runs
    std::array<DriveDescription, drive_count> descriptions;
    SystemFiles system_files;
    std::deque<AixDevice> aix_devices; ///< of the last run
    FileDescriptor memory;
    Header* header = nullptr;
    std::optional<Tree> tree;
    std::optional<Scheduler> scheduler;
    std::optional<TreeClock> tree_clock;
    std::optional<mmc::RealClock> real_clock;
    // While a program runs
    std::optional<int> root_status;
    pid_t root = 0;
    std::vector<std::uint32_t> dead;
    std::chrono::steady_clock::time_point last_use;
    std::optional<std::chrono::steady_clock::time_point> asked_to_end; ///< or killed, if `killed`
    bool killed = false;
    std::int64_t time_seen = 0; ///< drive time when it was last seen going on, and when that was
    std::chrono::steady_clock::time_point time_went_on;
    std::uint64_t served = 0;
    Attendant* attendant = nullptr;
    bool in_command = false;
    int visits = 0; ///< of the attendant, in a row

    ~State() {
        if (header == nullptr)
            return;
        header->closing.store(1);
        ::munmap(header, total_bytes);
    }

    mmc::Result<void> make_memory();
    void fill_header();
    void describe_drives();
    std::vector<AixDevice*> make_aix_devices(std::span<mmc::Target* const> targets,
                                             mmc::Clock& clock);
    bool handle_deaths();
    bool end_by_force();
    void tell_of_standstill();
    bool attend();
    void run_command(Service& service, std::size_t slot);
    void settle(Service& service);
    void serve_virtual(Service& service);
    void serve_real(Service& service);
    std::vector<Variable> variables() const;
};

mmc::Result<void> PreloadNode::State::make_memory() {
    memory.reset(::memfd_create("burnrig-node", MFD_CLOEXEC));
    struct stat status {};
    if (!memory || ::ftruncate(memory.get(), static_cast<off_t>(total_bytes)) != 0 ||
        ::fstat(memory.get(), &status) != 0)
        return mmc::fail("cannot make shared memory of {} bytes: {}", total_bytes,
                         std::strerror(errno));
    void* const address =
        ::mmap(nullptr, total_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, memory.get(), 0);
    if (address == MAP_FAILED)
        return mmc::fail("cannot map shared memory of {} bytes: {}", total_bytes,
                         std::strerror(errno));
    header = new (address) Header;
    header->file_device = status.st_dev;
    int pipe[2] = {-1, -1};
    if (::pipe2(pipe, O_CLOEXEC) != 0 || ::fstat(pipe[0], &status) != 0)
        return mmc::fail("cannot make a pipe: {}", std::strerror(errno));
    const FileDescriptor ends[2] = {FileDescriptor(pipe[0]), FileDescriptor(pipe[1])};
    header->pipe_device = status.st_dev;
    return {};
}

void PreloadNode::State::fill_header() {
    header->version = layout_version;
    header->header_bytes = sizeof(Header);
    header->total_bytes = total_bytes;
    header->server_process = static_cast<std::uint32_t>(::getpid());
    header->time_mode = options.virtual_time
                            ? TimeMode::virtual_time
                            : (options.speed == 1 ? TimeMode::untouched : TimeMode::scaled);
    header->speed = options.virtual_time ? 1 : options.speed;
    header->wake_signal = SIGRTMAX - 3;
    header->real_base = base_ns(CLOCK_REALTIME, options.virtual_time);
    header->monotonic_base = base_ns(CLOCK_MONOTONIC, options.virtual_time);
    add_paths(*header, all_drives(options), options.host, options.aix.has_value());
    header->magic = magic_number;
}

mmc::Result<std::unique_ptr<PreloadNode>> PreloadNode::create(PreloadOptions options) {
    if (auto checked = check_options(options, all_drives(options)); !checked)
        return tl::unexpected(checked.error());
    auto shim = find_shim(options.shim_path);
    if (!shim)
        return tl::unexpected(shim.error());
    auto state = std::make_unique<State>();
    state->options = std::move(options);
    state->shim = std::move(*shim);
    if (auto made = state->make_memory(); !made)
        return tl::unexpected(made.error());
    state->fill_header();
    state->tree.emplace(*state->header);
    state->scheduler.emplace(*state->header, *state->tree);
    state->tree_clock.emplace(*state->scheduler);
    if (!state->options.virtual_time)
        state->real_clock.emplace(state->options.speed);
    return std::unique_ptr<PreloadNode>(new PreloadNode(std::move(state)));
}

PreloadNode::PreloadNode(std::unique_ptr<State> state) : state_(std::move(state)) {}
PreloadNode::~PreloadNode() = default;

void PreloadNode::on_host_event(std::function<int(std::string_view event)> listener,
                                std::size_t drive) {
    if (drive < drive_count)
        state_->host_events[drive] = std::move(listener);
}

void PreloadNode::describe(const DriveDescription& description, std::size_t drive) {
    if (drive < drive_count)
        state_->descriptions[drive] = description;
}

/// Lays down what the system tells of the drives. Programs can do without: a folder that cannot be
/// made is only told.
void PreloadNode::State::describe_drives() {
    const auto drives = all_drives(options);
    for (std::size_t i = 0; i < drives.size(); ++i) {
        DriveDescription& drive = descriptions[i];
        const auto name = [](const std::string& path) { return path.substr(path.rfind('/') + 1); };
        drive.block_name = name(drives[i].block_path);
        drive.generic_name = name(drives[i].generic_path);
        drive.number = header->drives[i].minor_number;
        drive.target_id = options.host.target_id;
        drive.ata = options.host.ata;
        add_udev_links(*header, static_cast<std::uint32_t>(i), drive);
    }
    auto made = SystemFiles::create(std::span(descriptions).first(drives.size()));
    if (!made || made->folder().size() >= folder_bytes) {
        fmt::print(stderr, "burnrig: /sys will not tell of the drive: {}\n",
                   made ? "the name of the folder is too long" : made.error().message);
        return;
    }
    system_files = std::move(*made);
    std::memcpy(header->system_files, system_files.folder().c_str(),
                system_files.folder().size() + 1);
}

void PreloadNode::plug(std::size_t drive, bool there) {
    if (drive >= drive_count)
        return;
    state_->header->drives[drive].unplugged.store(there ? 0 : 1);
    if (drive < state_->devices.size())
        state_->devices[drive]->plug(there);
}

void PreloadNode::signal(int number) {
    if (state_->root > 0 && !state_->root_status)
        ::kill(state_->root, number);
}

mmc::Clock& PreloadNode::clock() {
    if (state_->real_clock)
        return *state_->real_clock;
    return *state_->tree_clock;
}

std::vector<Variable> PreloadNode::State::variables() const {
    const char* const other = std::getenv("LD_PRELOAD");
    const std::string preloaded = other != nullptr && *other != 0 ? shim + ":" + other : shim;
    return {{"LD_PRELOAD", preloaded},
            {"BURNRIG_DEVICE", options.block_path},
            {"BURNRIG_DEVICES", block_paths(options)},
            {variable_name, fmt::format("/proc/{}/fd/{}", ::getpid(), memory.get())}};
}

/// A program that was told to end by SIGTERM and neither does nor uses the drive is killed with its
/// whole tree. False when not even that helps: it waits in the kernel for something that never
/// comes.
bool PreloadNode::State::end_by_force() {
    constexpr std::chrono::seconds patience(5);
    const auto now = std::chrono::steady_clock::now();
    if (!asked_to_end) {
        asked_to_end = now;
        return true;
    }
    if (now - std::max(*asked_to_end, last_use) < patience)
        return true;
    if (killed) {
        root_status = SIGKILL;
        return false;
    }
    fmt::print(stderr,
               "burnrig: the program was told to end {} s ago and does not; it is killed. "
               "What it does:\n{}",
               patience.count(), what_threads_do(*header));
    tree->kill_all(static_cast<std::uint32_t>(root));
    killed = true;
    asked_to_end = now;
    return true;
}

/// Says once why drive time does not go on, if that is nobody's work.
void PreloadNode::State::tell_of_standstill() {
    constexpr std::chrono::seconds patience(10);
    const auto now = std::chrono::steady_clock::now();
    if (scheduler->now() != time_seen || time_went_on == decltype(now){}) {
        time_seen = scheduler->now();
        time_went_on = now;
    }
    if (now - time_went_on < patience)
        return;
    time_went_on = now.max() - patience; // once
    if (const std::string reason = reason_of_standstill(*header); !reason.empty())
        fmt::print(stderr, "burnrig: drive time has stood still for {} s:\n{}", patience.count(),
                   reason);
}

/// Notes who died. False when nobody is left to serve.
bool PreloadNode::State::handle_deaths() {
    constexpr std::chrono::seconds grace(5);
    const std::vector<std::uint32_t> died = tree->take_deaths();
    dead.insert(dead.end(), died.begin(), died.end());
    for (const std::uint32_t process : died)
        if (static_cast<pid_t>(process) != root)
            ::waitpid(static_cast<pid_t>(process), nullptr, WNOHANG); // an orphan of the tree
    if (!root_status && std::find(died.begin(), died.end(), root) != died.end()) {
        int status = 0;
        if (::waitpid(root, &status, 0) == root)
            root_status = status;
        last_use = std::chrono::steady_clock::now();
    }
    if (!root_status)
        return !SignalForwarding::asked_to_end() || end_by_force();
    return tree->any_process() && std::chrono::steady_clock::now() - last_use < grace;
}

/// Lets the attendant do what it was asked for. A flood of requests does not keep the program from
/// its drive for ever. Whether the program may have been let run by it.
bool PreloadNode::State::attend() {
    constexpr int most_visits = 1000;
    if (attendant == nullptr || in_command)
        return false;
    if (visits == most_visits || !attendant->attend()) {
        visits = 0;
        return false;
    }
    ++visits;
    scheduler->note_running(); // who asked may be of the tree, and has its answer now
    return true;
}

void PreloadNode::State::run_command(Service& service, std::size_t slot) {
    in_command = true;
    service.serve(slot);
    in_command = false;
}

/// What could not be done while the drive was busy: frees what the dead held, closes their files.
void PreloadNode::State::settle(Service& service) {
    for (const std::uint32_t process : std::exchange(dead, {}))
        service.forget(process);
    if (service.take_closes())
        scheduler->note_running();
    if (service.served() != served)
        last_use = std::chrono::steady_clock::now();
    served = service.served();
}

void PreloadNode::State::serve_virtual(Service& service) {
    constexpr std::int64_t idle_wait_ns = 100'000'000;
    for (;;) {
        const std::uint32_t seen = tree->changes();
        if (!scheduler->await_quiescence())
            return;
        if (attend()) // all that was asked before the tree came to rest is done before time goes on
            continue;
        settle(service);
        std::optional<Event> next = scheduler->next_wake();
        for (std::size_t slot = 0; slot < slot_count; ++slot) {
            if (!service.posted(slot))
                continue;
            const Slot& call = header->slots[slot];
            const std::uint32_t thread = read_once(call.thread_index);
            const std::uint64_t order =
                thread < thread_count ? header->threads[thread].order.load() : ~std::uint64_t{0};
            const Event posted{
                Event::Kind::command,
                std::clamp<std::int64_t>(read_once(call.issued), 0, scheduler->now()), order, slot};
            if (!next || posted.before(*next))
                next = posted;
        }
        if (!next) {
            tree->wait_for_change(seen, idle_wait_ns);
        } else if (next->kind == Event::Kind::command) {
            run_command(service, next->index);
            scheduler->note_running();
        } else {
            scheduler->fire(*next);
        }
    }
}

void PreloadNode::State::serve_real(Service& service) {
    constexpr std::int64_t idle_wait_ns = 100'000'000;
    for (;;) {
        const std::uint32_t seen = tree->changes();
        if (!handle_deaths())
            return;
        settle(service);
        for (std::size_t slot = 0; slot < slot_count; ++slot)
            if (service.posted(slot))
                run_command(service, slot);
        if (!attend())
            tree->wait_for_change(seen, idle_wait_ns);
    }
}

/// None when the nodes are Linux's.
std::vector<AixDevice*> PreloadNode::State::make_aix_devices(std::span<mmc::Target* const> targets,
                                                             mmc::Clock& clock) {
    std::vector<AixDevice*> made;
    aix_devices.clear();
    for (std::size_t i = 0; options.aix && i < targets.size(); ++i)
        made.push_back(&aix_devices.emplace_back(
            *targets[i], clock,
            AixDeviceOptions{static_cast<int>(header->drives[i].minor_number), *options.aix,
                             host_events[i]}));
    return made;
}

const AixErrorLog* PreloadNode::error_log(std::size_t drive) const {
    return drive < state_->aix_devices.size() ? &state_->aix_devices[drive].error_log() : nullptr;
}

mmc::Result<int> PreloadNode::run(mmc::Target& target, const std::vector<std::string>& argv,
                                  Attendant* attendant) {
    mmc::Target* const targets[] = {&target};
    return run(targets, argv, attendant);
}

mmc::Result<int> PreloadNode::run(std::span<mmc::Target* const> targets,
                                  const std::vector<std::string>& argv, Attendant* attendant) {
    State& state = *state_;
    if (targets.size() != state.options.further_drives.size() + 1)
        return mmc::fail("{} drives were announced and {} given",
                         state.options.further_drives.size() + 1, targets.size());
    state.attendant = attendant;
    if (argv.empty())
        return mmc::fail("no program to run was given");
    const Program program = find_program(argv.front());
    if (program.path.empty()) {
        fmt::print(stderr, "burnrig: {}\n", program.error);
        return program.exit_code;
    }
    if (const std::string reason = unreachable_reason(program.path); !reason.empty())
        fmt::print(stderr, "burnrig: {}\n", reason);

    state.describe_drives();
    std::deque<LinuxDevice> devices;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        LinuxDeviceOptions device_options;
        device_options.minor = static_cast<int>(state.header->drives[i].minor_number);
        device_options.host = state.options.host;
        device_options.transfer_bytes_max =
            std::min(state.options.host.transfer_bytes_max, payload_bytes);
        device_options.host_event = state.host_events[i];
        device_options.on_capacity = [&state, i](std::uint64_t sectors) {
            state.system_files.set_size(state.descriptions[i].block_name, sectors);
        };
        state.devices.push_back(&devices.emplace_back(*targets[i], clock(), device_options));
        devices.back().plug(state.header->drives[i].unplugged.load() == 0);
    }
    const Forgetting forgetting(state.devices);
    Service service(*state.header, state.devices);
    service.serve_aix(state.make_aix_devices(targets, clock()));
    if (auto started = service.start(); !started)
        return tl::unexpected(started.error());
    const Watching watching(*state.tree);
    if (auto started = state.tree->start(service.closes_file(),
                                         attendant != nullptr ? attendant->descriptor() : -1);
        !started)
        return tl::unexpected(started.error());
    state.root_status.reset();
    state.asked_to_end.reset();
    state.killed = false;
    state.time_went_on = {};
    const Subreaper subreaper;
    const auto child = launch(program.path, argv, state.variables(), [&state](pid_t process) {
        state.root = process;
        state.tree->add_root(static_cast<std::uint32_t>(process));
    });
    if (!child) {
        state.root = 0;
        fmt::print(stderr, "burnrig: {}\n", child.error().message);
        return 126;
    }
    const SignalForwarding forwarding(*child);
    raise_file_limit();
    ::prctl(PR_SET_TIMERSLACK, 1000UL); // waits here are tens of microseconds
    state.scheduler->on_deaths([&state] {
        state.attend(); // also while the program works for long
        state.tell_of_standstill();
        return state.handle_deaths();
    });
    if (state.options.virtual_time)
        state.serve_virtual(service);
    else
        state.serve_real(service);
    state.scheduler->on_deaths({});
    if (SignalForwarding::asked_to_end()) // nobody waits for those it leaves behind
        state.tree->kill_all(static_cast<std::uint32_t>(state.root));
    state.settle(service);
    return exit_code_of(state.root_status.value_or(0));
}

} // namespace burnrig::emulator::nodes
