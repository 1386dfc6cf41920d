// SPDX-License-Identifier: Apache-2.0
// WRITE, SYNCHRONIZE CACHE and READ BUFFER CAPACITY. What may be written where is the business of
// the medium's recording rules.
#include "emulator/drive/commands/commands.h"

namespace burnrig::emulator::commands {
namespace {

struct Options {
    bool streaming = false;
    bool verify = false;
};

Answer write(LogicalUnit& unit, const Request& request, std::uint32_t blocks, Options options) {
    if (request.bit(1, 0)) // RelAdr
        return refuse_cdb(1, std::uint8_t{0});
    if (blocks == 0)
        return good();
    if (unit.pages.software_write_protect())
        return refuse(mmc::sense::software_write_protected);
    if (unit.disc->structure().write_protected)
        return refuse(mmc::sense::persistent_write_protect);
    auto answer = unit.rules->write(unit, {request.address(2), blocks, request.data_out,
                                           request.now, options.streaming, options.verify});
    if (answer.good())
        unit.bytes_taken += answer.transferred;
    return answer;
}

} // namespace

Answer write_10(LogicalUnit& unit, const Request& request) {
    return write(unit, request, request.word(7), {});
}

Answer write_12(LogicalUnit& unit, const Request& request) {
    return write(unit, request, request.quad(6), {request.bit(10, 7), false});
}

Answer write_and_verify_10(LogicalUnit& unit, const Request& request) {
    if (request.bit(1, 1)) // BytChk
        return refuse_cdb(1, std::uint8_t{1});
    return write(unit, request, request.word(7), {false, true});
}

Answer synchronize_cache(LogicalUnit& unit, const Request& request) {
    if (!unit.medium() || !unit.rules)
        return good(); // nothing can be waiting
    return unit.rules->synchronize(unit, request.now, request.bit(1, 1));
}

Answer read_buffer_capacity(LogicalUnit& unit, const Request& request) {
    const bool in_blocks = request.bit(1, 0);
    const auto [total, used] = unit.buffer_fill(request.now);
    const auto free_bytes = total - used;
    constexpr std::uint32_t block_bytes = 2048;
    Reply reply;
    reply.word(10).byte(0).byte(in_blocks ? 1 : 0);
    reply.quad(in_blocks ? 0 : total);
    reply.quad(in_blocks ? free_bytes / block_bytes : free_bytes);
    return reply.deliver(request, request.word(7));
}

} // namespace burnrig::emulator::commands
