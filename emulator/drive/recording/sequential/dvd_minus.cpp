// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/sequential/dvd_minus.h"

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/dvd_rw_states.h"
#include "emulator/drive/recording/sequential/layer_break.h"

namespace burnrig::emulator {

bool DvdMinusRules::only_at_once(const Disc& disc) const {
    return is_dvd_minus_rw(kind_) && disc.structure().minimally_blanked;
}

bool DvdMinusRules::feature_current(const LogicalUnit& unit, std::uint16_t feature) const {
    const bool rewritable = is_dvd_minus_rw(kind_);
    switch (feature) {
    case 0x001F: // DVD read
        return true;
    case 0x0021: // incremental streaming writable
        return writable(*unit.disc) && !only_at_once(*unit.disc);
    case 0x0023: // formattable
    case 0x002C: // rigid restricted overwrite
        return rewritable;
    case 0x010E: // CSS managed recording
        return kind_ == MediumKind::dvd_download && writable(*unit.disc);
    case 0x002F: // DVD-R/-RW write
        return writable(*unit.disc);
    default:
        return false;
    }
}

// Incremental and disc at once, in blocks of 2048 bytes. Layer jump recording is not offered.
bool DvdMinusRules::accepts(const WriteParameters& parameters) const {
    constexpr std::uint8_t mode1_2048 = 8;
    const auto type = static_cast<WriteType>(parameters.write_type);
    return parameters.data_block_type == mode1_2048 &&
           (type == WriteType::packet || type == WriteType::session_at_once);
}

SequentialRules::Method DvdMinusRules::method(const LogicalUnit& unit) const {
    const auto& parameters = unit.pages.write_parameters();
    Method wanted;
    wanted.at_once = parameters.write_type == static_cast<std::uint8_t>(WriteType::session_at_once);
    wanted.simulated = parameters.test_write;
    // Incremental recording stops at an ECC block and links there, with a loss that no host sees.
    wanted.is_protected = parameters.burn_free || !wanted.at_once;
    wanted.next_session = parameters.next_session_allowed();
    return wanted;
}

SequentialRules::CloseAction DvdMinusRules::close_action(const LogicalUnit&,
                                                         std::uint8_t function) const {
    switch (function) {
    case 1:
        return CloseAction::close_track;
    case 2: // the multi-session bits say whether it finalizes
        return CloseAction::close_session;
    default:
        return CloseAction::invalid;
    }
}

Answer DvdMinusRules::admit(const LogicalUnit& unit, const Method& method) const {
    const bool incremental_lost = only_at_once(*unit.disc) && !method.at_once;
    return incremental_lost ? refuse(mmc::sense::illegal_mode_for_track) : good();
}

Answer DvdMinusRules::admit_zone(const LogicalUnit& unit, const Method& method,
                                 const sequential::Zone& zone) const {
    if (method.at_once == zone.at_once)
        return good();
    const bool not_reserved = method.at_once && structure(unit).tracks.empty();
    return refuse(not_reserved ? mmc::sense::sequence_error : mmc::sense::illegal_mode_for_track);
}

Answer DvdMinusRules::blank(LogicalUnit& unit, std::uint8_t type, std::int32_t, mmc::Duration now,
                            bool immediate) {
    if (!is_dvd_minus_rw(kind_))
        return refuse(mmc::sense::unwritable_medium);
    auto answer = blank_dvd_rw(unit, type, now, immediate);
    if (answer.good())
        forget();
    return answer;
}

FormatCapacities DvdMinusRules::format_capacities(const LogicalUnit& unit) const {
    return is_dvd_minus_rw(kind_) ? dvd_rw_format_capacities(unit)
                                  : SequentialRules::format_capacities(unit);
}

Answer DvdMinusRules::format(LogicalUnit& unit, const FormatRequest& request) {
    if (!is_dvd_minus_rw(kind_))
        return refuse(mmc::sense::cannot_format_medium);
    auto answer = format_dvd_rw(unit, request);
    if (answer.good())
        forget();
    return answer;
}

Answer DvdMinusRules::send_structure(LogicalUnit& unit, std::uint8_t format,
                                     std::span<const std::uint8_t> payload) {
    if (kind_ != MediumKind::dvd_minus_r_dl || format != layer_boundary_format)
        return refuse_cdb(7);
    return set_layer_break(unit, payload);
}

} // namespace burnrig::emulator
