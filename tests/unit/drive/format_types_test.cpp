// SPDX-License-Identifier: Apache-2.0
// Goal: READ FORMAT CAPACITIES tells the truth. Every format that it offers is done when it is
// asked for as it stands there; every other type is refused and leaves the disc as it is. Method:
// all 64 types on each medium, in each state that has a list of its own.
#include <functional>

#include "tests/unit/drive/overwrite_fixture.h"

using namespace burnrig;
using namespace burnrig::emulator;
namespace sense = burnrig::mmc::sense;

namespace {

struct AnyDisc : OverwriteBench {
    explicit AnyDisc(const Medium& medium) : OverwriteBench(medium, every_recorder()) {}

    static DriveModel every_recorder() {
        auto model = bd_recorder();
        model.profiles.insert(model.profiles.begin(), {0x002A, 0x0017});
        return model;
    }
};

struct Subject {
    const char* name;
    Medium medium;
    std::function<void(AnyDisc&)> prepare = [](AnyDisc&) {};
};

void done(mmc::SenseCode code) {
    BOOST_REQUIRE_EQUAL(code, sense::none);
}

std::vector<Subject> subjects() {
    const auto restricted_overwrite = [](AnyDisc& bench) { done(bench.format(0x15, 0, 16)); };
    const auto closed = [](AnyDisc& bench) {
        done(bench.format(0x15, 0, 16));
        done(bench.write(0, 64));
        done(bench.close(2));
    };
    const auto in_background = [](AnyDisc& bench) { done(bench.format(0x26, 0xFFFFFFFF)); };
    const auto with_few_spares = [](AnyDisc& bench) { done(bench.format(0x30, 12088320, 0x1000)); };
    return {
        {"CD-R", cd_r()},
        {"CD-RW", cd_rw()},
        {"CD-RW, formatted", cd_rw(), [](AnyDisc& b) { done(b.format(0x10, 3200, 32)); }},
        {"DVD-R", overwritable(MediumKind::dvd_minus_r, 2298496)},
        {"DVD-RW", dvd_minus_rw()},
        {"DVD-RW, intermediate", dvd_minus_rw(), restricted_overwrite},
        {"DVD-RW, partly formatted", dvd_minus_rw(), closed},
        {"DVD-RW DL", dvd_minus_rw_dl()},
        {"DVD-RW DL, partly formatted", dvd_minus_rw_dl(), closed},
        {"DVD+R", overwritable(MediumKind::dvd_plus_r, 2295104)},
        {"DVD+RW", dvd_plus_rw()},
        {"DVD+RW, formatted", dvd_plus_rw(), in_background},
        {"DVD+RW DL", dvd_plus_rw_dl()},
        {"DVD+RW DL, formatted", dvd_plus_rw_dl(), in_background},
        {"DVD-RAM", dvd_ram()},
        {"BD-R", overwritable(MediumKind::bd_r, 12219392)},
        {"BD-R, formatted", overwritable(MediumKind::bd_r, 12219392),
         [](AnyDisc& bench) { done(bench.format(0x32, 12088320, 0, 1)); }},
        {"BD-RE", bd_re()},
        {"BD-RE, formatted", bd_re(), with_few_spares},
        {"BD-RE DL", bd_re(24438784, 2)},
    };
}

struct Offer {
    std::uint8_t type;
    std::uint32_t blocks;
    std::uint32_t parameter;
};

std::vector<Offer> offers_of(AnyDisc& bench) {
    auto list = bench.format_capacities();
    std::vector<Offer> offers;
    for (std::size_t i = 1; i < list.size(); ++i)
        offers.push_back({static_cast<std::uint8_t>(list[i] >> 56),
                          static_cast<std::uint32_t>(list[i] >> 24),
                          static_cast<std::uint32_t>(list[i] & 0xFFFFFF)});
    return offers;
}

} // namespace

BOOST_AUTO_TEST_CASE(what_is_offered_is_done) {
    for (const auto& subject : subjects()) {
        AnyDisc first(subject.medium);
        subject.prepare(first);
        for (const auto& offer : offers_of(first)) {
            BOOST_TEST_CONTEXT(subject.name << ", type " << int{offer.type} << ", " << offer.blocks
                                            << " blocks") {
                AnyDisc bench(subject.medium);
                subject.prepare(bench);
                BOOST_TEST(bench.format(offer.type, offer.blocks, offer.parameter) == sense::none);
                BOOST_TEST(bench.format_capacities().front() >> 32 != 1U); // no more unformatted
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_offered_is_refused) {
    for (const auto& subject : subjects()) {
        AnyDisc bench(subject.medium);
        subject.prepare(bench);
        const auto offers = offers_of(bench);
        const auto before = bench.format_capacities();
        const auto state = bench.state();
        const auto profile = bench.profile();
        for (std::uint8_t type = 0; type < 64; ++type) {
            if (std::any_of(offers.begin(), offers.end(),
                            [&](const Offer& offer) { return offer.type == type; }))
                continue;
            BOOST_TEST_CONTEXT(subject.name << ", type " << int{type}) {
                for (const std::uint32_t blocks : {0U, 3200U, 0xFFFFFFFFU}) {
                    const auto code = bench.format(type, blocks, 32);
                    const bool refused = code == sense::invalid_field_in_list ||
                                         code == sense::cannot_format_medium ||
                                         code == sense::unwritable_medium;
                    BOOST_TEST(refused, code);
                }
            }
        }
        BOOST_TEST((bench.format_capacities() == before), subject.name);
        BOOST_TEST((bench.state() == state), subject.name);
        BOOST_TEST(bench.profile() == profile);
    }
}
