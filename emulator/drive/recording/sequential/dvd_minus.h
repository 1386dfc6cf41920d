// SPDX-License-Identifier: Apache-2.0
// DVD-R and DVD-RW as a sequential disc, of one layer or two: the engine of sequential_rules.h, and
// what only they have: mode page 05h decides how a recording goes.
//
//     write type 0  incremental: RZones as they come, borders that the multi-session bits keep open
//     write type 2  disc at once: RESERVE TRACK says how long it is, SYNCHRONIZE CACHE closes it
//
// A DVD-RW that was quickly blanked takes only a disc at once. BLANK and FORMAT UNIT change between
// this and restricted overwrite (dvd_rw_states.h).
// Source: MMC-5, 4.4.3 (media model), 7.4 (mode page 05h), 6.3 (CLOSE TRACK/SESSION).
#pragma once

#include "emulator/drive/recording/sequential/sequential_rules.h"

namespace burnrig::emulator {

class DvdMinusRules final : public SequentialRules {
public:
    explicit DvdMinusRules(MediumKind kind) : SequentialRules(kind), kind_(kind) {}

    bool accepts(const WriteParameters& parameters) const override;
    bool feature_current(const LogicalUnit& unit, std::uint16_t feature) const override;
    Answer blank(LogicalUnit& unit, std::uint8_t type, std::int32_t address, mmc::Duration now,
                 bool immediate) override;
    FormatCapacities format_capacities(const LogicalUnit& unit) const override;
    Answer format(LogicalUnit& unit, const FormatRequest& request) override;
    Answer send_structure(LogicalUnit& unit, std::uint8_t format,
                          std::span<const std::uint8_t> payload) override;

protected:
    Method method(const LogicalUnit& unit) const override;
    CloseAction close_action(const LogicalUnit& unit, std::uint8_t function) const override;
    Answer admit(const LogicalUnit& unit, const Method& method) const override;
    Answer admit_zone(const LogicalUnit& unit, const Method& method,
                      const sequential::Zone& zone) const override;

private:
    bool only_at_once(const Disc& disc) const;

    MediumKind kind_;
};

} // namespace burnrig::emulator
