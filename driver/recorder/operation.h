// SPDX-License-Identifier: Apache-2.0
// What all operations of a recorder have in common: the stage they are in, waiting for the drive,
// looking at the medium, the lock of the tray, and the way from a failed command to a BurnError.
//
//     Operation operation(target, clock, observer);
//     operation.enter(Stage::identify);
//     auto drive = operation.identify();        every failure comes back as Outcome
//
// Made for one operation and thrown away after it, so that nothing is remembered about a disc that
// may have been swapped.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "driver/classify.h"
#include "driver/commands/channel.h"
#include "driver/error.h"
#include "driver/recorder/disc_summary.h"
#include "driver/recorder/job.h"
#include "driver/timeouts.h"
#include "driver/writer/stop_token.h"
#include "mmc/clock.h"

namespace burnrig::driver {

/// Whether the drive asks for patience: becoming ready, operation in progress, long write, busy.
bool wants_patience(const CommandError& error);

class Operation {
public:
    Operation(mmc::Target& target, mmc::Clock& clock, Observer* observer);

    Channel& channel() { return channel_; }
    mmc::Clock& clock() { return clock_; }
    Observer& observer() { return *observer_; }

    Stage stage() const { return stage_; }
    void enter(Stage stage, std::string_view text = {});

    /// Something that the person should know; told to the observer and kept for the report.
    void warn(std::string text);
    /// A warning about something that is done again.
    void retry(std::string text);
    /// Takes over what the channel has noticed since the last call.
    void collect_warnings();
    const std::vector<std::string>& warnings() const { return warnings_; }

    /// The command's failure at the current stage. Deferred errors are laid to the writing when it
    /// had begun.
    BurnError error(const CommandError& failed) const;
    template <class T>
    tl::unexpected<BurnError> fail(const tl::expected<T, CommandError>& failed) const {
        return tl::unexpected(error(failed.error()));
    }
    tl::unexpected<BurnError> fail(Cause cause, std::string message) const {
        return tl::unexpected(make_error(cause, stage_, std::move(message)));
    }

    /// INQUIRY, GET CONFIGURATION, page 2Ah.
    Outcome<DriveSummary> identify();

    /// TEST UNIT READY until the drive is ready, within the limits of timeouts.h. Takes in pending
    /// unit attentions: what is known of the medium is void before this and read anew after it.
    Outcome<void> wait_ready();

    /// Waits until the drive no longer works in the background: TEST UNIT READY and READ DISC
    /// INFORMATION both have to say so, since drives differ in which of them tells. `poll` is told
    /// the progress, 0 to 1, where the drive gives one.
    Outcome<DiscInformation> wait_idle(mmc::Duration limit);

    /// The disc and all of its tracks. What the drive offers for this disc goes into `drive`.
    Outcome<DiscSummary> look_at_medium(DriveSummary* drive = nullptr);

    /// PREVENT. A drive that has no lock is noted as a warning.
    Outcome<void> lock();
    struct Unlocked {
        std::optional<BurnError> locked; ///< why the tray is still locked
        std::optional<BurnError>
            deferred; ///< news of lost data that the drive gave on this occasion
    };
    /// ALLOW, if lock() was called; several times if need be.
    Unlocked unlock();

    /// Runs a command again for as long as the drive asks for patience; such a command was not
    /// carried out. The last answer, whatever it is, when `limit` has passed.
    template <class Run>
    auto patiently(mmc::Duration limit, Run run) -> decltype(run()) {
        const mmc::Duration start = clock_.now();
        auto reply = run();
        while (!reply && wants_patience(reply.error()) && clock_.now() - start < limit &&
               !gives_up()) {
            pause(clock_.now() - start);
            reply = run();
        }
        return reply;
    }

    /// A question, asked again for as long as the drive asks for patience.
    template <class Run>
    auto ask(Run run) -> decltype(run()) {
        return patiently(limits::becoming_ready, run);
    }

    /// Whose requests to end early count; it outlives the operation. nullptr: nobody's.
    void heed(const StopToken* stop) { stop_ = stop; }
    /// Somebody wants an end, and it does no harm to the disc; or wants it all the same. Waits end
    /// then, with cause stopped; what does not wait has to ask.
    bool stop_wanted() const;

    /// One phrase on the disc's state, for a message; "" when it cannot be had. Asks the drive.
    std::string ask_disc_now();

    /// User data were sent: deferred errors are about them.
    void writing_began() { writing_began_ = true; }
    bool medium_seen() const { return medium_seen_; }

private:
    struct Wait;
    /// Between two questions, when the drive was waited for this long already.
    void pause(mmc::Duration waited);
    bool gives_up();
    BurnError ended_waiting(BurnError error) const;
    void keep(std::string text);
    Reply<std::optional<Capabilities>> ask_capabilities();
    Reply<Configuration> ask_configuration();
    Outcome<void> judge_not_ready(const CommandError& failed, Wait& wait);
    Reply<void> busy_with(double& progress);
    Reply<DiscInformation> idle_disc(double& progress);
    Outcome<void> read_tracks(DiscSummary& disc, std::uint16_t last);
    Outcome<void> find_next_writable(DiscSummary& disc);
    Outcome<void> read_formats(DiscSummary& disc);
    Outcome<void> read_speeds(DiscSummary& disc, const WriteFeatures& offered);
    Outcome<void> read_atip_of(DiscSummary& disc, const DiscInformation& information);

    Channel channel_;
    mmc::Clock& clock_;
    Observer* observer_;
    Observer silent_;
    Stage stage_ = Stage::plan;
    std::vector<std::string> warnings_;
    bool medium_seen_ = false;
    bool writing_began_ = false;
    bool lock_sent_ = false;
    const StopToken* stop_ = nullptr;
    std::uint64_t shown_ = 0; // progress of this stage's waits, of 65536
    bool gave_up_ = false;    // a wait was ended on request
};

} // namespace burnrig::driver
