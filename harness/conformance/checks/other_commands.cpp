// SPDX-License-Identifier: Apache-2.0
// Commands with few rules each: audio playback, SYNCHRONIZE CACHE, SEND OPC INFORMATION,
// LOAD/UNLOAD MEDIUM, LOG SENSE, READ MEDIA SERIAL NUMBER, SET READ AHEAD, FORMAT UNIT of what has
// no format.
#include <fmt/format.h>

#include "harness/conformance/checks/checks.h"
#include "harness/conformance/checks/commands.h"
#include "harness/conformance/trial.h"

namespace burnrig::harness::conformance {
namespace {

bool unknown(Trial& trial, const Reply& reply) {
    if (reply.is("5/20/00"))
        trial.skip("the drive does not know the command");
    return reply.is("5/20/00");
}

void play_nothing(Trial& trial) {
    const auto reply = trial.send(ten(0x45, 0, 0));
    if (!unknown(trial, reply))
        trial.good(reply, "PLAY AUDIO(10) of no block");
}

void play_backwards(Trial& trial) {
    const auto reply = trial.send({0x47, 0, 0, 0, 10, 0, 0, 5, 0, 0});
    if (!unknown(trial, reply))
        trial.refused(reply, {"5/24/00", "5/21/00"}, "PLAY AUDIO MSF with an end before its start");
}

void play_data(Trial& trial) {
    const auto track = trial.get(read_track_information(1, 1), 64);
    if (!track.ok() || (track.byte(5) & 4) == 0)
        return trial.skip("track 1 is not data");
    const auto reply = trial.send(ten(0x45, 10, 10));
    if (!unknown(trial, reply))
        trial.refused(reply, {"5/64/00"}, "PLAY AUDIO(10) of a data track");
}

void pause_nothing(Trial& trial) {
    trial.send({0x4E, 0, 0, 0, 0, 0, 0, 0, 0, 0}); // stop
    const auto reply = trial.send({0x4B, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    if (!unknown(trial, reply))
        trial.refused(reply, {"5/2C/00"}, "PAUSE while nothing plays");
}

// Nothing was written, so nothing happens; the immediate form too.
void synchronize_nothing(Trial& trial) {
    for (const auto immediate : Values{0, 2}) {
        const auto reply = trial.send(ten(0x35, 0, 0, immediate));
        if (!trial.mounted().ready && !reply.ok())
            trial.refused(reply, {"2/3A/xx", "2/30/xx"}, "SYNCHRONIZE CACHE without a medium");
        else
            trial.good(reply, "SYNCHRONIZE CACHE with nothing to write");
    }
    trial.settle();
}

void no_calibration(Trial& trial) {
    const auto reply = trial.send(with_length(0x54, 0, 0, 0));
    if (!unknown(trial, reply) && !reply.is("5/30/xx") && !reply.is("5/2C/00") &&
        !reply.is("7/27/xx"))
        trial.good(reply, "SEND OPC INFORMATION with neither DoOpc nor a list");
}

void other_slot(Trial& trial) {
    const auto* changer = trial.mounted().feature(0x0102);
    const auto reply = trial.send({0xA6, 0, 0, 0, 0, 0, 0, 0, 0x7F, 0, 0, 0});
    if (changer)
        return trial.skip("the drive is a changer");
    trial.refused(reply, {"5/24/00", "5/20/00", "5/21/01"}, "there is no slot 7Fh");
}

void log_pages(Trial& trial) {
    const auto reply = trial.get(with_length(0x4D, 0, 0x40, 256), 256);
    if (trial.mounted().feature(0x0101)) {
        if (trial.good(reply, "feature 0101h promises LOG SENSE"))
            trial.equal(reply, "bytes 2-3, page length",
                        static_cast<std::int64_t>(reply.size()) - 4, reply.word(2));
    } else if (!reply.ok()) {
        trial.refused(reply, {"5/20/00", "5/24/00"}, "LOG SENSE without feature 0101h");
    }
}

void media_serial_number(Trial& trial) {
    const auto reply = trial.get({0xAB, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0}, 256);
    if (!trial.mounted().current(0x0109)) {
        if (!reply.ok())
            trial.refused(reply, {"5/20/00", "5/24/00", "5/30/xx"},
                          "READ MEDIA SERIAL NUMBER without feature 0109h");
        return;
    }
    if (trial.good(reply, "feature 0109h promises a media serial number")) {
        trial.equal(reply, "bytes 0-3, length", static_cast<std::int64_t>(reply.size()) - 4,
                    reply.quad(0));
        trial.equal(reply, "length modulo 4", 0, reply.quad(0) % 4);
    }
}

void read_ahead(Trial& trial) {
    const auto inside = trial.send(twelve(0xA7, 0, 0));
    if (unknown(trial, inside))
        return;
    trial.good(inside, "SET READ AHEAD with addresses on the disc");
    trial.refused(trial.send(twelve(0xA7, 0x7FFFFFF0, 0)), {"5/21/00", "5/24/00"},
                  "SET READ AHEAD with an address beyond the end");
}

// What has no formats refuses to be formatted, whatever the list says.
void nothing_to_format(Trial& trial) {
    const Bytes list{0, 0x82, 0, 8, 0, 0x10, 0, 0, 0, 0, 8, 0};
    trial.refused(trial.send({0x04, 0x11, 0, 0, 0, 0}, list),
                  {"5/30/06", "5/30/05", "5/30/00", "5/26/xx", "5/24/00", "5/20/00", "7/27/xx"},
                  "FORMAT UNIT of a disc that has no formats");
}

} // namespace

std::vector<Check> other_command_checks() {
    const Needs recorded_cd{Inside::cd, DiscState::recorded, Touch::nothing, {}, 0x0103};
    const Needs medium{Inside::medium};
    const Needs recorded{Inside::medium, DiscState::recorded};
    const Needs write_once{
        Inside::medium,
        DiscState::any,
        Touch::disc,
        {mmc::Profile::cd_r, mmc::Profile::dvd_minus_r, mmc::Profile::dvd_plus_r}};
    return {
        {"play-audio/nothing", "PLAY AUDIO(10)", "MMC-3", recorded_cd, play_nothing},
        {"play-audio/backwards", "PLAY AUDIO MSF", "MMC-3", recorded_cd, play_backwards},
        {"play-audio/data-track", "PLAY AUDIO(10)", "MMC-3", recorded_cd, play_data},
        {"play-audio/pause", "PAUSE/RESUME", "MMC-3", recorded_cd, pause_nothing},
        {"synchronize-cache/nothing", "SYNCHRONIZE CACHE", "MMC-5", {}, synchronize_nothing},
        {"send-opc/nothing", "SEND OPC INFORMATION", "MMC-5", medium, no_calibration},
        {"load-unload/slot", "LOAD/UNLOAD MEDIUM", "MMC-5", {}, other_slot},
        {"log-sense/pages", "LOG SENSE", "SPC-3; MMC-5 feature 0101h", {}, log_pages},
        {"media-serial-number/form", "READ MEDIA SERIAL NUMBER", "MMC-5 feature 0109h", medium,
         media_serial_number},
        {"set-read-ahead/range", "SET READ AHEAD", "MMC-5", recorded, read_ahead},
        {"format-unit/no-formats", "FORMAT UNIT", "MMC-5", write_once, nothing_to_format},
    };
}

} // namespace burnrig::harness::conformance
