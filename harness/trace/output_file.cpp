// SPDX-License-Identifier: Apache-2.0
#include "harness/trace/output_file.h"

#include <cerrno>
#include <cstring>

namespace burnrig::harness {

mmc::Result<OutputFile> OutputFile::create(std::string option, std::string path) {
    OutputFile made;
    made.file_.reset(std::fopen(path.c_str(), "we"));
    if (!made.file_)
        return mmc::fail("{} {}: cannot be written: {}", option, path, std::strerror(errno));
    made.option_ = std::move(option);
    made.path_ = std::move(path);
    return made;
}

void OutputFile::write(std::string_view bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size())
        error_ = errno;
}

mmc::Result<void> OutputFile::finish() {
    if (std::fflush(file_.get()) != 0)
        error_ = errno;
    if (error_ != 0)
        return mmc::fail("{} {}: not complete: {}", option_, path_, std::strerror(error_));
    return {};
}

} // namespace burnrig::harness
