// SPDX-License-Identifier: Apache-2.0
// A recorder: everything that a person wants from an optical drive, in whole operations.
//
// Each operation waits (bounded) until the drive is ready, reads the medium anew, and leaves the
// tray unlocked. Nothing is remembered from one operation to the next, so that a disc swapped in
// between is never taken for the old one. Every wait goes through the clock, which must be the one
// that the target lives on. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "driver/error.h"
#include "driver/recorder/disc_summary.h"
#include "driver/recorder/job.h"
#include "driver/writer/ring.h"
#include "mmc/clock.h"
#include "mmc/target.h"

namespace burnrig::driver {

enum class BlankType : std::uint8_t { full, fast };

/// What a disc is to be made into.
enum class FormatKind : std::uint8_t {
    standard,         ///< what the drive proposes first for this medium
    without_spares,   ///< BD-RE: all of the capacity, no defect management
    pseudo_overwrite, ///< BD-R
    spares_only,      ///< BD-R: sequential, with defect management
    random,           ///< BD-R: random recording mode
};
std::optional<FormatKind> parse_format_kind(std::string_view word);
/// The words that parse_format_kind() knows.
std::vector<std::string> format_kind_words();

struct FormatWish {
    FormatKind kind = FormatKind::standard;
    bool full = false;  ///< DVD-RW: write all of the disc, not only what a quick format needs
    bool again = false; ///< also when the disc is formatted already
};

struct RecorderOptions {
    /// The most that one command may carry; the transport's limit (SgDevice::max_transfer()).
    std::uint32_t max_transfer_bytes = 64 * 1024;
    /// A burn that is faster than the disc can be written fails. Off for drives that take no time.
    bool judge_speed = true;
    /// What is read ahead of a stream.
    std::size_t ring_bytes = ring_bytes_default;
    /// For simulations: streams are read on the same thread, in drive time.
    bool single_thread = false;
    /// The same, and this seed decides who of reader and writer goes first each time.
    std::optional<std::uint64_t> writer_seed{};
    /// Asks whatever is done to end early; it must outlive the recorder. A burn prefers its own.
    StopToken* stop = nullptr;
};

/// Takes bytes that were read; false ends the reading with cause source-error.
using BlockSink = std::function<bool(std::span<const std::uint8_t>)>;

class Recorder {
public:
    Recorder(mmc::Target& target, mmc::Clock& clock, RecorderOptions options = {});

    Outcome<BurnReport> burn(const BurnJob& job, Observer* observer = nullptr);

    /// Gives the state of the disc afterwards.
    Outcome<DiscSummary> blank(BlankType type, Observer* observer = nullptr);

    /// Formats the disc as asked, or as the drive proposes; gives its state afterwards.
    Outcome<DiscSummary> format(const FormatWish& wish, Observer* observer = nullptr);

    /// Closes the open track and session; with `finalize` nothing can be appended any more.
    Outcome<DiscSummary> close(bool finalize, Observer* observer = nullptr);

    /// Works without a medium.
    Outcome<DriveSummary> drive();
    Outcome<DiscSummary> disc();
    Outcome<Toc> toc();

    /// Reads data blocks in ascending order. `count` nothing: to the end of the track that `first`
    /// lies in, without the two run-out blocks of a track written at once. Gives the number of
    /// blocks read.
    Outcome<std::uint64_t> read(std::int32_t first, std::optional<std::uint64_t> count,
                                const BlockSink& sink, Observer* observer = nullptr);

    /// Reads a data track back from `first` on and compares every block with the source. Fails
    /// with verify-mismatch, read-error or nothing-verified.
    Outcome<VerifyResult> verify(Source& source, std::int32_t first, Observer* observer = nullptr);

    Outcome<void> eject();
    Outcome<void> load();

private:
    Outcome<BurnReport> burn_session(const BurnJob& job, Observer* observer);

    mmc::Target& target_;
    mmc::Clock& clock_;
    RecorderOptions options_;
};

} // namespace burnrig::driver
