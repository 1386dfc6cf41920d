// SPDX-License-Identifier: Apache-2.0
#include "driver/recorder/closing.h"

#include "driver/seeded_bugs.h"
#include "driver/timeouts.h"

namespace burnrig::driver {
namespace {

struct Closer {
    Operation& operation;
    const Closing& closing;

    bool answers_at_once() const { return closing.family != MediumFamily::cd; }

    Reply<void> send(CloseFunction function) const {
        const bool of_track = function == CloseFunction::track;
        return operation.patiently(limits::close, [&] {
            return close_track_session(operation.channel(),
                                       {.function = function,
                                        .track = of_track ? closing.track : std::uint16_t{0},
                                        .immediate = answers_at_once()});
        });
    }

    Outcome<void> wait() const {
        const auto idle =
            operation.wait_idle(answers_at_once() ? limits::close_in_background : limits::close);
        if (!idle)
            return tl::unexpected(idle.error());
        return {};
    }

    /// The flush ends the track in most drives; some want to be told. One that does not know how
    /// has had another reason for its refusal.
    Outcome<Reply<void>> close_track_first(CloseFunction function, Reply<void> refusal) const {
        const auto track = send(CloseFunction::track);
        if (!track && track.error().is(mmc::SenseKey::illegal_request))
            return refusal;
        if (!track)
            return operation.fail(track);
        if (const auto idle = wait(); !idle)
            return tl::unexpected(idle.error());
        return send(function);
    }

    Outcome<void> run(const CloseStep& step) const {
        auto closed = send(step.function);
        if (!closed && step.otherwise && closed.error().is(mmc::sense::invalid_field_in_cdb))
            closed = send(*step.otherwise);
        if (!closed && closed.error().is(mmc::sense::incomplete_track)) {
            const auto again = close_track_first(step.function, closed);
            if (!again)
                return tl::unexpected(again.error());
            closed = *again;
        }
        const bool refused = !closed && closed.error().is(mmc::SenseKey::illegal_request);
        if (!closed && !(refused && step.may_be_refused) && !seeded(Bug::close_result_skipped))
            return operation.fail(closed);
        return wait();
    }
};

} // namespace

Outcome<void> flush_buffer(Operation& operation, MediumFamily family) {
    // First without waiting, where it can take long; then so that errors come with the answer.
    const std::initializer_list<bool> at_once = {true, false};
    for (const bool immediate : at_once) {
        if (immediate && family == MediumFamily::cd)
            continue;
        const auto flushed = operation.patiently(
            limits::flush, [&] { return synchronize_cache(operation.channel(), immediate); });
        if (!flushed && !seeded(Bug::flush_result_skipped))
            return operation.fail(flushed);
        const auto idle = operation.wait_idle(
            family == MediumFamily::cd ? limits::close : limits::close_in_background);
        if (!idle)
            return tl::unexpected(idle.error());
    }
    return {};
}

Outcome<void> close_disc(Operation& operation, const Closing& closing) {
    const Closer closer{operation, closing};
    for (const CloseStep& step : closing.steps)
        if (const auto done = closer.run(step); !done)
            return done;
    return {};
}

} // namespace burnrig::driver
