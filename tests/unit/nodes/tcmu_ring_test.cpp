// SPDX-License-Identifier: Apache-2.0
// The reader of target_core_user's ring on a mapping made here, byte by byte as the kernel makes
// it: commands with their data in one piece and in several, entries that wrap, and mappings that no
// kernel would make, which must be told and must not be followed out of the mapping.
#include <boost/test/unit_test.hpp>

#include <cstring>
#include <random>
#include <vector>

#include "emulator/nodes/tcmu/ring.h"
#include "emulator/nodes/tcmu/uevents.h"
#include "emulator/nodes/tcmu/wire.h"

using namespace burnrig;
using namespace burnrig::emulator::nodes::tcmu;

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t ring_bytes = 1024;
constexpr std::size_t data_at = mailbox_bytes + ring_bytes;
constexpr std::size_t mapping_bytes = data_at + 8192;

struct Piece {
    std::uint64_t offset, length;
};

/// Keeps what it was sent, and replies with what it was told to.
struct Drive final : mmc::Target {
    mmc::Completion execute(const mmc::Command& command) override {
        cdb.assign(command.cdb.begin(), command.cdb.end());
        data_out.assign(command.data_out.begin(), command.data_out.end());
        room = command.data_in.size();
        std::copy_n(reply.begin(), std::min(reply.size(), room), command.data_in.begin());
        ++commands;
        return completion;
    }
    Bytes cdb, data_out, reply;
    std::size_t room = 0;
    int commands = 0;
    mmc::Completion completion;
};

/// The kernel's side.
struct Kernel {
    Kernel() : memory(mapping_bytes / 8) {
        put<std::uint16_t>(mailbox_version_at, mailbox_version);
        put<std::uint16_t>(mailbox_flags_at, mailbox_has_read_length);
        put<std::uint32_t>(mailbox_ring_offset_at, mailbox_bytes);
        put<std::uint32_t>(mailbox_ring_bytes_at, ring_bytes);
    }

    std::span<std::uint8_t> mapping() {
        return {reinterpret_cast<std::uint8_t*>(memory.data()), mapping_bytes};
    }
    template <class T>
    void put(std::size_t at, T value) {
        std::memcpy(mapping().data() + at, &value, sizeof value);
    }
    template <class T>
    T get(std::size_t at) {
        T value;
        std::memcpy(&value, mapping().data() + at, sizeof value);
        return value;
    }

    /// Puts in an entry's head; returns where it is in the mapping.
    std::size_t add(std::uint32_t operation, std::size_t length) {
        const std::size_t at = mailbox_bytes + head;
        std::memset(mapping().data() + at, 0, length);
        put<std::uint32_t>(at, static_cast<std::uint32_t>(length) | operation);
        head = (head + length) % ring_bytes;
        put<std::uint32_t>(mailbox_head_at, static_cast<std::uint32_t>(head));
        return at;
    }

    /// A command; its CDB stands behind its pieces.
    std::size_t add_command(const Bytes& cdb, const std::vector<Piece>& pieces) {
        const std::size_t cdb_at = command_pieces_at + pieces.size() * piece_bytes;
        const std::size_t needed = std::max<std::size_t>(cdb_at + 16, command_bytes_min);
        const std::size_t at = add(operation_command, (needed + 7) / 8 * 8);
        put<std::uint32_t>(at + command_piece_count_at, static_cast<std::uint32_t>(pieces.size()));
        put<std::uint64_t>(at + command_cdb_at, at + cdb_at);
        for (std::size_t i = 0; i < pieces.size(); ++i)
            put(at + command_pieces_at + i * piece_bytes, pieces[i]);
        std::copy(cdb.begin(), cdb.end(), mapping().begin() + at + cdb_at);
        return at;
    }

    std::size_t tail() { return get<std::uint32_t>(mailbox_tail_at); }

    std::vector<std::uint64_t> memory; // 64 bits each, for its alignment
    std::size_t head = 0;
};

const Bytes test_unit_ready(6, 0);
const Bytes inquiry{0x12, 0, 0, 0, 36, 0};
const Bytes write_10{0x2A, 0, 0, 0, 0, 0, 0, 0, 1, 0};

std::string message_of(const mmc::Result<std::size_t>& served) {
    return served ? "" : served.error().message;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_command_without_data_is_answered) {
    Kernel kernel;
    auto ring = Ring::create(kernel.mapping());
    BOOST_REQUIRE(ring.has_value());
    BOOST_TEST(!ring->pending());
    const auto at = kernel.add_command(test_unit_ready, {});
    BOOST_TEST(ring->pending());
    Drive drive;
    drive.completion.status = mmc::Status::check_condition;
    drive.completion.sense.length = 18;
    drive.completion.sense.bytes[0] = 0x70;
    drive.completion.sense.bytes[12] = 0x3A;
    BOOST_TEST(ring->serve(drive, 8).value() == 1U);
    BOOST_TEST(drive.cdb == test_unit_ready, boost::test_tools::per_element());
    BOOST_TEST(kernel.get<std::uint8_t>(at + answer_status_at) == 0x02);
    BOOST_TEST(kernel.get<std::uint8_t>(at + answer_sense_at) == 0x70);
    BOOST_TEST(kernel.get<std::uint8_t>(at + answer_sense_at + 12) == 0x3A);
    BOOST_TEST(kernel.tail() == kernel.head);
    BOOST_TEST(!ring->pending());
    BOOST_TEST(ring->serve(drive, 8).value() == 0U);
}

BOOST_AUTO_TEST_CASE(a_short_reply_says_its_length_and_touches_nothing_behind_it) {
    Kernel kernel;
    auto ring = Ring::create(kernel.mapping());
    std::fill(kernel.mapping().begin() + data_at, kernel.mapping().end(), std::uint8_t{0xEE});
    const auto at = kernel.add_command(inquiry, {{data_at, 20}, {data_at + 4096, 16}});
    Drive drive;
    drive.reply = Bytes(24, 0x5A);
    drive.completion.transferred = 24;
    BOOST_TEST(ring->serve(drive, 8).value() == 1U);
    BOOST_TEST(drive.room == 36U);
    BOOST_TEST(kernel.get<std::uint8_t>(at + entry_flags_at) == entry_read_length);
    BOOST_TEST(kernel.get<std::uint32_t>(at + answer_read_length_at) == 24U);
    BOOST_TEST(kernel.get<std::uint8_t>(data_at + 19) == 0x5A);
    BOOST_TEST(kernel.get<std::uint8_t>(data_at + 20) == 0xEE);
    BOOST_TEST(kernel.get<std::uint8_t>(data_at + 4096 + 3) == 0x5A);
    BOOST_TEST(kernel.get<std::uint8_t>(data_at + 4096 + 4) == 0xEE);
}

BOOST_AUTO_TEST_CASE(a_kernel_without_reply_lengths_gets_zeros_behind_a_short_reply) {
    Kernel kernel;
    kernel.put<std::uint16_t>(mailbox_flags_at, 0);
    auto ring = Ring::create(kernel.mapping());
    std::fill(kernel.mapping().begin() + data_at, kernel.mapping().end(), std::uint8_t{0xEE});
    const auto at = kernel.add_command(inquiry, {{data_at, 36}});
    Drive drive;
    drive.reply = Bytes(5, 0x5A);
    drive.completion.transferred = 5;
    BOOST_TEST(ring->serve(drive, 8).value() == 1U);
    BOOST_TEST(kernel.get<std::uint8_t>(at + entry_flags_at) == 0);
    BOOST_TEST(kernel.get<std::uint8_t>(data_at + 4) == 0x5A);
    BOOST_TEST(kernel.get<std::uint8_t>(data_at + 5) == 0);
    BOOST_TEST(kernel.get<std::uint8_t>(data_at + 35) == 0);
    BOOST_TEST(kernel.get<std::uint8_t>(data_at + 36) == 0xEE);
}

BOOST_AUTO_TEST_CASE(data_for_the_drive_are_gathered_in_order) {
    Kernel kernel;
    auto ring = Ring::create(kernel.mapping());
    Bytes expected;
    for (std::size_t i = 0; i < 2048; ++i) {
        const std::size_t at = data_at + (i < 1000 ? 4096 + i : i - 1000);
        expected.push_back(static_cast<std::uint8_t>(i * 7));
        kernel.put<std::uint8_t>(at, expected.back());
    }
    kernel.add_command(write_10, {{data_at + 4096, 1000}, {data_at, 1048}});
    Drive drive;
    BOOST_TEST(ring->serve(drive, 8).value() == 1U);
    BOOST_TEST(drive.room == 0U);
    BOOST_TEST((drive.data_out == expected));
}

BOOST_AUTO_TEST_CASE(entries_wrap_and_padding_and_news_are_passed_over) {
    Kernel kernel;
    auto ring = Ring::create(kernel.mapping());
    Drive drive;
    for (int round = 0; round < 100; ++round) {
        if (ring_bytes - kernel.head < 3 * std::size_t{command_bytes_min})
            kernel.add(operation_pad, ring_bytes - kernel.head);
        kernel.add(operation_task_management, 40);
        kernel.add_command(test_unit_ready, {});
        BOOST_TEST(ring->serve(drive, 8).value() == 1U);
        BOOST_TEST(kernel.tail() == kernel.head);
    }
    BOOST_TEST(drive.commands == 100);
    const auto at = kernel.add(5, 16); // an operation of a later kernel
    BOOST_TEST(ring->serve(drive, 8).value() == 0U);
    BOOST_TEST(kernel.get<std::uint8_t>(at + entry_flags_at) == entry_unknown);
}

BOOST_AUTO_TEST_CASE(no_more_is_served_than_was_asked_for) {
    Kernel kernel;
    auto ring = Ring::create(kernel.mapping());
    for (int i = 0; i < 5; ++i)
        kernel.add_command(test_unit_ready, {});
    Drive drive;
    BOOST_TEST(ring->serve(drive, 2).value() == 2U);
    BOOST_TEST(ring->pending());
    BOOST_TEST(ring->serve(drive, 8).value() == 3U);
    // Who takes over a ring goes on where the last one stopped.
    kernel.add_command(inquiry, {});
    auto next = Ring::create(kernel.mapping());
    BOOST_TEST(next->serve(drive, 8).value() == 1U);
    BOOST_TEST(drive.cdb[0] == 0x12);
}

BOOST_AUTO_TEST_CASE(a_mailbox_that_makes_no_sense_is_refused) {
    const std::pair<std::size_t, std::uint32_t> wrong[] = {
        {mailbox_version_at, 3},          {mailbox_ring_offset_at, 0},
        {mailbox_ring_offset_at, 132},    {mailbox_ring_offset_at, 0xFFFFFFF8},
        {mailbox_ring_bytes_at, 0},       {mailbox_ring_bytes_at, 1020},
        {mailbox_ring_bytes_at, 1 << 20}, {mailbox_ring_bytes_at, 0xFFFFFFF8},
        {mailbox_tail_at, ring_bytes},    {mailbox_tail_at, 4}};
    for (const auto& [at, value] : wrong) {
        Kernel kernel;
        kernel.put<std::uint32_t>(at, value);
        BOOST_TEST(!Ring::create(kernel.mapping()).has_value(), at << " " << value);
    }
    Kernel kernel;
    BOOST_TEST(!Ring::create(kernel.mapping().first(100)).has_value());
}

BOOST_AUTO_TEST_CASE(an_entry_that_makes_no_sense_is_told_and_not_followed) {
    struct Case {
        std::size_t at; ///< from the entry's begin
        std::uint64_t value;
        std::string says;
    };
    constexpr std::uint64_t far = 0xFFFFFFFFFFFFFFF0;
    const Case cases[] = {
        {0, operation_command, "0 bytes long"},
        {0, (ring_bytes + 8) | operation_command, "1032 bytes long"},
        {0, 104 | operation_command, "a command takes 112"},
        {command_piece_count_at, 0xFFFFFFFF, "no room for 4294967295 pieces"},
        {command_cdb_at, mapping_bytes, "outside"},
        {command_cdb_at, mapping_bytes - 2, "partly outside"},
        {command_cdb_at, far, "outside"},
        {command_pieces_at, mapping_bytes - 2047, "outside"},
        {command_pieces_at, far, "outside"},
        {command_pieces_at, data_at - 8, "outside"}, // the ring itself
        {command_pieces_at + 8, far, "outside"},
    };
    for (const Case& wrong : cases) {
        Kernel kernel;
        auto ring = Ring::create(kernel.mapping());
        const auto at = kernel.add_command(write_10, {{data_at, 2048}});
        if (wrong.at == 0 || wrong.at == command_piece_count_at)
            kernel.put(at + wrong.at, static_cast<std::uint32_t>(wrong.value));
        else
            kernel.put(at + wrong.at, wrong.value);
        if (wrong.value == mapping_bytes - 2)
            kernel.put<std::uint8_t>(wrong.value, 0x2A);
        Drive drive;
        const std::string message = message_of(ring->serve(drive, 8));
        BOOST_TEST(message.find(wrong.says) != std::string::npos, message);
        BOOST_TEST(drive.commands == 0);
    }
}

BOOST_AUTO_TEST_CASE(a_head_that_is_no_entry_is_told) {
    for (const std::uint32_t head : {std::uint32_t{ring_bytes}, 12U, 0xFFFFFFF8U}) {
        Kernel kernel;
        auto ring = Ring::create(kernel.mapping());
        kernel.put<std::uint32_t>(mailbox_head_at, head);
        Drive drive;
        BOOST_TEST(message_of(ring->serve(drive, 8)).find("head") != std::string::npos);
    }
    Kernel kernel; // entries that pass by the head, round and round
    auto ring = Ring::create(kernel.mapping());
    for (int i = 0; i < 64; ++i)
        kernel.add(operation_pad, 16);
    kernel.put<std::uint32_t>(mailbox_head_at, 8);
    Drive drive;
    BOOST_TEST(message_of(ring->serve(drive, 8)).find("do not end") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(any_bytes_at_all_are_survived) {
    std::mt19937 random(20261121);
    for (int round = 0; round < 3000; ++round) {
        Kernel kernel;
        auto ring = Ring::create(kernel.mapping());
        kernel.add_command(write_10, {{data_at, 2048}, {data_at + 4096, 512}});
        kernel.add_command(inquiry, {{data_at + 2048, 36}});
        for (int i = 0; i < 6; ++i) {
            const std::size_t at = 12 + random() % (mailbox_bytes + 320);
            kernel.put<std::uint8_t>(at, static_cast<std::uint8_t>(random()));
        }
        Drive drive;
        drive.reply = Bytes(36, 1);
        drive.completion.transferred = static_cast<std::uint32_t>(random());
        static_cast<void>(ring->serve(drive, 100));
        BOOST_TEST(drive.commands <= 100);
    }
}

BOOST_AUTO_TEST_CASE(the_nodes_of_a_drive_are_known_by_its_place_on_the_bus) {
    using namespace std::string_literals;
    const std::string place = "3:0:1:0";
    const auto message = [](const std::string& action, const std::string& path,
                            const std::string& subsystem, const std::string& name) {
        return action + "@" + path + "\0ACTION="s + action + "\0DEVPATH="s + path +
               "\0SUBSYSTEM="s + subsystem + "\0DEVNAME="s + name + "\0"s;
    };
    const std::string ours = "/devices/tcm_loop_0/host3/target3:0:1/3:0:1:0/";
    DriveNodes nodes;
    nodes.hear(message("add", "/devices/host3/target3:0:1/13:0:1:0/block/sr1", "block", "sr1"),
               place);
    nodes.hear(message("change", ours + "block/sr2", "block", "sr2"), place);
    nodes.hear(message("add", ours + "bsg/3:0:1:0", "bsg", "bsg/3:0:1:0"), place);
    nodes.hear("", place);
    nodes.hear("no message", place);
    BOOST_TEST(!nodes.complete());
    BOOST_TEST(nodes.block.empty());
    nodes.hear(message("add", ours + "block/sr2", "block", "sr2"), place);
    BOOST_TEST(!nodes.complete());
    nodes.hear(message("add", ours + "scsi_generic/sg4", "scsi_generic", "sg4"), place);
    BOOST_TEST(nodes.complete());
    BOOST_TEST(nodes.block == "sr2");
    BOOST_TEST(nodes.generic == "sg4");
}
