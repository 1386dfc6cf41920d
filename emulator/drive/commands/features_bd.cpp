// SPDX-License-Identifier: Apache-2.0
// Features of BD media. Each class of discs has a word with one bit for each version that the drive
// knows.
#include "emulator/drive/commands/features.h"

namespace burnrig::emulator::commands::features {

using mmc::Profile;

namespace {

// Classes 0 to 3. Which versions the drives of the time give is in no source: these are the
// versions that media of the fixtures have.
void versions(Reply& reply, std::uint32_t class_0) {
    reply.word(class_0).zeros(6);
}

constexpr std::uint32_t version_1 = 1U << 1;
constexpr std::uint32_t version_1_and_2 = 1U << 2 | 1U << 1;

std::uint32_t rewritable(const LogicalUnit& unit) {
    return has_profile(unit.model, Profile::bd_re) ? version_1_and_2 : 0;
}

std::uint32_t recordable(const LogicalUnit& unit) {
    return has_profile(unit.model, Profile::bd_r) ? version_1 : 0;
}

} // namespace

void bd_read(const LogicalUnit& unit, Reply& reply) {
    constexpr unsigned burst_cutting_area = 1;
    reply.byte(burst_cutting_area).zeros(3);
    versions(reply, rewritable(unit));
    versions(reply, recordable(unit));
    versions(reply, version_1);
}

void bd_write(const LogicalUnit& unit, Reply& reply) {
    reply.zeros(4);
    versions(reply, rewritable(unit));
    versions(reply, recordable(unit));
}

void aacs(const LogicalUnit&, Reply& reply) {
    constexpr unsigned agids = 1;
    reply.byte(0).byte(1).byte(agids).byte(1);
}

} // namespace burnrig::emulator::commands::features
