// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/preload/node_names.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <string_view>

#include "emulator/nodes/linux/linux_device.h"
#include "emulator/nodes/program/find_program.h"

namespace burnrig::emulator::nodes::preload {
namespace {

void add_path(Header& header, std::uint32_t drive, const std::string& path, std::uint32_t kind,
              bool link = false) {
    auto* const place = std::find_if(std::begin(header.paths), std::end(header.paths),
                                     [](const NodePath& node) { return node.path[0] == 0; });
    std::memcpy(place->path, path.c_str(), path.size() + 1);
    place->kind = kind;
    place->drive = drive;
    place->link = link ? 1 : 0;
}

void add_path(Header& header, std::uint32_t drive, const std::string& path, NodeKind kind,
              bool link = false) {
    add_path(header, drive, path, static_cast<std::uint32_t>(kind), link);
}

} // namespace

void add_paths(Header& header, const std::vector<PreloadOptions::Names>& drives,
               const LinuxHost& host, bool aix) {
    const std::string usual = "/dev/sr";
    for (std::uint32_t i = 0; i < drives.size(); ++i) {
        const auto& [block, generic] = drives[i];
        header.drives[i].minor_number = static_cast<std::uint32_t>(number_at_end(block));
        if (aix) {
            add_path(header, i, block, aix_block_kind);
            add_path(header, i, generic, aix_raw_kind);
            continue;
        }
        add_path(header, i, block, NodeKind::block);
        add_path(header, i, generic, NodeKind::generic);
        add_path(header, i,
                 fmt::format("/dev/bsg/{}:0:{}:0", header.drives[i].minor_number, host.target_id),
                 NodeKind::bsg);
        if (block.rfind(usual, 0) == 0)
            add_path(header, i, "/dev/scd" + block.substr(usual.size()), NodeKind::block);
    }
    const auto taken = [&drives](std::string_view name) {
        return std::any_of(drives.begin(), drives.end(), [name](const auto& drive) {
            return drive.block_path == name || drive.generic_path == name;
        });
    };
    for (const char* const name : {"/dev/cdrom", "/dev/dvd"}) // udev's links to the first drive
        if (!aix && !taken(name))
            add_path(header, 0, name, NodeKind::block, true);
}

void add_udev_links(Header& header, std::uint32_t drive, const DriveDescription& description) {
    if (is_aix(header.paths[0].kind))
        return;
    for (const std::string& link : udev_links(description)) {
        const std::string path = "/dev/" + link;
        const bool known = std::any_of(std::begin(header.paths), std::end(header.paths),
                                       [&path](const NodePath& node) { return path == node.path; });
        if (!known && path.size() < path_bytes)
            add_path(header, drive, path, NodeKind::block, true);
    }
}

} // namespace burnrig::emulator::nodes::preload
