// SPDX-License-Identifier: Apache-2.0
// Which paths, as a program names them, are the drive's nodes: by their full name, from the
// program's own working directory or an open directory, through a symbolic link as the last part,
// as /dev/fd/N. A program that has changed its root directory is not followed there.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "emulator/nodes/seccomp/device_files.h"

namespace burnrig::emulator::nodes::seccomp {

/// A path as a system call gets it.
struct PathArgument {
    pid_t thread = 0;
    int directory = 0; ///< of a relative path; AT_FDCWD: the working directory
    std::string_view path;
    bool follow = true; ///< a symbolic link at the end
};

/// What a path names.
struct NamedNode {
    AttachedDrive& drive;
    NodeKind kind = NodeKind::block;
    bool by_link = false; ///< as /dev/fd/N does: its own name is another
};

/// "/dev//sr0" and "/dev/x/../sr0" are "/dev/sr0".
std::string tidy_path(const std::string& path);

class NodePaths {
public:
    NodePaths(std::span<AttachedDrive> drives, DeviceFiles& files);

    std::optional<NamedNode> find(const PathArgument& argument) const;

    /// The name of a node in a directory.
    struct Name {
        AttachedDrive* drive;
        NodeKind kind;
        std::string directory;
        std::string name;
    };
    /// Those in a directory.
    std::vector<const Name*> names_in(const std::string& directory) const;

private:
    const Name* named(const std::string& path) const;
    std::optional<NamedNode> by_descriptor(pid_t thread, std::string_view path) const;
    void add(AttachedDrive& drive, NodeKind kind, const std::string& path);

    std::vector<Name> names_;
    DeviceFiles& files_;
};

/// The path an open directory of the thread, or its working directory (AT_FDCWD), has; "" when
/// none.
std::string directory_of(pid_t thread, int directory);

} // namespace burnrig::emulator::nodes::seccomp
