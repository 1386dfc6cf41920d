// SPDX-License-Identifier: Apache-2.0
// What to burn and how, what is told meanwhile, and what came of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "driver/error.h"
#include "driver/recorder/disc_summary.h"
#include "driver/source/compilation.h"
#include "driver/source/source.h"
#include "driver/writer/stop_token.h"
#include "driver/writer/underrun_watch.h"
#include "mmc/clock.h"

namespace burnrig::driver {

/// How the disc is recorded. Which of these a medium has stands in the table of plans (plan.cpp).
enum class WriteMode : std::uint8_t {
    automatic,   ///< the driver chooses and says why
    tao,         ///< CD: track at once
    sao,         ///< CD: session at once
    raw16,       ///< CD: everything made by the driver; P and Q
    raw96p,      ///< CD: the same with P to W, packs completed by the drive
    raw96r,      ///< CD: the same with P to W as they go to the disc
    dao,         ///< DVD-R, DVD-RW: disc at once
    incremental, ///< DVD-R, DVD-RW: track by track
    sequential,  ///< DVD+R, BD-R
    overwrite,   ///< DVD-RW (restricted overwrite), DVD+RW, DVD-RAM, BD-RE
    pow,         ///< BD-R: pseudo-overwrite
    random,      ///< BD-R: random recording mode
};
enum class OpcMode : std::uint8_t {
    automatic, ///< when the drive offers it and has no result for this disc yet
    always,    ///< a drive that refuses the command fails the burn
    never,     ///< leave it to the drive
};

std::string_view to_string(WriteMode mode); ///< "auto", "tao", "sao" ...
std::optional<WriteMode> parse_write_mode(std::string_view word);
std::optional<OpcMode> parse_opc_mode(std::string_view word); ///< "auto", "always", "never"
/// The words that parse_write_mode() knows.
std::vector<std::string> write_mode_words();

/// How fast to record, as a person says it.
struct SpeedWish {
    enum class Unit : std::uint8_t { medium_x, cd_x, dvd_x, bd_x, kilobytes };
    double number = 0;
    Unit unit = Unit::medium_x;

    /// In kB/s for a medium of this family.
    double kilobytes(MediumFamily family) const;
};

/// "8", "8x" (of the medium that is in), "8cd-x", "2.4dvd-x", "6bd-x", "1411kb", or "max", which
/// wishes for nothing. The outer optional is empty when it is none of these.
std::optional<std::optional<SpeedWish>> parse_speed(std::string_view word);

struct BurnJob {
    Source& source; ///< one data track
    /// All that a CD can have, instead of the one track: `source` is then not looked at.
    const Compilation* compilation = nullptr;
    /// Of the compilation, only the tracks of this session; 0: all sessions, one after the other.
    std::uint16_t session = 0;
    WriteMode mode = WriteMode::automatic;
    std::optional<SpeedWish> speed{}; ///< nothing: as fast as drive and disc go
    bool multi = false;               ///< leave the disc appendable
    bool simulate = false;            ///< laser at read power
    OpcMode opc = OpcMode::automatic;
    /// After a failed calibration: how many lower speeds to try.
    int opc_retries = 0;
    bool burn_free = true;  ///< let the drive link after a buffer underrun, where it can
    bool verify = false;    ///< read back and compare every block
    bool eject = false;     ///< open the tray at the end of a good burn
    bool overburn = false;  ///< try it although the drive says that there is not enough room
    bool resume = false;    ///< go on with a recording of this source that was interrupted
    bool streaming = false; ///< DVD-RAM, BD: the drive need not verify what it wrote
    /// Overwritable media and pseudo-overwrite: where the data begin.
    std::optional<std::int32_t> start_lba{};
    /// DVD+R DL: blocks of the first layer; 0: leave it as it is. Nothing: the middle of the data.
    std::optional<std::uint32_t> layer_break{};
    StopToken* stop = nullptr; ///< asks the burn to end early; it must outlive the burn
};

struct Progress {
    Stage stage = Stage::write;
    std::uint64_t bytes = 0;
    std::uint64_t total = 0;       ///< 0: not known
    mmc::Duration elapsed{0};      ///< since the stage began
    double kb_per_second = 0;      ///< 1000 bytes of user data, mean since the stage began
    std::uint32_t buffer_size = 0; ///< the drive's buffer in bytes; 0: not known
    std::uint32_t buffer_used = 0;
    std::uint64_t ring_size = 0; ///< what waits between a stream and the drive; 0: nothing has to
    std::uint64_t ring_used = 0;

    /// To the end of the stage at the mean speed so far; nothing while that is not known.
    std::optional<mmc::Duration> time_left() const;
};

/// Told about a burn under way, on the thread that runs it.
class Observer {
public:
    virtual ~Observer() = default;
    /// A stage begins. `text` adds what is worth knowing, such as the plan; it may be empty.
    virtual void stage(Stage, std::string_view /*text*/) {}
    virtual void progress(const Progress&) {}
    /// Something to know that does not end the burn.
    virtual void warning(std::string_view) {}
    /// Something failed and is done again, or in another way. Told as a warning unless overridden.
    virtual void retry(Stage, std::string_view text) { warning(text); }
};

struct VerifyResult {
    std::uint64_t compared = 0; ///< blocks
    std::uint64_t differing = 0;
    std::uint64_t unreadable = 0;
    std::optional<std::int32_t> first_bad;
    /// Samples by which the drive reads audio ahead of where it is; some at the end of a track are
    /// then not compared.
    std::int32_t audio_offset = 0;
};

/// What a good burn did.
struct BurnReport {
    WriteMode mode = WriteMode::tao;
    std::string mode_reason;          ///< why this mode
    std::int32_t first_lba = 0;       ///< where the user data begin
    std::uint64_t blocks = 0;         ///< user data with padding
    std::uint64_t padding_blocks = 0; ///< zeros added after the last block of the source
    std::uint64_t bytes = 0;          ///< of the source
    bool simulated = false;
    bool calibrated = false;          ///< SEND OPC INFORMATION was carried out
    double speed_kb = 0;              ///< the speed that was asked of the drive; 0: its choice
    std::uint64_t resumed_blocks = 0; ///< that were on the disc already
    std::uint32_t write_retries = 0;  ///< WRITEs repeated because the drive's buffer was full
    WriterStatistics writer;
    std::optional<VerifyResult> verify;
    mmc::Duration elapsed{0}; ///< of everything
    mmc::Duration writing{0}; ///< from the first WRITE to the end of the flush
    std::string disc_now;     ///< the disc's state as read at the end
    std::vector<std::string> warnings;
    std::vector<std::string> notes; ///< such as "padded to 300 blocks, the shortest track of a CD"
};

nlohmann::ordered_json to_json(const BurnReport& report);
std::string to_text(const BurnReport& report);

} // namespace burnrig::driver
