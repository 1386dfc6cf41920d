// SPDX-License-Identifier: Apache-2.0
// Settings, expectations, includes, and files of them.
#include <array>

#include "emulator/faults/parser.h"
#include "emulator/faults/rule_parser.h"

namespace burnrig::emulator::faults {
namespace {

struct Word {
    std::string_view word;
};
constexpr std::array setting_table{
    Word{"drive"}, Word{"medium"},   Word{"session"}, Word{"burn"},  Word{"source"},
    Word{"seed"},  Word{"deadline"}, Word{"sweep"},   Word{"title"},
};
// All words a statement can begin with, for the nearest match.
constexpr std::array statement_table{
    Word{"drive"},  Word{"medium"}, Word{"session"},  Word{"burn"},
    Word{"source"}, Word{"seed"},   Word{"sweep"},    Word{"title"},
    Word{"fault"},  Word{"expect"}, Word{"deadline"}, Word{"include"},
};

using E = decltype(Expectation::what);
struct ExpectationEntry {
    std::string_view word;
    E (*read)(TokenReader&);
};

expectation::Message read_message(TokenReader& in) {
    in.expect_symbol("~");
    return {in.string()};
}

expectation::Session read_session(TokenReader& in) {
    const auto number = in.count();
    return {number, in.word("session N")};
}

expectation::Fired read_fired(TokenReader& in) {
    expectation::Fired fired;
    fired.rule = in.name();
    fired.comparison = in.comparison();
    fired.count = in.count();
    return fired;
}

expectation::Commands read_commands(TokenReader& in) {
    expectation::Commands commands;
    commands.point = read_point(in);
    const auto& what = commands.point.what;
    if (!std::holds_alternative<point::Command>(what) &&
        !std::holds_alternative<point::CommandGroup>(what))
        in.fail(commands.point.column, "only a command or a group can be counted, such as @write");
    commands.comparison = in.comparison();
    commands.count = in.count();
    return commands;
}

// clang-format off
constexpr std::array expectation_table{
    ExpectationEntry{"outcome",  [](TokenReader& in) -> E { return expectation::Outcome{in.word("outcome")}; }},
    ExpectationEntry{"cause",    [](TokenReader& in) -> E { return expectation::Cause{in.name()}; }},
    ExpectationEntry{"sense",    [](TokenReader& in) -> E { return expectation::Sense{in.sense()}; }},
    ExpectationEntry{"message",  [](TokenReader& in) -> E { return read_message(in); }},
    ExpectationEntry{"tray",     [](TokenReader& in) -> E { return expectation::Tray{in.word("tray")}; }},
    ExpectationEntry{"within",   [](TokenReader& in) -> E { return expectation::Within{in.duration()}; }},
    ExpectationEntry{"medium",   [](TokenReader& in) -> E { return expectation::Medium{in.words("medium")}; }},
    ExpectationEntry{"session",  [](TokenReader& in) -> E { return read_session(in); }},
    ExpectationEntry{"fired",    [](TokenReader& in) -> E { return read_fired(in); }},
    ExpectationEntry{"commands", [](TokenReader& in) -> E { return read_commands(in); }},
    ExpectationEntry{"exit",     [](TokenReader& in) -> E { return expectation::Exit{in.count(255)}; }},
};
// clang-format on
static_assert(expectation_table.size() == std::variant_size_v<E>, "an expectation without a word");

Expectation read_expectation(TokenReader& in) {
    const auto token = in.peek();
    const auto* entry =
        token.kind == TokenKind::word ? find_entry(expectation_table, token.text) : nullptr;
    if (entry) {
        in.take();
        return {entry->read(in)};
    }
    if (token.kind == TokenKind::word)
        in.fail(token.column, unknown("expectation", token, expectation_table));
    else
        in.fail_expected("an expectation such as outcome, cause or within");
    return {};
}

std::string_view first_word(std::string_view line) {
    const auto start = std::min(line.find_first_not_of(" \t"), line.size());
    line.remove_prefix(start);
    return line.substr(0, line.find_first_of(" \t"));
}

tl::expected<Statement, SyntaxError> parse_setting(std::string_view line) {
    const auto words = read_setting_words(line);
    if (!words)
        return tl::unexpected(words.error());
    Setting setting{words->front().text, {}};
    for (const auto& token : *words)
        if (token.kind != TokenKind::end)
            setting.words.push_back(token.text);
    setting.words.erase(setting.words.begin());
    if (setting.words.empty())
        return tl::unexpected(SyntaxError{
            words->back().column.value,
            fmt::format("expected a word after '{}', found the end of the line", setting.key)});
    return setting;
}

tl::expected<Statement, SyntaxError> finish(TokenReader& in, Statement statement) {
    if (!in.at_end())
        in.fail_expected("the end of the line");
    if (in.error())
        return tl::unexpected(*in.error());
    return statement;
}

bool is_blank_line(std::string_view line) {
    const auto tokens = read_tokens(line);
    return tokens && tokens->size() == 1;
}

} // namespace

tl::expected<Statement, SyntaxError> parse_statement(std::string_view line) {
    if (find_entry(setting_table, first_word(line)))
        return parse_setting(line);
    auto tokens = read_tokens(line);
    if (!tokens)
        return tl::unexpected(tokens.error());
    TokenReader in(*std::move(tokens));
    const auto token = in.peek();
    if (in.accept_word("fault")) {
        auto rule = read_rule(in);
        return finish(in, std::move(rule));
    }
    if (in.accept_word("expect")) {
        auto expectation = read_expectation(in);
        return finish(in, std::move(expectation));
    }
    if (in.accept_word("include"))
        return finish(in, Include{in.string()});
    if (token.kind == TokenKind::word)
        in.fail(token.column, unknown("statement", token, statement_table));
    else
        in.fail_expected("a statement such as fault or expect");
    return tl::unexpected(*in.error());
}

mmc::Result<std::vector<FileStatement>> parse_file(std::string_view text) {
    std::vector<FileStatement> statements;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (is_blank_line(line))
            continue;
        auto statement = parse_statement(line);
        if (!statement)
            return mmc::fail("line {}, column {}: {}", number, statement.error().column,
                             statement.error().message);
        statements.push_back({number, *std::move(statement)});
    }
    return statements;
}

} // namespace burnrig::emulator::faults
