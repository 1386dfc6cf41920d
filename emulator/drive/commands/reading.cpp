// SPDX-License-Identifier: Apache-2.0
// READ, SEEK, VERIFY, SET READ AHEAD, READ BUFFER, WRITE BUFFER.
#include <algorithm>
#include <array>

#include "emulator/disc/block_payload.h"
#include "emulator/drive/block_access.h"
#include "emulator/drive/commands/commands.h"

namespace burnrig::emulator::commands {
namespace {

constexpr std::size_t user_bytes = 2048;

// Blocks whose user bytes lie one behind the other go to the host in one copy.
Answer read_plain(const Disc& disc, std::int32_t lba, std::span<std::uint8_t> to) {
    const auto whole = to.size() / user_bytes * user_bytes;
    if (whole > 0 && !disc.read(lba, to.first(whole)))
        return refuse_at(mmc::sense::unrecovered_read, lba);
    const auto rest = to.subspan(whole);
    if (!rest.empty()) { // the host's buffer ends within a block
        std::array<std::uint8_t, user_bytes> block;
        const auto last = lba + static_cast<std::int32_t>(whole / user_bytes);
        if (!disc.read(last, block))
            return refuse_at(mmc::sense::unrecovered_read, last);
        std::copy_n(block.begin(), rest.size(), rest.begin());
    }
    return good();
}

// One block of which only a part is user data.
Answer read_part(const Disc& disc, std::int32_t lba, BlockForm form, std::span<std::uint8_t> to) {
    std::array<std::uint8_t, 2448> buffer; // the largest form
    const auto block = std::span(buffer).first(block_size(form));
    if (!disc.read(lba, block))
        return refuse_at(mmc::sense::unrecovered_read, lba);
    const auto user = user_data(form, block);
    if (user.empty())
        return refuse_at(mmc::sense::illegal_mode_for_track, lba);
    std::copy_n(user.begin(), to.size(), to.begin());
    return good();
}

bool is_plain(BlockForm form) {
    return form == BlockForm::mode1 || form == BlockForm::xa_form1;
}

// Hands over block after block until all are there, the host's buffer is full, or one fails; what
// was good before the failing block stays transferred.
Answer transfer(const LogicalUnit& unit, std::int32_t lba, std::uint32_t blocks,
                std::span<std::uint8_t> to) {
    const auto& disc = *unit.disc;
    const auto wanted = std::min<std::size_t>(to.size(), blocks * user_bytes);
    std::size_t done = 0;
    auto left = static_cast<std::int32_t>(blocks);
    bool one_by_one = false;
    Answer answer = good();
    while (left > 0 && answer.good()) {
        const auto run = readable_at(unit, lba);
        if (run.fault) {
            answer = refuse_at(*run.fault, lba);
            break;
        }
        const auto count = is_plain(run.form) && !one_by_one ? std::min(left, run.count) : 1;
        const auto bytes = std::min(wanted - done, static_cast<std::size_t>(count) * user_bytes);
        const auto part = to.subspan(done, bytes);
        if (run.zeros)
            std::fill(part.begin(), part.end(), std::uint8_t{0});
        else
            answer = is_plain(run.form) ? read_plain(disc, lba, part)
                                        : read_part(disc, lba, run.form, part);
        if (!answer.good() && count > 1) { // to find the block that failed
            one_by_one = true;
            answer = good();
            continue;
        }
        if (answer.good())
            done += bytes;
        lba += count;
        left -= count;
    }
    answer.transferred = static_cast<std::uint32_t>(done);
    return answer;
}

// Whether all blocks are addresses that exist on this disc as it is.
std::optional<Answer> out_of_range(const LogicalUnit& unit, std::int32_t lba,
                                   std::uint32_t blocks) {
    const auto end = unit.rules->readable_end(unit);
    if (lba < 0 || lba >= end)
        return refuse_at(mmc::sense::lba_out_of_range, lba);
    if (blocks > static_cast<std::uint32_t>(end - lba))
        return refuse_at(mmc::sense::lba_out_of_range, end);
    return std::nullopt;
}

Answer read(LogicalUnit& unit, const Request& request, std::uint32_t blocks) {
    if (request.bit(1, 0)) // RelAdr
        return refuse_cdb(1, std::uint8_t{0});
    if (blocks == 0)
        return good();
    const auto lba = request.address(2);
    if (auto refused = out_of_range(unit, lba, blocks))
        return *refused;
    count_try(unit, lba, blocks);
    auto answer = transfer(unit, lba, blocks, request.data_in);
    answer.time = unit.read_time(lba, blocks);
    return answer;
}

} // namespace

Answer read_10(LogicalUnit& unit, const Request& request) {
    return read(unit, request, request.word(7));
}

Answer read_12(LogicalUnit& unit, const Request& request) {
    return read(unit, request, request.quad(6));
}

Answer seek_10(LogicalUnit& unit, const Request& request) {
    const auto lba = request.address(2);
    if (auto refused = out_of_range(unit, lba, 0))
        return *refused;
    return good(unit.read_time(lba, 0));
}

Answer verify_10(LogicalUnit& unit, const Request& request) {
    if (request.bit(1, 1)) // BytChk
        return refuse_cdb(1, std::uint8_t{1});
    const auto lba = request.address(2);
    const std::uint32_t blocks = request.word(7);
    if (blocks == 0)
        return good();
    if (auto refused = out_of_range(unit, lba, blocks))
        return *refused;
    count_try(unit, lba, blocks);
    auto answer = transfer(unit, lba, blocks, {});
    answer.time = unit.read_time(lba, blocks);
    return answer;
}

Answer set_read_ahead(LogicalUnit& unit, const Request& request) {
    for (const std::size_t at : {std::size_t{2}, std::size_t{6}})
        if (auto refused = out_of_range(unit, request.address(at), 0))
            return *refused;
    return good();
}

Answer read_buffer(LogicalUnit& unit, const Request& request) {
    enum : unsigned { combined = 0, data = 2, descriptor = 3 };
    const unsigned mode = request[1] & 0x1F;
    if (request[2] != 0) // buffer 0 is the only one
        return refuse_cdb(2);
    const std::size_t room = request.triple(6);
    if (request.triple(3) != 0) // offset: it is read from its beginning
        return refuse_cdb(3);
    const std::uint32_t capacity = std::min<std::uint32_t>(unit.buffer_bytes(), 0xFFFFFF);
    Reply reply;
    if (mode == descriptor) {
        reply.quad(capacity); // offset boundary 0: any byte
        return reply.deliver(request, room);
    }
    if (!unit.model.buffer_readable || (mode != combined && mode != data))
        return refuse_cdb(1, std::uint8_t{4});
    if (mode == combined)
        reply.quad(capacity);
    auto answer = reply.deliver(request, room);
    const auto end = std::min<std::size_t>({room, request.data_in.size(), reply.size() + capacity});
    if (end > answer.transferred) { // nothing worth showing is in the buffer
        const auto zeros = request.data_in.subspan(answer.transferred, end - answer.transferred);
        std::fill(zeros.begin(), zeros.end(), std::uint8_t{0});
        answer.transferred = static_cast<std::uint32_t>(end);
    }
    return answer;
}

// A host that times the way to the buffer; firmware is not taken.
Answer write_buffer(LogicalUnit& unit, const Request& request) {
    constexpr unsigned data = 2;
    if ((request[1] & 0x1F) != data || !unit.model.buffer_readable)
        return refuse_cdb(1, std::uint8_t{4});
    if (request[2] != 0)
        return refuse_cdb(2);
    const std::uint64_t end = std::uint64_t{request.triple(3)} + request.triple(6);
    if (end > unit.buffer_bytes())
        return refuse_cdb(6);
    if (request.data_out.size() < request.triple(6))
        return refuse(mmc::sense::parameter_list_length);
    auto answer = good();
    answer.transferred = request.triple(6);
    return answer;
}

} // namespace burnrig::emulator::commands
