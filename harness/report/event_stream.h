// SPDX-License-Identifier: Apache-2.0
// A burn under way for a program that watches it: a line of JSON for each event.
//
//     {"event":"begin","burnrig":"0.1.0","seed":1,"drive":"...","medium":"cd-r-80","replay":"..."}
//     {"event":"stage","at":0.4,"stage":"write","text":"..."}
//     {"event":"progress","at":3.1,"stage":"write","bytes":33554432,"total":681574400,
//      "kb_per_second":7200.1,"seconds_left":90.0,"drive_buffer":{"size":2097152,"used":2097152},
//      "ring":{"size":8388608,"used":8388608}}
//     {"event":"retry","at":9.2,"stage":"calibrate","text":"the calibration failed at ..."}
//     {"event":"warning","at":9.3,"text":"..."}
//     {"event":"error","at":9.4,"cause":"opc-failed","stage":"calibrate","command":"...", ...}
//     {"event":"end","at":9.5,"outcome":"failed", ...}        all that --json prints
//
// `at` is drive time in seconds since the connection; what is not known is left out. The last line
// is always "end". One thread at a time.
#pragma once

#include <cstdio>
#include <string_view>

#include "driver/recorder/job.h"
#include "harness/report/result_json.h"
#include "harness/rig/identity.h"

namespace burnrig::harness {

class EventStream final : public driver::Observer {
public:
    /// Each line goes out at once, so that who reads a pipe is told as it happens.
    EventStream(std::FILE* out, const mmc::Clock& clock);

    void begin(const RunIdentity& identity);
    void stage(driver::Stage stage, std::string_view text) override;
    void progress(const driver::Progress& progress) override;
    void retry(driver::Stage stage, std::string_view text) override;
    void warning(std::string_view text) override;
    void error(const driver::BurnError& error);
    void end(const Json& result);

private:
    /// {"event": what, "at": seconds}
    Json event(std::string_view what) const;
    void print(const Json& json);

    std::FILE* out_;
    const mmc::Clock& clock_;
};

} // namespace burnrig::harness
