// SPDX-License-Identifier: Apache-2.0
// DVD-RW in restricted overwrite: whole ECC blocks at random where the disc is formatted.
//
//     FORMAT 15h --> intermediate: grows as it is written to at its end
//                        | CLOSE SESSION         ^ FORMAT 13h (quick grow)
//                        v                       |
//                    partly formatted -----------+      FORMAT 00h, 10h: all of it at once
//
// BLANK makes it a sequential disc again (dvd_rw_states.h).
// Sources: MMC-5, 4.4.4 (restricted overwrite), features 0026h, 002Ch; mmc-recording 7.
#pragma once

#include "emulator/drive/recording/overwrite/overwrite_rules.h"

namespace burnrig::emulator {

class RestrictedOverwriteRules final : public OverwriteRules {
public:
    mmc::Profile profile(const Disc& disc) const override;
    bool feature_current(const LogicalUnit& unit, std::uint16_t feature) const override;
    DiscView disc_view(const LogicalUnit& unit) const override;
    TrackView track_view(const LogicalUnit& unit, const Track& track) const override;
    FormatCapacities format_capacities(const LogicalUnit& unit) const override;
    Answer close(LogicalUnit& unit, std::uint8_t function, std::uint16_t track, mmc::Duration now,
                 bool immediate) override;
    Answer blank(LogicalUnit& unit, std::uint8_t type, std::int32_t address, mmc::Duration now,
                 bool immediate) override;
    void cut_off(LogicalUnit& unit, mmc::Duration now) override;
    void recover(LogicalUnit& unit) override;
    Answer format(LogicalUnit& unit, const FormatRequest& request) override;

protected:
    Answer admit(LogicalUnit& unit, const WriteRequest& request) override;
    std::int32_t writable_end(const LogicalUnit& unit) const override;
    Answer blocks_written(LogicalUnit& unit, std::int32_t first, std::int32_t end) override;

private:
    void set_size(LogicalUnit& unit, std::int32_t blocks) const;

    /// The disc's size when it first grew in this drive: so much is there whatever is cut off.
    std::optional<std::int32_t> size_before_growth_;
};

} // namespace burnrig::emulator
