// SPDX-License-Identifier: Apache-2.0
#include "emulator/fixtures.h"

#include <cstdlib>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "emulator/disc/medium_yaml.h"
#include "emulator/drive_yaml.h"
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

void read_fields(YamlFields& fields, DriveModel& model) {
    read_drive(fields, model);
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

fs::path& further_folder() {
    static fs::path folder;
    return folder;
}

// The folders that exist, the first one wins.
std::vector<fs::path> folders(const Shelf& shelf) {
    std::vector<fs::path> roots;
    if (const char* named = std::getenv("BURNRIG_FIXTURES"); named != nullptr && *named != '\0') {
        roots.emplace_back(named);
    }
    if (const auto& further = further_folder(); !further.empty()) {
        roots.push_back(further);
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

void use_fixtures(const std::string& folder) {
    further_folder() = folder;
}

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
