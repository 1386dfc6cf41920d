// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/tcmu/tcmu_door.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <functional>
#include <optional>
#include <poll.h>
#include <span>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "emulator/nodes/file_descriptor.h"
#include "emulator/nodes/tcmu/configfs.h"
#include "emulator/nodes/tcmu/ring.h"
#include "emulator/nodes/tcmu/uevents.h"

namespace burnrig::emulator::nodes {
namespace {

using namespace tcmu;
using Deadline = std::chrono::steady_clock::time_point;

// The kernel waits 30 s for the answer to one question of its own; it has a handful of them.
constexpr std::chrono::seconds longest_wait(60);
constexpr std::size_t commands_at_once = 64; // in one attend()

mmc::Result<void> check_name(const std::string& name) {
    constexpr std::size_t most = 32;
    const bool good = !name.empty() && name.size() <= most && name.front() != '-' &&
                      std::all_of(name.begin(), name.end(), [](unsigned char letter) {
                          return std::isalnum(letter) != 0 || letter == '-' || letter == '_';
                      });
    if (!good)
        return mmc::fail("the name '{}' must be 1 to {} letters, digits, - or _", name, most);
    return {};
}

/// /dev/uioN, mapped.
class Uio {
public:
    Uio() = default;
    ~Uio() {
        if (!mapping_.empty())
            ::munmap(mapping_.data(), mapping_.size());
    }
    Uio(const Uio&) = delete;
    Uio& operator=(const Uio&) = delete;

    mmc::Result<void> open(const std::string& device);
    int descriptor() const { return file_.get(); }
    std::span<std::uint8_t> mapping() const { return mapping_; }

    /// Forgets that the kernel called; it calls again for what it puts into the ring from now on.
    void take_calls() {
        std::uint32_t calls = 0;
        static_cast<void>(::read(file_.get(), &calls, sizeof calls) > 0);
    }
    /// Has the kernel look for answers.
    void call_kernel() {
        const std::uint32_t any = 0;
        static_cast<void>(::write(file_.get(), &any, sizeof any) > 0);
    }

private:
    FileDescriptor file_;
    std::span<std::uint8_t> mapping_;
};

mmc::Result<std::size_t> mapping_bytes(const std::string& device) {
    const std::string path = fmt::format("/sys/class/uio/{}/maps/map0/size", device);
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    char text[32] = {};
    if (!file || ::read(file.get(), text, sizeof text - 1) <= 0)
        return mmc::fail("cannot read {}: {}", path, std::strerror(errno));
    return std::strtoull(text, nullptr, 16);
}

mmc::Result<void> Uio::open(const std::string& device) {
    const auto bytes = mapping_bytes(device);
    if (!bytes)
        return tl::unexpected(bytes.error());
    const std::string path = "/dev/" + device;
    file_.reset(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK));
    if (!file_ && errno == EBUSY)
        return mmc::fail("{} is in use: another burnrig serves this drive; take another name",
                         path);
    if (!file_)
        return mmc::fail("cannot open {}: {}", path, std::strerror(errno));
    void* const address =
        ::mmap(nullptr, *bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file_.get(), 0);
    if (address == MAP_FAILED)
        return mmc::fail("cannot map {} bytes of {}: {}", *bytes, path, std::strerror(errno));
    mapping_ = {static_cast<std::uint8_t*>(address), *bytes};
    return {};
}

/// Milliseconds until then, for poll().
int milliseconds_until(Deadline deadline) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000));
}

/// Takes away what a killed run left under this name.
mmc::Result<void> remove_leftovers(const LunPaths& paths, const std::string& name) {
    if (::access(paths.backstore.c_str(), F_OK) != 0)
        return {};
    if (const std::string device = find_uio(name); !device.empty()) {
        Uio uio; // refused while its server lives
        if (auto opened = uio.open(device); !opened)
            return opened;
    }
    // The first lets go who waits for the dead; the link's end may ask anew, of nobody.
    fail_outstanding(paths);
    if (const int error = unlink_lun(paths))
        return mmc::fail("cannot take away {}: {}", paths.link, std::strerror(error));
    remove_host(paths);
    return remove_backstore(paths);
}

constexpr char run_name[] = "run-"; // and a process's number

/// Takes away the drives of killed processes that gave them no name.
void remove_dead_runs(const std::string& target_folder) {
    const std::string folder = LunPaths(target_folder, run_name).hba;
    std::vector<std::string> dead;
    if (const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(folder.c_str()), ::closedir);
        entries)
        while (const dirent* const entry = ::readdir(entries.get())) {
            const std::string name = entry->d_name;
            const long process = name.rfind(run_name, 0) == 0
                                     ? std::strtol(name.c_str() + sizeof run_name - 1, nullptr, 10)
                                     : 0;
            if (process > 0 && ::kill(static_cast<pid_t>(process), 0) != 0 && errno == ESRCH)
                dead.push_back(name);
        }
    for (const std::string& name : dead) // what stays does not harm this run
        static_cast<void>(remove_leftovers(LunPaths(target_folder, name), name));
}

} // namespace

struct TcmuDoor::State {
    State(mmc::Target& drive, LunPaths places) : target(drive), paths(std::move(places)) {}
    ~State() { take_away(); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    mmc::Result<void> make(const std::string& name);
    mmc::Result<void> await_nodes(Uevents& events);
    mmc::Result<void> serve_while(const std::function<int()>& call);
    bool serve(std::size_t most);
    bool attend();
    mmc::Result<void> plug(bool there);
    void take_away();

    mmc::Target& target;
    LunPaths paths;
    std::optional<Uio> uio;
    std::optional<Ring> ring;
    std::string block_path;
    std::string generic_path;
    bool ours = false; ///< what is there under this name
    bool linked = false;
    std::string error;
};

/// Whether there was anything. The kernel is told of what was done.
bool TcmuDoor::State::serve(std::size_t most) {
    if (!error.empty())
        return false;
    const auto served = ring->serve(target, most);
    if (!served) {
        error = fmt::format("the ring of target_core_user broke: {}", served.error().message);
        fmt::print(stderr, "burnrig: {}\n", error);
    }
    if (!served || *served == 0)
        return false;
    uio->call_kernel();
    return true;
}

/// Serves what is there. The kernel's call is forgotten only when nothing is left, and what came in
/// just before that is served then: nothing is left behind that nobody calls for.
bool TcmuDoor::State::attend() {
    std::size_t served = 0;
    while (served < commands_at_once && serve(1))
        ++served;
    if (served == commands_at_once)
        return true;
    uio->take_calls();
    return serve(commands_at_once) || served > 0;
}

/// Serves the ring while `call` runs: calls that add or take away the drive return only when the
/// kernel has its answers from it. It runs in a child, so that the ring needs no second thread.
mmc::Result<void> TcmuDoor::State::serve_while(const std::function<int()>& call) {
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(call());
    if (child < 0)
        return mmc::fail("cannot fork: {}", std::strerror(errno));
    const FileDescriptor ended(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
    const Deadline deadline = std::chrono::steady_clock::now() + longest_wait;
    pollfd wanted[] = {{ended.get(), POLLIN, 0}, {uio->descriptor(), POLLIN, 0}};
    while ((wanted[0].revents & POLLIN) == 0 && milliseconds_until(deadline) > 0) {
        ::poll(wanted, 2, milliseconds_until(deadline));
        if ((wanted[1].revents & POLLIN) != 0)
            attend();
    }
    int status = 0;
    if (::waitpid(child, &status, WNOHANG) != child)
        return mmc::fail("the kernel takes longer than {} s to add or take away the drive",
                         longest_wait.count());
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return mmc::fail("{}: {}", paths.link,
                         std::strerror(WIFEXITED(status) ? WEXITSTATUS(status) : EINTR));
    return {};
}

mmc::Result<void> TcmuDoor::State::await_nodes(Uevents& events) {
    const auto address = bus_address(paths);
    if (!address)
        return tl::unexpected(address.error());
    const Deadline deadline = std::chrono::steady_clock::now() + longest_wait;
    pollfd wanted[] = {{events.descriptor(), POLLIN, 0}, {uio->descriptor(), POLLIN, 0}};
    for (DriveNodes nodes;;) {
        events.hear(nodes, *address);
        if (nodes.complete()) {
            block_path = "/dev/" + nodes.block;
            generic_path = "/dev/" + nodes.generic;
            return {};
        }
        if (!error.empty() || milliseconds_until(deadline) == 0)
            return mmc::fail("the kernel made no {} of the drive: is the module {} loaded?{}",
                             nodes.block.empty() ? "/dev/srN" : "/dev/sgN",
                             nodes.block.empty() ? "sr_mod" : "sg", error);
        ::poll(wanted, 2, milliseconds_until(deadline));
        if ((wanted[1].revents & POLLIN) != 0)
            attend();
    }
}

mmc::Result<void> TcmuDoor::State::make(const std::string& name) {
    if (auto removed = remove_leftovers(paths, name); !removed)
        return removed;
    auto events = Uevents::create(); // before there is anything to hear of
    if (!events)
        return tl::unexpected(events.error());
    ours = true;
    if (auto made = make_backstore(paths, name); !made)
        return made;
    const std::string device = find_uio(name);
    if (device.empty())
        return mmc::fail("the kernel made no uio device for {}", paths.backstore);
    uio.emplace();
    if (auto opened = uio->open(device); !opened)
        return opened;
    auto mapped = Ring::create(uio->mapping());
    if (!mapped)
        return mmc::fail("/dev/{}: {}", device, mapped.error().message);
    ring = std::move(*mapped);
    if (auto made = make_host(paths); !made)
        return made;
    linked = true;
    if (auto added = serve_while([this] { return link_lun(paths); }); !added)
        return added;
    return await_nodes(*events);
}

mmc::Result<void> TcmuDoor::State::plug(bool there) {
    if (there == linked)
        return {};
    if (!there) {
        auto gone = serve_while([this] { return unlink_lun(paths); });
        linked = !gone;
        return gone;
    }
    auto events = Uevents::create();
    if (!events)
        return tl::unexpected(events.error());
    linked = true;
    if (auto added = serve_while([this] { return link_lun(paths); }); !added)
        return added;
    return await_nodes(*events);
}

void TcmuDoor::State::take_away() {
    if (!ours)
        return;
    if (linked && error.empty()) {
        // A failure leaves the drive behind, as a crash does; the next run of this name takes it.
        static_cast<void>(serve_while([this] { return unlink_lun(paths); }));
    } else if (linked) {
        fail_outstanding(paths);
        unlink_lun(paths);
    }
    remove_host(paths);
    ring.reset();
    uio.reset();
    static_cast<void>(remove_backstore(paths));
}

mmc::Result<std::unique_ptr<TcmuDoor>> TcmuDoor::create(const TcmuOptions& options,
                                                        mmc::Target& target) {
    const std::string name =
        options.name.empty() ? fmt::format("{}{}", run_name, ::getpid()) : options.name;
    if (auto checked = check_name(name); !checked)
        return tl::unexpected(checked.error());
    const auto folder = target_folder();
    if (!folder)
        return tl::unexpected(folder.error());
    if (options.name.empty())
        remove_dead_runs(*folder);
    auto state = std::make_unique<State>(target, LunPaths(*folder, name));
    if (auto made = state->make(name); !made)
        return tl::unexpected(made.error());
    return std::unique_ptr<TcmuDoor>(new TcmuDoor(std::move(state)));
}

TcmuDoor::TcmuDoor(std::unique_ptr<State> state) : state_(std::move(state)) {}
TcmuDoor::~TcmuDoor() = default;

int TcmuDoor::descriptor() const {
    return state_->uio->descriptor();
}

bool TcmuDoor::attend() {
    return state_->attend();
}

const std::string& TcmuDoor::path() const {
    return state_->block_path;
}

bool TcmuDoor::plug(bool there) {
    const auto done = state_->plug(there);
    if (!done)
        fmt::print(stderr, "burnrig: {}\n", done.error().message);
    return bool(done);
}

bool TcmuDoor::closed() const {
    return !state_->error.empty();
}

const std::string& TcmuDoor::generic_path() const {
    return state_->generic_path;
}

} // namespace burnrig::emulator::nodes
