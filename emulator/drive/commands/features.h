// SPDX-License-Identifier: Apache-2.0
// What GET CONFIGURATION says of single features: the bytes behind a descriptor's header of four,
// and whether the drive lists the feature at all. One file for each family; the table of all
// features is in configuration.cpp.
//
// Source: MMC-5, chapter 5; MMC-6 for BD. Each body is a multiple of four bytes long.
#pragma once

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/request.h"

namespace burnrig::emulator::commands::features {

using Body = void (*)(const LogicalUnit&, Reply&);
using Offered = bool (*)(const DriveModel&);

template <mmc::Profile... any>
bool records(const DriveModel& model) {
    return (has_profile(model, any) || ...);
}

/// The medium in the tray, and whether it is of a family.
MediumFamily mounted_family(const LogicalUnit& unit);
/// Blocks that READ takes together: what feature descriptors call blocking.
std::uint32_t blocking(const LogicalUnit& unit);
std::uint16_t current_profile(const LogicalUnit& unit);

/// Data block types that the drive writes this way, one bit for each.
std::uint32_t block_types(const DriveModel& model, WriteType type);

// features_common.cpp
void nothing(const LogicalUnit&, Reply&);
void four_zeros(const LogicalUnit&, Reply& reply);
void profile_list(const LogicalUnit& unit, Reply& reply);
void core(const LogicalUnit& unit, Reply& reply);
void morphing(const LogicalUnit&, Reply& reply);
void removable_medium(const LogicalUnit& unit, Reply& reply);
void write_protect(const LogicalUnit&, Reply& reply);
void random_readable(const LogicalUnit& unit, Reply& reply);
void random_writable(const LogicalUnit& unit, Reply& reply);
void incremental_streaming(const LogicalUnit& unit, Reply& reply);
void formattable(const LogicalUnit& unit, Reply& reply);
void defect_management(const LogicalUnit&, Reply& reply);
void write_once(const LogicalUnit& unit, Reply& reply);
void microcode_upgrade(const LogicalUnit&, Reply& reply);
void embedded_changer(const LogicalUnit&, Reply& reply);
void real_time_streaming(const LogicalUnit& unit, Reply& reply);
void serial_number(const LogicalUnit& unit, Reply& reply);
void firmware_date(const LogicalUnit& unit, Reply& reply);

// features_cd.cpp
void cd_read(const LogicalUnit&, Reply& reply);
void track_at_once(const LogicalUnit& unit, Reply& reply);
void mastering(const LogicalUnit& unit, Reply& reply);
void cd_rw_write(const LogicalUnit& unit, Reply& reply);
void audio_play(const LogicalUnit&, Reply& reply);
bool writes_cd_rw_with_cav(const DriveModel& model);
bool has_track_at_once(const DriveModel& model);
bool has_mastering(const DriveModel& model);

// features_dvd.cpp
void dvd_read(const LogicalUnit& unit, Reply& reply);
void dvd_minus_write(const LogicalUnit& unit, Reply& reply);
void rigid_restricted_overwrite(const LogicalUnit&, Reply& reply);
void layer_jump(const LogicalUnit&, Reply& reply);
void dvd_plus_rw(const LogicalUnit& unit, Reply& reply);
void dvd_plus_r(const LogicalUnit& unit, Reply& reply);
void dvd_plus_rw_dl(const LogicalUnit& unit, Reply& reply);
void dvd_plus_r_dl(const LogicalUnit& unit, Reply& reply);
void disc_control_blocks(const LogicalUnit&, Reply& reply);
void css_managed_recording(const LogicalUnit&, Reply& reply);
void protection_version(const LogicalUnit&, Reply& reply);

// features_bd.cpp
void bd_read(const LogicalUnit& unit, Reply& reply);
void bd_write(const LogicalUnit& unit, Reply& reply);
void aacs(const LogicalUnit&, Reply& reply);

} // namespace burnrig::emulator::commands::features
