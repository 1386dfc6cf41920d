// SPDX-License-Identifier: Apache-2.0
// A file that is written from its beginning to its end; what goes wrong is kept until finish().
// One thread at a time.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "mmc/result.h"

namespace burnrig::harness {

class OutputFile {
public:
    /// Made new. `option` stands in messages: "--trace".
    static mmc::Result<OutputFile> create(std::string option, std::string path);

    void write(std::string_view bytes);
    mmc::Result<void> finish();

private:
    struct CloseFile {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    OutputFile() = default;

    std::string option_;
    std::string path_;
    std::unique_ptr<std::FILE, CloseFile> file_;
    int error_ = 0;
};

} // namespace burnrig::harness
