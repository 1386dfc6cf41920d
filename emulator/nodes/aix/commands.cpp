// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/aix/commands.h"

#include <algorithm>
#include <cerrno>

#include "emulator/nodes/aix/include/sys/aix_errno.h"
#include "emulator/nodes/aix/include/sys/ide.h"

namespace burnrig::emulator::nodes {

struct AixCommands::Verdict {
    int error = 0;
    AixErrorClass error_class = AixErrorClass::none;
    Again again = Again::no;
};

namespace {

constexpr int any = -1;
constexpr std::uint8_t medium_may_have_changed = 0x28;

struct Row {
    mmc::SenseKey key;
    int asc;
    int ascq;
    int error;
    AixErrorClass error_class;
    bool at_once = false;
    bool later = false;
};

using mmc::SenseKey;
using enum AixErrorClass;

// The first row that fits holds. The manual names keys 0 to 6 and Bh; NOT READY is ENOTREADY only
// when the medium is missing, for that is what the manual calls ENOTREADY.
constexpr Row rows[] = {
    {SenseKey::no_sense, any, any, 0, none},
    {SenseKey::recovered_error, any, any, 0, recovered},
    {SenseKey::not_ready, 0x04, 0x01, EIO, none, false, true},
    {SenseKey::not_ready, 0x30, any, EFORMAT, none},
    {SenseKey::not_ready, 0x3A, any, ENOTREADY, none},
    {SenseKey::not_ready, any, any, EIO, none},
    {SenseKey::medium_error, 0x30, any, EFORMAT, none},
    {SenseKey::medium_error, any, any, EMEDIA, media},
    {SenseKey::hardware_error, any, any, EIO, hardware},
    {SenseKey::illegal_request, 0x30, any, EFORMAT, none},
    {SenseKey::illegal_request, any, any, EIO, none},
    {SenseKey::unit_attention, medium_may_have_changed, any, EMEDIA, none},
    {SenseKey::unit_attention, any, any, EIO, none, true},
    {SenseKey::data_protect, any, any, EWRPROTECT, none},
    {SenseKey::blank_check, any, any, EFORMAT, none},
    {SenseKey::aborted_command, any, any, EIO, hardware, true},
};

bool fits(const Row& row, mmc::SenseCode code) {
    return row.key == code.key && (row.asc == any || row.asc == code.asc) &&
           (row.ascq == any || row.ascq == code.ascq);
}

} // namespace

AixCommands::Verdict AixCommands::judge(const mmc::Completion& completion) {
    if (completion.host == mmc::HostStatus::time_out)
        return {ETIMEDOUT, unknown};
    if (completion.host != mmc::HostStatus::ok)
        return {EIO, unknown};
    if (completion.status == mmc::Status::good)
        return {};
    if (completion.status == mmc::Status::busy)
        return {EIO, unknown, Again::later};
    const auto sense = mmc::decode_sense(completion.sense.view());
    if (completion.status != mmc::Status::check_condition || !sense)
        return {EIO, unknown};
    const auto row = std::find_if(std::begin(rows), std::end(rows), [&](const Row& candidate) {
        return fits(candidate, sense->code);
    });
    if (row == std::end(rows))
        return {EIO, unknown};
    const Again again = row->at_once ? Again::at_once : row->later ? Again::later : Again::no;
    return {row->error, row->error_class, again};
}

AixCommands::Verdict AixCommands::execute(const mmc::Command& command) {
    packet_.fill(0);
    packet_length_ = static_cast<std::uint8_t>(std::min(command.cdb.size(), packet_.size()));
    std::copy_n(command.cdb.begin(), packet_length_, packet_.begin());
    last_ = target_.execute(command);
    const Verdict verdict = judge(last_);
    error_class_ = verdict.error_class;
    return verdict;
}

int AixCommands::send_once(const mmc::Command& command) {
    return execute(command).error;
}

int AixCommands::send(const mmc::Command& command) {
    constexpr int attempts_max = 4;
    constexpr int waits_max = 30;
    int waits = 0;
    for (int attempts = 1;;) {
        const Verdict verdict = execute(command);
        if (verdict.again == Again::no || attempts == attempts_max || waits == waits_max)
            return verdict.error;
        if (verdict.again == Again::later) {
            clock_.sleep_for(std::chrono::seconds(1));
            ++waits;
        } else {
            ++attempts;
        }
    }
}

std::optional<mmc::SenseCode> AixCommands::sense() const {
    if (last_.host != mmc::HostStatus::ok || last_.status != mmc::Status::check_condition)
        return std::nullopt;
    const auto sense = mmc::decode_sense(last_.sense.view());
    return sense ? std::optional(sense->code) : std::nullopt;
}

bool AixCommands::medium_changed() const {
    const auto code = sense();
    return code && code->key == SenseKey::unit_attention && code->asc == medium_may_have_changed;
}

std::uint8_t AixCommands::ata_status() const {
    constexpr std::uint8_t usual = ATA_READY | ATA_SEEK_COMPLETE;
    if (last_.host != mmc::HostStatus::ok || last_.status == mmc::Status::busy)
        return ATA_BUSY;
    return last_.status == mmc::Status::good ? usual : usual | ATA_CHECK;
}

std::uint8_t AixCommands::ata_error() const {
    if (last_.host != mmc::HostStatus::ok || last_.status == mmc::Status::good)
        return 0;
    const auto code = sense();
    const auto key = code ? static_cast<unsigned>(code->key) : 0U;
    return static_cast<std::uint8_t>(key << 4 | ATA_ABORTED);
}

} // namespace burnrig::emulator::nodes
