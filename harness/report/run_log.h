// SPDX-License-Identifier: Apache-2.0
// What a report page shows of a run, collected as it happens and bounded however long the run is:
//
//     commands        as a CommandSink, thinned out (thinned_commands.h)
//     stages, ring    as an Observer of our own driver
//     phases, buffer  asked of the emulated drive before and after each command; without one the
//                     buffer is what the driver was told, the phase what the command does
//     rules           which fired, and when
//
// It changes nothing. One thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "driver/recorder/job.h"
#include "emulator/drive/drive.h"
#include "harness/report/curve.h"
#include "harness/report/thinned_commands.h"
#include "harness/trace/command_sink.h"

namespace burnrig::harness {

class RunLog final : public CommandSink, public driver::Observer {
public:
    /// `drive` and `rules` may be nullptr. All must outlive what is told to the log; to_json()
    /// needs none of them.
    RunLog(const mmc::Clock& clock, const emulator::Drive* drive,
           const emulator::faults::FaultEngine* rules);

    void begins(mmc::Duration at) override;
    void command(const CommandRecord& record, const mmc::Command& command) override;
    void mark(const std::string& text, mmc::Duration at) override;

    void stage(driver::Stage stage, std::string_view text) override;
    void progress(const driver::Progress& progress) override;
    void warning(std::string_view text) override;
    void retry(driver::Stage stage, std::string_view text) override;

    /// "seconds", "commands", "curves", "phases", "stages", "host", "fired", "notes": run_log.cpp
    /// says what is in them.
    nlohmann::ordered_json to_json() const;

private:
    struct Span {
        mmc::Duration from{0};
        mmc::Duration to{0};
    };
    struct Phase {
        Span span;
        std::string_view name;
    };
    struct Fired {
        Span span;
        std::size_t rule = 0;      ///< its place among the rules
        std::uint64_t command = 0; ///< 0: between commands
    };
    struct Note {
        mmc::Duration at{0};
        std::string_view kind; ///< "stage", "retry", "warning", "mark"
        std::string text;
        std::string_view stage; ///< of a stage
    };

    void paint(Span span, std::string_view phase);
    void note(std::string_view kind, std::string_view text, std::string_view stage = {});
    bool note_fired(Span span, std::uint64_t command);
    void waited(Span span);
    void sample_buffer(mmc::Duration at, const emulator::DriveGauge& gauge);

    const mmc::Clock& clock_;
    const emulator::Drive* drive_;
    const emulator::faults::FaultEngine* rules_;

    ThinnedCommands commands_;
    Curve buffer_;
    Curve ring_;
    Curve bytes_; ///< user data over the cable, since the beginning
    std::uint64_t buffer_size_ = 0;
    std::uint64_t ring_size_ = 0;
    std::uint64_t bytes_so_far_ = 0;

    std::vector<Phase> phases_;
    std::vector<Fired> fired_;
    std::vector<Span> waits_; ///< of the host between commands
    std::vector<Note> notes_;
    std::uint64_t dropped_ = 0; ///< phases, firings and notes for which there was no room

    mmc::Duration last_end_{0};
    emulator::DriveGauge after_last_{}; ///< what the drive did then
    emulator::DriveGauge before_{};
    std::uint64_t fired_so_far_ = 0;
    std::vector<std::uint64_t> fired_by_rule_;
};

} // namespace burnrig::harness
