// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/describe.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "emulator/disc/areas.h"
#include "emulator/disc/layers.h"
#include "emulator/disc/names.h"

namespace burnrig::emulator {

namespace {

using Json = nlohmann::ordered_json;

Json describe(const Session& session) {
    Json object{
        {"number", session.number}, {"state", name(session.state)}, {"lead_in", session.lead_in}};
    if (session.state == SessionState::complete) {
        object["lead_out"] = session.lead_out;
        object["next_allowed"] = session.next_allowed;
    }
    object["cd_text_packs"] = session.cd_text.size() / 18;
    return object;
}

Json describe(const Track& track) {
    Json object{{"number", track.number},
                {"session", track.session},
                {"kind", track.audio() ? "audio" : "data"},
                {"state", name(track.state)},
                {"method", name(track.method)},
                {"mode", name(track.form)},
                {"pregap", track.pregap},
                {"start", track.start},
                {"end", track.end},
                {"run_out", track.run_out},
                {"damaged", track.damaged},
                {"in_pma", track.in_pma}};
    if (track.reserved_end != 0) {
        object["reserved_end"] = track.reserved_end;
    }
    if (track.packet_size != 0) {
        object["packet_size"] = track.packet_size;
    }
    if (!track.isrc.empty()) {
        object["isrc"] = printable(track.isrc);
    }
    return object;
}

Json describe(const DamagedRange& range) {
    Json object{{"first", range.first}, {"end", range.end}, {"kind", name(range.kind)}};
    if (range.kind == DamageKind::corrupt) {
        object["bits"] = range.bits;
        object["seed"] = range.seed;
    }
    return object;
}

Json describe(const Formatting& format) {
    return {{"kind", name(format.kind)},
            {"blocks", format.blocks},
            {"background", name(format.background)},
            {"background_end", format.background_end},
            {"spares", format.spares},
            {"spares_used", format.spares_used}};
}

Json describe(const Area& area) {
    Json object{{"kind", name(area.kind)}, {"first", area.first}, {"end", area.end}};
    if (area.session != 0) {
        object["session"] = area.session;
    }
    if (area.track != 0) {
        object["track"] = area.track;
    }
    return object;
}

template <class Items>
Json list(const Items& items) {
    Json array = Json::array();
    for (const auto& item : items) {
        array.push_back(describe(item));
    }
    return array;
}

} // namespace

std::string printable(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return text;
}

std::string_view disc_state(const Disc& disc) {
    const Structure& structure = disc.structure();
    const auto cut_off = [](const auto& part) { return part.damaged; };
    const auto state_is = [&](SessionState state) {
        return !structure.sessions.empty() && structure.sessions.back().state == state;
    };
    if (state_is(SessionState::damaged) ||
        std::any_of(structure.tracks.begin(), structure.tracks.end(), cut_off)) {
        return "damaged";
    }
    if (disc.blank()) {
        return "blank";
    }
    return structure.finalized || state_is(SessionState::complete) ? "complete" : "appendable";
}

std::int32_t recorded_blocks(const Disc& disc) {
    std::int32_t blocks = 0;
    disc.recorded().each([&](const Extent& extent) {
        blocks += std::max(0, extent.end() - std::max(0, extent.first));
    });
    return blocks;
}

Json describe(const Disc& disc) {
    const Medium& medium = disc.medium();
    const Structure& structure = disc.structure();
    Json object{{"medium",
                 {{"name", medium.name},
                  {"summary", medium.summary},
                  {"manufacturer", medium.manufacturer},
                  {"kind", name(medium.kind)}}},
                {"state", disc_state(disc)},
                {"keep", name(disc.keep())},
                {"erasable", medium.erasable()},
                {"capacity_blocks", medium.capacity()},
                {"recorded_blocks", recorded_blocks(disc)},
                {"finalized", structure.finalized},
                {"rewritten", structure.rewritten},
                {"calibrations",
                 {{"used", structure.calibrations_used}, {"total", medium.calibration_slots}}},
                {"pma_entries_used", structure.pma_entries_used}};
    if (medium.data_zone.layers > 1) {
        object["layers"] = medium.data_zone.layers;
        object["layer_0_blocks"] = layer_0_blocks(medium, structure);
    }
    if (!structure.media_catalog_number.empty()) {
        object["media_catalog_number"] = printable(structure.media_catalog_number);
    }
    object["sessions"] = list(structure.sessions);
    object["tracks"] = list(structure.tracks);
    object["areas"] = list(areas_of(disc));
    object["format"] = describe(structure.format);
    object["damage"] = list(disc.damage().ranges);
    return object;
}

} // namespace burnrig::emulator
