// SPDX-License-Identifier: Apache-2.0
// The words of the rule language that stand for a value or a state, each kind in one table.
//
//     find_word(status_words, "BUSY")   mmc::Status::busy
//
// Values are those of the standards: status SAM-3 5.3, host status Linux's <scsi/sg.h>, signals
// POSIX. Thread-safe (constant tables).
#pragma once

#include <array>
#include <csignal>
#include <cstdint>
#include <optional>
#include <string_view>

#include "mmc/sense.h"
#include "mmc/target.h"

namespace burnrig::emulator::faults {

template <class T>
struct WordFor {
    std::string_view word;
    T value;
};
template <class T>
WordFor(std::string_view, T) -> WordFor<T>; // clang 14 does not find it by itself

template <class Table>
constexpr auto find_word(const Table& table, std::string_view word)
    -> std::optional<decltype(table[0].value)> {
    for (const auto& entry : table)
        if (entry.word == word)
            return entry.value;
    return std::nullopt;
}

/// "status WORD". A drive that says CHECK CONDITION says why: that is `fail`.
inline constexpr std::array status_words{
    WordFor{"GOOD", mmc::Status::good},
    WordFor{"CONDITION_MET", static_cast<mmc::Status>(0x04)},
    WordFor{"BUSY", mmc::Status::busy},
    WordFor{"RESERVATION_CONFLICT", mmc::Status::reservation_conflict},
    WordFor{"TASK_SET_FULL", mmc::Status::task_set_full},
    WordFor{"ACA_ACTIVE", static_cast<mmc::Status>(0x30)},
    WordFor{"TASK_ABORTED", mmc::Status::task_aborted},
};

/// "host WORD": how the command fared on its way.
inline constexpr std::array host_words{
    WordFor{"NO_CONNECT", mmc::HostStatus::no_connect},
    WordFor{"BUS_BUSY", mmc::HostStatus::bus_busy},
    WordFor{"TIME_OUT", mmc::HostStatus::time_out},
    WordFor{"BAD_TARGET", mmc::HostStatus::bad_target},
    WordFor{"ABORT", mmc::HostStatus::aborted},
    WordFor{"PARITY", mmc::HostStatus::parity},
    WordFor{"ERROR", mmc::HostStatus::error},
    WordFor{"RESET", mmc::HostStatus::reset},
    WordFor{"SOFT_ERROR", mmc::HostStatus::soft_error},
};

/// "signal WORD": to the program that sent the command.
inline constexpr std::array signal_words{
    WordFor{"HUP", SIGHUP},   WordFor{"INT", SIGINT},   WordFor{"QUIT", SIGQUIT},
    WordFor{"KILL", SIGKILL}, WordFor{"USR1", SIGUSR1}, WordFor{"USR2", SIGUSR2},
    WordFor{"PIPE", SIGPIPE}, WordFor{"ALRM", SIGALRM}, WordFor{"TERM", SIGTERM},
    WordFor{"CONT", SIGCONT}, WordFor{"STOP", SIGSTOP},
};

/// "reset WORD", with the unit attention that tells of it (mmc-recording 15).
inline constexpr std::array reset_words{
    WordFor{"bus", mmc::sense::bus_reset},
    WordFor{"device", mmc::sense::device_reset},
    WordFor{"internal", mmc::sense::internal_reset},
};

/// "eject WORD": the button, or the pin in the hole.
enum class Ejection : std::uint8_t { request, emergency };
inline constexpr std::array eject_words{
    WordFor{"request", Ejection::request},
    WordFor{"emergency", Ejection::emergency},
};

/// "corrupt WORD": what becomes of the bytes.
enum class CorruptPattern : std::uint8_t {
    bits,  ///< some bits turned: "bits", "bits 3"
    zeros, ///< all bytes 00h
    ones,  ///< all bytes FFh
};
inline constexpr std::array corrupt_words{
    WordFor{"bits", CorruptPattern::bits},
    WordFor{"zeros", CorruptPattern::zeros},
    WordFor{"ones", CorruptPattern::ones},
};

/// "use-up WORD": the places of a disc that only take so many entries.
enum class WearArea : std::uint8_t { pca, pma };
inline constexpr std::array wear_words{
    WordFor{"pca", WearArea::pca},
    WordFor{"pma", WearArea::pma},
};

/// "phase WORD": what the drive is at, as CommandFacts::phase.
inline constexpr std::array<std::string_view, 6> phases{"idle",     "writing",    "closing",
                                                        "blanking", "formatting", "loading"};
/// "state WORD": the phases, and what else the drive can come into.
inline constexpr std::array<std::string_view, 8> states{
    "idle", "writing", "closing", "blanking", "formatting", "loading", "tray-open", "off"};
/// "source.WORD": what a burn program does with the image it reads.
inline constexpr std::array<std::string_view, 3> source_events{"open", "read", "end"};
/// "host.WORD": what a program does with the device beside commands.
inline constexpr std::array<std::string_view, 2> host_events{"open", "close"};

} // namespace burnrig::emulator::faults
