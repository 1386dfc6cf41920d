// SPDX-License-Identifier: Apache-2.0
#include "harness/safety/guarded_target.h"

#include <algorithm>
#include <array>

#include "mmc/opcode.h"
#include "mmc/sense.h"

namespace burnrig::harness {
namespace {

using mmc::Opcode;

constexpr std::array changing{
    Opcode::format_unit,  Opcode::write_10,           Opcode::write_and_verify_10,
    Opcode::write_12,     Opcode::reserve_track,      Opcode::send_opc_information,
    Opcode::repair_track, Opcode::send_cue_sheet,     Opcode::close_track_session,
    Opcode::blank,        Opcode::send_disc_structure};
/// WRITE BUFFER, and the vendors' commands that are known to load firmware.
constexpr std::array<std::uint8_t, 3> firmware{0x3B, 0xF1, 0xFF};

template <class List>
bool is_in(const List& list, std::uint8_t opcode) {
    return std::any_of(list.begin(), list.end(),
                       [&](auto one) { return static_cast<std::uint8_t>(one) == opcode; });
}

mmc::Completion refused(mmc::SenseCode code) {
    mmc::Completion completion;
    completion.status = mmc::Status::check_condition;
    completion.sense = mmc::encode({.code = code});
    return completion;
}

bool tells_of_new_medium(const mmc::Completion& completion) {
    const auto sense = mmc::decode_sense(completion.sense.view());
    return completion.host == mmc::HostStatus::ok && sense &&
           sense->code.key == mmc::SenseKey::unit_attention && sense->code.asc == 0x28;
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
    if (is_in(firmware, opcode))
        return refused({mmc::SenseKey::illegal_request, 0x20, 0x00});
    if (is_in(changing, opcode) && !may_change())
        return refused(mmc::sense::write_protected);
    const auto completion = next_.execute(command);
    if (tells_of_new_medium(completion))
        checked_ = false;
    return completion;
}

} // namespace burnrig::harness
