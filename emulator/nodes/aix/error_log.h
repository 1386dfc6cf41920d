// SPDX-License-Identifier: Apache-2.0
// The error log of AIX's CD-ROM driver: four kinds of records, each with a fixed template, and the
// sense data of the command that failed.
//
//     class       type  description  probable causes   failure causes
//     media       PERM  1312         5000              5000, 6310
//     hardware    PERM  1312         6310              6310, 6330
//     recovered   TEMP  1312         5000, 6310        5000, 6310
//     unknown     UNKN  FE00         3300, 5000, 6310  FFFF
//
// Source: the manual of idecdrom, "Reliability and Serviceability Information". Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>

#include "emulator/nodes/aix/include/sys/errids.h"
#include "mmc/clock.h"
#include "mmc/target.h"

namespace burnrig::emulator::nodes {

enum class AixErrorClass : std::uint8_t { none, media, hardware, recovered, unknown };

/// What the system knows of a kind of record before any happens. The codes are those of AIX's
/// catalogue of error messages.
struct AixErrorTemplate {
    AixErrorClass error_class = AixErrorClass::none;
    std::uint32_t error_id = 0;
    std::string_view name;    ///< "media"
    std::string_view comment; ///< "CD-ROM read media error"
    char device_class = 'H';  ///< hardware
    bool report = true;       ///< goes into an error report
    bool log = true;          ///< makes an entry in the log
    bool alert = false;       ///< alerts nobody
    std::string_view type;    ///< "PERM", "TEMP", "UNKN"
    std::uint16_t description = 0;
    std::span<const std::uint16_t> probable_causes{};
    std::span<const std::uint16_t> user_causes{};
    std::span<const std::uint16_t> user_actions{};
    std::span<const std::uint16_t> failure_causes{};
    std::span<const std::uint16_t> failure_actions{};
    std::uint16_t detail_bytes = 156;
    std::uint16_t detail_label = 11; ///< sense data
    std::string_view detail_format = "HEX";
};

std::span<const AixErrorTemplate> aix_error_templates();

/// The template of a class that has one; the unknown one for `none`.
const AixErrorTemplate& aix_error_template(AixErrorClass error_class);

/// The catalogue's words for a code, "" for one that the driver does not use.
std::string_view aix_error_text(std::uint16_t code);

struct AixErrorRecord {
    std::uint64_t sequence = 0; ///< 1, 2, 3, ...
    mmc::Duration time{0};      ///< drive time
    const AixErrorTemplate* kind = nullptr;
    err_rec record{};

    /// detail_data, as the structure that it is.
    idecdrom_error_rec detail() const;
};

/// "media: CD-ROM read media error, cd0, READ_10 2800..., sense 03/11/05 ..." in one line.
std::string describe(const AixErrorRecord& record);

class AixErrorLog {
public:
    static constexpr std::size_t records_max = 1000; ///< the oldest go first

    void add(AixErrorRecord record);
    /// Oldest first.
    const std::deque<AixErrorRecord>& records() const { return records_; }
    /// How many there ever were.
    std::uint64_t count() const { return count_; }
    void clear() { records_.clear(); }

private:
    std::deque<AixErrorRecord> records_;
    std::uint64_t count_ = 0;
};

} // namespace burnrig::emulator::nodes
