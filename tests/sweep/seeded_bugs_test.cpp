// SPDX-License-Identifier: Apache-2.0
// Does the sweep find bugs? A driver with mistakes that real burners have made is swept, one
// mistake at a time; each must be found, by an invariant that speaks of it, with a rule as short as
// can be.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "driver/seeded_bugs.h"
#include "harness/sweep/failure_file.h"
#include "harness/sweep/sweep.h"
#include "tests/unit/temporary_folder.h"

using namespace burnrig;
using namespace burnrig::harness;
using driver::Bug;
namespace data = boost::unit_test::data;

namespace {

struct Mistake {
    const char* name;
    Bug bug;
    const char* subject;
    std::vector<std::string> kinds;
    std::vector<std::string> found_by; ///< any of these; empty: the burn fails without any fault
    std::uint64_t image = 128 << 10;
    std::int32_t start = 0;
};
std::ostream& operator<<(std::ostream& out, const Mistake& mistake) {
    return out << mistake.name;
}

const std::vector<Mistake> mistakes{
    {"host status ignored",
     Bug::host_status_ignored,
     "cd-r-80 tao",
     {"host-time-out"},
     {"I1", "O", "I3"}},
    {"deferred taken as own",
     Bug::deferred_taken_as_own,
     "cd-r-80 tao",
     {"write-error-late"},
     {"I11"}},
    {"qualifier in decimal", Bug::qualifier_in_decimal, "cd-r-80 tao", {"opc-failed"}, {"O"}},
    {"time-out called transport", Bug::time_out_called_transport, "cd-r-80 tao", {"hang"}, {"O"}},
    {"flush result skipped",
     Bug::flush_result_skipped,
     "cd-r-80 tao",
     {"write-error"},
     {"O", "I1"}},
    {"close result skipped",
     Bug::close_result_skipped,
     "cd-r-80 tao",
     {"lead-out-failed"},
     {"O", "I1"}},
    {"OPC result skipped", Bug::opc_result_skipped, "cd-r-80 tao", {"pca-full"}, {"O"}},
    {"OPC has to be there", Bug::opc_has_to_be_there, "cd-r-80 tao", {"opc-refused"}, {"O"}},
    {"no unlock after an error",
     Bug::no_unlock_after_error,
     "cd-r-80 tao",
     {"write-error"},
     {"I3"}},
    {"no unlock after success",
     Bug::no_unlock_after_success,
     "dvd+rw overwrite",
     {"button"},
     {"I3"}},
    {"WRITE sent again", Bug::write_sent_again, "dvd+rw overwrite", {"write-error"}, {"O", "I8"}},
    {"close after a failed WRITE",
     Bug::close_after_failed_write,
     "cd-r-80 tao",
     {"write-error"},
     {"I7"}},
    {"recovered is an error", Bug::recovered_is_an_error, "cd-r-80 tao", {"recovered"}, {"O"}},
    {"long write is an error", Bug::long_write_is_an_error, "cd-r-80 tao", {"long-write"}, {"O"}},
    {"waits forever", Bug::waits_forever, "cd-r-80 tao", {"becoming-ready"}, {"I4", "I9"}},
    {"stale after an attention",
     Bug::stale_after_attention,
     "cd-r-80 tao",
     {"medium-changed"},
     {"I10"}},
    {"residual ignored", Bug::residual_ignored, "dvd+rw overwrite", {"short-write"}, {"I1"}},
    {"end cut off", Bug::end_cut_off, "dvd+rw overwrite", {"button"}, {}, (128 << 10) - 100},
    {"address of 16 bits",
     Bug::address_of_16_bits,
     "dvd+rw overwrite",
     {"button"},
     {},
     128 << 10,
     80000},
    {"verify without reading",
     Bug::verify_without_reading,
     "dvd+rw overwrite verify",
     {"corrupt"},
     {"I1"}},
    {"source error ignored",
     Bug::source_error_ignored,
     "cd-r-80 tao",
     {"source-error"},
     {"O", "I1"}},
    {"one WRITE too many", Bug::one_write_too_many, "dvd+rw overwrite", {"button"}, {}},
    {"text without sense", Bug::text_without_sense, "cd-r-80 tao", {"write-error"}, {"I2"}},
    {"unlocks without bound",
     Bug::unlocks_without_bound,
     "cd-r-80 tao",
     {"internal-failure"},
     {"I9"}},
    {"progress runs backwards",
     Bug::progress_runs_backwards,
     "cd-r-80 tao",
     {"write-error"},
     {"I13"}},
    {"dead after a time-out", Bug::dead_after_a_time_out, "cd-r-80 tao", {"hang"}, {"I14"}},
    {"order by chance", Bug::order_by_chance, "cd-r-80 tao", {"becoming-ready"}, {"I15"}},
    {"state made up", Bug::state_made_up, "cd-r-80 tao", {"opc-failed"}, {"I6"}},
    {"blanks to help", Bug::blanks_to_help, "dvd+rw overwrite", {"write-error"}, {"I7"}},
    {"address left out", Bug::address_left_out, "cd-r-80 tao", {"write-error"}, {"I2"}},
};

class Planted {
public:
    explicit Planted(Bug bug) { driver::plant(bug); }
    ~Planted() { driver::plant(Bug::none); }
};

sweep::Subject subject_for(const Mistake& mistake) {
    auto all = sweep::every_pair();
    BOOST_REQUIRE(all);
    const auto found = std::find_if(all->begin(), all->end(), [&](const sweep::Subject& subject) {
        return subject.name == mistake.subject;
    });
    BOOST_REQUIRE(found != all->end());
    found->scenario.image_bytes = mistake.image;
    if (mistake.start > 0)
        found->burn.start_lba = mistake.start;
    return *found;
}

} // namespace

BOOST_DATA_TEST_CASE(the_sweep_finds_every_seeded_mistake, data::make(mistakes), mistake) {
    const Planted planted(mistake.bug);
    auto result = sweep::run_sweep({subject_for(mistake)}, {.kinds = mistake.kinds});
    if (mistake.found_by.empty()) {
        BOOST_REQUIRE(!result);
        BOOST_TEST(result.error().message.find("without any fault") != std::string::npos,
                   result.error().message);
        return;
    }
    BOOST_REQUIRE_MESSAGE(result, (result ? "" : result.error().message));
    BOOST_REQUIRE(result->sums.violated > 0u);
    bool found = false;
    for (const auto& failure : result->failures) {
        BOOST_TEST_MESSAGE(failure.invariant << ": " << failure.detail << ": "
                                             << failure.shrunk.front());
        found = found || std::find(mistake.found_by.begin(), mistake.found_by.end(),
                                   failure.invariant) != mistake.found_by.end();
        BOOST_TEST(failure.shrunk.size() >= 1u);
        BOOST_TEST(failure.shrunk.size() <= 3u);
    }
    BOOST_TEST(found);
    // What the sweep leaves behind shows it again.
    const TemporaryFolder folder;
    BOOST_REQUIRE(sweep::write_failures(folder.path().string(), *result));
    const auto replay = sweep::replay_failure(folder / result->failures.front().file);
    BOOST_REQUIRE_MESSAGE(replay, (replay ? "" : replay.error().message));
    BOOST_REQUIRE(replay->violations.size() == 1);
    BOOST_TEST(replay->violations.front().invariant == result->failures.front().invariant);
}

// Without a mistake the same sweeps find nothing, so that it was the mistakes that were found.
BOOST_DATA_TEST_CASE(the_same_sweeps_find_nothing_without_a_mistake, data::make(mistakes),
                     mistake) {
    auto result = sweep::run_sweep({subject_for(mistake)}, {.kinds = mistake.kinds});
    BOOST_REQUIRE_MESSAGE(result, (result ? "" : result.error().message));
    BOOST_TEST(result->sums.violated == 0u);
    for (const auto& failure : result->failures)
        BOOST_TEST_MESSAGE(failure.invariant << ": " << failure.detail << ": "
                                             << failure.shrunk.front());
}
