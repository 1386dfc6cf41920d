// SPDX-License-Identifier: Apache-2.0
// While it lives, standard output and error of this process and its children go to a file, standard
// input is empty, and the working directory is another one. One at a time in a process.
#pragma once

#include <memory>
#include <string>

#include "mmc/result.h"

namespace burnrig::harness::scenario {

class StreamCapture {
public:
    static mmc::Result<std::unique_ptr<StreamCapture>> start(const std::string& file,
                                                             const std::string& directory);
    ~StreamCapture();
    StreamCapture(const StreamCapture&) = delete;
    StreamCapture& operator=(const StreamCapture&) = delete;

private:
    StreamCapture() = default;
    static constexpr int streams = 3;
    int saved_[streams] = {-1, -1, -1};
    int directory_ = -1;
};

/// What the file holds, of a very long one its beginning and end.
std::string read_output(const std::string& file);

} // namespace burnrig::harness::scenario
