// SPDX-License-Identifier: Apache-2.0
// What a medium is before anything is recorded on it: kind, capacity, the pre-recorded information.
// Comes from fixtures/media/NAME.yaml; nothing in the code knows a medium by its name.
//
// Sources: Orange Book parts II and III as quoted in MMC-3 (ATIP); the DVD and BD books as quoted
// in MMC-5 (READ DISC STRUCTURE). Plain data, no thread-safety of its own.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mmc/msf.h"

namespace burnrig::emulator {

/// What is sold under one logo. A dual layer disc is a kind of its own where its recording rules
/// are; BD has one kind for all numbers of layers.
enum class MediumKind : std::uint8_t {
    cd_r,
    cd_rw,
    cd_rom,
    dvd_rom,
    dvd_minus_r,
    dvd_minus_r_dl,
    dvd_minus_rw,
    dvd_minus_rw_dl,
    dvd_download,
    dvd_plus_r,
    dvd_plus_r_dl,
    dvd_plus_rw,
    dvd_plus_rw_dl,
    dvd_ram,
    bd_rom,
    bd_r,
    bd_re,
};
inline constexpr std::size_t medium_kinds = static_cast<std::size_t>(MediumKind::bd_re) + 1;

enum class MediumFamily : std::uint8_t { cd, dvd, bd };

constexpr MediumFamily family_of(MediumKind kind) {
    return kind <= MediumKind::cd_rom    ? MediumFamily::cd
           : kind <= MediumKind::dvd_ram ? MediumFamily::dvd
                                         : MediumFamily::bd;
}

/// Of one layer or two.
constexpr bool is_dvd_minus_rw(MediumKind kind) {
    return kind == MediumKind::dvd_minus_rw || kind == MediumKind::dvd_minus_rw_dl;
}
constexpr bool is_dvd_plus_rw(MediumKind kind) {
    return kind == MediumKind::dvd_plus_rw || kind == MediumKind::dvd_plus_rw_dl;
}

/// Absolute time in pre-groove, as READ TOC/PMA/ATIP format 4 returns it (MMC-3, 5.23).
struct Atip {
    std::uint8_t writing_power = 0;   ///< indicative target writing power, 0..7
    std::uint8_t reference_speed = 0; ///< CD-RW reference speed code, 0..7
    bool unrestricted_use = false;
    std::uint8_t sub_type = 0; ///< 0..7; CD-RW: 0 standard, 1 high, 2 ultra, 3 ultra+
    mmc::Msf lead_in;          ///< start of the lead-in, at 90:00:00 or above
    mmc::Msf lead_out;         ///< last possible start of the lead-out
    /// Additional information A1, A2, A3; absent ones have their valid bit clear.
    std::array<std::optional<std::array<std::uint8_t, 3>>, 3> additional;
};

/// What a DVD or BD says of itself (pre-pits, ADIP, disc information): READ DISC STRUCTURE.
struct DataZone {
    std::int32_t blocks = 0;         ///< of 2048 bytes, all layers, nothing set aside as spares
    std::int32_t layer_0_blocks = 0; ///< of the first layer; == blocks on a disc of one layer
    std::uint8_t layers = 1;
    std::uint8_t size_mm = 120;  ///< 120 or 80
    std::uint8_t version = 0;    ///< part version of the book (DVD), version number (BD)
    std::string manufacturer_id; ///< at most 8 characters (DVD+), 6 (BD), 12 (DVD-R/-RW)
    std::string media_type_id;   ///< at most 3 characters
    std::uint8_t revision = 0;   ///< product revision
    std::vector<std::uint8_t> burst_cutting_area; ///< 12 to 188 bytes; mostly there is none
};

struct Medium {
    std::string name;
    std::string summary;       ///< one line for listings
    std::string manufacturer;  ///< "" when unknown
    std::string serial_number; ///< READ MEDIA SERIAL NUMBER; mostly there is none
    MediumKind kind = MediumKind::cd_r;
    Atip atip;                               ///< CD media
    DataZone data_zone;                      ///< DVD and BD media; a pressed CD's blocks
    std::vector<std::uint32_t> write_speeds; ///< kB/s (1000 bytes), fastest first
    std::uint32_t calibration_slots = 100;   ///< power calibration area: tries before it is full

    MediumFamily family() const { return family_of(kind); }
    bool erasable() const {
        return kind == MediumKind::cd_rw || is_dvd_minus_rw(kind) || is_dvd_plus_rw(kind) ||
               kind == MediumKind::dvd_ram || kind == MediumKind::bd_re;
    }
    /// Pressed: nothing can ever be recorded on it.
    bool pressed() const {
        return kind == MediumKind::cd_rom || kind == MediumKind::dvd_rom ||
               kind == MediumKind::bd_rom;
    }
    /// Whether it has a groove with absolute time in it.
    bool has_atip() const { return kind == MediumKind::cd_r || kind == MediumKind::cd_rw; }
    /// Blocks from LBA 0 to the last possible lead-out (CD); all of the data zone (DVD, BD, and
    /// what is pressed).
    std::int32_t capacity() const {
        return has_atip() ? mmc::lba_from_msf(atip.lead_out) : data_zone.blocks;
    }
    /// 120, or 80 of a small disc. A CD does not say: the small ones have up to 24 minutes.
    int diameter_mm() const {
        constexpr std::int32_t small_cd_blocks = 25 * 60 * 75;
        return has_atip() ? (capacity() < small_cd_blocks ? 80 : 120) : data_zone.size_mm;
    }
    /// Blocks that are recorded together: an ECC block of a DVD, a cluster of a BD.
    std::int32_t write_unit() const {
        constexpr std::array<std::int32_t, 3> blocks{1, 16, 32};
        return blocks[static_cast<std::size_t>(family())];
    }
};

} // namespace burnrig::emulator
