// SPDX-License-Identifier: Apache-2.0
#include "harness/sweep/campaign.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "emulator/faults/engine.h"
#include "harness/rig/surroundings.h"
#include "harness/sweep/draw.h"
#include "harness/sweep/equal_points.h"
#include "mmc/nearest.h"
#include "mmc/opcode.h"

namespace burnrig::harness::sweep {
namespace {

constexpr std::array positions_in_order{whole, before, midway, after};

// What only asks has nothing to be cut short, and after it is before the next.
std::uint8_t positions_at(const Kind& kind, CommandClass what) {
    constexpr std::uint16_t only_asks = asks_drive | asks_disc | asks_ready | reads;
    auto positions = kind.positions;
    if ((what & writes) == 0)
        positions &= static_cast<std::uint8_t>(~midway);
    if ((what & only_asks) != 0 && (positions & before) != 0)
        positions &= static_cast<std::uint8_t>(whole | before);
    return positions;
}

mmc::Result<std::vector<Kind>> chosen_kinds(const SweepOptions& options) {
    std::vector<Kind> chosen;
    std::vector<std::string_view> names;
    for (const auto& kind : kinds())
        names.push_back(kind.name);
    for (const auto& name : options.kinds)
        if (!find_kind(name))
            return mmc::fail("there is no kind of fault '{}'; did you mean {}?", name,
                             mmc::nearest(name, names));
    for (const auto& kind : kinds())
        if (options.kinds.empty() ||
            std::find(options.kinds.begin(), options.kinds.end(), kind.name) != options.kinds.end())
            chosen.push_back(kind);
    return chosen;
}

// The scenario's own wishes as kinds; their texts live in the subject.
std::vector<Kind> own_kinds(const Subject& subject) {
    std::vector<Kind> own;
    for (const auto& wish : subject.scenario.sweep) {
        Kind kind{"swept", wish.action, any_command, 0, Effect::retryable, "*"};
        for (const auto position : positions_in_order)
            if (std::find(wish.positions.begin(), wish.positions.end(), to_string(position)) !=
                wish.positions.end())
                kind.positions |= position;
        if (kind.positions == 0)
            kind.positions = whole;
        kind.transient_only = true;
        own.push_back(kind);
    }
    return own;
}

// The rule language knows what each command can suffer: no short transfer of one without data.
class Language {
public:
    explicit Language(const Subject& subject) : subject_(subject) {}
    bool allows(const Kind& kind, const Point& point, Position position) {
        const auto key = std::tuple(kind.action, point.name, position);
        const auto known = known_.find(key);
        if (known != known_.end())
            return known->second;
        const std::vector<std::string> rules{
            rule_of(subject_, point, kind, position, Persistence::transient)};
        const bool good =
            emulator::faults::FaultEngine::create(rules, 1, Surroundings::backend({.source = true}))
                .has_value();
        return known_[key] = good;
    }

private:
    const Subject& subject_;
    std::map<std::tuple<std::string_view, std::string, Position>, bool> known_;
};

// "WRITE_10 #3", of SweepOptions::at; "WRITE_10": at each of them.
bool is_chosen(const std::string& at, const Point& point) {
    return at.empty() || at == point.name || at == fmt::format("{} #{}", point.name, point.nth);
}

bool is_at(const scenario::SweepWish& wish, const Point& point) {
    const auto opcode = mmc::parse_opcode(point.name);
    if (wish.at == "@any")
        return opcode.has_value();
    if (wish.at.starts_with('@')) {
        const auto group = mmc::parse_group(std::string_view(wish.at).substr(1));
        return group && opcode && mmc::in_group(*opcode, *group);
    }
    return opcode && mmc::parse_opcode(wish.at) == opcode;
}

} // namespace

std::string rule_of(const Subject& subject, const Point& point, const Kind& kind, Position position,
                    Persistence persistence, std::string_view suffix) {
    std::string action(kind.action);
    if (const auto at = action.find("{medium}"); at != std::string::npos)
        action.replace(at, 8, scenario::medium_name(subject.scenario));
    return fmt::format("{}{}: at {} #{}{}{}{} -> {}", kind.name, suffix, point.name, point.nth,
                       persistence == Persistence::persistent ? "+" : "",
                       position == whole ? "" : " ", to_string(position), action);
}

mmc::Result<Campaign> Campaign::create(std::vector<Subject> subjects, const SweepOptions& options) {
    const auto chosen = chosen_kinds(options);
    if (!chosen)
        return tl::unexpected(chosen.error());
    Campaign campaign(std::move(subjects), options);
    for (std::uint32_t i = 0; i < campaign.subjects_.size(); ++i) {
        const auto& subject = campaign.subjects_[i];
        const auto ground = Ground::create(subject);
        if (!ground)
            return tl::unexpected(ground.error());
        campaign.points_.push_back((*ground)->points);
        campaign.kinds_.push_back(subject.scenario.sweep.empty() ? *chosen : own_kinds(subject));
        auto kept = options.whole
                        ? KeptPoints{std::vector<bool>((*ground)->points.size(), true), {}}
                        : kept_points(**ground, options.seed);
        if (!kept.told.empty())
            campaign.sampled_.push_back(subject.name + ": sampled " + kept.told);
        campaign.list(i, kept.kept);
        if (!kept.told.empty())
            campaign.thin_out(i);
        campaign.begins_.push_back(campaign.size_);
        campaign.size_ += campaign.specs_[i].size() + campaign.pairs_of(i);
    }
    return campaign;
}

void Campaign::list(std::uint32_t subject, const std::vector<bool>& kept) {
    auto& specs = specs_.emplace_back();
    const auto& points = points_[subject];
    const auto& wishes = subjects_[subject].scenario.sweep;
    Language language(subjects_[subject]);
    for (std::uint32_t p = 0; p < points.size(); ++p)
        for (std::uint32_t k = 0; k < kinds_[subject].size(); ++k) {
            const auto& kind = kinds_[subject][k];
            if (!kept[p] || !is_chosen(options_.at, points[p]))
                continue;
            const bool wanted = wishes.empty() ? applies(kind, points[p].what, options_.paranoid)
                                               : is_at(wishes[k], points[p]);
            if (!wanted)
                continue;
            const auto positions =
                wishes.empty() ? positions_at(kind, points[p].what) : kind.positions;
            for (const auto position : positions_in_order)
                if ((positions & position) != 0 && language.allows(kind, points[p], position))
                    for (const auto persistence : {Persistence::transient, Persistence::persistent})
                        if (persistence == Persistence::transient || !kind.transient_only)
                            specs.push_back({subject, p, k, position, persistence});
        }
    std::set<std::string> names;
    for (std::uint32_t p = static_cast<std::uint32_t>(points.size()); p-- > 0;)
        if (names.insert(points[p].name).second && is_chosen(options_.at, points[p]))
            specs.push_back({subject, p, 0, whole, Persistence::transient, true});
    probes_.push_back(names.size());
}

// Even so a long burn has more trials than there is time for, each as long as a hundred others:
// they are taken evenly, from a beginning that the seed gives.
void Campaign::thin_out(std::uint32_t subject) {
    auto& specs = specs_[subject];
    const auto all = singles_of(subject);
    if (options_.sample == 0 || all <= options_.sample)
        return;
    std::vector<TrialSpec> kept;
    const auto begin = drawn(options_.seed + subject) % all;
    for (std::uint64_t i = 0; i < options_.sample; ++i)
        kept.push_back(specs[(begin + i * all / options_.sample) % all]);
    kept.insert(kept.end(), specs.begin() + static_cast<std::ptrdiff_t>(all), specs.end());
    specs = std::move(kept);
    sampled_.back() += fmt::format("; {} of their {} trials", options_.sample, all);
}

std::uint64_t Campaign::singles_of(std::uint32_t subject) const {
    return specs_[subject].size() - probes_[subject];
}

std::uint64_t Campaign::pairs_of(std::uint32_t subject) const {
    const std::uint64_t singles = singles_of(subject);
    return options_.depth < 2 ? 0 : std::min(options_.pairs, singles * singles);
}

std::uint64_t Campaign::pairs_drawn() const {
    std::uint64_t sum = 0;
    for (std::uint32_t i = 0; i < specs_.size(); ++i)
        sum += pairs_of(i);
    return sum;
}

std::uint64_t Campaign::pairs_possible() const {
    std::uint64_t sum = 0;
    for (std::uint32_t i = 0; i < specs_.size(); ++i)
        sum += singles_of(i) * singles_of(i);
    return sum;
}

// A second fault strikes where the first one has led to: it begins to count when that has fired.
Campaign::Task Campaign::task(std::uint64_t trial) const {
    const auto after_it = std::upper_bound(begins_.begin(), begins_.end(), trial);
    const auto subject = static_cast<std::uint32_t>(after_it - begins_.begin() - 1);
    const auto& specs = specs_[subject];
    const auto number = trial - begins_[subject];
    const auto rule = [&](const TrialSpec& spec, std::string_view suffix) {
        auto point = points_[subject][spec.point];
        if (spec.beyond)
            ++point.nth;
        static const Kind probe{"beyond", "take +1s", any_command, whole, Effect::retryable, "*"};
        static const Kind probe_source{"beyond", "stall 1s", source, whole, Effect::retryable, "*"};
        const auto& kind = spec.beyond ? (point.what == source ? probe_source : probe)
                                       : kinds_[subject][spec.kind];
        return rule_of(subjects_[subject], point, kind, spec.position, spec.persistence, suffix);
    };
    if (number < specs.size())
        return {specs[number], {rule(specs[number], "")}};
    const auto first = drawn(options_.seed * 2654435761U + trial);
    const auto& one = specs[first % singles_of(subject)];
    const auto& other = specs[drawn(first) % singles_of(subject)];
    auto second = rule(other, second_suffix);
    const auto first_rule = rule(one, "");
    const auto name = first_rule.substr(0, first_rule.find(':'));
    if (const auto arrow = second.find(" ->"); drawn(first + 1) % 2 == 0)
        second.insert(arrow, " since " + name);
    return {one, {first_rule, second}};
}

} // namespace burnrig::harness::sweep
