// SPDX-License-Identifier: Apache-2.0
// Why a tree of processes does not go on: what each of its threads does, in words for whoever
// waits for the run.
//
//     strace (1230) is in the system call poll_schedule_timeout
//     wodim (1234) is halted by its tracer 1230
#pragma once

#include <string>

#include "emulator/nodes/preload/shared_memory.h"

namespace burnrig::emulator::nodes::preload {

/// A line for every thread, each ended by a newline.
std::string what_threads_do(const Header& header);

/// The same, if some thread keeps drive time from going on without working itself: one that a
/// tracer has halted, that waits for a disk, or that was woken and does not wake. "" otherwise.
std::string reason_of_standstill(const Header& header);

} // namespace burnrig::emulator::nodes::preload
