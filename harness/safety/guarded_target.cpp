// SPDX-License-Identifier: Apache-2.0
#include "harness/safety/guarded_target.h"

#include "harness/safety/disc_use.h"
#include "mmc/sense.h"

namespace burnrig::harness {
namespace {

mmc::Completion refused(mmc::SenseCode code) {
    mmc::Completion completion;
    completion.status = mmc::Status::check_condition;
    completion.sense = mmc::encode({.code = code});
    return completion;
}

// Not ready to ready transition, or power on: what is in the drive may be another disc.
bool may_have_new_medium(const mmc::Completion& completion) {
    const auto sense = mmc::decode_sense(completion.sense.view());
    return completion.host == mmc::HostStatus::ok && sense &&
           sense->code.key == mmc::SenseKey::unit_attention &&
           (sense->code.asc == 0x28 || sense->code.asc == 0x29);
}

} // namespace

bool GuardedTarget::may_change() {
    if (!refusal_.empty())
        return false;
    if (checked_)
        return true;
    if (const auto allowed = check_(); !allowed) {
        refusal_ = allowed.error().message;
        return false;
    }
    checked_ = true;
    return true;
}

mmc::Completion GuardedTarget::execute(const mmc::Command& command) {
    const std::uint8_t opcode = command.cdb.empty() ? std::uint8_t{0} : command.cdb.front();
    if (loads_firmware(opcode))
        return refused({mmc::SenseKey::illegal_request, 0x20, 0x00});
    const bool changes = changes_disc(opcode);
    if (changes && !may_change())
        return refused(mmc::sense::write_protected);
    const auto completion = next_.execute(command);
    if (changes)
        use_.count(command, completion);
    if (may_have_new_medium(completion))
        checked_ = false;
    return completion;
}

} // namespace burnrig::harness
