// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/disc_directory.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include "emulator/disc/disc_json.h"
#include "emulator/disc/medium_yaml.h"
#include "emulator/disc/names.h"
#include "emulator/disc/whole_file.h"

namespace burnrig::emulator {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// The version of all files of a directory together: who knows another one must not touch them.
constexpr int format = 2;
constexpr std::string_view structure_title = "burnrig-structure 2";

constexpr std::array<std::pair<std::string_view, Keep>, 2> keep_words{
    {{"blocks", Keep::blocks}, {"digests", Keep::digests}}};

std::string print_medium(const Medium& medium, Keep keep) {
    YAML::Emitter out;
    out << YAML::Comment("A virtual disc of burnrig: the medium it is. What is recorded on it is "
                         "beside this file.");
    out << YAML::Newline << YAML::BeginMap;
    out << YAML::Key << "format" << YAML::Value << format;
    out << YAML::Key << "keep" << YAML::Value << std::string(name(keep));
    out << YAML::Key << "medium" << YAML::Value;
    write_medium(out, medium);
    out << YAML::EndMap;
    return std::string(out.c_str()) + "\n";
}

struct KeptMedium {
    Medium medium;
    Keep keep = Keep::blocks;
};

mmc::Result<KeptMedium> load_medium(const fs::path& path) {
    KeptMedium loaded;
    auto read = read_yaml_file(path.string(), [&](const YAML::Node& root) {
        YamlFields fields(root, path.string());
        std::int64_t found = 0;
        fields.number("format", found);
        if (found != format) {
            fields.reject("format",
                          fmt::format("is {}, this program knows {}; open the disc with the "
                                      "burnrig that made it",
                                      found, format));
        }
        fields.word("keep", loaded.keep, keep_words);
        fields.mapping("medium", [&](YamlFields& inner) { read_medium(inner, loaded.medium); });
        return fields.finish();
    });
    if (!read) {
        return tl::unexpected(read.error());
    }
    return loaded;
}

// The file's first line gives title, digest and length of the JSON text behind it.
std::string print_structure(const json& content) {
    const std::string text = content.dump(1) + "\n";
    return fmt::format("{} {} {}\n{}", structure_title, digest(text), text.size(), text);
}

mmc::Result<json> parse_structure(const fs::path& path, const std::string& file) {
    const auto damaged = [&](const std::string& reason) {
        return mmc::fail("{}: {}; restore the disc from a copy", path.string(), reason);
    };
    const std::size_t line_end = file.find('\n');
    if (line_end == std::string::npos || !file.starts_with(structure_title)) {
        return damaged("is no structure file of a disc, or cut within its first line");
    }
    const std::string text = file.substr(line_end + 1);
    const std::string expected =
        fmt::format("{} {} {}", structure_title, digest(text), text.size());
    if (file.substr(0, line_end) != expected) {
        return damaged("its digest does not match its content, the file was cut or changed");
    }
    json content = json::parse(text, nullptr, false);
    if (!content.is_object() || !content.contains("medium_digest") || !content.contains("state")) {
        return damaged("has no JSON object of a disc behind its first line");
    }
    return content;
}

mmc::Result<void> fill(const fs::path& path, const Medium& medium, Keep keep,
                       const Structure& structure) {
    const std::string medium_text = print_medium(medium, keep);
    const json content{
        {"medium_digest", digest(medium_text)},
        {"state", {{"structure", to_json(structure)}, {"damage", to_json(Damage{})}}}};
    return write_file(path / "disc.yaml", medium_text, false)
        .and_then([&] { return write_file(path / name(keep), "", false); })
        .and_then([&] { return write_file(path / "structure", print_structure(content), false); })
        .and_then([&] { return RecordedFile::create(path / "recorded", BlockLayout(medium)); });
}

// As rename(2), but fails when `to` exists.
bool rename_to_new(const fs::path& from, const fs::path& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) {
        return true;
    }
    if (errno != EINVAL) { // a file system without the flag
        return false;
    }
    std::error_code none;
    if (fs::exists(to, none)) {
        errno = EEXIST;
        return false;
    }
    return ::rename(from.c_str(), to.c_str()) == 0;
}

} // namespace

DiscDirectory::DiscDirectory(fs::path path, std::unique_ptr<RecordedFile> recorded)
    : path_(std::move(path)), recorded_(std::move(recorded)) {}

mmc::Result<void> DiscDirectory::create(const fs::path& path, const Medium& medium, Keep keep,
                                        const Structure& structure) {
    std::error_code error;
    if (fs::exists(fs::symlink_status(path, error))) {
        return mmc::fail("{}: exists already; name a new path for the disc, or open this one "
                         "without a medium",
                         path.string());
    }
    fs::path whole = path;
    if (whole.filename().empty()) {
        whole = whole.parent_path(); // "disc/" names the directory "disc"
    }
    const fs::path unfinished = whole.string() + fmt::format(".new-{}", ::getpid());
    fs::remove_all(unfinished, error);
    if (!fs::create_directory(unfinished, error)) {
        return mmc::fail("{}: {}", unfinished.string(), error.message());
    }
    auto filled = fill(unfinished, medium, keep, structure);
    if (filled && !rename_to_new(unfinished, whole)) {
        filled = mmc::fail("{}: {}", whole.string(), std::strerror(errno));
    }
    if (!filled) {
        fs::remove_all(unfinished, error);
    }
    return filled;
}

mmc::Result<DiscDirectory::Opened> DiscDirectory::open(const fs::path& path) {
    std::error_code error;
    if (!fs::exists(path, error)) {
        return mmc::fail("{}: no such disc; make one with: burnrig disc create {} --medium NAME",
                         path.string(), path.string());
    }
    if (!fs::exists(path / "disc.yaml", error)) {
        return mmc::fail("{}: is no disc, it has no file disc.yaml", path.string());
    }
    auto loaded = load_medium(path / "disc.yaml");
    if (!loaded) {
        return tl::unexpected(loaded.error());
    }
    auto file = RecordedFile::open(path / "recorded");
    if (!file) {
        return tl::unexpected(file.error());
    }
    RecordedFile& recorded_file = **file;
    Opened opened{std::unique_ptr<DiscDirectory>(new DiscDirectory(path, std::move(*file))),
                  std::move(loaded->medium),
                  loaded->keep,
                  {},
                  {},
                  nullptr};
    auto state = opened.directory->load();
    if (!state) {
        return tl::unexpected(state.error());
    }
    opened.state = std::move(*state);
    const BlockLayout layout(opened.medium);
    auto recorded = recorded_file.map(layout);
    if (!recorded) {
        return tl::unexpected(recorded.error());
    }
    opened.recorded = std::move(*recorded);
    auto store = opened.keep == Keep::digests
                     ? open_digest_store(path / name(opened.keep), layout)
                     : open_file_store(path / name(opened.keep), layout, opened.recorded);
    if (!store) {
        return tl::unexpected(store.error());
    }
    opened.store = std::move(*store);
    return opened;
}

mmc::Result<DiscState> DiscDirectory::load() {
    const fs::path path = path_ / "structure";
    auto medium_text = read_file(path_ / "disc.yaml");
    auto file = read_file(path);
    if (!medium_text || !file) {
        return tl::unexpected(medium_text ? file.error() : medium_text.error());
    }
    auto content = parse_structure(path, *file);
    if (!content) {
        return tl::unexpected(content.error());
    }
    medium_digest_ = digest(*medium_text);
    if ((*content)["medium_digest"] != medium_digest_) {
        return mmc::fail("{}: was changed since the disc was made; restore the disc from a copy",
                         (path_ / "disc.yaml").string());
    }
    saved_ = (*content)["state"];
    const json none;
    auto structure = structure_from_json(saved_.value("structure", none));
    auto damage = damage_from_json(saved_.value("damage", none));
    if (!structure || !damage) {
        return mmc::fail("{}: {}", path.string(),
                         structure ? damage.error().message : structure.error().message);
    }
    return DiscState{std::move(*structure), std::move(*damage)};
}

mmc::Result<void> DiscDirectory::replace_structure(json state, bool durable) {
    const json content{{"medium_digest", medium_digest_}, {"state", state}};
    auto replaced = replace_file(path_ / "structure", print_structure(content), durable);
    if (replaced) {
        saved_ = std::move(state);
    }
    return replaced;
}

mmc::Result<void> DiscDirectory::save(const Structure& structure, const Damage& damage) {
    json state{{"structure", to_json(structure)}, {"damage", to_json(damage)}};
    if (state == saved_) {
        return {};
    }
    return replace_structure(std::move(state), false);
}

mmc::Result<void> DiscDirectory::flush(const Structure& structure, const Damage& damage) {
    json state{{"structure", to_json(structure)}, {"damage", to_json(damage)}};
    return recorded_->sync()
        .and_then([&] { return replace_structure(std::move(state), true); })
        .and_then([&] { return sync_path(path_ / "disc.yaml"); })
        .and_then([&] { return sync_path(path_); })
        .and_then([&] { return sync_path(fs::absolute(path_).parent_path()); });
}

} // namespace burnrig::emulator
