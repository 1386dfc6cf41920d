// SPDX-License-Identifier: Apache-2.0
// Sense data: why a command failed. One table of names and texts serves the drive, the driver's
// messages, the fault rules and the reports.
//
//     03/73/03  "opc-failed"  POWER CALIBRATION AREA ERROR
//     ^key ^ASC ^ASCQ ^name in rules and messages
//
// Source: SPC-3 4.5 (formats), annex D (texts); MMC-5 annex F (which of them a recorder uses).
// Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "mmc/target.h"

namespace burnrig::mmc {

enum class SenseKey : std::uint8_t {
    no_sense = 0x0,
    recovered_error = 0x1,
    not_ready = 0x2,
    medium_error = 0x3,
    hardware_error = 0x4,
    illegal_request = 0x5,
    unit_attention = 0x6,
    data_protect = 0x7,
    blank_check = 0x8,
    vendor_specific = 0x9,
    copy_aborted = 0xA,
    aborted_command = 0xB,
    volume_overflow = 0xD,
    miscompare = 0xE,
};

/// Key, additional sense code, qualifier.
struct SenseCode {
    SenseKey key = SenseKey::no_sense;
    std::uint8_t asc = 0;
    std::uint8_t ascq = 0;

    constexpr bool operator==(const SenseCode&) const = default;
};

/// Where an ILLEGAL REQUEST found fault (SPC-3, 4.5.2.4.2).
struct FieldPointer {
    bool in_cdb = true; ///< else in the parameter list
    std::uint16_t byte = 0;
    std::optional<std::uint8_t> bit;

    constexpr bool operator==(const FieldPointer&) const = default;
};

struct Sense {
    SenseCode code;
    bool deferred = false;   ///< response code 71h/73h: speaks of an earlier command
    bool descriptor = false; ///< format 72h/73h
    std::optional<std::uint32_t> information{}; ///< the first logical block address it speaks of
    std::optional<std::uint16_t> progress{};    ///< 0..65535 of 65536 (keys NO SENSE and NOT READY)
    std::optional<FieldPointer> field{};        ///< key ILLEGAL REQUEST

    constexpr bool operator==(const Sense&) const = default;
};

/// 18 bytes in fixed format, 8 to 28 in descriptor format.
SenseBytes encode(const Sense& sense);

/// Nothing when the bytes are too few to hold a code or the response code is none of 70h..73h. A
/// fixed format cut at 14 bytes or later still gives its code; what was cut off is absent.
std::optional<Sense> decode_sense(std::span<const std::uint8_t> bytes);

/// The standard's text of an ASC/ASCQ pair, in capitals; "" when the table has none.
std::string_view sense_text(std::uint8_t asc, std::uint8_t ascq);

/// "MEDIUM ERROR" and the like; "" for a reserved key.
std::string_view sense_key_text(SenseKey key);

/// "03/73/03".
std::string to_string(SenseCode code);

/// "03/73/03 MEDIUM ERROR, POWER CALIBRATION AREA ERROR".
std::string describe(SenseCode code);

/// A code that burners' people know by a name.
struct NamedSense {
    std::string_view name;
    SenseCode code;
};

/// All names, in the order of the table.
std::span<const NamedSense> named_senses();

std::optional<SenseCode> find_sense(std::string_view name);

/// The name of a code; "" when it has none.
std::string_view sense_name(SenseCode code);

/// Reads "03/73/03" (hexadecimal, one or two digits each) or a name of the table.
std::optional<SenseCode> parse_sense(std::string_view text);

/// The codes that the drive itself gives, by name, so that no triple stands twice in the code.
namespace sense {
inline constexpr SenseCode none{};
inline constexpr SenseCode background_format{SenseKey::no_sense, 0x04, 0x04};
inline constexpr SenseCode spares_exhausted{SenseKey::recovered_error, 0x5D, 0x03};
inline constexpr SenseCode pca_almost_full{SenseKey::recovered_error, 0x73, 0x01};
inline constexpr SenseCode pma_almost_full{SenseKey::recovered_error, 0x73, 0x06};
inline constexpr SenseCode not_ready{SenseKey::not_ready, 0x04, 0x00};
inline constexpr SenseCode becoming_ready{SenseKey::not_ready, 0x04, 0x01};
inline constexpr SenseCode start_needed{SenseKey::not_ready, 0x04, 0x02};
inline constexpr SenseCode format_in_progress{SenseKey::not_ready, 0x04, 0x04};
inline constexpr SenseCode operation_in_progress{SenseKey::not_ready, 0x04, 0x07};
inline constexpr SenseCode long_write{SenseKey::not_ready, 0x04, 0x08};
inline constexpr SenseCode unknown_format{SenseKey::not_ready, 0x30, 0x01};
inline constexpr SenseCode no_medium{SenseKey::not_ready, 0x3A, 0x00};
inline constexpr SenseCode no_medium_tray_closed{SenseKey::not_ready, 0x3A, 0x01};
inline constexpr SenseCode tray_open{SenseKey::not_ready, 0x3A, 0x02};
inline constexpr SenseCode write_error{SenseKey::medium_error, 0x0C, 0x00};
inline constexpr SenseCode loss_of_streaming{SenseKey::medium_error, 0x0C, 0x09};
inline constexpr SenseCode padding_added{SenseKey::medium_error, 0x0C, 0x0A};
inline constexpr SenseCode unrecovered_read{SenseKey::medium_error, 0x11, 0x00};
inline constexpr SenseCode read_error{SenseKey::medium_error, 0x11, 0x05};
inline constexpr SenseCode circ_unrecovered{SenseKey::medium_error, 0x11, 0x06};
inline constexpr SenseCode erase_failed{SenseKey::medium_error, 0x51, 0x00};
inline constexpr SenseCode erase_incomplete{SenseKey::medium_error, 0x51, 0x01};
inline constexpr SenseCode no_toc{SenseKey::medium_error, 0x57, 0x00};
inline constexpr SenseCode format_corrupted{SenseKey::medium_error, 0x31, 0x00};
inline constexpr SenseCode format_failed{SenseKey::medium_error, 0x31, 0x01};
inline constexpr SenseCode no_spare_left{SenseKey::medium_error, 0x32, 0x00};
inline constexpr SenseCode fixation_failed{SenseKey::medium_error, 0x72, 0x00};
inline constexpr SenseCode leadin_failed{SenseKey::medium_error, 0x72, 0x01};
inline constexpr SenseCode leadout_failed{SenseKey::medium_error, 0x72, 0x02};
inline constexpr SenseCode pca_full{SenseKey::medium_error, 0x73, 0x02};
inline constexpr SenseCode opc_failed{SenseKey::medium_error, 0x73, 0x03};
inline constexpr SenseCode pma_update_failed{SenseKey::medium_error, 0x73, 0x04};
inline constexpr SenseCode pma_full{SenseKey::medium_error, 0x73, 0x05};
inline constexpr SenseCode internal_failure{SenseKey::hardware_error, 0x44, 0x00};
inline constexpr SenseCode parameter_list_length{SenseKey::illegal_request, 0x1A, 0x00};
inline constexpr SenseCode invalid_opcode{SenseKey::illegal_request, 0x20, 0x00};
inline constexpr SenseCode lba_out_of_range{SenseKey::illegal_request, 0x21, 0x00};
inline constexpr SenseCode bad_write_address{SenseKey::illegal_request, 0x21, 0x02};
inline constexpr SenseCode invalid_field_in_cdb{SenseKey::illegal_request, 0x24, 0x00};
inline constexpr SenseCode invalid_field_in_list{SenseKey::illegal_request, 0x26, 0x00};
inline constexpr SenseCode sequence_error{SenseKey::illegal_request, 0x2C, 0x00};
inline constexpr SenseCode layer_jump_crossed{SenseKey::illegal_request, 0x21, 0x03};
inline constexpr SenseCode program_area_not_empty{SenseKey::illegal_request, 0x2C, 0x03};
inline constexpr SenseCode incompatible_medium{SenseKey::illegal_request, 0x30, 0x00};
inline constexpr SenseCode unwritable_medium{SenseKey::illegal_request, 0x30, 0x05};
inline constexpr SenseCode cannot_format_medium{SenseKey::illegal_request, 0x30, 0x06};
inline constexpr SenseCode medium_not_formatted{SenseKey::illegal_request, 0x30, 0x10};
inline constexpr SenseCode saving_not_supported{SenseKey::illegal_request, 0x39, 0x00};
inline constexpr SenseCode removal_prevented{SenseKey::illegal_request, 0x53, 0x02};
inline constexpr SenseCode end_of_track{SenseKey::illegal_request, 0x63, 0x00};
inline constexpr SenseCode packet_does_not_fit{SenseKey::illegal_request, 0x63, 0x01};
inline constexpr SenseCode illegal_mode_for_track{SenseKey::illegal_request, 0x64, 0x00};
inline constexpr SenseCode invalid_packet_size{SenseKey::illegal_request, 0x64, 0x01};
inline constexpr SenseCode incomplete_track{SenseKey::illegal_request, 0x72, 0x03};
inline constexpr SenseCode reserved_track_empty{SenseKey::illegal_request, 0x72, 0x04};
inline constexpr SenseCode too_many_reservations{SenseKey::illegal_request, 0x72, 0x05};
inline constexpr SenseCode medium_changed{SenseKey::unit_attention, 0x28, 0x00};
inline constexpr SenseCode power_on{SenseKey::unit_attention, 0x29, 0x00};
inline constexpr SenseCode bus_reset{SenseKey::unit_attention, 0x29, 0x02};
inline constexpr SenseCode device_reset{SenseKey::unit_attention, 0x29, 0x03};
inline constexpr SenseCode internal_reset{SenseKey::unit_attention, 0x29, 0x04};
inline constexpr SenseCode mode_parameters_changed{SenseKey::unit_attention, 0x2A, 0x01};
inline constexpr SenseCode write_protected{SenseKey::data_protect, 0x27, 0x00};
inline constexpr SenseCode software_write_protected{SenseKey::data_protect, 0x27, 0x02};
inline constexpr SenseCode persistent_write_protect{SenseKey::data_protect, 0x27, 0x04};
} // namespace sense

} // namespace burnrig::mmc
