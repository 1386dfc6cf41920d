// SPDX-License-Identifier: Apache-2.0
#include "driver/recorder/job.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace burnrig::driver {
namespace {

template <class Value>
struct Word {
    Value value;
    std::string_view text;
};

constexpr std::array write_modes{
    Word<WriteMode>{WriteMode::automatic, "auto"},
    Word<WriteMode>{WriteMode::tao, "tao"},
    Word<WriteMode>{WriteMode::sao, "sao"},
    Word<WriteMode>{WriteMode::raw16, "raw16"},
    Word<WriteMode>{WriteMode::raw96p, "raw96p"},
    Word<WriteMode>{WriteMode::raw96r, "raw96r"},
    Word<WriteMode>{WriteMode::dao, "dao"},
    Word<WriteMode>{WriteMode::incremental, "incremental"},
    Word<WriteMode>{WriteMode::sequential, "sequential"},
    Word<WriteMode>{WriteMode::overwrite, "overwrite"},
    Word<WriteMode>{WriteMode::pow, "pow"},
    Word<WriteMode>{WriteMode::random, "random"},
};
constexpr std::array opc_modes{
    Word<OpcMode>{OpcMode::automatic, "auto"},
    Word<OpcMode>{OpcMode::always, "always"},
    Word<OpcMode>{OpcMode::never, "never"},
};

template <class Words>
auto parse(const Words& words, std::string_view text)
    -> std::optional<decltype(words.front().value)> {
    for (const auto& word : words)
        if (word.text == text)
            return word.value;
    return std::nullopt;
}

// 1000 bytes per second at single speed: of raw CD, of user data elsewhere.
constexpr double cd_kb_per_x = 176.4;
constexpr double dvd_kb_per_x = 1385;
constexpr double bd_kb_per_x = 4495.5;

double seconds(mmc::Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

double kilobytes_per_second(const BurnReport& report) {
    const double time = seconds(report.writing);
    return time > 0 ? static_cast<double>(report.blocks) * data_block_bytes / 1000.0 / time : 0;
}

nlohmann::ordered_json to_json(const WriterStatistics& writer) {
    nlohmann::ordered_json json;
    json["ring_bytes"] = writer.ring_bytes;
    json["ring_min_bytes"] = writer.ring_min;
    json["drive_buffer_bytes"] = writer.drive_buffer;
    json["drive_buffer_min_bytes"] = writer.drive_buffer_min;
    json["starvations"] = writer.starvations;
    json["starved_seconds"] = seconds(writer.starved);
    json["underruns_predicted"] = writer.underruns_predicted;
    json["underruns_prevented"] = writer.underruns_prevented;
    json["underruns"] = writer.underruns;
    json["refusals"] = writer.refusals;
    json["lost_statuses"] = writer.lost_statuses;
    json["transfer_bytes"] = writer.transfer_bytes;
    return json;
}

} // namespace

std::string_view to_string(WriteMode mode) {
    return write_modes.at(static_cast<std::size_t>(mode)).text;
}

std::optional<WriteMode> parse_write_mode(std::string_view word) {
    return parse(write_modes, word);
}

std::optional<OpcMode> parse_opc_mode(std::string_view word) {
    return parse(opc_modes, word);
}

std::vector<std::string> write_mode_words() {
    std::vector<std::string> words;
    words.reserve(std::size(write_modes));
    for (const auto& mode : write_modes)
        words.emplace_back(mode.text);
    return words;
}

double SpeedWish::kilobytes(MediumFamily family) const {
    switch (unit) {
    case Unit::medium_x:
        return number * (family == MediumFamily::dvd  ? dvd_kb_per_x
                         : family == MediumFamily::bd ? bd_kb_per_x
                                                      : cd_kb_per_x);
    case Unit::cd_x:
        return number * cd_kb_per_x;
    case Unit::dvd_x:
        return number * dvd_kb_per_x;
    case Unit::bd_x:
        return number * bd_kb_per_x;
    case Unit::kilobytes:
        break;
    }
    return number;
}

std::optional<mmc::Duration> Progress::time_left() const {
    if (total == 0 || bytes == 0 || elapsed <= mmc::Duration{0})
        return std::nullopt;
    const double done = static_cast<double>(bytes);
    const double left = static_cast<double>(total - std::min(bytes, total));
    return std::chrono::duration_cast<mmc::Duration>(std::chrono::duration<double>(elapsed) *
                                                     (left / done));
}

std::optional<std::optional<SpeedWish>> parse_speed(std::string_view word) {
    using Unit = SpeedWish::Unit;
    if (word == "max")
        return std::optional<SpeedWish>{};
    double number = 0;
    const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (problem != std::errc{} || !(number > 0) || !std::isfinite(number))
        return std::nullopt;
    const std::string_view ending(end, static_cast<std::size_t>(word.data() + word.size() - end));
    constexpr std::array units{
        Word<Unit>{Unit::medium_x, ""},    Word<Unit>{Unit::medium_x, "x"},
        Word<Unit>{Unit::medium_x, "X"},   Word<Unit>{Unit::cd_x, "cd-x"},
        Word<Unit>{Unit::dvd_x, "dvd-x"},  Word<Unit>{Unit::bd_x, "bd-x"},
        Word<Unit>{Unit::kilobytes, "kb"}, Word<Unit>{Unit::kilobytes, "k"},
    };
    const auto unit = parse(units, ending);
    if (!unit)
        return std::nullopt;
    return std::optional<SpeedWish>({.number = number, .unit = *unit});
}

nlohmann::ordered_json to_json(const BurnReport& report) {
    nlohmann::ordered_json json;
    json["mode"] = to_string(report.mode);
    json["mode_reason"] = report.mode_reason;
    json["first_lba"] = report.first_lba;
    json["bytes"] = report.bytes;
    json["blocks"] = report.blocks;
    json["padding_blocks"] = report.padding_blocks;
    json["simulated"] = report.simulated;
    json["calibrated"] = report.calibrated;
    json["speed_kb"] = report.speed_kb;
    json["resumed_blocks"] = report.resumed_blocks;
    json["write_retries"] = report.write_retries;
    json["writer"] = to_json(report.writer);
    json["seconds"] = seconds(report.elapsed);
    json["writing_seconds"] = seconds(report.writing);
    json["kb_per_second"] = kilobytes_per_second(report);
    if (report.verify)
        json["verify"] = {{"compared", report.verify->compared},
                          {"differing", report.verify->differing},
                          {"unreadable", report.verify->unreadable},
                          {"audio_offset_samples", report.verify->audio_offset}};
    json["disc_now"] = report.disc_now;
    json["warnings"] = report.warnings;
    json["notes"] = report.notes;
    return json;
}

namespace {

/// What a person wants to know of a source that was too slow, though the burn is good.
std::string starvation_text(const WriterStatistics& writer) {
    auto text = fmt::format("the source left the drive without data {} times, {:.1f} s in all",
                            writer.starvations, seconds(writer.starved));
    if (writer.underruns > 0)
        text += fmt::format("; {} buffer underruns, prevented by the drive's protection from "
                            "spoiling the disc",
                            writer.underruns);
    return text;
}

} // namespace

std::string to_text(const BurnReport& report) {
    std::string text =
        fmt::format("{} {} blocks ({:.1f} MiB) from LBA {} in {:.1f} s\n",
                    report.simulated ? "simulated the writing of" : "wrote", report.blocks,
                    static_cast<double>(report.blocks) * data_block_bytes / (1024.0 * 1024.0),
                    report.first_lba, seconds(report.writing));
    text += fmt::format("  mode      {}\n", report.mode_reason);
    if (report.verify)
        text += fmt::format("  verified  {} blocks compared, all equal\n", report.verify->compared);
    if (report.writer.starvations > 0)
        text += fmt::format("  buffer    {}\n", starvation_text(report.writer));
    text += fmt::format("  disc now  {}\n", report.disc_now);
    for (const std::string& note : report.notes)
        text += fmt::format("  note      {}\n", note);
    for (const std::string& warning : report.warnings)
        text += fmt::format("  warning   {}\n", warning);
    return text;
}

} // namespace burnrig::driver
