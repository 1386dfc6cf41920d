// SPDX-License-Identifier: Apache-2.0
// Goal: what was recorded is served again to the byte, whoever leaves the transcript is told where
// and how, serial numbers can be taken out, and no file makes the reader do anything but name file
// and line. Method: real commands to a simulated drive, through a file and back.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "emulator/fixtures.h"
#include "harness/rig/rig.h"
#include "harness/transcript/redact.h"
#include "harness/transcript/replay_target.h"
#include "harness/transcript/transcribing_target.h"
#include "harness/transcript/transcript_file.h"
#include "mmc/sense.h"
#include "tests/unit/temporary_folder.h"

using namespace burnrig;
using namespace burnrig::harness;
using namespace burnrig::harness::transcript;

namespace {

struct Sent {
    Bytes cdb;
    Bytes out{};
    std::size_t in = 0;
};

struct Answered {
    mmc::Completion completion;
    Bytes reply;
};

Answered send(mmc::Target& target, const Sent& sent) {
    Answered answered;
    answered.reply.resize(sent.in);
    answered.completion = target.execute({sent.cdb, sent.out, answered.reply});
    answered.reply.resize(std::min<std::size_t>(answered.completion.transferred, sent.in));
    return answered;
}

Bytes pattern(std::size_t length) {
    Bytes bytes(length);
    for (std::size_t i = 0; i < length; ++i)
        bytes[i] = static_cast<std::uint8_t>(i * 7);
    return bytes;
}

const Sent inquiry{{0x12, 0, 0, 0, 96, 0}, {}, 96};
const Sent test_unit_ready{{0, 0, 0, 0, 0, 0}};
const Sent get_configuration{{0x46, 0, 0, 0, 0, 0, 0, 2, 0, 0}, {}, 512};
const Sent write_16{{0x2A, 0, 0, 0, 0, 0, 0, 0, 16, 0}, pattern(16 * 2048)};
const Sent read_16{{0x28, 0, 0, 0, 0, 0, 0, 0, 16, 0}, {}, 16 * 2048};
const Sent read_blank{{0x28, 0, 0, 0, 1, 0, 0, 0, 16, 0}, {}, 16 * 2048};
const Sent unknown{{0xF5, 1, 2, 3, 4, 5}};

// Unit attention, data both ways, a refusal, and a reply that comes twice.
const std::vector<Sent> a_run{test_unit_ready,   test_unit_ready,   inquiry,
                              get_configuration, get_configuration, write_16,
                              read_16,           read_blank,        unknown};

Transcript about() {
    Transcript about;
    about.run = {7, "generic-dvd-recorder", "dvd+rw", "burnrig record ..."};
    about.drive = identity_of(*emulator::load_drive("generic-dvd-recorder"));
    about.program = {"wodim", "a \"quoted\" word"};
    about.host = "plain";
    return about;
}

std::vector<Answered> record(const std::string& path, const std::vector<Sent>& run,
                             bool redacted = false) {
    mmc::VirtualClock clock;
    auto rig = Rig::create({.medium = "dvd-ram"}, clock); // formatted as it is sold
    BOOST_REQUIRE(rig);
    auto writer = TranscriptWriter::create(path, about(), redacted);
    BOOST_REQUIRE(writer);
    TranscribingTarget target((*rig)->target(), clock,
                              [&](Exchange exchange) { (*writer)->add(std::move(exchange)); });
    std::vector<Answered> answers;
    for (const auto& sent : run)
        answers.push_back(send(target, sent));
    BOOST_REQUIRE((*writer)->finish(3));
    return answers;
}

Transcript recorded(const std::vector<Sent>& run) {
    const TemporaryFolder folder;
    record(folder / "t", run);
    auto transcript = read_transcript(folder / "t");
    BOOST_REQUIRE_MESSAGE(transcript, transcript.error().message);
    return std::move(*transcript);
}

std::string text_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write_text(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(transcripts)

BOOST_AUTO_TEST_CASE(a_run_is_served_again_byte_for_byte_and_takes_as_long) {
    const TemporaryFolder folder;
    const auto answers = record(folder / "t", a_run);
    const auto transcript = read_transcript(folder / "t");
    BOOST_REQUIRE_MESSAGE(transcript, transcript.error().message);
    BOOST_TEST(transcript->exit_code == 3);
    BOOST_TEST(transcript->run.seed == 7u);
    BOOST_TEST(transcript->program == about().program);
    BOOST_TEST(transcript->host == "plain");
    BOOST_TEST(transcript->drive.profiles == about().drive.profiles);

    mmc::VirtualClock clock;
    ReplayTarget target(*transcript, clock);
    for (std::size_t i = 0; i < a_run.size(); ++i) {
        const auto begin = clock.now();
        const auto again = send(target, a_run[i]);
        const auto& once = answers[i];
        BOOST_TEST(again.reply == once.reply);
        BOOST_TEST((again.completion.status == once.completion.status));
        BOOST_TEST(again.completion.transferred == once.completion.transferred);
        BOOST_TEST(std::ranges::equal(again.completion.sense.view(), once.completion.sense.view()));
        BOOST_TEST((clock.now() - begin).count() == once.completion.duration.count());
    }
    BOOST_TEST(!target.divergence().has_value());
    BOOST_TEST(target.rest() == "");
    BOOST_TEST(answers.front().completion.sense.length > 0); // else this shows little
    BOOST_TEST((answers[6].reply == write_16.out));
}

BOOST_AUTO_TEST_CASE(what_a_drive_gives_twice_or_blank_stands_once_or_as_one_byte) {
    const TemporaryFolder folder;
    record(folder / "t", a_run);
    const auto text = text_of(folder / "t");
    std::size_t data = 0;
    for (auto at = text.find("{\"data\""); at != std::string::npos;
         at = text.find("{\"data\"", at + 1))
        ++data;
    BOOST_TEST(data == 4u); // INQUIRY, the configuration once, 32 KiB read, the blank blocks
    BOOST_TEST(text.find("\"length\":32768,\"fill\":\"00\"") != std::string::npos);
    BOOST_TEST(text.size() < 80'000u); // what was written is not in it
}

BOOST_AUTO_TEST_CASE(another_command_is_shown_with_the_bytes_that_differ) {
    const auto transcript = recorded(a_run);
    mmc::VirtualClock clock;
    ReplayTarget target(transcript, clock);
    for (int i = 0; i < 5; ++i)
        send(target, a_run[i]);
    auto elsewhere = write_16;
    elsewhere.cdb[5] = 0x20;
    const auto before = clock.now();
    const auto answer = send(target, elsewhere);
    BOOST_TEST((answer.completion.host == mmc::HostStatus::no_connect));
    BOOST_REQUIRE(target.divergence().has_value());
    const auto text = to_text(*target.divergence());
    BOOST_TEST(text == "the run left the transcript at command 6 of 9: the same command with other "
                       "parameters\n"
                       "  expected  2A 00 00 00 00 00 00 00 10 00   WRITE_10\n"
                       "  got       2A 00 00 00 00 20 00 00 10 00   WRITE_10\n"
                       "                           ^^\n");
    // And it stays gone, at once.
    BOOST_TEST((send(target, write_16).completion.host == mmc::HostStatus::no_connect));
    BOOST_TEST((clock.now() == before));
    BOOST_TEST(target.rest() == "4 of 9 commands were not asked for, the first of them command 6: "
                                "2A 00 00 00 00 00 00 00 10 00   WRITE_10\n");
}

BOOST_AUTO_TEST_CASE(other_data_are_told_from_other_commands) {
    const auto transcript = recorded({test_unit_ready, write_16, unknown});
    const auto leave_with = [&](const Sent& sent, bool ignore_data = false) {
        mmc::VirtualClock clock;
        ReplayTarget target(transcript, clock);
        if (ignore_data)
            target.ignore_data();
        send(target, test_unit_ready);
        send(target, sent);
        return target.divergence() ? target.divergence()->what : "";
    };
    auto other = write_16;
    other.out[4711] ^= 1;
    BOOST_TEST(leave_with(write_16) == "");
    BOOST_TEST(leave_with(other) == "the same command with other data");
    BOOST_TEST(leave_with(other, true) == "");
    other.out.resize(2048);
    BOOST_TEST(leave_with(other, true) == "another length of data");
    BOOST_TEST(leave_with(test_unit_ready) == "another command");
    auto reading = write_16;
    reading.out.clear();
    reading.in = 16 * 2048;
    BOOST_TEST(leave_with(reading, true) == "another length of data");
}

BOOST_AUTO_TEST_CASE(parameter_lists_are_compared_byte_by_byte) {
    const Sent select{{0x55, 0x10, 0, 0, 0, 0, 0, 0, 20, 0}, pattern(20)};
    const auto transcript = recorded({test_unit_ready, select});
    mmc::VirtualClock clock;
    ReplayTarget target(transcript, clock);
    send(target, test_unit_ready);
    auto other = select;
    other.out[1] = 0xFF;
    send(target, other);
    BOOST_REQUIRE(target.divergence().has_value());
    BOOST_TEST(target.divergence()->expected.find("\n               ^^\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_end_is_the_end_and_a_deaf_program_is_ended) {
    const auto transcript = recorded({inquiry});
    mmc::VirtualClock clock;
    ReplayTarget target(transcript, clock);
    int ended = 0;
    target.on_exhausted([&] { ++ended; });
    send(target, inquiry);
    for (std::uint64_t i = 0; i < 2 * ReplayTarget::patience; ++i)
        send(target, inquiry);
    BOOST_TEST(ended == 1);
    BOOST_TEST(to_text(*target.divergence()).find("where the transcript ends, after command 1") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_program_with_less_room_gets_as_much_as_fits) {
    const auto transcript = recorded({inquiry});
    mmc::VirtualClock clock;
    ReplayTarget target(transcript, clock);
    auto narrow = inquiry;
    narrow.in = 8;
    const auto answer = send(target, narrow);
    BOOST_TEST(answer.completion.transferred == 8u);
    BOOST_TEST(!target.divergence().has_value());
}

BOOST_AUTO_TEST_CASE(serial_numbers_are_blotted_out_wherever_they_stand) {
    const TemporaryFolder folder;
    record(folder / "open", a_run);
    record(folder / "blotted", a_run, true);
    // "000000000001" in hexadecimal, as feature 0108h gives it.
    const std::string serial = "303030303030303030303031";
    BOOST_TEST(text_of(folder / "open").find(serial) != std::string::npos);
    const auto blotted = text_of(folder / "blotted");
    BOOST_TEST(blotted.find(serial) == std::string::npos);
    BOOST_TEST(blotted.find("000000000001\"") == std::string::npos);
    const auto transcript = read_transcript(folder / "blotted");
    BOOST_REQUIRE_MESSAGE(transcript, transcript.error().message);
    BOOST_TEST(transcript->redacted);
    // It can be served all the same.
    mmc::VirtualClock clock;
    ReplayTarget target(*transcript, clock);
    for (const auto& sent : a_run)
        send(target, sent);
    BOOST_TEST(!target.divergence().has_value());
}

BOOST_AUTO_TEST_CASE(a_serial_number_told_by_one_command_is_found_in_all_replies) {
    Transcript transcript;
    const auto add = [&](Bytes cdb, const std::string& reply) {
        Exchange exchange;
        exchange.cdb = std::move(cdb);
        exchange.reply = std::make_shared<const Bytes>(reply.begin(), reply.end());
        exchange.in = static_cast<std::uint32_t>(reply.size());
        transcript.exchanges.push_back(std::move(exchange));
    };
    using namespace std::string_literals;
    add({0x12, 0, 0, 0, 20, 0}, "vendor  K0OD5H1 more"s);
    add({0x12, 1, 0x80, 0, 20, 0}, "\x05\x80\0\x0A  K0OD5H1 "s);
    add({0xAB, 1, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0}, "\0\0\0\x04\x01\x02\x03\x04"s);
    const auto found = redact(transcript);
    BOOST_TEST(found.front() == "K0OD5H1");
    const auto text = [&](int index) {
        const auto& reply = *transcript.exchanges[index].reply;
        return std::string(reply.begin(), reply.end());
    };
    BOOST_TEST(text(0) == "vendor  XXXXXXX more");
    BOOST_TEST(text(1) == "\x05\x80\0\x0A  XXXXXXX "s);
    BOOST_TEST(text(2) == "\0\0\0\x04XXXX"s);
}

BOOST_AUTO_TEST_CASE(every_mistake_names_file_and_line) {
    const TemporaryFolder folder;
    record(folder / "t", {inquiry, write_16, unknown});
    std::vector<std::string> lines;
    std::istringstream text(text_of(folder / "t"));
    for (std::string line; std::getline(text, line);)
        lines.push_back(line);
    BOOST_REQUIRE_EQUAL(lines.size(), 6u); // begin, data, three commands, end
    const auto message = [&](std::size_t number, const std::string& from, const std::string& to) {
        auto changed = lines;
        auto& line = changed[number];
        const auto at = line.find(from);
        BOOST_REQUIRE_MESSAGE(at != std::string::npos, from);
        line.replace(at, from.size(), to);
        std::string whole;
        for (const auto& one : changed)
            whole += one + "\n";
        write_text(folder / "bad", whole);
        const auto read = read_transcript(folder / "bad");
        BOOST_REQUIRE(!read);
        const auto prefix = (folder / "bad") + ":" + std::to_string(number + 1) + ": ";
        BOOST_TEST(read.error().message.rfind(prefix, 0) == 0u, read.error().message);
        return read.error().message.substr(std::min(prefix.size(), read.error().message.size()));
    };
    BOOST_TEST(message(0, "\"burnrig_transcript\":1", "\"burnrig_transcript\":2") ==
               "\"burnrig_transcript\": expected version 1, the only one there is");
    BOOST_TEST(message(0, "burnrig_transcript", "something") ==
               "\"burnrig_transcript\": expected to be there: this is no transcript");
    BOOST_TEST(message(1, "\"bytes\":\"05", "\"bytes\":\"06").find("the digest of these bytes") !=
               std::string::npos);
    BOOST_TEST(message(2, "reply_data\":\"", "reply_data\":\"0").find("that stand above") !=
               std::string::npos);
    BOOST_TEST(message(2, "\"in\":96", "\"in\":6").find("room for the reply") != std::string::npos);
    BOOST_TEST(message(2, "\"n\":1", "\"n\":9").find("the next number") != std::string::npos);
    BOOST_TEST(message(2, "\"took\":", "\"took\":-").find("seconds") != std::string::npos);
    BOOST_TEST(message(2, "\"status\":0", "\"status\":999").find("from 0 to 255") !=
               std::string::npos);
    BOOST_TEST(message(3, "\"out\":32768", "\"out\":99999999999").find("whole number") !=
               std::string::npos);
    BOOST_TEST(message(4, "\"cdb\":\"F5 01", "\"cdb\":\"F5 0Q").find("hexadecimal") !=
               std::string::npos);
    BOOST_TEST(message(4, "{", "") == "is not a line of JSON");
    BOOST_TEST(message(5, "\"commands\":3", "\"commands\":4").find("as many as") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_cut_off_is_refused_wherever_it_ends) {
    const TemporaryFolder folder;
    record(folder / "t", {inquiry, write_16});
    const auto text = text_of(folder / "t");
    // The last line feed alone may be missing.
    for (std::size_t length = 0; length + 1 < text.size(); ++length) {
        write_text(folder / "cut", text.substr(0, length));
        const auto read = read_transcript(folder / "cut");
        BOOST_REQUIRE_MESSAGE(!read, length);
        BOOST_REQUIRE(read.error().message.rfind(folder / "cut:", 0) == 0u);
    }
    BOOST_TEST(!read_transcript(folder / "missing"));
    BOOST_TEST(is_transcript(folder / "t"));
    BOOST_TEST(!is_transcript(folder / "missing"));
}

BOOST_AUTO_TEST_CASE(no_text_upsets_the_reader) {
    const TemporaryFolder folder;
    record(folder / "t", a_run);
    const auto text = text_of(folder / "t");
    std::mt19937 random(20260101);
    for (int i = 0; i < 400; ++i) {
        auto changed = text.substr(0, 1200); // the lines that say most
        for (int change = 0; change < 3; ++change)
            changed[random() % changed.size()] = static_cast<char>(random());
        write_text(folder / "odd", changed);
        const auto read = read_transcript(folder / "odd");
        BOOST_TEST(!read); // cut off at the latest
    }
}

BOOST_AUTO_TEST_SUITE_END()
