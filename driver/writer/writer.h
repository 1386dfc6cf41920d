// SPDX-License-Identifier: Apache-2.0
// Ring -> drive: sends what the reader has put into the ring, in order, each block once.
//
// A step function: each step sends one WRITE or says what it waits for.
//
//     the ring is full, or holds all there is  ->  first WRITE     (before that the laser is off)
//     the ring is empty                        ->  wait for data; after the drive ran dry for half
//                                                  of the ring, so that it links once and not often
//     2/04/07, 2/04/08: nothing was taken      ->  the same WRITE again after a pause
//     the host never heard how a WRITE ended   ->  the next writable address tells how far it came
//     the transport takes no such length       ->  half of it
//     a stop request                           ->  no further WRITE
//     anything else                            ->  the end: what may have been written must not be
//                                                  written again
#pragma once

#include <optional>
#include <span>
#include <string>

#include "driver/commands/recording.h"
#include "driver/recorder/operation.h"
#include "driver/writer/ring.h"
#include "driver/writer/step.h"
#include "driver/writer/underrun_watch.h"
#include "driver/writer/write_task.h"

namespace burnrig::driver {

struct WriteResult {
    std::uint64_t blocks_sent = 0;   ///< that the drive said it took, zeros included
    std::uint64_t source_blocks = 0; ///< of them, with data of the source (perhaps zeros behind)
    bool stopped = false;            ///< ended by a stop request
    WriterStatistics statistics;
};

struct WriterSettings {
    std::uint32_t transfer_bytes = 64 * 1024;
    /// Nothing was lost when the drive runs dry: protection against underruns is on, or the medium
    /// needs none.
    bool links = true;
    bool ring_matters = true; ///< there is a source that may make the drive wait
    StopToken* stop = nullptr;
};

class Writer {
public:
    /// Everything outlives the writer.
    Writer(Operation& operation, std::span<const WriteTask> tasks, Ring& ring,
           const WriterSettings& settings);

    Outcome<Wait> step();

    /// How far it came, either way.
    WriteResult result() const;

private:
    std::size_t pieces_needed(mmc::Duration now) const;
    Outcome<void> begin();
    Outcome<Wait> starve();
    Outcome<void> feed();
    Outcome<Wait> finish();
    Outcome<Wait> send();
    std::int32_t next_lba() const;
    void accepted(std::uint64_t blocks);
    bool halve_transfer();

    Outcome<Wait> went_wrong(const CommandError& error, std::uint32_t blocks);
    Outcome<Wait> refused(const CommandError& error, std::uint32_t blocks);
    Outcome<Wait> after_lost_status(const CommandError& error, std::uint32_t blocks);
    tl::unexpected<BurnError> fail(const CommandError& failed, const std::string& more = {});
    mmc::Duration pause_for(std::size_t bytes, const std::optional<BufferCapacity>& buffer) const;

    Outcome<std::optional<BufferCapacity>> ask_buffer();
    Progress progress_now() const;
    Outcome<void> report();
    bool stop_requested() const { return settings_.stop != nullptr && settings_.stop->requested(); }

    Operation& operation_;
    std::span<const WriteTask> tasks_;
    Ring& ring_;
    WriterSettings settings_;
    UnderrunWatch watch_;
    WriteResult result_;

    bool begun_ = false;
    std::uint32_t task_ = 0;        // of the piece in front
    std::uint64_t task_sent_ = 0;   // blocks of this task
    std::size_t piece_sent_ = 0;    // bytes of the piece in front
    std::uint32_t transfer_bytes_;  // what one WRITE carries now
    bool ask_buffer_ = true;        // false once the drive refused to tell
    std::uint64_t total_bytes_ = 0; // 0: not known
    std::uint64_t bytes_sent_ = 0;
    mmc::Duration start_{0};
    mmc::Duration next_report_{0};
    std::uint64_t next_report_bytes_ = 0;

    /// The failure of a WRITE whose answer was lost, until the drive has taken another one.
    std::optional<CommandError> lost_;

    // A WRITE that the drive refuses for now.
    std::optional<mmc::Duration> refused_since_;
    mmc::Duration pause_until_{0};
    mmc::Duration pause_least_{0};
};

} // namespace burnrig::driver
