// SPDX-License-Identifier: Apache-2.0
// The ring through which Linux's target_core_user hands SCSI commands to a process: one mapping,
//
//     0         64      cmdr_off            cmdr_off + cmdr_size                      end
//     | mailbox | tail  | entries, 8-aligned |        data of the commands             |
//                          ^tail     ^head
//
// The kernel puts entries in and moves the head, we take them out and move the tail. An entry says
// where its CDB and the pieces of its data are, all as offsets into the mapping; the answer is
// written over it. It does not say which way data go: the opcode does.
//
//     auto ring = Ring::create(mapping);
//     while (*ring->serve(drive, 16) > 0) {}    // then tell the kernel through /dev/uioN
//
// Every offset and length is checked against the mapping, which may hold anything: an entry that
// makes no sense is an error, after which the ring cannot be gone on with.
// One thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "mmc/result.h"
#include "mmc/target.h"

namespace burnrig::emulator::nodes::tcmu {

class Ring {
public:
    /// The mapping must be aligned as mmap() gives it and outlive the ring.
    static mmc::Result<Ring> create(std::span<std::uint8_t> mapping);

    /// Whether the kernel has put in what we have not taken out.
    bool pending() const;

    /// Runs the commands that are there now, `most` at most, and answers each. How many there were.
    mmc::Result<std::size_t> serve(mmc::Target& target, std::size_t most);

    /// More in one command than any SCSI host of Linux sends at once.
    static constexpr std::size_t transfer_bytes_max = 64U << 20;

private:
    struct Request {
        std::array<std::uint8_t, 16> cdb{};
        std::size_t cdb_length = 0;
        std::size_t data_length = 0;
        bool to_drive = false;
    };

    explicit Ring(std::span<std::uint8_t> mapping) : mapping_(mapping) {}
    mmc::Result<void> check_mailbox();
    mmc::Result<std::uint32_t> head() const;
    mmc::Result<std::span<std::uint8_t>> entry_at_tail() const;
    mmc::Result<void> serve_command(std::span<std::uint8_t> entry, mmc::Target& target);
    mmc::Result<Request> read_request(std::span<const std::uint8_t> entry);
    mmc::Result<void> read_pieces(std::span<const std::uint8_t> entry, std::uint32_t count,
                                  Request& request);
    std::span<std::uint8_t> contiguous(const Request& request);
    void scatter(std::span<const std::uint8_t> reply);
    void answer(std::span<std::uint8_t> entry, const mmc::Completion& completion, bool reply) const;
    void advance(std::size_t length);

    std::span<std::uint8_t> mapping_;
    std::uint32_t ring_offset_ = 0;
    std::uint32_t ring_bytes_ = 0;
    std::uint32_t tail_ = 0; // ours alone: the kernel only reads the mailbox's
    bool read_length_ = false;
    std::vector<std::span<std::uint8_t>> pieces_; // of the command being served
    std::vector<std::uint8_t> gathered_;          // its data when they are in several pieces
};

} // namespace burnrig::emulator::nodes::tcmu
