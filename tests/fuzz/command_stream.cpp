// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/command_stream.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "emulator/drive/drive.h"
#include "emulator/fixtures.h"
#include "mmc/bytes.h"
#include "mmc/opcode.h"

namespace burnrig::fuzz {
namespace {

using Bytes = std::vector<std::uint8_t>;

[[noreturn]] void broken(const char* promise, std::uint8_t opcode) {
    std::fprintf(stderr, "broken promise: %s (command %02X)\n", promise, opcode);
    std::abort();
}

// Hands out the bytes; zeros behind their end.
class Input {
public:
    explicit Input(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
    bool empty() const { return at_ >= bytes_.size(); }
    std::uint8_t byte() { return at_ < bytes_.size() ? bytes_[at_++] : 0; }
    std::uint32_t word() { return byte() << 8 | byte(); }

private:
    std::span<const std::uint8_t> bytes_;
    std::size_t at_ = 0;
};

template <class List>
auto load(List list) {
    auto loaded = list();
    if (!loaded) {
        std::fprintf(stderr, "%s\n", loaded.error().message.c_str());
        std::exit(3);
    }
    return std::move(*loaded);
}

emulator::Medium choose_medium(Input& in) {
    static const auto media = load(emulator::list_media);
    return media[in.byte() % media.size()];
}

emulator::DriveModel choose_drive(Input& in) {
    static const auto drives = load(emulator::list_drives);
    const auto choice = in.byte();
    auto model = drives[(choice & 0x3F) % drives.size()];
    model.blocks_when_full = (choice & 0x80) == 0;
    return model;
}

class Host {
public:
    explicit Host(Input& in)
        : in_(in), medium_(choose_medium(in)), drive_(choose_drive(in), clock_) {
        auto disc = emulator::Disc::in_memory(medium_);
        if (!disc)
            std::exit(3);
        drive_.insert(std::move(*disc));
    }

    /// One command as the bytes say; now and then the world interferes.
    void step();

private:
    mmc::Completion run(std::span<const std::uint8_t> cdb, std::span<const std::uint8_t> out,
                        std::span<std::uint8_t> in);
    std::int32_t next_writable();
    std::int32_t address();
    std::uint32_t count();
    void fill_fields(Bytes& cdb);
    Bytes parameter_list(std::uint8_t opcode);
    Bytes data_for(const Bytes& cdb);
    void interfere(unsigned how);
    void pass(mmc::Duration time) { clock_.sleep_until(clock_.now() + time); }

    Input& in_;
    mmc::VirtualClock clock_;
    emulator::Medium medium_;
    emulator::Drive drive_;
};

mmc::Completion Host::run(std::span<const std::uint8_t> cdb, std::span<const std::uint8_t> out,
                          std::span<std::uint8_t> in) {
    constexpr auto longest = std::chrono::hours(24);
    const auto completion = drive_.execute({cdb, out, in, longest});
    if (completion.transferred > std::max(out.size(), in.size()))
        broken("no more is transferred than there is room", cdb[0]);
    const bool failed = completion.status == mmc::Status::check_condition;
    if (failed != (completion.sense.length > 0))
        broken("sense data come with CHECK CONDITION and only then", cdb[0]);
    if (failed && !mmc::decode_sense(completion.sense.view()))
        broken("sense data can be decoded", cdb[0]);
    if (completion.duration.count() < 0)
        broken("time does not run backwards", cdb[0]);
    return completion;
}

std::int32_t Host::next_writable() {
    Bytes reply(36);
    const Bytes last{0x51, 0, 0, 0, 0, 0, 0, 0, 34, 0};
    if (!run(last, {}, reply).good())
        return 0;
    const Bytes information{0x52, 1, 0, 0, reply[11], reply[6], 0, 0, 36, 0};
    if (!run(information, {}, reply).good())
        return 0;
    return static_cast<std::int32_t>(mmc::get32(&reply[12]));
}

std::int32_t Host::address() {
    const auto choice = in_.byte();
    const std::int32_t capacity = medium_.capacity();
    switch (choice & 7) {
    case 0:
        return next_writable();
    case 1:
        return static_cast<std::int32_t>(in_.byte());
    case 2:
        return capacity - static_cast<std::int32_t>(in_.byte());
    case 3:
        return -150;
    case 4:
        return medium_.has_atip() ? mmc::lba_from_msf(medium_.atip.lead_in) : 0;
    case 5:
        return static_cast<std::int32_t>(in_.word() << 16 | in_.word());
    case 6:
        return static_cast<std::int32_t>(in_.word() * 16);
    default:
        return next_writable() + static_cast<std::int8_t>(in_.byte());
    }
}

// Mostly few blocks: what is sent has to be made.
std::uint32_t Host::count() {
    const auto choice = in_.byte();
    return choice < 0xF0 ? choice % 65 : in_.word() << (choice & 15);
}

// Address and length at the places where commands of 10 and 12 bytes have them.
void Host::fill_fields(Bytes& cdb) {
    const auto* info = mmc::find_opcode(cdb[0]);
    if (!info ||
        !(mmc::in_group(cdb[0], mmc::Group::read) || mmc::in_group(cdb[0], mmc::Group::write)))
        return;
    mmc::put32(&cdb[2], static_cast<std::uint32_t>(address()));
    const auto blocks = count();
    if (info->length == 10)
        mmc::put16(&cdb[7], blocks);
    else
        mmc::put32(&cdb[6], blocks);
}

// Lists that make sense at first sight; the bytes then spoil some of it.
Bytes Host::parameter_list(std::uint8_t opcode) {
    Bytes list;
    switch (opcode) {
    case 0x55: { // a write parameters page
        list.assign(60, 0);
        list[8] = 0x05;
        list[9] = 50;
        list[10] = in_.byte();
        list[11] = in_.byte();
        list[12] = in_.byte() & 0x0F;
        list[23] = 150;
        break;
    }
    case 0x04: // a format descriptor
        list = {0, 0x82, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0};
        list[1] = in_.byte();
        mmc::put32(&list[4],
                   in_.byte() & 1 ? 0xFFFFFFFF : static_cast<std::uint32_t>(medium_.capacity()));
        list[8] = in_.byte();
        list[11] = in_.byte();
        break;
    case 0x5D: // one data track
        list = {0x41, 0, 0, 0x14, 0, 0, 0, 0, 0x41, 1,    0, 0x10, 0, 0, 0, 0,
                0x41, 1, 1, 0x10, 0, 0, 2, 0, 0x41, 0xAA, 1, 0x14, 0, 0, 8, 0};
        for (auto spoiled = in_.byte() & 3; spoiled > 0; --spoiled)
            list[in_.byte() % list.size()] = in_.byte();
        break;
    default:
        list.resize(in_.byte());
        for (auto& byte : list)
            byte = in_.byte();
    }
    return list;
}

Bytes Host::data_for(const Bytes& cdb) {
    if (mmc::in_group(cdb[0], mmc::Group::write)) {
        constexpr std::size_t largest = 80 * 2448;
        const auto blocks = cdb[0] == 0xAA ? mmc::get32(&cdb[6]) : mmc::get16(&cdb[7]);
        constexpr std::size_t sizes[]{2048, 2352, 2048, 2368, 2448, 96, 2336, 2048};
        const auto bytes = std::size_t{blocks} * sizes[in_.byte() % 8];
        return Bytes(std::min(bytes, largest), in_.byte());
    }
    return parameter_list(cdb[0]);
}

void Host::interfere(unsigned how) {
    switch (how & 3) {
    case 0:
        pass(std::chrono::milliseconds(in_.word()));
        break;
    case 1:
        pass(std::chrono::seconds(in_.word()));
        break;
    case 2:
        drive_.power_off();
        drive_.power_on();
        break;
    default:
        drive_.insert(drive_.remove());
    }
}

void Host::step() {
    const auto choice = in_.byte();
    if (choice >= 0xFC) {
        interfere(choice);
        return;
    }
    const auto known = mmc::opcodes();
    Bytes cdb(12);
    cdb[0] =
        choice < 0xF0 ? static_cast<std::uint8_t>(known[choice % known.size()].opcode) : in_.byte();
    const auto* info = mmc::find_opcode(cdb[0]);
    for (std::size_t at = 1, fields = in_.byte() & 7; fields > 0; --fields) {
        at = 1 + in_.byte() % 10U;
        cdb[at] = in_.byte();
    }
    fill_fields(cdb);
    if (info && info->direction == mmc::DataDirection::to_drive) {
        const auto data = data_for(cdb);
        if (!mmc::in_group(cdb[0], mmc::Group::write)) { // where the list's length belongs
            mmc::put16(&cdb[cdb[0] == 0xBF ? 8 : 7], static_cast<std::uint32_t>(data.size()));
            if (cdb[0] == 0x15)
                cdb[4] = static_cast<std::uint8_t>(data.size());
        }
        run(cdb, data, {});
    } else {
        if (info && info->length == 10 && (in_.byte() & 1) && cdb[8] == 0)
            cdb[8] = 0xFF; // an allocation length that gives something
        Bytes reply(in_.byte() & 1 ? std::size_t{64} * 2448 : in_.byte());
        run(cdb, {}, reply);
    }
}

} // namespace

std::size_t run_command_stream(std::span<const std::uint8_t> bytes) {
    constexpr std::size_t most_commands = 300;
    Input in(bytes);
    Host host(in);
    std::size_t done = 0;
    for (; done < most_commands && !in.empty(); ++done)
        host.step();
    return done;
}

} // namespace burnrig::fuzz
