// SPDX-License-Identifier: Apache-2.0
// BD-RE: sold unformatted; formatted with spare clusters, then the drive verifies and replaces, or
// without, then it writes at full speed.
//
// Sources: MMC-5, 4.20 (BD model), features 0020h, 0023h, 0024h; mmc-recording 12.
#pragma once

#include "emulator/drive/recording/overwrite/overwrite_rules.h"

namespace burnrig::emulator {

class BdReRules final : public OverwriteRules {
public:
    mmc::Profile profile(const Disc&) const override { return mmc::Profile::bd_re; }
    bool feature_current(const LogicalUnit& unit, std::uint16_t feature) const override;
    Answer format(LogicalUnit& unit, const FormatRequest& request) override;

protected:
    DiscStatus formatted_status() const override { return DiscStatus::other; }
    void add_offers(const LogicalUnit& unit, FormatCapacities& capacities) const override;
    bool verifies(const LogicalUnit& unit, const WriteRequest& request) const override;

private:
    Answer expand(LogicalUnit& unit, const FormatRequest& request);
};

} // namespace burnrig::emulator
