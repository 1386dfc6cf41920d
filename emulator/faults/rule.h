// SPDX-License-Identifier: Apache-2.0
// What a fault rule says, as data: the result of the parser, the food of the engine and the
// printer.
//
//     opc: at SEND_OPC_INFORMATION #1 before -> take 8.906s, fail 03/73/03 ; once
//     name    point                qualifiers   actions                      limit
//
// Also the other statements of a rule file (settings, expectations, includes), since they share one
// grammar. Two rules are equal when they say the same, wherever they were written.
// Plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mmc/clock.h"
#include "mmc/opcode.h"
#include "mmc/sense.h"

namespace burnrig::emulator::faults {

/// Where something stands in its line, counted from 1; 0 when it was not read from text.
struct Column {
    std::size_t value = 0;
    constexpr bool operator==(const Column&) const { return true; }
};

/// A number from 0 to 1, in billionths, so that text and value are each other's exact image.
struct Ratio {
    static constexpr std::uint32_t one = 1'000'000'000;
    std::uint32_t billionths = 0;
    constexpr double value() const { return static_cast<double>(billionths) / one; }
    constexpr bool operator==(const Ratio&) const = default;
};

/// Logical block addresses, both ends included: `4096..4127`.
struct BlockRange {
    std::int32_t first = 0;
    std::int32_t last = 0;
    constexpr bool operator==(const BlockRange&) const = default;
};

enum class Comparison : std::uint8_t {
    equal,
    not_equal,
    less,
    less_or_equal,
    greater,
    greater_or_equal
};

/// Whether `left cmp right` holds.
template <class T>
constexpr bool compare(T left, Comparison comparison, T right) {
    switch (comparison) {
    case Comparison::equal:
        return left == right;
    case Comparison::not_equal:
        return left != right;
    case Comparison::less:
        return left < right;
    case Comparison::less_or_equal:
        return left <= right;
    case Comparison::greater:
        return left > right;
    case Comparison::greater_or_equal:
        return left >= right;
    }
    return false;
}

/// Where in the course of things a rule speaks up.
namespace point {
struct Command { // "SEND_OPC_INFORMATION"
    std::uint8_t opcode = 0;
    bool operator==(const Command&) const = default;
};
struct CommandGroup {                // "@write"
    std::optional<mmc::Group> group; // nothing: "@any"
    bool operator==(const CommandGroup&) const = default;
};
struct Source { // "source.read"
    std::string event;
    bool operator==(const Source&) const = default;
};
struct Host { // "host.open"
    std::string event;
    bool operator==(const Host&) const = default;
};
struct Time { // "time 12s"
    mmc::Duration time{0};
    bool operator==(const Time&) const = default;
};
struct Fired { // "fired opc"
    std::string rule;
    bool operator==(const Fired&) const = default;
};
struct State { // "state writing"
    std::string state;
    bool operator==(const State&) const = default;
};
} // namespace point

struct Point {
    std::variant<point::Command, point::CommandGroup, point::Source, point::Host, point::Time,
                 point::Fired, point::State>
        what;
    Column column;
    bool operator==(const Point&) const = default;
};

/// What else must hold.
namespace qualifier {
/// "#3": the third. "#3..7": third to seventh. "#3+": third and all later. "#3..9+2": 3, 5, 7, 9.
struct Index {
    std::uint64_t first = 1;           // from 1
    std::optional<std::uint64_t> last; // nothing: without end
    std::uint64_t step = 1;            // 1 when last == first
    bool contains(std::uint64_t count) const {
        return count >= first && (!last || count <= *last) && (count - first) % step == 0;
    }
    bool operator==(const Index&) const = default;
};
struct Blocks { // "lba 4096..4127"
    BlockRange range;
    bool operator==(const Blocks&) const = default;
};
struct Phase { // "phase writing"
    std::string phase;
    bool operator==(const Phase&) const = default;
};
struct BufferLevel { // "buffer < 0.1"
    Comparison comparison{};
    Ratio level;
    bool operator==(const BufferLevel&) const = default;
};
struct Bytes { // "bytes >= 20MiB"
    Comparison comparison{};
    std::uint64_t size = 0;
    bool operator==(const Bytes&) const = default;
};
struct Probability { // "p 0.02"
    Ratio ratio;
    bool operator==(const Probability&) const = default;
};
struct CdbByte { // "cdb[2] == 0x02"
    std::uint8_t index = 0;
    Comparison comparison{};
    std::uint8_t value = 0;
    bool operator==(const CdbByte&) const = default;
};
struct Since { // "since drop"
    std::string rule;
    bool operator==(const Since&) const = default;
};
struct Before { // "before"
    bool operator==(const Before&) const = default;
};
struct After { // "after"
    bool operator==(const After&) const = default;
};
struct Midway { // "midway 0.5"
    std::optional<Ratio> ratio;
    bool operator==(const Midway&) const = default;
};
} // namespace qualifier

struct Qualifier {
    std::variant<qualifier::Index, qualifier::Blocks, qualifier::Phase, qualifier::BufferLevel,
                 qualifier::Bytes, qualifier::Probability, qualifier::CdbByte, qualifier::Since,
                 qualifier::Before, qualifier::After, qualifier::Midway>
        what;
    Column column;
    bool operator==(const Qualifier&) const = default;
};

/// What happens then.
namespace action {
struct Take { // "take 8.906s", "take +2s"
    mmc::Duration duration{0};
    bool more = false;
    bool operator==(const Take&) const = default;
};
struct Fail { // "fail 03/0C/00 deferred info 624", "fail 03/73/03 length 0x13"
    mmc::SenseCode code;
    bool deferred = false;
    bool descriptor = false;
    std::optional<std::uint32_t> information;
    std::optional<std::uint8_t> length{}; // the additional sense length
    std::vector<std::uint8_t> raw{};      // exactly these sense bytes; empty: the usual ones
    bool operator==(const Fail&) const = default;
};
struct Status { // "status BUSY"
    std::string word;
    bool operator==(const Status&) const = default;
};
struct Host { // "host RESET"
    std::string word;
    bool operator==(const Host&) const = default;
};
struct Errno { // "errno EIO"
    std::string word;
    bool operator==(const Errno&) const = default;
};
struct Busy { // "busy 90s 02/04/08"
    mmc::Duration duration{0};
    std::optional<mmc::SenseCode> code;
    bool operator==(const Busy&) const = default;
};
struct Hang { // "hang", "hang 5s"
    std::optional<mmc::Duration> duration;
    bool operator==(const Hang&) const = default;
};
struct Short { // "short 512B"
    std::uint64_t size = 0;
    bool operator==(const Short&) const = default;
};
struct Torn { // "torn 3"
    std::uint64_t count = 0;
    bool operator==(const Torn&) const = default;
};
struct Corrupt {                    // "corrupt bits 3"
    std::vector<std::string> words; // at least one
    bool operator==(const Corrupt&) const = default;
};
struct Unreadable { // "unreadable 4096..4127", "unreadable 100..200 tries 3"
    BlockRange range;
    std::optional<std::uint32_t> tries{}; // the one that succeeds; nothing: none does
    bool operator==(const Unreadable&) const = default;
};
struct Lose { // "lose"
    bool operator==(const Lose&) const = default;
};
struct Misplace { // "misplace 16"
    std::uint64_t count = 0;
    bool operator==(const Misplace&) const = default;
};
struct Stale { // "stale"
    bool operator==(const Stale&) const = default;
};
struct Report { // "report nwa = 0"
    std::string field;
    std::string value;
    bool operator==(const Report&) const = default;
};
struct PowerLoss { // "power-loss 4s"
    std::optional<mmc::Duration> back_after;
    bool operator==(const PowerLoss&) const = default;
};
struct Reset { // "reset bus"
    std::string word;
    bool operator==(const Reset&) const = default;
};
struct Unplug { // "unplug 2s"
    std::optional<mmc::Duration> back_after;
    bool operator==(const Unplug&) const = default;
};
struct Eject { // "eject emergency"
    std::string word;
    bool operator==(const Eject&) const = default;
};
struct Swap { // "swap cd-r-80"
    std::string word;
    bool operator==(const Swap&) const = default;
};
struct Drain { // "drain"
    bool operator==(const Drain&) const = default;
};
struct Stall { // "stall 3s"
    mmc::Duration duration{0};
    bool operator==(const Stall&) const = default;
};
struct Throttle { // "throttle 4MiB/s"
    std::uint64_t bytes_per_second = 0;
    bool operator==(const Throttle&) const = default;
};
struct Signal { // "signal TERM"
    std::string word;
    bool operator==(const Signal&) const = default;
};
struct Pause { // "pause"
    bool operator==(const Pause&) const = default;
};
struct Log { // "log \"here\""
    std::string text;
    bool operator==(const Log&) const = default;
};
struct UseUp { // "use-up pca", "use-up pma leaving 2"
    std::string area;
    std::optional<std::uint32_t> leaving{};
    bool operator==(const UseUp&) const = default;
};
} // namespace action

struct Action {
    std::variant<action::Take, action::Fail, action::Status, action::Host, action::Errno,
                 action::Busy, action::Hang, action::Short, action::Torn, action::Corrupt,
                 action::Unreadable, action::Lose, action::Misplace, action::Stale, action::Report,
                 action::PowerLoss, action::Reset, action::Unplug, action::Eject, action::Swap,
                 action::Drain, action::Stall, action::Throttle, action::Signal, action::Pause,
                 action::Log, action::UseUp>
        what;
    Column column;
    bool operator==(const Action&) const = default;
};

/// How often.
namespace limit {
struct Once {
    bool operator==(const Once&) const = default;
};
struct Times {
    std::uint64_t count = 1;
    bool operator==(const Times&) const = default;
};
struct Always {
    bool operator==(const Always&) const = default;
};
struct For {
    mmc::Duration duration{0};
    bool operator==(const For&) const = default;
};
struct Until {
    Point point;
    bool operator==(const Until&) const = default;
};
} // namespace limit

struct Limit {
    std::variant<limit::Once, limit::Times, limit::Always, limit::For, limit::Until> what;
    Column column;
    bool operator==(const Limit&) const = default;
};

struct FaultRule {
    std::string name; ///< "" when it has none
    Point point;
    std::vector<Qualifier> qualifiers;
    std::vector<Action> actions; ///< at least one
    std::optional<Limit> limit;
    bool operator==(const FaultRule&) const = default;
};

} // namespace burnrig::emulator::faults
