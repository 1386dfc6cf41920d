// SPDX-License-Identifier: Apache-2.0
#include "harness/trace/pcapng_trace.h"

#include <algorithm>

#include "harness/report/result_json.h"
#include "harness/trace/pcapng_block.h"
#include "mmc/bytes.h"
#include "mmc/opcode.h"
#include "mmc/sense.h"

namespace burnrig::harness {
namespace {

using mmc::put16;
using mmc::put24;
using mmc::put32;
using Header = std::array<std::uint8_t, 48>;

constexpr std::size_t largest_piece = 32 * 1024; // of data in one packet
constexpr std::uint32_t no_tag = 0xFFFFFFFF;

// RFC 7143, 11.2.1.2.
enum PduOpcode : std::uint8_t {
    scsi_command = 0x01,
    data_out = 0x05,
    scsi_response = 0x21,
    data_in = 0x25,
};
constexpr std::uint8_t final_flag = 0x80;

std::string answer_comment(const CommandRecord& record) {
    const auto& completion = record.completion;
    if (completion.host != mmc::HostStatus::ok)
        return fmt::format("no answer: host status {}", static_cast<int>(completion.host));
    if (const auto sense = mmc::decode_sense(completion.sense.view()))
        return mmc::describe(sense->code);
    return {};
}

} // namespace

PcapngTrace::PcapngTrace(OutputFile file, const RunIdentity& identity, std::uint32_t snap_bytes)
    : file_(std::move(file)), snap_bytes_(snap_bytes) {
    write_header(identity);
    announce_device_type();
}

void PcapngTrace::write_header(const RunIdentity& identity) {
    PcapngBlock section(block_, PcapngBlock::section_header);
    section.host32(0x1A2B3C4D).host16(1).host16(0).host32(no_tag).host32(no_tag); // length unknown
    section.option(PcapngBlock::comment,
                   fmt::format("drive {}, medium {}, seed {}: {}", identity.drive, identity.medium,
                               identity.seed, identity.replay));
    section.option(PcapngBlock::section_program, fmt::format("Burnrig {}", version()));
    file_.write(section.finish());

    constexpr std::uint16_t link_type_ipv4 = 228;
    PcapngBlock interface(block_, PcapngBlock::interface_description);
    interface.host16(link_type_ipv4).host16(0).host32(0);
    interface.option(PcapngBlock::interface_name, identity.drive);
    interface.option(PcapngBlock::interface_resolution, "\x09"); // nanoseconds
    file_.write(interface.finish());
}

void PcapngTrace::announce_device_type() {
    const std::array<std::uint8_t, 6> inquiry{0x12, 0, 0, 0, 96, 0};
    std::array<std::uint8_t, 96> reply{0x05, 0x80, 0x05, 0x02, 91};
    constexpr std::string_view name = "Burnrig A CD/DVD/BD DRIVE";
    std::copy(name.begin(), name.end(), reply.begin() + 8);
    mmc::Completion good;
    good.transferred = reply.size();
    comment_ = "Nobody sent this: it tells Wireshark that the commands are MMC's\n";
    command(make_record(0, mmc::Duration{0}, {inquiry, {}, reply}, good), {inquiry, {}, reply});
}

void PcapngTrace::mark(const std::string& text, mmc::Duration) {
    comment_ += text + "\n";
}

void PcapngTrace::command(const CommandRecord& record, const mmc::Command& command) {
    ++task_;
    const auto sent =
        command.data_out.first(std::min<std::size_t>(command.data_out.size(), snap_bytes_));
    const auto got = command.data_in.first(std::min<std::size_t>(
        {command.data_in.size(), record.completion.transferred, snap_bytes_}));
    send_request(record, sent);
    send_reply(record, got);
}

void PcapngTrace::send_request(const CommandRecord& record, std::span<const std::uint8_t> out) {
    constexpr std::uint8_t read_flag = 0x40;
    constexpr std::uint8_t write_flag = 0x20;
    constexpr std::uint8_t simple_task = 0x01;
    const auto at = record.at;
    auto piece = out.first(std::min(out.size(), largest_piece));
    Header header{scsi_command};
    header[1] = static_cast<std::uint8_t>((piece.size() == out.size() ? final_flag : 0) |
                                          (record.in > 0 ? read_flag : 0) |
                                          (record.out > 0 ? write_flag : 0) | simple_task);
    put32(&header[16], task_);
    put32(&header[20], std::max(record.in, record.out));
    put32(&header[24], task_);
    put32(&header[28], answers_ + 1);
    std::copy_n(record.cdb_bytes.begin(), 16, header.begin() + 32);
    send(From::host, at, header, piece, comment_ + mmc::opcode_name(record.opcode()));
    comment_.clear();

    std::uint32_t number = 0;
    for (auto done = piece.size(); done < out.size(); done += piece.size()) {
        piece = out.subspan(done, std::min(out.size() - done, largest_piece));
        Header more{data_out};
        more[1] = done + piece.size() == out.size() ? final_flag : 0;
        put32(&more[16], task_);
        put32(&more[20], no_tag);
        put32(&more[28], answers_ + 1);
        put32(&more[36], number++);
        put32(&more[40], static_cast<std::uint32_t>(done));
        send(From::host, at, more, piece, {});
    }
}

void PcapngTrace::send_reply(const CommandRecord& record, std::span<const std::uint8_t> in) {
    std::uint32_t number = 0;
    std::span<const std::uint8_t> piece;
    for (std::size_t done = 0; done < in.size(); done += piece.size()) {
        piece = in.subspan(done, std::min(in.size() - done, largest_piece));
        Header header{data_in};
        header[1] = done + piece.size() == in.size() ? final_flag : 0;
        put32(&header[16], task_);
        put32(&header[20], no_tag);
        put32(&header[28], task_ + 1);
        put32(&header[32], task_ + 1);
        put32(&header[36], number++);
        put32(&header[40], static_cast<std::uint32_t>(done));
        send(From::drive, record.at + record.completion.duration, header, piece, {});
    }
    send_response(record, number);
}

void PcapngTrace::send_response(const CommandRecord& record, std::uint32_t data_pdus) {
    constexpr std::uint8_t underflow = 0x02;
    constexpr std::uint8_t target_failure = 1;
    const auto& completion = record.completion;
    const auto expected = std::max(record.in, record.out);
    const auto left = expected - std::min(expected, completion.transferred);
    Header header{scsi_response};
    header[1] = static_cast<std::uint8_t>(final_flag | (left > 0 ? underflow : 0));
    header[2] = completion.host == mmc::HostStatus::ok ? 0 : target_failure;
    header[3] = static_cast<std::uint8_t>(completion.status);
    put32(&header[16], task_);
    put32(&header[24], ++answers_);
    put32(&header[28], task_ + 1);
    put32(&header[32], task_ + 1);
    put32(&header[36], data_pdus);
    put32(&header[44], left);
    std::array<std::uint8_t, 2 + mmc::SenseBytes::capacity> sense{};
    const auto bytes = completion.sense.view();
    put16(sense.data(), static_cast<std::uint32_t>(bytes.size()));
    std::copy(bytes.begin(), bytes.end(), sense.begin() + 2);
    send(From::drive, record.at + completion.duration, header,
         {sense.data(), bytes.empty() ? 0 : bytes.size() + 2}, answer_comment(record));
}

void PcapngTrace::send(From from, mmc::Duration at, Header& header,
                       std::span<const std::uint8_t> data, const std::string& comment) {
    put24(&header[5], static_cast<std::uint32_t>(data.size()));
    const auto ours = static_cast<std::size_t>(from);
    make_tcp_packet(packet_, from == From::host, sequence_[ours], sequence_[1 - ours], header,
                    data);
    sequence_[ours] += static_cast<std::uint32_t>(packet_.size() - tcp_headers_size);

    const auto time = static_cast<std::uint64_t>(at.count());
    PcapngBlock packet(block_, PcapngBlock::enhanced_packet);
    packet.host32(0).host32(static_cast<std::uint32_t>(time >> 32));
    packet.host32(static_cast<std::uint32_t>(time));
    packet.host32(static_cast<std::uint32_t>(packet_.size()));
    packet.host32(static_cast<std::uint32_t>(packet_.size())).bytes(packet_);
    if (!comment.empty())
        packet.option(PcapngBlock::comment, comment);
    file_.write(packet.finish());
}

} // namespace burnrig::harness
