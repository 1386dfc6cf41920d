// SPDX-License-Identifier: Apache-2.0
// Fault rules on any target, a physical drive included: a filter that acts above the cable.
//
//     sender -> FaultyTarget(rules) -> RecordingTarget -> SgDevice
//                 holds back, changes, refuses, drops
//
// It can do to a command what a bad cable, a bad bridge or a lying drive can do: let it come late,
// never arrive, answer something else, with other bytes; its power goes where somebody can switch
// it (Hooks). What only a drive can do (tear a block, empty its buffer) rules are refused for when
// they are made: create the engine with FaultyTarget::backend(). The emulated drive acts out all
// rules itself and needs no such filter.
//
// One thread at a time, but for faults(), see FaultEngine.
#pragma once

#include <optional>
#include <vector>

#include "emulator/faults/engine.h"
#include "emulator/faults/former_replies.h"
#include "emulator/faults/hooks.h"
#include "mmc/command_blocks.h"
#include "mmc/target.h"

namespace burnrig::emulator::faults {

class FaultyTarget final : public mmc::Target {
public:
    /// `next` and `clock` must outlive it; the clock must be the one that `next` lives on.
    FaultyTarget(mmc::Target& next, mmc::Clock& clock, FaultEngine engine, Hooks hooks = {});

    /// What rules for such a target can rest on.
    static Backend backend();

    mmc::Completion execute(const mmc::Command& command) override;

    FaultEngine& faults() { return engine_; }

private:
    /// Of one command on its way.
    struct Passage {
        const mmc::Command& command;
        Decision decision;
        mmc::Duration begin;
    };
    struct WeakArea {
        UnreadableArea area;
        std::uint32_t tried = 0;
    };

    CommandFacts facts_of(const mmc::Command& command) const;
    std::optional<mmc::Completion> stands_in_the_way(const mmc::Command& command);
    void strike(const Decision& decision, const mmc::Command* command);

    mmc::Completion pass(const Passage& passage);
    mmc::Completion send(const Passage& passage, mmc::Command command);
    mmc::Completion send_first_part(const Passage& passage);
    mmc::Command with_changed_data(const Passage& passage, mmc::Command command);
    void change_reply(const Passage& passage, mmc::Completion& completion);
    std::optional<mmc::Completion> weak_block(const mmc::Command& command);
    mmc::Completion outcome(const Passage& passage, const mmc::Completion& carried_out);
    void hold(const Passage& passage, mmc::Completion& completion);
    void remember(const mmc::Command& command, const mmc::Completion& completion);

    mmc::Target& next_;
    mmc::Clock& clock_;
    FaultEngine engine_;
    Hooks hooks_;

    std::uint64_t bytes_taken_ = 0;
    std::optional<mmc::SenseBytes> deferred_;
    std::optional<mmc::SenseCode> attention_;
    mmc::Duration gone_until_{0};
    mmc::Duration busy_until_{0};
    mmc::SenseCode busy_code_;
    std::optional<std::uint64_t> rate_; ///< bytes per second that get through
    std::vector<WeakArea> weak_areas_;
    std::vector<std::uint8_t> changed_; ///< bytes that go over in place of the host's
    FormerReplies replies_;
};

} // namespace burnrig::emulator::faults
