// SPDX-License-Identifier: Apache-2.0
// Whether the drive is about to run out of data, and how close it came: reckoned from what is in
// the ring, what is in the drive's buffer, and how fast the drive burns.
//
//     ring  |#######|..............      a quarter and less: an underrun is predicted
//     drive |##############|.......      dry at  now + level / speed
//
// The drive tells its buffer's level only when it is asked; in between it is reckoned: every WRITE
// raises it, time lowers it at the speed that the last two answers show. Plain arithmetic; one
// thread at a time.
#pragma once

#include <cstdint>
#include <optional>

#include "mmc/clock.h"

namespace burnrig::driver {

struct WriterStatistics {
    std::uint64_t ring_bytes = 0;       ///< 0: no ring, the source was in memory
    std::uint64_t ring_min = 0;         ///< the least that was in it while more was to come
    std::uint32_t drive_buffer = 0;     ///< bytes; 0: the drive does not tell
    std::uint32_t drive_buffer_min = 0; ///< the least, told or reckoned, once it had been full
    std::uint32_t starvations = 0;      ///< how often the ring was empty while more was to come
    mmc::Duration starved{0};           ///< how long in all
    std::uint32_t underruns_predicted = 0;
    std::uint32_t underruns_prevented = 0; ///< predicted ones that did not come
    std::uint32_t underruns = 0;           ///< how often the drive's buffer must have run dry
    std::uint32_t refusals = 0;            ///< WRITEs refused since the drive's buffer was full
    std::uint32_t lost_statuses = 0;       ///< WRITEs whose end the host never heard of
    std::uint32_t transfer_bytes = 0;      ///< of the WRITEs at the end
};

class UnderrunWatch {
public:
    /// `ring_slots` 0: there is no ring worth watching.
    UnderrunWatch(std::uint64_t ring_slots, std::uint64_t slot_bytes);

    /// What READ BUFFER CAPACITY said.
    void drive_level(mmc::Duration now, std::uint32_t size, std::uint32_t used);
    /// A WRITE ended.
    void sent(mmc::Duration now, std::uint64_t bytes);
    /// The ring before a WRITE; `more` pieces are to come.
    void ring(mmc::Duration now, std::uint64_t filled, bool more);
    /// The ring is empty although more is to come.
    void starves(mmc::Duration now);
    /// There is something again.
    void fed(mmc::Duration now);

    /// Whether the drive has burned all that it got, as far as can be reckoned.
    bool dry(mmc::Duration now) const;
    bool starving() const { return starving_since_.has_value(); }
    /// How long ring and drive buffer last if nothing more comes; nothing while that is not known.
    std::optional<mmc::Duration> lasts(mmc::Duration now, std::uint64_t ring_bytes) const;

    const WriterStatistics& statistics() const { return statistics_; }
    WriterStatistics& statistics() { return statistics_; }

private:
    double level(mmc::Duration now) const;

    WriterStatistics statistics_;
    std::uint64_t slots_;
    std::uint64_t slot_bytes_;
    double bytes_per_ns_ = 0; // the burning; 0: not known
    double level_ = 0;        // at `level_at_`
    mmc::Duration level_at_{0};
    bool was_filled_ = false; // it got something to burn
    bool was_full_ = false;
    bool alarmed_ = false;
    bool dry_since_alarm_ = false;
    std::optional<mmc::Duration> starving_since_;

    // The last answer of the drive, and what it was sent since.
    std::optional<mmc::Duration> told_at_;
    double told_ = 0;
    double sent_since_ = 0;
};

} // namespace burnrig::driver
