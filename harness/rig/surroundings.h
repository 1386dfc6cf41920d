// SPDX-License-Identifier: Apache-2.0
// What stands around an emulated drive for fault rules that reach beyond it: media to swap in, a
// program to send signals to, somebody to end a pause, a place for what rules have to say.
//
// One thread at a time.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/drive/drive.h"

namespace burnrig::harness {

class Surroundings {
public:
    /// What rules can rest on: `around`, and every medium that has a fixture.
    static emulator::faults::Backend backend(emulator::faults::Backend around = {});

    /// Both must outlive it. `on_log` is told what rules say.
    Surroundings(emulator::Drive& drive, mmc::Clock& clock,
                 std::function<void(const std::string&)> on_log = {});
    Surroundings(const Surroundings&) = delete;
    Surroundings& operator=(const Surroundings&) = delete;

    /// What rules do to the program that uses the device, and who lets a drive that pauses go on.
    void connect(std::function<void(int signal)> signal, std::function<void()> pause = {});

    /// A program opens ("open") or closes ("close") the device: the errno that refuses it, or 0.
    int host_event(std::string_view event);

    /// For rules that act beside the drive, such as on a source.
    const emulator::faults::Hooks& hooks() const { return hooks_; }
    /// What rules had to say (`log "..."`), in order; the first thousand.
    const std::vector<std::string>& logs() const { return logs_; }

private:
    void install();

    emulator::Drive& drive_;
    mmc::Clock& clock_;
    std::function<void(const std::string&)> on_log_;
    emulator::faults::Hooks hooks_;
    std::vector<std::string> logs_;
};

} // namespace burnrig::harness
