// SPDX-License-Identifier: Apache-2.0
#include "harness/sweep/kinds.h"

#include <algorithm>
#include <array>

#include "mmc/opcode.h"

namespace burnrig::harness::sweep {
namespace {

using mmc::Opcode;
using E = Effect;

constexpr std::uint16_t asks = asks_drive | asks_disc;
constexpr std::uint16_t prepares = sets_up | reserves | calibrates;
constexpr std::uint16_t ends = flushes | closes;
constexpr std::uint16_t records = writes | ends;
constexpr std::uint8_t around = before | after;
constexpr std::uint8_t everywhere = before | midway | after;

constexpr auto by_wodim = "wodim recognises it as an underrun (scsi_cdr.c)";
constexpr auto patience = "the drive asks to be asked again (SPC-3: 2/04/xx, status BUSY)";
constexpr auto links = "BUFE is set (mode page 05h), so the drive links where it ran dry (MMC-5, "
                       "buffer underrun free recording)";
constexpr auto recovered =
    "sense key 1h RECOVERED ERROR: the command was carried out (SPC-3, sense keys)";

// clang-format off
constexpr std::array kind_rows{
    // What discs do.
    Kind{"opc-failed",        "fail 03/73/03", calibrates | writes,              before,     E::fatal, "opc-failed"},
    Kind{"pca-full",          "fail 03/73/02", calibrates | writes,              before,     E::fatal, "pca-full"},
    Kind{"pca-almost-full",   "fail 01/73/01", calibrates | writes,              after,      E::benign, "", false,
         "growisofs warns of it, wodim lets it pass (growisofs_mmc.cpp at opc, drv_mmc.c)"},
    Kind{"opc-refused",       "fail 05/20/00", calibrates,                       before,     E::benign, "", false,
         "OPC is optional: growisofs goes on, wodim at any ILLEGAL REQUEST (growisofs_mmc.cpp at opc, drv_mmc.c)"},
    Kind{"opc-out-of-order",  "fail 05/2C/00", calibrates,                       before,     E::benign, "", false,
         "OPC is optional: growisofs goes on, wodim at any ILLEGAL REQUEST (growisofs_mmc.cpp at opc, drv_mmc.c)"},
    Kind{"pma-full",          "fail 03/73/05", reserves | writes | closes,       before,     E::fatal, "pma-full"},
    Kind{"pma-update-failed", "fail 03/73/04", reserves | records,               around,     E::fatal, "pma-update-failed"},
    Kind{"write-error",       "fail 03/0C/00", records,                          everywhere, E::fatal, "write-error"},
    Kind{"write-error-late",  "lose, fail 03/0C/00 deferred", writes,            whole,      E::fatal, "write-error"},
    Kind{"write-error-deferred", "fail 03/0C/00 deferred", writes | flushes,     whole,      E::fatal, "write-error"},
    Kind{"write-descriptor",  "fail 03/0C/00 descriptor", writes,                before,     E::fatal, "write-error"},
    Kind{"recovery-needed",   "fail 03/0C/07", writes | flushes,                 around,     E::fatal, "write-error"},
    Kind{"loss-of-streaming", "fail 03/0C/09", writes | flushes,                 around,     E::fatal, "buffer-underrun", false, by_wodim},
    Kind{"bad-write-address", "fail 05/21/02", writes,                           before,     E::fatal, "bad-write-address buffer-underrun", false, by_wodim},
    Kind{"end-of-track",      "fail 05/63/00", writes,                           before,     E::fatal, "image-too-large"},
    Kind{"fixation-failed",   "fail 03/72/00", ends,                             around,     E::fatal, "fixation-failed"},
    Kind{"lead-in-failed",    "fail 03/72/01", records,                          before,     E::fatal, "leadin-failed fixation-failed"},
    Kind{"lead-out-failed",   "fail 03/72/02", ends,                             around,     E::fatal, "leadout-failed fixation-failed"},
    Kind{"incomplete-track",  "fail 05/72/03", closes,                           before,     E::retryable, "fixation-failed"},
    Kind{"read-error",        "fail 03/11/05", reads,                            before,     E::retryable, "read-error"},
    Kind{"blank-check",       "fail 08/00/00", reads,                            before,     E::retryable, "nothing-recorded read-error"},
    Kind{"write-protected",   "fail 07/27/00", prepares | records,               before,     E::retryable, "write-protected"},
    Kind{"recovered",         "fail 01/0C/00", records | reads,                  after,      E::benign, "", false, recovered},

    // What drives say.
    Kind{"becoming-ready",    "fail 02/04/01", any_command,                      before,     E::retryable, "not-ready", true, patience},
    Kind{"in-progress",       "fail 02/04/07", any_command,                      before,     E::retryable, "not-ready", true, patience},
    Kind{"long-write",        "fail 02/04/08", asks | asks_ready | records | reads, before,  E::retryable, "not-ready", true, patience},
    Kind{"busy-90s",          "busy 90s long-write", asks_ready | asks_disc | records, whole, E::retryable, "not-ready", true, patience},
    Kind{"no-medium",         "fail 02/3A/00", any_command,                      before,     E::retryable, "no-medium medium-removed"},
    Kind{"medium-changed",    "fail 06/28/00", any_command,                      before,     E::retryable, "medium-changed"},
    Kind{"power-on-reset",    "fail 06/29/00", any_command,                      before,     E::retryable, "bus-reset"},
    Kind{"button",            "fail 06/5A/03", any_command,                      before,     E::benign, "", false,
         "the disc and the settings stay, and the command is to be repeated; wodim lets it pass (drv_mmc.c; field: opc-benign-5a03)", true},
    Kind{"sequence-error",    "fail 05/2C/00", (prepares & ~calibrates) | records, before,     E::retryable, "sequence-error fixation-failed"},
    Kind{"unknown-command",   "fail 05/20/00", any_command & ~calibrates,        before,     E::retryable, "*"},
    Kind{"invalid-field",     "fail 05/24/00", any_command,                      before,     E::retryable, "*"},
    Kind{"bus-crc",           "fail 04/08/03", any_command,                      around,     E::retryable, "transport-error"},
    Kind{"tracking-lost",     "fail 04/09/01", records | reads | calibrates,     everywhere, E::retryable, "drive-internal"},
    Kind{"internal-failure",  "fail 04/44/00", any_command,                      before,     E::retryable, "drive-internal"},
    Kind{"aborted",           "fail 0B/4E/00", any_command,                      before,     E::retryable, "transport-error"},
    Kind{"status-busy",       "status BUSY",   any_command,                      before,     E::retryable, "not-ready", true, patience},
    Kind{"reserved",          "status RESERVATION_CONFLICT", any_command,        before,     E::retryable, "device-busy"},
    Kind{"no-sense",          "fail 00/00/00",        records | asks | calibrates, before,   E::retryable, "*"},

    // What happens on the way.
    Kind{"host-time-out",     "host TIME_OUT",    any_command,                   around | midway, E::retryable, "command-timeout"},
    Kind{"host-reset",        "host RESET, reset bus", any_command,              around | midway, E::retryable, "bus-reset"},
    Kind{"host-error",        "host ERROR",       any_command,                   around | midway, E::retryable, "transport-error"},
    Kind{"no-connect",        "host NO_CONNECT",  any_command,                   before,     E::retryable, "device-lost"},
    Kind{"errno-eio",         "errno EIO",        any_command,                   before,     E::retryable, "transport-error"},
    Kind{"errno-enodev",      "errno ENODEV",     any_command,                   before,     E::retryable, "device-lost"},
    Kind{"errno-enomem",      "errno ENOMEM",     any_command,                   before,     E::retryable, "transport-error"},
    Kind{"hang",              "hang",             any_command,                   before,     E::retryable, "command-timeout"},
    Kind{"unplug",            "unplug",           any_command,                   around,     E::retryable, "device-lost"},
    Kind{"unplug-2s",         "unplug 2s",        any_command,                   around,     E::retryable, "device-lost bus-reset medium-changed not-ready"},
    Kind{"power-loss",        "power-loss",       any_command,                   everywhere, E::retryable, "device-lost"},
    Kind{"power-loss-4s",     "power-loss 4s",    any_command,                   everywhere, E::retryable, "device-lost bus-reset medium-changed not-ready"},

    // What people do.
    Kind{"pin-hole",          "eject emergency",  any_command,                   whole,      E::retryable, "no-medium medium-removed medium-changed"},
    Kind{"button-pressed",    "eject request",    any_command,                   whole,      E::retryable, "no-medium medium-removed medium-changed"},
    Kind{"swapped",           "swap \"{medium}\"",   any_command,                   whole,      E::retryable, "*"},

    // What nobody tells.
    Kind{"lose",              "lose",             writes,                        whole,      E::silent},
    Kind{"corrupt",           "corrupt bits 3",   writes,                        whole,      E::silent},
    Kind{"torn",              "torn 3",           writes,                        whole,      E::silent},
    Kind{"misplace",          "misplace 16",      writes,                        whole,      E::silent},
    Kind{"short-write",       "short 8192B",      writes,                        whole,      E::retryable, "*"},
    Kind{"short-list",        "short 4B",         sets_up | calibrates,          whole,      E::retryable, "*"},
    Kind{"short-reply",       "short 4B",         asks | reads,                  whole,      E::retryable, "*"},
    Kind{"stale",             "stale",            asks_disc,                     whole,      E::retryable, "*"},
    // A buffer that is empty at every WRITE takes data in faster than any disc turns, and the driver may say so.
    Kind{"drain",             "drain",            writes,                        whole,      E::retryable, "implausible-speed", true, links},

    // What becomes of the image meanwhile.
    Kind{"source-error",      "errno EIO",        source,                        whole,      E::fatal, "source-error"},
    Kind{"source-short",      "short 2048B",      source,                        whole,      E::benign, "", false,
         "read(2) may give fewer bytes than were asked for, and is asked again (POSIX)"},
    Kind{"source-late",       "stall 3s",         source,                        whole,      E::benign, "", false,
         links, true},
};
// clang-format on

struct ClassRow {
    Opcode opcode;
    CommandClass what;
};
constexpr std::array class_rows{
    ClassRow{Opcode::test_unit_ready, asks_ready},
    ClassRow{Opcode::prevent_allow_medium_removal, locks},
    ClassRow{Opcode::start_stop_unit, locks},
    ClassRow{Opcode::mode_select_6, sets_up},
    ClassRow{Opcode::mode_select_10, sets_up},
    ClassRow{Opcode::format_unit, sets_up},
    ClassRow{Opcode::blank, sets_up},
    ClassRow{Opcode::send_cue_sheet, sets_up},
    ClassRow{Opcode::set_streaming, sets_up},
    ClassRow{Opcode::set_cd_speed, sets_up},
    ClassRow{Opcode::send_disc_structure, sets_up},
    ClassRow{Opcode::reserve_track, reserves},
    ClassRow{Opcode::send_opc_information, calibrates},
    ClassRow{Opcode::synchronize_cache, flushes},
    ClassRow{Opcode::close_track_session, closes},
    ClassRow{Opcode::read_format_capacities, asks_disc},
    ClassRow{Opcode::read_capacity, asks_disc},
    ClassRow{Opcode::read_toc_pma_atip, asks_disc},
    ClassRow{Opcode::read_disc_information, asks_disc},
    ClassRow{Opcode::read_track_information, asks_disc},
    ClassRow{Opcode::read_disc_structure, asks_disc},
    ClassRow{Opcode::read_buffer_capacity, asks_disc},
};

} // namespace

std::string_view to_string(Effect effect) {
    constexpr std::array<std::string_view, 4> words{"fatal", "benign", "retryable", "silent"};
    return words[static_cast<std::size_t>(effect)];
}

std::string_view to_string(Position position) {
    return position == before   ? "before"
           : position == midway ? "midway"
           : position == after  ? "after"
                                : "";
}

std::string_view to_string(Persistence persistence) {
    return persistence == Persistence::transient ? "transient" : "persistent";
}

CommandClass class_of(std::uint8_t opcode) {
    for (const auto& row : class_rows)
        if (static_cast<std::uint8_t>(row.opcode) == opcode)
            return row.what;
    if (mmc::in_group(opcode, mmc::Group::write))
        return writes;
    return mmc::in_group(opcode, mmc::Group::read) ? reads : asks_drive;
}

std::span<const Kind> kinds() {
    return kind_rows;
}

const Kind* find_kind(std::string_view name) {
    const auto found = std::find_if(kind_rows.begin(), kind_rows.end(),
                                    [&](const Kind& kind) { return kind.name == name; });
    return found == kind_rows.end() ? nullptr : &*found;
}

bool applies(const Kind& kind, CommandClass where, bool paranoid) {
    return (kind.where & where) != 0 || (paranoid && where != source && kind.where != source);
}

Effect effect_at(const Kind& kind, CommandClass where, Persistence persistence) {
    if (kind.passes && persistence == Persistence::transient)
        return Effect::benign;
    // Whether the tray opens is not the burn's success.
    if (where == locks && kind.effect == Effect::fatal)
        return Effect::retryable;
    return kind.effect;
}

bool allows(const Kind& kind, std::string_view cause) {
    if (kind.causes == "*")
        return true;
    for (auto rest = kind.causes; !rest.empty();) {
        const auto end = std::min(rest.find(' '), rest.size());
        if (rest.substr(0, end) == cause)
            return true;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
}

const Kind* kind_of_rule(std::string_view rule_name) {
    if (rule_name.ends_with(second_suffix))
        rule_name.remove_suffix(second_suffix.size());
    return find_kind(rule_name);
}

} // namespace burnrig::harness::sweep
