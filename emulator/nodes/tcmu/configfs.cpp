// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/tcmu/configfs.h"

#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace burnrig::emulator::nodes::tcmu {
namespace {

constexpr char configured[] = "burnrig"; // dev_config is burnrig/NAME

mmc::Result<void> write_attribute(const std::string& path, const std::string& value) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    const bool written = file >= 0 && ::write(file, value.data(), value.size()) ==
                                          static_cast<ssize_t>(value.size());
    const int error = errno;
    if (file >= 0)
        ::close(file);
    if (!written)
        return mmc::fail("cannot write '{}' to {}: {}", value, path, std::strerror(error));
    return {};
}

std::string read_attribute(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return {};
    char room[256];
    const ssize_t length = ::read(file, room, sizeof room);
    ::close(file);
    std::string text(room, length > 0 ? static_cast<std::size_t>(length) : 0);
    while (!text.empty() && (text.back() == '\n' || text.back() == '\0'))
        text.pop_back();
    return text;
}

mmc::Result<void> make_folder(const std::string& path) {
    if (::mkdir(path.c_str(), 0755) == 0 || errno == EEXIST)
        return {};
    return mmc::fail("cannot make {}: {}", path, std::strerror(errno));
}

/// A name of the kind the loopback fabric takes, always the same for the same drive.
std::uint64_t name_number(const std::string& name, std::uint64_t seed) {
    std::uint64_t hash = 0xCBF29CE484222325ULL ^ seed; // FNV-1a
    for (const char letter : name)
        hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001B3ULL;
    return hash & 0x0FFFFFFFFFFFFFFFULL;
}

} // namespace

mmc::Result<std::string> target_folder() {
    const std::string folder = "/sys/kernel/config/target";
    if (::geteuid() != 0)
        return mmc::fail("this needs root, for only root may add a SCSI device");
    if (::access((folder + "/core").c_str(), F_OK) == 0)
        return folder;
    if (::access("/sys/kernel/config", F_OK) != 0)
        return mmc::fail("this kernel has no /sys/kernel/config; it needs the modules "
                         "target_core_user and tcm_loop: modprobe -a target_core_user tcm_loop");
    return mmc::fail("there is no {}; as root: modprobe -a target_core_user tcm_loop; "
                     "mount -t configfs configfs /sys/kernel/config",
                     folder);
}

LunPaths::LunPaths(const std::string& target_folder, const std::string& name)
    : hba(target_folder + "/core/user_0"), backstore(hba + "/" + name),
      wwn(fmt::format("{}/loopback/naa.5{:015x}", target_folder, name_number(name, 0))),
      tpg(wwn + "/tpgt_1"), lun(tpg + "/lun/lun_0"), link(lun + "/" + name),
      nexus(fmt::format("naa.5{:015x}", name_number(name, 1))) {}

mmc::Result<void> make_backstore(const LunPaths& paths, const std::string& name) {
    for (const std::string& folder : {paths.hba, paths.backstore})
        if (auto made = make_folder(folder); !made)
            return mmc::fail("{} (is the module target_core_user loaded?)", made.error().message);
    const std::pair<const char*, std::string> settings[] = {
        {"control", fmt::format("dev_config={}/{}", configured, name)},
        {"control", "dev_size=1048576"}, // not asked for: a drive tells its capacity itself
        {"control", "hw_block_size=2048"},
        {"control", "nl_reply_supported=-1"}, // nobody listens on netlink
        {"attrib/cmd_time_out", "0"},         // else a BLANK of a minute fails after half of it
        {"attrib/emulate_pr", "0"},           // else RESERVE is answered without the drive
        {"enable", "1"},
    };
    for (const auto& [file, value] : settings)
        if (auto written = write_attribute(paths.backstore + "/" + file, value); !written)
            return written;
    return {};
}

std::string find_uio(const std::string& name) {
    const std::string folder = "/sys/class/uio";
    const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(folder.c_str()), ::closedir);
    if (!entries)
        return {};
    const std::string ending = fmt::format("/{}/{}/{}", name, configured, name);
    while (const dirent* const entry = ::readdir(entries.get())) {
        const std::string told =
            read_attribute(fmt::format("{}/{}/name", folder, entry->d_name)); // tcm-user/0/NAME/...
        if (told.rfind("tcm-user/", 0) == 0 && told.size() > ending.size() &&
            told.compare(told.size() - ending.size(), ending.size(), ending) == 0)
            return entry->d_name;
    }
    return {};
}

mmc::Result<void> make_host(const LunPaths& paths) {
    const std::string fabric = paths.wwn.substr(0, paths.wwn.rfind('/'));
    for (const std::string& folder : {fabric, paths.wwn, paths.tpg})
        if (auto made = make_folder(folder); !made)
            return mmc::fail("{} (is the module tcm_loop loaded?)", made.error().message);
    if (auto written = write_attribute(paths.tpg + "/nexus", paths.nexus); !written)
        return written;
    return make_folder(paths.lun);
}

mmc::Result<std::string> bus_address(const LunPaths& paths) {
    const std::string told = read_attribute(paths.tpg + "/address"); // HOST:0:TARGET
    if (told.empty())
        return mmc::fail("{}/address does not say where the drive is", paths.tpg);
    return told + ":0";
}

int link_lun(const LunPaths& paths) {
    return ::symlink(paths.backstore.c_str(), paths.link.c_str()) == 0 ? 0 : errno;
}

int unlink_lun(const LunPaths& paths) {
    return ::unlink(paths.link.c_str()) == 0 || errno == ENOENT ? 0 : errno;
}

void remove_host(const LunPaths& paths) {
    for (const std::string& folder : {paths.lun, paths.tpg, paths.wwn})
        ::rmdir(folder.c_str());
}

mmc::Result<void> remove_backstore(const LunPaths& paths) {
    if (::rmdir(paths.backstore.c_str()) != 0 && errno != ENOENT)
        return mmc::fail("cannot take away {}: {}", paths.backstore, std::strerror(errno));
    ::rmdir(paths.hba.c_str()); // other drives may still be in it
    return {};
}

void fail_outstanding(const LunPaths& paths) {
    // In this order: what comes in from now on fails at once, then what is in the ring.
    static_cast<void>(write_attribute(paths.backstore + "/attrib/qfull_time_out", "0"));
    static_cast<void>(write_attribute(paths.backstore + "/action/block_dev", "1"));
    static_cast<void>(write_attribute(paths.backstore + "/action/reset_ring", "1"));
}

} // namespace burnrig::emulator::nodes::tcmu
