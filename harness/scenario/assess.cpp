// SPDX-License-Identifier: Apache-2.0
#include "harness/scenario/assess.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>

#include <fmt/format.h>

#include "emulator/disc/describe.h"
#include "harness/scenario/disc_compare.h"
#include "harness/scenario/peers.h"
#include "mmc/sense.h"

namespace burnrig::harness::scenario {
namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

// Letters and digits alone: programs differ in blanks, hyphens and line ends.
std::string squeezed(const std::string& text) {
    std::string out;
    std::copy_if(text.begin(), text.end(), std::back_inserter(out),
                 [](unsigned char c) { return std::isalnum(c) != 0; });
    return out;
}

template <class Words>
bool contains_any(const std::string& text, const Words& words) {
    return std::any_of(std::begin(words), std::end(words),
                       [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

// A command that never reached the drive, or whose answer was lost. The kernel's word for it
// counts.
bool names_transport(const std::string& text, mmc::HostStatus host) {
    constexpr std::array<std::string_view, 5> late{"timed out", "time out", "timeout after",
                                                   "timeout exceed", "within the time limit"};
    constexpr std::array<std::string_view, 8> broken{
        "host status", "host problem", "host adapter",   "transport",
        "bus reset",   "no answer",    "did not answer", "input/output error"};
    return contains_any(text, broken) ||
           (host == mmc::HostStatus::time_out && contains_any(text, late));
}

// That the disc, read back, is not the image.
bool names_difference(const std::string& text) {
    constexpr std::array<std::string_view, 2> words{"differ", "mismatch"};
    return contains_any(text, words);
}

bool is_recovered(const mmc::Completion& completion) {
    const auto sense = mmc::decode_sense(completion.sense.view());
    return completion.host == mmc::HostStatus::ok && sense &&
           sense->code.key == mmc::SenseKey::recovered_error;
}

// The drive asks to be asked again.
bool asks_for_patience(const mmc::Completion& completion) {
    const auto sense = mmc::decode_sense(completion.sense.view());
    return completion.host == mmc::HostStatus::ok && sense && !sense->deferred &&
           sense->code.key == mmc::SenseKey::not_ready && sense->code.asc == 0x04 &&
           sense->code.ascq != 0;
}

// What a truthful program names: the first bad answer that a rule gave; of a drive that asks for
// patience and never gets better, that; after a rule that acted in silence, the first bad answer.
const CommandRecord* first_error(const Outcome& outcome) {
    const auto& all = outcome.commands;
    const auto bad = [](const CommandRecord& record) {
        return !record.completion.good() && !is_recovered(record.completion);
    };
    const auto last = all.end();
    auto found = std::find_if(all.begin(), last, [&](const CommandRecord& record) {
        return record.faulted && bad(record) && !asks_for_patience(record.completion);
    });
    const auto silent =
        std::find_if(all.begin(), last, [](const auto& one) { return one.faulted; });
    if (found == last)
        found = std::find_if(silent, last, [&](const CommandRecord& record) {
            return bad(record) && !is_everyday(record.completion);
        });
    if (found == last) {
        const auto patience = std::find_if(all.rbegin(), all.rend(), [&](const auto& record) {
            return record.faulted && bad(record);
        });
        return patience == all.rend() ? nullptr : &*patience;
    }
    return &*found;
}

bool is_underrun(const CommandRecord* error) {
    if (!error)
        return false;
    const auto sense = mmc::decode_sense(error->completion.sense.view());
    return sense && sense->code.asc == 0x0C && sense->code.ascq == 0x09;
}

// Several programs guess at an underrun whenever a WRITE fails.
bool blames_underrun(const std::string& text) {
    constexpr std::array<std::string_view, 3> claims{"looks like a buffer underrun",
                                                     "buffer under run?", "cause: buffer-underrun"};
    return contains_any(text, claims);
}

bool any_rule_fired(const Outcome& outcome) {
    return outcome.rules.empty() || std::any_of(outcome.rules.begin(), outcome.rules.end(),
                                                [](const auto& rule) { return rule.fired > 0; });
}

// What a simulated burn leaves behind is nothing, and what it is for is the drive's answers.
std::string simulation_difference(const Evidence& evidence, const CommandRecord* error) {
    auto different = evidence.before ? visible_difference(*evidence.before, *evidence.outcome.disc)
                                     : std::string();
    return different.empty() && error ? "unchanged, but the simulation failed" : different;
}

// Why the disc is not as it was ordered; "" when it is.
std::string disc_difference(const Evidence& evidence, const CommandRecord* error) {
    const auto& disc = evidence.outcome.disc;
    if (!disc)
        return "there is no disc";
    if (task_of(evidence.scenario).value_or(BurnSettings{}).simulate)
        return simulation_difference(evidence, error);
    if (auto different = against_image(evidence); !different.empty())
        return different;
    const auto& structure = disc->structure();
    const bool sessions_count = structure.format.kind == emulator::FormatKind::none;
    if (sessions_count && !structure.sessions.empty() &&
        structure.sessions.back().state == emulator::SessionState::open)
        return "the session is left open";
    return emulator::disc_state(*disc) == "damaged" ? "the disc is damaged" : "";
}

std::string error_text(const CommandRecord* error) {
    if (!error)
        return "no error of the drive";
    if (const auto sense = mmc::decode_sense(error->completion.sense.view()))
        return mmc::describe(sense->code);
    return fmt::format("host status {}", static_cast<int>(error->completion.host));
}

// The sense data as bytes, however they are laid out.
bool shows_bytes(const std::string& text, const mmc::SenseBytes& sense) {
    constexpr std::size_t telling = 14; // to the qualifier of the fixed format
    if (sense.length < telling)
        return false;
    std::string plain = text;
    for (auto at = plain.find("0x"); at != std::string::npos; at = plain.find("0x", at))
        plain.erase(at, 2);
    const auto bytes = lower(squeezed(hex(sense.view().first(telling), telling)));
    return squeezed(plain).find(bytes) != std::string::npos;
}

bool names(const std::string& text, const CommandRecord& error) {
    const auto& completion = error.completion;
    if (completion.system_error != 0 &&
        text.find(lower(std::strerror(completion.system_error))) != std::string::npos)
        return true;
    if (completion.host != mmc::HostStatus::ok)
        return names_transport(text, completion.host);
    if (const auto sense = mmc::decode_sense(completion.sense.view()))
        return names_sense(text, sense->code) || shows_bytes(text, completion.sense);
    return contains_any(text, std::array<std::string_view, 2>{"status", "no sense"});
}

std::string_view verdict_on_failure(const std::string& text, const CommandRecord* error,
                                    bool as_ordered) {
    if (blames_underrun(text) && !is_underrun(error))
        return "misleading";
    if (error)
        return names(text, *error) ? "truthful" : "misleading";
    // No command told of anything: then it is the program's own finding.
    return !as_ordered || names_difference(text) ? "truthful" : "misleading";
}

} // namespace

bool is_everyday(const mmc::Completion& completion) {
    const auto sense = mmc::decode_sense(completion.sense.view());
    if (completion.host != mmc::HostStatus::ok || !sense || sense->deferred)
        return false;
    const auto code = sense->code;
    return asks_for_patience(completion) || code.key == mmc::SenseKey::unit_attention ||
           (code.key == mmc::SenseKey::illegal_request &&
            (code.asc == 0x20 || code.asc == 0x24 || code.asc == 0x26 || code.asc == 0x30));
}

bool names_sense(std::string text, mmc::SenseCode code) {
    text = lower(std::move(text));
    const auto key = static_cast<int>(code.key);
    const std::string ours = fmt::format("{:02x}/{:02x}/{:02x}", key, code.asc, code.ascq);
    const std::string libburn = fmt::format("[{:x} {:02x} {:02x}]", key, code.asc, code.ascq);
    const std::string numbers = fmt::format("asc {:02x} ascq {:02x}", code.asc, code.ascq);
    const std::string wodim =
        fmt::format("sense code: 0x{:02x} qual 0x{:02x}", code.asc, code.ascq);
    const std::string growisofs =
        fmt::format("sk={:x}h/asc={:02x}h/acq={:02x}h", key, code.asc, code.ascq);
    if (contains_any(text, std::array{ours, libburn, numbers, wodim, growisofs}))
        return true;
    constexpr std::uint8_t calibration = 0x73;
    if (code.asc == calibration && text.find("calibration failed") != std::string::npos)
        return true;
    const auto standard = lower(squeezed(std::string(mmc::sense_text(code.asc, code.ascq))));
    return !standard.empty() && squeezed(text).find(standard) != std::string::npos;
}

Assessment assess(const Evidence& evidence) {
    const auto& outcome = evidence.outcome;
    if (!any_rule_fired(outcome))
        return {"not-met", "no fault rule fired"};
    if (outcome.word == "hung")
        return {"hang", "it had not come to an end by the deadline"};
    const auto text = lower(outcome.text);
    const auto* error = first_error(outcome);
    const auto difference = disc_difference(evidence, error);
    const bool named = error && names(text, *error);
    const bool succeeded = outcome.word == "succeeded";
    const auto verdict = !succeeded           ? verdict_on_failure(text, error, difference.empty())
                         : difference.empty() ? "truthful"
                         : named              ? "misleading"
                                              : "false-success";
    return {std::string(verdict),
            fmt::format("it reported {}; the disc: {}; {}{}{}", succeeded ? "success" : "failure",
                        difference.empty() ? "as ordered" : difference, error_text(error),
                        !error  ? ""
                        : named ? " is named"
                                : " is not named",
                        blames_underrun(text) ? ", an underrun is blamed" : "")};
}

} // namespace burnrig::harness::scenario
