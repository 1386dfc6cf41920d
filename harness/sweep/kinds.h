// SPDX-License-Identifier: Apache-2.0
// The kinds of fault that a sweep injects: what happens, where it makes sense, what a burner may
// make of it. One row says all of it:
//
//     opc-failed   fail 03/73/03   at SEND OPC and WRITE, before   fatal   cause: opc-failed
//     lose         lose            at WRITE                        silent  (only reading back
//     tells)
//
// A rule made from a row bears the row's name, so that a rule alone tells what may come of it:
//
//     opc-failed: at SEND_OPC_INFORMATION #1 before -> fail 03/73/03
//
// Thread-safe (constant tables).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace burnrig::harness::sweep {

/// What may come of a burn in which a fault of the kind struck (section "outcome oracle").
enum class Effect : std::uint8_t {
    fatal,     ///< failure with the right cause
    benign,    ///< success, the disc as it must be
    retryable, ///< success and the disc as it must be, or failure with the right cause
    silent,    ///< no command told of it: reading back finds it, else it cannot be known
};
std::string_view to_string(Effect effect);

/// Where in the command it strikes, values or-ed. `whole`: the kind has no position.
enum Position : std::uint8_t { whole = 1, before = 2, midway = 4, after = 8 };
/// "before", "" for whole.
std::string_view to_string(Position position);

enum class Persistence : std::uint8_t {
    transient,  ///< this one command
    persistent, ///< it and all later ones of its name
};
std::string_view to_string(Persistence persistence);

/// Classes of commands, as far as faults make a difference between them; values or-ed.
enum CommandClass : std::uint16_t {
    asks_drive = 1,  ///< INQUIRY, GET CONFIGURATION, MODE SENSE ...
    asks_disc = 2,   ///< READ DISC INFORMATION, READ TOC ...
    asks_ready = 4,  ///< TEST UNIT READY
    locks = 8,       ///< PREVENT ALLOW MEDIUM REMOVAL, START STOP UNIT
    sets_up = 16,    ///< MODE SELECT, SET CD SPEED, SEND CUE SHEET, FORMAT UNIT ...
    reserves = 32,   ///< RESERVE TRACK
    calibrates = 64, ///< SEND OPC INFORMATION
    writes = 128,
    flushes = 256, ///< SYNCHRONIZE CACHE
    closes = 512,  ///< CLOSE TRACK/SESSION
    reads = 1024,  ///< READ, READ CD
    source = 2048, ///< no command: the image is read
    any_command = 2047,
};
CommandClass class_of(std::uint8_t opcode);

struct Kind {
    std::string_view name;
    std::string_view action; ///< of the rule; {medium} stands for the medium that is in
    std::uint16_t where = 0; ///< classes of commands
    std::uint8_t positions = whole;
    Effect effect = Effect::retryable;
    /// Causes that a failure may give, one blank between; "*": any.
    std::string_view causes{};
    bool passes = false; ///< it passes by itself: when it comes once, it is to be waited for
    /// Why it is judged so; of benign kinds: who else lets it pass.
    std::string_view reason{};
    /// For transient faults only: a drive that always answers so cannot be worked with.
    bool transient_only = false;
};

std::span<const Kind> kinds();
/// nullptr when there is none of that name.
const Kind* find_kind(std::string_view name);

/// Whether the kind makes sense at that command; `paranoid`: everywhere.
bool applies(const Kind& kind, CommandClass where, bool paranoid = false);

/// Some kinds weigh more or less at some commands than their row says: the effect there.
Effect effect_at(const Kind& kind, CommandClass where, Persistence persistence);

/// Whether a failure may give this cause.
bool allows(const Kind& kind, std::string_view cause);

/// Behind the name of the second rule of a pair, which may be of the same kind.
constexpr std::string_view second_suffix = "-second";
/// The kind a rule was made of, by the rule's name; nullptr when the name is none of theirs.
const Kind* kind_of_rule(std::string_view rule_name);

} // namespace burnrig::harness::sweep
