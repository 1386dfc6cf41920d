// SPDX-License-Identifier: Apache-2.0
// From text to rules and statements.
//
//     auto rule = parse_rule("opc: at SEND_OPC_INFORMATION -> take 8.906s, fail 03/73/03");
//     auto file = parse_file(text);   // "line 3, column 8: unknown command 'WRTIE'; did you ..."
//
// The grammar in full:
//
//     file      = { setting | fault | expect | include }               one statement a line
//     fault     = "fault" [ NAME ":" ] "at" point { qual } "->" action { "," action } [ ";" limit ]
//     point     = OP | "@" GROUP | "source." WORD | "host." WORD | "time" DURATION | "fired" NAME
//               | "state" WORD
//     qual      = "#" index | "lba" range | "phase" WORD | "buffer" cmp RATIO | "bytes" cmp SIZE
//               | "p" RATIO | "cdb" "[" N "]" cmp HEX | "since" NAME
//               | "before" | "after" | "midway" [ RATIO ]
//     index     = N [ ".." N ] [ "+" [ N ] ]
//     limit     = "once" | "times" N | "always" | "for" DURATION | "until" point
//     actions and expectations: see the tables in rule_parser.cpp and statement_parser.cpp
//
// Thread-safe (no state).
#pragma once

#include <string_view>
#include <vector>

#include "emulator/faults/lexer.h"
#include "emulator/faults/statement.h"
#include "mmc/result.h"

namespace burnrig::emulator::faults {

/// One fault rule, with or without the word "fault" in front.
tl::expected<FaultRule, SyntaxError> parse_rule(std::string_view line);

/// One statement; the line must not be blank.
tl::expected<Statement, SyntaxError> parse_statement(std::string_view line);

struct FileStatement {
    std::size_t line = 0; ///< from 1
    Statement statement;
};

/// Everything in a file of statements. The error names line and column.
mmc::Result<std::vector<FileStatement>> parse_file(std::string_view text);

} // namespace burnrig::emulator::faults
