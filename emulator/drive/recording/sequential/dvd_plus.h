// SPDX-License-Identifier: Apache-2.0
// DVD+R and DVD+R DL: the engine of sequential_rules.h, and what only they have: mode page 05h does
// not count, functions of CLOSE TRACK/SESSION that finalize, a layer break that the host may choose
// before anything is recorded.
//
// Source: MMC-5, 4.4.6 and 6.3 (CLOSE TRACK/SESSION), 6.39 (SEND DISC STRUCTURE).
#pragma once

#include "emulator/drive/recording/sequential/sequential_rules.h"

namespace burnrig::emulator {

class DvdPlusRules final : public SequentialRules {
public:
    explicit DvdPlusRules(MediumKind kind)
        : SequentialRules(kind), two_layers_(kind == MediumKind::dvd_plus_r_dl) {}

    bool feature_current(const LogicalUnit& unit, std::uint16_t feature) const override;
    Answer send_structure(LogicalUnit& unit, std::uint8_t format,
                          std::span<const std::uint8_t> payload) override;

protected:
    CloseAction close_action(const LogicalUnit& unit, std::uint8_t function) const override;
    Answer admit(const LogicalUnit& unit, const Method& method) const override;
    bool finalizes_by_itself(const LogicalUnit& unit) const override;

private:
    bool two_layers_;
};

} // namespace burnrig::emulator
