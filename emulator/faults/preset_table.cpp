// SPDX-License-Identifier: Apache-2.0
// The table of presets: one for each way in which a burn is known to go wrong.
//
// Durations come from reports of the failure; where none is known the drive takes its own time.
// {place} is a WRITE by its number or by an address, {moment} that or a time, {struck} the middle
// of the WRITE or a time.
#include <array>

#include "emulator/faults/presets.h"

namespace burnrig::emulator::faults {
namespace {

// clang-format off
constexpr std::array table{
    // Calibration of the laser. 8.906 s: wodim on an Optiarc AD-7280S.
    Preset{"opc-failure", "the power calibration fails after 8.906 s, as an Optiarc AD-7280S did",
           "take=8.906s sense=opc-failed",
           "{name}: at SEND_OPC_INFORMATION -> take {take}, fail {sense}"},
    Preset{"opc-failure-in-write", "the drive calibrates by itself in a write, and fails",
           "write=1 take=12s",
           "{name}: at @write {place} before -> take {take}, fail opc-failed"},
    Preset{"opc-failure-sticky", "a write ends in a failed calibration, and so does all that follows, closing too",
           "write=25 take=20s",
           "{name}: at @write {place} -> take {take}, fail opc-failed\n"
           "{name}-write: at @write since {name} -> fail opc-failed ; always\n"
           "{name}-close: at @close since {name} -> fail opc-failed ; always"},
    Preset{"opc-attention", "the calibration is good but answers 06/5A/03, which is no failure", "",
           "{name}: at SEND_OPC_INFORMATION after -> fail 06/5A/03"},
    Preset{"pca-full", "no room is left in the power calibration area", "",
           "{name}: at SEND_OPC_INFORMATION -> fail pca-full ; always"},
    Preset{"pca-almost-full", "the calibration succeeds with a warning: its area is almost full", "",
           "{name}: at SEND_OPC_INFORMATION after -> fail pca-almost-full"},
    Preset{"pma-full", "no room is left for another track in the program memory area", "",
           "{name}: at RESERVE_TRACK -> fail pma-full ; always\n"
           "{name}-write: at @write -> fail pma-full ; always"},
    Preset{"pma-update-failure", "data are written but the track cannot be registered", "take=26.236s",
           "{name}: at SYNCHRONIZE_CACHE -> take {take}, fail pma-update-failed"},

    // Refused before anything is written.
    Preset{"medium-refused", "the drive does not want to write on this medium", "sense=05/30/05",
           "{name}: at @write -> fail {sense} ; always\n"
           "{name}-close: at CLOSE_TRACK_SESSION -> fail {sense} ; always\n"
           "{name}-blank: at BLANK -> fail {sense} ; always"},
    Preset{"write-protected", "nothing may be written, blanked or formatted", "sense=write-protected",
           "{name}: at @write -> fail {sense} ; always\n"
           "{name}-blank: at BLANK -> fail {sense} ; always\n"
           "{name}-format: at FORMAT_UNIT -> fail {sense} ; always"},
    Preset{"tracking-failure", "the servo cannot follow the track of this disc, whatever is asked", "sense=tracking-lost",
           "{name}: at READ_DISC_INFORMATION -> fail {sense} ; always\n"
           "{name}-read: at @read -> fail {sense} ; always\n"
           "{name}-write: at @write -> fail {sense} ; always\n"
           "{name}-blank: at BLANK -> fail {sense} ; always"},
    Preset{"write-parameters-refused", "the write parameters page is refused", "sense=05/26/00",
           "{name}: at MODE_SELECT_10 -> fail {sense} ; always"},
    Preset{"cue-sheet-refused", "the cue sheet of a session at once is refused", "sense=05/26/00",
           "{name}: at SEND_CUE_SHEET -> fail {sense} ; always"},
    Preset{"reserve-failure", "a track cannot be reserved, after a long while", "take=83.273s sense=03/0C/80",
           "{name}: at RESERVE_TRACK -> take {take}, fail {sense}"},
    Preset{"slow-to-ready", "the drive is not ready for a while after the disc was put in", "busy=20s",
           "{name}: at time 0s -> busy {busy} becoming-ready"},

    // In mid-burn.
    Preset{"write-error", "a write fails in mid-transfer", "write=40 sense=write-error",
           "{name}: at @write {place} midway 0.5 -> fail {sense}"},
    Preset{"bad-block", "a block cannot be written, however often it is tried", "lba=1000 sense=write-error",
           "{name}: at @write lba {lba} midway 0.5 -> fail {sense} info {lba} ; always"},
    Preset{"deferred-write-error", "a write is acknowledged and lost; a later command says so", "write=40 sense=write-error",
           "{name}: at @write {place} -> lose, fail {sense} deferred"},
    Preset{"deferred-then-busy", "as deferred-write-error; then the drive writes on for minutes", "write=2 busy=4min",
           "{name}: at @write {place} -> lose, fail write-error deferred\n"
           "{name}-busy: at @any since {name} -> busy {busy} long-write"},
    Preset{"loss-of-streaming", "the stream of data breaks off in a write", "write=40",
           "{name}: at @write {place} midway 0.5 -> fail loss-of-streaming"},
    Preset{"bad-write-address", "a write is refused for its address, though it is the right one", "write=6",
           "{name}: at @write {place} -> fail bad-write-address"},
    Preset{"sequence-error", "the drive leaves the write by itself and refuses to go on", "write=14",
           "{name}: at @write {place} -> fail sequence-error\n"
           "{name}-on: at @write since {name} -> fail sequence-error ; always"},
    Preset{"end-of-track", "the drive finds the end of the track before the image ends", "write=40",
           "{name}: at @write {place} -> fail end-of-track"},
    Preset{"hardware-failure", "the drive fails inside, in mid-burn", "write=40 sense=internal-failure",
           "{name}: at @write {place} midway 0.5 -> fail {sense}"},
    Preset{"comm-crc", "a transfer over the cable has a CRC error", "write=3",
           "{name}: at @write {place} -> fail comm-crc"},
    Preset{"comm-timeout", "the drive loses touch with its host in a write", "write=40 take=2.004s",
           "{name}: at @write {place} -> take {take}, fail comm-timeout"},
    Preset{"flaky-cable", "any write may have a CRC error, with luck", "p=2%",
           "{name}: at @write p {p} -> fail comm-crc ; always"},
    Preset{"medium-changed", "the drive believes in mid-burn that the medium was changed", "write=40",
           "{name}: at @write {place} before -> fail medium-changed"},
    Preset{"medium-removed", "the disc leaves by the pin hole, locked or not", "time=12s",
           "{name}: at {moment} -> eject emergency"},
    Preset{"power-loss", "the power goes in mid-write, and comes back", "write=100 back=4s",
           "{name}: at {struck} -> power-loss {back}"},

    Preset{"buffer-underrun", "the drive's buffer runs empty; without protection the track ends there", "write=40",
           "{name}: at @write {place} -> drain"},
    Preset{"bus-reset", "the bus is reset in mid-write", "write=57",
           "{name}: at @write {place} midway 0.5 -> host RESET, reset bus"},
    Preset{"status-lost", "a write is carried out and its status is lost on the way", "write=40",
           "{name}: at @write {place} after -> host ERROR"},
    Preset{"host-timeout", "the host gives up waiting for a write", "write=40 take=40.099s",
           "{name}: at @write {place} -> take {take}, host TIME_OUT"},
    Preset{"flaky-usb", "the cable drops out for a while; then a write has a CRC error", "time=5s away=2s",
           "{name}: at {moment} -> unplug {away}\n"
           "{name}-crc: at @write since {name} -> fail comm-crc"},
    Preset{"device-lost", "the cable is pulled and stays out", "time=12s",
           "{name}: at {moment} -> unplug"},

    // Slow, stuck.
    Preset{"slow-drive", "every write takes longer", "more=100ms",
           "{name}: at @write -> take +{more} ; always"},
    Preset{"slow-write", "one write takes very long and is good", "write=40 take=37.563s",
           "{name}: at @write {place} -> take {take}"},
    Preset{"slow-flush", "the drive goes on writing long after the flush was answered", "busy=90s",
           "{name}: at SYNCHRONIZE_CACHE -> busy {busy} long-write"},
    Preset{"slow-close", "closing takes long and is good", "take=62s",
           "{name}: at CLOSE_TRACK_SESSION -> take {take} ; always"},
    Preset{"hang", "a command never answers", "at=SYNCHRONIZE_CACHE",
           "{name}: at {at} -> hang"},
    Preset{"wedged-drive", "from a write on the drive answers nothing any more", "write=40",
           "{name}: at @write {place} -> hang\n"
           "{name}-on: at @any since {name} -> hang ; always"},

    // Closing, blanking, formatting.
    Preset{"flush-failure", "the last data cannot be written, after a while", "take=26.236s sense=write-error",
           "{name}: at SYNCHRONIZE_CACHE -> take {take}, fail {sense}"},
    Preset{"fixation-failure", "the session cannot be closed", "take=21s sense=fixation-failed",
           "{name}: at CLOSE_TRACK_SESSION cdb[2] >= 0x02 -> take {take}, fail {sense}"},
    Preset{"leadin-failure", "the session cannot be closed: its lead-in is not written", "take=9s",
           "{name}: at CLOSE_TRACK_SESSION cdb[2] >= 0x02 -> take {take}, fail leadin-failed"},
    Preset{"leadout-failure", "the session cannot be closed: its lead-out is not written", "take=21s",
           "{name}: at CLOSE_TRACK_SESSION cdb[2] >= 0x02 midway 0.5 -> take {take}, fail leadout-failed"},
    Preset{"close-never-ready", "closing is refused for ever: an operation is in progress", "",
           "{name}: at CLOSE_TRACK_SESSION -> fail operation-in-progress ; always"},
    Preset{"close-refused", "closing is refused", "sense=incomplete-track",
           "{name}: at CLOSE_TRACK_SESSION -> fail {sense} ; always"},
    Preset{"opc-failure-in-close", "closing ends in a failed calibration", "take=19s",
           "{name}: at CLOSE_TRACK_SESSION -> take {take}, fail opc-failed ; always"},
    Preset{"blank-failure", "blanking fails after nine minutes, as an RW7120A did", "take=553.287s sense=04/09/02",
           "{name}: at BLANK -> take {take}, fail {sense}"},
    Preset{"format-failure", "formatting fails", "take=20s sense=03/31/01",
           "{name}: at FORMAT_UNIT -> take {take}, fail {sense}"},
    Preset{"tray-locked", "the door can be neither unlocked nor opened", "sense=removal-prevented",
           "{name}: at PREVENT_ALLOW_MEDIUM_REMOVAL cdb[4] == 0x00 -> fail {sense} ; always\n"
           "{name}-eject: at START_STOP_UNIT cdb[4] == 0x02 -> fail {sense} ; always"},
    Preset{"ejects-too-early", "the tray opens as soon as the session is closed, before it can be verified", "",
           "{name}: at CLOSE_TRACK_SESSION cdb[2] >= 0x02 after -> eject emergency"},

    // All is well, says the drive.
    Preset{"silent-no-write", "every write is acknowledged and none reaches the disc", "",
           "{name}: at @write -> lose ; always"},
    Preset{"silent-lost-block", "a block is acknowledged and never reaches the disc", "lba=1000",
           "{name}: at @write lba {lba} -> lose"},
    Preset{"silent-corruption", "a block comes back with some bits turned", "lba=1000 bits=3",
           "{name}: at @write lba {lba} -> corrupt bits {bits}"},
    Preset{"silent-unreadable", "all is well until the disc is read: some blocks cannot be", "lba=1000..1030",
           "{name}: at CLOSE_TRACK_SESSION cdb[2] >= 0x02 after -> unreadable {lba}"},
    Preset{"wrong-capacity", "the drive tells another capacity than the disc has", "blocks=1000",
           "{name}: at READ_CAPACITY -> report capacity = {blocks} ; always"},
    Preset{"read-error", "a block cannot be read back", "lba=1000",
           "{name}: at @read lba {lba} -> fail read-error info {lba} ; always"},
};
// clang-format on

} // namespace

std::span<const Preset> presets() {
    return table;
}

} // namespace burnrig::emulator::faults
