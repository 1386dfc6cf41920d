// SPDX-License-Identifier: Apache-2.0
// openx() and the C library's calls on files, as a program that is linked with libburnrig_aix meets
// them: those on /dev/cdN and /dev/rcdN go to the AIX device, all others on to the C library.
//
// A file of ours is a descriptor of /dev/null, so that its number is nobody else's; dup() and
// fork() do not carry the device along (under `burnrig run --personality aix` they do).
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdarg>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <optional>
#include <sys/uio.h>
#include <unistd.h>

#include "emulator/nodes/aix/library/attached_drive.h"
#include "emulator/nodes/process_memory.h"

// The names of the C library are taken from the assembler, so that its prototypes do not matter.
#define BURNRIG_CALL(type, name, ...)                                                              \
    extern "C" __attribute__((visibility("default"))) type aix_##name(__VA_ARGS__) __asm__(#name); \
    type aix_##name(__VA_ARGS__)
#define BURNRIG_CALL_ALIAS(name, target)                                                           \
    extern "C" __typeof__(aix_##target) aix_##name __asm__(#name)                                  \
        __attribute__((alias(#target), visibility("default")))

namespace burnrig::emulator::nodes::aix {
namespace {

constexpr std::size_t descriptors_max = 4096;
constexpr std::size_t payload_bytes = 512 * 1024;

struct OpenHere {
    std::shared_ptr<AttachedDrive> drive;
    AixFile file;
    std::uint64_t position = 0;
    std::vector<std::uint8_t> payload = std::vector<std::uint8_t>(payload_bytes);
};

std::array<std::atomic<OpenHere*>, descriptors_max> open_files;

OpenHere* file_of(int descriptor) {
    return descriptor >= 0 && static_cast<std::size_t>(descriptor) < descriptors_max
               ? open_files[static_cast<std::size_t>(descriptor)].load()
               : nullptr;
}

template <class Function>
Function next(const char* name) {
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

long to_errno(long result) {
    if (result >= 0)
        return result;
    errno = static_cast<int>(-result);
    return -1;
}

struct Node {
    bool raw = false;
    int unit = 0;
};

/// "/dev/rcd0", read so that a bad address is no crash.
std::optional<Node> node_of(const char* path) {
    std::array<char, 16> text{};
    const iovec ours{text.data(), text.size() - 1};
    const iovec theirs{const_cast<char*>(path), text.size() - 1};
    if (::process_vm_readv(::getpid(), &ours, 1, &theirs, 1, 0) <= 0)
        return std::nullopt;
    const std::string_view name(text.data(), ::strnlen(text.data(), text.size()));
    for (const auto& [prefix, raw] :
         {std::pair<std::string_view, bool>{"/dev/rcd", true}, {"/dev/cd", false}}) {
        if (name.substr(0, prefix.size()) != prefix)
            continue;
        Node node{raw, 0};
        const std::string_view digits = name.substr(prefix.size());
        const auto end = std::from_chars(digits.begin(), digits.end(), node.unit);
        if (!digits.empty() && end.ec == std::errc{} && end.ptr == digits.end() && node.unit >= 0)
            return node;
    }
    return std::nullopt;
}

int open_node(Node node, int flags, long extension) {
    const auto drive = attached(node.unit);
    if (!drive)
        return -ENODEV;
    const int descriptor = next<int (*)(const char*, int, ...)>("open")("/dev/null", O_RDWR);
    if (descriptor < 0 || static_cast<std::size_t>(descriptor) >= descriptors_max) {
        if (descriptor >= 0)
            next<int (*)(int)>("close")(descriptor);
        return -EMFILE;
    }
    auto here = std::make_unique<OpenHere>();
    here->drive = drive;
    here->file = {node.raw, flags, extension};
    const std::scoped_lock locked(drive->lock);
    const int error = drive->device.open(here->file, ::geteuid() == 0);
    if (error != 0) {
        next<int (*)(int)>("close")(descriptor);
        return error;
    }
    ++drive->opens;
    open_files[static_cast<std::size_t>(descriptor)] = here.release();
    return descriptor;
}

/// Whether the path is one of ours: where no drive is attached at all, none is.
std::optional<Node> our_node(const char* path) {
    const auto node = node_of(path);
    return node && any_attached() ? node : std::nullopt;
}

long close_file(int descriptor, OpenHere* here) {
    open_files[static_cast<std::size_t>(descriptor)] = nullptr;
    const std::unique_ptr<OpenHere> owned(here);
    const std::scoped_lock locked(owned->drive->lock);
    const int error = owned->drive->device.close(owned->file);
    --owned->drive->opens;
    next<int (*)(int)>("close")(descriptor);
    return error;
}

long read_file(OpenHere& here, void* buffer, std::size_t length) {
    const std::scoped_lock locked(here.drive->lock);
    ProcessMemory memory(::getpid(), here.payload);
    std::size_t done = 0;
    do {
        int error = 0;
        const auto bytes =
            here.drive->device.read(here.file, here.position, length - done, here.payload, error);
        if (error == 0 && !bytes.empty() &&
            !memory.write(reinterpret_cast<std::uint64_t>(buffer) + done, bytes))
            error = -EFAULT;
        if (error != 0)
            return done > 0 ? static_cast<long>(done) : error;
        if (bytes.empty())
            break;
        done += bytes.size();
        here.position += bytes.size();
    } while (done < length);
    return static_cast<long>(done);
}

long write_file(OpenHere& here, const void* buffer, std::size_t length) {
    const std::scoped_lock locked(here.drive->lock);
    ProcessMemory memory(::getpid(), here.payload);
    std::size_t done = 0;
    do {
        const auto part = std::span(here.payload).first(std::min(payload_bytes, length - done));
        if (!part.empty() && !memory.read(reinterpret_cast<std::uint64_t>(buffer) + done, part))
            return done > 0 ? static_cast<long>(done) : -EFAULT;
        const long result = here.drive->device.write(here.file, here.position, length - done, part);
        if (result <= 0)
            return done > 0 ? static_cast<long>(done) : result;
        done += static_cast<std::size_t>(result);
        here.position += static_cast<std::size_t>(result);
    } while (done < length);
    return static_cast<long>(done);
}

long seek_file(OpenHere& here, off_t offset, int whence) {
    const std::scoped_lock locked(here.drive->lock);
    const std::uint64_t base = whence == SEEK_SET   ? 0
                               : whence == SEEK_CUR ? here.position
                                                    : here.drive->device.size();
    std::int64_t target = 0;
    if (whence < SEEK_SET || whence > SEEK_END ||
        __builtin_add_overflow(static_cast<std::int64_t>(base), offset, &target) || target < 0)
        return -EINVAL;
    here.position = static_cast<std::uint64_t>(target);
    return target;
}

int open_path(const char* name, const char* path, int flags, mode_t mode) {
    const auto node = our_node(path);
    return node ? static_cast<int>(to_errno(open_node(*node, flags, 0)))
                : next<int (*)(const char*, int, mode_t)>(name)(path, flags, mode);
}

} // namespace

BURNRIG_CALL(int, openx, const char* path, int flags, mode_t mode, long extension) {
    const auto node = our_node(path);
    return node ? static_cast<int>(to_errno(open_node(*node, flags, extension)))
                : next<int (*)(const char*, int, mode_t)>("open")(path, flags, mode);
}

BURNRIG_CALL(int, open, const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = va_arg(arguments, mode_t);
    va_end(arguments);
    return open_path("open", path, flags, mode);
}

BURNRIG_CALL(int, open64, const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = va_arg(arguments, mode_t);
    va_end(arguments);
    return open_path("open64", path, flags, mode);
}

BURNRIG_CALL(int, __open_2, const char* path, int flags) {
    return open_path("open", path, flags, 0);
}
BURNRIG_CALL_ALIAS(__open64_2, __open_2);

BURNRIG_CALL(int, close, int descriptor) {
    OpenHere* const here = file_of(descriptor);
    return here != nullptr ? static_cast<int>(to_errno(close_file(descriptor, here)))
                           : next<int (*)(int)>("close")(descriptor);
}

BURNRIG_CALL(ssize_t, read, int descriptor, void* buffer, std::size_t length) {
    OpenHere* const here = file_of(descriptor);
    return here != nullptr
               ? to_errno(read_file(*here, buffer, length))
               : next<ssize_t (*)(int, void*, std::size_t)>("read")(descriptor, buffer, length);
}

BURNRIG_CALL(ssize_t, __read_chk, int descriptor, void* buffer, std::size_t length,
             std::size_t room) {
    if (length > room)
        __builtin_trap();
    return aix_read(descriptor, buffer, length);
}

BURNRIG_CALL(ssize_t, write, int descriptor, const void* buffer, std::size_t length) {
    OpenHere* const here = file_of(descriptor);
    return here != nullptr ? to_errno(write_file(*here, buffer, length))
                           : next<ssize_t (*)(int, const void*, std::size_t)>("write")(
                                 descriptor, buffer, length);
}

BURNRIG_CALL(off_t, lseek, int descriptor, off_t offset, int whence) {
    OpenHere* const here = file_of(descriptor);
    return here != nullptr ? to_errno(seek_file(*here, offset, whence))
                           : next<off_t (*)(int, off_t, int)>("lseek")(descriptor, offset, whence);
}
BURNRIG_CALL_ALIAS(lseek64, lseek);

BURNRIG_CALL(int, ioctl, int descriptor, unsigned long request, ...) {
    va_list arguments;
    va_start(arguments, request);
    void* const argument = va_arg(arguments, void*);
    va_end(arguments);
    OpenHere* const here = file_of(descriptor);
    if (here == nullptr)
        return next<int (*)(int, unsigned long, void*)>("ioctl")(descriptor, request, argument);
    const std::scoped_lock locked(here->drive->lock);
    ProcessMemory memory(::getpid(), here->payload);
    return static_cast<int>(
        to_errno(here->drive->device.ioctl(here->file, static_cast<std::uint32_t>(request),
                                           reinterpret_cast<std::uint64_t>(argument), memory)));
}

} // namespace burnrig::emulator::nodes::aix
