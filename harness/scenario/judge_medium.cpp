// SPDX-License-Identifier: Apache-2.0
// What `expect: {medium: ...}` and `{session: ...}` say, by the disc itself:
//
//     unchanged       a user sees no difference (calibrations are wear, not a difference)
//     equals image    the track that was recorded holds the image, whole and readable
//     differs         it does not
//     blank, appendable, complete, damaged       the disc's state
//     unusable        neither blank nor with the image on it
//     open-session    its last session is begun and not closed
//     appendable-or-reported-damaged
//     absent          nothing in the drive, or the tray is open
//     ... reported    and our driver said in what state it left the disc
//     session N intact                        tracks and blocks of the session are as before
//     session N intact-or-being-overwritten   each block is the one before or the image's
#include <algorithm>

#include <fmt/format.h>

#include "emulator/disc/describe.h"
#include "harness/scenario/disc_compare.h"
#include "harness/scenario/judge.h"
#include "harness/scenario/words.h"

namespace burnrig::harness::scenario {
namespace {

using emulator::Disc;
using emulator::Track;

const Track* find_track(const Disc& disc, std::uint16_t number) {
    const auto& tracks = disc.structure().tracks;
    const auto found = std::find_if(tracks.begin(), tracks.end(),
                                    [&](const Track& track) { return track.number == number; });
    return found == tracks.end() ? nullptr : &*found;
}

std::string state_is(const Evidence& evidence, std::string_view wanted) {
    const auto state = emulator::disc_state(*evidence.outcome.disc);
    return state == wanted ? "" : std::string(state);
}

std::string unchanged(const Evidence& evidence) {
    if (!evidence.before)
        return "a disc";
    return visible_difference(*evidence.before, *evidence.outcome.disc);
}

std::string open_session(const Evidence& evidence) {
    const auto& structure = evidence.outcome.disc->structure();
    const bool open = !structure.sessions.empty() &&
                      structure.sessions.back().state == emulator::SessionState::open;
    return open ? "" : std::string(emulator::disc_state(*evidence.outcome.disc));
}

bool is_reported(const Outcome& outcome) {
    return !outcome.disc_now.empty() && !outcome.disc_now.starts_with("not known");
}

std::string damaged_is_reported(const Evidence& evidence) {
    const auto state = emulator::disc_state(*evidence.outcome.disc);
    if (state == "appendable" || (state == "damaged" && is_reported(evidence.outcome)))
        return {};
    return fmt::format("{}, of which it said: {}", state, evidence.outcome.disc_now);
}

struct Entry {
    std::string_view words;
    std::string (*judge)(const Evidence&);
};
constexpr Entry table[]{
    {"unchanged", unchanged},
    {"equals image", against_image},
    {"differs",
     [](const Evidence& e) -> std::string {
         return against_image(e).empty() ? "the image is on the disc" : "";
     }},
    {"blank", [](const Evidence& e) { return state_is(e, "blank"); }},
    {"appendable", [](const Evidence& e) { return state_is(e, "appendable"); }},
    {"complete", [](const Evidence& e) { return state_is(e, "complete"); }},
    {"damaged", [](const Evidence& e) { return state_is(e, "damaged"); }},
    {"unusable",
     [](const Evidence& e) -> std::string {
         if (state_is(e, "blank").empty())
             return "blank";
         return against_image(e).empty() ? "the image is on the disc" : "";
     }},
    {"open-session", open_session},
    {"appendable-or-reported-damaged", damaged_is_reported},
    {"absent", [](const Evidence&) -> std::string { return "a disc in the drive"; }},
};
static_assert(std::size(table) == medium_words.size());

// Tracks as they were, but for the numbers that later sessions change.
std::string track_difference(const Track& was, const Track* is) {
    if (!is)
        return fmt::format("track {} is gone", was.number);
    if (was.session != is->session || was.start != is->start || was.end > is->end ||
        was.state != is->state || was.control != is->control || is->damaged != was.damaged)
        return fmt::format("track {} is another one now", was.number);
    return {};
}

// Blocks that are neither as before nor the image's.
std::string overwriting_difference(const Evidence& evidence, const Track& track) {
    const auto& disc = *evidence.outcome.disc;
    for (std::int32_t lba = track.start; lba < track.end; ++lba) {
        const auto from = static_cast<std::size_t>(lba - track.start) * driver::data_block_bytes;
        if (!first_difference(*evidence.before, disc, lba, lba + 1))
            continue;
        if (from >= evidence.image.size() ||
            !image_difference(
                 disc, lba,
                 evidence.image.subspan(from, std::min<std::size_t>(driver::data_block_bytes,
                                                                    evidence.image.size() - from)))
                 .empty())
            return fmt::format("block {} is neither the old nor the new one", lba);
    }
    return {};
}

} // namespace

const Track* recorded_track(const Disc* before, const Disc& after) {
    for (const auto& track : after.structure().tracks) {
        const auto* was = before ? find_track(*before, track.number) : nullptr;
        if (!was || was->end != track.end)
            return &track;
    }
    const auto& tracks = after.structure().tracks;
    return after.structure().format.kind != emulator::FormatKind::none && !tracks.empty()
               ? &tracks.front()
               : nullptr;
}

std::string against_image(const Evidence& evidence) {
    const auto& disc = *evidence.outcome.disc;
    const auto* track = recorded_track(evidence.before, disc);
    if (!track)
        return "no track was recorded";
    return image_difference(disc, track->start, evidence.image);
}

std::string judge_medium(const Evidence& evidence, const std::vector<std::string>& words) {
    const auto& outcome = evidence.outcome;
    const bool gone = !outcome.disc || outcome.drive.tray == emulator::Tray::open;
    auto wanted = words;
    const bool reported = wanted.size() > 1 && wanted.back() == reported_word;
    if (reported)
        wanted.pop_back();
    const auto text = fmt::format("{}", fmt::join(wanted, " "));
    if (text == "absent" && gone)
        return {};
    if (!outcome.disc)
        return text == "unchanged" && !evidence.before ? "" : "no disc in the drive";
    const auto* entry =
        std::find_if(std::begin(table), std::end(table),
                     [&](const Entry& candidate) { return candidate.words == text; });
    if (entry == std::end(table))
        return "nothing that can be judged";
    auto seen = entry->judge(evidence);
    if (seen.empty() && reported && !is_reported(outcome))
        seen = fmt::format("it is, but of the disc was said: \"{}\"", outcome.disc_now);
    return seen;
}

std::string judge_session(const Evidence& evidence, std::uint64_t number, const std::string& word) {
    if (!evidence.before || !evidence.outcome.disc)
        return "no disc";
    const auto& disc = *evidence.outcome.disc;
    bool any = false;
    for (const auto& was : evidence.before->structure().tracks) {
        if (was.session != number)
            continue;
        any = true;
        if (auto seen = track_difference(was, find_track(disc, was.number)); !seen.empty())
            return seen;
        if (word != "intact") {
            if (auto seen = overwriting_difference(evidence, was); !seen.empty())
                return seen;
        } else if (const auto lba = first_difference(*evidence.before, disc, was.start, was.end)) {
            return fmt::format("block {} is another one now", *lba);
        }
    }
    return any ? "" : "the disc never had tracks in it";
}

} // namespace burnrig::harness::scenario
