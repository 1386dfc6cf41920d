// SPDX-License-Identifier: Apache-2.0
#include "driver/error.h"
#include "driver/seeded_bugs.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "mmc/opcode.h"

namespace burnrig::driver {
namespace {

struct StageText {
    Stage stage;
    std::string_view name;
    std::string_view text;
};

constexpr std::array stages{
    StageText{Stage::open, "open", "opening the device"},
    StageText{Stage::plan, "plan", "checking the job"},
    StageText{Stage::identify, "identify", "identifying the drive"},
    StageText{Stage::ready, "ready", "waiting for the drive to get ready"},
    StageText{Stage::medium, "medium", "looking at the disc"},
    StageText{Stage::lock, "lock", "locking the tray"},
    StageText{Stage::format, "format", "formatting the disc"},
    StageText{Stage::setup, "setup", "setting the write parameters"},
    StageText{Stage::speed, "speed", "setting the speed"},
    StageText{Stage::cue_sheet, "cue-sheet", "sending the cue sheet"},
    StageText{Stage::reserve, "reserve", "reserving room for the track"},
    StageText{Stage::calibrate, "calibrate", "calibrating the laser power"},
    StageText{Stage::write, "write", "writing"},
    StageText{Stage::flush, "flush", "writing out the drive's buffer"},
    StageText{Stage::close, "close", "closing the session"},
    StageText{Stage::verify, "verify", "reading back"},
    StageText{Stage::blank, "blank", "blanking the disc"},
    StageText{Stage::read, "read", "reading"},
    StageText{Stage::eject, "eject", "moving the tray"},
    StageText{Stage::unlock, "unlock", "unlocking the tray"},
};

constexpr bool complete() {
    for (std::size_t i = 0; i < stages.size(); ++i)
        if (static_cast<std::size_t>(stages[i].stage) != i)
            return false;
    return stages.size() == static_cast<std::size_t>(Stage::unlock) + 1;
}
static_assert(complete(), "the table lists every stage, in the order of the enumeration");

std::string hex(std::span<const std::uint8_t> bytes) {
    return fmt::format("{:02X}", fmt::join(bytes, " "));
}

double seconds(mmc::Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

/// What the drive answered, in one phrase.
std::string answer(const BurnError& error) {
    if (error.host != mmc::HostStatus::ok)
        return fmt::format("none, host status {}", static_cast<unsigned>(error.host));
    std::string text;
    if (error.sense)
        text = mmc::describe(error.sense->code);
    else if (error.sense_bytes.length > 0)
        text = "sense data that no standard describes";
    else
        text =
            fmt::format("status {:02X}h without sense data", static_cast<unsigned>(error.status));
    if (error.deferred)
        text += ", deferred";
    return text;
}

void add_list(std::string& text, std::string_view label, const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
        text += fmt::format("  {:<9} {}\n", label, line);
        label = "";
    }
}

} // namespace

std::string_view stage_name(Stage stage) {
    return stages.at(static_cast<std::size_t>(stage)).name;
}
std::string_view stage_text(Stage stage) {
    return stages.at(static_cast<std::size_t>(stage)).text;
}

std::string command_name(std::uint8_t opcode) {
    std::string name = mmc::opcode_name(opcode);
    for (const std::string_view length : {"_6", "_10", "_12"})
        if (name.ends_with(length)) {
            name.resize(name.size() - length.size());
            name += fmt::format("({})", length.substr(1));
            break;
        }
    std::replace(name.begin(), name.end(), '_', ' ');
    return name;
}

BurnError make_error(Cause cause, Stage stage, std::string message) {
    BurnError error;
    error.cause = cause;
    error.stage = stage;
    error.message = std::move(message);
    const CauseInfo& info = describe(cause);
    error.likely.assign(info.likely.begin(), info.likely.end());
    error.advice.assign(info.advice.begin(), info.advice.end());
    return error;
}

std::string to_text(const BurnError& error) {
    std::string text = fmt::format("failed while {}: {}\n  {}\n", stage_text(error.stage),
                                   cause_name(error.cause), error.message);
    if (error.cdb.length > 0 && !seeded(Bug::text_without_sense)) {
        text += fmt::format("  {:<9} {}  {}\n", error.deferred ? "news by" : "command",
                            error.command, hex(error.cdb.view()));
        text += fmt::format("  {:<9} {}, after {:.3f} s (limit {:g} s)\n", "answer", answer(error),
                            seconds(error.took), seconds(error.limit));
    }
    if (error.sense_bytes.length > 0)
        text += fmt::format("  {:<9} {}\n", "sense", hex(error.sense_bytes.view()));
    if (!error.disc_now.empty())
        text += fmt::format("  {:<9} {}\n", "disc now", error.disc_now);
    if (error.tray_locked)
        text += fmt::format("  {:<9} {}\n", "tray",
                            "STILL LOCKED: unlocking it failed; `burnrig eject` tries again");
    add_list(text, "also", error.aftermath);
    add_list(text, "likely", error.likely);
    add_list(text, "try", error.advice);
    return text;
}

nlohmann::ordered_json to_json(const BurnError& error) {
    nlohmann::ordered_json json;
    json["cause"] = cause_name(error.cause);
    json["stage"] = stage_name(error.stage);
    json["message"] = error.message;
    if (error.cdb.length > 0) {
        json["command"] = error.command;
        json["cdb"] = hex(error.cdb.view());
        json["status"] = static_cast<unsigned>(error.status);
        json["host_status"] = static_cast<unsigned>(error.host);
        json["seconds"] = seconds(error.took);
        json["limit_seconds"] = seconds(error.limit);
    }
    if (error.sense_bytes.length > 0)
        json["sense_bytes"] = hex(error.sense_bytes.view());
    if (error.sense) {
        json["sense"] = mmc::to_string(error.sense->code);
        json["sense_text"] = mmc::sense_text(error.sense->code.asc, error.sense->code.ascq);
        json["deferred"] = error.deferred;
    }
    if (error.lba)
        json["lba"] = *error.lba;
    if (!error.disc_now.empty())
        json["disc_now"] = error.disc_now;
    json["tray_locked"] = error.tray_locked;
    json["aftermath"] = error.aftermath;
    json["likely"] = error.likely;
    json["advice"] = error.advice;
    return json;
}

} // namespace burnrig::driver
