// SPDX-License-Identifier: Apache-2.0
#include "driver/transport/sg_device.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <limits>
#include <utility>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/fs.h>
#include <scsi/sg.h>

#include <fmt/format.h>

#include "mmc/system_error.h"

namespace burnrig::driver {
namespace {

// What every host adapter and USB bridge is known to take, and the most that is asked for.
constexpr std::uint32_t transfer_default = 64 * 1024;
constexpr std::uint32_t transfer_max = 512 * 1024;
constexpr std::uint32_t transfer_min = 2048;

// Low bits of driver_status. Source: the kernel's scsi headers before 5.14; later kernels send 0
// or 8.
constexpr unsigned driver_mask = 0x0F;
constexpr unsigned driver_ok = 0x00;
constexpr unsigned driver_timeout = 0x06;
constexpr unsigned driver_sense = 0x08;

/// Keeps signals that people send from interrupting a command: on a character node the call would
/// come back at once, and what the drive did could not be known. They come when it has ended.
class Undisturbed {
public:
    Undisturbed() {
        sigset_t held{};
        sigemptyset(&held);
        for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP})
            sigaddset(&held, signal);
        pthread_sigmask(SIG_BLOCK, &held, &before_);
    }
    ~Undisturbed() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    Undisturbed(const Undisturbed&) = delete;
    Undisturbed& operator=(const Undisturbed&) = delete;

private:
    sigset_t before_{};
};

int system_open(const char* path, int flags) {
    return ::open(path, flags);
}
int system_ioctl(int descriptor, unsigned long request, void* argument) {
    return ::ioctl(descriptor, request, argument);
}

/// Milliseconds for the header, rounded up. 0 would mean "the default" to the kernel.
unsigned milliseconds(mmc::Duration limit) {
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(limit).count();
    return static_cast<unsigned>(std::clamp<decltype(ms)>(
        ms, 1, std::numeric_limits<int>::max())); // the kernel counts in signed jiffies
}

sg_io_hdr make_header(const mmc::Command& command, mmc::SenseBytes& sense) {
    sg_io_hdr header{};
    header.interface_id = 'S';
    header.cmd_len = static_cast<unsigned char>(command.cdb.size());
    header.cmdp = const_cast<unsigned char*>(command.cdb.data());
    header.mx_sb_len = mmc::SenseBytes::capacity;
    header.sbp = sense.bytes.data();
    header.timeout = milliseconds(command.timeout);
    header.dxfer_direction = SG_DXFER_NONE;
    if (!command.data_out.empty()) {
        header.dxfer_direction = SG_DXFER_TO_DEV;
        header.dxferp = const_cast<std::uint8_t*>(command.data_out.data());
        header.dxfer_len = static_cast<unsigned>(command.data_out.size());
    } else if (!command.data_in.empty()) {
        header.dxfer_direction = SG_DXFER_FROM_DEV;
        header.dxferp = command.data_in.data();
        header.dxfer_len = static_cast<unsigned>(command.data_in.size());
    }
    // On a character node only; a block node never copies what is aligned. Where direct transfer
    // is not allowed, or memory not aligned for it, the kernel copies as it would without the flag.
    if (header.dxfer_len > 0)
        header.flags = SG_FLAG_DIRECT_IO;
    return header;
}

/// All that the header says, as a completion.
void read_header(const sg_io_hdr& header, mmc::Completion& completion) {
    completion.host = static_cast<mmc::HostStatus>(header.host_status);
    completion.status = static_cast<mmc::Status>(header.status);
    completion.sense.length = std::min<std::uint8_t>(header.sb_len_wr, mmc::SenseBytes::capacity);
    const unsigned driver = header.driver_status & driver_mask;
    if (completion.host == mmc::HostStatus::ok) {
        // Some host adapters leave the status at 0 although they fetched sense data.
        if (driver == driver_sense && completion.sense.length > 0 && header.status == 0)
            completion.status = mmc::Status::check_condition;
        else if (driver == driver_timeout)
            completion.host = mmc::HostStatus::time_out;
        else if (driver != driver_ok && driver != driver_sense)
            completion.host = mmc::HostStatus::error;
    }
    if (completion.host != mmc::HostStatus::ok)
        return;
    const int left = std::clamp(header.resid, 0, static_cast<int>(header.dxfer_len));
    completion.transferred = header.dxfer_len - static_cast<unsigned>(left);
}

} // namespace

const SgDevice::System& SgDevice::linux_system() {
    static constexpr System system{system_open, ::close, system_ioctl};
    return system;
}

Outcome<SgDevice> SgDevice::open(const std::string& path, const System& system) {
    // Without O_NONBLOCK the kernel would ask for a disc, and move the tray.
    const int descriptor = system.open(path.c_str(), O_RDWR | O_NONBLOCK | O_EXCL | O_CLOEXEC);
    const int error = errno;
    if (descriptor < 0 && (error == EBUSY || error == EAGAIN))
        return tl::unexpected(make_error(
            Cause::device_busy, Stage::open,
            fmt::format("{} is in use: mounted, or held by another burning program.", path)));
    if (descriptor < 0)
        return tl::unexpected(
            make_error(Cause::device_lost, Stage::open,
                       fmt::format("{} cannot be opened for reading and writing: {}.", path,
                                   std::strerror(error))));
    SgDevice device(path, descriptor, system);
    int version = 0;
    constexpr int version_3 = 30000;
    if (system.ioctl(descriptor, SG_GET_VERSION_NUM, &version) < 0 || version < version_3)
        return tl::unexpected(make_error(
            Cause::device_lost, Stage::open,
            fmt::format("{} does not take SCSI commands (SG_IO): give a CD-ROM device such as "
                        "/dev/sr0 or /dev/sg0.",
                        path)));
    device.max_transfer_ = device.ask_max_transfer();
    return device;
}

SgDevice::SgDevice(std::string path, int descriptor, const System& system)
    : path_(std::move(path)), descriptor_(descriptor), system_(&system) {}

SgDevice::SgDevice(SgDevice&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)),
      system_(other.system_), max_transfer_(other.max_transfer_) {}

SgDevice& SgDevice::operator=(SgDevice&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(descriptor_, other.descriptor_);
    std::swap(system_, other.system_);
    std::swap(max_transfer_, other.max_transfer_);
    return *this;
}

SgDevice::~SgDevice() {
    if (descriptor_ >= 0)
        system_->close(descriptor_);
}

std::uint32_t SgDevice::ask_max_transfer() const {
    // The reserve is what the kernel keeps for one command: as much as the host adapter takes on a
    // block node, a default on a character node, where a larger one has to be asked for.
    int bytes = transfer_max;
    system_->ioctl(descriptor_, SG_SET_RESERVED_SIZE, &bytes);
    if (system_->ioctl(descriptor_, SG_GET_RESERVED_SIZE, &bytes) < 0 || bytes <= 0)
        return transfer_default;
    const auto rounded = static_cast<std::uint32_t>(bytes) / transfer_min * transfer_min;
    return std::clamp(rounded, transfer_min, transfer_max);
}

mmc::Completion SgDevice::execute(const mmc::Command& command) {
    mmc::Completion completion;
    sg_io_hdr header = make_header(command, completion.sense);
    const Undisturbed undisturbed;
    const auto start = std::chrono::steady_clock::now();
    const int result = system_->ioctl(descriptor_, SG_IO, &header);
    const int error = result < 0 ? errno : 0;
    const auto duration = std::chrono::steady_clock::now() - start;
    if (error != 0) // even EINTR is not repeated: the command may have been carried out
        return mmc::failed_system_call(error, duration);
    completion.duration = duration;
    read_header(header, completion);
    return completion;
}

} // namespace burnrig::driver
