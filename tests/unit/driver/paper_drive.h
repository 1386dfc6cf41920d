// SPDX-License-Identifier: Apache-2.0
// A drive made of paper: a Target that answers from a table of canned replies, written down from
// the standard and not from the emulator, so that a mistake which driver and emulator might share
// is caught here.
//
//     PaperDrive drive;                                   a blank 80-minute CD-R
//     drive.fail(12, {K::medium_error, 0x0C, 0x00});      the 13th command fails
//     Recorder(drive, drive.clock).burn(job);
//     drive.count(0x2A)                                   how many WRITE(10) there were
//
// It keeps what is written and gives it back, and changes the disc's state on flush and close as
// the write parameters ask for; it enforces nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "mmc/clock.h"
#include "mmc/sense.h"
#include "mmc/target.h"

namespace burnrig::driver::test {

using Bytes = std::vector<std::uint8_t>;

mmc::Completion check_condition(const mmc::Sense& sense);
mmc::Completion check_condition(mmc::SenseCode code);
mmc::Completion host_failure(mmc::HostStatus host);

struct Sent {
    Bytes cdb;
    Bytes data; ///< sent to the drive, the first 64 bytes of it
    std::size_t length = 0;
};

class PaperDrive final : public mmc::Target {
public:
    /// Answers instead of the table; nothing lets the table answer.
    using Hook = std::function<std::optional<mmc::Completion>(const mmc::Command&)>;

    mmc::VirtualClock clock;

    // The state of the disc, free to be changed by a test.
    std::uint16_t profile = 0x0009;
    std::uint8_t disc_status = 0;   // blank
    std::uint8_t session_state = 0; // empty
    std::uint8_t sessions = 1;
    std::uint8_t last_track = 1;
    bool erasable = false;
    std::int32_t next_writable = 0;
    std::uint32_t free_blocks = 359844;
    bool locked = false;
    bool offers_sao = true;
    bool tells_nwa = true;
    std::uint32_t buffer_size = 1 << 20;
    std::uint32_t buffer_free = 1 << 20;
    std::map<std::int32_t, Bytes> recorded; ///< blocks by address
    bool never_simulates = false;           ///< takes page 05h, and not its Test Write bit
    std::vector<Sent> log;
    Hook hook;

    /// The command with this number (from 0) gets the answer; with `for_ever`, so do all later ones
    /// of its opcode.
    void fail(std::size_t index, const mmc::Completion& answer, bool for_ever = false);

    mmc::Completion execute(const mmc::Command& command) override;

    std::size_t count(std::uint8_t opcode) const;
    /// Number of the first command with this opcode; nothing when there is none.
    std::optional<std::size_t> first(std::uint8_t opcode) const;
    std::vector<std::uint8_t> opcodes() const;

private:
    mmc::Completion answer(const mmc::Command& command);
    mmc::Completion reply(const mmc::Command& command, const Bytes& bytes);
    Bytes configuration() const;
    Bytes disc_information() const;
    Bytes track_information() const;
    Bytes toc(std::uint8_t format) const;
    void mode_select(const mmc::Command& command);
    void write(const mmc::Command& command);
    mmc::Completion read(const mmc::Command& command);
    void end_session();

    struct Injection {
        std::size_t index;
        mmc::Completion answer;
        bool for_ever;
        std::optional<std::uint8_t> opcode;
    };
    std::optional<Injection> injection_;
    std::uint8_t write_type_ = 1;
    bool multi_ = false;
    bool test_write_ = false;
    std::int32_t track_start_ = 0;
    std::int32_t track_end_ = 0;
};

} // namespace burnrig::driver::test
