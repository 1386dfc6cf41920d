// SPDX-License-Identifier: Apache-2.0
// How the drive is: TEST UNIT READY, REQUEST SENSE, GET EVENT STATUS NOTIFICATION, MECHANISM
// STATUS.
#include <utility>

#include "emulator/drive/commands/commands.h"

namespace burnrig::emulator::commands {
namespace {

enum EventClass : unsigned { operational = 1, power = 2, external = 3, media = 4, device_busy = 6 };

struct Event {
    unsigned code = 0;
    unsigned status = 0;
    std::uint32_t parameter = 0;
};

Event operational_event(const LogicalUnit& unit) {
    constexpr unsigned change_occurred = 2;
    constexpr std::uint32_t feature_change = 1;
    const unsigned prevented = unit.persistent_prevent ? 0x80 : 0;
    if (!unit.features_changed)
        return {0, prevented, 0};
    return {change_occurred, prevented, feature_change};
}

Event power_event(const LogicalUnit& unit) {
    constexpr unsigned changed = 1;
    return {unit.power_changed ? changed : 0, static_cast<unsigned>(unit.power), 0};
}

// The front panel of this drive has no other keys than the one that ejects.
Event external_event(const LogicalUnit& unit) {
    return {0, unit.persistent_prevent ? 0x80U : 0U, 0};
}

Event media_event(const LogicalUnit& unit) {
    const bool open = unit.tray == Tray::open;
    const unsigned status = (open ? 1U : 0U) | (unit.medium() ? 2U : 0U);
    return {static_cast<unsigned>(unit.media_events.front()), status, 0};
}

// Tells of long writes and immediate operations, and how long they will take, in 100 ms.
Event busy_event(const LogicalUnit& unit, mmc::Duration now) {
    constexpr unsigned immediate_operation = 2;
    constexpr unsigned deferred_operation = 3;
    const auto left = [&](mmc::Duration end) {
        return static_cast<std::uint32_t>(
            std::clamp<std::int64_t>((end - now) / std::chrono::milliseconds(100), 0, 0xFFFF));
    };
    if (unit.operation)
        return {1, immediate_operation, left(unit.operation->end)};
    if (unit.rules && unit.rules->writing() && unit.buffer.dry_at() > now)
        return {1, deferred_operation, left(unit.buffer.dry_at())};
    return {};
}

Event event_of(const LogicalUnit& unit, unsigned event_class, mmc::Duration now) {
    switch (event_class) {
    case operational:
        return operational_event(unit);
    case power:
        return power_event(unit);
    case external:
        return external_event(unit);
    case media:
        return media_event(unit);
    case device_busy:
        return busy_event(unit, now);
    default:
        return {};
    }
}

bool has_news(const Event& event) {
    return event.code != 0;
}

// The lowest class with news among those asked for; without news the lowest one asked for.
unsigned choose_class(const LogicalUnit& unit, unsigned wanted, mmc::Duration now) {
    unsigned first = 0;
    for (unsigned number = 1; number < 8; ++number) {
        if ((wanted >> number & 1) == 0)
            continue;
        if (first == 0)
            first = number;
        if (has_news(event_of(unit, number, now)))
            return number;
    }
    return first;
}

} // namespace

Answer test_unit_ready(LogicalUnit&, const Request&) {
    return good(); // readiness is the pipeline's business
}

namespace {

// Playing goes on behind the commands: how it stands (MMC-3, 4.3.3).
std::optional<mmc::SenseCode> audio_sense(LogicalUnit& unit, mmc::Duration now) {
    const auto status = unit.audio.take_status(now);
    if (status == AudioPlayer::Status::none)
        return std::nullopt;
    return mmc::SenseCode{mmc::SenseKey::no_sense, 0x00, static_cast<std::uint8_t>(status)};
}

} // namespace

Answer request_sense(LogicalUnit& unit, const Request& request) {
    const bool descriptor = request.bit(1, 0);
    if (descriptor && !unit.model.descriptor_sense)
        return refuse_cdb(1, std::uint8_t{0});
    mmc::Sense sense;
    std::optional<mmc::SenseBytes> own_bytes; // of a rule's failure
    if (unit.deferred) {
        sense = *std::exchange(unit.deferred, std::nullopt);
        own_bytes = std::exchange(unit.fault.deferred_bytes, std::nullopt);
    } else if (auto attention = unit.attentions.take()) {
        sense.code = *attention;
    } else if (unit.operation) {
        sense.code = operation_sense(unit.operation->kind);
        sense.progress = unit.progress(request.now);
    } else if (auto playing = audio_sense(unit, request.now)) {
        sense.code = *playing;
    } else if (unit.medium()) {
        sense.progress = unit.rules->background_progress(unit, request.now);
        if (sense.progress)
            sense.code = mmc::sense::background_format; // and yet the drive is ready
    }
    sense.descriptor = descriptor;
    const auto bytes = own_bytes ? *own_bytes : mmc::encode(sense);
    Reply reply;
    reply.bytes(bytes.view());
    return reply.deliver(request, request[4]);
}

Answer get_event_status_notification(LogicalUnit& unit, const Request& request) {
    if (!request.bit(1, 0)) // asynchronous notification
        return refuse_cdb(1, std::uint8_t{0});
    constexpr std::uint16_t bytes_of_header = 4;
    const unsigned supported = unit.model.event_classes;
    const unsigned wanted = request[4] & supported;
    const auto allocation_length = request.word(7);
    Reply reply;
    if (wanted == 0) {
        constexpr unsigned no_event_available = 0x80;
        reply.word(2).byte(no_event_available).byte(supported);
        return reply.deliver(request, allocation_length);
    }
    const unsigned chosen = choose_class(unit, wanted, request.now);
    const auto event = event_of(unit, chosen, request.now);
    reply.word(6).byte(chosen).byte(supported);
    reply.byte(event.code).byte(event.status).word(event.parameter);
    if (allocation_length > bytes_of_header && request.data_in.size() > bytes_of_header) {
        if (chosen == media)
            unit.media_events.take();
        else if (chosen == operational)
            unit.features_changed = false;
        else if (chosen == power)
            unit.power_changed = false;
    }
    return reply.deliver(request, allocation_length);
}

Answer mechanism_status(LogicalUnit& unit, const Request& request) {
    enum : unsigned { idle = 0, playing = 1, scanning = 2 };
    const bool plays = unit.audio.status(request.now) == AudioPlayer::Status::playing;
    const unsigned state = !plays ? idle : unit.audio.scanning(request.now) ? scanning : playing;
    const auto head = plays ? unit.audio.position(request.now) : unit.head;
    const unsigned door_open = unit.tray == Tray::open ? 0x10 : 0;
    Reply reply;
    reply.byte(0).byte(state << 5 | door_open);
    reply.byte(static_cast<std::uint32_t>(head) >> 16).word(static_cast<std::uint32_t>(head));
    reply.byte(0).word(0); // no changer, no slot table
    return reply.deliver(request, request.word(8));
}

} // namespace burnrig::emulator::commands
