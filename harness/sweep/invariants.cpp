// SPDX-License-Identifier: Apache-2.0
#include "harness/sweep/invariants.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "emulator/disc/describe.h"
#include "harness/results/finding.h"
#include "harness/scenario/disc_compare.h"
#include "harness/sweep/outcome.h"
#include "harness/sweep/written.h"
#include "mmc/opcode.h"

namespace burnrig::harness::sweep {
namespace {

using mmc::Group;
using mmc::Opcode;

constexpr std::size_t repeats_max = 64; ///< of one command that fails and asks for no patience
constexpr std::size_t commands_max = 60'000;

bool went_bad(const CommandRecord& record) {
    return !record.completion.good();
}

bool any_strike(const Seen& seen, auto condition) {
    return std::any_of(seen.strikes.begin(), seen.strikes.end(), condition);
}

bool struck_silently(const Seen& seen) {
    return any_strike(seen,
                      [](const Strike& strike) { return strike.kind.effect == Effect::silent; });
}

// The command that the error speaks of: the last that failed as it says.
const CommandRecord* told_of(const Seen& seen) {
    const auto& error = *seen.error;
    const auto found = std::find_if(
        seen.commands.rbegin(), seen.commands.rend(), [&](const CommandRecord& record) {
            return std::ranges::equal(record.cdb(), error.cdb.view()) &&
                   record.completion.status == error.status &&
                   record.completion.host == error.host &&
                   std::ranges::equal(record.completion.sense.view(), error.sense_bytes.view());
        });
    return found == seen.commands.rend() ? nullptr : &*found;
}

std::uint64_t last_write(const Seen& seen) {
    const auto found =
        std::find_if(seen.commands.rbegin(), seen.commands.rend(), [](const CommandRecord& record) {
            return mmc::in_group(record.opcode(), Group::write);
        });
    return found == seen.commands.rend() ? 0 : found->number;
}

std::string never_success_on_a_bad_disc(const Trial& trial) {
    const auto& seen = trial.seen();
    if (!seen.succeeded)
        return {};
    if (!trial.disc())
        return "it reports success, and the disc is gone";
    if (seen.other_disc) {
        // Somebody put in another one: before the first WRITE that one is to be recorded.
        const bool later =
            std::find_if(seen.commands.begin(), seen.commands.end(), [](const auto& record) {
                return record.faulted;
            })->number > last_write(seen);
        const auto missing =
            later ? std::string()
                  : image_missing(*trial.disc(), seen.report->first_lba, trial.ground().image);
        return missing.empty() ? "" : "it reports success, another disc is in, and " + missing;
    }
    auto different =
        differs_from_golden(trial.ground(), *trial.disc(), blocks_sent_again(seen.commands));
    if (different.empty() || (struck_silently(seen) && !trial.ground().subject.burn.verify))
        return {};
    return "it reports success, and " + different;
}

std::string failure_is_named(const Trial& trial) {
    const auto& seen = trial.seen();
    if (!seen.error)
        return {};
    const auto& error = *seen.error;
    const auto text = driver::to_text(error);
    if (text.find(driver::cause_name(error.cause)) == std::string::npos)
        return "its text lacks the cause";
    if (error.cdb.length == 0)
        return {};
    const bool by_reply =
        !error.sense && error.host == mmc::HostStatus::ok && error.status == mmc::Status::good;
    if (!by_reply && !told_of(seen))
        return fmt::format("it speaks of a {} that never failed so", error.command);
    if (text.find(error.command) == std::string::npos)
        return fmt::format("its text lacks the command {}", error.command);
    if (error.sense && text.find(mmc::to_string(error.sense->code)) == std::string::npos)
        return "its text lacks the sense code";
    const bool of_a_write = mmc::in_group(error.cdb.bytes[0], Group::write);
    if (of_a_write && !error.deferred && !error.lba && error.host == mmc::HostStatus::ok)
        return "it is of a WRITE, and names no address";
    return {};
}

// An unlocking that a fault kept from the drive, or from being heard, is not the driver's doing.
std::string tray_is_unlocked(const Trial& trial) {
    const auto& seen = trial.seen();
    if (!seen.drive.removal_prevented)
        return {};
    if (seen.succeeded)
        return "it reports success, and the tray is locked";
    const auto unlocks = [](const CommandRecord& record) {
        return record.opcode() == static_cast<std::uint8_t>(Opcode::prevent_allow_medium_removal) &&
               (record.cdb_bytes[4] & 1) == 0;
    };
    const auto tried = std::find_if(seen.commands.rbegin(), seen.commands.rend(), unlocks);
    if (tried == seen.commands.rend())
        return "the tray is locked, and nobody tried to unlock it";
    if (!went_bad(*tried))
        return "the tray is locked, and unlocking it was answered with GOOD";
    if (!seen.error->tray_locked)
        return "the tray is locked, and it does not say so";
    const auto tries = std::count_if(seen.commands.begin(), seen.commands.end(), unlocks);
    const bool struck = any_strike(seen, [](const Strike& strike) {
        return strike.where == locks || strike.persistent || strike.kind.where == any_command ||
               strike.times > 1;
    });
    return struck || tries > 1 ? ""
                               : fmt::format("the tray is locked: unlocking it failed once, with "
                                             "{}, and was not tried again",
                                             hex(tried->completion.sense.view(), 14));
}

std::string it_ends(const Trial& trial) {
    const auto& seen = trial.seen();
    if (seen.hung)
        return fmt::format("it had not come to an end after {} s of drive time and {} commands",
                           std::chrono::duration_cast<std::chrono::seconds>(seen.took).count(),
                           seen.commands.size());
    return {};
}

// Sessions and tracks that were closed are as they were; a formatted disc has none of that kind.
std::string earlier_tracks_stay(const emulator::Disc& start, const emulator::Disc& disc) {
    if (start.structure().format.kind != emulator::FormatKind::none)
        return {};
    const auto& sessions = disc.structure().sessions;
    for (std::size_t i = 0; i < start.structure().sessions.size(); ++i) {
        const auto& session = start.structure().sessions[i];
        const bool closed = session.state == emulator::SessionState::complete;
        if (closed && (i >= sessions.size() || sessions[i].state != session.state))
            return fmt::format("session {}, which was closed before, is not any more",
                               session.number);
    }
    for (const auto& track : start.structure().tracks) {
        if (track.state != emulator::TrackState::complete)
            continue;
        const auto& now = disc.structure().tracks;
        const bool there = std::any_of(now.begin(), now.end(), [&](const emulator::Track& one) {
            return one.number == track.number && one.start == track.start && one.end == track.end;
        });
        if (!there)
            return fmt::format("track {}, which was there before, is not any more", track.number);
    }
    return {};
}

// Block by block the old one or the one of a good burn.
std::string what_was_there_stays(const Trial& trial) {
    const auto* disc = trial.disc();
    if (!disc || trial.seen().other_disc || struck_silently(trial.seen()) ||
        trial.ground().subject.scenario.before.empty())
        return {};
    const auto& start = *trial.ground().start;
    const auto& golden = *trial.ground().golden;
    if (auto gone = earlier_tracks_stay(start, *disc); !gone.empty())
        return gone;
    for (const auto& extent : start.extents())
        for (auto lba = extent.first; lba < extent.end(); ++lba) {
            const auto different = scenario::first_difference(start, *disc, lba, extent.end());
            if (!different)
                break;
            lba = *different;
            const bool overwritten =
                scenario::first_difference(start, golden, lba, lba + 1).has_value();
            if (!overwritten)
                return fmt::format("block {} of what was recorded before is another one now", lba);
            // What was under the laser when it stopped cannot be read; it is not other data.
            const bool cut =
                trial.seen().error && disc->run_at(lba).state != emulator::BlockState::readable;
            if (!cut && scenario::first_difference(golden, *disc, lba, lba + 1))
                return fmt::format("block {} is neither the old nor the new one", lba);
        }
    return {};
}

// What is written at random has a disc status of its own, 3 (MMC-5, READ DISC INFORMATION), and a
// DVD-RW whose format still grows is one that can be appended to.
bool says_otherwise(const emulator::Disc& disc, std::string_view said) {
    const auto kind = disc.medium().kind;
    const bool at_random = kind == emulator::MediumKind::dvd_ram ||
                           kind == emulator::MediumKind::bd_re ||
                           disc.structure().format.kind == emulator::FormatKind::random_recording;
    const bool grows = emulator::is_dvd_minus_rw(kind) &&
                       disc.structure().format.kind != emulator::FormatKind::none;
    return (at_random && said.starts_with("other")) || (grows && said.starts_with("appendable"));
}

std::string state_is_reported(const Trial& trial) {
    const auto& seen = trial.seen();
    const auto* disc = trial.disc();
    const auto& said = seen.error ? seen.error->disc_now : seen.report->disc_now;
    if (!disc || seen.other_disc || said.empty() || said.starts_with("not known") ||
        said.starts_with("no disc"))
        return {};
    // What a rule made of the drive's last answer is not the driver's word.
    const auto asked =
        std::find_if(seen.commands.rbegin(), seen.commands.rend(), [](const auto& record) {
            return record.opcode() == static_cast<std::uint8_t>(Opcode::read_disc_information);
        });
    const bool meddled = asked != seen.commands.rend() && asked->faulted;
    const auto is = emulator::disc_state(*disc);
    // "damaged" is no state that a drive can tell; it shows in the last session.
    if (meddled || is == "damaged" || said.starts_with(is) || says_otherwise(*disc, said))
        return {};
    return fmt::format("it says that the disc is {}, and it is {}", said, is);
}

bool cleans_up(const CommandRecord& record) {
    constexpr std::array allowed{Opcode::test_unit_ready,
                                 Opcode::request_sense,
                                 Opcode::synchronize_cache,
                                 Opcode::prevent_allow_medium_removal,
                                 Opcode::start_stop_unit,
                                 Opcode::get_configuration,
                                 Opcode::get_event_status_notification};
    const auto opcode = record.opcode();
    return mmc::in_group(opcode, Group::read) || mmc::in_group(opcode, Group::status) ||
           std::any_of(allowed.begin(), allowed.end(),
                       [&](Opcode one) { return static_cast<std::uint8_t>(one) == opcode; });
}

std::string only_cleaning_up(const Trial& trial) {
    const auto& seen = trial.seen();
    if (!seen.error || seen.error->cdb.length == 0)
        return {};
    const auto* told = told_of(seen);
    if (!told)
        return {};
    // What is tried again was no failure yet, and I9 keeps count of it: the same command, and a
    // CLOSE that another one has to come before (05/72/03: the track first).
    const auto retries = [&](const CommandRecord& record) {
        return record.opcode() == told->opcode() &&
               (record.opcode() == static_cast<std::uint8_t>(Opcode::close_track_session) ||
                std::ranges::equal(record.cdb(), told->cdb()));
    };
    const auto from = seen.commands.begin() + (told - seen.commands.data()) + 1;
    const auto other = std::find_if(from, seen.commands.end(), [&](const auto& record) {
        return !cleans_up(record) && !retries(record);
    });
    return other == seen.commands.end()
               ? ""
               : fmt::format("after the failure of #{} came #{} {}", told->number, other->number,
                             mmc::opcode_name(other->opcode()));
}

std::string no_write_beyond_the_plan(const Trial& trial) {
    const auto& ground = trial.ground();
    if (trial.seen().other_disc)
        return {};
    // What is sent again to such a disc is kept behind what was planned.
    const auto room =
        keeps_elsewhere(*ground.golden) ? blocks_sent_again(trial.seen().commands) : 0;
    auto list = trial.seen().recorded;
    std::sort(list.begin(), list.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    auto planned = ground.recorded.begin();
    std::int32_t end = INT32_MIN;
    for (const auto& each : list) {
        while (planned != ground.recorded.end() && planned->end < each.end)
            ++planned;
        const bool behind = room > 0 && each.first >= ground.recorded.front().first &&
                            each.end <= ground.recorded.back().end + room;
        if (!behind && (planned == ground.recorded.end() || planned->first > each.first))
            return fmt::format("blocks {} to {} were recorded, which a good burn leaves alone",
                               each.first, each.end - 1);
        if (ground.records_once && each.first < end)
            return fmt::format("block {} was recorded twice", each.first);
        end = std::max(end, each.end);
    }
    return {};
}

std::string retries_are_bounded(const Trial& trial) {
    const auto& commands = trial.seen().commands;
    if (commands.size() > commands_max)
        return fmt::format("{} commands", commands.size());
    std::size_t in_a_row = 0;
    for (std::size_t i = 1; i < commands.size(); ++i) {
        const auto& now = commands[i];
        const bool same = went_bad(now) && asks_no_patience(now.completion) &&
                          std::ranges::equal(now.cdb(), commands[i - 1].cdb());
        in_a_row = same ? in_a_row + 1 : 0;
        if (in_a_row > repeats_max)
            return fmt::format("{} was sent {} times in a row, and failed each time",
                               mmc::opcode_name(now.opcode()), in_a_row);
    }
    return {};
}

// Between the news and the next write somebody must have asked what disc that is.
std::string changed_medium_is_looked_at(const Trial& trial) {
    bool news = false;
    for (const auto& record : trial.seen().commands) {
        const auto sense = mmc::decode_sense(record.completion.sense.view());
        if (record.completion.host == mmc::HostStatus::ok && sense && !sense->deferred &&
            sense->code.key == mmc::SenseKey::unit_attention && sense->code.asc == 0x28) {
            news = true;
        } else if (!went_bad(record) &&
                   (record.opcode() == static_cast<std::uint8_t>(Opcode::read_disc_information) ||
                    record.opcode() == static_cast<std::uint8_t>(Opcode::get_configuration))) {
            news = false;
        } else if (news && !went_bad(record) && mmc::in_group(record.opcode(), Group::write)) {
            return fmt::format("#{} writes to a medium that was changed and not looked at",
                               record.number);
        }
    }
    return {};
}

std::string deferred_is_not_laid_to_its_carrier(const Trial& trial) {
    const auto& seen = trial.seen();
    if (!seen.error)
        return {};
    const auto* told = told_of(seen);
    const auto sense = told ? mmc::decode_sense(told->completion.sense.view()) : std::nullopt;
    if (!sense || !sense->deferred)
        return {};
    const auto& error = *seen.error;
    if (!error.deferred)
        return "the sense data speak of an earlier command, and the error does not";
    if (sense->information &&
        (!error.lba || *error.lba != static_cast<std::int32_t>(*sense->information)))
        return fmt::format("the sense data name block {}, and the error {}", *sense->information,
                           error.lba ? std::to_string(*error.lba) : "none");
    return {};
}

std::string what_is_shown_is_monotone(const Trial& trial) {
    const auto& faults = trial.seen().progress_faults;
    return faults.empty() ? "" : faults.front();
}

constexpr std::array invariant_rows{
    Invariant{"O", "the outcome is one that what struck allows", outcome_is_allowed},
    Invariant{"I1", "never success on a bad disc", never_success_on_a_bad_disc},
    Invariant{"I2", "a failure names its command, sense and cause", failure_is_named},
    Invariant{"I3", "the tray is not left locked", tray_is_unlocked},
    Invariant{"I4", "it ends", it_ends},
    Invariant{"I5", "what was recorded before is still there", what_was_there_stays},
    Invariant{"I6", "the state of the disc is reported as it is", state_is_reported},
    Invariant{"I7", "after the failure only cleaning up", only_cleaning_up},
    Invariant{"I8", "no write beyond the plan, none twice", no_write_beyond_the_plan},
    Invariant{"I9", "retries are bounded", retries_are_bounded},
    Invariant{"I10", "a changed medium is looked at anew", changed_medium_is_looked_at},
    Invariant{"I11", "a deferred error is not laid to its carrier",
              deferred_is_not_laid_to_its_carrier},
    Invariant{"I12", "host state is restored", nullptr},
    Invariant{"I13", "what a person is shown is monotone", what_is_shown_is_monotone},
    Invariant{"I14", "when all is healed, it burns again", nullptr},
    Invariant{"I15", "the same trial again gives the same commands", nullptr},
};

std::string same_again(const Trial& trial, const std::vector<std::string>& rules) {
    const auto again = Trial::run(trial.ground(), rules);
    if (!again)
        return again.error().message;
    return (*again)->hash() == trial.hash()
               ? ""
               : fmt::format("{} commands the first time, {} the second, and not the same ones",
                             trial.seen().commands.size(), (*again)->seen().commands.size());
}

} // namespace

std::span<const Invariant> invariants() {
    return invariant_rows;
}

const Invariant* find_invariant(std::string_view id) {
    const auto found = std::find_if(invariant_rows.begin(), invariant_rows.end(),
                                    [&](const Invariant& one) { return one.id == id; });
    return found == invariant_rows.end() ? nullptr : &*found;
}

Judgement judge(Trial& trial, const std::vector<std::string>& rules, const JudgeOptions& options) {
    Judgement result;
    const auto add = [&](std::string_view id, std::string detail) {
        if (!detail.empty())
            result.violations.push_back({std::string(id), std::move(detail)});
    };
    for (const auto& invariant : invariant_rows)
        if (invariant.check)
            add(invariant.id, invariant.check(trial));
    const auto& seen = trial.seen();
    result.undetectable =
        seen.succeeded && struck_silently(seen) && trial.disc() &&
        !differs_from_golden(trial.ground(), *trial.disc(), blocks_sent_again(seen.commands))
             .empty();
    if (options.again)
        add("I15", same_again(trial, rules));
    if (options.second_burn)
        add("I14", trial.heal_and_burn_again(options.twice));
    return result;
}

std::string check_one(Trial& trial, const std::vector<std::string>& rules, std::string_view id) {
    if (id == "I14")
        return trial.heal_and_burn_again(true);
    if (id == "I15")
        return same_again(trial, rules);
    const auto* invariant = find_invariant(id);
    return invariant && invariant->check ? invariant->check(trial) : "";
}

} // namespace burnrig::harness::sweep
