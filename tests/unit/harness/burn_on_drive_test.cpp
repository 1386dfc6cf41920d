// SPDX-License-Identifier: Apache-2.0
// Our driver on the simulated drive, in process: what it reports beside what is on the disc. The
// two know nothing of each other, so that agreeing means something.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <numeric>

#include "driver/burner.h"
#include "driver/source/pattern_source.h"
#include "emulator/disc/describe.h"
#include "harness/rig/rig.h"

using namespace burnrig;
namespace data = boost::unit_test::data;

namespace {

std::vector<std::uint8_t> pattern(std::size_t blocks) {
    std::vector<std::uint8_t> bytes(blocks * driver::data_block_bytes);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(i * 131 + i / 2048 * 7);
    return bytes;
}

struct Bench {
    mmc::VirtualClock clock;
    std::unique_ptr<harness::Rig> rig;
    std::vector<std::uint8_t> bytes = pattern(700);
    driver::MemorySource source{bytes};

    explicit Bench(const std::string& medium, std::vector<std::string> faults = {}) {
        harness::RigOptions options;
        options.medium = medium;
        options.faults = std::move(faults);
        auto made = harness::Rig::create(options, clock);
        BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().message));
        rig = std::move(*made);
    }

    driver::BurnJob job(driver::WriteMode mode = driver::WriteMode::tao) {
        driver::BurnJob made{.source = source};
        made.mode = mode;
        made.verify = true;
        return made;
    }
    driver::Outcome<driver::BurnReport> burn(const driver::BurnJob& wanted) {
        driver::Recorder recorder(rig->target(), clock);
        return recorder.burn(wanted);
    }
    std::string state() const { return std::string(emulator::disc_state(*rig->drive().disc())); }
    std::vector<std::uint8_t> on_disc(std::int32_t first) const {
        std::vector<std::uint8_t> read(bytes.size());
        BOOST_REQUIRE(rig->drive().disc()->read(first, read));
        return read;
    }
};

/// A drive whose format gives half of the blocks that it offered.
class Promising final : public mmc::Target {
public:
    explicit Promising(mmc::Target& next) : next_(next) {}

    mmc::Completion execute(const mmc::Command& command) override {
        enum : std::uint8_t { format_unit = 0x04, read_format_capacities = 0x23 };
        constexpr std::size_t blocks_at = 5; // of 24 bits, the upper 8
        auto done = next_.execute(command);
        writes += command.cdb[0] == 0x2A || command.cdb[0] == 0xAA ? 1 : 0;
        formats += command.cdb[0] == format_unit ? 1 : 0;
        if (command.cdb[0] == read_format_capacities && formats > 0)
            command.data_in[blocks_at] /= 2;
        return done;
    }
    int writes = 0;
    int formats = 0;

private:
    mmc::Target& next_;
};

const std::vector<std::string> media{"cd-r-74", "cd-r-80", "cd-rw-80", "cd-rw-mbi-high-speed"};
const std::vector<std::string> modes{"auto", "tao", "sao"};

// A fault, and what a truthful driver says of it.
struct Trouble {
    const char* rule;
    driver::Cause cause;
};
std::ostream& operator<<(std::ostream& out, const Trouble& trouble) {
    return out << trouble.rule;
}
const std::vector<Trouble> troubles{
    {"opc-failure", driver::Cause::opc_failed},
    {"pca-full", driver::Cause::pca_full},
    {"at @write #5 -> fail write-error", driver::Cause::write_error},
    {"at @write #5 -> fail write-error deferred", driver::Cause::write_error},
    {"at @write #5 -> fail bad-write-address", driver::Cause::bad_write_address},
    {"at @write #5 -> fail medium-changed", driver::Cause::medium_changed},
    {"at SYNC -> hang", driver::Cause::command_timeout},
    {"at SYNC -> fail pma-update-failed", driver::Cause::pma_update_failed},
    {"at CLOSE_TRACK_SESSION -> fail leadout-failed", driver::Cause::fixation_failed},
    {"at @write lba 300..300 -> corrupt bits 1", driver::Cause::verify_mismatch},
};

} // namespace

BOOST_DATA_TEST_CASE(burns_and_verifies, data::make(media) * data::make(modes), medium, mode) {
    Bench bench(medium);
    const auto report = bench.burn(bench.job(*driver::parse_write_mode(mode)));
    BOOST_REQUIRE_MESSAGE(report, (report ? "" : driver::to_text(report.error())));
    BOOST_TEST(report->verify->compared == 700u);
    BOOST_TEST(bench.state() == "complete");
    BOOST_TEST(bench.on_disc(0) == bench.bytes);
    BOOST_TEST(!bench.rig->drive().status().removal_prevented);
}

BOOST_DATA_TEST_CASE(a_simulated_burn_leaves_the_disc_blank, data::make(media), medium) {
    Bench bench(medium);
    auto job = bench.job();
    job.verify = false;
    job.simulate = true;
    BOOST_REQUIRE(bench.burn(job));
    BOOST_TEST(bench.state() == "blank");
}

BOOST_AUTO_TEST_CASE(sessions_follow_each_other_until_the_disc_is_finalized) {
    Bench bench("cd-r-80");
    auto job = bench.job();
    job.multi = true;
    const auto first = bench.burn(job);
    const auto second = bench.burn(job);
    job.multi = false;
    const auto third = bench.burn(job);
    BOOST_REQUIRE(first);
    BOOST_REQUIRE(second);
    BOOST_REQUIRE(third);
    BOOST_TEST(second->first_lba == 702 + 11400); // two run-out blocks; 6750 + 4500 + 150
    BOOST_TEST(third->first_lba == second->first_lba + 702 + 6900);
    BOOST_TEST(bench.on_disc(third->first_lba) == bench.bytes);
    const auto fourth = bench.burn(job);
    BOOST_REQUIRE(!fourth);
    BOOST_CHECK(fourth.error().cause == driver::Cause::medium_not_writable);
}

BOOST_DATA_TEST_CASE(every_trouble_is_told_by_its_name, data::make(troubles), trouble) {
    Bench bench("cd-rw-80", {trouble.rule});
    const auto report = bench.burn(bench.job());
    BOOST_REQUIRE(!report);
    BOOST_TEST(driver::cause_name(report.error().cause) == driver::cause_name(trouble.cause));
    BOOST_TEST(!report.error().tray_locked);
    BOOST_TEST(!bench.rig->drive().status().removal_prevented);
    BOOST_TEST(bench.rig->drive().faults().report()[0].fired > 0u);
}

BOOST_AUTO_TEST_CASE(a_failed_calibration_uses_one_slot_and_nothing_else) {
    Bench bench("cd-rw-mbi-high-speed", {"opc-failure"});
    const auto report = bench.burn(bench.job());
    BOOST_REQUIRE(!report);
    BOOST_TEST(bench.state() == "blank");
    BOOST_TEST(bench.rig->drive().disc()->structure().calibrations_used == 1u);
    BOOST_TEST(bench.rig->drive().disc()->structure().tracks.empty());
}

BOOST_AUTO_TEST_CASE(warnings_do_not_fail_a_burn) {
    Bench bench("cd-r-80", {"pca-almost-full"});
    const auto report = bench.burn(bench.job());
    BOOST_REQUIRE(report);
    BOOST_REQUIRE(report->warnings.size() == 1u);
    BOOST_TEST(report->warnings[0].find("ALMOST FULL") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_disc_that_was_cut_off_is_blanked_and_burned_again) {
    Bench bench("cd-rw-80", {"cut: at @write #8 midway -> power-loss 4s"});
    BOOST_REQUIRE(!bench.burn(bench.job()));
    BOOST_TEST(bench.state() == "damaged");
    driver::Recorder recorder(bench.rig->target(), bench.clock);
    const auto blanked = recorder.blank(driver::BlankType::fast);
    BOOST_REQUIRE_MESSAGE(blanked, (blanked ? "" : driver::to_text(blanked.error())));
    const auto again = bench.burn(bench.job());
    BOOST_REQUIRE_MESSAGE(again, (again ? "" : driver::to_text(again.error())));
    BOOST_TEST(bench.on_disc(0) == bench.bytes);
}

namespace {

/// Asks for the end once so much was written.
struct Impatient final : driver::Observer {
    explicit Impatient(driver::StopToken& stop) : token(stop) {}
    void progress(const driver::Progress& progress) override {
        if (progress.stage == driver::Stage::write && progress.bytes > 0)
            token.request();
    }
    driver::StopToken& token;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_stop_request_leaves_a_closed_track_an_appendable_disc_and_an_unlocked_tray) {
    Bench bench("cd-r-80");
    driver::StopToken stop;
    Impatient impatient(stop);
    auto job = bench.job();
    job.stop = &stop;
    driver::Recorder recorder(bench.rig->target(), bench.clock);
    const auto report = recorder.burn(job, &impatient);
    BOOST_REQUIRE(!report);
    BOOST_CHECK(report.error().cause == driver::Cause::stopped);
    BOOST_TEST(!bench.rig->drive().status().removal_prevented);
    BOOST_TEST(bench.state() == "appendable");
    BOOST_TEST(report.error().aftermath.empty());
}

BOOST_AUTO_TEST_CASE(a_stop_request_before_the_first_write_leaves_the_disc_blank) {
    Bench bench("cd-r-80");
    driver::StopToken stop;
    stop.request();
    auto job = bench.job();
    job.stop = &stop;
    const auto report = bench.burn(job);
    BOOST_REQUIRE(!report);
    BOOST_CHECK(report.error().cause == driver::Cause::stopped);
    BOOST_TEST(bench.state() == "blank");
    BOOST_TEST(!bench.rig->drive().status().removal_prevented);
}

BOOST_AUTO_TEST_CASE(what_a_format_gave_is_compared_with_the_image_before_the_first_write) {
    Bench bench("dvd+rw");
    constexpr std::uint64_t blocks = 2'000'000; // of 2295104
    driver::PatternSource large(blocks * driver::data_block_bytes, 1);
    driver::BurnJob job{.source = large};
    Promising drive(bench.rig->target());
    const auto report = driver::Recorder(drive, bench.clock).burn(job);
    BOOST_REQUIRE(!report);
    BOOST_TEST((report.error().cause == driver::Cause::image_too_large), report.error().message);
    BOOST_TEST(drive.formats == 1);
    BOOST_TEST(drive.writes == 0);
}
