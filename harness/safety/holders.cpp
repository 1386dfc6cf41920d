// SPDX-License-Identifier: Apache-2.0
#include "harness/safety/holders.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "harness/safety/rig_file.h"

namespace burnrig::harness {
namespace {

namespace fs = std::filesystem;

// mountinfo writes blanks and such as a backslash and three octal digits.
std::string without_escapes(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '\\' && i + 3 < text.size()) {
            plain += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                                       (text[i + 3] - '0'));
            i += 3;
        } else {
            plain += text[i];
        }
    return plain;
}

bool is_one_of(const std::vector<BlockDevice>& devices, const std::string& number) {
    return std::any_of(devices.begin(), devices.end(),
                       [&](const BlockDevice& device) { return device.number == number; });
}

bool is_character_device(const std::string& node) {
    struct stat about {};
    return ::stat(node.c_str(), &about) == 0 && S_ISCHR(about.st_mode);
}

// Programs that keep to libburn's way lock the node they opened.
mmc::Result<void> not_locked(const std::string& node, int flags) {
    const int descriptor = ::open(node.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC | flags);
    if (descriptor < 0 && errno == EBUSY)
        return mmc::fail("the drive is in use through {}", node);
    if (descriptor < 0)
        return mmc::fail("{}: cannot be opened for writing: {}", node, std::strerror(errno));
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    const bool free = ::fcntl(descriptor, F_SETLK, &lock) == 0;
    ::close(descriptor);
    if (!free)
        return mmc::fail("{} is locked by another program", node);
    return {};
}

} // namespace

std::vector<BlockDevice> block_devices_of(const std::string& node, const std::string& sysfs) {
    struct stat about {};
    if (::stat(node.c_str(), &about) != 0 || !(S_ISBLK(about.st_mode) || S_ISCHR(about.st_mode)))
        return {};
    const auto number = fmt::format("{}:{}", major(about.st_rdev), minor(about.st_rdev));
    std::vector<BlockDevice> devices;
    if (S_ISBLK(about.st_mode))
        devices.push_back({number, node});
    std::error_code none;
    const fs::path siblings = fs::path(sysfs) / "dev" /
                              (S_ISBLK(about.st_mode) ? "block" : "char") / number / "device" /
                              "block";
    for (fs::directory_iterator at(siblings, none), end; !none && at != end; at.increment(none))
        if (auto text = read_text(at->path() / "dev")) {
            while (!text->empty() && text->back() == '\n')
                text->pop_back();
            if (!is_one_of(devices, *text))
                devices.push_back({*text, "/dev/" + at->path().filename().string()});
        }
    return devices;
}

std::string mount_point_of(std::string_view mountinfo, const std::vector<BlockDevice>& devices,
                           const std::string& node) {
    std::istringstream lines{std::string(mountinfo)};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string id;
        std::string parent;
        std::string device;
        std::string root;
        std::string place;
        words >> id >> parent >> device >> root >> place;
        std::string word; // optional fields, a dash, the file system, its source
        while (words >> word && word != "-") {
        }
        std::string source;
        words >> word >> source;
        if (is_one_of(devices, device) || without_escapes(source) == node)
            return without_escapes(place);
    }
    return {};
}

std::string holder_of(const std::vector<BlockDevice>& devices, const std::string& sysfs) {
    for (const auto& device : devices) {
        std::error_code none;
        const fs::directory_iterator first(
            fs::path(sysfs) / "dev" / "block" / device.number / "holders", none);
        if (!none && first != fs::directory_iterator{})
            return first->path().filename();
    }
    return {};
}

mmc::Result<void> nobody_holds(const std::string& node) {
    const auto mounts = read_text("/proc/self/mountinfo");
    if (!mounts)
        return tl::unexpected(mounts.error());
    const auto devices = block_devices_of(node);
    if (const auto place = mount_point_of(*mounts, devices, node); !place.empty())
        return mmc::fail("{} is mounted on {}: unmount it first", node, place);
    if (const auto holder = holder_of(devices); !holder.empty())
        return mmc::fail("{} is in use by {}: end that first", node, holder);
    if (!is_character_device(node))
        return not_locked(node, 0);
    // An sg node that is held exclusively lets nobody else in; its drive has another node.
    for (const auto& device : devices)
        if (auto free = not_locked(device.node, O_EXCL); !free)
            return free;
    return {};
}

} // namespace burnrig::harness
