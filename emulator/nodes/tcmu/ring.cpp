// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/tcmu/ring.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "emulator/nodes/tcmu/wire.h"
#include "mmc/opcode.h"

namespace burnrig::emulator::nodes::tcmu {
namespace {

static_assert(command_bytes_min >= command_pieces_at);
// No command of the kernel waits for us longer than it wants to: it has its own timeouts.
constexpr mmc::Duration no_timeout = std::chrono::hours(24);

std::uint32_t load(std::span<const std::uint8_t> mapping, std::size_t offset) {
    return __atomic_load_n(reinterpret_cast<const std::uint32_t*>(mapping.data() + offset),
                           __ATOMIC_ACQUIRE);
}

template <class T>
T copy_at(std::span<const std::uint8_t> bytes, std::size_t offset) {
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

/// Bytes of the CDB, as the kernel counts them: by the opcode's group.
std::size_t cdb_length(std::uint8_t opcode) {
    static constexpr std::uint8_t by_group[8] = {6, 10, 10, 12, 16, 12, 10, 10};
    return by_group[opcode >> 5];
}

bool takes_data(std::uint8_t opcode) {
    const mmc::OpcodeInfo* const known = mmc::find_opcode(opcode);
    // A guess for a vendor's own commands: they ask something.
    return known != nullptr && known->direction == mmc::DataDirection::to_drive;
}

} // namespace

mmc::Result<Ring> Ring::create(std::span<std::uint8_t> mapping) {
    Ring ring(mapping);
    if (auto checked = ring.check_mailbox(); !checked)
        return tl::unexpected(checked.error());
    ring.gathered_.resize(1U << 20);
    return ring;
}

mmc::Result<void> Ring::check_mailbox() {
    if (mapping_.size() < mailbox_bytes)
        return mmc::fail("the mapping of {} bytes has no room for a mailbox", mapping_.size());
    const auto version = copy_at<std::uint16_t>(mapping_, mailbox_version_at);
    if (version != mailbox_version)
        return mmc::fail("the mailbox is of version {}, not {}", version, int{mailbox_version});
    ring_offset_ = load(mapping_, mailbox_ring_offset_at);
    ring_bytes_ = load(mapping_, mailbox_ring_bytes_at);
    if (ring_offset_ < mailbox_bytes || ring_offset_ % entry_align != 0 ||
        ring_bytes_ % entry_align != 0 || ring_bytes_ == 0 || ring_offset_ > mapping_.size() ||
        ring_bytes_ > mapping_.size() - ring_offset_)
        return mmc::fail("a ring of {} bytes at {} is not within the mapping of {} bytes",
                         ring_bytes_, ring_offset_, mapping_.size());
    tail_ = load(mapping_, mailbox_tail_at);
    if (tail_ >= ring_bytes_ || tail_ % entry_align != 0)
        return mmc::fail("the ring's tail {} is not an entry of {} bytes", tail_, ring_bytes_);
    const auto flags = copy_at<std::uint16_t>(mapping_, mailbox_flags_at);
    read_length_ = (flags & mailbox_has_read_length) != 0;
    return {};
}

bool Ring::pending() const {
    return load(mapping_, mailbox_head_at) != tail_;
}

mmc::Result<std::uint32_t> Ring::head() const {
    const std::uint32_t head = load(mapping_, mailbox_head_at);
    if (head >= ring_bytes_ || head % entry_align != 0)
        return mmc::fail("the ring's head {} is not an entry of {} bytes", head, ring_bytes_);
    return head;
}

mmc::Result<std::span<std::uint8_t>> Ring::entry_at_tail() const {
    const std::size_t room = ring_bytes_ - tail_;
    const auto at = mapping_.subspan(ring_offset_ + tail_, room);
    const std::size_t length = load(at, entry_length_at) & ~std::uint32_t{entry_operation_mask};
    if (length < std::size_t{entry_head_bytes} || length > room)
        return mmc::fail("the ring's entry at {} is {} bytes long, and there are {}", tail_, length,
                         room);
    return at.first(length);
}

mmc::Result<std::size_t> Ring::serve(mmc::Target& target, std::size_t most) {
    const auto until = head();
    if (!until)
        return tl::unexpected(until.error());
    std::size_t served = 0;
    // Entries are 8 bytes at least: more of them than that are no ring but a circle.
    for (std::size_t entries = 0; tail_ != *until && served < most; ++entries) {
        if (entries > ring_bytes_ / entry_align)
            return mmc::fail("the ring's entries do not end at its head {}", *until);
        const auto entry = entry_at_tail();
        if (!entry)
            return tl::unexpected(entry.error());
        const auto operation =
            copy_at<std::uint32_t>(*entry, entry_length_at) & entry_operation_mask;
        if (operation == operation_command) {
            if (auto done = serve_command(*entry, target); !done)
                return tl::unexpected(done.error());
            ++served;
        } else if (operation != operation_pad && operation != operation_task_management) {
            // A task management entry is news that needs no answer: what it aborts is done by now.
            (*entry)[entry_flags_at] |= entry_unknown;
        }
        advance(entry->size());
    }
    return served;
}

mmc::Result<void> Ring::serve_command(std::span<std::uint8_t> entry, mmc::Target& target) {
    const auto request = read_request(entry);
    if (!request)
        return tl::unexpected(request.error());
    const std::span<std::uint8_t> data = contiguous(*request);
    mmc::Command command{{request->cdb.data(), request->cdb_length}, {}, {}, no_timeout};
    if (request->to_drive)
        command.data_out = data;
    else
        command.data_in = data;
    mmc::Completion completion = target.execute(command);
    const bool reply = !request->to_drive && !data.empty();
    if (reply) {
        completion.transferred =
            static_cast<std::uint32_t>(std::min<std::size_t>(completion.transferred, data.size()));
        if (!read_length_) // the kernel takes all of it, and what was there is another's
            std::fill(data.begin() + completion.transferred, data.end(), std::uint8_t{0});
        scatter(read_length_ ? data.first(completion.transferred) : data);
    }
    answer(entry, completion, reply);
    return {};
}

mmc::Result<Ring::Request> Ring::read_request(std::span<const std::uint8_t> entry) {
    if (entry.size() < command_bytes_min)
        return mmc::fail("the ring's entry at {} is {} bytes long; a command takes {}", tail_,
                         entry.size(), command_bytes_min);
    Request request;
    const auto offset = copy_at<std::uint64_t>(entry, command_cdb_at);
    if (offset >= mapping_.size())
        return mmc::fail("the CDB of the ring's entry at {} is at {}, outside", tail_, offset);
    request.cdb_length = cdb_length(mapping_[offset]);
    if (request.cdb_length > mapping_.size() - offset)
        return mmc::fail("the CDB of the ring's entry at {} is at {}, partly outside", tail_,
                         offset);
    std::copy_n(mapping_.begin() + static_cast<std::ptrdiff_t>(offset), request.cdb_length,
                request.cdb.begin());
    request.to_drive = takes_data(request.cdb[0]);
    const auto count = copy_at<std::uint32_t>(entry, command_piece_count_at);
    if (auto read = read_pieces(entry, count, request); !read)
        return tl::unexpected(read.error());
    return request;
}

mmc::Result<void> Ring::read_pieces(std::span<const std::uint8_t> entry, std::uint32_t count,
                                    Request& request) {
    struct Piece { // struct iovec; its address is an offset
        std::uint64_t offset, length;
    };
    static_assert(sizeof(Piece) == piece_bytes);
    pieces_.clear();
    if (count > (entry.size() - command_pieces_at) / sizeof(Piece))
        return mmc::fail("the ring's entry at {} of {} bytes has no room for {} pieces of data",
                         tail_, entry.size(), count);
    const std::size_t data_offset = std::size_t{ring_offset_} + ring_bytes_;
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto piece = copy_at<Piece>(entry, command_pieces_at + i * sizeof(Piece));
        if (piece.offset < data_offset || piece.offset > mapping_.size() ||
            piece.length > mapping_.size() - piece.offset ||
            piece.length > transfer_bytes_max - request.data_length)
            return mmc::fail("piece {} of the ring's entry at {} is {} bytes at {}, outside", i,
                             tail_, piece.length, piece.offset);
        pieces_.push_back(mapping_.subspan(piece.offset, piece.length));
        request.data_length += piece.length;
    }
    return {};
}

/// The command's data in one piece: where they are if they are in one, else a copy.
std::span<std::uint8_t> Ring::contiguous(const Request& request) {
    if (pieces_.empty())
        return {};
    if (pieces_.size() == 1)
        return pieces_.front();
    if (gathered_.size() < request.data_length)
        gathered_.resize(request.data_length);
    if (request.to_drive) {
        auto to = gathered_.begin();
        for (const auto& piece : pieces_)
            to = std::copy(piece.begin(), piece.end(), to);
    }
    return {gathered_.data(), request.data_length};
}

void Ring::scatter(std::span<const std::uint8_t> reply) {
    if (pieces_.size() < 2)
        return; // the drive wrote it in place
    for (const auto& piece : pieces_) {
        const std::size_t length = std::min(piece.size(), reply.size());
        std::copy_n(reply.begin(), length, piece.begin());
        reply = reply.subspan(length);
    }
}

void Ring::answer(std::span<std::uint8_t> entry, const mmc::Completion& completion,
                  bool reply) const {
    std::memset(entry.data() + answer_at, 0, command_bytes_min - answer_at);
    // The ring has no word for a host that lost the drive; an aborted task is nearest.
    const auto status =
        completion.host == mmc::HostStatus::ok ? completion.status : mmc::Status::task_aborted;
    entry[answer_status_at] = static_cast<std::uint8_t>(status);
    if (reply && read_length_) {
        entry[entry_flags_at] |= entry_read_length;
        std::memcpy(entry.data() + answer_read_length_at, &completion.transferred,
                    sizeof completion.transferred);
    }
    const auto sense = completion.sense.view();
    std::memcpy(entry.data() + answer_sense_at, sense.data(),
                std::min<std::size_t>(sense.size(), answer_sense_bytes));
}

void Ring::advance(std::size_t length) {
    tail_ = static_cast<std::uint32_t>((tail_ + length) % ring_bytes_);
    auto* const shared = reinterpret_cast<std::uint32_t*>(mapping_.data() + mailbox_tail_at);
    __atomic_store_n(shared, tail_, __ATOMIC_RELEASE);
}

} // namespace burnrig::emulator::nodes::tcmu
