// SPDX-License-Identifier: Apache-2.0
// Features of CD media.
#include <algorithm>

#include "emulator/drive/commands/features.h"
#include "emulator/drive/recording/cd/cue_sheet.h"

namespace burnrig::emulator::commands::features {

using mmc::Profile;

namespace {

constexpr unsigned loss_free_linking = 0x40;
constexpr unsigned test_write = 0x04;
constexpr unsigned rewritable = 0x02;

bool has_write_type(const DriveModel& model, WriteType type) {
    return block_types(model, type) != 0;
}

bool has_block_type(const DriveModel& model, WriteType type, unsigned block_type) {
    return (block_types(model, type) >> block_type & 1) != 0;
}

unsigned recording_bits(const DriveModel& model) {
    return (model.burn_free ? loss_free_linking : 0) | (model.test_write ? test_write : 0) |
           (has_profile(model, Profile::cd_rw) ? rewritable : 0);
}

} // namespace

bool has_track_at_once(const DriveModel& model) {
    return has_profile(model, Profile::cd_r) && has_write_type(model, WriteType::track_at_once);
}

bool has_mastering(const DriveModel& model) {
    return has_profile(model, Profile::cd_r) &&
           (has_write_type(model, WriteType::session_at_once) ||
            has_write_type(model, WriteType::raw));
}

bool writes_cd_rw_with_cav(const DriveModel& model) {
    const auto& speeds = model.speeds[static_cast<std::size_t>(MediumKind::cd_rw)].write;
    return has_profile(model, Profile::cd_rw) &&
           std::any_of(speeds.begin(), speeds.end(),
                       [](const DriveSpeed& speed) { return speed.rotation == Rotation::cav; });
}

void cd_read(const LogicalUnit&, Reply& reply) {
    constexpr unsigned c2_flags_cd_text = 0x02 | 0x01;
    reply.byte(c2_flags_cd_text).zeros(3);
}

void track_at_once(const LogicalUnit& unit, Reply& reply) {
    reply.byte(recording_bits(unit.model)).byte(0);
    reply.word(block_types(unit.model, WriteType::track_at_once) | 1U); // audio: type 0
}

void mastering(const LogicalUnit& unit, Reply& reply) {
    const auto& model = unit.model;
    constexpr unsigned session_at_once = 0x20;
    constexpr unsigned raw_multi_session = 0x10;
    constexpr unsigned raw = 0x08;
    constexpr unsigned subchannel = 0x01;
    const bool with_subchannel = has_block_type(model, WriteType::session_at_once, 3) ||
                                 has_block_type(model, WriteType::raw, 3);
    reply.byte(
        recording_bits(model) |
        (has_write_type(model, WriteType::session_at_once) ? session_at_once : 0) |
        (has_write_type(model, WriteType::raw) ? raw : 0) |
        (has_write_type(model, WriteType::raw) && model.raw_multi_session ? raw_multi_session : 0) |
        (with_subchannel ? subchannel : 0));
    reply.byte(0).word(cue_sheet_limit);
}

void cd_rw_write(const LogicalUnit& unit, Reply& reply) {
    reply.byte(0).byte(unit.model.rw_sub_types).zeros(2);
}

void audio_play(const LogicalUnit&, Reply& reply) {
    constexpr unsigned scan = 0x04;
    constexpr std::uint32_t volume_levels = 256;
    reply.byte(scan).byte(0).word(volume_levels);
}

} // namespace burnrig::emulator::commands::features
