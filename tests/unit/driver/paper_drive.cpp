// SPDX-License-Identifier: Apache-2.0
#include "paper_drive.h"

#include <algorithm>

namespace burnrig::driver::test {
namespace {

std::uint32_t get(const std::uint8_t* at, int count) {
    std::uint32_t value = 0;
    for (int i = 0; i < count; ++i)
        value = value << 8 | at[i];
    return value;
}

void put(Bytes& bytes, std::size_t at, std::uint32_t value, int count) {
    for (int i = count - 1; i >= 0; --i, value >>= 8)
        bytes[at + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(value);
}

void add_text(Bytes& bytes, std::size_t at, const char* text) {
    for (; *text != 0; ++text)
        bytes[at++] = static_cast<std::uint8_t>(*text);
}

constexpr std::size_t block = 2048;

} // namespace

mmc::Completion check_condition(const mmc::Sense& sense) {
    mmc::Completion completion;
    completion.status = mmc::Status::check_condition;
    completion.sense = mmc::encode(sense);
    return completion;
}

mmc::Completion check_condition(mmc::SenseCode code) {
    mmc::Sense sense;
    sense.code = code;
    return check_condition(sense);
}

mmc::Completion host_failure(mmc::HostStatus host) {
    mmc::Completion completion;
    completion.host = host;
    return completion;
}

void PaperDrive::fail(std::size_t index, const mmc::Completion& answer, bool for_ever) {
    injection_ = Injection{index, answer, for_ever, std::nullopt};
}

mmc::Completion PaperDrive::execute(const mmc::Command& command) {
    Sent sent{.cdb = {command.cdb.begin(), command.cdb.end()},
              .data = {},
              .length = command.data_out.size()};
    const auto some = command.data_out.first(std::min<std::size_t>(command.data_out.size(), 64));
    sent.data.assign(some.begin(), some.end());
    const std::size_t index = log.size();
    log.push_back(std::move(sent));
    clock.sleep_until(clock.now() + std::chrono::milliseconds(1));
    if (injection_ && index == injection_->index) {
        injection_->opcode = command.cdb[0];
        return injection_->answer;
    }
    if (injection_ && injection_->for_ever && injection_->opcode == command.cdb[0])
        return injection_->answer;
    if (hook)
        if (const auto own = hook(command))
            return *own;
    return answer(command);
}

mmc::Completion PaperDrive::answer(const mmc::Command& command) {
    const auto cdb = command.cdb;
    switch (cdb[0]) {
    case 0x12: {
        Bytes bytes(36);
        bytes[0] = 5;
        bytes[1] = 0x80;
        bytes[3] = 2;
        bytes[4] = 31;
        add_text(bytes, 8, "PAPER   WRITER 80       1.00");
        return reply(command, bytes);
    }
    case 0x46:
        return reply(command, configuration());
    case 0x5A: {
        const bool write_page = (cdb[2] & 0x3F) == 0x05;
        Bytes bytes(8 + (write_page ? 52 : 34));
        put(bytes, 0, static_cast<std::uint32_t>(bytes.size() - 2), 2);
        bytes[8] = write_page ? 0x05 : 0x2A;
        bytes[9] = static_cast<std::uint8_t>(bytes.size() - 10);
        if (write_page)
            bytes[8 + 2] = static_cast<std::uint8_t>(write_type_ | (test_write_ ? 0x10 : 0));
        else
            put(bytes, 8 + 12, 1024, 2);
        return reply(command, bytes);
    }
    case 0x51:
        return reply(command, disc_information());
    case 0x52:
        return reply(command, track_information());
    case 0x43:
        return reply(command, toc(cdb[2]));
    case 0x5C: {
        Bytes bytes(12);
        bytes[1] = 10;
        put(bytes, 4, buffer_size, 4);
        put(bytes, 8, buffer_free, 4);
        return reply(command, bytes);
    }
    case 0x1E:
        locked = (cdb[4] & 1) != 0;
        return {};
    case 0x55:
        mode_select(command);
        break;
    case 0x2A:
        write(command);
        break;
    case 0x28:
        return read(command);
    case 0x35:
        if (write_type_ == 2)
            end_session();
        break;
    case 0x5B:
        if (cdb[2] == 2)
            end_session();
        break;
    case 0xA1:
        disc_status = 0;
        session_state = 0;
        sessions = 1;
        last_track = 1;
        break;
    default:
        break;
    }
    mmc::Completion done;
    done.transferred = static_cast<std::uint32_t>(command.data_out.size());
    return done;
}

mmc::Completion PaperDrive::reply(const mmc::Command& command, const Bytes& bytes) {
    mmc::Completion done;
    done.transferred = static_cast<std::uint32_t>(std::min(command.data_in.size(), bytes.size()));
    std::copy_n(bytes.begin(), done.transferred, command.data_in.begin());
    return done;
}

Bytes PaperDrive::configuration() const {
    const bool writable = disc_status < 2;
    const std::uint8_t current = writable ? 1 : 0;
    const auto profile_high = static_cast<std::uint8_t>(profile >> 8);
    const auto profile_low = static_cast<std::uint8_t>(profile);
    Bytes bytes{
        0,
        0,
        0,
        0,
        0,
        0,
        profile_high,
        profile_low, // head
        0x00,
        0x00,
        0x03,
        8,
        0x00,
        0x0A,
        0,
        0,
        0x00,
        0x09,
        1,
        0, // profiles CD-RW, CD-R
        0x00,
        0x2D,
        static_cast<std::uint8_t>(0x08 | current),
        4,
        0x46,
        0,
        0,
        0, // track at once
    };
    if (offers_sao) // mastering: underrun-free, SAO, test write; 3000 bytes of cue sheet
        bytes.insert(bytes.end(), {0x00, 0x2E, static_cast<std::uint8_t>(0x04 | current), 4, 0x66,
                                   0x00, 0x0B, 0xB8});
    put(bytes, 0, static_cast<std::uint32_t>(bytes.size() - 4), 4);
    return bytes;
}

Bytes PaperDrive::disc_information() const {
    Bytes bytes(34);
    bytes[1] = 32;
    bytes[2] = static_cast<std::uint8_t>((erasable ? 0x10 : 0) | session_state << 2 | disc_status);
    bytes[3] = 1;
    bytes[4] = sessions;
    bytes[5] = last_track;
    bytes[6] = last_track;
    bytes[8] = 0xFF;
    put(bytes, 16, 0x00611A42, 4);                                 // 97:26:66
    put(bytes, 20, disc_status == 2 ? 0x00FFFFFF : 0x004F3B4A, 4); // 79:59:74
    return bytes;
}

Bytes PaperDrive::track_information() const {
    Bytes bytes(36);
    bytes[1] = 34;
    bytes[2] = last_track;
    bytes[3] = sessions;
    bytes[5] = 4;
    const bool writable = disc_status < 2 && tells_nwa;
    bytes[6] = static_cast<std::uint8_t>((writable ? 0x40 : 0) | 0x0F);
    bytes[7] = writable ? 1 : 0;
    put(bytes, 8, static_cast<std::uint32_t>(writable ? next_writable : track_start_), 4);
    put(bytes, 12, static_cast<std::uint32_t>(next_writable), 4);
    put(bytes, 16, free_blocks, 4);
    put(bytes, 24, writable ? free_blocks : static_cast<std::uint32_t>(track_end_ - track_start_),
        4);
    return bytes;
}

Bytes PaperDrive::toc(std::uint8_t format) const {
    if (format == 4) {
        Bytes bytes(28);
        bytes[1] = 26;
        bytes[4] = 0xD0;
        bytes[6] = 0x80;
        put(bytes, 8, 0x611A4200, 4);
        put(bytes, 12, 0x4F3B4A00, 4);
        return bytes;
    }
    Bytes bytes(4 + 2 * 8);
    bytes[1] = 18;
    bytes[2] = bytes[3] = 1;
    bytes[5] = 0x14;
    bytes[6] = 1;
    put(bytes, 8, static_cast<std::uint32_t>(track_start_), 4);
    bytes[13] = 0x14;
    bytes[14] = 0xAA;
    put(bytes, 16, static_cast<std::uint32_t>(track_end_), 4);
    return bytes;
}

void PaperDrive::mode_select(const mmc::Command& command) {
    if (command.data_out.size() < 12)
        return;
    write_type_ = command.data_out[8 + 2] & 0x0F;
    test_write_ = (command.data_out[8 + 2] & 0x10) != 0 && !never_simulates;
    multi_ = (command.data_out[8 + 3] & 0xC0) == 0xC0;
}

void PaperDrive::write(const mmc::Command& command) {
    const auto lba = static_cast<std::int32_t>(get(&command.cdb[2], 4));
    const std::uint32_t count = get(&command.cdb[7], 2);
    if (recorded.empty())
        track_start_ = std::max(lba, 0);
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto data = command.data_out.subspan(i * block, block);
        if (!test_write_)
            recorded[lba + static_cast<std::int32_t>(i)].assign(data.begin(), data.end());
    }
    track_end_ = lba + static_cast<std::int32_t>(count);
}

mmc::Completion PaperDrive::read(const mmc::Command& command) {
    const auto lba = static_cast<std::int32_t>(get(&command.cdb[2], 4));
    const std::uint32_t count = get(&command.cdb[7], 2);
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto found = recorded.find(lba + static_cast<std::int32_t>(i));
        if (found == recorded.end()) {
            mmc::Sense sense;
            sense.code = mmc::sense::unrecovered_read;
            sense.information = static_cast<std::uint32_t>(lba) + i;
            return check_condition(sense);
        }
        std::copy(found->second.begin(), found->second.end(),
                  command.data_in.begin() + static_cast<std::ptrdiff_t>(i * block));
    }
    mmc::Completion done;
    done.transferred = count * block;
    return done;
}

void PaperDrive::end_session() {
    if (test_write_)
        return;
    disc_status = multi_ ? 1 : 2;
    session_state = multi_ ? 0 : 3;
    if (multi_)
        ++sessions;
    next_writable = track_end_ + 11400;
}

std::size_t PaperDrive::count(std::uint8_t opcode) const {
    return static_cast<std::size_t>(std::count_if(
        log.begin(), log.end(), [&](const Sent& sent) { return sent.cdb[0] == opcode; }));
}

std::optional<std::size_t> PaperDrive::first(std::uint8_t opcode) const {
    for (std::size_t i = 0; i < log.size(); ++i)
        if (log[i].cdb[0] == opcode)
            return i;
    return std::nullopt;
}

std::vector<std::uint8_t> PaperDrive::opcodes() const {
    std::vector<std::uint8_t> result;
    for (const Sent& sent : log)
        result.push_back(sent.cdb[0]);
    return result;
}

} // namespace burnrig::driver::test
