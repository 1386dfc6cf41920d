// SPDX-License-Identifier: Apache-2.0
// A transcript: every command that was sent to a drive, with its data and its answer, so that the
// run can be served again without the drive.
//
//     burnrig record -> TranscribingTarget -> file -> ReplayTarget -> burnrig replay
//
// Kept are the bytes that the drive gave, and of those that it got the digest; short ones, which
// are parameter lists, in full. Plain data.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "emulator/drive/drive_model.h"
#include "harness/rig/identity.h"
#include "mmc/target.h"

namespace burnrig::harness::transcript {

using Bytes = std::vector<std::uint8_t>;
/// Replies that are the same share their bytes.
using SharedBytes = std::shared_ptr<const Bytes>;

/// What the host sent longer than this is kept as a digest.
inline constexpr std::size_t kept_parameters = 1024;

/// One command and what became of it.
struct Exchange {
    std::uint64_t number = 0; ///< from 1
    mmc::Duration at{0};      ///< drive time at which it came
    Bytes cdb;
    std::uint32_t out = 0;  ///< bytes for the drive
    std::string out_digest; ///< of these; "" when there are none
    Bytes parameters;       ///< these themselves when they are few
    std::uint32_t in = 0;   ///< room for the drive's reply
    SharedBytes reply;      ///< what came into it; nullptr: nothing
    mmc::Completion completion;
};

/// What the system tells of the drive beside what it answers.
struct DriveIdentity {
    std::string vendor;
    std::string product;
    std::string revision;
    std::string serial;
    std::vector<std::uint16_t> profiles;
    emulator::LoadingMechanism loading_mechanism = emulator::LoadingMechanism::tray;
};

struct Transcript {
    RunIdentity run;                  ///< whose run it was
    DriveIdentity drive;              ///< for /sys and /proc
    std::string node = "/dev/sr0";    ///< where the program found it
    std::string generic = "/dev/sg0"; ///< the same as an SG device
    std::string host = "sata";        ///< what it seemed to hang on
    std::vector<std::string> program; ///< the words of the program that ran
    bool redacted = false;            ///< serial numbers are blotted out
    std::vector<Exchange> exchanges;
    int exit_code = 0; ///< the program's
};

/// 32 hexadecimal digits (XXH3, 128 bits); "" of nothing.
std::string digest_of(std::span<const std::uint8_t> bytes);

/// What came of a command, copied out of the caller's memory.
Exchange make_exchange(std::uint64_t number, mmc::Duration at, const mmc::Command& command,
                       const mmc::Completion& completion);

DriveIdentity identity_of(const emulator::DriveModel& model);
/// A model that says of itself what the identity does; for the files of the system only.
emulator::DriveModel model_of(const DriveIdentity& identity);

} // namespace burnrig::harness::transcript
