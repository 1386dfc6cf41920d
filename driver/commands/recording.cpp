// SPDX-License-Identifier: Apache-2.0
#include "driver/commands/recording.h"

#include <vector>

#include <fmt/format.h>

#include "driver/seeded_bugs.h"
#include "driver/timeouts.h"
#include "mmc/bytes.h"

namespace burnrig::driver {
namespace {

using mmc::Opcode;

/// Runs a command without a reply.
Reply<void> simple(Channel& channel, const Request& request) {
    const auto done = channel.run(request);
    if (!done)
        return tl::unexpected(done.error());
    return {};
}

/// A command that carries data: less than all of it is as bad as none.
Reply<void> whole(Channel& channel, const Request& request) {
    const auto transferred = channel.run(request);
    if (!transferred)
        return tl::unexpected(transferred.error());
    const std::size_t expected = request.data_in.size() + request.data_out.size();
    if (*transferred != expected && !seeded(Bug::residual_ignored))
        return tl::unexpected(
            bad_reply(request, *transferred,
                      fmt::format("{} of {} bytes went over although the drive reports success",
                                  *transferred, expected)));
    return {};
}

/// READ(10) and WRITE(10) have the same fields.
Request transfer(Opcode opcode, std::int32_t lba, std::size_t blocks, mmc::Duration limit) {
    Request request{.cdb = make_cdb(opcode), .limit = limit, .lba = lba, .has_lba = true};
    mmc::put32(&request.cdb.bytes[2], static_cast<std::uint32_t>(lba));
    if (seeded(Bug::address_of_16_bits))
        mmc::put16(&request.cdb.bytes[2], 0);
    mmc::put16(&request.cdb.bytes[7], static_cast<std::uint32_t>(blocks));
    return request;
}

} // namespace

Reply<void> send_opc(Channel& channel) {
    Request request{.cdb = make_cdb(Opcode::send_opc_information), .limit = limits::calibration};
    request.cdb.bytes[1] = 0x01; // DoOpc
    return simple(channel, request);
}

Reply<void> reserve_track(Channel& channel, std::uint32_t blocks) {
    Request request{.cdb = make_cdb(Opcode::reserve_track), .limit = limits::close};
    mmc::put32(&request.cdb.bytes[5], blocks);
    return simple(channel, request);
}

Reply<void> send_cue_sheet(Channel& channel, std::span<const CueEntry> entries) {
    Request request{.cdb = make_cdb(Opcode::send_cue_sheet), .limit = limits::status};
    constexpr std::size_t bytes_max = 0xFFFFFF;
    if (entries.size() * cue_entry_bytes > bytes_max)
        return tl::unexpected(bad_reply(request, 0, "more entries than the command can carry"));
    std::vector<std::uint8_t> sheet;
    sheet.reserve(entries.size() * cue_entry_bytes);
    for (const CueEntry& entry : entries)
        for (const std::uint8_t byte :
             {entry.ctl_adr, entry.track, entry.index, entry.data_form, entry.scms,
              entry.start.minute, entry.start.second, entry.start.frame})
            sheet.push_back(byte);
    mmc::put24(&request.cdb.bytes[6], static_cast<std::uint32_t>(sheet.size()));
    request.data_out = sheet;
    return whole(channel, request);
}

Reply<void> write_blocks(Channel& channel, const WritePlace& place,
                         std::span<const std::uint8_t> data) {
    const std::size_t blocks = data.size() / place.block_bytes;
    Request request = transfer(place.streaming ? Opcode::write_12 : Opcode::write_10, place.lba,
                               blocks, limits::write);
    if (place.streaming) {
        mmc::put32(&request.cdb.bytes[6], static_cast<std::uint32_t>(blocks));
        request.cdb.bytes[10] = 0x80;
    }
    request.data_out = data;
    return whole(channel, request);
}

Reply<std::optional<BufferCapacity>> read_buffer_capacity(Channel& channel) {
    std::array<std::uint8_t, 12> reply{};
    Request request{.cdb = make_cdb(Opcode::read_buffer_capacity), .limit = limits::status};
    mmc::put16(&request.cdb.bytes[7], reply.size());
    const auto transferred = channel.fetch(request, reply);
    if (!transferred)
        return tl::unexpected(transferred.error());
    const BufferCapacity buffer{.size = mmc::get32(&reply[4]), .free = mmc::get32(&reply[8])};
    if (*transferred < reply.size() || buffer.size == 0 || buffer.free > buffer.size)
        return std::nullopt;
    return buffer;
}

Reply<void> synchronize_cache(Channel& channel, bool immediate) {
    Request request{.cdb = make_cdb(Opcode::synchronize_cache), .limit = limits::flush};
    request.cdb.bytes[1] = immediate ? 0x02 : 0x00;
    return simple(channel, request);
}

Reply<void> close_track_session(Channel& channel, const CloseRequest& what) {
    Request request{.cdb = make_cdb(Opcode::close_track_session), .limit = limits::close};
    request.cdb.bytes[1] = what.immediate ? 0x01 : 0x00;
    request.cdb.bytes[2] = static_cast<std::uint8_t>(what.function);
    mmc::put16(&request.cdb.bytes[4], what.track);
    return simple(channel, request);
}

Reply<void> blank(Channel& channel, BlankRequest what) {
    Request request{.cdb = make_cdb(Opcode::blank),
                    .limit = what.immediate ? limits::flush : limits::blank};
    request.cdb.bytes[1] =
        static_cast<std::uint8_t>((what.immediate ? 0x10 : 0) | static_cast<int>(what.scope));
    return simple(channel, request);
}

Reply<void> read_10(Channel& channel, std::int32_t lba, std::span<std::uint8_t> data) {
    constexpr std::size_t block_bytes = 2048;
    Request request = transfer(Opcode::read_10, lba, data.size() / block_bytes, limits::read);
    request.data_in = data;
    return whole(channel, request);
}

Reply<void> read_cd(Channel& channel, std::int32_t lba, CdBlockForm form,
                    std::span<std::uint8_t> data) {
    Request request{
        .cdb = make_cdb(Opcode::read_cd), .limit = limits::read, .lba = lba, .has_lba = true};
    mmc::put32(&request.cdb.bytes[2], static_cast<std::uint32_t>(lba));
    mmc::put24(&request.cdb.bytes[6], static_cast<std::uint32_t>(data.size() / form.bytes));
    request.cdb.bytes[9] = form.main_channel;
    request.data_in = data;
    return whole(channel, request);
}

Reply<void> prevent_allow(Channel& channel, bool prevent) {
    Request request{.cdb = make_cdb(Opcode::prevent_allow_medium_removal), .limit = limits::lock};
    request.cdb.bytes[4] = prevent ? 1 : 0;
    return simple(channel, request);
}

Reply<void> start_stop(Channel& channel, StartStop action) {
    Request request{.cdb = make_cdb(Opcode::start_stop_unit), .limit = limits::tray};
    request.cdb.bytes[4] = static_cast<std::uint8_t>(action);
    return simple(channel, request);
}

} // namespace burnrig::driver
