// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "harness/diff/disagreement.h"
#include "harness/results/finding.h"
#include "mmc/opcode.h"
#include "mmc/sense.h"

namespace burnrig::harness::diff {
namespace {

using Sequence = std::vector<const Exchange*>;

/// How far apart the same command may stand in the two runs.
constexpr std::size_t look_ahead = 200;

// Of equal questions in a row the last one.
Sequence without_polls(const std::vector<Exchange>& run) {
    Sequence kept;
    for (const auto& exchange : run) {
        const bool again = !kept.empty() && kept.back()->cdb == exchange.cdb &&
                           mmc::in_group(exchange.cdb.front(), mmc::Group::status);
        if (again)
            kept.back() = &exchange;
        else
            kept.push_back(&exchange);
    }
    return kept;
}

std::string answer_of(const mmc::Completion& completion) {
    if (completion.host != mmc::HostStatus::ok)
        return fmt::format("no answer (host status {})", static_cast<int>(completion.host));
    if (const auto sense = mmc::decode_sense(completion.sense.view()))
        return mmc::describe(sense->code) + (sense->deferred ? ", deferred" : "");
    return completion.good() ? "GOOD"
                             : fmt::format("status {:02X}h", static_cast<int>(completion.status));
}

std::span<const std::uint8_t> reply_of(const Exchange& exchange) {
    return exchange.reply ? std::span<const std::uint8_t>(*exchange.reply)
                          : std::span<const std::uint8_t>{};
}

class Comparer {
public:
    Comparison run(const Sequence& a, const Sequence& b) {
        std::size_t at_a = 0;
        std::size_t at_b = 0;
        while (at_a < a.size() && at_b < b.size()) {
            const auto [skip_a, skip_b] = next_pair(a, at_a, b, at_b);
            for (std::size_t i = 0; i < skip_a; ++i)
                alone(a[at_a++], nullptr);
            for (std::size_t i = 0; i < skip_b; ++i)
                alone(nullptr, b[at_b++]);
            if (at_a < a.size() && at_b < b.size() && a[at_a]->cdb == b[at_b]->cdb)
                both(*a[at_a++], *b[at_b++]);
        }
        while (at_a < a.size())
            alone(a[at_a++], nullptr);
        while (at_b < b.size())
            alone(nullptr, b[at_b++]);
        return std::move(result_);
    }

private:
    struct Skip {
        std::size_t a;
        std::size_t b;
    };

    // The fewest commands to leave out on one side for both to go on alike; one on each side when
    // they do not meet again.
    static Skip next_pair(const Sequence& a, std::size_t at_a, const Sequence& b,
                          std::size_t at_b) {
        for (std::size_t skip = 0; skip < look_ahead; ++skip) {
            if (at_b + skip < b.size() && a[at_a]->cdb == b[at_b + skip]->cdb)
                return {0, skip};
            if (at_a + skip < a.size() && a[at_a + skip]->cdb == b[at_b]->cdb)
                return {skip, 0};
        }
        return {1, 1};
    }

    void alone(const Exchange* a, const Exchange* b) {
        const auto& cdb = a ? a->cdb : b->cdb;
        result_.disagreements.push_back({a ? a->number : 0, b ? b->number : 0, cdb, "sent",
                                         a ? answer_of(a->completion) : "not sent",
                                         b ? answer_of(b->completion) : "not sent"});
    }

    void both(const Exchange& a, const Exchange& b) {
        ++result_.commands;
        const auto add = [&](const std::string& what, std::string of_a, std::string of_b) {
            if (of_a != of_b)
                result_.disagreements.push_back(
                    {a.number, b.number, a.cdb, what, std::move(of_a), std::move(of_b)});
        };
        add("answer", answer_of(a.completion), answer_of(b.completion));
        if (a.completion.good() && b.completion.good())
            compare_parts(parts_of(a.cdb, reply_of(a)), parts_of(b.cdb, reply_of(b)), add);
    }

    template <class Add>
    static void compare_parts(const std::vector<Part>& a, const std::vector<Part>& b, Add add) {
        const auto value = [](const std::vector<Part>& parts, const std::string& name) {
            const auto found = std::find_if(parts.begin(), parts.end(),
                                            [&](const Part& part) { return part.name == name; });
            return found == parts.end() ? std::string("none") : found->value;
        };
        for (const auto& part : a)
            add(part.name, part.value, value(b, part.name));
        for (const auto& part : b)
            if (value(a, part.name) == "none")
                add(part.name, "none", part.value);
    }

    Comparison result_;
};

std::string number(std::uint64_t number) {
    return number == 0 ? "-" : fmt::format("#{}", number);
}

} // namespace

Comparison compare(const std::vector<Exchange>& a, const std::vector<Exchange>& b) {
    return Comparer().run(without_polls(a), without_polls(b));
}

std::string to_text(const Comparison& comparison) {
    std::string text;
    const Disagreement* before = nullptr;
    for (const auto& one : comparison.disagreements) {
        const bool same_command =
            before && before->number_a == one.number_a && before->number_b == one.number_b;
        if (!same_command)
            text +=
                fmt::format("  A {}, B {}  {}  {}\n", number(one.number_a), number(one.number_b),
                            mmc::opcode_name(one.cdb.front()), hex(one.cdb));
        text += fmt::format("      {:<22} A {}\n      {:<22} B {}\n", one.what, one.a, "", one.b);
        before = &one;
    }
    return text;
}

} // namespace burnrig::harness::diff
