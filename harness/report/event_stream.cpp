// SPDX-License-Identifier: Apache-2.0
#include "harness/report/event_stream.h"

#include <fmt/format.h>

#include "mmc/seconds.h"

namespace burnrig::harness {

using mmc::seconds;

EventStream::EventStream(std::FILE* out, const mmc::Clock& clock) : out_(out), clock_(clock) {}

Json EventStream::event(std::string_view what) const {
    return {{"event", what}, {"at", seconds(clock_.now())}};
}

void EventStream::print(const Json& json) {
    fmt::print(out_, "{}\n", json.dump(-1, ' ', false, Json::error_handler_t::replace));
    std::fflush(out_);
}

void EventStream::begin(const RunIdentity& identity) {
    auto json = event("begin");
    json.update(to_json(identity));
    print(json);
}

void EventStream::stage(driver::Stage stage, std::string_view text) {
    auto json = event("stage");
    json["stage"] = driver::stage_name(stage);
    if (!text.empty())
        json["text"] = text;
    print(json);
}

void EventStream::progress(const driver::Progress& now) {
    auto json = event("progress");
    json["stage"] = driver::stage_name(now.stage);
    json["bytes"] = now.bytes;
    if (now.total > 0)
        json["total"] = now.total;
    if (now.kb_per_second > 0)
        json["kb_per_second"] = now.kb_per_second;
    if (const auto left = now.time_left())
        json["seconds_left"] = seconds(*left);
    if (now.buffer_size > 0)
        json["drive_buffer"] = {{"size", now.buffer_size}, {"used", now.buffer_used}};
    if (now.ring_size > 0)
        json["ring"] = {{"size", now.ring_size}, {"used", now.ring_used}};
    print(json);
}

void EventStream::retry(driver::Stage stage, std::string_view text) {
    auto json = event("retry");
    json["stage"] = driver::stage_name(stage);
    json["text"] = text;
    print(json);
}

void EventStream::warning(std::string_view text) {
    auto json = event("warning");
    json["text"] = text;
    print(json);
}

void EventStream::error(const driver::BurnError& error) {
    auto json = event("error");
    json.update(driver::to_json(error));
    print(json);
}

void EventStream::end(const Json& result) {
    auto json = event("end");
    json.update(result);
    print(json);
}

} // namespace burnrig::harness
