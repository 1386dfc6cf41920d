// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/rule_text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "emulator/faults/engine.h"
#include "emulator/faults/parser.h"
#include "emulator/faults/presets.h"
#include "emulator/faults/printer.h"
#include "mmc/opcode.h"

namespace burnrig::fuzz {
namespace {

using namespace emulator::faults;

[[noreturn]] void broken(const char* promise, std::string_view text) {
    std::fprintf(stderr, "broken promise: %s\n%.*s\n", promise, static_cast<int>(text.size()),
                 text.data());
    std::abort();
}

void check_error(const SyntaxError& error, std::string_view text) {
    if (error.message.empty())
        broken("a refusal says why", text);
    if (error.message.size() > 1000)
        broken("a refusal is short", text);
    if (error.column < 1 || error.column > text.size() + 1)
        broken("a refusal says where in the line", text);
}

void check_statement(std::string_view line) {
    const auto statement = parse_statement(line);
    if (!statement) {
        check_error(statement.error(), line);
        return;
    }
    const auto printed = print(*statement);
    const auto again = parse_statement(printed);
    if (!again || *again != *statement)
        broken("what is printed parses to the same", line);
}

// A burn's worth of commands, to see that rules that are taken can be asked.
void ask(FaultEngine& engine) {
    std::array<std::uint8_t, 12> cdb{};
    CommandFacts facts;
    facts.cdb = cdb;
    facts.phase = "writing";
    for (const auto& info : mmc::opcodes()) {
        cdb[0] = static_cast<std::uint8_t>(info.opcode);
        for (int i = 0; i < 2; ++i) {
            facts.lba = i * 32;
            facts.blocks = 32;
            facts.time += std::chrono::seconds(1);
            facts.buffer_level = 0.5;
            engine.due(facts.time);
            engine.decide(facts);
        }
    }
    for (const auto& rule : engine.report())
        if (!parse_rule(rule.text))
            broken("the report's lines are rules", rule.text);
}

} // namespace

bool try_rule_text(std::string_view text) {
    if (const auto file = parse_file(text); !file && file.error().message.empty())
        broken("a refused file says why", text);
    for (std::string_view left = text; !left.empty();) {
        const auto end = std::min(left.find('\n'), left.size());
        const auto line = left.substr(0, end);
        if (line.find_first_not_of(" \t") != std::string_view::npos)
            check_statement(line);
        left.remove_prefix(std::min(end + 1, left.size()));
    }
    const auto rules = read_rules(text);
    if (!rules)
        check_error(rules.error(), text);
    auto engine = FaultEngine::create(std::vector{std::string(text)}, 1);
    if (engine)
        ask(*engine);
    else if (engine.error().message.empty())
        broken("a drive that refuses rules says why", text);
    if (engine && !rules)
        broken("what is no rule is not taken", text);
    return bool(engine);
}

std::string rule_text_of(std::span<const std::uint8_t> bytes) {
    static constexpr std::array<std::string_view, 96> words{"at ",
                                                            "fault ",
                                                            "x: ",
                                                            "y: ",
                                                            "@write ",
                                                            "@any ",
                                                            "@close ",
                                                            "OPC ",
                                                            "WRITE_10 ",
                                                            "CLOSE ",
                                                            "0x2A ",
                                                            "SYNCHRONIZE_CACHE ",
                                                            "time 5s ",
                                                            "time 1h ",
                                                            "fired x ",
                                                            "fired y ",
                                                            "state writing ",
                                                            "source.read ",
                                                            "host.open ",
                                                            "#3 ",
                                                            "#1..7 ",
                                                            "#2+ ",
                                                            "#1..9+2 ",
                                                            "lba 5..9 ",
                                                            "lba -150 ",
                                                            "phase writing ",
                                                            "buffer < 0.5 ",
                                                            "bytes >= 1MiB ",
                                                            "p 0.5 ",
                                                            "p 2% ",
                                                            "cdb[2] == 0x02 ",
                                                            "since x ",
                                                            "since y ",
                                                            "before ",
                                                            "after ",
                                                            "midway ",
                                                            "midway 0.25 ",
                                                            "-> ",
                                                            ", ",
                                                            "; ",
                                                            "take 3s",
                                                            "take +2s",
                                                            "fail 03/73/03",
                                                            "fail opc-failed deferred",
                                                            "fail write-error info 7",
                                                            "fail 05/21/02 descriptor",
                                                            "fail 03/73/03 length 0x13",
                                                            "fail 03/73/03 raw \"70 00 03\"",
                                                            "status BUSY",
                                                            "host RESET",
                                                            "errno EIO",
                                                            "busy 2s long-write",
                                                            "hang",
                                                            "hang 4s",
                                                            "short 512B",
                                                            "torn 3",
                                                            "corrupt bits 3",
                                                            "unreadable 4..7",
                                                            "lose",
                                                            "misplace 16",
                                                            "stale",
                                                            "report capacity = 5",
                                                            "power-loss 4s",
                                                            "reset bus",
                                                            "unplug 2s",
                                                            "eject emergency",
                                                            "swap cd-r-80",
                                                            "drain",
                                                            "stall 3s",
                                                            "throttle 4MiB/s",
                                                            "signal TERM",
                                                            "pause",
                                                            "log \"x\\\"y\"",
                                                            "once",
                                                            "times 3",
                                                            "always",
                                                            "for 9s",
                                                            "until @close",
                                                            "until fired x",
                                                            "opc-failure",
                                                            "write-error",
                                                            "wedged-drive",
                                                            "power-loss",
                                                            "@write=3",
                                                            "@lba=7",
                                                            "@take=2s",
                                                            ",sense=05/21/02",
                                                            "\n",
                                                            "# note\n",
                                                            "expect outcome failed",
                                                            "expect commands @write == 0",
                                                            "drive x",
                                                            "include \"a\"",
                                                            "\xC3\xA4",
                                                            "\"",
                                                            "\\"};
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (bytes[i] < 0xE0)
            text += words[bytes[i] % words.size()];
        else if (bytes[i] < 0xF0)
            text += static_cast<char>(i + 1 < bytes.size() ? bytes[++i] : 0);
        else if (!text.empty())
            text.erase((bytes[i] * 31U) % text.size(), 1);
    }
    return text;
}

} // namespace burnrig::fuzz
