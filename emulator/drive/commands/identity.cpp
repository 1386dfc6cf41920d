// SPDX-License-Identifier: Apache-2.0
// INQUIRY and REPORT LUNS: who the drive is.
#include <algorithm>
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

} // namespace

Answer inquiry(LogicalUnit& unit, const Request& request) {
    if (request.bit(1, 0)) // EVPD: like most ATAPI recorders this one has no vital product data
        return refuse_cdb(1, std::uint8_t{0});
    if (request[2] != 0) // page code without EVPD
        return refuse_cdb(2);
    const auto& model = unit.model;
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

} // namespace burnrig::emulator::commands
