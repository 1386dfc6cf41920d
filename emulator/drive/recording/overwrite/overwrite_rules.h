// SPDX-License-Identifier: Apache-2.0
// The recording rules of media that are formatted and then written at random: DVD+RW, DVD-RAM,
// DVD-RW in restricted overwrite, BD-RE, BD-R in random recording mode.
//
//     unformatted --FORMAT UNIT--> formatted: one track, WRITE any block, SYNCHRONIZE CACHE
//
// A part of an ECC block or cluster is written by reading it, changing it, and writing it whole.
// What of that differs from medium to medium is in the classes derived from this one: which blocks
// may be written (admit), whether the drive verifies (verifies), the formats.
// Sources: MMC-5 chapter 4 (media models), features 0020h, 0024h, 0026h, 002Ah, 002Ch.
#pragma once

#include <optional>
#include <span>

#include "emulator/drive/recording/overwrite/pending_blocks.h"
#include "emulator/drive/recording/recording_rules.h"

namespace burnrig::emulator {

class OverwriteRules : public RecordingRules {
public:
    bool writable(const Disc& disc) const override;
    DiscView disc_view(const LogicalUnit& unit) const override;
    std::optional<TrackView> next_track(const LogicalUnit& unit) const override;
    TrackView track_view(const LogicalUnit& unit, const Track& track) const override;
    bool knows_invisible_track() const override { return false; }
    std::int32_t capacity(const LogicalUnit& unit) const override;
    std::int32_t readable_end(const LogicalUnit& unit) const override;
    std::optional<mmc::SenseCode> unrecorded_fault(const LogicalUnit& unit,
                                                   std::int32_t lba) const override;
    FormatCapacities format_capacities(const LogicalUnit& unit) const override;
    TrackResources track_resources(const LogicalUnit& unit) const override;
    bool writing() const final { return writing_; }
    bool written_at_random() const final { return true; }
    bool can_simulate() const final { return false; }

    Answer calibrate(LogicalUnit& unit, mmc::Duration now) override;
    Answer write(LogicalUnit& unit, const WriteRequest& request) final;
    Answer synchronize(LogicalUnit& unit, mmc::Duration now, bool immediate) final;
    Answer format(LogicalUnit& unit, const FormatRequest& request) override = 0;
    mmc::Duration leave(LogicalUnit& unit, mmc::Duration now) override;
    void cut_off(LogicalUnit& unit, mmc::Duration now) override;
    void end_idle_write(LogicalUnit& unit, mmc::Duration now) final;
    void recover(LogicalUnit& unit) override;

protected:
    static bool formatted(const Disc& disc);
    static const Formatting& format_of(const LogicalUnit& unit);

    /// Disc status of a formatted disc in READ DISC INFORMATION.
    virtual DiscStatus formatted_status() const { return DiscStatus::complete; }
    /// The formats that READ FORMAT CAPACITIES offers.
    virtual void add_offers(const LogicalUnit&, FormatCapacities&) const {}
    /// Refuses blocks that cannot be written now; all are below capacity().
    virtual Answer admit(LogicalUnit& unit, const WriteRequest& request);
    /// Behind the last block that can be written now.
    virtual std::int32_t writable_end(const LogicalUnit& unit) const;
    /// Whether the drive reads what it has written, and replaces what is bad.
    virtual bool verifies(const LogicalUnit& unit, const WriteRequest& request) const;
    /// Blocks [first, end) are about to be recorded. Errors: as replace_defects().
    virtual Answer before_blocks(LogicalUnit&, std::int32_t, std::int32_t) { return good(); }
    /// They are on the disc.
    virtual Answer blocks_written(LogicalUnit&, std::int32_t, std::int32_t) { return good(); }

    /// Whether a write is in progress whose last block was the one before.
    bool goes_on_at(std::int32_t lba) const { return writing_ && lba == next_; }
    /// When the drive has burned all it was sent.
    mmc::Duration busy_until(const LogicalUnit& unit) const;
    /// Everything sent is on the disc.
    Answer finish_write(LogicalUnit& unit);

private:
    Answer check(LogicalUnit& unit, const WriteRequest& request);
    Answer take(LogicalUnit& unit, const WriteRequest& request);
    Answer record(LogicalUnit& unit, const WriteRequest& request);
    Answer fill_units(LogicalUnit& unit, std::int32_t first, std::int32_t end);

    bool writing_ = false;
    std::int32_t next_ = 0; ///< behind the last block of the last WRITE
    PendingBlocks pending_;
};

} // namespace burnrig::emulator
