// SPDX-License-Identifier: Apache-2.0
// Commands as AIX's CD-ROM driver sends them by itself: what it tries again, and which errno and
// which record of the error log it makes of an answer.
//
//     unit attention of a reset            sent again
//     02/04/01 becoming ready              waits a second, sent again, half a minute long
//     aborted command                      sent again, three times
//     anything else                        looked up in a table: errno, class in the error log
//
// Source: the manual of idecdrom names the sense keys and the errnos; how they pair is told by the
// table in the .cpp. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "emulator/nodes/aix/error_log.h"
#include "mmc/clock.h"
#include "mmc/sense.h"
#include "mmc/target.h"

namespace burnrig::emulator::nodes {

class AixCommands {
public:
    AixCommands(mmc::Target& target, mmc::Clock& clock) : target_(target), clock_(clock) {}

    /// 0 or an errno. EMEDIA with medium_changed() is the news of another medium.
    int send(const mmc::Command& command);

    /// Once, without any of that; the pass-through.
    int send_once(const mmc::Command& command);

    /// Of the last command.
    const mmc::Completion& last() const { return last_; }
    /// Its packet, padded with zeros, and how long that was.
    const std::array<std::uint8_t, 16>& last_packet() const { return packet_; }
    std::uint8_t last_packet_length() const { return packet_length_; }
    std::optional<mmc::SenseCode> sense() const;
    bool medium_changed() const;
    AixErrorClass error_class() const { return error_class_; }
    std::uint8_t ata_status() const;
    std::uint8_t ata_error() const;

private:
    enum class Again : std::uint8_t { no, at_once, later };
    struct Verdict;
    static Verdict judge(const mmc::Completion& completion);
    Verdict execute(const mmc::Command& command);

    mmc::Target& target_;
    mmc::Clock& clock_;
    mmc::Completion last_;
    std::array<std::uint8_t, 16> packet_{};
    std::uint8_t packet_length_ = 0;
    AixErrorClass error_class_ = AixErrorClass::none;
};

} // namespace burnrig::emulator::nodes
