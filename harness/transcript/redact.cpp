// SPDX-License-Identifier: Apache-2.0
#include "harness/transcript/redact.h"

#include <algorithm>

#include "mmc/bytes.h"
#include "mmc/opcode.h"

namespace burnrig::harness::transcript {
namespace {

constexpr std::size_t shortest_searched = 4;
constexpr std::uint8_t blot = 'X';

using Place = std::span<std::uint8_t>;

bool is(const Exchange& exchange, mmc::Opcode opcode) {
    return !exchange.cdb.empty() && exchange.cdb[0] == static_cast<std::uint8_t>(opcode);
}

// The part of a reply that `length` says lies behind `header`, as far as the reply goes.
Place behind(Place reply, std::size_t header, std::size_t length) {
    if (reply.size() <= header)
        return {};
    return reply.subspan(header, std::min(length, reply.size() - header));
}

// The drive's serial number in the list of features.
Place serial_feature(Place reply) {
    constexpr std::size_t first_feature = 8;
    constexpr std::uint16_t drive_serial_number = 0x0108;
    for (std::size_t at = first_feature; at + 4 <= reply.size(); at += 4U + reply[at + 3])
        if (mmc::get16(&reply[at]) == drive_serial_number)
            return behind(reply, at + 4, reply[at + 3]);
    return {};
}

// Where this command's reply tells a serial number.
Place told_serial(const Exchange& exchange, Place reply) {
    if (is(exchange, mmc::Opcode::inquiry) && exchange.cdb.size() > 2 && reply.size() > 4)
        if ((exchange.cdb[1] & 1) != 0 && exchange.cdb[2] == 0x80)
            return behind(reply, 4, reply[3]);
    if (is(exchange, mmc::Opcode::get_configuration))
        return serial_feature(reply);
    if (is(exchange, mmc::Opcode::read_media_serial_number) && reply.size() > 4)
        return behind(reply, 4, mmc::get32(reply.data()));
    return {};
}

bool is_blank(std::uint8_t byte) {
    return byte == ' ' || byte == 0;
}

std::string text_of(Place place) {
    std::string text(place.begin(), place.end());
    const auto filled = [](char c) { return !is_blank(static_cast<std::uint8_t>(c)); };
    text.erase(std::find_if(text.rbegin(), text.rend(), filled).base(), text.end());
    text.erase(text.begin(), std::find_if(text.begin(), text.end(), filled));
    return text;
}

// Every place with one of the texts; says whether there was any.
bool blot_out(Place bytes, const std::vector<std::string>& texts) {
    bool found = false;
    for (const auto& text : texts) {
        if (text.size() < shortest_searched)
            continue;
        for (auto at = bytes.begin();
             (at = std::search(at, bytes.end(), text.begin(), text.end())) != bytes.end();
             found = true)
            at = std::fill_n(at, text.size(), blot);
    }
    return found;
}

void blot_out(std::string& text, const std::vector<std::string>& texts) {
    blot_out(Place(reinterpret_cast<std::uint8_t*>(text.data()), text.size()), texts);
}

std::vector<std::string> serials_in(const Transcript& transcript) {
    std::vector<std::string> texts{transcript.drive.serial};
    for (const auto& exchange : transcript.exchanges) {
        if (!exchange.reply)
            continue;
        auto copy = *exchange.reply;
        texts.push_back(text_of(told_serial(exchange, copy)));
    }
    // Longer ones first: one may hold another.
    std::sort(texts.begin(), texts.end(), [](const auto& one, const auto& other) {
        return one.size() != other.size() ? one.size() > other.size() : one < other;
    });
    texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
    std::erase(texts, "");
    return texts;
}

void blot_out(Exchange& exchange, const std::vector<std::string>& texts) {
    if (blot_out(Place(exchange.parameters), texts))
        exchange.parameters.clear(); // the digest is of what was sent
    if (!exchange.reply)
        return;
    auto reply = *exchange.reply;
    blot_out(Place(reply), texts);
    const auto told = told_serial(exchange, reply);
    std::replace_if(
        told.begin(), told.end(), [](auto byte) { return !is_blank(byte); }, blot);
    if (reply != *exchange.reply)
        exchange.reply = std::make_shared<const Bytes>(std::move(reply));
}

} // namespace

std::vector<std::string> redact(Transcript& transcript) {
    const auto texts = serials_in(transcript);
    for (auto& exchange : transcript.exchanges)
        blot_out(exchange, texts);
    transcript.drive.serial.assign(transcript.drive.serial.size(), static_cast<char>(blot));
    for (auto& word : transcript.program)
        blot_out(word, texts);
    for (auto* text : {&transcript.run.drive, &transcript.run.medium, &transcript.run.replay})
        blot_out(*text, texts);
    transcript.redacted = true;
    return texts;
}

} // namespace burnrig::harness::transcript
