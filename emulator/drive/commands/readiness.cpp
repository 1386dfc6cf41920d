// SPDX-License-Identifier: Apache-2.0
// How the drive is: TEST UNIT READY, REQUEST SENSE, GET EVENT STATUS NOTIFICATION, MECHANISM
// STATUS.
#include <utility>

#include "emulator/drive/commands/commands.h"

namespace burnrig::emulator::commands {
namespace {

enum EventClass : unsigned { operational = 1, power = 2, media = 4, device_busy = 6 };
constexpr unsigned supported_classes =
    1U << operational | 1U << power | 1U << media | 1U << device_busy;

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

Event media_event(const LogicalUnit& unit) {
    const bool open = unit.tray == Tray::open;
    const unsigned status = (open ? 1U : 0U) | (unit.medium() ? 2U : 0U);
    return {static_cast<unsigned>(unit.media_events.front()), status, 0};
}

// Tells of long writes and immediate operations, and how long they will take, in 100 ms.
Event busy_event(const LogicalUnit& unit, mmc::Duration now) {
    if (!unit.operation)
        return {};
    constexpr unsigned immediate_operation = 2;
    const auto left = (unit.operation->end - now) / std::chrono::milliseconds(100);
    return {1, immediate_operation,
            static_cast<std::uint32_t>(std::clamp<std::int64_t>(left, 0, 0xFFFF))};
}

Event event_of(const LogicalUnit& unit, unsigned event_class, mmc::Duration now) {
    switch (event_class) {
    case operational:
        return operational_event(unit);
    case media:
        return media_event(unit);
    case device_busy:
        return busy_event(unit, now);
    default:
        return {0, 1, 0}; // power: active
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

Answer request_sense(LogicalUnit& unit, const Request& request) {
    if (request.bit(1, 0)) // DESC: fixed format only
        return refuse_cdb(1, std::uint8_t{0});
    mmc::Sense sense;
    if (unit.deferred) {
        sense = *std::exchange(unit.deferred, std::nullopt);
    } else if (auto attention = unit.attentions.take()) {
        sense.code = *attention;
    } else if (unit.operation) {
        sense.code = operation_sense(unit.operation->kind);
        sense.progress = unit.progress(request.now);
    } else if (unit.medium()) {
        sense.progress = unit.rules->background_progress(unit, request.now);
        if (sense.progress)
            sense.code = mmc::sense::background_format; // and yet the drive is ready
    }
    const auto bytes = mmc::encode(sense);
    Reply reply;
    reply.bytes(bytes.view());
    return reply.deliver(request, request[4]);
}

Answer get_event_status_notification(LogicalUnit& unit, const Request& request) {
    if (!request.bit(1, 0)) // asynchronous notification
        return refuse_cdb(1, std::uint8_t{0});
    constexpr std::uint16_t bytes_of_header = 4;
    const unsigned wanted = request[4] & supported_classes;
    const auto allocation_length = request.word(7);
    Reply reply;
    if (wanted == 0) {
        constexpr unsigned no_event_available = 0x80;
        reply.word(2).byte(no_event_available).byte(supported_classes);
        return reply.deliver(request, allocation_length);
    }
    const unsigned chosen = choose_class(unit, wanted, request.now);
    const auto event = event_of(unit, chosen, request.now);
    reply.word(6).byte(chosen).byte(supported_classes);
    reply.byte(event.code).byte(event.status).word(event.parameter);
    if (allocation_length > bytes_of_header && request.data_in.size() > bytes_of_header) {
        if (chosen == media)
            unit.media_events.take();
        else if (chosen == operational)
            unit.features_changed = false;
    }
    return reply.deliver(request, allocation_length);
}

Answer mechanism_status(LogicalUnit& unit, const Request& request) {
    constexpr unsigned no_mechanism_state = 0;
    const unsigned door_open = unit.tray == Tray::open ? 0x10 : 0;
    Reply reply;
    reply.byte(0).byte(no_mechanism_state << 5 | door_open);
    reply.byte(static_cast<std::uint32_t>(unit.head) >> 16)
        .word(static_cast<std::uint32_t>(unit.head));
    reply.byte(0).word(0); // no changer, no slot table
    return reply.deliver(request, request.word(8));
}

} // namespace burnrig::emulator::commands
