// SPDX-License-Identifier: Apache-2.0
// Goal: what is printed is read back as the same thing, for the whole grammar. Method: statements
// drawn at random with a fixed seed, parse(print(x)) == x; failing ones are shrunk by rapidcheck.
#include <boost/test/unit_test.hpp>

#include <rapidcheck.h>

#include "emulator/faults/parser.h"
#include "emulator/faults/printer.h"
#include "emulator/faults/quantity.h"

using namespace burnrig;
using namespace burnrig::emulator::faults;
#include "tests/unit/property_check.h"

namespace {

// Any text a line can hold: all characters but control characters.
rc::Gen<std::string> any_text() {
    return rc::gen::container<std::string>(rc::gen::oneOf(
        rc::gen::inRange<char>(' ', '\x7F'), rc::gen::elementOf(std::string("\"\\#;:,.-> \t"))));
}

rc::Gen<std::string> any_name() {
    static const std::string letters = "abcxyzABCXYZ_";
    return rc::gen::map(
        rc::gen::pair(rc::gen::elementOf(letters),
                      rc::gen::container<std::string>(rc::gen::elementOf(letters + "0123456789"))),
        [](const std::pair<char, std::string>& parts) { return parts.first + parts.second; });
}

rc::Gen<std::string> any_word() {
    return rc::gen::oneOf(any_text(), any_name(), rc::gen::just<std::string>("power-loss"));
}

rc::Gen<std::vector<std::string>> any_words() {
    return rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(any_word()));
}

rc::Gen<mmc::Duration> any_duration() {
    const auto longest = longest_duration.count();
    return rc::gen::map(rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, 1'000'000),
                                       rc::gen::map(rc::gen::inRange<std::int64_t>(0, 100'000),
                                                    [](auto ms) { return ms * 1'000'000; }),
                                       rc::gen::inRange<std::int64_t>(0, longest)),
                        [](std::int64_t count) { return mmc::Duration{count}; });
}

template <class T>
rc::Gen<std::optional<T>> maybe(rc::Gen<T> gen) {
    return rc::gen::oneOf(
        rc::gen::just(std::optional<T>{}),
        rc::gen::map(std::move(gen), [](T value) { return std::optional<T>(value); }));
}

rc::Gen<Ratio> any_ratio() {
    return rc::gen::map(rc::gen::inRange<std::uint32_t>(0, Ratio::one + 1),
                        [](std::uint32_t value) { return Ratio{value}; });
}

rc::Gen<std::uint64_t> any_size() {
    return rc::gen::oneOf(rc::gen::arbitrary<std::uint64_t>(),
                          rc::gen::map(rc::gen::inRange<std::uint64_t>(0, 1000),
                                       [](std::uint64_t mib) { return mib << 20; }));
}

rc::Gen<BlockRange> any_range() {
    return rc::gen::map(
        rc::gen::pair(rc::gen::inRange(-450150, 1'000'000), rc::gen::inRange(0, 1000)),
        [](std::pair<int, int> p) {
            return BlockRange{p.first, p.first + p.second};
        });
}

rc::Gen<Comparison> any_comparison() {
    return rc::gen::map(rc::gen::inRange(0, 6), [](int i) { return static_cast<Comparison>(i); });
}

rc::Gen<mmc::SenseCode> any_sense() {
    return rc::gen::map(rc::gen::arbitrary<std::uint32_t>(), [](std::uint32_t bits) {
        return mmc::SenseCode{static_cast<mmc::SenseKey>(bits >> 16 & 15),
                              static_cast<std::uint8_t>(bits >> 8),
                              static_cast<std::uint8_t>(bits)};
    });
}

template <class V, class T>
rc::Gen<V> in_variant(rc::Gen<T> gen) {
    return rc::gen::map(std::move(gen), [](T value) { return V(std::move(value)); });
}
template <class V, class T, class... Parts>
rc::Gen<V> node(rc::Gen<Parts>... parts) {
    return in_variant<V>(rc::gen::construct<T>(std::move(parts)...));
}

using P = decltype(Point::what);
rc::Gen<Point> any_point() {
    static const std::vector<std::optional<mmc::Group>> groups{
        std::nullopt,       mmc::Group::read, mmc::Group::write, mmc::Group::close,
        mmc::Group::status, mmc::Group::tray, mmc::Group::setup};
    const auto what =
        rc::gen::oneOf(node<P, point::Command>(rc::gen::arbitrary<std::uint8_t>()),
                       node<P, point::CommandGroup>(rc::gen::elementOf(groups)),
                       node<P, point::Source>(any_name()), node<P, point::Host>(any_name()),
                       node<P, point::Time>(any_duration()), node<P, point::Fired>(any_name()),
                       node<P, point::State>(any_word()));
    return rc::gen::map(what, [](P value) { return Point{std::move(value), {}}; });
}

rc::Gen<qualifier::Index> any_index() {
    const auto number = rc::gen::inRange<std::uint64_t>(1, 100'000);
    return rc::gen::map(rc::gen::tuple(number, rc::gen::inRange<std::uint64_t>(0, 5), number,
                                       rc::gen::arbitrary<bool>()),
                        [](std::tuple<std::uint64_t, std::uint64_t, std::uint64_t, bool> parts) {
                            const auto [first, more, step, endless] = parts;
                            if (endless)
                                return qualifier::Index{first, std::nullopt, step};
                            return qualifier::Index{first, first + more, more == 0 ? 1 : step};
                        });
}

using Q = decltype(Qualifier::what);
rc::Gen<std::vector<Qualifier>> any_qualifiers() {
    const auto one = rc::gen::oneOf(
        in_variant<Q>(any_index()), node<Q, qualifier::Blocks>(any_range()),
        node<Q, qualifier::Phase>(any_word()),
        node<Q, qualifier::BufferLevel>(any_comparison(), any_ratio()),
        node<Q, qualifier::Bytes>(any_comparison(), any_size()),
        node<Q, qualifier::Probability>(any_ratio()),
        node<Q, qualifier::CdbByte>(rc::gen::inRange<std::uint8_t>(0, 16), any_comparison(),
                                    rc::gen::arbitrary<std::uint8_t>()),
        node<Q, qualifier::Since>(any_name()), rc::gen::just(Q(qualifier::Before{})),
        rc::gen::just(Q(qualifier::After{})), node<Q, qualifier::Midway>(maybe(any_ratio())));
    // A rule has one position, one index, one phase, one probability: others are dropped.
    return rc::gen::map(rc::gen::container<std::vector<Q>>(one), [](const std::vector<Q>& all) {
        std::vector<Qualifier> kept;
        std::array<bool, std::variant_size_v<Q>> seen{};
        for (const auto& what : all) {
            const std::size_t kind = std::min<std::size_t>(what.index(), 8); // positions are one
            const bool single = kind == 0 || kind == 2 || kind == 5 || kind == 8;
            if (!single || !std::exchange(seen[kind], true))
                kept.push_back({what, {}});
        }
        return kept;
    });
}

// What is said twice is said alike, as the parser wants it.
rc::Gen<action::Fail> any_fail() {
    return rc::gen::map(
        rc::gen::tuple(any_sense(), rc::gen::arbitrary<bool>(), rc::gen::arbitrary<bool>(),
                       maybe(rc::gen::arbitrary<std::uint32_t>()),
                       maybe(rc::gen::inRange<std::uint8_t>(6, 57)), rc::gen::arbitrary<bool>(),
                       rc::gen::arbitrary<std::uint8_t>()),
        [](const auto& parts) {
            const auto& [code, deferred, descriptor, information, length, raw, vendor] = parts;
            action::Fail fail{code, deferred, descriptor, information, {}, {}};
            if (!raw) {
                fail.length = descriptor ? std::nullopt : length;
                return fail;
            }
            const auto bytes = mmc::encode({code, deferred, descriptor, information, {}, {}});
            fail.raw.assign(bytes.view().begin(), bytes.view().end());
            if (!descriptor)
                fail.raw[10] = vendor;
            return fail;
        });
}

using A = decltype(Action::what);
rc::Gen<Action> any_action() {
    const auto count = rc::gen::arbitrary<std::uint64_t>();
    const auto what = rc::gen::oneOf(
        node<A, action::Take>(any_duration(), rc::gen::arbitrary<bool>()),
        in_variant<A>(any_fail()), node<A, action::Status>(any_word()),
        node<A, action::Host>(any_word()), node<A, action::Errno>(any_word()),
        node<A, action::Busy>(any_duration(), maybe(any_sense())),
        node<A, action::Hang>(maybe(any_duration())), node<A, action::Short>(any_size()),
        node<A, action::Torn>(count), node<A, action::Corrupt>(any_words()),
        node<A, action::Unreadable>(any_range(),
                                    maybe(rc::gen::inRange<std::uint32_t>(2, UINT32_MAX))),
        rc::gen::just(A(action::Lose{})), node<A, action::Misplace>(count),
        rc::gen::just(A(action::Stale{})), node<A, action::Report>(any_word(), any_word()),
        node<A, action::PowerLoss>(maybe(any_duration())), node<A, action::Reset>(any_word()),
        node<A, action::Unplug>(maybe(any_duration())), node<A, action::Eject>(any_word()),
        node<A, action::Swap>(any_word()), rc::gen::just(A(action::Drain{})),
        node<A, action::Stall>(any_duration()), node<A, action::Throttle>(any_size()),
        node<A, action::Signal>(any_word()), rc::gen::just(A(action::Pause{})),
        node<A, action::Log>(any_text()),
        node<A, action::UseUp>(any_word(), maybe(rc::gen::arbitrary<std::uint32_t>())));
    return rc::gen::map(what, [](A value) { return Action{std::move(value), {}}; });
}

using L = decltype(Limit::what);
rc::Gen<std::optional<Limit>> any_limit() {
    const auto what =
        rc::gen::oneOf(rc::gen::just(L(limit::Once{})),
                       node<L, limit::Times>(rc::gen::inRange<std::uint64_t>(1, UINT64_MAX)),
                       rc::gen::just(L(limit::Always{})), node<L, limit::For>(any_duration()),
                       node<L, limit::Until>(any_point()));
    return maybe<Limit>(rc::gen::map(what, [](L value) { return Limit{std::move(value), {}}; }));
}

rc::Gen<FaultRule> any_rule() {
    return rc::gen::construct<FaultRule>(
        rc::gen::oneOf(any_name(), rc::gen::just<std::string>("")), any_point(), any_qualifiers(),
        rc::gen::nonEmpty(rc::gen::container<std::vector<Action>>(any_action())), any_limit());
}

using E = decltype(Expectation::what);
rc::Gen<Expectation> any_expectation() {
    const auto count = rc::gen::arbitrary<std::uint64_t>();
    const auto command = rc::gen::map(rc::gen::arbitrary<std::uint8_t>(), [](std::uint8_t opcode) {
        return Point{point::Command{opcode}, {}};
    });
    const auto what = rc::gen::oneOf(
        node<E, expectation::Outcome>(any_word()), node<E, expectation::Cause>(any_name()),
        node<E, expectation::Sense>(any_sense()), node<E, expectation::Message>(any_text()),
        node<E, expectation::Tray>(any_word()), node<E, expectation::Within>(any_duration()),
        node<E, expectation::Medium>(any_words()), node<E, expectation::Session>(count, any_word()),
        node<E, expectation::Fired>(any_name(), any_comparison(), count),
        node<E, expectation::Commands>(command, any_comparison(), count),
        node<E, expectation::Exit>(rc::gen::inRange<std::uint64_t>(0, 256)));
    return rc::gen::map(what, [](E value) { return Expectation{std::move(value)}; });
}

rc::Gen<Statement> any_statement() {
    static const std::vector<std::string> keys{"drive", "medium", "session",  "burn", "source",
                                               "seed",  "sweep",  "deadline", "title"};
    return rc::gen::oneOf(
        in_variant<Statement>(rc::gen::construct<Setting>(rc::gen::elementOf(keys), any_words())),
        in_variant<Statement>(any_rule()), in_variant<Statement>(any_expectation()),
        node<Statement, Include>(any_text()));
}

template <class Property>
void check(Property property) {
    check_property("faults", 1000, 20080312, property);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_printed_rule_is_read_back_as_itself) {
    check([] {
        const auto rule = *any_rule();
        const auto line = print(rule);
        RC_LOG() << line << '\n';
        const auto again = parse_rule(line);
        if (!again)
            RC_FAIL(fmt::format("column {}: {}", again.error().column, again.error().message));
        RC_ASSERT(*again == rule);
        RC_ASSERT(print(*again) == line);
    });
}

BOOST_AUTO_TEST_CASE(a_printed_statement_is_read_back_as_itself) {
    check([] {
        const auto statement = *any_statement();
        const auto line = print(statement);
        RC_LOG() << line << '\n';
        const auto file = parse_file("\n" + line + "\r\n");
        if (!file)
            RC_FAIL(file.error().message);
        RC_ASSERT(file->size() == 1u);
        RC_ASSERT(file->front().statement == statement);
    });
}

// Hostile text: always an error with a column inside the line, or a rule that prints.
BOOST_AUTO_TEST_CASE(any_text_gives_a_rule_or_an_error_in_its_place) {
    check([] {
        const auto shown = print(*any_rule());
        auto line = shown;
        for (const auto& [at, with] :
             *rc::gen::container<std::vector<std::pair<std::size_t, char>>>(
                 rc::gen::pair(rc::gen::inRange<std::size_t>(0, 60), rc::gen::arbitrary<char>())))
            if (at < line.size())
                line[at] = with;
        const auto rule = parse_rule(line);
        if (rule)
            RC_ASSERT(parse_rule(print(*rule)).has_value());
        else
            RC_ASSERT(rule.error().column >= 1 && rule.error().column <= line.size() + 1);
    });
}

BOOST_AUTO_TEST_CASE(quantities_are_printed_as_people_write_them) {
    using namespace std::chrono_literals;
    BOOST_TEST(print_duration(8906ms) == "8.906s");
    BOOST_TEST(print_duration(400ms) == "400ms");
    BOOST_TEST(print_duration(50us) == "50us");
    BOOST_TEST(print_duration(2min) == "120s");
    BOOST_TEST(print_duration(0s) == "0s");
    BOOST_TEST(print_size(20u << 20) == "20MiB");
    BOOST_TEST(print_size(1000) == "1000B");
    BOOST_TEST(print_ratio(Ratio{20'000'000}) == "0.02");
    BOOST_TEST(print_ratio(Ratio{Ratio::one}) == "1");
}
