// SPDX-License-Identifier: Apache-2.0
// What report pages are made of: thinned commands, curves, the log of a run, the page itself.
#include <boost/test/unit_test.hpp>

#include <nlohmann/json.hpp>

#include "harness/report/html/page.h"
#include "harness/report/run_log.h"
#include "harness/rig/rig.h"

using namespace burnrig;
using harness::CommandRecord;
using Json = nlohmann::ordered_json;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

CommandRecord record_of(std::uint64_t number, std::uint8_t opcode, bool good = true) {
    const std::array<std::uint8_t, 10> cdb{opcode};
    mmc::Completion completion;
    if (!good) {
        completion.status = mmc::Status::check_condition;
        completion.sense = mmc::encode({mmc::sense::write_error});
    }
    return harness::make_record(number, milliseconds(number), {cdb, {}, {}}, completion);
}

// A drive with a log, and a host that sends commands to it.
struct LoggedRig {
    mmc::VirtualClock clock;
    std::unique_ptr<harness::Rig> rig;

    explicit LoggedRig(std::vector<std::string> faults = {}) {
        harness::RigOptions options;
        options.faults = std::move(faults);
        options.report = true;
        auto made = harness::Rig::create(options, clock);
        BOOST_REQUIRE(made);
        rig = std::move(*made);
        send({0, 0, 0, 0, 0, 0}); // power on
        send({0, 0, 0, 0, 0, 0}); // new medium
    }
    mmc::Completion send(std::vector<std::uint8_t> cdb, std::vector<std::uint8_t> out = {}) {
        return rig->target().execute({cdb, out, {}});
    }
    Json log() const { return rig->log()->to_json(); }
};

std::vector<std::uint8_t> write_10(std::uint8_t lba, std::uint8_t blocks) {
    return {0x2A, 0, 0, 0, 0, lba, 0, 0, blocks, 0};
}

} // namespace

BOOST_AUTO_TEST_CASE(a_curve_keeps_every_dip_in_few_points) {
    harness::Curve curve;
    constexpr int values = 100'000;
    for (int i = 0; i < values; ++i)
        curve.add(milliseconds(i), i == 77'777 ? 3.0 : 100.0);
    BOOST_TEST(curve.points().size() <= harness::Curve::points_max);
    BOOST_TEST(curve.points().size() >= harness::Curve::points_max / 2);
    int dips = 0;
    for (const auto& point : curve.points()) {
        BOOST_TEST(point.high == 100.0);
        if (point.low < 100.0) {
            ++dips;
            BOOST_TEST(point.low == 3.0);
            BOOST_CHECK(point.at <= milliseconds(77'777));
        }
    }
    BOOST_TEST(dips == 1);
}

BOOST_AUTO_TEST_CASE(of_many_commands_the_rare_and_the_failed_stay) {
    harness::ThinnedCommands commands;
    constexpr std::uint64_t count = 200'000;
    for (std::uint64_t n = 1; n <= count; ++n) {
        if (n == 123'457)
            commands.add(record_of(n, 0x2A, false));
        else
            commands.add(record_of(n, n == 50'001 ? 0x35 : 0x2A));
    }
    const auto kept = commands.kept();
    BOOST_TEST(commands.total() == count);
    BOOST_TEST(kept.size() <= harness::ThinnedCommands::kept_max + 1);
    BOOST_TEST(kept.size() > harness::ThinnedCommands::kept_max / 3);
    BOOST_TEST(kept.back().number == count);
    const auto holds = [&](std::uint64_t n) {
        return std::any_of(kept.begin(), kept.end(),
                           [n](const auto& one) { return one.number == n; });
    };
    BOOST_TEST(holds(50'001));
    BOOST_TEST(holds(123'457));
    const auto missing = commands.left_out();
    BOOST_REQUIRE(missing.size() == 1u);
    BOOST_TEST(missing.at(0x2A) == count - kept.size());
    BOOST_TEST(std::is_sorted(kept.begin(), kept.end(),
                              [](const auto& a, const auto& b) { return a.number < b.number; }));
}

BOOST_AUTO_TEST_CASE(more_kinds_of_commands_than_a_page_holds_are_counted) {
    harness::ThinnedCommands commands;
    std::uint64_t n = 0;
    for (int round = 0; round < 64; ++round)
        for (int opcode = 0; opcode < 256; ++opcode)
            commands.add(record_of(++n, static_cast<std::uint8_t>(opcode)));
    BOOST_TEST(commands.kept().size() <= harness::ThinnedCommands::kept_max + 1);
    std::uint64_t missing = 0;
    for (const auto& [opcode, count] : commands.left_out())
        missing += count;
    BOOST_TEST(missing + commands.kept().size() == n);
}

BOOST_AUTO_TEST_CASE(the_log_tells_phases_buffer_waits_and_faults) {
    LoggedRig bench({"opc: at SEND_OPC_INFORMATION -> take 8.906s, fail 03/73/03"});
    bench.send({0x54, 1, 0, 0, 0, 0, 0, 0, 0, 0});
    bench.clock.sleep_for(seconds(2));
    const std::vector<std::uint8_t> data(16 * 2048, 0xA5);
    BOOST_REQUIRE(bench.send(write_10(0, 16), data).good());
    BOOST_REQUIRE(bench.send(write_10(16, 16), data).good());
    BOOST_REQUIRE(bench.send({0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0}).good());
    bench.rig->mark("done <b>");
    const auto log = bench.log();

    const auto& rows = log["commands"]["rows"];
    BOOST_REQUIRE(rows.size() == 6u);
    BOOST_TEST(rows[2]["name"] == "SEND_OPC_INFORMATION");
    BOOST_TEST(rows[2]["fault"] == true);
    BOOST_TEST(rows[2]["key"] == 3);
    BOOST_TEST(!rows[3].contains("fault"));
    BOOST_TEST(rows[3]["lba"] == 0);
    BOOST_TEST(rows[3]["blocks"] == 16);

    BOOST_REQUIRE(log["fired"].size() == 1u);
    BOOST_TEST(log["fired"][0]["n"] == 3);
    BOOST_TEST(log["fired"][0]["to"].get<double>() - log["fired"][0]["from"].get<double>() == 8.906,
               boost::test_tools::tolerance(1e-9));

    std::vector<std::string> phases;
    for (const auto& phase : log["phases"])
        phases.push_back(phase[2]);
    const std::vector<std::string> expected{"calibrating", "writing", "synchronizing"};
    BOOST_TEST(phases == expected, boost::test_tools::per_element());
    BOOST_REQUIRE(log["host"].size() == 1u);
    BOOST_TEST(log["host"][0][1].get<double>() - log["host"][0][0].get<double>() == 2.0,
               boost::test_tools::tolerance(1e-9));

    const auto& buffer = log["curves"]["buffer"];
    double fullest = 0;
    for (const auto& point : buffer["points"])
        fullest = std::max(fullest, point[2].get<double>());
    BOOST_TEST(fullest > 0);
    BOOST_TEST(fullest <= buffer["size"].get<double>());
    BOOST_TEST(buffer["points"].back()[2].get<double>() == 0); // flushed
    BOOST_TEST(log["curves"]["bytes"]["size"] == 2 * data.size());
    BOOST_TEST(log["notes"].back()["text"] == "done <b>");
}

// A rule that acts at a time and an operation that ends just then must meet in the same order,
// whether anybody watches or not.
BOOST_AUTO_TEST_CASE(who_watches_changes_nothing) {
    const auto run = [](bool report) {
        mmc::VirtualClock clock;
        harness::RigOptions options;
        options.faults = {"at time 3s -> power-loss 1s", "at WRITE_10 #3 -> busy 200ms"};
        options.report = report;
        const auto rig = harness::Rig::create(options, clock);
        BOOST_REQUIRE(rig);
        std::string answers;
        const std::vector<std::uint8_t> data(8 * 2048, 1);
        for (std::uint8_t i = 0; i < 40; ++i) {
            const auto cdb = write_10(static_cast<std::uint8_t>(8 * (i / 2)), 8);
            const std::array<std::uint8_t, 10> close{0x5B, 1, 2};
            const auto completion = i == 20 ? (*rig)->target().execute({close, {}, {}})
                                            : (*rig)->target().execute({cdb, data, {}});
            answers +=
                fmt::format("{} {} {:02X} {}\n", static_cast<int>(completion.status),
                            static_cast<int>(completion.host),
                            fmt::join(completion.sense.view(), ""), completion.duration.count());
            clock.sleep_for(milliseconds(150));
        }
        return answers;
    };
    BOOST_TEST(run(true) == run(false));
}

BOOST_AUTO_TEST_CASE(what_a_page_shows_never_becomes_markup) {
    const std::string hostile =
        "</script><script>alert(1)</script><!--<img src=x onerror=alert(1)>";
    const Json data{{"title", hostile}, {"result", {{"drive", hostile}}}, {"bytes", "\xFF\xFE"}};
    const auto page = harness::html::make_page(harness::html::PageKind::run, hostile, data);
    BOOST_TEST(page.find("<img") == std::string::npos);
    BOOST_TEST(page.find("<script>alert") == std::string::npos);
    const std::string opening = "<script type=\"application/json\" id=\"data\">";
    const auto begin = page.find(opening) + opening.size();
    const auto end = page.find("</script>", begin);
    BOOST_REQUIRE(begin > opening.size());
    const auto json = Json::parse(page.substr(begin, end - begin));
    BOOST_TEST(json["result"]["drive"] == hostile);
}

BOOST_AUTO_TEST_CASE(a_page_needs_no_network) {
    for (const auto kind : {harness::html::PageKind::run, harness::html::PageKind::suite,
                            harness::html::PageKind::sweep}) {
        auto page = harness::html::make_page(kind, "title", Json::object());
        BOOST_TEST(page.find("{{data}}") == std::string::npos);
        BOOST_TEST(page.find("default-src 'none'") != std::string::npos);
        for (const auto* outside : {"src=", "@import", "url(http", "url(/", "fetch(", "https://"})
            BOOST_TEST(page.find(outside) == std::string::npos, outside);
    }
}
