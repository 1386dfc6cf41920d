// SPDX-License-Identifier: Apache-2.0
// DVD-RAM: sold formatted; the drive reads back what it writes and replaces bad ECC blocks; can be
// write protected.
//
// Sources: MMC-5, 4.13 (DVD-RAM model), features 0004h, 0020h, 0024h; mmc-recording 10.
#pragma once

#include "emulator/drive/recording/overwrite/overwrite_rules.h"

namespace burnrig::emulator {

class DvdRamRules final : public OverwriteRules {
public:
    mmc::Profile profile(const Disc&) const override { return mmc::Profile::dvd_ram; }
    bool feature_current(const LogicalUnit& unit, std::uint16_t feature) const override;
    Answer format(LogicalUnit& unit, const FormatRequest& request) override;

protected:
    DiscStatus formatted_status() const override { return DiscStatus::other; }
    void add_offers(const LogicalUnit& unit, FormatCapacities& capacities) const override;
    bool verifies(const LogicalUnit& unit, const WriteRequest& request) const override;
};

} // namespace burnrig::emulator
