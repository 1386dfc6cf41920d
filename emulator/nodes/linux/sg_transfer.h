// SPDX-License-Identifier: Apache-2.0
// One command of the program's on its way to the drive, whichever interface it came through. For
// the files of this folder only.
#pragma once

#include <algorithm>
#include <cerrno>

#include <scsi/sg.h>

#include "emulator/nodes/linux/linux_device.h"

namespace burnrig::emulator::nodes {

/// SG_FLAG_MMAP_IO of Linux's own scsi/sg.h, which the C library's does not have.
inline constexpr unsigned sg_flag_mmap_io = 4;

/// How long the kernel takes a CDB to be when nobody tells: by the opcode's group.
inline std::uint8_t cdb_length_of(std::uint8_t opcode) {
    static constexpr std::uint8_t by_group[8] = {6, 10, 10, 12, 16, 12, 10, 10};
    return by_group[opcode >> 5];
}

/// Answers a request whose argument points to an int.
inline long write_int(const LinuxDevice::Call& call, std::int32_t value) {
    return write_struct(call.memory, call.argument, value) ? 0 : -EFAULT;
}

struct LinuxDevice::Transfer {
    static constexpr std::size_t cdb_bytes_max = 32;

    std::uint8_t cdb[cdb_bytes_max] = {};
    std::uint8_t cdb_length = 0;
    bool to_drive = false;
    std::uint32_t length = 0;
    std::uint64_t buffer = 0;
    bool in_reserve = false; ///< SG_FLAG_MMAP_IO: in `reserve` and not in `buffer`
    std::span<std::uint8_t> reserve{};
    std::uint32_t pieces = 0; ///< > 0: `buffer` points to that many sg_iovec
    mmc::Duration timeout{};
    mmc::Completion completion;
    std::uint32_t resid = 0;

    std::uint32_t moved() const { return length - resid; }
    bool failed() const { return completion.status == mmc::Status::check_condition; }

    /// Calls action(address, part of the payload) for each piece of the buffer, in order.
    template <class Action>
    int for_each_piece(CallerMemory& memory, std::span<std::uint8_t> data, Action action) const {
        if (pieces == 0)
            return data.empty() || action(buffer, data) ? 0 : -EFAULT;
        for (std::uint32_t i = 0; i < pieces && !data.empty(); ++i) {
            sg_iovec piece{};
            if (!read_struct(memory, buffer + i * sizeof piece, piece))
                return -EFAULT;
            const auto part = data.first(std::min<std::size_t>(data.size(), piece.iov_len));
            if (!part.empty() && !action(reinterpret_cast<std::uint64_t>(piece.iov_base), part))
                return -EFAULT;
            data = data.subspan(part.size());
        }
        return 0;
    }

    /// With a list of pieces the transfer is as long as they are together, at most. The list is
    /// read here, before anything is sent.
    int measure_pieces(CallerMemory& memory) {
        constexpr std::uint32_t pieces_max = 1024; // UIO_MAXIOV
        if (pieces > pieces_max)
            return -EINVAL;
        std::uint64_t total = 0;
        for (std::uint32_t i = 0; i < pieces; ++i) {
            sg_iovec piece{};
            if (!read_struct(memory, buffer + i * sizeof piece, piece))
                return -EFAULT;
            total = std::min<std::uint64_t>(total + std::min<std::uint64_t>(piece.iov_len, length),
                                            length);
        }
        if (pieces > 0)
            length = static_cast<std::uint32_t>(total);
        return 0;
    }

    /// From the program's buffer: what is to be written.
    int copy_in(CallerMemory& memory, std::span<std::uint8_t> data) const {
        if (in_reserve) {
            std::copy_n(reserve.begin(), std::min(data.size(), reserve.size()), data.begin());
            return 0;
        }
        return for_each_piece(memory, data,
                              [&](std::uint64_t address, std::span<std::uint8_t> part) {
                                  return memory.read(address, part);
                              });
    }

    /// To the program's buffer, as much as came.
    int copy_out(CallerMemory& memory) const {
        if (in_reserve) {
            const auto data = memory.payload().first(moved());
            std::copy_n(data.begin(), std::min(data.size(), reserve.size()), reserve.begin());
            return 0;
        }
        return for_each_piece(memory, memory.payload().first(moved()),
                              [&](std::uint64_t address, std::span<std::uint8_t> part) {
                                  return memory.write(address, part);
                              });
    }

    /// As much of the sense data as there is room for.
    std::span<const std::uint8_t> sense(std::size_t room) const {
        const auto all = completion.sense.view();
        return failed() ? all.first(std::min(room, all.size())) : all.first(0);
    }
};

/// What came of a command, in the words of the version 3 header.
void fill_sg_result(sg_io_hdr& header, const mmc::Completion& completion, std::uint32_t resid,
                    std::uint8_t sense_written, NodeKind kind);

} // namespace burnrig::emulator::nodes
