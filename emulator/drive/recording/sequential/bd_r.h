// SPDX-License-Identifier: Apache-2.0
// BD-R in sequential recording mode (SRM): the engine of sequential_rules.h, and what only BD-R
// has: one FORMAT UNIT before the first write, which sets spare areas aside and may allow to
// overwrite (pseudo-overwrite, SRM+POW).
//
//   SRM+POW:  | written once ....|x|........| next writable ....      WRITE to x: the drive puts
//   the
//                                 \______________^                    new cluster where the next
//                                                                     blocks would go and notes it
//
// Source: MMC-5, 4.5 and 6.5 (FORMAT UNIT).
#pragma once

#include "emulator/drive/recording/sequential/sequential_rules.h"

namespace burnrig::emulator {

class BdRules final : public SequentialRules {
public:
    explicit BdRules(MediumKind kind) : SequentialRules(kind) {}

    bool feature_current(const LogicalUnit& unit, std::uint16_t feature) const override;
    std::int32_t capacity(const LogicalUnit& unit) const override;
    std::int32_t readable_end(const LogicalUnit& unit) const override;
    std::optional<mmc::SenseCode> unrecorded_fault(const LogicalUnit& unit,
                                                   std::int32_t lba) const override;
    bool open_session_in_toc(const LogicalUnit& unit) const override;
    FormatCapacities format_capacities(const LogicalUnit& unit) const override;
    std::optional<PseudoOverwriteResources>
    pseudo_overwrite_resources(const LogicalUnit& unit) const override;

    Answer format(LogicalUnit& unit, const FormatRequest& request) override;
    Answer synchronize(LogicalUnit& unit, mmc::Duration now, bool immediate) override;

protected:
    CloseAction close_action(const LogicalUnit& unit, std::uint8_t function) const override;
    Answer admit(const LogicalUnit& unit, const Method& method) const override;
    bool verifies(const LogicalUnit& unit, const WriteRequest& request) const override;
    bool finalizes_by_itself(const LogicalUnit& unit) const override;
    Answer write_elsewhere(LogicalUnit& unit, const WriteRequest& request) override;

private:
    Answer overwrite(LogicalUnit& unit, const WriteRequest& request);
    std::int32_t new_clusters(std::int32_t first, std::int32_t end) const;

    /// Clusters [first, end) that were moved since the last SYNCHRONIZE CACHE: they are still in
    /// the buffer and take no new place when they are written to again.
    std::int32_t moved_first_ = 0;
    std::int32_t moved_end_ = 0;
};

} // namespace burnrig::emulator
