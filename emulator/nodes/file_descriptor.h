// SPDX-License-Identifier: Apache-2.0
// A file descriptor that is closed when its owner goes.
#pragma once

#include <unistd.h>
#include <utility>

namespace burnrig::emulator::nodes {

class FileDescriptor {
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int file) : file_(file) {}
    FileDescriptor(FileDescriptor&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        reset(std::exchange(other.file_, -1));
        return *this;
    }
    ~FileDescriptor() { reset(); }

    int get() const { return file_; }
    explicit operator bool() const { return file_ >= 0; }
    /// Whoever gets it closes it.
    [[nodiscard]] int release() { return std::exchange(file_, -1); }
    void reset(int file = -1) {
        if (file_ >= 0)
            ::close(file_);
        file_ = file;
    }

private:
    int file_ = -1;
};

} // namespace burnrig::emulator::nodes
