// SPDX-License-Identifier: Apache-2.0
#include "emulator/fixtures.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "emulator/disc/medium_yaml.h"
#include "emulator/yaml_fields.h"
#include "mmc/nearest.h"

namespace burnrig::emulator {

namespace {

namespace fs = std::filesystem;

// What of the fixtures: its folder, and its word in messages.
struct Shelf {
    std::string_view folder;
    std::string_view word;
};
constexpr Shelf drives{"drives", "drive"};
constexpr Shelf media{"media", "medium"};

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
}

void read_speeds(YamlFields& fields, std::string_view key, std::vector<std::uint32_t>& speeds) {
    fields.numbers(key, speeds, 1, 100'000);
    if (fields.has(key) && (speeds.empty() || !std::is_sorted(speeds.rbegin(), speeds.rend()))) {
        fields.reject(key, "must have at least one speed, and the fastest first");
    }
}

void read_fields(YamlFields& fields, DriveModel& model) {
    fields.text("name", model.name, 64);
    fields.text("summary", model.summary, 100);
    fields.mapping("inquiry", [&](YamlFields& inquiry) { read_inquiry(inquiry, model); });
    fields.text("serial", model.serial, 32);
    fields.word("interface", model.interface_standard, interfaces);
    fields.numbers("profiles", model.profiles);
    fields.mappings("write_modes", [&](YamlFields& mode) { read_write_modes(mode, model); });
    fields.boolean("burn_free", model.burn_free);
    if (fields.has("link_counter_page")) {
        fields.boolean("link_counter_page", model.link_counter_page);
    }
    fields.boolean("blocks_when_full", model.blocks_when_full);
    fields.boolean("test_write", model.test_write);
    fields.number("cd_rw_sub_types_mask", model.rw_sub_types);
    fields.number("buffer_size_bytes", model.buffer_bytes, 64 << 10, 64 << 20);
    if (fields.has("buffer_readable")) {
        fields.boolean("buffer_readable", model.buffer_readable);
    }
    read_speeds(fields, "cd_read_speeds_kB_per_s", model.cd_read_speeds);
    read_speeds(fields, "cd_write_speeds_kB_per_s", model.cd_write_speeds);
    fields.mapping("timing", [&](YamlFields& timing) { read_timing(timing, model.timing); });
}

void read_fields(YamlFields& fields, Medium& medium) {
    read_medium(fields, medium);
}

template <class Fixture>
mmc::Result<Fixture> read_fixture(const fs::path& path) {
    Fixture fixture;
    auto read = read_yaml_file(path.string(), [&](const YAML::Node& root) {
        YamlFields fields(root, path.string());
        read_fields(fields, fixture);
        if (fields.has("name") && fixture.name != path.stem().string()) {
            fields.reject("name", fmt::format("must be \"{}\", as the file is called, not \"{}\"",
                                              path.stem().string(), fixture.name));
        }
        return fields.finish();
    });
    if (!read) {
        return tl::unexpected(read.error());
    }
    return fixture;
}

// The folders that exist, the first one wins.
std::vector<fs::path> folders(const Shelf& shelf) {
    std::vector<fs::path> roots;
    if (const char* named = std::getenv("BURNRIG_FIXTURES"); named != nullptr && *named != '\0') {
        roots.emplace_back(named);
    }
    std::error_code none;
    if (const fs::path program = fs::read_symlink("/proc/self/exe", none); !none) {
        roots.push_back(program.parent_path().parent_path() / "share/burnrig/fixtures");
    }
    roots.emplace_back(BURNRIG_SOURCE_FIXTURES);
    std::vector<fs::path> found;
    for (const fs::path& root : roots) {
        if (fs::is_directory(root / shelf.folder, none)) {
            found.push_back(root / shelf.folder);
        }
    }
    return found;
}

// Name to file, of all folders.
mmc::Result<std::map<std::string, fs::path>> files(const Shelf& shelf) {
    std::map<std::string, fs::path> named;
    const auto searched = folders(shelf);
    if (searched.empty()) {
        return mmc::fail("no folder {} of fixtures found; set BURNRIG_FIXTURES to the fixtures "
                         "folder of the source tree",
                         shelf.folder);
    }
    for (const fs::path& folder : searched) {
        std::error_code error;
        for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
             entry.increment(error)) {
            if (entry->path().extension() == ".yaml") {
                named.emplace(entry->path().stem().string(), entry->path());
            }
        }
        if (error) {
            return mmc::fail("{}: {}", folder.string(), error.message());
        }
    }
    return named;
}

template <class Fixture>
mmc::Result<Fixture> load(const Shelf& shelf, const std::string& name) {
    if (name.find('/') != std::string::npos || name.ends_with(".yaml")) {
        return read_fixture<Fixture>(name);
    }
    auto named = files(shelf);
    if (!named) {
        return tl::unexpected(named.error());
    }
    if (const auto found = named->find(name); found != named->end()) {
        return read_fixture<Fixture>(found->second);
    }
    std::vector<std::string> known;
    for (const auto& [word, path] : *named) {
        known.push_back(word);
    }
    return mmc::fail("unknown {} \"{}\"; did you mean \"{}\"? Known: {}", shelf.word, name,
                     mmc::nearest(name, known), fmt::join(known, ", "));
}

template <class Fixture>
mmc::Result<std::vector<Fixture>> list(const Shelf& shelf) {
    auto named = files(shelf);
    if (!named) {
        return tl::unexpected(named.error());
    }
    std::vector<Fixture> all;
    for (const auto& [name, path] : *named) {
        auto fixture = read_fixture<Fixture>(path);
        if (!fixture) {
            return tl::unexpected(fixture.error());
        }
        all.push_back(std::move(*fixture));
    }
    return all;
}

} // namespace

mmc::Result<DriveModel> load_drive(const std::string& name) {
    return load<DriveModel>(drives, name);
}
mmc::Result<Medium> load_medium(const std::string& name) {
    return load<Medium>(media, name);
}

mmc::Result<std::vector<DriveModel>> list_drives() {
    return list<DriveModel>(drives);
}
mmc::Result<std::vector<Medium>> list_media() {
    return list<Medium>(media);
}

} // namespace burnrig::emulator
