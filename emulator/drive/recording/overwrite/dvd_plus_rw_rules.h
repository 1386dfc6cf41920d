// SPDX-License-Identifier: Apache-2.0
// DVD+RW, of one layer or two: formatted in the background while the host already writes.
//
//     virgin --FORMAT 26h--> running --de-iced to the end--> complete
//                              ^ \--CLOSE, eject, power loss--> suspended
//                              \---------FORMAT 26h, Restart-----/
//
// De-icing is writing over what was never written; it advances with drive time while the host does
// nothing, and skips what the host has written.
// Sources: MMC-5, 4.16 (DVD+RW model), feature 002Ah; mmc-recording 9.
#pragma once

#include "emulator/drive/recording/overwrite/overwrite_rules.h"

namespace burnrig::emulator {

class DvdPlusRwRules final : public OverwriteRules {
public:
    mmc::Profile profile(const Disc& disc) const override;
    bool feature_current(const LogicalUnit& unit, std::uint16_t feature) const override;
    std::optional<mmc::SenseCode> unrecorded_fault(const LogicalUnit& unit,
                                                   std::int32_t lba) const override;
    Answer close(LogicalUnit& unit, std::uint8_t function, std::uint16_t track, mmc::Duration now,
                 bool immediate) override;
    void advance(LogicalUnit& unit, mmc::Duration now) override;
    std::optional<std::uint16_t> background_progress(const LogicalUnit& unit,
                                                     mmc::Duration now) const override;
    mmc::Duration leave(LogicalUnit& unit, mmc::Duration now) override;
    void cut_off(LogicalUnit& unit, mmc::Duration now) override;
    void recover(LogicalUnit& unit) override;
    Answer format(LogicalUnit& unit, const FormatRequest& request) override;

protected:
    void add_offers(const LogicalUnit& unit, FormatCapacities& capacities) const override;
    Answer admit(LogicalUnit& unit, const WriteRequest& request) override;

private:
    Answer restart(LogicalUnit& unit, const FormatRequest& request);
    void suspend(LogicalUnit& unit);
    void complete(LogicalUnit& unit);
    void skip_recorded(LogicalUnit& unit);

    std::optional<mmc::Duration> deiced_until_; ///< the time up to which de-icing is reckoned
};

} // namespace burnrig::emulator
