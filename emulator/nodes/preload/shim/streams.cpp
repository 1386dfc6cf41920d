// SPDX-License-Identifier: Apache-2.0
// fopen() and fdopen() of the drive. The C library reads the file of a stream by itself, around our
// read(), so a stream of the drive is one with functions of ours behind it; fileno() must still
// tell its descriptor, which such a stream would deny.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "emulator/nodes/preload/shim/shim.h"

namespace burnrig::emulator::nodes::preload::shim {
namespace {

constexpr int streams_max = 32;

struct StreamFile {
    std::atomic<FILE*> stream;
    std::atomic<int> file;
};
constinit StreamFile streams[streams_max]{};

constinit Next<FILE*(const char*, const char*)> next_fopen{"fopen64"};
constinit Next<FILE*(int, const char*)> next_fdopen{"fdopen"};
constinit Next<int(FILE*)> next_fileno{"fileno"};

int file_of(void* cookie) {
    return static_cast<int>(reinterpret_cast<std::intptr_t>(cookie));
}

ssize_t cookie_read(void* cookie, char* buffer, std::size_t size) {
    return ::read(file_of(cookie), buffer, size);
}

ssize_t cookie_write(void* cookie, const char* buffer, std::size_t size) {
    return ::write(file_of(cookie), buffer, size);
}

int cookie_seek(void* cookie, off64_t* offset, int whence) {
    const off64_t position = ::lseek(file_of(cookie), *offset, whence);
    if (position < 0)
        return -1;
    *offset = position;
    return 0;
}

int cookie_close(void* cookie) {
    for (StreamFile& entry : streams)
        if (entry.stream.load() != nullptr && entry.file.load() == file_of(cookie))
            entry.stream.store(nullptr);
    return ::close(file_of(cookie));
}

/// The only memory this makes is the C library's, for the stream the program asked for.
FILE* make_stream(int file, const char* mode) {
    const cookie_io_functions_t functions{cookie_read, cookie_write, cookie_seek, cookie_close};
    FILE* const stream =
        fopencookie(reinterpret_cast<void*>(static_cast<std::intptr_t>(file)), mode, functions);
    if (stream == nullptr)
        return nullptr;
    for (StreamFile& entry : streams) {
        FILE* nobody = nullptr;
        if (entry.stream.compare_exchange_strong(nobody, stream)) {
            entry.file.store(file);
            break;
        }
    }
    return stream;
}

int flags_of(const char* mode) {
    const bool both = strchr(mode, '+') != nullptr;
    const int access = both ? O_RDWR : (mode[0] == 'r' ? O_RDONLY : O_WRONLY);
    return access | (strchr(mode, 'e') != nullptr ? O_CLOEXEC : 0);
}

} // namespace

BURNRIG_HOOK(FILE*, fopen, const char* path, const char* mode) {
    char room[told_path_bytes];
    if (const char* const told = told_path(AT_FDCWD, path, room))
        return next_fopen(told, mode);
    if (mode == nullptr || node_of(AT_FDCWD, path) == not_ours)
        return next_fopen(path, mode);
    const int file = ::open(path, flags_of(mode));
    if (file < 0)
        return nullptr;
    FILE* const stream = make_stream(file, mode);
    if (stream == nullptr)
        ::close(file);
    return stream;
}
BURNRIG_HOOK_ALIAS(fopen64, fopen);

BURNRIG_HOOK(FILE*, fdopen, int file, const char* mode) {
    return mode == nullptr || device_of(file) == not_ours ? next_fdopen(file, mode)
                                                          : make_stream(file, mode);
}

BURNRIG_HOOK(int, fileno, FILE* stream) {
    for (const StreamFile& entry : streams)
        if (stream != nullptr && entry.stream.load() == stream)
            return entry.file.load();
    return next_fileno(stream);
}
BURNRIG_HOOK_ALIAS(fileno_unlocked, fileno);

} // namespace burnrig::emulator::nodes::preload::shim
