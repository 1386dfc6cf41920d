// SPDX-License-Identifier: Apache-2.0
// burnrig_aix_...: a program's hand on the drive that it is linked with.
#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "emulator/nodes/aix/library/attached_drive.h"

#include "emulator/nodes/aix/include/burnrig_aix.h"

using namespace burnrig;
using namespace burnrig::emulator;
using namespace burnrig::emulator::nodes;

namespace {

thread_local std::string message;

int told(const mmc::Result<void>& result) {
    if (!result)
        message = result.error().message;
    return result ? 0 : -1;
}

int no_drive(int unit) {
    message = fmt::format("unit {} has no drive: attach one", unit);
    errno = ENODEV;
    return -1;
}

/// Runs something with a unit's drive to itself.
template <class Action>
int with_drive(int unit, Action action) {
    const auto drive = aix::attached(unit);
    if (!drive)
        return no_drive(unit);
    const std::scoped_lock locked(drive->lock);
    return action(*drive);
}

void put(std::string& field, const char* wished) {
    if (wished != nullptr)
        field = wished;
}

burnrig_aix_codes codes_of(std::span<const std::uint16_t> from) {
    burnrig_aix_codes codes{};
    codes.count = static_cast<int>(std::min<std::size_t>(from.size(), BURNRIG_AIX_CODES_MAX));
    std::copy_n(from.begin(), codes.count, codes.code);
    return codes;
}

burnrig_aix_error for_program(const AixErrorRecord& record) {
    const AixErrorTemplate& kind = *record.kind;
    burnrig_aix_error error{};
    error.sequence = record.sequence;
    error.comment = kind.comment.data();
    error.device_class = kind.device_class;
    error.report = kind.report;
    error.log = kind.log;
    error.alert = kind.alert;
    error.type = kind.type.data();
    error.description = kind.description;
    error.probable_causes = codes_of(kind.probable_causes);
    error.user_causes = codes_of(kind.user_causes);
    error.user_actions = codes_of(kind.user_actions);
    error.failure_causes = codes_of(kind.failure_causes);
    error.failure_actions = codes_of(kind.failure_actions);
    error.detail_bytes = kind.detail_bytes;
    error.detail_label = kind.detail_label;
    error.detail_format = kind.detail_format.data();
    error.record = record.record;
    return error;
}

} // namespace

extern "C" {
#pragma GCC visibility push(default)

int burnrig_aix_attach(int unit, const burnrig_aix_rig* rig) {
    auto words = aix::RigWords::from_environment();
    if (rig != nullptr) {
        put(words.drive, rig->drive);
        put(words.medium, rig->medium);
        put(words.disc, rig->disc);
        put(words.fault, rig->fault);
    }
    return told(aix::attach(unit, words));
}

int burnrig_aix_detach(int unit) {
    return told(aix::detach(unit));
}

int burnrig_aix_configure(int unit, const char* attribute, const char* value) {
    return with_drive(unit, [&](aix::AttachedDrive& drive) {
        const int error = attribute != nullptr && value != nullptr
                              ? drive.device.configure(attribute, value)
                              : -EFAULT;
        if (error == 0)
            return 0;
        message = "no such attribute or value, or the device is open";
        errno = -error;
        return -1;
    });
}

int burnrig_aix_inject(int unit, const char* rule) {
    return with_drive(unit, [&](aix::AttachedDrive& drive) {
        const auto added = drive.drive.faults().add(rule != nullptr ? rule : "");
        return told(added ? mmc::Result<void>{} : tl::unexpected(added.error()));
    });
}

int burnrig_aix_take_disc(int unit) {
    return with_drive(unit, [](aix::AttachedDrive& drive) {
        auto disc = drive.drive.remove();
        if (!disc)
            return told(mmc::fail("the drive is empty"));
        drive.outside = std::move(disc);
        return 0;
    });
}

int burnrig_aix_insert_disc(int unit, const char* path) {
    return with_drive(unit, [&](aix::AttachedDrive& drive) {
        if (path == nullptr && !drive.outside)
            return told(mmc::fail("no disc was taken out: name one"));
        auto disc = path != nullptr ? Disc::open(path)
                                    : mmc::Result<std::unique_ptr<Disc>>(std::move(drive.outside));
        if (!disc)
            return told(tl::unexpected(disc.error()));
        drive.drive.insert(std::move(*disc));
        return 0;
    });
}

int burnrig_aix_power_cycle(int unit) {
    return with_drive(unit, [](aix::AttachedDrive& drive) {
        drive.drive.power_off();
        drive.drive.power_on();
        return 0;
    });
}

int burnrig_aix_error_count(int unit) {
    return with_drive(unit, [](aix::AttachedDrive& drive) {
        return static_cast<int>(drive.device.error_log().records().size());
    });
}

int burnrig_aix_get_error(int unit, int index, burnrig_aix_error* error) {
    return with_drive(unit, [&](aix::AttachedDrive& drive) {
        const auto& records = drive.device.error_log().records();
        if (error == nullptr || index < 0 || static_cast<std::size_t>(index) >= records.size())
            return told(mmc::fail("there are {} records", records.size()));
        *error = for_program(records[static_cast<std::size_t>(index)]);
        return 0;
    });
}

const char* burnrig_aix_message(void) {
    return message.c_str();
}

#pragma GCC visibility pop
}
