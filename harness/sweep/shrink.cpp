// SPDX-License-Identifier: Apache-2.0
#include "harness/sweep/shrink.h"

#include <algorithm>
#include <array>
#include <functional>

#include "emulator/faults/parser.h"
#include "emulator/faults/printer.h"
#include "harness/sweep/invariants.h"

namespace burnrig::harness::sweep {
namespace {

namespace faults = emulator::faults;
using faults::FaultRule;

constexpr int trials_max = 400;

// Plainer ones behind; of those that do it too, the plainest is shown.
constexpr std::array<std::array<std::string_view, 2>, 7> plainer{{
    {"power-loss", "unplug"},
    {"power-loss-4s", "unplug-2s"},
    {"unplug", "no-connect"},
    {"unplug-2s", "power-on-reset"},
    {"no-connect", "host-error"},
    {"host-reset", "host-error"},
    {"write-error-late", "write-error-deferred"},
}};

template <class Kept>
bool drop(std::vector<faults::Qualifier>& list) {
    return std::erase_if(
               list, [](const auto& each) { return std::holds_alternative<Kept>(each.what); }) > 0;
}

template <class What>
bool replace(std::vector<faults::Qualifier>& list, const auto& with) {
    for (auto& each : list)
        if (std::holds_alternative<What>(each.what)) {
            each.what = with;
            return true;
        }
    return false;
}

faults::qualifier::Index* index_of(FaultRule& rule) {
    for (auto& each : rule.qualifiers)
        if (auto* index = std::get_if<faults::qualifier::Index>(&each.what))
            return index;
    return nullptr;
}

// What a rule can be made into that is smaller, the smallest first.
std::vector<FaultRule> smaller(const FaultRule& rule) {
    std::vector<FaultRule> list;
    const auto add = [&](const std::function<bool(FaultRule&)>& change) {
        auto copy = rule;
        if (change(copy) && copy != rule)
            list.push_back(std::move(copy));
    };
    const auto* known = kind_of_rule(rule.name);
    const auto base = std::string(known ? known->name : rule.name);
    for (const auto& [from, to] : plainer)
        if (from == base)
            add([&](FaultRule& copy) {
                const auto* kind = find_kind(to);
                const auto parsed =
                    faults::parse_rule("x: at WRITE -> " + std::string(kind->action));
                if (!parsed)
                    return false;
                copy.name = std::string(to) + rule.name.substr(base.size());
                copy.actions = parsed->actions;
                return true;
            });
    add([](FaultRule& copy) { return drop<faults::qualifier::Since>(copy.qualifiers); });
    add([](FaultRule& copy) {
        auto* index = index_of(copy);
        if (!index || index->last)
            return false;
        index->last = index->first;
        return true;
    });
    add([](FaultRule& copy) {
        return replace<faults::qualifier::After>(copy.qualifiers, faults::qualifier::Before{});
    });
    add([](FaultRule& copy) {
        return replace<faults::qualifier::Midway>(copy.qualifiers, faults::qualifier::Before{});
    });
    for (const auto part : {0, 2, 1}) // the first one, half way there, the one before
        add([&](FaultRule& copy) {
            auto* index = index_of(copy);
            if (!index || index->first <= 1)
                return false;
            const auto to = part == 0 ? 1 : part == 2 ? index->first / 2 : index->first - 1;
            if (index->last)
                index->last = to;
            index->first = to;
            return true;
        });
    return list;
}

class Shrinker {
public:
    Shrinker(const Ground& ground, std::string_view invariant)
        : ground_(ground), invariant_(invariant) {}

    std::vector<std::string> run(std::vector<std::string> rules) {
        while (fewer(rules) || plainer_ones(rules)) {
        }
        return rules;
    }

private:
    bool still_fails(const std::vector<std::string>& rules) {
        if (++trials_ > trials_max)
            return false;
        const auto violation = violation_of(ground_, rules, invariant_);
        return violation && !violation->empty();
    }

    bool fewer(std::vector<std::string>& rules) {
        for (std::size_t i = 0; rules.size() > 1 && i < rules.size(); ++i) {
            auto without = rules;
            without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
            if (still_fails(without)) {
                rules = std::move(without);
                return true;
            }
        }
        return false;
    }

    bool plainer_ones(std::vector<std::string>& rules) {
        for (auto& rule : rules) {
            const auto parsed = faults::parse_rule(rule);
            if (!parsed)
                return false;
            for (const auto& candidate : smaller(*parsed)) {
                const auto former = std::exchange(rule, faults::print(candidate));
                if (still_fails(rules))
                    return true;
                rule = former;
            }
        }
        return false;
    }

    const Ground& ground_;
    std::string_view invariant_;
    int trials_ = 0;
};

} // namespace

mmc::Result<std::string> violation_of(const Ground& ground, const std::vector<std::string>& rules,
                                      std::string_view invariant) {
    auto trial = Trial::run(ground, rules);
    if (!trial)
        return tl::unexpected(trial.error());
    return check_one(**trial, rules, invariant);
}

std::vector<std::string> shrink(const Subject& subject, std::vector<std::string> rules,
                                std::string_view invariant) {
    const auto ground = Ground::create(subject);
    if (!ground)
        return rules;
    return Shrinker(**ground, invariant).run(std::move(rules));
}

} // namespace burnrig::harness::sweep
