// SPDX-License-Identifier: Apache-2.0
// Features of DVD media.
#include "emulator/drive/commands/features.h"

namespace burnrig::emulator::commands::features {

using mmc::Profile;

namespace {

// Byte 4 bit 0: the drive records it; byte 5: bits for what it does beside formatting whole discs.
void plus(const LogicalUnit& unit, Profile profile, Reply& reply) {
    reply.byte(has_profile(unit.model, profile) ? 1 : 0).zeros(3);
}

} // namespace

void dvd_read(const LogicalUnit& unit, Reply& reply) {
    constexpr unsigned multi110 = 1;
    constexpr unsigned dual_layer_r = 1;
    constexpr unsigned dual_layer_rw = 2;
    const auto reads = [&](MediumKind kind, unsigned bit) {
        return unit.model.speeds[static_cast<std::size_t>(kind)].read.empty() ? 0 : bit;
    };
    reply.byte(multi110).byte(0);
    reply.byte(reads(MediumKind::dvd_minus_r_dl, dual_layer_r) |
               reads(MediumKind::dvd_minus_rw_dl, dual_layer_rw));
    reply.byte(0);
}

void dvd_minus_write(const LogicalUnit& unit, Reply& reply) {
    const auto& model = unit.model;
    constexpr unsigned loss_free_linking = 0x40;
    constexpr unsigned dual_layer = 0x08;
    constexpr unsigned test_write = 0x04;
    constexpr unsigned rewritable = 0x02;
    reply.byte((model.burn_free ? loss_free_linking : 0) |
               (has_profile(model, Profile::dvd_minus_r_dl) ? dual_layer : 0) |
               (model.test_write ? test_write : 0) |
               (has_profile(model, Profile::dvd_minus_rw) ? rewritable : 0));
    reply.zeros(3);
}

void rigid_restricted_overwrite(const LogicalUnit&, Reply& reply) {
    constexpr unsigned intermediate_and_blank = 0x02 | 0x01; // states it can record in, and make
    reply.byte(intermediate_and_blank).zeros(3);
}

void layer_jump(const LogicalUnit&, Reply& reply) {
    constexpr unsigned link_size = 0x10;
    reply.zeros(3).byte(1).byte(link_size).zeros(3);
}

void dvd_plus_rw(const LogicalUnit& unit, Reply& reply) {
    plus(unit, Profile::dvd_plus_rw, reply);
}

void dvd_plus_r(const LogicalUnit& unit, Reply& reply) {
    plus(unit, Profile::dvd_plus_r, reply);
}

void dvd_plus_rw_dl(const LogicalUnit& unit, Reply& reply) {
    plus(unit, Profile::dvd_plus_rw_dl, reply);
}

void dvd_plus_r_dl(const LogicalUnit& unit, Reply& reply) {
    plus(unit, Profile::dvd_plus_r_dl, reply);
}

// "FDC", "SDC", "TOC", each followed by a number.
void disc_control_blocks(const LogicalUnit&, Reply& reply) {
    reply.quad(0x46444300).quad(0x53444300).quad(0x544F4300);
}

void protection_version(const LogicalUnit&, Reply& reply) {
    reply.zeros(3).byte(1);
}

// Byte 7: most entries of a list of extents to scramble (MMC-6, 5.3.52). That none is taken is a
// guess of what a drive without keys answers.
void css_managed_recording(const LogicalUnit&, Reply& reply) {
    reply.zeros(3).byte(0);
}

} // namespace burnrig::emulator::commands::features
