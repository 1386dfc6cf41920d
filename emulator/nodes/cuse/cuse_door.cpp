// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/cuse/cuse_door.h"

#define FUSE_USE_VERSION 35
#include <cuse_lowlevel.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <unordered_map>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "emulator/nodes/file_descriptor.h"
#include "emulator/nodes/fuse/request_memory.h"

namespace burnrig::emulator::nodes {
namespace {

constexpr std::size_t most_files = 4096;
constexpr std::chrono::seconds longest_wait(10); // for the kernel's first request

mmc::Result<void> check(const std::string& name) {
    constexpr std::size_t most = 32;
    const bool good = !name.empty() && name.size() <= most &&
                      std::all_of(name.begin(), name.end(), [](unsigned char letter) {
                          return std::isalnum(letter) != 0 || letter == '-' || letter == '_';
                      });
    if (!good)
        return mmc::fail("the name '{}' must be 1 to {} letters, digits, - or _", name, most);
    if (::access("/dev/cuse", F_OK) != 0)
        return mmc::fail("there is no /dev/cuse here: load the module (modprobe cuse), or "
                         "give the container the device");
    if (::access("/dev/cuse", R_OK | W_OK) != 0)
        return mmc::fail("/dev/cuse is not for this user: only root may make devices");
    if (::access(("/dev/" + name).c_str(), F_OK) == 0)
        return mmc::fail("there is a /dev/{} already; take another name", name);
    return {};
}

/// Some programs take no other name for a drive's.
std::string free_name() {
    constexpr int drives_max = 100;
    std::string name;
    for (int i = 0; i < drives_max; ++i) {
        name = fmt::format("sr{}", i);
        if (::access(("/dev/" + name).c_str(), F_OK) != 0)
            break;
    }
    return name;
}

struct DestroySession {
    void operator()(fuse_session* session) const { fuse_session_destroy(session); }
};

} // namespace

struct CuseDoor::State {
    State(const CuseOptions& options, mmc::Target& target, mmc::Clock& clock)
        : path("/dev/" + options.name), device(target, clock, options.device),
          payload(device.options().transfer_bytes_max + 4096) {}
    ~State() {
        session.reset();
        for (auto& [number, file] : files)
            device.close(file);
        std::free(buffer.mem);
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    mmc::Result<void> start(const std::string& name);
    bool attend();
    void ioctl(fuse_req_t request, OpenFile& file, std::uint32_t number, std::uint64_t argument,
               std::span<const std::uint8_t> in, std::size_t out_bytes);

    std::string path;
    LinuxDevice device;
    std::vector<std::uint8_t> payload;
    Foresight foresight;
    std::unordered_map<std::uint64_t, OpenFile> files;
    std::uint64_t last_file = 0;
    std::unique_ptr<fuse_session, DestroySession> session;
    fuse_buf buffer{};
    pid_t caller = 0; ///< whose call is being served
    bool there = false;
    bool gone = false;

    // What libfuse calls.
    static State& self(fuse_req_t request) {
        return *static_cast<State*>(fuse_req_userdata(request));
    }
    static void on_start(void* state) { static_cast<State*>(state)->there = true; }
    static void on_open(fuse_req_t request, fuse_file_info* file);
    static void on_release(fuse_req_t request, fuse_file_info* file);
    static void on_read(fuse_req_t request, std::size_t, off_t, fuse_file_info*) {
        fuse_reply_err(request, ESPIPE);
    }
    static void on_write(fuse_req_t request, const char*, std::size_t, off_t, fuse_file_info*) {
        fuse_reply_err(request, ESPIPE);
    }
    static void on_ioctl(fuse_req_t request, int number, void* argument, fuse_file_info* file,
                         unsigned flags, const void* in, std::size_t in_bytes,
                         std::size_t out_bytes);
};

void CuseDoor::State::on_open(fuse_req_t request, fuse_file_info* info) {
    State& state = self(request);
    if (state.files.size() >= most_files) {
        fuse_reply_err(request, ENFILE);
        return;
    }
    OpenFile file;
    file.flags = info->flags;
    const bool root = fuse_req_ctx(request)->uid == 0;
    if (const int error = state.device.open(file, Caller{root, root}); error != 0) {
        fuse_reply_err(request, -error);
        return;
    }
    info->direct_io = 1;
    info->fh = ++state.last_file;
    OpenFile& kept = state.files.emplace(info->fh, file).first->second;
    if (fuse_reply_open(request, info) != 0) { // whoever wanted it is gone: no release will come
        state.device.close(kept);
        state.files.erase(info->fh);
    }
}

void CuseDoor::State::on_release(fuse_req_t request, fuse_file_info* info) {
    State& state = self(request);
    if (const auto found = state.files.find(info->fh); found != state.files.end()) {
        state.device.close(found->second);
        state.files.erase(found);
    }
    fuse_reply_err(request, 0);
}

void CuseDoor::State::on_ioctl(fuse_req_t request, int number, void* argument, fuse_file_info* info,
                               unsigned flags, const void* in, std::size_t in_bytes,
                               std::size_t out_bytes) {
    State& state = self(request);
    const auto found = state.files.find(info->fh);
    if (found == state.files.end() || (flags & FUSE_IOCTL_COMPAT) != 0) {
        fuse_reply_err(request, ENOTTY);
        return;
    }
    state.ioctl(request, found->second, static_cast<std::uint32_t>(number),
                reinterpret_cast<std::uint64_t>(argument),
                {static_cast<const std::uint8_t*>(in), in_bytes}, out_bytes);
}

/// The program's memory is reached directly, as root may: so a command's data have no limit but
/// the drive's, and only requests whose number tells a size come and go with the request.
void CuseDoor::State::ioctl(fuse_req_t request, OpenFile& file, std::uint32_t number,
                            std::uint64_t argument, std::span<const std::uint8_t> in,
                            std::size_t out_bytes) {
    std::array<std::uint8_t, 256> out{};
    if (out_bytes > out.size()) {
        fuse_reply_err(request, ENOTTY);
        return;
    }
    const fuse_ctx* const who = fuse_req_ctx(request);
    const bool root = who->uid == 0;
    caller = who->pid;
    fuse::RequestMemory memory(who->pid, payload, argument, in, std::span(out).first(out_bytes),
                               &foresight);
    const long result = device.ioctl(file, number, argument, Caller{root, root}, memory);
    if (result < 0)
        fuse_reply_err(request, static_cast<int>(-result));
    else
        fuse_reply_ioctl(request, static_cast<int>(result), out.data(), memory.out_used());
}

/// Makes the node. libfuse's own way to do it goes to the folder / and takes the signals.
mmc::Result<void> CuseDoor::State::start(const std::string& name) {
    FileDescriptor file(::open("/dev/cuse", O_RDWR | O_CLOEXEC | O_NONBLOCK));
    if (!file)
        return mmc::fail("cannot open /dev/cuse: {}", std::strerror(errno));
    cuse_lowlevel_ops operations{};
    operations.init_done = on_start;
    operations.open = on_open;
    operations.release = on_release;
    operations.read = on_read;
    operations.write = on_write;
    operations.ioctl = on_ioctl;
    const std::string setting = "DEVNAME=" + name;
    const char* settings[] = {setting.c_str()};
    cuse_info info{};
    info.dev_info_argc = 1;
    info.dev_info_argv = settings;
    std::string program = "burnrig";
    char* words[] = {program.data(), nullptr};
    fuse_args arguments = FUSE_ARGS_INIT(1, words);
    session.reset(cuse_lowlevel_new(&arguments, &info, &operations, this));
    fuse_opt_free_args(&arguments);
    fuse_custom_io plain{};
    plain.read = [](int from, void* to, std::size_t room, void*) { return ::read(from, to, room); };
    plain.writev = [](int to, iovec* pieces, int count, void*) {
        return ::writev(to, pieces, count);
    };
    if (!session || fuse_session_custom_io(session.get(), &plain, file.get()) != 0)
        return mmc::fail("libfuse makes no session for {}", path);
    const int descriptor = file.release(); // the session's now
    pollfd wanted{descriptor, POLLIN, 0};
    constexpr auto milliseconds = std::chrono::milliseconds(longest_wait).count();
    while (!there && !gone && ::poll(&wanted, 1, static_cast<int>(milliseconds)) > 0)
        attend();
    if (!there || ::access(path.c_str(), F_OK) != 0)
        return mmc::fail("the kernel made no {}: is the name in use?", path);
    return {};
}

bool CuseDoor::State::attend() {
    const int count = fuse_session_receive_buf(session.get(), &buffer);
    if (count == -EAGAIN || count == -EINTR)
        return false;
    if (count <= 0) {
        gone = true;
        return false;
    }
    fuse_session_process_buf(session.get(), &buffer);
    caller = 0;
    return true;
}

mmc::Result<std::unique_ptr<CuseDoor>> CuseDoor::create(CuseOptions options, mmc::Target& target,
                                                        mmc::Clock& clock) {
    if (options.name.empty())
        options.name = free_name();
    if (auto checked = check(options.name); !checked)
        return tl::unexpected(checked.error());
    auto state = std::make_unique<State>(options, target, clock);
    if (auto started = state->start(options.name); !started)
        return tl::unexpected(started.error());
    return std::unique_ptr<CuseDoor>(new CuseDoor(std::move(state)));
}

CuseDoor::CuseDoor(std::unique_ptr<State> state) : state_(std::move(state)) {}
CuseDoor::~CuseDoor() = default;

int CuseDoor::descriptor() const {
    return fuse_session_fd(state_->session.get());
}

bool CuseDoor::attend() {
    return state_->attend();
}

const std::string& CuseDoor::path() const {
    return state_->path;
}

bool CuseDoor::closed() const {
    return state_->gone || fuse_session_exited(state_->session.get()) != 0;
}

pid_t CuseDoor::caller() const {
    return state_->caller;
}

bool CuseDoor::in_use() const {
    return !state_->files.empty();
}

} // namespace burnrig::emulator::nodes
