// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/fuse/folder.h"

#include <algorithm>
#include <cerrno>
#include <charconv>

#include <fmt/format.h>
#include <sys/stat.h>

namespace burnrig::emulator::nodes::fuse {
namespace {

// Numbers of entries. Tracks and sessions have those of the disc, from these on.
constexpr std::uint64_t block_device = 2;
constexpr std::uint64_t generic_device = 3;
constexpr std::uint64_t disc_iso = 4;
constexpr std::uint64_t tracks = 5;
constexpr std::uint64_t sessions = 6;
constexpr std::uint64_t first_text = 0x100;
constexpr std::uint64_t first_shown = 0x200;
constexpr std::uint64_t first_track = 0x10000;
constexpr std::uint64_t first_session = 0x20000;
constexpr std::uint64_t behind_sessions = 0x30000;

bool within(std::uint64_t number, std::uint64_t first, std::uint64_t count) {
    return number >= first && number - first < count;
}

std::uint64_t size_of(const ShownFile& file) {
    if (file.before_read)
        file.before_read();
    struct stat status {};
    return ::stat(file.path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

} // namespace

Folder::Folder(std::function<const Disc*()> disc, std::vector<TextFile> texts,
               std::vector<ShownFile> shown, std::function<bool()> drive_there)
    : disc_(std::move(disc)), texts_(std::move(texts)), shown_(std::move(shown)),
      drive_there_(std::move(drive_there)) {}

const TextFile& Folder::text(std::uint64_t number) const {
    return texts_.at(number - first_text);
}

const ShownFile& Folder::shown(std::uint64_t number) const {
    return shown_.at(number - first_shown);
}

std::optional<DiscAsFile> Folder::image(std::uint64_t number) const {
    const Disc* const disc = disc_();
    if (disc == nullptr)
        return std::nullopt;
    if (number == disc_iso)
        return DiscAsFile::of_disc(*disc);
    if (number >= first_session)
        return DiscAsFile::of_session(*disc, static_cast<std::uint16_t>(number - first_session));
    return DiscAsFile::of_track(*disc, static_cast<std::uint16_t>(number - first_track));
}

std::optional<Entry> Folder::disc_entry(std::uint64_t number) const {
    const auto made = image(number);
    if (!made)
        return std::nullopt;
    Entry entry{number, "disc.iso", EntryKind::disc, false, made->size()};
    if (number >= first_session)
        entry.name = fmt::format("{:02}.iso", number - first_session);
    else if (number >= first_track)
        entry.name = fmt::format("{:02}.{}", number - first_track, made->audio() ? "wav" : "iso");
    return entry;
}

std::optional<Entry> Folder::entry(std::uint64_t number) const {
    static const Entry fixed[] = {{root, "", EntryKind::folder, false, 0},
                                  {block_device, "sr", EntryKind::block_device, true, 0},
                                  {generic_device, "sg", EntryKind::generic_device, true, 0},
                                  {tracks, "tracks", EntryKind::folder, false, 0},
                                  {sessions, "sessions", EntryKind::folder, false, 0}};
    if ((number == block_device || number == generic_device) && !drive_there_())
        return std::nullopt;
    for (const Entry& each : fixed)
        if (each.number == number)
            return each;
    if (number == disc_iso || (number >= first_track && number < behind_sessions))
        return disc_entry(number);
    if (within(number, first_text, texts_.size())) {
        const TextFile& file = text(number);
        return Entry{number, file.name, EntryKind::text, bool(file.take_line), file.text().size()};
    }
    if (within(number, first_shown, shown_.size()))
        return Entry{number, shown(number).name, EntryKind::shown, false, size_of(shown(number))};
    return std::nullopt;
}

/// "07.iso" is number 7, if that is what the entry of this number is called.
std::optional<Entry> Folder::part_named(std::uint64_t first, std::string_view name) const {
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error != std::errc{})
        return std::nullopt;
    auto found = disc_entry(first + number);
    return found && found->name == name ? found : std::nullopt;
}

std::optional<Entry> Folder::find(std::uint64_t folder, std::string_view name) const {
    if (folder == tracks)
        return part_named(first_track, name);
    if (folder == sessions)
        return part_named(first_session, name);
    if (folder != root)
        return std::nullopt;
    const auto number = number_named(name);
    return number != 0 ? entry(number) : std::nullopt;
}

/// 0 when the root has none of that name.
std::uint64_t Folder::number_named(std::string_view name) const {
    static constexpr std::pair<std::string_view, std::uint64_t> fixed[] = {{"sr", block_device},
                                                                           {"sg", generic_device},
                                                                           {"disc.iso", disc_iso},
                                                                           {"tracks", tracks},
                                                                           {"sessions", sessions}};
    for (const auto& [each, number] : fixed)
        if (each == name)
            return number;
    for (std::size_t i = 0; i < texts_.size(); ++i)
        if (texts_[i].name == name)
            return first_text + i;
    for (std::size_t i = 0; i < shown_.size(); ++i)
        if (shown_[i].name == name)
            return first_shown + i;
    return 0;
}

std::vector<Entry> Folder::parts(std::uint64_t first,
                                 const std::vector<std::uint16_t>& numbers) const {
    std::vector<Entry> found;
    for (const std::uint16_t number : numbers)
        if (auto part = disc_entry(first + number))
            found.push_back(std::move(*part));
    return found;
}

std::vector<Entry> Folder::list(std::uint64_t folder) const {
    const Disc* const disc = disc_();
    std::vector<std::uint16_t> numbers;
    if (folder == tracks) {
        if (disc != nullptr)
            for (const Track& track : disc->structure().tracks)
                numbers.push_back(track.number);
        return parts(first_track, numbers);
    }
    if (folder == sessions) {
        if (disc != nullptr)
            for (const Session& session : disc->structure().sessions)
                numbers.push_back(session.number);
        return parts(first_session, numbers);
    }
    std::vector<Entry> found;
    for (std::uint64_t number = block_device; number <= sessions; ++number)
        if (auto each = entry(number))
            found.push_back(std::move(*each));
    for (std::uint64_t i = 0; i < texts_.size(); ++i)
        found.push_back(*entry(first_text + i));
    for (std::uint64_t i = 0; i < shown_.size(); ++i)
        found.push_back(*entry(first_shown + i));
    return found;
}

long Folder::read_disc(std::uint64_t number, std::uint64_t offset,
                       std::span<std::uint8_t> into) const {
    const auto made = image(number);
    return made ? made->read(*disc_(), offset, into) : -ENOMEDIUM;
}

} // namespace burnrig::emulator::nodes::fuse
