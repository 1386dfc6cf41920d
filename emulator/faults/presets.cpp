// SPDX-License-Identifier: Apache-2.0
#include "emulator/faults/presets.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "emulator/faults/parser.h"
#include "emulator/faults/printer.h"
#include "emulator/faults/rule_parser.h"

namespace burnrig::emulator::faults {
namespace {

// ------------------------------------------------------------------------------ parameters

// Whoever reads a value says what is expected instead of it.
struct Kind {
    std::string_view name;
    std::string_view meaning;
    void (*read)(TokenReader&);
};

void read_command(TokenReader& in) {
    const auto column = in.peek().column;
    const auto point = read_point(in);
    if (!in.error() && !std::holds_alternative<point::Command>(point.what) &&
        !std::holds_alternative<point::CommandGroup>(point.what))
        in.fail(column, "expected a command such as SEND_OPC_INFORMATION or @write");
}

// clang-format off
constexpr std::array kinds{
    Kind{"at",    "the command, or a group such as @close",        read_command},
    Kind{"away",  "how long the cable is out",                     [](TokenReader& in) { in.duration(); }},
    Kind{"back",  "when the power comes back",                     [](TokenReader& in) { in.duration(); }},
    Kind{"bits",  "how many bits are turned",                      [](TokenReader& in) { in.count(); }},
    Kind{"blocks", "blocks, or the address of the last one",        [](TokenReader& in) { in.count(); }},
    Kind{"busy",  "how long the drive is not ready",               [](TokenReader& in) { in.duration(); }},
    Kind{"lba",   "the write to this block, or to a range of them", [](TokenReader& in) { in.range(); }},
    Kind{"more",  "how much longer it takes",                      [](TokenReader& in) { in.duration(); }},
    Kind{"p",     "how likely it is",                              [](TokenReader& in) { in.ratio(); }},
    Kind{"sense", "key/ASC/ASCQ or its name",                      [](TokenReader& in) { in.sense(); }},
    Kind{"take",  "how long the command takes",                    [](TokenReader& in) { in.duration(); }},
    Kind{"time",  "drive time at which it happens",                [](TokenReader& in) { in.duration(); }},
    Kind{"write", "the number of the write, from 1",               [](TokenReader& in) { in.count(); }},
};

// What stands for one of several parameters, whichever is given.
struct Choice {
    std::string_view placeholder;
    std::string_view parameter;
    std::string_view text; // {} is the value
};
constexpr std::array choices{
    Choice{"place",  "write", "#{}"},        Choice{"place",  "lba", "lba {}"},
    Choice{"moment", "write", "@write #{}"}, Choice{"moment", "lba", "@write lba {}"}, Choice{"moment", "time", "time {}"},
    Choice{"struck", "write", "@write #{} midway 0.5"}, Choice{"struck", "lba", "@write lba {} midway 0.5"}, Choice{"struck", "time", "time {}"},
};
// clang-format on

const Kind* find_kind(std::string_view name) {
    const auto found = std::find_if(kinds.begin(), kinds.end(),
                                    [&](const Kind& kind) { return kind.name == name; });
    return found == kinds.end() ? nullptr : &*found;
}

std::string placeholder(std::string_view name) {
    return fmt::format("{{{}}}", name);
}

bool uses(const Preset& preset, std::string_view name) {
    return preset.rules.find(placeholder(name)) != std::string_view::npos;
}

// The placeholder through which a preset takes the parameter, "" when it does not.
std::string_view choice_of(const Preset& preset, std::string_view parameter) {
    for (const auto& choice : choices)
        if (choice.parameter == parameter && uses(preset, choice.placeholder))
            return choice.placeholder;
    return {};
}

const Preset* find_preset(std::string_view name) {
    for (const auto& preset : presets())
        if (preset.name == name)
            return &preset;
    return nullptr;
}

// --------------------------------------------------------------------------- reading a text

constexpr bool is_blank(char c) {
    return c == ' ' || c == '\t';
}
constexpr bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool is_name_char(char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
}

// Walks along "mine: name @ parameter = value, ..." with any blanks between.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) { skip_blanks(); }

    bool at_end() const { return at_ == text_.size(); }
    /// Counts letters, as the columns of rules do; bytes behind the first of a letter are 10xxxxxx.
    std::size_t column() const {
        const auto before = text_.substr(0, at_);
        return 1 + static_cast<std::size_t>(std::count_if(before.begin(), before.end(), [](char c) {
                   return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
               }));
    }
    bool accept(char symbol) {
        if (at_end() || text_[at_] != symbol)
            return false;
        ++at_;
        skip_blanks();
        return true;
    }
    std::string_view name() {
        return at_end() || !is_letter(text_[at_]) ? std::string_view() : take(is_name_char);
    }
    /// Up to the next comma, without blanks at its end.
    std::string_view value() {
        auto word = take([](char c) { return c != ','; });
        while (!word.empty() && is_blank(word.back()))
            word.remove_suffix(1);
        return word;
    }
    std::string_view rest() const { return text_.substr(at_); }

private:
    void skip_blanks() {
        while (!at_end() && is_blank(text_[at_]))
            ++at_;
    }
    std::string_view take(bool (*belongs)(char)) {
        const auto begin = at_;
        while (!at_end() && belongs(text_[at_]))
            ++at_;
        const auto word = text_.substr(begin, at_ - begin);
        skip_blanks();
        return word;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

struct Value {
    std::string_view name;
    std::string_view text;
};

// A preset as somebody wrote it.
struct Call {
    std::string_view own_name; // "" when it has none
    const Preset* preset = nullptr;
    std::vector<Value> given;
};

tl::unexpected<SyntaxError> error_at(std::size_t column, std::string message) {
    return tl::unexpected(SyntaxError{column, std::move(message)});
}

std::string shown(std::string_view text) {
    return show({TokenKind::word, std::string(text), {}});
}

std::string list_of(const Preset& preset) {
    std::string list;
    for (const auto& parameter : parameters(preset))
        list += fmt::format("{}{}", list.empty() ? "" : ", ", parameter.name);
    return list;
}

tl::unexpected<SyntaxError> unknown_preset(std::string_view name, std::size_t column) {
    std::vector<std::string_view> known;
    for (const auto& preset : presets())
        known.push_back(preset.name);
    return error_at(column,
                    fmt::format("unknown preset {}{}", shown(name), did_you_mean(name, known)));
}

tl::unexpected<SyntaxError> unknown_parameter(const Preset& preset, std::string_view name,
                                              std::size_t column) {
    const auto all = parameters(preset);
    if (all.empty())
        return error_at(column, fmt::format("{} has no parameters", preset.name));
    std::vector<std::string_view> known;
    known.reserve(all.size());
    for (const auto& parameter : all)
        known.push_back(parameter.name);
    return error_at(column, fmt::format("{} has no parameter {}{} (it has: {})", preset.name,
                                        shown(name), did_you_mean(name, known), list_of(preset)));
}

// What is wrong with a value, if anything is.
std::optional<std::string> check_value(const Kind& kind, std::string_view text) {
    auto tokens = read_tokens(text);
    if (!tokens)
        return tokens.error().message;
    TokenReader in(*std::move(tokens));
    kind.read(in);
    if (!in.error() && !in.at_end())
        in.fail_expected("',' or the end");
    return in.error() ? std::optional(in.error()->message) : std::nullopt;
}

std::optional<std::string> check_given(const Preset& preset, const std::vector<Value>& earlier,
                                       std::string_view name) {
    const auto choice = choice_of(preset, name);
    for (const auto& value : earlier) {
        if (value.name == name)
            return fmt::format("{} is given twice", name);
        if (!choice.empty() && choice_of(preset, value.name) == choice)
            return fmt::format("{} and {} both say where it happens: give one of them", value.name,
                               name);
    }
    return std::nullopt;
}

tl::expected<Value, SyntaxError> read_value(Scanner& in, const Call& call) {
    const auto& preset = *call.preset;
    const auto column = in.column();
    const auto name = in.name();
    const auto all = parameters(preset);
    if (std::none_of(all.begin(), all.end(), [&](const auto& p) { return p.name == name; }))
        return unknown_parameter(preset, name.empty() ? in.value() : name, column);
    if (!in.accept('='))
        return error_at(in.column(), fmt::format("expected '=' and a value for {}", name));
    const auto value_column = in.column();
    const auto text = in.value();
    if (const auto problem = check_value(*find_kind(name), text))
        return error_at(value_column, fmt::format("{}: {}", name, *problem));
    if (const auto problem = check_given(preset, call.given, name))
        return error_at(column, *problem);
    return Value{name, text};
}

tl::expected<Call, SyntaxError> read_call(std::string_view text) {
    Scanner in(text);
    Call call;
    auto column = in.column();
    auto name = in.name();
    if (in.accept(':')) {
        call.own_name = name;
        column = in.column();
        name = in.name();
    }
    call.preset = find_preset(name);
    if (!call.preset)
        return unknown_preset(name, column);
    if (in.accept('@')) {
        do {
            const auto value = read_value(in, call);
            if (!value)
                return tl::unexpected(value.error());
            call.given.push_back(*value);
        } while (in.accept(','));
    }
    if (!in.at_end())
        return error_at(in.column(), fmt::format("expected '@' and parameters behind {}, found {}",
                                                 call.preset->name, shown(in.rest())));
    return call;
}

// ------------------------------------------------------------------------- making the rules

void replace_all(std::string& text, const std::string& what, std::string_view with) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

// The values in force: those given, and the standard ones that nothing stands in place of.
std::vector<Value> values_of(const Call& call) {
    auto values = call.given;
    for (const auto& parameter : parameters(*call.preset))
        if (!parameter.standard.empty() && !check_given(*call.preset, call.given, parameter.name))
            values.push_back({parameter.name, parameter.standard});
    return values;
}

tl::expected<std::vector<FaultRule>, SyntaxError> make_rules(const Call& call,
                                                             std::string_view name) {
    std::string lines(call.preset->rules);
    replace_all(lines, placeholder("name"), name);
    for (const auto& value : values_of(call)) {
        replace_all(lines, placeholder(value.name), value.text);
        for (const auto& choice : choices)
            if (choice.parameter == value.name)
                replace_all(lines, placeholder(choice.placeholder),
                            fmt::format(fmt::runtime(choice.text), value.text));
    }
    std::vector<FaultRule> rules;
    for (std::string_view left = lines; !left.empty();) {
        const auto end = std::min(left.find('\n'), left.size());
        auto rule = parse_rule(left.substr(0, end));
        if (!rule) // values that are good by themselves and not in this rule
            return error_at(1,
                            fmt::format("{} makes no rule of that: {} in '{}'", call.preset->name,
                                        rule.error().message, left.substr(0, end)));
        rules.push_back(*std::move(rule));
        left.remove_prefix(std::min(end + 1, left.size()));
    }
    return rules;
}

bool collides(const std::vector<FaultRule>& rules, std::span<const std::string> taken) {
    return std::any_of(rules.begin(), rules.end(), [&](const FaultRule& rule) {
        return std::find(taken.begin(), taken.end(), rule.name) != taken.end();
    });
}

tl::expected<std::vector<FaultRule>, SyntaxError> expand(std::string_view text,
                                                         std::span<const std::string> taken) {
    const auto call = read_call(text);
    if (!call)
        return tl::unexpected(call.error());
    if (!call->own_name.empty())
        return make_rules(*call, call->own_name);
    auto rules = make_rules(*call, call->preset->name);
    for (std::size_t number = 2; rules && collides(*rules, taken); ++number)
        rules = make_rules(*call, fmt::format("{}-{}", call->preset->name, number));
    return rules;
}

} // namespace

std::vector<PresetParameter> parameters(const Preset& preset) {
    std::vector<PresetParameter> list;
    for (std::string_view left = preset.standard; !left.empty();) {
        const auto end = std::min(left.find(' '), left.size());
        const auto equals = left.find('=');
        const auto name = left.substr(0, equals);
        list.push_back({name, left.substr(equals + 1, end - equals - 1), find_kind(name)->meaning});
        for (const auto& choice : choices)
            if (choice.parameter != name && choice.placeholder == choice_of(preset, name))
                list.push_back({choice.parameter, "", find_kind(choice.parameter)->meaning});
        left.remove_prefix(std::min(end + 1, left.size()));
    }
    return list;
}

std::vector<std::string> standard_rules(const Preset& preset) {
    std::vector<std::string> lines;
    const auto rules = expand(preset.name, {}).value();
    lines.reserve(rules.size());
    for (const auto& rule : rules)
        lines.push_back(print(rule));
    return lines;
}

bool is_preset(std::string_view text) {
    Scanner in(text);
    auto name = in.name();
    if (in.accept(':'))
        name = in.name();
    if (name.empty() || name == "at" || name == "fault" || text.find("->") != std::string::npos)
        return false;
    return in.at_end() || in.accept('@') || find_preset(name);
}

tl::expected<std::vector<FaultRule>, SyntaxError> read_rules(std::string_view text,
                                                             std::span<const std::string> taken) {
    if (is_preset(text))
        return expand(text, taken);
    return parse_rule(text).map([](FaultRule rule) { return std::vector{std::move(rule)}; });
}

} // namespace burnrig::emulator::faults
