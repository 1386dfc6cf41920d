// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive_yaml.h"

#include <algorithm>
#include <array>
#include <utility>

#include "emulator/disc/names.h"
#include "mmc/opcode.h"

namespace burnrig::emulator {

namespace {

constexpr std::array<std::pair<std::string_view, std::uint8_t>, 4> write_types{{
    {"packet", 0},
    {"track-at-once", 1},
    {"session-at-once", 2},
    {"raw", 3},
}};

// Core feature, physical interface standard (MMC-3, 5.3.2).
constexpr std::array<std::pair<std::string_view, std::uint32_t>, 4> interfaces{{
    {"scsi", 1},
    {"atapi", 2},
    {"sata", 7},
    {"usb", 8},
}};

constexpr std::array<std::pair<std::string_view, Rotation>, 4> rotations{{
    {"clv", Rotation::clv},
    {"cav", Rotation::cav},
    {"p-cav", Rotation::p_cav},
    {"z-clv", Rotation::z_clv},
}};

constexpr std::array<std::pair<std::string_view, LoadingMechanism>, 3> mechanisms{{
    {"caddy", LoadingMechanism::caddy},
    {"tray", LoadingMechanism::tray},
    {"pop-up", LoadingMechanism::pop_up},
}};

// Keys that are false unless they are there.
struct Ability {
    std::string_view key;
    bool DriveModel::*value;
};
constexpr std::array abilities{
    Ability{"link_counter_page", &DriveModel::link_counter_page},
    Ability{"raw_test_write", &DriveModel::raw_test_write},
    Ability{"raw_multi_session", &DriveModel::raw_multi_session},
    Ability{"buffer_readable", &DriveModel::buffer_readable},
    Ability{"vital_product_data", &DriveModel::vital_product_data},
    Ability{"descriptor_sense", &DriveModel::descriptor_sense},
    Ability{"ready_while_closing", &DriveModel::ready_while_closing},
    Ability{"medium_type_in_header", &DriveModel::medium_type_in_header},
    Ability{"audio_play", &DriveModel::audio_play},
    Ability{"smart", &DriveModel::smart},
    Ability{"media_serial_numbers", &DriveModel::media_serial_numbers},
    Ability{"css", &DriveModel::css},
};

constexpr std::array<std::string_view, 3> family_buffers{
    "buffer_size_cd_bytes", "buffer_size_dvd_bytes", "buffer_size_bd_bytes"};

constexpr std::uint32_t highest_speed = 100'000;
constexpr std::int32_t highest_lba = 100'000'000;

void read_inquiry(YamlFields& fields, DriveModel& model) {
    fields.text("vendor", model.vendor, 8);
    fields.text("product", model.product, 16);
    fields.text("revision", model.revision, 4);
    fields.text("vendor_specific", model.vendor_specific, 20);
    fields.number("version", model.inquiry_version);
    fields.number("format_byte", model.inquiry_format);
    fields.number("additional_length_bytes", model.inquiry_additional, 31, 91);
}

void read_write_modes(YamlFields& fields, DriveModel& model) {
    std::uint8_t write_type = 0;
    std::vector<std::uint8_t> block_types;
    fields.word("write_type", write_type, write_types);
    fields.numbers("data_block_types", block_types, 0, 15);
    for (const std::uint8_t block_type : block_types) {
        model.write_modes.push_back({write_type, block_type});
    }
}

void read_zones(YamlFields& fields, std::vector<SpeedZone>& zones) {
    fields.mappings("zones", [&](YamlFields& zone) {
        zones.emplace_back();
        zone.number("from_lba", zones.back().from, 0, highest_lba);
        zone.number("kB_per_s", zones.back().speed, 1, highest_speed);
    });
    const auto ascends = [](const SpeedZone& one, const SpeedZone& next) {
        return one.from >= next.from;
    };
    if (zones.empty() || zones.front().from != 0 ||
        std::adjacent_find(zones.begin(), zones.end(), ascends) != zones.end()) {
        fields.reject("zones", "must begin with LBA 0 and ascend");
    }
}

// One or more speeds that have their rotation in common.
void read_speed_group(YamlFields& fields, std::vector<DriveSpeed>& speeds) {
    DriveSpeed common;
    std::vector<std::uint32_t> listed;
    fields.word("rotation", common.rotation, rotations);
    fields.numbers("kB_per_s", listed, 1, highest_speed);
    if (common.rotation == Rotation::p_cav) {
        fields.number("start_kB_per_s", common.start, 1, highest_speed);
    }
    if (common.rotation == Rotation::z_clv) {
        read_zones(fields, common.zones);
    }
    for (const std::uint32_t speed : listed) {
        common.speed = speed;
        speeds.push_back(common);
    }
}

void read_speed_list(YamlFields& fields, std::string_view key, std::vector<DriveSpeed>& speeds) {
    fields.mappings(key, [&](YamlFields& group) { read_speed_group(group, speeds); });
    const auto ascends = [](const DriveSpeed& one, const DriveSpeed& next) {
        return one.speed <= next.speed;
    };
    if (speeds.empty() ||
        std::adjacent_find(speeds.begin(), speeds.end(), ascends) != speeds.end()) {
        fields.reject(key, "must have at least one speed, and the fastest first");
    }
}

// The same speeds for one or more kinds of medium. Without write speeds: the drive only reads them.
void read_speeds(YamlFields& fields, DriveModel& model) {
    std::vector<MediumKind> kinds;
    fields.words("media", kinds, names_of<MediumKind>);
    MediumSpeeds speeds;
    read_speed_list(fields, "read", speeds.read);
    if (fields.has("write")) {
        read_speed_list(fields, "write", speeds.write);
    }
    for (const MediumKind kind : kinds) {
        auto& own = model.speeds[static_cast<std::size_t>(kind)];
        if (!own.read.empty()) {
            fields.reject("media", fmt::format("names {} again", name(kind)));
        }
        own = speeds;
    }
}

void read_medium_timing(YamlFields& fields, MediumTiming& timing) {
    fields.milliseconds("load_ms", timing.load);
    fields.milliseconds("calibration_ms", timing.calibration);
    fields.milliseconds("lead_in_ms", timing.lead_in);
    fields.milliseconds("close_track_ms", timing.close_track);
    fields.milliseconds("close_session_ms", timing.close_session);
    fields.milliseconds("finalize_ms", timing.finalize);
    fields.milliseconds("blank_minimal_ms", timing.blank_minimal);
    fields.milliseconds("quick_format_ms", timing.quick_format);
}

void read_timing(YamlFields& fields, DriveTiming& timing) {
    fields.milliseconds("tray_open_ms", timing.tray_open);
    fields.milliseconds("tray_close_ms", timing.tray_close);
    fields.milliseconds("load_ms", timing.load);
    fields.milliseconds("spin_up_ms", timing.spin_up);
    fields.milliseconds("full_seek_ms", timing.full_seek);
    fields.milliseconds("calibration_ms", timing.calibration);
    fields.milliseconds("close_track_ms", timing.close_track);
    fields.milliseconds("close_session_extra_ms", timing.close_session_extra);
    fields.milliseconds("blank_minimal_ms", timing.blank_minimal);
    fields.milliseconds("blank_extra_ms", timing.blank_extra);
    std::int64_t microseconds = 0;
    fields.number("command_us", microseconds, 0, 1'000'000);
    timing.command = std::chrono::microseconds(microseconds);
    if (fields.has("dvd")) {
        fields.mapping("dvd", [&](YamlFields& own) { read_medium_timing(own, timing.dvd); });
    }
    if (fields.has("bd")) {
        fields.mapping("bd", [&](YamlFields& own) { read_medium_timing(own, timing.bd); });
    }
}

void read_buffer(YamlFields& fields, DriveModel& model) {
    constexpr std::uint32_t smallest = 64 << 10;
    constexpr std::uint32_t largest = 64 << 20;
    fields.number("buffer_size_bytes", model.buffer_bytes, smallest, largest);
    for (std::size_t family = 0; family < family_buffers.size(); ++family) {
        if (fields.has(family_buffers[family])) {
            fields.number(family_buffers[family], model.family_buffer_bytes[family], smallest,
                          largest);
        }
    }
}

void read_lacking(YamlFields& fields, DriveModel& model) {
    std::vector<std::string> names;
    fields.texts("lacks_commands", names, 40);
    for (const std::string& command : names) {
        if (const auto opcode = mmc::parse_opcode(command)) {
            model.lacks_commands.set(*opcode);
        } else {
            fields.reject("lacks_commands", fmt::format("names no command: \"{}\"", command));
        }
    }
}

// What most drives have no need to say.
void read_peculiarities(YamlFields& fields, DriveModel& model) {
    for (const Ability& ability : abilities) {
        if (fields.has(ability.key)) {
            fields.boolean(ability.key, model.*ability.value);
        }
    }
    if (fields.has("loading_mechanism")) {
        fields.word("loading_mechanism", model.loading_mechanism, mechanisms);
    }
    if (fields.has("event_classes")) {
        std::vector<std::uint8_t> classes;
        fields.numbers("event_classes", classes, 1, 6);
        model.event_classes = 0;
        for (const std::uint8_t number : classes) {
            model.event_classes = static_cast<std::uint8_t>(model.event_classes | 1U << number);
        }
    }
    if (fields.has("bd_layers_max")) {
        fields.number("bd_layers_max", model.bd_layers_max, 1, 4);
    }
    if (fields.has("capabilities_page_bytes")) {
        fields.number("capabilities_page_bytes", model.capabilities_page_bytes, 0x12, 0x1E);
    }
    if (fields.has("firmware_date")) {
        fields.text("firmware_date", model.firmware_date, 14);
    }
    if (fields.has("idle_features")) {
        fields.numbers("idle_features", model.idle_features);
    }
    if (fields.has("lacks_commands")) {
        read_lacking(fields, model);
    }
}

} // namespace

void read_drive(YamlFields& fields, DriveModel& model) {
    fields.text("name", model.name, 64);
    fields.text("summary", model.summary, 100);
    fields.mapping("inquiry", [&](YamlFields& inquiry) { read_inquiry(inquiry, model); });
    fields.text("serial", model.serial, 32);
    fields.word("interface", model.interface_standard, interfaces);
    fields.numbers("profiles", model.profiles);
    fields.mappings("write_modes", [&](YamlFields& mode) { read_write_modes(mode, model); });
    fields.boolean("burn_free", model.burn_free);
    fields.boolean("blocks_when_full", model.blocks_when_full);
    fields.boolean("test_write", model.test_write);
    fields.number("cd_rw_sub_types_mask", model.rw_sub_types);
    read_buffer(fields, model);
    read_peculiarities(fields, model);
    fields.mappings("speeds", [&](YamlFields& speeds) { read_speeds(speeds, model); });
    fields.mapping("timing", [&](YamlFields& timing) { read_timing(timing, model.timing); });
}

namespace {

// The word of a value; the first one for a value that has none.
template <class Value, std::size_t N>
std::string word_of(const std::array<std::pair<std::string_view, Value>, N>& words, Value value) {
    for (const auto& [word, known] : words) {
        if (known == value) {
            return std::string(word);
        }
    }
    return std::string(words.front().first);
}

// One key after another, each with its value.
class Keys {
public:
    explicit Keys(YAML::Emitter& out) : out_(out) {}

    Keys& text(const char* key, const std::string& value) {
        out_ << YAML::Key << key << YAML::Value << YAML::DoubleQuoted << value;
        return *this;
    }
    template <class Value>
    Keys& value(const char* key, const Value& value) {
        out_ << YAML::Key << key << YAML::Value << value;
        return *this;
    }
    Keys& hex(const char* key, unsigned value) {
        return this->value(key, fmt::format("0x{:02X}", value));
    }
    template <class List>
    Keys& hex_list(const char* key, const List& list) {
        out_ << YAML::Key << key << YAML::Value << YAML::Flow << YAML::BeginSeq;
        for (const auto value : list) {
            out_ << fmt::format("0x{:04X}", value);
        }
        out_ << YAML::EndSeq;
        return *this;
    }
    Keys& milliseconds(const char* key, mmc::Duration time) {
        return value(key, std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
    }

private:
    YAML::Emitter& out_;
};

void write_write_modes(YAML::Emitter& out, const std::vector<WriteMode>& modes) {
    out << YAML::Key << "write_modes" << YAML::Value << YAML::BeginSeq;
    for (const auto& [word, write_type] : write_types) {
        std::vector<int> block_types;
        for (const WriteMode& mode : modes) {
            if (mode.write_type == write_type) {
                block_types.push_back(mode.data_block_type);
            }
        }
        if (!block_types.empty()) {
            out << YAML::Flow << YAML::BeginMap;
            Keys(out).value("write_type", std::string(word)).value("data_block_types", block_types);
            out << YAML::EndMap;
        }
    }
    out << YAML::EndSeq;
}

void write_zones(YAML::Emitter& out, const std::vector<SpeedZone>& zones) {
    out << YAML::Key << "zones" << YAML::Value << YAML::BeginSeq;
    for (const SpeedZone& zone : zones) {
        out << YAML::BeginMap;
        Keys(out).value("from_lba", zone.from).value("kB_per_s", zone.speed);
        out << YAML::EndMap;
    }
    out << YAML::EndSeq;
}

void write_speed_list(YAML::Emitter& out, const char* key, const std::vector<DriveSpeed>& speeds) {
    out << YAML::Key << key << YAML::Value << YAML::BeginSeq;
    for (const DriveSpeed& speed : speeds) {
        out << YAML::Flow << YAML::BeginMap;
        Keys(out).value("rotation", word_of(rotations, speed.rotation));
        if (speed.rotation == Rotation::p_cav) {
            Keys(out).value("start_kB_per_s", speed.start);
        }
        if (speed.rotation == Rotation::z_clv) {
            write_zones(out, speed.zones);
        }
        Keys(out).value("kB_per_s", std::vector<std::uint32_t>{speed.speed});
        out << YAML::EndMap;
    }
    out << YAML::EndSeq;
}

void write_speeds(YAML::Emitter& out, const DriveModel& model) {
    out << YAML::Key << "speeds" << YAML::Value << YAML::BeginSeq;
    for (std::size_t kind = 0; kind < model.speeds.size(); ++kind) {
        const MediumSpeeds& speeds = model.speeds[kind];
        if (speeds.read.empty()) {
            continue;
        }
        out << YAML::BeginMap;
        Keys(out).value("media", std::vector<std::string>{std::string(names_of<MediumKind>[kind])});
        write_speed_list(out, "read", speeds.read);
        if (!speeds.write.empty()) {
            write_speed_list(out, "write", speeds.write);
        }
        out << YAML::EndMap;
    }
    out << YAML::EndSeq;
}

void write_medium_timing(YAML::Emitter& out, const char* key, const MediumTiming& timing) {
    out << YAML::Key << key << YAML::Value << YAML::BeginMap;
    Keys(out)
        .milliseconds("load_ms", timing.load)
        .milliseconds("calibration_ms", timing.calibration)
        .milliseconds("lead_in_ms", timing.lead_in)
        .milliseconds("close_track_ms", timing.close_track)
        .milliseconds("close_session_ms", timing.close_session)
        .milliseconds("finalize_ms", timing.finalize)
        .milliseconds("blank_minimal_ms", timing.blank_minimal)
        .milliseconds("quick_format_ms", timing.quick_format);
    out << YAML::EndMap;
}

void write_timing(YAML::Emitter& out, const DriveTiming& timing) {
    out << YAML::Key << "timing" << YAML::Value << YAML::BeginMap;
    Keys(out)
        .milliseconds("tray_open_ms", timing.tray_open)
        .milliseconds("tray_close_ms", timing.tray_close)
        .milliseconds("load_ms", timing.load)
        .milliseconds("spin_up_ms", timing.spin_up)
        .milliseconds("full_seek_ms", timing.full_seek)
        .milliseconds("calibration_ms", timing.calibration)
        .milliseconds("close_track_ms", timing.close_track)
        .milliseconds("close_session_extra_ms", timing.close_session_extra)
        .milliseconds("blank_minimal_ms", timing.blank_minimal)
        .milliseconds("blank_extra_ms", timing.blank_extra)
        .value("command_us",
               std::chrono::duration_cast<std::chrono::microseconds>(timing.command).count());
    write_medium_timing(out, "dvd", timing.dvd);
    write_medium_timing(out, "bd", timing.bd);
    out << YAML::EndMap;
}

void write_inquiry(YAML::Emitter& out, const DriveModel& model) {
    out << YAML::Key << "inquiry" << YAML::Value << YAML::BeginMap;
    Keys(out)
        .text("vendor", model.vendor)
        .text("product", model.product)
        .text("revision", model.revision)
        .text("vendor_specific", model.vendor_specific)
        .value("version", int{model.inquiry_version})
        .hex("format_byte", model.inquiry_format)
        .hex("additional_length_bytes", model.inquiry_additional);
    out << YAML::EndMap;
}

void write_lacking(YAML::Emitter& out, const std::bitset<256>& lacks) {
    std::vector<std::string> names;
    for (std::size_t opcode = 0; opcode < lacks.size(); ++opcode) {
        if (lacks.test(opcode)) {
            names.push_back(mmc::opcode_name(static_cast<std::uint8_t>(opcode)));
        }
    }
    if (!names.empty()) {
        out << YAML::Key << "lacks_commands" << YAML::Value << YAML::Flow << names;
    }
}

void write_peculiarities(YAML::Emitter& out, const DriveModel& model) {
    Keys keys(out);
    for (const Ability& ability : abilities) {
        keys.value(ability.key.data(), model.*ability.value);
    }
    std::vector<int> classes;
    for (int number = 1; number <= 6; ++number) {
        if ((model.event_classes >> number & 1) != 0) {
            classes.push_back(number);
        }
    }
    out << YAML::Key << "event_classes" << YAML::Value << YAML::Flow << classes;
    keys.value("loading_mechanism", word_of(mechanisms, model.loading_mechanism))
        .value("bd_layers_max", int{model.bd_layers_max});
    if (model.capabilities_page_bytes > 0) {
        keys.value("capabilities_page_bytes", int{model.capabilities_page_bytes});
    }
    if (!model.firmware_date.empty()) {
        keys.text("firmware_date", model.firmware_date);
    }
    if (!model.idle_features.empty()) {
        keys.hex_list("idle_features", model.idle_features);
    }
    write_lacking(out, model.lacks_commands);
}

void write_buffer(YAML::Emitter& out, const DriveModel& model) {
    Keys keys(out);
    keys.value("buffer_size_bytes", model.buffer_bytes);
    for (std::size_t family = 0; family < family_buffers.size(); ++family) {
        if (model.family_buffer_bytes[family] > 0) {
            keys.value(family_buffers[family].data(), model.family_buffer_bytes[family]);
        }
    }
}

} // namespace

void write_drive(YAML::Emitter& out, const DriveModel& model) {
    out << YAML::BeginMap;
    Keys(out).text("name", model.name).text("summary", model.summary);
    write_inquiry(out, model);
    Keys(out)
        .text("serial", model.serial)
        .value("interface", word_of(interfaces, model.interface_standard))
        .hex_list("profiles", model.profiles);
    write_write_modes(out, model.write_modes);
    Keys(out)
        .value("burn_free", model.burn_free)
        .value("blocks_when_full", model.blocks_when_full)
        .value("test_write", model.test_write)
        .hex("cd_rw_sub_types_mask", model.rw_sub_types);
    write_buffer(out, model);
    write_peculiarities(out, model);
    write_speeds(out, model);
    write_timing(out, model.timing);
    out << YAML::EndMap;
}

} // namespace burnrig::emulator
