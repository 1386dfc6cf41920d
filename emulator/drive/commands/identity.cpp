// SPDX-License-Identifier: Apache-2.0
// INQUIRY with its vital product data, REPORT LUNS, LOG SENSE, READ MEDIA SERIAL NUMBER: who the
// drive is, and how it feels.
#include <algorithm>
#include <array>
#include <string_view>

#include "emulator/drive/commands/commands.h"

namespace burnrig::emulator::commands {
namespace {

constexpr std::uint8_t cd_dvd_device = 0x05;
constexpr std::uint8_t removable = 0x80;

// ASCII, filled up with blanks.
void text(Reply& reply, std::string_view value, std::size_t length) {
    for (std::size_t i = 0; i < length; ++i)
        reply.byte(i < value.size() ? static_cast<unsigned char>(value[i]) : ' ');
}

void text(Reply& reply, std::string_view value) {
    text(reply, value, value.size());
}

// Vital product data (SPC-3, 7.6): one row for each page.
void supported_pages(const DriveModel&, Reply& reply);
void unit_serial_number(const DriveModel& model, Reply& reply) {
    text(reply, model.serial);
}

// One designator: vendor, product, serial number in ASCII, of the logical unit.
void device_identification(const DriveModel& model, Reply& reply) {
    constexpr unsigned ascii = 2;
    constexpr unsigned t10_vendor_id = 1;
    constexpr std::size_t vendor_and_product = 8 + 16;
    reply.byte(ascii).byte(t10_vendor_id).byte(0);
    reply.byte(static_cast<unsigned>(vendor_and_product + model.serial.size()));
    text(reply, model.vendor, 8);
    text(reply, model.product, 16);
    text(reply, model.serial);
}

struct ProductPage {
    std::uint8_t code;
    void (*make)(const DriveModel&, Reply&);
};
constexpr std::array product_pages{
    ProductPage{0x00, supported_pages},
    ProductPage{0x80, unit_serial_number},
    ProductPage{0x83, device_identification},
};

void supported_pages(const DriveModel&, Reply& reply) {
    for (const auto& page : product_pages)
        reply.byte(page.code);
}

Answer vital_product_data(const DriveModel& model, const Request& request) {
    if (!model.vital_product_data) // like most ATAPI recorders
        return refuse_cdb(1, std::uint8_t{0});
    for (const auto& page : product_pages) {
        if (page.code != request[2])
            continue;
        Reply reply;
        reply.byte(cd_dvd_device).byte(page.code).word(0);
        page.make(model, reply);
        mmc::put16(reply.at(2), static_cast<std::uint32_t>(reply.size() - 4));
        return reply.deliver(request, request.word(3));
    }
    return refuse_cdb(2);
}

} // namespace

Answer inquiry(LogicalUnit& unit, const Request& request) {
    const auto& model = unit.model;
    if (request.bit(1, 0))
        return vital_product_data(model, request);
    if (request[2] != 0) // page code without EVPD
        return refuse_cdb(2);
    Reply reply;
    reply.byte(cd_dvd_device)
        .byte(removable)
        .byte(model.inquiry_version)
        .byte(model.inquiry_format);
    reply.byte(model.inquiry_additional).zeros(3);
    text(reply, model.vendor, 8);
    text(reply, model.product, 16);
    text(reply, model.revision, 4);
    text(reply, model.vendor_specific, 20);
    const std::size_t whole = 5U + model.inquiry_additional;
    if (reply.size() < whole)
        reply.zeros(whole - reply.size());
    return reply.deliver(request, std::min<std::size_t>(request.word(3), whole));
}

Answer report_luns(LogicalUnit&, const Request& request) {
    constexpr std::uint8_t all_luns = 2;
    if (request[2] > all_luns)
        return refuse_cdb(2);
    Reply reply;
    reply.quad(8).zeros(4).zeros(8); // one logical unit, number 0
    return reply.deliver(request, request.quad(6));
}

// Page 00h lists the pages, 2Fh says that no failure is to be expected (SPC-3, 7.2.5).
Answer log_sense(LogicalUnit& unit, const Request& request) {
    constexpr std::uint8_t list = 0x00;
    constexpr std::uint8_t informational_exceptions = 0x2F;
    if (!unit.model.smart)
        return refuse(mmc::sense::invalid_opcode);
    const std::uint8_t page = request[2] & 0x3F;
    Reply reply;
    reply.byte(page).byte(0).word(0);
    if (page == list) {
        reply.byte(list).byte(informational_exceptions);
    } else if (page == informational_exceptions) {
        constexpr unsigned binary_list = 0x03;
        constexpr unsigned unknown_temperature = 0xFF;
        reply.word(0).byte(binary_list).byte(4);
        reply.word(0).byte(unknown_temperature).byte(0);
    } else {
        return refuse_cdb(2, std::uint8_t{5});
    }
    mmc::put16(reply.at(2), static_cast<std::uint32_t>(reply.size() - 4));
    return reply.deliver(request, request.word(7));
}

Answer read_media_serial_number(LogicalUnit& unit, const Request& request) {
    constexpr unsigned service_action = 1;
    if (!unit.model.media_serial_numbers)
        return refuse(mmc::sense::invalid_opcode);
    if ((request[1] & 0x1F) != service_action)
        return refuse_cdb(1, std::uint8_t{4});
    const auto& serial = unit.disc->medium().serial_number;
    const auto length = (serial.size() + 3) / 4 * 4;
    Reply reply;
    reply.quad(static_cast<std::uint32_t>(length));
    text(reply, serial, length);
    return reply.deliver(request, request.quad(6));
}

} // namespace burnrig::emulator::commands
