// SPDX-License-Identifier: Apache-2.0
// Goal: a disc gives back what was written last, whatever was written and erased before, in
// whatever forms. Method: random operations on a disc and on the simplest model there is, a map
// from address to content; after each sequence every address is compared, and the extents' own
// promises checked.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>

#include <rapidcheck.h>

#include "emulator/disc/recorded_map.h"

#include "tests/unit/disc/disc_fixture.h"

namespace burnrig::emulator {
namespace {

constexpr std::int32_t span_blocks = 60; // few addresses, so that operations meet each other

struct Content {
    BlockForm form;
    std::uint32_t salt; // 0: zeros
};
using Model = std::map<std::int32_t, Content>;

void step(Disc& disc, Model& model, std::uint32_t salt) {
    const auto first = *rc::gen::inRange<std::int32_t>(0, span_blocks);
    const auto count = *rc::gen::inRange<std::int32_t>(1, span_blocks - first + 1);
    const auto form = *rc::gen::element(BlockForm::mode1, BlockForm::audio, BlockForm::xa_form1,
                                        BlockForm::raw_pw, BlockForm::subchannel);
    const int kind = *rc::gen::weightedElement<int>({{5, 0}, {2, 1}, {1, 2}});
    if (kind == 0) {
        record(disc, first, count, form, salt);
    } else if (kind == 1) {
        RC_ASSERT(disc.erase(first, first + count).has_value());
    } else {
        RC_ASSERT(disc.write_zeros(first, form, count).has_value());
    }
    for (std::int32_t lba = first; lba < first + count; ++lba) {
        if (kind == 1) {
            model.erase(lba);
        } else {
            model.insert_or_assign(lba, Content{form, kind == 0 ? salt : 0});
        }
    }
}

void compare(const Disc& disc, const Model& model) {
    for (std::int32_t lba = -1; lba <= span_blocks; ++lba) {
        const Disc::Run run = disc.run_at(lba);
        const auto found = model.find(lba);
        RC_ASSERT(run.extent.first == lba);
        RC_ASSERT((run.state == BlockState::readable) == (found != model.end()));
        if (found == model.end()) {
            continue;
        }
        const auto [form, salt] = found->second;
        RC_ASSERT(run.extent.form == form);
        auto expected = pattern(lba, 1, form, salt);
        if (salt == 0) {
            std::fill(expected.begin(), expected.end(), std::uint8_t{0});
        }
        RC_ASSERT(read_back(disc, lba, 1, form) == expected);
        const auto next = model.find(run.extent.end());
        RC_ASSERT(next == model.end() || next->second.form != form);
    }
}

void check_order(const std::vector<Extent>& extents) {
    for (std::size_t index = 0; index < extents.size(); ++index) {
        RC_ASSERT(extents[index].count > 0);
        if (index > 0) {
            const Extent& before = extents[index - 1];
            RC_ASSERT(before.end() <= extents[index].first);
            RC_ASSERT(before.end() < extents[index].first || before.form != extents[index].form);
        }
    }
}

// Runs a property with a fixed seed, so that every run of the test is the same one.
template <class Property>
void check(const std::string& what, Property property) {
    ::setenv("RC_PARAMS", "seed=20110415 max_success=150", 1);
    BOOST_TEST(rc::check(what, std::move(property)), what + ": see above");
}

} // namespace

BOOST_AUTO_TEST_SUITE(recorded_map)

BOOST_AUTO_TEST_CASE(a_disc_gives_back_what_was_written_last) {
    check("memory disc", [] {
        auto disc = Disc::in_memory(cd_rw());
        RC_ASSERT(disc.has_value());
        Model model;
        const auto steps = *rc::gen::inRange<std::uint32_t>(1, 30);
        for (std::uint32_t salt = 1; salt <= steps; ++salt) {
            step(**disc, model, salt);
        }
        compare(**disc, model);
        check_order((*disc)->extents());
    });
}

BOOST_AUTO_TEST_CASE(a_disc_in_a_directory_gives_it_back_after_reopening) {
    const TemporaryDirectory directory;
    int run = 0;
    check("directory disc", [&] {
        const auto path = directory / std::to_string(++run);
        Model model;
        {
            auto disc = Disc::create(path, cd_rw());
            RC_ASSERT(disc.has_value());
            const auto steps = *rc::gen::inRange<std::uint32_t>(1, 30);
            for (std::uint32_t salt = 1; salt <= steps; ++salt) {
                step(**disc, model, salt);
            }
            compare(**disc, model);
        }
        auto disc = Disc::open(path);
        RC_ASSERT(disc.has_value());
        compare(**disc, model);
        check_order((*disc)->extents());
    });
}

BOOST_AUTO_TEST_CASE(writes_that_follow_each_other_are_one_extent) {
    auto disc = Disc::in_memory(cd_rw());
    for (std::int32_t lba = 0; lba < 320; lba += 32) {
        record(**disc, lba, 32);
    }
    const std::vector<Extent> expected{{0, 320, BlockForm::mode1}};
    BOOST_TEST(((*disc)->extents() == expected));
    const auto view = (*disc)->view(0, 320);
    const auto bytes = pattern(0, 320, BlockForm::mode1);
    BOOST_TEST(std::equal(view.begin(), view.end(), bytes.begin(), bytes.end()));
}

// Runs over words and pages, with the run found last kept or forgotten in between.
BOOST_AUTO_TEST_CASE(runs_over_many_pages_are_whole_whatever_is_asked_in_between) {
    constexpr std::int32_t blocks = 5 * RecordedMap::blocks_per_page + 77;
    Medium medium = cd_rw();
    medium.kind = MediumKind::bd_re;
    medium.data_zone.blocks = blocks;
    check("map of five pages", [&] {
        auto map = *RecordedMap::in_memory(BlockLayout(medium));
        std::vector<int> model(blocks, -1);
        const auto steps = *rc::gen::inRange(1, 25);
        for (int step = 0; step < steps; ++step) {
            const auto first = *rc::gen::inRange<std::int32_t>(0, blocks);
            const auto wide = *rc::gen::element<std::int32_t>(2, 17, 9000, blocks);
            const auto end = std::min(blocks, first + *rc::gen::inRange<std::int32_t>(1, wide));
            const int form = *rc::gen::element(-1, 0, 1, 10);
            if (form < 0) {
                map.forget(first, end);
            } else {
                RC_ASSERT(map.record(first, end, static_cast<BlockForm>(form)).has_value());
            }
            std::fill(model.begin() + first, model.begin() + end, form);
            const auto asked = *rc::gen::inRange<std::int32_t>(0, blocks);
            const auto run = map.run_at(asked);
            const int value = model[static_cast<std::size_t>(asked)];
            const auto stop = std::find_if(model.begin() + asked, model.end(),
                                           [&](int other) { return other != value; });
            RC_ASSERT(run.end == stop - model.begin());
            RC_ASSERT((run.form ? static_cast<int>(*run.form) : -1) == value);
        }
        std::vector<int> all(blocks, -1);
        map.each([&](const Extent& extent) {
            std::fill_n(all.begin() + extent.first, extent.count, static_cast<int>(extent.form));
        });
        RC_ASSERT(all == model);
        RC_ASSERT(map.empty() == (std::count(model.begin(), model.end(), -1) == blocks));
    });
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace burnrig::emulator
