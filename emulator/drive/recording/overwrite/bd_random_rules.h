// SPDX-License-Identifier: Apache-2.0
// BD-R in random recording mode: FORMAT UNIT set spare areas aside; then any block can be written,
// in any order. What is written once stays: to write over a cluster takes a spare one for it.
//
// Sources: MMC-5, 4.20 (BD-R RRM), feature 0023h bit RRM; mmc-recording 11.
#pragma once

#include "emulator/drive/recording/overwrite/overwrite_rules.h"

namespace burnrig::emulator {

class BdRandomRules final : public OverwriteRules {
public:
    mmc::Profile profile(const Disc&) const override { return mmc::Profile::bd_r_random; }
    bool feature_current(const LogicalUnit& unit, std::uint16_t feature) const override;
    Answer format(LogicalUnit& unit, const FormatRequest& request) override;

protected:
    DiscStatus formatted_status() const override { return DiscStatus::other; }
    void add_offers(const LogicalUnit&, FormatCapacities&) const override {}
    bool verifies(const LogicalUnit& unit, const WriteRequest& request) const override;
    Answer before_blocks(LogicalUnit& unit, std::int32_t first, std::int32_t end) override;
};

} // namespace burnrig::emulator
