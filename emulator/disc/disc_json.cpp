// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/disc_json.h"

#include <charconv>
#include <limits>
#include <type_traits>

#include <nlohmann/json.hpp>

#include "emulator/disc/names.h"

namespace burnrig::emulator {

namespace {

using nlohmann::json;

// Reads the keys of one JSON object; the first mistake is kept.
class JsonFields {
public:
    JsonFields(const json& object, std::string_view what) : object_(object), what_(what) {
        if (!object.is_object()) {
            mistake_ = fmt::format("{} is no object", what);
        }
    }

    template <class T>
    void get(const char* key, T& value) {
        const json* found = ask(key);
        if (found == nullptr) {
            return;
        }
        bool fits = false;
        if constexpr (std::is_same_v<T, bool>) {
            fits = found->is_boolean();
        } else if constexpr (std::is_same_v<T, std::string>) {
            fits = found->is_string();
        } else if constexpr (std::is_same_v<T, std::uint64_t>) {
            fits = found->is_number_unsigned();
        } else {
            fits = in_range<T>(*found);
        }
        if (!fits) {
            reject(key);
            return;
        }
        value = found->get<T>();
    }

    template <class Enum>
    void word(const char* key, Enum& value) {
        std::string text;
        get(key, text);
        const auto parsed = from_name<Enum>(text);
        if (!parsed) {
            reject(key);
            return;
        }
        value = *parsed;
    }

    // Hexadecimal digits, two for a byte: what came from a host need not be text.
    template <class Bytes>
    void bytes(const char* key, Bytes& value) {
        std::string text;
        get(key, text);
        for (std::size_t at = 0; at < text.size(); at += 2) {
            std::uint8_t byte = 0;
            const char* digits = text.data() + at;
            if (text.size() - at < 2 ||
                std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2) {
                reject(key);
                return;
            }
            value.push_back(static_cast<typename Bytes::value_type>(byte));
        }
    }

    void numbers(const char* key, std::vector<std::int32_t>& values) {
        const json* found = ask(key);
        if (found == nullptr) {
            return;
        }
        if (!found->is_array()) {
            reject(key);
            return;
        }
        for (const json& item : *found) {
            if (!in_range<std::int32_t>(item)) {
                reject(key);
                return;
            }
            values.push_back(item.get<std::int32_t>());
        }
    }

    template <class Read>
    void list(const char* key, Read read) {
        const json* found = ask(key);
        if (found == nullptr) {
            return;
        }
        if (!found->is_array()) {
            reject(key);
            return;
        }
        for (const json& item : *found) {
            JsonFields fields(item, key);
            read(fields);
            if (mistake_.empty()) {
                mistake_ = fields.mistake_;
            }
        }
    }

    template <class Read>
    void object(const char* key, Read read) {
        const json* found = ask(key);
        if (found == nullptr) {
            return;
        }
        JsonFields fields(*found, key);
        read(fields);
        if (mistake_.empty()) {
            mistake_ = fields.mistake_;
        }
    }

    bool has(const char* key) const { return mistake_.empty() && object_.contains(key); }

    void require(bool holds, const char* key) {
        if (!holds) {
            reject(key);
        }
    }

    template <class T>
    mmc::Result<T> finish(T value) const {
        if (!mistake_.empty()) {
            return mmc::fail("{}", mistake_);
        }
        return value;
    }

private:
    const json* ask(const char* key) {
        if (!mistake_.empty()) {
            return nullptr;
        }
        const auto found = object_.find(key);
        if (found == object_.end()) {
            mistake_ = fmt::format("{} lacks \"{}\"", what_, key);
            return nullptr;
        }
        return &*found;
    }

    template <class T>
    static bool in_range(const json& number) {
        if (!number.is_number_integer()) {
            return false;
        }
        const auto value = number.get<std::int64_t>();
        return value >= std::numeric_limits<T>::min() && value <= std::numeric_limits<T>::max();
    }

    void reject(const char* key) {
        if (mistake_.empty()) {
            mistake_ = fmt::format("{} has a \"{}\" of a wrong kind", what_, key);
        }
    }

    const json& object_;
    std::string_view what_;
    std::string mistake_;
};

template <class Bytes>
std::string hex(const Bytes& bytes) {
    std::string text;
    for (const auto byte : bytes) {
        text += fmt::format("{:02x}", static_cast<std::uint8_t>(byte));
    }
    return text;
}

json to_json(const Track& track) {
    return {{"number", track.number},     {"session", track.session},
            {"state", name(track.state)}, {"method", name(track.method)},
            {"damaged", track.damaged},   {"in_pma", track.in_pma},
            {"control", track.control},   {"form", name(track.form)},
            {"pregap", track.pregap},     {"start", track.start},
            {"end", track.end},           {"reserved_end", track.reserved_end},
            {"run_out", track.run_out},   {"packet_size", track.packet_size},
            {"isrc", hex(track.isrc)},    {"indexes", track.indexes}};
}

void read_track(JsonFields& fields, Track& track) {
    fields.get("number", track.number);
    fields.get("session", track.session);
    fields.word("state", track.state);
    fields.word("method", track.method);
    fields.get("damaged", track.damaged);
    fields.get("in_pma", track.in_pma);
    fields.get("control", track.control);
    fields.word("form", track.form);
    fields.get("pregap", track.pregap);
    fields.get("start", track.start);
    fields.get("end", track.end);
    fields.get("reserved_end", track.reserved_end);
    fields.get("run_out", track.run_out);
    fields.get("packet_size", track.packet_size);
    fields.bytes("isrc", track.isrc);
    fields.numbers("indexes", track.indexes);
}

json to_json(const Session& session) {
    return {{"number", session.number},
            {"state", name(session.state)},
            {"lead_in", session.lead_in},
            {"lead_out", session.lead_out},
            {"next_allowed", session.next_allowed},
            {"disc_type", session.disc_type},
            {"cd_text", hex(session.cd_text)}};
}

void read_session(JsonFields& fields, Session& session) {
    fields.get("number", session.number);
    fields.word("state", session.state);
    fields.get("lead_in", session.lead_in);
    fields.get("lead_out", session.lead_out);
    fields.get("next_allowed", session.next_allowed);
    fields.get("disc_type", session.disc_type);
    fields.bytes("cd_text", session.cd_text);
}

json to_json(const Formatting& format) {
    return {{"kind", name(format.kind)},
            {"intermediate", format.intermediate},
            {"blocks", format.blocks},
            {"packet_size", format.packet_size},
            {"background", name(format.background)},
            {"background_end", format.background_end},
            {"spares", format.spares},
            {"spares_used", format.spares_used},
            {"replacements_used", format.replacements_used}};
}

void read_formatting(JsonFields& fields, Formatting& format) {
    fields.word("kind", format.kind);
    fields.get("intermediate", format.intermediate);
    fields.get("blocks", format.blocks);
    fields.get("packet_size", format.packet_size);
    fields.word("background", format.background);
    fields.get("background_end", format.background_end);
    fields.get("spares", format.spares);
    fields.get("spares_used", format.spares_used);
    fields.get("replacements_used", format.replacements_used);
}

} // namespace

json to_json(const Structure& structure) {
    json sessions = json::array();
    for (const Session& session : structure.sessions) {
        sessions.push_back(to_json(session));
    }
    json tracks = json::array();
    for (const Track& track : structure.tracks) {
        tracks.push_back(to_json(track));
    }
    return {{"sessions", std::move(sessions)},
            {"tracks", std::move(tracks)},
            {"finalized", structure.finalized},
            {"rewritten", structure.rewritten},
            {"minimally_blanked", structure.minimally_blanked},
            {"write_protected", structure.write_protected},
            {"format", to_json(structure.format)},
            {"layer_0_blocks", structure.layer_0_blocks},
            {"recording_time", structure.recording_time},
            {"media_catalog_number", hex(structure.media_catalog_number)},
            {"calibrations_used", structure.calibrations_used},
            {"pma_entries_used", structure.pma_entries_used}};
}

json to_json(const Damage& damage) {
    json ranges = json::array();
    for (const DamagedRange& range : damage.ranges) {
        json object{{"first", range.first},
                    {"end", range.end},
                    {"kind", name(range.kind)},
                    {"bits", range.bits},
                    {"seed", range.seed}};
        if (range.kind == DamageKind::weak) {
            object["tries"] = range.tries;
        }
        if (range.kind == DamageKind::replaced) {
            object["form"] = name(range.form);
            object["bytes"] = hex(range.bytes);
        }
        ranges.push_back(std::move(object));
    }
    json object{{"ranges", std::move(ranges)}};
    if (damage.calibrations_lost > 0) {
        object["calibrations_lost"] = damage.calibrations_lost;
    }
    if (damage.pma_entries_lost > 0) {
        object["pma_entries_lost"] = damage.pma_entries_lost;
    }
    return object;
}

mmc::Result<Structure> structure_from_json(const json& object) {
    Structure structure;
    JsonFields fields(object, "structure");
    fields.list("sessions",
                [&](JsonFields& item) { read_session(item, structure.sessions.emplace_back()); });
    fields.list("tracks",
                [&](JsonFields& item) { read_track(item, structure.tracks.emplace_back()); });
    fields.get("finalized", structure.finalized);
    fields.get("rewritten", structure.rewritten);
    fields.get("minimally_blanked", structure.minimally_blanked);
    fields.get("write_protected", structure.write_protected);
    fields.object("format", [&](JsonFields& item) { read_formatting(item, structure.format); });
    fields.get("layer_0_blocks", structure.layer_0_blocks);
    fields.get("recording_time", structure.recording_time);
    fields.bytes("media_catalog_number", structure.media_catalog_number);
    fields.get("calibrations_used", structure.calibrations_used);
    fields.get("pma_entries_used", structure.pma_entries_used);
    return fields.finish(std::move(structure));
}

mmc::Result<Damage> damage_from_json(const json& object) {
    Damage damage;
    JsonFields fields(object, "damage");
    fields.list("ranges", [&](JsonFields& item) {
        DamagedRange& range = damage.ranges.emplace_back();
        item.get("first", range.first);
        item.get("end", range.end);
        item.word("kind", range.kind);
        item.get("bits", range.bits);
        item.get("seed", range.seed);
        if (range.kind == DamageKind::weak) {
            item.get("tries", range.tries);
        }
        if (range.kind == DamageKind::replaced) {
            item.word("form", range.form);
            item.bytes("bytes", range.bytes);
            const auto blocks = std::int64_t{range.end} - range.first;
            const auto needed = blocks * block_size(range.form);
            item.require(blocks > 0 && static_cast<std::int64_t>(range.bytes.size()) == needed,
                         "bytes");
        }
    });
    if (fields.has("calibrations_lost")) {
        fields.get("calibrations_lost", damage.calibrations_lost);
    }
    if (fields.has("pma_entries_lost")) {
        fields.get("pma_entries_lost", damage.pma_entries_lost);
    }
    return fields.finish(std::move(damage));
}

} // namespace burnrig::emulator
