// SPDX-License-Identifier: Apache-2.0
#include "driver/cause.h"

#include <array>

namespace burnrig::driver {
namespace {

using Words = std::span<const std::string_view>;

template <std::size_t Count>
using Lines = std::array<std::string_view, Count>;

// What the reports of failed burns name as reasons and remedies, by theme.
constexpr Lines<3> poor_disc{
    "a disc of poor quality, dirty, scratched or worn out",
    "a disc that the drive's firmware has no writing strategy for",
    "a laser that is dirty or at the end of its life",
};
constexpr Lines<3> try_other_disc{
    "record at a lower speed (--speed 4)",
    "try another disc, best of another brand",
    "try the same disc in another drive",
};
constexpr Lines<3> opc_advice{
    "record at a lower speed (--speed 4); the calibration is made for one speed",
    "try another disc, best of another brand; blank a CD-RW in full first",
    "try once more after the drive has cooled down: each try uses up one place of the test area",
};
constexpr Lines<1> pca_full_likely{
    "about a hundred recordings or calibrations were made on this disc",
};
constexpr Lines<2> pca_full_advice{
    "use another disc; what is recorded on this one stays readable",
    "leave the calibration to the drive (--opc never): some drives then use a stored value",
};
constexpr Lines<1> pma_full_likely{
    "the list of unfinished tracks on the disc has no room left",
};
constexpr Lines<1> pma_full_advice{
    "close the session, or use another disc",
};
constexpr Lines<2> underrun_likely{
    "the data came too slowly for the speed of recording",
    "protection against underruns was off, or the drive has none",
};
constexpr Lines<2> underrun_advice{
    "leave burnfree on (do not give --no-burn-free), record at a lower speed",
    "copy the image to a local disk first",
};
constexpr Lines<2> address_likely{
    "the drive stopped writing after an earlier error that it did not report",
    "a command before this one was carried out twice, or not at all",
};
constexpr Lines<2> address_advice{
    "look at the disc with `burnrig info`; if it is appendable, burn again in another session",
    "blank the disc if it can be erased",
};
constexpr Lines<2> fixation_likely{
    "the end of the recorded area lies on a bad part of the disc",
    "the drive lost its calibration between writing and closing",
};
constexpr Lines<2> fixation_advice{
    "try `burnrig close`: the user data are on the disc, only lead-in or lead-out are missing",
    "read the data back in this same drive, which may read an open session",
};
constexpr Lines<2> blank_advice{
    "blank the whole disc (`burnrig blank --full`)",
    "try it in another drive; a CD-RW can be blanked about a thousand times",
};
constexpr Lines<2> format_advice{
    "try it in another drive",
    "blank a DVD-RW in full first (`burnrig blank --full`)",
};
constexpr Lines<1> not_formatted_advice{
    "format it (`burnrig format`); burning does so by itself unless it is told not to",
};
constexpr Lines<2> implausible_likely{
    "the drive simulated, or dropped the data without saying so",
    "faulty firmware, or a bridge that acknowledges commands by itself",
};
constexpr Lines<1> implausible_advice{
    "do not trust this disc; compare it with the image in another drive (`burnrig read`)",
};
constexpr Lines<2> read_advice{
    "try the disc in another drive",
    "clean the disc",
};
constexpr Lines<2> nothing_recorded_advice{
    "look at `burnrig info` and `burnrig toc` for what is on the disc",
    "say which blocks to read (--first, --count) if the session was never closed",
};
constexpr Lines<3> mismatch_likely{
    "the drive wrote something else than it was sent, without noticing",
    "bad memory, cable or USB bridge between computer and drive",
    "the image was changed while it was burned",
};
constexpr Lines<2> mismatch_advice{
    "burn again on another disc; do not trust this one",
    "compare again in another drive: `burnrig read`",
};
constexpr Lines<1> nothing_verified_advice{
    "treat the disc as unverified; read it back in another drive",
};
constexpr Lines<1> no_medium_advice{
    "put in a disc and close the tray",
};
constexpr Lines<2> removed_likely{
    "the tray was opened with the pin hole, or the drive lost its lock",
    "the disc slipped or the drive no longer recognises it",
};
constexpr Lines<2> changed_likely{
    "the disc was exchanged, or the drive was reset and read the disc anew",
    "the drive lost power for a moment",
};
constexpr Lines<2> start_again{
    "look at the disc with `burnrig info` before it is used again",
    "start again with a blank disc",
};
constexpr Lines<2> not_blank_advice{
    "blank it if it can be erased (`burnrig blank`)",
    "use a blank disc",
};
constexpr Lines<2> not_writable_likely{
    "the disc is closed, pressed, or of a kind that the drive cannot record",
    "the drive's firmware is older than this kind of disc",
};
constexpr Lines<2> not_writable_advice{
    "use a blank disc of a kind and speed class that the drive knows",
    "look at `burnrig info` for what the drive says about the disc",
};
constexpr Lines<1> protected_advice{
    "take away the write protection of disc or drive, or use another disc",
};
constexpr Lines<2> too_large_advice{
    "use a disc with more room, or a smaller image",
    "blank the disc if it can be erased",
};
constexpr Lines<1> source_advice{
    "check that the image is complete, readable and not being changed",
};
constexpr Lines<2> ready_likely{
    "the drive cannot recognise the disc",
    "an operation of an earlier program still runs in the drive",
};
constexpr Lines<2> ready_advice{
    "wait a minute and try again",
    "take the disc out, put it in again; switch the drive off and on",
};
constexpr Lines<1> refused_likely{
    "the drive does not offer what was asked of it, at least not for this disc",
};
constexpr Lines<2> refused_advice{
    "try another write mode (--mode; `burnrig burn --help` lists them)",
    "look at `burnrig info` for what the drive offers",
};
constexpr Lines<2> sequence_likely{
    "the drive is in another state than its answers so far said",
    "another program uses the drive at the same time",
};
constexpr Lines<3> hung_likely{
    "the drive hangs, or its answer was lost on the way",
    "a bad cable, hub or USB bridge",
    "a disc on which the drive tries the same thing over and over",
};
constexpr Lines<3> transport_advice{
    "connect the drive with another cable, port or adapter, without a hub",
    "switch the drive off and on",
    "look into the kernel's messages (dmesg) around this time",
};
constexpr Lines<2> lost_likely{
    "the cable was pulled, or the power of the drive failed",
    "the drive's firmware crashed",
};
constexpr Lines<1> busy_advice{
    "end the program that uses the drive, or unmount the disc",
};
constexpr Lines<2> internal_likely{
    "the drive is defective or overheated",
    "a disc that the drive cannot follow (servo errors)",
};
constexpr Lines<2> reply_likely{
    "a bridge between computer and drive that cuts replies short",
    "faulty firmware",
};
constexpr Lines<1> unexpected_advice{
    "look the sense code up in the drive's manual; report it if it is a good drive and disc",
};

constexpr std::array table{
    CauseInfo{Cause::opc_failed, "opc-failed",
              "The power calibration failed: the drive could not find a laser power that works on "
              "this disc.",
              poor_disc, opc_advice},
    CauseInfo{
        Cause::pca_full, "pca-full",
        "The power calibration area of the disc is full, so the drive cannot adjust its laser "
        "for it any more.",
        pca_full_likely, pca_full_advice},
    CauseInfo{Cause::pma_full, "pma-full",
              "The disc's program memory area is full: no further track can be registered on it.",
              pma_full_likely, pma_full_advice},
    CauseInfo{Cause::pma_update_failed, "pma-update-failed",
              "The track could not be registered in the disc's program memory area.", poor_disc,
              try_other_disc},
    CauseInfo{Cause::write_error, "write-error", "The drive failed to write on the disc.",
              poor_disc, try_other_disc},
    CauseInfo{Cause::bad_write_address, "bad-write-address",
              "The drive refused the address that was to be written: it expects another one.",
              address_likely, address_advice},
    CauseInfo{Cause::buffer_underrun, "buffer-underrun",
              "The drive's buffer ran empty and it had to stop writing.", underrun_likely,
              underrun_advice},
    CauseInfo{Cause::fixation_failed, "fixation-failed",
              "The user data are on the disc, but the session could not be closed.",
              fixation_likely, fixation_advice},
    CauseInfo{Cause::leadin_failed, "leadin-failed", "The lead-in could not be written.",
              fixation_likely, try_other_disc},
    CauseInfo{Cause::leadout_failed, "leadout-failed",
              "The user data are on the disc, but the lead-out could not be written.",
              fixation_likely, fixation_advice},
    CauseInfo{Cause::blank_failed, "blank-failed", "The disc could not be erased.", poor_disc,
              blank_advice},
    CauseInfo{Cause::format_failed, "format-failed", "The disc could not be formatted.", poor_disc,
              format_advice},
    CauseInfo{Cause::read_error, "read-error", "The drive could not read from the disc.", poor_disc,
              read_advice},
    CauseInfo{Cause::nothing_recorded, "nothing-recorded",
              "There is nothing at this place of the disc that could be read.", Words{},
              nothing_recorded_advice},
    CauseInfo{Cause::verify_mismatch, "verify-mismatch",
              "What was read back differs from what was to be written.", mismatch_likely,
              mismatch_advice},
    CauseInfo{Cause::nothing_verified, "nothing-verified",
              "Not a single block was compared, so nothing is known about the disc.", Words{},
              nothing_verified_advice},
    CauseInfo{Cause::implausible_speed, "implausible-speed",
              "The drive says it is done in less time than the disc can be written in.",
              implausible_likely, implausible_advice},
    CauseInfo{Cause::no_medium, "no-medium", "There is no disc in the drive.", Words{},
              no_medium_advice},
    CauseInfo{Cause::medium_removed, "medium-removed", "The disc was taken out under way.",
              removed_likely, start_again},
    CauseInfo{Cause::medium_changed, "medium-changed",
              "The drive reports that the disc may have been changed under way.", changed_likely,
              start_again},
    CauseInfo{Cause::medium_not_blank, "medium-not-blank",
              "The disc has recordings on it and this job needs a blank one.", Words{},
              not_blank_advice},
    CauseInfo{Cause::medium_not_writable, "medium-not-writable",
              "This disc cannot be recorded in this drive.", not_writable_likely,
              not_writable_advice},
    CauseInfo{Cause::medium_not_formatted, "medium-not-formatted",
              "The disc must be formatted before it can be written.", Words{},
              not_formatted_advice},
    CauseInfo{Cause::write_protected, "write-protected", "The disc is write-protected.", Words{},
              protected_advice},
    CauseInfo{Cause::image_too_large, "image-too-large", "The image does not fit on the disc.",
              Words{}, too_large_advice},
    CauseInfo{Cause::source_error, "source-error", "The data to be written could not be read.",
              Words{}, source_advice},
    CauseInfo{Cause::invalid_job, "invalid-job", "What was asked for contradicts itself.", Words{},
              Words{}},
    CauseInfo{Cause::stopped, "stopped", "The burn was ended early on request.", Words{}, Words{}},
    CauseInfo{Cause::not_ready, "not-ready", "The drive did not get ready in time.", ready_likely,
              ready_advice},
    CauseInfo{Cause::command_refused, "command-refused", "The drive refuses the command.",
              refused_likely, refused_advice},
    CauseInfo{Cause::sequence_error, "sequence-error",
              "The drive says that the command does not belong here in the sequence.",
              sequence_likely, ready_advice},
    CauseInfo{Cause::command_timeout, "command-timeout",
              "The drive did not answer within the time limit.", hung_likely, transport_advice},
    CauseInfo{Cause::bus_reset, "bus-reset", "The drive or its bus was reset under way.",
              lost_likely, transport_advice},
    CauseInfo{Cause::transport_error, "transport-error",
              "The connection between computer and drive failed.", hung_likely, transport_advice},
    CauseInfo{Cause::device_lost, "device-lost", "The drive is gone.", lost_likely,
              transport_advice},
    CauseInfo{Cause::device_busy, "device-busy", "Another program holds the drive.", Words{},
              busy_advice},
    CauseInfo{Cause::drive_internal, "drive-internal", "The drive reports a fault of its own.",
              internal_likely, try_other_disc},
    CauseInfo{Cause::bad_reply, "bad-reply",
              "The drive's reply is not what the standard says, so the driver does not go on.",
              reply_likely, transport_advice},
    CauseInfo{Cause::unexpected_sense, "unexpected-sense",
              "The drive gave an answer that the driver has no better name for.", Words{},
              unexpected_advice},
};

constexpr bool complete() {
    for (std::size_t i = 0; i < table.size(); ++i)
        if (static_cast<std::size_t>(table[i].cause) != i)
            return false;
    return table.size() == static_cast<std::size_t>(Cause::unexpected_sense) + 1;
}
static_assert(complete(), "the table lists every cause, in the order of the enumeration");

} // namespace

std::span<const CauseInfo> causes() {
    return table;
}

const CauseInfo& describe(Cause cause) {
    return table.at(static_cast<std::size_t>(cause));
}

std::string_view cause_name(Cause cause) {
    return describe(cause).name;
}

std::optional<Cause> find_cause(std::string_view name) {
    for (const CauseInfo& info : table)
        if (info.name == name)
            return info.cause;
    return std::nullopt;
}

} // namespace burnrig::driver
