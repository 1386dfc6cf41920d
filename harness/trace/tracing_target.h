// SPDX-License-Identifier: Apache-2.0
// A filter that writes one line of JSON per command to a file and changes nothing.
//
//     {"burnrig":"0.1.0","seed":1,"drive":"generic-dvd-recorder",...}                       first
//     line
//     {"n":1,"at":0.000100000,"command":"INQUIRY","cdb":"12 00
//     ...","in":36,"status":0,"took":0.000100000}
//     {"n":9,...,"status":2,"sense":"70 00 03 ...","means":"03/73/03 MEDIUM ERROR, ..."}
//
// Times are seconds of drive time with nine decimals, so that equal runs give equal bytes. One
// thread at a time.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "harness/rig/identity.h"
#include "mmc/clock.h"
#include "mmc/result.h"
#include "mmc/target.h"

namespace burnrig::harness {

class TracingTarget final : public mmc::Target {
public:
    /// The file is made new. `next` and `clock` must outlive the filter.
    static mmc::Result<std::unique_ptr<TracingTarget>> create(mmc::Target& next,
                                                              const mmc::Clock& clock,
                                                              const std::string& path,
                                                              const RunIdentity& identity);

    mmc::Completion execute(const mmc::Command& command) override;

    /// A line from somebody who watches: {"mark":"here it begins","at":12.500000000}
    void mark(const std::string& text);

    /// Writes what is buffered; says when any line could not be written.
    mmc::Result<void> finish();

private:
    void write_line();

    struct CloseFile {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    TracingTarget(mmc::Target& next, const mmc::Clock& clock, std::string path, std::FILE* file);

    mmc::Target& next_;
    const mmc::Clock& clock_;
    std::string path_;
    std::unique_ptr<std::FILE, CloseFile> file_;
    fmt::memory_buffer line_; ///< reused, so that a command allocates nothing
    std::uint64_t count_ = 0;
    int write_error_ = 0;
};

} // namespace burnrig::harness
