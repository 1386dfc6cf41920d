// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/seccomp/node_paths.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <climits>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <unistd.h>

namespace burnrig::emulator::nodes::seccomp {
namespace {

std::string link_target(const std::string& path) {
    std::array<char, PATH_MAX> room;
    const ssize_t length = ::readlink(path.c_str(), room.data(), room.size());
    return {room.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix))
        return false;
    text.remove_prefix(prefix.size());
    return true;
}

std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || rest != text.data() + text.size() || value < 0)
        return std::nullopt;
    return value;
}

} // namespace

std::string directory_of(pid_t thread, int directory) {
    return link_target(directory == AT_FDCWD ? fmt::format("/proc/{}/cwd", thread)
                                             : fmt::format("/proc/{}/fd/{}", thread, directory));
}

std::string tidy_path(const std::string& path) {
    std::string result = std::filesystem::path(path).lexically_normal().string();
    if (result.starts_with("//")) // means the same as one in Linux
        result.erase(0, 1);
    return result;
}

NodePaths::NodePaths(std::span<AttachedDrive> drives, DeviceFiles& files) : files_(files) {
    constexpr std::string_view usual = "/dev/sr";
    for (AttachedDrive& drive : drives) {
        for (const NodeKind kind : {NodeKind::block, NodeKind::generic, NodeKind::bsg})
            add(drive, kind, drive.path(kind));
        const std::string& block = drive.path(NodeKind::block);
        if (block.starts_with(usual))
            add(drive, NodeKind::block, "/dev/scd" + block.substr(usual.size()));
    }
}

void NodePaths::add(AttachedDrive& drive, NodeKind kind, const std::string& path) {
    const std::filesystem::path whole(path);
    names_.push_back({&drive, kind, whole.parent_path().string(), whole.filename().string()});
}

std::vector<const NodePaths::Name*> NodePaths::names_in(const std::string& directory) const {
    std::vector<const Name*> found;
    for (const Name& name : names_)
        if (name.drive->there && name.directory == directory)
            found.push_back(&name);
    return found;
}

/// A path whose last part is a node's name may go to the node's directory by another way.
const NodePaths::Name* NodePaths::named(const std::string& path) const {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos)
        return nullptr;
    const std::string_view last = std::string_view(path).substr(slash + 1);
    const std::string_view folder = std::string_view(path).substr(0, slash);
    for (const Name& name : names_) {
        if (!name.drive->there || last != name.name)
            continue;
        if (folder == name.directory)
            return &name;
        const std::unique_ptr<char, void (*)(void*)> real(
            ::realpath(std::string(folder).c_str(), nullptr), std::free);
        if (real && name.directory == real.get())
            return &name;
    }
    return nullptr;
}

/// N of /dev/fd/N, /proc/self/fd/N, /proc/PROCESS/fd/N and the standard streams.
std::optional<NamedNode> NodePaths::by_descriptor(pid_t thread, std::string_view path) const {
    static constexpr std::array<std::string_view, 3> streams = {"/dev/stdin", "/dev/stdout",
                                                                "/dev/stderr"};
    if (!files_.any())
        return std::nullopt;
    pid_t owner = thread;
    std::optional<int> descriptor;
    const auto stream = std::find(streams.begin(), streams.end(), path);
    if (stream != streams.end()) {
        descriptor = static_cast<int>(stream - streams.begin());
    } else if (take_prefix(path, "/dev/fd/") || take_prefix(path, "/proc/self/fd/") ||
               take_prefix(path, "/proc/thread-self/fd/")) {
        descriptor = number(path);
    } else if (take_prefix(path, "/proc/")) {
        const std::size_t end = path.find("/fd/");
        const auto process = number(path.substr(0, end));
        if (end == std::string_view::npos || !process)
            return std::nullopt;
        owner = *process;
        descriptor = number(path.substr(end + 4));
    }
    if (!descriptor)
        return std::nullopt;
    const DeviceFiles::File* const file = files_.find(owner, *descriptor);
    if (file == nullptr)
        return std::nullopt;
    return NamedNode{*file->drive, file->open.kind, true};
}

std::optional<NamedNode> NodePaths::find(const PathArgument& argument) const {
    constexpr int links_max = 8;
    if (argument.path.empty())
        return std::nullopt;
    std::string path(argument.path);
    if (path.front() != '/')
        path = fmt::format("{}/{}", directory_of(argument.thread, argument.directory), path);
    path = tidy_path(path);
    for (int links = 0; links < links_max; ++links) {
        if (const Name* const name = named(path))
            return NamedNode{*name->drive, name->kind, links > 0};
        if (const auto node = by_descriptor(argument.thread, path))
            return node;
        const std::string target = argument.follow ? link_target(path) : "";
        if (target.empty())
            return std::nullopt;
        path = tidy_path(target.front() == '/'
                             ? target
                             : fmt::format("{}{}", path.substr(0, path.rfind('/') + 1), target));
    }
    return std::nullopt;
}

} // namespace burnrig::emulator::nodes::seccomp
