// SPDX-License-Identifier: Apache-2.0
// A small recorder for the nodes' tests: answers the few commands they need, takes 10 ms of drive
// time for a write and 1 ms for anything else, and remembers every command with its time.
#pragma once

#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "mmc/bytes.h"
#include "mmc/clock.h"
#include "mmc/opcode.h"
#include "mmc/sense.h"
#include "mmc/system_error.h"
#include "mmc/target.h"

namespace burnrig::tests {

class FakeDrive final : public mmc::Target {
public:
    static constexpr std::uint32_t blocks = 1000;

    explicit FakeDrive(mmc::Clock& clock) : clock_(clock) {}

    /// "12000000 WRITE_10 2A0000000500000100", one a command.
    std::vector<std::string> log;
    /// Sense for the commands to come, before they are looked at; one each.
    std::deque<mmc::SenseCode> trouble;
    /// The errno with which the system call of every command fails; 0: it does not.
    int system_error = 0;
    /// Runs in the middle of each write.
    std::function<void()> during_write;
    /// What commands of an opcode bring instead of the usual, all GOOD.
    std::map<std::uint8_t, std::vector<std::uint8_t>> replies;
    std::vector<std::uint8_t> last_data_out;
    const std::uint8_t* last_data_address = nullptr;
    mmc::Duration last_timeout{};
    std::uint32_t sense_length = 18;

    std::size_t count(std::string_view name) const {
        std::size_t found = 0;
        for (const std::string& line : log)
            found += line.find(" " + std::string(name) + " ") != std::string::npos ? 1 : 0;
        return found;
    }

    mmc::Completion execute(const mmc::Command& command) override {
        const auto opcode = command.cdb[0];
        std::string line = fmt::format("{} {} ", clock_.now().count(), mmc::opcode_name(opcode));
        for (const std::uint8_t byte : command.cdb)
            line += fmt::format("{:02X}", byte);
        log.push_back(line);
        last_timeout = command.timeout;
        last_data_out.assign(command.data_out.begin(), command.data_out.end());
        last_data_address = command.data_out.data();
        const mmc::Duration start = clock_.now();
        mmc::Completion completion =
            system_error != 0 ? mmc::failed_system_call(system_error, {}) : answer(command);
        clock_.sleep_until(start + std::chrono::milliseconds(opcode == 0x2A ? 10 : 1));
        completion.duration = clock_.now() - start;
        return completion;
    }

private:
    mmc::Completion fail(mmc::SenseCode code) const {
        mmc::Completion completion;
        completion.status = mmc::Status::check_condition;
        mmc::Sense sense;
        sense.code = code;
        completion.sense = mmc::encode(sense);
        return completion;
    }

    static mmc::Completion reply(const mmc::Command& command, std::span<const std::uint8_t> bytes) {
        mmc::Completion completion;
        const std::size_t count = std::min(bytes.size(), command.data_in.size());
        if (count > 0)
            std::memcpy(command.data_in.data(), bytes.data(), count);
        completion.transferred = static_cast<std::uint32_t>(count);
        return completion;
    }

    mmc::Completion read(const mmc::Command& command) const {
        const std::uint32_t first = mmc::get32(command.cdb.data() + 2);
        const std::uint32_t count = mmc::get16(command.cdb.data() + 7);
        if (first + count > blocks)
            return fail(mmc::sense::lba_out_of_range);
        std::vector<std::uint8_t> bytes(std::size_t{count} * 2048);
        for (std::uint32_t block = 0; block < count; ++block)
            std::memset(bytes.data() + std::size_t{block} * 2048, static_cast<int>(first + block),
                        2048);
        return reply(command, bytes);
    }

    mmc::Completion answer(const mmc::Command& command) {
        if (!trouble.empty()) {
            const mmc::SenseCode code = trouble.front();
            trouble.pop_front();
            return fail(code);
        }
        if (const auto known = replies.find(command.cdb[0]); known != replies.end())
            return reply(command, known->second);
        switch (command.cdb[0]) {
        case 0x00:
        case 0x1B:
        case 0x1E:
            return {};
        case 0x12: {
            std::array<std::uint8_t, 36> inquiry{0x05, 0x80, 0x05, 0x32, 31};
            std::memcpy(inquiry.data() + 8, "BURNRIG FAKE DRIVE      1.00", 28);
            return reply(command, std::span(inquiry).first(
                                      std::min<std::size_t>(command.cdb[4], inquiry.size())));
        }
        case 0x25: {
            std::array<std::uint8_t, 8> capacity{};
            mmc::put32(capacity.data(), blocks - 1);
            mmc::put32(capacity.data() + 4, 2048);
            return reply(command, capacity);
        }
        case 0x28:
            return read(command);
        case 0x43: { // one data track at 0
            const std::uint8_t toc[12] = {0, 10, 1, 1, 0, 0x14, 1, 0, 0, 0, 2, 0};
            return reply(command, toc);
        }
        case 0x4A: { // media class, no event, disc present
            const std::uint8_t event[8] = {0, 6, 4, 0x10, 0, 2, 0, 0};
            return reply(command, event);
        }
        case 0x46: { // random writing is there and current, and nothing else
            std::array<std::uint8_t, 24> features{0, 0, 0, 20, 0, 0, 0, 0x09, 0, 0x20, 1, 12};
            features[9] = command.cdb[3] == 0x20 ? 0x20 : 0xFF;
            return reply(command, features);
        }
        case 0x5A: { // page 2Ah: writes CD-R, CD-RW, DVD-R; has a tray
            std::array<std::uint8_t, 28> page{0, 26, 0, 0, 0, 0, 0, 0, 0x2A, 18, 0x3F, 0x17};
            page[14] = 0x29;
            if (command.cdb[2] != 0x2A)
                return fail(mmc::sense::invalid_field_in_cdb);
            return reply(command, page);
        }
        case 0x2A:
            if (during_write)
                during_write();
            [[fallthrough]];
        case 0x55: {
            mmc::Completion completion;
            completion.transferred = static_cast<std::uint32_t>(command.data_out.size());
            return completion;
        }
        default:
            return fail(mmc::sense::invalid_opcode);
        }
    }

    mmc::Clock& clock_;
};

} // namespace burnrig::tests
