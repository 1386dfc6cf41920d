// SPDX-License-Identifier: Apache-2.0
// A burn under way on a terminal: stages as lines, one line that is redrawn for the bytes.
//
//     writing    [##########----------]  51 %   104 of 203 MiB  10.0x  buffer 98 %
//
// Off a terminal only stages and warnings are printed, so that logs stay readable. One thread at a
// time.
#pragma once

#include <cstdio>
#include <string>

#include "driver/recorder/job.h"

namespace burnrig::harness {

class ProgressBar final : public driver::Observer {
public:
    /// `quiet` prints warnings only.
    explicit ProgressBar(std::FILE* out, bool quiet = false);

    void stage(driver::Stage stage, std::string_view text) override;
    void progress(const driver::Progress& progress) override;
    void warning(std::string_view text) override;
    /// Leaves the redrawn line behind.
    void end();

private:
    std::FILE* out_;
    bool quiet_;
    bool terminal_;
    int drawn_percent_ = -1;
    bool line_open_ = false;
};

} // namespace burnrig::harness
