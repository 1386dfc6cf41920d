// SPDX-License-Identifier: Apache-2.0
// Source: Linux 6.1 cdrom_sysctl_info(), scsi_sysfs.c, block/genhd.c; udev's rules for optical
// drives (60-cdrom_id, 60-persistent-storage).
#include "emulator/nodes/linux/system_files.h"

#include <array>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace burnrig::emulator::nodes {
namespace {

namespace fs = std::filesystem;

void write_file(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
}

/// A link at `path` to `target`, both in the folder, as relative as those of sysfs.
void link(const fs::path& path, const fs::path& target) {
    fs::create_directories(path.parent_path());
    if (!fs::is_symlink(path))
        fs::create_directory_symlink(fs::relative(target, path.parent_path()), path);
}

/// The table of /proc/sys/dev/cdrom/info: a row for every ability, a column for every drive.
std::string cdrom_info(std::span<const DriveDescription> drives) {
    using Drive = DriveDescription;
    struct Row {
        const char* name;
        bool (*able)(const Drive&);
    };
    const auto always = [](const Drive&) { return true; };
    const auto never = [](const Drive&) { return false; };
    const Row rows[] = {
        {"Can close tray:\t", [](const Drive& d) { return d.tray; }},
        {"Can open tray:\t", always},
        {"Can lock tray:\t", always},
        {"Can change speed:", always},
        {"Can select disk:", never},
        {"Can read multisession:", always},
        {"Can read MCN:\t", always},
        {"Reports media changed:", always},
        {"Can play audio:\t", always},
        {"Can write CD-R:\t", [](const Drive& d) { return d.writes_cd_r; }},
        {"Can write CD-RW:", [](const Drive& d) { return d.writes_cd_rw; }},
        {"Can read DVD:\t", [](const Drive& d) { return d.reads_dvd; }},
        {"Can write DVD-R:", [](const Drive& d) { return d.writes_dvd_r; }},
        {"Can write DVD-RAM:", [](const Drive& d) { return d.writes_dvd_ram; }},
        {"Can read MRW:\t", never},
        {"Can write MRW:\t", never},
        {"Can write RAM:\t", [](const Drive& d) { return d.writes_randomly; }},
    };
    std::string text = "CD-ROM information, Id: cdrom.c 3.20 2003/12/17\n\ndrive name:\t";
    for (const Drive& drive : drives)
        text += "\t" + drive.block_name;
    text += "\ndrive speed:\t";
    for ([[maybe_unused]] const Drive& drive : drives)
        text += "\t48";
    text += "\ndrive # of slots:";
    for ([[maybe_unused]] const Drive& drive : drives)
        text += "\t1";
    for (const Row& row : rows) {
        text += fmt::format("\n{}", row.name);
        for (const Drive& drive : drives)
            text += row.able(drive) ? "\t1" : "\t0";
    }
    return text + "\n\n\n";
}

/// A directory of sysfs with its files; what is in a subsystem links there.
struct SystemDirectory {
    fs::path root; ///< FOLDER/sys
    fs::path path;

    void add(const std::string& name, const std::string& text) const {
        write_file(path / name, text + "\n");
    }
    void belongs_to(const std::string& subsystem, const std::string& name) const {
        link(root / subsystem / name, path);
        link(path / "subsystem", root / subsystem);
    }
};

void add_block_device(const fs::path& root, const fs::path& device, const DriveDescription& drive) {
    const SystemDirectory block{root, device / "block" / drive.block_name};
    const std::string number = fmt::format("11:{}", drive.number);
    block.add("dev", number);
    block.add("removable", "1");
    block.add("ro", "0");
    block.add("size", "2097151");
    block.add("capability", "119");
    block.add("events", "media_change eject_request");
    block.add("events_async", "");
    block.add("events_poll_msecs", "-1");
    block.add("range", "1");
    block.add("ext_range", "1");
    block.add("uevent", fmt::format("MAJOR=11\nMINOR={}\nDEVNAME={}\nDEVTYPE=disk", drive.number,
                                    drive.block_name));
    block.add("queue/logical_block_size", "2048");
    block.add("queue/physical_block_size", "2048");
    block.add("queue/hw_sector_size", "2048");
    block.add("queue/rotational", "1");
    block.belongs_to("class/block", drive.block_name);
    link(root / "block" / drive.block_name, block.path);
    link(root / "dev/block" / number, block.path);
    link(block.path / "device", device);
}

void add_device(const fs::path& root, const DriveDescription& drive) {
    const std::string address = fmt::format("{}:0:{}:0", drive.number, drive.target_id);
    const fs::path host = root / "devices/burnrig" / fmt::format("host{}", drive.number);
    const SystemDirectory scsi{
        root, host / fmt::format("target{}:0:{}", drive.number, drive.target_id) / address};
    scsi.add("type", "5");
    scsi.add("vendor", fmt::format("{:<8}", drive.vendor));
    scsi.add("model", fmt::format("{:<16}", drive.product));
    scsi.add("rev", fmt::format("{:<4}", drive.revision));
    scsi.add("scsi_level", "6");
    scsi.add("state", "running");
    scsi.add("uevent", "DEVTYPE=scsi_device\nDRIVER=sr\nMODALIAS=scsi:t-0x05");
    scsi.belongs_to("bus/scsi/devices", address);
    link(root / "class/scsi_device" / address / "device", scsi.path);
    const SystemDirectory adapter{root, host / "scsi_host" / host.filename()};
    adapter.add("proc_name", "burnrig");
    adapter.add("unique_id", std::to_string(drive.number));
    adapter.belongs_to("class/scsi_host", host.filename());
    add_block_device(root, scsi.path, drive);
    const SystemDirectory generic{root, scsi.path / "scsi_generic" / drive.generic_name};
    generic.add("dev", fmt::format("21:{}", drive.number));
    generic.add("uevent",
                fmt::format("MAJOR=21\nMINOR={}\nDEVNAME={}", drive.number, drive.generic_name));
    generic.belongs_to("class/scsi_generic", drive.generic_name);
    link(generic.path / "device", scsi.path);
    link(scsi.path / "generic", generic.path);
    link(root / "dev/char" / fmt::format("21:{}", drive.number), generic.path);
}

/// As udev writes what a device says of itself: runs of blanks are one underscore, and so is every
/// character that has no place in a file's name.
std::string udev_name(std::string_view text) {
    constexpr std::string_view allowed = "#+-.:=@_";
    std::string name;
    for (const char c : text.substr(0, text.find_last_not_of(' ') + 1)) {
        const bool kept = std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                          allowed.find(c) != std::string_view::npos;
        if (c != ' ' || (!name.empty() && name.back() != '_'))
            name += kept ? c : '_';
    }
    return name;
}

/// ID_SERIAL: what ata_id makes of the drive's own identity, scsi_id of its serial number page.
/// A SCSI drive without that page has none.
std::string udev_serial(const DriveDescription& drive) {
    const std::string model = udev_name(drive.vendor + " " + drive.product);
    const std::string serial = udev_name(drive.serial);
    if (drive.ata)
        return serial.empty() ? model : model + "_" + serial;
    return serial.empty() ? "" : "S" + model + "_" + serial;
}

/// ID_PATH, a place on the chip set most programs know.
std::string udev_path(const DriveDescription& drive) {
    return drive.ata ? fmt::format("pci-0000:00:1f.2-ata-{}.0", drive.number + 1)
                     : fmt::format("pci-0000:00:10.0-scsi-0:0:{}:0", drive.target_id);
}

/// What udev has in its database of a drive.
std::string udev_data(const DriveDescription& drive) {
    std::string text = "S:cdrom\n";
    for (const std::string& link : udev_links(drive))
        text += fmt::format("S:{}\n", link);
    text += fmt::format("I:1\nE:ID_CDROM=1\nE:ID_TYPE=cd\nE:ID_BUS={}\n"
                        "E:ID_VENDOR={}\nE:ID_MODEL={}\nE:ID_REVISION={}\nE:ID_CDROM_CD=1\n",
                        drive.ata ? "ata" : "scsi", drive.vendor, drive.product, drive.revision);
    if (const std::string serial = udev_serial(drive); !serial.empty())
        text += fmt::format("E:ID_SERIAL={}\n", serial);
    text += fmt::format("E:ID_PATH={}\n", udev_path(drive));
    const std::pair<bool, const char*> abilities[] = {
        {drive.writes_cd_r, "CD_R"},   {drive.writes_cd_rw, "CD_RW"},     {drive.reads_dvd, "DVD"},
        {drive.writes_dvd_r, "DVD_R"}, {drive.writes_dvd_ram, "DVD_RAM"},
    };
    for (const auto& [able, name] : abilities)
        if (able)
            text += fmt::format("E:ID_CDROM_{}=1\n", name);
    if (!drive.serial.empty())
        text += fmt::format("E:ID_SERIAL_SHORT={}\n", drive.serial);
    return text + "G:systemd\nG:uaccess\nV:1\n";
}

} // namespace

std::vector<std::string> udev_links(const DriveDescription& drive) {
    std::vector<std::string> links;
    if (const std::string serial = udev_serial(drive); !serial.empty())
        links.push_back(fmt::format("disk/by-id/{}-{}", drive.ata ? "ata" : "scsi", serial));
    const std::string path = udev_path(drive);
    links.push_back("disk/by-path/" + path);
    if (drive.ata) // as it was called before port multipliers counted
        links.push_back("disk/by-path/" + path.substr(0, path.rfind('.')));
    return links;
}

mmc::Result<SystemFiles> SystemFiles::create(std::span<const DriveDescription> drives) {
    std::error_code error;
    const fs::path place = fs::temp_directory_path(error);
    std::string name = ((error ? fs::path("/tmp") : place) / "burnrig-system-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        return mmc::fail("cannot make the folder {}: {}", name, std::strerror(errno));
    SystemFiles files;
    files.folder_ = name;
    const fs::path folder = name;
    try {
        fs::permissions(folder, fs::perms{0755}); // programs may run as somebody else
        const fs::path cdrom = folder / "proc/sys/dev/cdrom";
        write_file(cdrom / "info", cdrom_info(drives));
        for (const auto& [knob, value] :
             {std::pair{"autoclose", 1}, std::pair{"autoeject", 0}, std::pair{"check_media", 0},
              std::pair{"debug", 0}, std::pair{"lock", 1}})
            write_file(cdrom / knob, fmt::format("{}\n", value));
        for (const DriveDescription& drive : drives) {
            add_device(folder / "sys", drive);
            write_file(folder / "run/udev/data" / fmt::format("b11:{}", drive.number),
                       udev_data(drive));
            for (const std::string& wanted : udev_links(drive))
                link(folder / "dev" / wanted, folder / "dev" / drive.block_name);
        }
    } catch (const fs::filesystem_error& failure) {
        return mmc::fail("cannot describe the drives in {}: {}", name, failure.code().message());
    }
    return files;
}

/// Put in place whole: a program may read it at this moment.
void SystemFiles::set_size(const std::string& block_name, std::uint64_t sectors) const {
    if (folder_.empty())
        return;
    std::error_code ignored;
    const fs::path block = fs::path(folder_) / "sys/block" / block_name;
    write_file(block / ".size", fmt::format("{}\n", sectors));
    fs::rename(block / ".size", block / "size", ignored);
}

SystemFiles::~SystemFiles() {
    std::error_code ignored;
    if (!folder_.empty())
        fs::remove_all(folder_, ignored);
}

} // namespace burnrig::emulator::nodes
