// SPDX-License-Identifier: Apache-2.0
// The words of a scenario file that stand for one of a few things. Thread-safe (constant tables).
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "mmc/target.h"

namespace burnrig::harness::scenario {

/// `expect: {outcome: ...}`
inline constexpr std::array<std::string_view, 3> outcome_words{
    "succeeded", "failed",
    "hung"}; // hung: had not come to an end by the scenario's deadline, in drive time

/// `expect: {tray: ...}`
inline constexpr std::array<std::string_view, 4> tray_words{"locked", "unlocked", "open", "closed"};

/// `expect: {medium: ...}`, each of them one or two words. See judge_medium.cpp for their meaning.
inline constexpr std::array<std::string_view, 11> medium_words{
    "unchanged", "equals image", "differs",  "blank",        "appendable",
    "complete",  "damaged",      "unusable", "open-session", "appendable-or-reported-damaged",
    "absent"};
/// What may follow them: the driver's report must say so too.
inline constexpr std::string_view reported_word = "reported";

/// `expect: {session: N ...}`
inline constexpr std::array<std::string_view, 2> session_words{"intact",
                                                               "intact-or-being-overwritten"};

/// `verdict: ...`: what the program told its user, against the truth.
inline constexpr std::array<std::string_view, 6> verdict_words{
    "truthful", "misleading", "false-success", "false-failure", "hang", "unclear"};

/// Write modes that `burn:` may ask for. Our driver need not have them all: then the run is
/// skipped.
inline constexpr std::array<std::string_view, 13> burn_modes{
    "auto",   "tao",         "sao",        "dao",       "raw96r", "raw96p", "raw16",
    "packet", "incremental", "sequential", "overwrite", "pow",    "random"};

template <class Value>
using WordTable = std::pair<std::string_view, Value>;

inline constexpr std::array<WordTable<mmc::Status>, 6> status_words{
    {{"GOOD", mmc::Status::good},
     {"CHECK_CONDITION", mmc::Status::check_condition},
     {"BUSY", mmc::Status::busy},
     {"RESERVATION_CONFLICT", mmc::Status::reservation_conflict},
     {"TASK_SET_FULL", mmc::Status::task_set_full},
     {"TASK_ABORTED", mmc::Status::task_aborted}}};

inline constexpr std::array<WordTable<mmc::HostStatus>, 10> host_words{
    {{"OK", mmc::HostStatus::ok},
     {"NO_CONNECT", mmc::HostStatus::no_connect},
     {"BUS_BUSY", mmc::HostStatus::bus_busy},
     {"TIME_OUT", mmc::HostStatus::time_out},
     {"BAD_TARGET", mmc::HostStatus::bad_target},
     {"ABORT", mmc::HostStatus::aborted},
     {"PARITY", mmc::HostStatus::parity},
     {"ERROR", mmc::HostStatus::error},
     {"RESET", mmc::HostStatus::reset},
     {"SOFT_ERROR", mmc::HostStatus::soft_error}}};

} // namespace burnrig::harness::scenario
