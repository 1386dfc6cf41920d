// SPDX-License-Identifier: Apache-2.0
// A trace that Wireshark reads: commands as a host would send them to the drive over iSCSI, the
// one way in which Wireshark gets CDB, data, status and sense data of a command together.
//
//     host 192.0.2.1                      drive 192.0.2.2:3260
//        | SCSI Command (CDB, first data) -> |      at the time the command came
//        | Data-Out ...                   -> |
//        | <- Data-In ...                    |      at the time it ended
//        | <- SCSI Response (status, sense)  |
//
// The packets are made up, what they carry is not. An INQUIRY in front, with a comment that says
// so, tells Wireshark that the commands are MMC's. Of data longer than the snap length the rest is
// left out; lengths in the packets are those of the command. No answer at all (a time-out, a reset)
// is a "target failure" with a comment. Each command has its name as a comment, for Wireshark 4.0
// knows neither SEND OPC INFORMATION nor SEND CUE SHEET; marks are comments of the command behind
// them.
//
// Times are drive time, from 1970 on. The format: draft-ietf-opsawg-pcapng; iSCSI: RFC 7143.
// One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/rig/identity.h"
#include "harness/trace/command_sink.h"
#include "harness/trace/output_file.h"

namespace burnrig::harness {

class PcapngTrace final : public CommandSink {
public:
    PcapngTrace(OutputFile file, const RunIdentity& identity, std::uint32_t snap_bytes);

    void command(const CommandRecord& record, const mmc::Command& command) override;
    void mark(const std::string& text, mmc::Duration at) override;
    mmc::Result<void> finish() override { return file_.finish(); }

private:
    using Bytes = std::vector<std::uint8_t>;
    enum class From : std::uint8_t { host, drive };

    void write_header(const RunIdentity& identity);
    void announce_device_type();
    void send_request(const CommandRecord& record, std::span<const std::uint8_t> out);
    void send_reply(const CommandRecord& record, std::span<const std::uint8_t> in);
    void send_response(const CommandRecord& record, std::uint32_t data_pdus);
    /// One iSCSI PDU: its header with the data's length filled in, then data.
    void send(From from, mmc::Duration at, std::array<std::uint8_t, 48>& header,
              std::span<const std::uint8_t> data, const std::string& comment);

    OutputFile file_;
    std::uint32_t snap_bytes_;
    std::uint32_t task_ = 0;
    std::uint32_t answers_ = 0;
    std::uint32_t sequence_[2] = {1, 1}; ///< of TCP: from the host, from the drive
    std::string comment_;                ///< of the next command
    Bytes packet_;                       ///< reused
    Bytes block_;
};

} // namespace burnrig::harness
