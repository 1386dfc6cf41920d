// SPDX-License-Identifier: Apache-2.0
#include "emulator/faults/action_words.h"

#include <algorithm>
#include <vector>

#include "emulator/faults/quantity.h"
#include "emulator/faults/reply_fields.h"
#include "emulator/faults/token_reader.h"
#include "emulator/faults/words.h"
#include "mmc/system_error.h"

namespace burnrig::emulator::faults {
namespace {

using Refusal = std::optional<SyntaxError>;

constexpr std::uint64_t most_corrupt_bits = 2352 * 8; // all of a raw sector

template <class Table>
Refusal check_word_of(Column column, std::string_view what, const std::string& word,
                      const Table& table) {
    std::vector<std::string_view> known;
    for (const auto& entry : table)
        known.push_back(entry.word);
    return check_word(column, what, word, known);
}

Refusal check_corrupt(const action::Corrupt& corrupt, Column column) {
    const auto& word = corrupt.words.front();
    if (auto refusal = check_word_of(column, "way to corrupt", word, corrupt_words))
        return refusal;
    if (corrupt.words.size() == 1)
        return std::nullopt;
    if (word != "bits")
        return SyntaxError{column.value, fmt::format("expected nothing behind 'corrupt {}', found "
                                                     "'{}'",
                                                     word, corrupt.words[1])};
    const auto bits = parse_count(corrupt.words[1], most_corrupt_bits);
    if (corrupt.words.size() > 2 || !bits || *bits == 0)
        return SyntaxError{
            column.value,
            fmt::format("expected 'corrupt bits N' with N from 1 to {}", most_corrupt_bits)};
    return std::nullopt;
}

Refusal check_report(const action::Report& report, Column column) {
    const auto* field = find_reply_field(report.field);
    if (!field) {
        std::vector<std::string_view> known;
        for (const auto& entry : reply_fields())
            known.push_back(entry.name);
        return check_word(column, "field", report.field, known);
    }
    const auto value = parse_reported(*field, report.value);
    if (value)
        return std::nullopt;
    return SyntaxError{column.value,
                       fmt::format("expected {} behind 'report {} =', found '{}'",
                                   value.error().message, report.field, report.value)};
}

Refusal check_errno(const std::string& word, Column column) {
    if (mmc::system_error_of(word))
        return std::nullopt;
    constexpr std::array<std::string_view, 16> usual{
        "EIO",   "ENODEV", "ENXIO",     "ENOMEM", "EINTR",  "EAGAIN", "EBUSY",  "EACCES",
        "EPERM", "EINVAL", "ETIMEDOUT", "ENOENT", "ENOTTY", "ENOSPC", "EFAULT", "EBADF"};
    return check_word(column, "errno", word, usual);
}

Refusal nonsense(Column column, std::string_view why) {
    return SyntaxError{column.value, std::string(why)};
}

} // namespace

Refusal check_word(Column column, std::string_view what, const std::string& word,
                   std::span<const std::string_view> known) {
    if (std::find(known.begin(), known.end(), word) != known.end())
        return std::nullopt;
    return SyntaxError{column.value,
                       fmt::format("unknown {} {}{}", what, show({TokenKind::word, word, {}}),
                                   did_you_mean(word, {known.begin(), known.end()}))};
}

Refusal check_action_words(const Action& action, const Backend& backend) {
    const auto column = action.column;
    if (const auto* a = std::get_if<action::Status>(&action.what))
        return check_word_of(column, "status", a->word, status_words);
    if (const auto* a = std::get_if<action::Host>(&action.what))
        return check_word_of(column, "host status", a->word, host_words);
    if (const auto* a = std::get_if<action::Errno>(&action.what))
        return check_errno(a->word, column);
    if (const auto* a = std::get_if<action::Corrupt>(&action.what))
        return check_corrupt(*a, column);
    if (const auto* a = std::get_if<action::Report>(&action.what))
        return check_report(*a, column);
    if (const auto* a = std::get_if<action::Reset>(&action.what))
        return check_word_of(column, "reset", a->word, reset_words);
    if (const auto* a = std::get_if<action::Eject>(&action.what))
        return check_word_of(column, "way to eject", a->word, eject_words);
    if (const auto* a = std::get_if<action::Signal>(&action.what))
        return check_word_of(column, "signal", a->word, signal_words);
    if (const auto* a = std::get_if<action::UseUp>(&action.what))
        return check_word_of(column, "area", a->area, wear_words);
    if (const auto* a = std::get_if<action::Throttle>(&action.what))
        return a->bytes_per_second > 0 ? std::nullopt
                                       : nonsense(column, "at no rate at all nothing ever ends");
    if (const auto* a = std::get_if<action::Misplace>(&action.what))
        return a->count > 0 && a->count <= INT32_MAX
                   ? std::nullopt
                   : nonsense(column,
                              fmt::format("expected 'misplace N' with N from 1 to {} blocks",
                                          INT32_MAX));
    if (const auto* a = std::get_if<action::Swap>(&action.what))
        if (const auto found = backend.find_medium(a->word); !found)
            return nonsense(column, found.error().message);
    return std::nullopt;
}

} // namespace burnrig::emulator::faults
