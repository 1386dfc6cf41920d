// SPDX-License-Identifier: Apache-2.0
#include "harness/report/run_log.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "mmc/command_blocks.h"
#include "mmc/opcode.h"
#include "mmc/seconds.h"
#include "mmc/sense.h"
#include "mmc/system_error.h"

namespace burnrig::harness {
namespace {

using Json = nlohmann::ordered_json;
using mmc::Duration;
using mmc::Group;
using mmc::Opcode;

constexpr std::size_t list_max = 4000; ///< of each list beside the commands

using mmc::seconds;

/// What a drive does while it carries out a command that does not end at once.
struct Busywork {
    Opcode opcode;
    std::string_view phase;
};
constexpr std::array busyworks{
    Busywork{Opcode::send_opc_information, "calibrating"},
    Busywork{Opcode::close_track_session, "closing"},
    Busywork{Opcode::synchronize_cache, "synchronizing"},
    Busywork{Opcode::blank, "blanking"},
    Busywork{Opcode::format_unit, "formatting"},
    Busywork{Opcode::start_stop_unit, "loading"},
    Busywork{Opcode::load_unload_medium, "loading"},
    Busywork{Opcode::reserve_track, "writing"},
};

std::string_view phase_of(std::uint8_t opcode) {
    for (const auto& row : busyworks)
        if (static_cast<std::uint8_t>(row.opcode) == opcode)
            return row.phase;
    if (mmc::in_group(opcode, Group::write))
        return "writing";
    return mmc::in_group(opcode, Group::read) ? "reading" : "idle";
}

Json to_json(const Curve& curve) {
    Json points = Json::array();
    for (const auto& point : curve.points())
        points.push_back({seconds(point.at), point.low, point.high});
    return points;
}

std::string hex_of(std::span<const std::uint8_t> bytes) {
    return fmt::format("{:02X}", fmt::join(bytes, " "));
}

// Keys that are not there: GOOD, no host status, no address.
Json to_json(const CommandRecord& record) {
    const auto& completion = record.completion;
    Json json{{"n", record.number},
              {"at", seconds(record.at)},
              {"took", seconds(completion.duration)},
              {"name", mmc::opcode_name(record.opcode())},
              {"cdb", hex_of(record.cdb())}};
    if (record.out > 0)
        json["out"] = record.out;
    if (record.in > 0) {
        json["in"] = record.in;
        json["got"] = completion.transferred;
    }
    if (const auto blocks = mmc::command_blocks(record.cdb())) {
        json["lba"] = blocks->first;
        json["blocks"] = blocks->blocks;
    }
    if (completion.status != mmc::Status::good)
        json["status"] = static_cast<int>(completion.status);
    if (completion.host != mmc::HostStatus::ok)
        json["host"] = static_cast<int>(completion.host);
    if (completion.system_error != 0)
        json["errno"] = mmc::system_error_name(completion.system_error);
    if (completion.sense.length > 0)
        json["sense"] = hex_of(completion.sense.view());
    if (const auto sense = mmc::decode_sense(completion.sense.view())) {
        json["means"] = mmc::describe(sense->code);
        json["key"] = static_cast<int>(sense->code.key);
        if (sense->deferred)
            json["deferred"] = true;
    }
    if (record.faulted)
        json["fault"] = true;
    return json;
}

} // namespace

RunLog::RunLog(const mmc::Clock& clock, const emulator::Drive* drive,
               const emulator::faults::FaultEngine* rules)
    : clock_(clock), drive_(drive), rules_(rules) {}

void RunLog::begins(Duration at) {
    if (drive_)
        before_ = drive_->gauge();
    note_fired({last_end_, at}, 0);
    if (at > last_end_) {
        if (drive_) {
            const auto ends = std::min(at, after_last_.ends.value_or(at));
            paint({last_end_, ends}, after_last_.phase);
            sample_buffer(at, before_);
        }
        waited({last_end_, at});
    }
}

void RunLog::command(const CommandRecord& record, const mmc::Command&) {
    const Span span{record.at, record.at + record.completion.duration};
    auto kept = record;
    kept.faulted = note_fired(span, record.number);
    commands_.add(kept);
    auto phase = phase_of(record.opcode());
    if (drive_) {
        after_last_ = drive_->gauge();
        if (phase == "idle")
            phase = before_.phase;
        sample_buffer(span.to, after_last_);
    }
    paint(span, phase);
    if (mmc::in_group(record.opcode(), Group::write) && record.completion.good())
        bytes_so_far_ += record.completion.transferred;
    if (mmc::in_group(record.opcode(), Group::read))
        bytes_so_far_ += record.completion.transferred;
    bytes_.add(span.to, static_cast<double>(bytes_so_far_));
    last_end_ = span.to;
}

void RunLog::sample_buffer(Duration at, const emulator::DriveGauge& gauge) {
    buffer_size_ = std::max<std::uint64_t>(buffer_size_, gauge.buffer_size);
    buffer_.add(at, gauge.buffer_used);
}

// Neighbours of one kind are one span; "idle" is where none is.
void RunLog::paint(Span span, std::string_view phase) {
    if (span.to <= span.from || phase == "idle")
        return;
    if (!phases_.empty() && phases_.back().name == phase && phases_.back().span.to >= span.from) {
        phases_.back().span.to = span.to;
        return;
    }
    if (phases_.size() < list_max)
        phases_.push_back({span, phase});
    else
        ++dropped_;
}

// When there are too many, the shorter half goes: nobody would see them.
void RunLog::waited(Span span) {
    if (waits_.size() == list_max) {
        auto by_length = waits_;
        const auto middle = by_length.begin() + list_max / 2;
        const auto longer = [](const Span& a, const Span& b) {
            return a.to - a.from > b.to - b.from;
        };
        std::nth_element(by_length.begin(), middle, by_length.end(), longer);
        const auto limit = middle->to - middle->from;
        std::erase_if(waits_, [limit](const Span& one) { return one.to - one.from <= limit; });
    }
    waits_.push_back(span);
}

bool RunLog::note_fired(Span span, std::uint64_t command) {
    if (!rules_ || rules_->fired() == fired_so_far_)
        return false;
    fired_so_far_ = rules_->fired();
    const auto now = rules_->report();
    fired_by_rule_.resize(now.size());
    for (std::size_t rule = 0; rule < now.size(); ++rule) {
        if (now[rule].fired <= fired_by_rule_[rule])
            continue;
        fired_by_rule_[rule] = now[rule].fired;
        if (fired_.size() < list_max)
            fired_.push_back({span, rule, command});
        else
            ++dropped_;
    }
    return true;
}

void RunLog::note(std::string_view kind, std::string_view text, std::string_view stage) {
    if (notes_.size() < list_max)
        notes_.push_back({clock_.now(), kind, std::string(text), stage});
    else
        ++dropped_;
}

void RunLog::mark(const std::string& text, Duration) {
    note("mark", text);
}
void RunLog::stage(driver::Stage stage, std::string_view text) {
    note("stage", text, driver::stage_name(stage));
}
void RunLog::warning(std::string_view text) {
    note("warning", text);
}
void RunLog::retry(driver::Stage, std::string_view text) {
    note("retry", text);
}

void RunLog::progress(const driver::Progress& now) {
    const auto at = clock_.now();
    if (now.ring_size > 0) {
        ring_size_ = now.ring_size;
        ring_.add(at, static_cast<double>(now.ring_used));
    }
    if (!drive_ && now.buffer_size > 0)
        sample_buffer(at, {{}, {}, now.buffer_size, now.buffer_used});
}

Json RunLog::to_json() const {
    const auto end = notes_.empty() ? last_end_ : std::max(last_end_, notes_.back().at);
    Json json{{"seconds", seconds(end)}};
    Json& commands = json["commands"] = {
        {"total", commands_.total()}, {"left_out", Json::object()}, {"rows", Json::array()}};
    for (const auto& [opcode, count] : commands_.left_out())
        commands["left_out"][mmc::opcode_name(opcode)] = count;
    for (const auto& record : commands_.kept())
        commands["rows"].push_back(harness::to_json(record));
    json["curves"] = {
        {"buffer", {{"size", buffer_size_}, {"points", harness::to_json(buffer_)}}},
        {"ring", {{"size", ring_size_}, {"points", harness::to_json(ring_)}}},
        {"bytes", {{"size", bytes_so_far_}, {"points", harness::to_json(bytes_)}}},
    };
    for (const auto* list : {"phases", "host", "fired", "notes"})
        json[list] = Json::array();
    for (const auto& phase : phases_)
        json["phases"].push_back({seconds(phase.span.from), seconds(phase.span.to), phase.name});
    for (const auto& wait : waits_)
        json["host"].push_back({seconds(wait.from), seconds(wait.to)});
    for (const auto& fired : fired_)
        json["fired"].push_back({{"from", seconds(fired.span.from)},
                                 {"to", seconds(fired.span.to)},
                                 {"rule", fired.rule},
                                 {"n", fired.command}});
    for (const auto& note : notes_) {
        json["notes"].push_back(
            {{"at", seconds(note.at)}, {"kind", note.kind}, {"text", note.text}});
        if (!note.stage.empty())
            json["notes"].back()["stage"] = note.stage;
    }
    json["dropped"] = dropped_;
    return json;
}

} // namespace burnrig::harness
