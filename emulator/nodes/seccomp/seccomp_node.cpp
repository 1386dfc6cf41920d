// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/seccomp/seccomp_node.h"

#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstring>
#include <list>
#include <set>

#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "emulator/nodes/program/find_program.h"
#include "emulator/nodes/program/launch.h"
#include "emulator/nodes/seccomp/supervisor.h"

namespace burnrig::emulator::nodes {
namespace {

using namespace seccomp;

/// The control message that carries one descriptor.
struct OneDescriptor {
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    char byte = 0;
    iovec data{&byte, 1};
    msghdr message{nullptr, 0, &data, 1, control, sizeof control, 0};
};

/// Safe after fork(), and no call of a filter that waits.
int send_descriptor(int socket, int descriptor) {
    OneDescriptor one;
    cmsghdr* const header = CMSG_FIRSTHDR(&one.message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof descriptor);
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    return ::sendmsg(socket, &one.message, MSG_NOSIGNAL) == 1 ? 0 : errno;
}

FileDescriptor receive_descriptor(int socket) {
    OneDescriptor one;
    if (::recvmsg(socket, &one.message, MSG_CMSG_CLOEXEC) != 1)
        return {};
    const cmsghdr* const header = CMSG_FIRSTHDR(&one.message);
    if (header == nullptr || header->cmsg_type != SCM_RIGHTS)
        return {};
    int descriptor = -1;
    std::memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
    return FileDescriptor(descriptor);
}

std::vector<SeccompOptions::Names> all_names(const SeccompOptions& options) {
    std::vector<SeccompOptions::Names> names{{options.block_path, options.generic_path}};
    names.insert(names.end(), options.further_drives.begin(), options.further_drives.end());
    return names;
}

mmc::Result<void> check_options(const SeccompOptions& options) {
    std::set<std::string> known;
    for (const SeccompOptions::Names& names : all_names(options))
        for (const std::string& path : {names.block_path, names.generic_path}) {
            if (path.empty() || path.front() != '/')
                return mmc::fail("the device path '{}' must be absolute, like /dev/sr0", path);
            if (!known.insert(tidy_path(path)).second)
                return mmc::fail("two devices are both '{}'; give one another name", path);
        }
    if (!(options.pace.speed > 0 && std::isfinite(options.pace.speed)))
        return mmc::fail("the speed of time must be positive, not {}", options.pace.speed);
    return {};
}

} // namespace

/// One drive while a program runs.
struct ServedDrive {
    ServedDrive(mmc::Target& target, DoorClock& clock, const LinuxDeviceOptions& options)
        : patient(target, clock), device(patient, clock, options) {}
    PatientTarget patient;
    LinuxDevice device;
};

struct SeccompNode::State {
    explicit State(SeccompOptions wished)
        : options(std::move(wished)), clock(options.pace),
          listeners(1 + options.further_drives.size()) {}

    SeccompOptions options;
    DoorClock clock;
    std::vector<std::function<int(std::string_view)>> listeners; ///< of host events, by drive
    std::vector<AttachedDrive> attached{};                       ///< while a program runs
    pid_t program = 0;                                           ///< 0: none runs

    mmc::Result<FileDescriptor> start(const std::string& path,
                                      const std::vector<std::string>& argv);
    mmc::Result<int> serve(std::span<mmc::Target* const> targets, Listener& listener,
                           Attendant* attendant);
};

mmc::Result<std::unique_ptr<SeccompNode>> SeccompNode::create(SeccompOptions options) {
    if (auto checked = check_options(options); !checked)
        return tl::unexpected(checked.error());
    if (const std::string reason = obstacle(); !reason.empty())
        return mmc::fail("{}", reason);
    auto state = std::make_unique<State>(std::move(options));
    return std::unique_ptr<SeccompNode>(new SeccompNode(std::move(state)));
}

SeccompNode::SeccompNode(std::unique_ptr<State> state) : state_(std::move(state)) {}
SeccompNode::~SeccompNode() = default;

DoorClock& SeccompNode::clock() {
    return state_->clock;
}

void SeccompNode::on_host_event(std::function<int(std::string_view event)> listener,
                                std::size_t drive) {
    state_->listeners.at(drive) = std::move(listener);
}

void SeccompNode::plug(std::size_t drive, bool there) {
    if (drive >= state_->attached.size())
        return;
    state_->attached[drive].there = there;
    state_->attached[drive].device.plug(there);
}

void SeccompNode::signal(int number) {
    if (state_->program > 0)
        ::kill(state_->program, number);
}

/// Starts the program under the filter. The listener is its child's to make and to hand over.
mmc::Result<FileDescriptor> SeccompNode::State::start(const std::string& path,
                                                      const std::vector<std::string>& argv) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return mmc::fail("cannot start {}: {}", path, std::strerror(errno));
    const FileDescriptor ours(ends[0]);
    FileDescriptor childs(ends[1]);
    const std::vector<sock_filter> filter = make_filter(SystemCalls::watched());
    std::string paths = options.block_path;
    for (const SeccompOptions::Names& drive : options.further_drives)
        paths += " " + drive.block_path;
    const auto child = launch(
        path, argv, {{"BURNRIG_DEVICE", options.block_path}, {"BURNRIG_DEVICES", paths}},
        [this](pid_t it) { program = it; },
        [&] {
            const int listener = install_filter(filter);
            if (listener < 0)
                return -listener;
            const int error = send_descriptor(childs.get(), listener);
            ::close(listener);
            return error;
        });
    childs.reset();
    if (!child) {
        program = 0;
        return tl::unexpected(child.error());
    }
    FileDescriptor listener = receive_descriptor(ours.get());
    if (!listener)
        return mmc::fail("{}: the filter's listener did not come", path);
    return listener;
}

mmc::Result<int> SeccompNode::State::serve(std::span<mmc::Target* const> targets,
                                           Listener& listener, Attendant* attendant) {
    std::list<ServedDrive> drives;
    attached.clear();
    const auto names = all_names(options);
    for (std::size_t i = 0; i < names.size(); ++i) {
        LinuxDeviceOptions device_options;
        device_options.minor = number_at_end(names[i].block_path);
        device_options.host = options.host;
        device_options.host_event = listeners[i];
        drives.emplace_back(*targets[i], clock, device_options);
        const std::string bsg =
            fmt::format("/dev/bsg/{}:0:{}:0", device_options.minor, options.host.target_id);
        attached.push_back(
            {drives.back().device,
             {tidy_path(names[i].block_path), tidy_path(names[i].generic_path), bsg}});
    }
    DeviceFiles files;
    if (auto started = files.start(); !started)
        return tl::unexpected(started.error());
    const NodePaths paths(attached, files);
    SystemCalls calls(listener, files, paths, drives.front().device.options().transfer_bytes_max);
    Supervisor supervisor(listener, calls, files, attendant);
    clock.while_waiting(
        [&](DoorClock::Machine::time_point end) { supervisor.serve_others_until(end); });
    const auto status = supervisor.serve(program, options.patience);
    clock.while_waiting({});
    if (supervisor.anybody_left())
        leave_to_caretaker(listener);
    return status;
}

mmc::Result<int> SeccompNode::run(mmc::Target& target, const std::vector<std::string>& argv,
                                  Attendant* attendant) {
    mmc::Target* const one = &target;
    return run({&one, 1}, argv, attendant);
}

mmc::Result<int> SeccompNode::run(std::span<mmc::Target* const> targets,
                                  const std::vector<std::string>& argv, Attendant* attendant) {
    if (targets.size() != state_->listeners.size())
        return mmc::fail("{} drives were given, but nodes for {}", targets.size(),
                         state_->listeners.size());
    if (argv.empty())
        return mmc::fail("no program to run was given");
    const Program program = find_program(argv.front());
    if (program.path.empty()) {
        fmt::print(stderr, "burnrig: {}\n", program.error);
        return program.exit_code;
    }
    const Subreaper subreaper; // whose parent died stays our descendant, and its memory in reach
    auto file = state_->start(program.path, argv);
    if (!file) {
        fmt::print(stderr, "burnrig: {}\n", file.error().message);
        return 126;
    }
    const SignalForwarding forwarding(state_->program);
    ::prctl(PR_SET_TIMERSLACK, 1000UL);
    Listener listener(std::move(*file));
    const auto status = state_->serve(targets, listener, attendant);
    state_->program = 0;
    state_->attached.clear();
    if (!status)
        return tl::unexpected(status.error());
    return exit_code_of(*status);
}

} // namespace burnrig::emulator::nodes
