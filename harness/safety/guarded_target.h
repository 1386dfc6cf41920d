// SPDX-License-Identifier: Apache-2.0
// Stands before a physical drive that may be written to, and holds the interlock to the last
// moment: the medium is looked at again right before the first command that changes it, and again
// when the drive says that the medium may be another one. Firmware updates never pass.
//
//     driver -> GuardedTarget -> SgDevice
//                 | before the first WRITE, BLANK, FORMAT UNIT ...: check()
//                 | 06/28/00 or 06/29 from the drive: check() again before the next of them
//
// (A drive that tells of a new medium after a format which changed its capacity is refused, with
// the new identity to type: two identities may stand in the rig file.)
//
// What is refused is answered 07/27/00 (write protected), firmware 05/20/00, and nothing more that
// changes the disc passes. One thread at a time.
#pragma once

#include <functional>
#include <string>

#include "harness/safety/disc_use.h"
#include "mmc/result.h"
#include "mmc/target.h"

namespace burnrig::harness {

class GuardedTarget final : public mmc::Target {
public:
    using Check = std::function<mmc::Result<void>()>;

    /// `next` must outlive it. `check` sends its commands to `next`.
    GuardedTarget(mmc::Target& next, Check check) : next_(next), check_(std::move(check)) {}

    mmc::Completion execute(const mmc::Command& command) override;

    /// Why it refused a command; "" while it did not.
    const std::string& refusal() const { return refusal_; }

    /// What was done to the disc, and whether anything was.
    const DiscUse& use() const { return use_; }

private:
    bool may_change();

    mmc::Target& next_;
    Check check_;
    bool checked_ = false;
    DiscUse use_;
    std::string refusal_;
};

} // namespace burnrig::harness
