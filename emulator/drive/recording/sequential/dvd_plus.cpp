// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/sequential/dvd_plus.h"

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/sequential/layer_break.h"

namespace burnrig::emulator {
namespace {

// With a layer break that is not the default, the session that is closed last has this number
// (a maker's manual).
constexpr std::uint16_t last_session_of_shortened = 126;

} // namespace

bool DvdPlusRules::feature_current(const LogicalUnit& unit, std::uint16_t feature) const {
    switch (feature) {
    case 0x001F: // DVD read
        return true;
    case 0x0021: // incremental streaming writable
        return writable(*unit.disc);
    case 0x002B: // DVD+R
        return !two_layers_;
    case 0x003B: // DVD+R dual layer
        return two_layers_;
    case 0x010A: // disc control blocks
        return true;
    default:
        return false;
    }
}

// Mode page 05h does not count, but for the bit that asks not to write: the medium has no test
// write. Who asked for one before it was inserted must not get a real one.
Answer DvdPlusRules::admit(const LogicalUnit& unit, const Method&) const {
    return unit.pages.write_parameters().test_write ? refuse(mmc::sense::illegal_mode_for_track)
                                                    : good();
}

SequentialRules::CloseAction DvdPlusRules::close_action(const LogicalUnit&,
                                                        std::uint8_t function) const {
    switch (function) {
    case 1:
        return CloseAction::close_track;
    case 2:
        return CloseAction::close_session;
    case 4: // with an extended lead-out; what it is on a disc of one layer no source says
        return two_layers_ ? CloseAction::finalize : CloseAction::invalid;
    case 5: // at the smallest radius
    case 6:
        return CloseAction::finalize;
    default:
        return CloseAction::invalid;
    }
}

bool DvdPlusRules::finalizes_by_itself(const LogicalUnit& unit) const {
    const auto& all = unit.disc->structure();
    return two_layers_ && all.layer_0_blocks > 0 &&
           current_session(all).number >= last_session_of_shortened;
}

Answer DvdPlusRules::send_structure(LogicalUnit& unit, std::uint8_t format,
                                    std::span<const std::uint8_t> payload) {
    if (!two_layers_ || format != layer_boundary_format)
        return refuse_cdb(7);
    return set_layer_break(unit, payload);
}

} // namespace burnrig::emulator
