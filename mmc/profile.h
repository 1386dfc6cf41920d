// SPDX-License-Identifier: Apache-2.0
// Profiles: what a drive says the mounted medium is (MMC-5, 5.3.1, feature 0000h).
//
// Thread-safe (constants).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace burnrig::mmc {

enum class Profile : std::uint16_t {
    none = 0x0000,
    removable_disk = 0x0002,
    cd_rom = 0x0008,
    cd_r = 0x0009,
    cd_rw = 0x000A,
    dvd_rom = 0x0010,
    dvd_minus_r = 0x0011, ///< sequential recording
    dvd_ram = 0x0012,
    dvd_minus_rw_overwrite = 0x0013, ///< restricted overwrite
    dvd_minus_rw = 0x0014,           ///< sequential recording; also blank
    dvd_minus_r_dl = 0x0015,         ///< sequential recording
    dvd_minus_r_dl_jump = 0x0016,    ///< layer jump recording
    dvd_minus_rw_dl = 0x0017,
    dvd_download = 0x0018,
    dvd_plus_rw = 0x001A,
    dvd_plus_r = 0x001B,
    dvd_plus_rw_dl = 0x002A,
    dvd_plus_r_dl = 0x002B,
    bd_rom = 0x0040,
    bd_r = 0x0041,        ///< sequential recording mode
    bd_r_random = 0x0042, ///< random recording mode
    bd_re = 0x0043,
};

constexpr std::uint16_t code(Profile profile) {
    return static_cast<std::uint16_t>(profile);
}

struct ProfileName {
    Profile profile;
    std::string_view name;
};

inline constexpr std::array profile_names{
    ProfileName{Profile::removable_disk, "removable disk"},
    ProfileName{Profile::cd_rom, "CD-ROM"},
    ProfileName{Profile::cd_r, "CD-R"},
    ProfileName{Profile::cd_rw, "CD-RW"},
    ProfileName{Profile::dvd_rom, "DVD-ROM"},
    ProfileName{Profile::dvd_minus_r, "DVD-R sequential recording"},
    ProfileName{Profile::dvd_ram, "DVD-RAM"},
    ProfileName{Profile::dvd_minus_rw_overwrite, "DVD-RW restricted overwrite"},
    ProfileName{Profile::dvd_minus_rw, "DVD-RW sequential recording"},
    ProfileName{Profile::dvd_minus_r_dl, "DVD-R dual layer sequential recording"},
    ProfileName{Profile::dvd_minus_r_dl_jump, "DVD-R dual layer jump recording"},
    ProfileName{Profile::dvd_minus_rw_dl, "DVD-RW dual layer"},
    ProfileName{Profile::dvd_download, "DVD-Download"},
    ProfileName{Profile::dvd_plus_rw, "DVD+RW"},
    ProfileName{Profile::dvd_plus_r, "DVD+R"},
    ProfileName{Profile::dvd_plus_rw_dl, "DVD+RW dual layer"},
    ProfileName{Profile::dvd_plus_r_dl, "DVD+R dual layer"},
    ProfileName{Profile::bd_rom, "BD-ROM"},
    ProfileName{Profile::bd_r, "BD-R sequential recording"},
    ProfileName{Profile::bd_r_random, "BD-R random recording"},
    ProfileName{Profile::bd_re, "BD-RE"},
};

/// "" for a code that has no name here.
constexpr std::string_view name(Profile profile) {
    const auto* found =
        std::find_if(profile_names.begin(), profile_names.end(),
                     [&](const ProfileName& entry) { return entry.profile == profile; });
    return found == profile_names.end() ? std::string_view{} : found->name;
}

} // namespace burnrig::mmc
