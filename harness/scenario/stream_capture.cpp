// SPDX-License-Identifier: Apache-2.0
#include "harness/scenario/stream_capture.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <unistd.h>

namespace burnrig::harness::scenario {

mmc::Result<std::unique_ptr<StreamCapture>> StreamCapture::start(const std::string& file,
                                                                 const std::string& directory) {
    std::unique_ptr<StreamCapture> capture(new StreamCapture);
    const int input = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    const int output = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC,
                              S_IRUSR | S_IWUSR);
    const int here = ::open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool opened = input >= 0 && output >= 0 && here >= 0 && ::chdir(directory.c_str()) == 0;
    const int error = errno;
    if (opened) {
        std::fflush(nullptr);
        capture->directory_ = here;
        for (int stream = 0; stream < streams; ++stream) {
            capture->saved_[stream] = ::fcntl(stream, F_DUPFD_CLOEXEC, streams);
            ::dup2(stream == 0 ? input : output, stream);
        }
    } else if (here >= 0) {
        ::close(here);
    }
    for (const int descriptor : {input, output})
        if (descriptor >= 0)
            ::close(descriptor);
    if (!opened)
        return mmc::fail("{}: cannot take a program's output: {}", file, std::strerror(error));
    return capture;
}

StreamCapture::~StreamCapture() {
    std::fflush(nullptr);
    for (int stream = 0; stream < streams; ++stream) {
        if (saved_[stream] < 0)
            continue;
        ::dup2(saved_[stream], stream);
        ::close(saved_[stream]);
    }
    if (directory_ >= 0) {
        [[maybe_unused]] const int gone = ::fchdir(directory_); // removed meanwhile: stay
        ::close(directory_);
    }
}

std::string read_output(const std::string& file) {
    constexpr std::streamoff part_max = 512 << 10;
    std::ifstream in(file, std::ios::binary | std::ios::ate);
    const std::streamoff size = in.tellg();
    if (!in || size <= 0)
        return {};
    const auto part = [&](std::streamoff from, std::streamoff count) {
        std::string text(static_cast<std::size_t>(count), '\0');
        in.seekg(from);
        in.read(text.data(), count);
        text.resize(static_cast<std::size_t>(in.gcount()));
        return text;
    };
    if (size <= 2 * part_max)
        return part(0, size);
    return part(0, part_max) + "\n...\n" + part(size - part_max, part_max);
}

} // namespace burnrig::harness::scenario
