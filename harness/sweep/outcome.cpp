// SPDX-License-Identifier: Apache-2.0
#include "harness/sweep/outcome.h"

#include <algorithm>

#include <fmt/format.h>

#include "mmc/sense.h"

namespace burnrig::harness::sweep {
namespace {

std::string names_of(const Seen& seen) {
    std::string names;
    for (const auto& strike : seen.strikes)
        names += fmt::format("{}{}", names.empty() ? "" : " and ", strike.kind.name);
    return names;
}

Persistence persistence_of(const Strike& strike) {
    return strike.persistent || strike.times > 1 ? Persistence::persistent : Persistence::transient;
}

// What spoils the disc behind everybody's back may be found in many ways.
bool allows_cause(const Strike& strike, const driver::BurnError& error) {
    const auto cause = driver::cause_name(error.cause);
    // A drive that does not take the lead-in of a raw recording says so in many ways
    // (field-failures: leadin-raw-24f1st), so that any refusal there is told as that.
    constexpr std::int32_t program_area = -150;
    if (error.cause == driver::Cause::leadin_failed && strike.where == writes && error.lba &&
        *error.lba < program_area && error.sense &&
        error.sense->code.key == mmc::SenseKey::illegal_request)
        return true;
    if (strike.kind.effect == Effect::silent)
        return cause == "verify-mismatch" || cause == "read-error" || cause == "nothing-recorded";
    return allows(strike.kind, cause);
}

} // namespace

std::string outcome_is_allowed(const Trial& trial) {
    const auto& seen = trial.seen();
    if (seen.hung)
        return {}; // I4's
    if (seen.strikes.empty())
        return seen.succeeded ? ""
                              : fmt::format("nothing struck, and it fails: {}",
                                            driver::cause_name(seen.error->cause));
    const auto some = [&](Effect effect) {
        return std::find_if(seen.strikes.begin(), seen.strikes.end(), [&](const Strike& strike) {
            return effect_at(strike.kind, strike.where, persistence_of(strike)) == effect;
        });
    };
    const auto none = seen.strikes.end();
    if (seen.succeeded) {
        const auto fatal = some(Effect::fatal);
        return fatal == none ? "" : fmt::format("it succeeds in spite of {}", fatal->kind.name);
    }
    const bool only_benign =
        std::all_of(seen.strikes.begin(), seen.strikes.end(), [](const Strike& strike) {
            return effect_at(strike.kind, strike.where, persistence_of(strike)) == Effect::benign;
        });
    const auto cause = driver::cause_name(seen.error->cause);
    if (only_benign)
        return fmt::format("it fails with {} over {}, which is to be let pass", cause,
                           names_of(seen));
    const bool allowed =
        std::any_of(seen.strikes.begin(), seen.strikes.end(),
                    [&](const auto& one) { return allows_cause(one, *seen.error); });
    return allowed ? ""
                   : fmt::format("it says {}, which {} does not explain", cause, names_of(seen));
}

bool asks_no_patience(const mmc::Completion& completion) {
    if (completion.status == mmc::Status::busy || completion.status == mmc::Status::task_set_full)
        return false;
    const auto sense = mmc::decode_sense(completion.sense.view());
    return !sense || sense->code.key != mmc::SenseKey::not_ready;
}

} // namespace burnrig::harness::sweep
