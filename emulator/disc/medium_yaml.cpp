// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/medium_yaml.h"

#include <algorithm>
#include <array>
#include <utility>

#include "emulator/disc/names.h"

namespace burnrig::emulator {

namespace {

constexpr auto make_kinds() {
    std::array<std::pair<std::string_view, MediumKind>, names_of<MediumKind>.size()> kinds;
    for (std::size_t index = 0; index < kinds.size(); ++index) {
        kinds[index] = {names_of<MediumKind>[index], static_cast<MediumKind>(index)};
    }
    return kinds;
}
constexpr auto kinds = make_kinds();

constexpr std::int32_t most_blocks = 100'000'000; // BD-R XL of four layers has 62500864

constexpr std::array<std::string_view, 3> additional_keys{"a1_bytes", "a2_bytes", "a3_bytes"};

void read_atip(YamlFields& fields, Atip& atip) {
    fields.number("writing_power_code", atip.writing_power, 0, 7);
    fields.number("reference_speed_code", atip.reference_speed, 0, 7);
    fields.boolean("unrestricted_use", atip.unrestricted_use);
    fields.number("sub_type", atip.sub_type, 0, 7);
    fields.msf("lead_in_start_msf", atip.lead_in, {90, 0, 0}, {99, 59, 74});
    fields.msf("last_lead_out_start_msf", atip.lead_out, {0, 2, 0}, {89, 59, 74});
    for (std::size_t index = 0; index < additional_keys.size(); ++index) {
        if (!fields.has(additional_keys[index])) {
            continue;
        }
        std::vector<std::uint8_t> bytes;
        fields.numbers(additional_keys[index], bytes);
        if (bytes.size() != 3) {
            fields.reject(additional_keys[index],
                          fmt::format("must have 3 bytes, not {}", bytes.size()));
            continue;
        }
        atip.additional[index] = {bytes[0], bytes[1], bytes[2]};
    }
}

// What is not said: one layer, and the same number of blocks in it as on the disc.
void read_data_zone(YamlFields& fields, DataZone& zone) {
    fields.number("blocks", zone.blocks, 16, most_blocks);
    zone.layer_0_blocks = zone.blocks;
    const auto optional = [&](std::string_view key, auto& value, auto lowest, auto highest) {
        if (fields.has(key)) {
            fields.number(key, value, lowest, highest);
        }
    };
    optional("layer_0_blocks", zone.layer_0_blocks, 16, zone.blocks);
    optional("layers", zone.layers, 1, 4);
    optional("size_mm", zone.size_mm, 80, 120);
    optional("version", zone.version, 0, 15);
    optional("revision", zone.revision, 0, 255);
    if (fields.has("bca_bytes")) {
        fields.numbers("bca_bytes", zone.burst_cutting_area);
        if (zone.burst_cutting_area.size() < 12 || zone.burst_cutting_area.size() > 188) {
            fields.reject("bca_bytes", fmt::format("must have 12 to 188 bytes, not {}",
                                                   zone.burst_cutting_area.size()));
        }
    }
    if (fields.has("manufacturer_id")) {
        fields.text("manufacturer_id", zone.manufacturer_id, 12);
    }
    if (fields.has("media_type_id")) {
        fields.text("media_type_id", zone.media_type_id, 3);
    }
}

void write_bytes(YAML::Emitter& out, std::string_view key, std::span<const std::uint8_t> bytes) {
    out << YAML::Key << std::string(key) << YAML::Value << YAML::Flow << YAML::BeginSeq;
    for (const std::uint8_t byte : bytes) {
        out << fmt::format("0x{:02X}", byte);
    }
    out << YAML::EndSeq;
}

void write_data_zone(YAML::Emitter& out, const DataZone& zone) {
    out << YAML::BeginMap;
    out << YAML::Key << "blocks" << YAML::Value << zone.blocks;
    out << YAML::Key << "layer_0_blocks" << YAML::Value << zone.layer_0_blocks;
    out << YAML::Key << "layers" << YAML::Value << int{zone.layers};
    out << YAML::Key << "size_mm" << YAML::Value << int{zone.size_mm};
    out << YAML::Key << "version" << YAML::Value << int{zone.version};
    out << YAML::Key << "revision" << YAML::Value << int{zone.revision};
    out << YAML::Key << "manufacturer_id" << YAML::Value << YAML::DoubleQuoted
        << zone.manufacturer_id;
    out << YAML::Key << "media_type_id" << YAML::Value << YAML::DoubleQuoted << zone.media_type_id;
    if (!zone.burst_cutting_area.empty()) {
        write_bytes(out, "bca_bytes", zone.burst_cutting_area);
    }
    out << YAML::EndMap;
}

void write_atip(YAML::Emitter& out, const Atip& atip) {
    const auto msf = [](mmc::Msf time) {
        return fmt::format("{:02}:{:02}:{:02}", time.minute, time.second, time.frame);
    };
    out << YAML::BeginMap;
    out << YAML::Key << "writing_power_code" << YAML::Value << int{atip.writing_power};
    out << YAML::Key << "reference_speed_code" << YAML::Value << int{atip.reference_speed};
    out << YAML::Key << "unrestricted_use" << YAML::Value << atip.unrestricted_use;
    out << YAML::Key << "sub_type" << YAML::Value << int{atip.sub_type};
    out << YAML::Key << "lead_in_start_msf" << YAML::Value << YAML::DoubleQuoted
        << msf(atip.lead_in);
    out << YAML::Key << "last_lead_out_start_msf" << YAML::Value << YAML::DoubleQuoted
        << msf(atip.lead_out);
    for (std::size_t index = 0; index < additional_keys.size(); ++index) {
        if (const auto& bytes = atip.additional[index]) {
            write_bytes(out, additional_keys[index], *bytes);
        }
    }
    out << YAML::EndMap;
}

} // namespace

void read_medium(YamlFields& fields, Medium& medium) {
    fields.text("name", medium.name, 64);
    fields.text("summary", medium.summary, 100);
    fields.text("manufacturer", medium.manufacturer, 100);
    if (fields.has("serial_number")) {
        fields.text("serial_number", medium.serial_number, 64);
    }
    fields.word("kind", medium.kind, kinds);
    fields.numbers("write_speeds_kB_per_s", medium.write_speeds, 1, 100'000);
    if (!std::is_sorted(medium.write_speeds.rbegin(), medium.write_speeds.rend())) {
        fields.reject("write_speeds_kB_per_s", "must have the fastest speed first");
    }
    fields.number("calibration_slots", medium.calibration_slots, 0, 1'000'000);
    if (medium.has_atip()) {
        fields.mapping("atip", [&](YamlFields& atip) { read_atip(atip, medium.atip); });
    } else {
        fields.mapping("data_zone",
                       [&](YamlFields& zone) { read_data_zone(zone, medium.data_zone); });
    }
}

void write_medium(YAML::Emitter& out, const Medium& medium) {
    out << YAML::BeginMap;
    out << YAML::Key << "name" << YAML::Value << YAML::DoubleQuoted << medium.name;
    out << YAML::Key << "summary" << YAML::Value << YAML::DoubleQuoted << medium.summary;
    out << YAML::Key << "manufacturer" << YAML::Value << YAML::DoubleQuoted << medium.manufacturer;
    if (!medium.serial_number.empty()) {
        out << YAML::Key << "serial_number" << YAML::Value << YAML::DoubleQuoted
            << medium.serial_number;
    }
    out << YAML::Key << "kind" << YAML::Value << std::string(name(medium.kind));
    out << YAML::Key << "write_speeds_kB_per_s" << YAML::Value << YAML::Flow << medium.write_speeds;
    out << YAML::Key << "calibration_slots" << YAML::Value << medium.calibration_slots;
    if (medium.has_atip()) {
        out << YAML::Key << "atip" << YAML::Value;
        write_atip(out, medium.atip);
    } else {
        out << YAML::Key << "data_zone" << YAML::Value;
        write_data_zone(out, medium.data_zone);
    }
    out << YAML::EndMap;
}

} // namespace burnrig::emulator
