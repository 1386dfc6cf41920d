// SPDX-License-Identifier: Apache-2.0
// The words for what is on a disc: one table for files, listings and messages.
//
//     name(TrackState::open)  "incomplete"        from_name<TrackState>("incomplete")
//
// Thread-safe (constant tables).
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "emulator/disc/areas.h"
#include "emulator/disc/block_layout.h"
#include "emulator/disc/damage.h"
#include "emulator/disc/medium.h"
#include "emulator/disc/structure.h"

namespace burnrig::emulator {

/// The words of an enumeration's values, in their order.
template <class Enum>
inline constexpr std::array<std::string_view, 0> names_of{};

template <>
inline constexpr std::array<std::string_view, 17> names_of<MediumKind>{
    "cd-r",      "cd-rw",     "cd-rom",       "dvd-rom", "dvd-r",    "dvd-r-dl",
    "dvd-rw",    "dvd-rw-dl", "dvd-download", "dvd+r",   "dvd+r-dl", "dvd+rw",
    "dvd+rw-dl", "dvd-ram",   "bd-rom",       "bd-r",    "bd-re"};
template <>
inline constexpr std::array<std::string_view, 7> names_of<FormatKind>{"none",
                                                                      "fixed-packets",
                                                                      "restricted-overwrite",
                                                                      "overwritable",
                                                                      "sequential-with-spares",
                                                                      "pseudo-overwrite",
                                                                      "random-recording"};
template <>
inline constexpr std::array<std::string_view, 4> names_of<BackgroundFormat>{"none", "suspended",
                                                                            "running", "complete"};
template <>
inline constexpr std::array<std::string_view, 11> names_of<BlockForm>{
    "audio",    "mode1", "mode2",  "xa-form1", "xa-form1-header", "xa-form2",
    "xa-mixed", "raw",   "raw-pq", "raw-pw",   "subchannel"};
template <>
inline constexpr std::array<std::string_view, 3> names_of<TrackState>{"reserved", "incomplete",
                                                                      "complete"};
template <>
inline constexpr std::array<std::string_view, 4> names_of<WriteMethod>{"packet", "track-at-once",
                                                                       "session-at-once", "raw"};
template <>
inline constexpr std::array<std::string_view, 4> names_of<SessionState>{"empty", "incomplete",
                                                                        "damaged", "complete"};
template <>
inline constexpr std::array<std::string_view, 7> names_of<AreaKind>{
    "lead-in", "pre-gap", "track", "run-out", "gap", "lead-out", "free"};
template <>
inline constexpr std::array<std::string_view, 2> names_of<Keep>{"blocks", "digests"};
template <>
inline constexpr std::array<std::string_view, 8> names_of<DamageKind>{
    "unreadable", "corrupt", "lost", "torn", "weak", "replaced", "zeros", "ones"};

template <class Enum>
constexpr std::string_view name(Enum value) {
    return names_of<Enum>[static_cast<std::size_t>(value)];
}

template <class Enum>
constexpr std::optional<Enum> from_name(std::string_view word) {
    const auto& names = names_of<Enum>;
    const auto found = std::find(names.begin(), names.end(), word);
    if (found == names.end()) {
        return std::nullopt;
    }
    return static_cast<Enum>(found - names.begin());
}

} // namespace burnrig::emulator
