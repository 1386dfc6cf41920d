// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/fuse/fuse_door.h"

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/nodes/fuse/requests.h"
#include "emulator/nodes/process_memory.h"
#include "emulator/nodes/program/find_program.h"

namespace burnrig::emulator::nodes {
namespace {

namespace fs = std::filesystem;

/// What libfuse says goes into our message when it cannot mount.
std::string said;

void listen(fuse_log_level, const char* format, va_list arguments) {
    std::array<char, 256> line{};
    std::vsnprintf(line.data(), line.size(), format, arguments);
    said += line.data();
}

std::string obstacle() {
    if (::access("/dev/fuse", F_OK) != 0)
        return "there is no /dev/fuse here: load the module (modprobe fuse), or give the container "
               "the device";
    if (::geteuid() == 0)
        return {};
    if (::access("/dev/fuse", R_OK | W_OK) != 0)
        return "/dev/fuse is not for this user: it must be readable and writable";
    if (find_program("fusermount3").path.empty())
        return "fusermount3 is not there, which mounts for users: install the package fuse3, or "
               "run as root";
    return {};
}

/// A folder to mount on, removed with its owner if it was made here.
class MountPoint {
public:
    static mmc::Result<MountPoint> create(const std::string& wished) {
        MountPoint made;
        if (wished.empty()) {
            std::string pattern = (fs::temp_directory_path() / "burnrig-XXXXXX").string();
            if (::mkdtemp(pattern.data()) == nullptr)
                return mmc::fail("cannot make a folder for the drive in {}: {}",
                                 fs::temp_directory_path().string(), std::strerror(errno));
            made.path_ = pattern;
            made.ours_ = true;
            return made;
        }
        std::error_code error;
        made.path_ = fs::absolute(wished, error).lexically_normal().string();
        made.ours_ = ::mkdir(made.path_.c_str(), S_IRWXU) == 0;
        if (!made.ours_ && errno != EEXIST)
            return mmc::fail("cannot make the folder {}: {}", wished, std::strerror(errno));
        if (::access(made.path_.c_str(), F_OK) != 0 && errno == ENOTCONN)
            return mmc::fail("{0} is left from a drive whose process was killed: umount {0}",
                             wished);
        if (!fs::is_directory(made.path_, error) || !fs::is_empty(made.path_, error) || error)
            return mmc::fail("{} must be an empty folder, or not be there yet", wished);
        return made;
    }
    MountPoint() = default;
    MountPoint(MountPoint&& other) noexcept
        : path_(std::exchange(other.path_, {})), ours_(std::exchange(other.ours_, false)) {}
    MountPoint& operator=(MountPoint&&) = delete;
    ~MountPoint() {
        if (ours_)
            ::rmdir(path_.c_str());
    }

    const std::string& path() const { return path_; }

private:
    std::string path_;
    bool ours_ = false;
};

struct DestroySession {
    void operator()(fuse_session* session) const {
        fuse_session_unmount(session);
        fuse_session_destroy(session);
    }
};
using Session = std::unique_ptr<fuse_session, DestroySession>;

mmc::Result<Session> mount(const std::string& path, fuse::Requests& requests) {
    std::string name = "burnrig";
    std::string option = "-o";
    std::string options =
        fmt::format("fsname=burnrig,subtype=drive,max_read={}", fuse::longest_read);
    std::array<char*, 4> words{name.data(), option.data(), options.data(), nullptr};
    fuse_args arguments = FUSE_ARGS_INIT(3, words.data());
    said.clear();
    fuse_set_log_func(listen);
    Session session(fuse_session_new(&arguments, &fuse::Requests::operations(),
                                     sizeof(fuse_lowlevel_ops), &requests));
    fuse_opt_free_args(&arguments);
    if (!session || fuse_session_mount(session.get(), path.c_str()) != 0)
        return mmc::fail("cannot mount a FUSE folder at {}: {}", path,
                         said.empty() ? std::strerror(errno) : said);
    const int file = fuse_session_fd(session.get());
    if (::fcntl(file, F_SETFL, ::fcntl(file, F_GETFL) | O_NONBLOCK) != 0)
        return mmc::fail("cannot serve {}: {}", path, std::strerror(errno));
    return session;
}

} // namespace

struct FuseDoor::State {
    State(FuseOptions& options, MountPoint point, mmc::Target& target, mmc::Clock& clock)
        : mount_point(std::move(point)), path(mount_point.path() + "/sr"),
          device(target, clock, options.device),
          requests(fuse::Folder(std::move(options.disc), all_texts(std::move(options.texts)),
                                std::move(options.shown), [this] { return plugged; }),
                   device) {}
    ~State() {
        session.reset();
        std::free(buffer.mem);
    }

    std::vector<TextFile> all_texts(std::vector<TextFile> texts) {
        texts.push_back({"last-error", [this] { return requests.last_error; }});
        return texts;
    }

    MountPoint mount_point;
    std::string path;
    bool plugged = true;
    LinuxDevice device;
    fuse::Requests requests;
    Session session;
    fuse_buf buffer{};
    bool gone = false;
};

mmc::Result<std::unique_ptr<FuseDoor>> FuseDoor::create(FuseOptions options, mmc::Target& target,
                                                        mmc::Clock& clock) {
    if (const auto missing = obstacle(); !missing.empty())
        return mmc::fail("{}", missing);
    if (const auto missing = memory_obstacle(options.ours); !missing.empty())
        return mmc::fail("{}", missing);
    auto point = MountPoint::create(options.folder);
    if (!point)
        return tl::unexpected(point.error());
    auto state = std::make_unique<State>(options, std::move(*point), target, clock);
    auto session = mount(state->mount_point.path(), state->requests);
    if (!session)
        return tl::unexpected(session.error());
    state->session = std::move(*session);
    return std::unique_ptr<FuseDoor>(new FuseDoor(std::move(state)));
}

FuseDoor::FuseDoor(std::unique_ptr<State> state) : state_(std::move(state)) {}
FuseDoor::~FuseDoor() = default;

int FuseDoor::descriptor() const {
    return fuse_session_fd(state_->session.get());
}

bool FuseDoor::attend() {
    State& state = *state_;
    const int count = fuse_session_receive_buf(state.session.get(), &state.buffer);
    if (count == -EAGAIN || count == -EINTR)
        return false;
    if (count <= 0) {
        state.gone = true;
        return false;
    }
    fuse_session_process_buf(state.session.get(), &state.buffer);
    state.requests.caller = 0;
    return true;
}

const std::string& FuseDoor::path() const {
    return state_->path;
}

const std::string& FuseDoor::folder() const {
    return state_->mount_point.path();
}

bool FuseDoor::closed() const {
    return state_->gone || fuse_session_exited(state_->session.get()) != 0;
}

bool FuseDoor::plug(bool there) {
    state_->plugged = there;
    state_->device.plug(there);
    return true;
}

pid_t FuseDoor::caller() const {
    return state_->requests.caller;
}

bool FuseDoor::in_use() const {
    return state_->requests.device_open();
}

} // namespace burnrig::emulator::nodes
