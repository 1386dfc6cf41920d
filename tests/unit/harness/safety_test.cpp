// SPDX-License-Identifier: Apache-2.0
// Goal: no disc in a real drive is changed without all consents, by two programs at once, or
// without a line in the ledger; and the power of a drive is switched as its rig file says.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "harness/profile/asking.h"
#include "harness/rig/rig.h"
#include "harness/safety/drive_lock.h"
#include "harness/safety/guarded_target.h"
#include "harness/safety/holders.h"
#include "harness/safety/interlock.h"
#include "harness/safety/ledger.h"
#include "harness/safety/power_switch.h"

using namespace burnrig;
using namespace burnrig::harness;
namespace fs = std::filesystem;

namespace {

struct Bench {
    explicit Bench(const std::string& medium) {
        RigOptions options;
        options.medium = medium;
        options.drive = "generic-bd-recorder";
        rig = *Rig::create(options, clock);
    }
    mmc::VirtualClock clock;
    std::unique_ptr<Rig> rig;
};

/// A directory of this test's own.
class Directory {
public:
    Directory() {
        std::string name = (fs::temp_directory_path() / "burnrig-test-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    ~Directory() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    std::string file(const std::string& name, const std::string& text) const {
        const auto path = path_ / name;
        fs::create_directories(path.parent_path());
        std::ofstream(path) << text;
        return path;
    }
    std::string path(const std::string& name = {}) const { return path_ / name; }

private:
    fs::path path_;
};

/// Counts what goes to the drive, and which of it was not just a question.
class Witness final : public mmc::Target {
public:
    explicit Witness(mmc::Target& next) : next_(next) {}
    mmc::Completion execute(const mmc::Command& command) override {
        ++commands;
        const auto& asking = profile::asking_commands;
        if (std::none_of(asking.begin(), asking.end(), [&](mmc::Opcode known) {
                return static_cast<std::uint8_t>(known) == command.cdb[0];
            }))
            ++others;
        return next_.execute(command);
    }
    int commands = 0;
    int others = 0;

private:
    mmc::Target& next_;
};

} // namespace

// --- the interlock -------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(drive_and_medium_must_both_be_named) {
    Bench bench("cd-rw-80");
    auto& target = bench.rig->target();
    const auto serial = drive_serial(target);
    const auto identity = medium_identity(target);
    BOOST_REQUIRE(serial);
    BOOST_REQUIRE(identity);
    BOOST_TEST(identity->find("CD-RW") == 0U);
    const RigFile drive_only{{*serial}, {}};
    const RigFile both{{*serial}, {*identity}};
    const Consent consent{true, "rig.yaml", ""};
    BOOST_TEST(bool(check_identity(consent, both, target)));
    BOOST_TEST(!check_identity(consent, drive_only, target));
    BOOST_TEST(bool(check_identity({true, "rig.yaml", *identity}, drive_only, target)));
    BOOST_TEST(!check_identity({true, "rig.yaml", *identity}, {}, target));
    BOOST_TEST(!check_identity({true, "rig.yaml", "CD-RW of another kind"}, drive_only, target));
}

BOOST_AUTO_TEST_CASE(without_consent_or_rig_file_nothing_is_allowed) {
    Bench bench("cd-rw-80");
    BOOST_TEST(!check_interlock({}, "/dev/sr0", bench.rig->target()));
    BOOST_TEST(!check_interlock({true, "", ""}, "/dev/sr0", bench.rig->target()));
    BOOST_TEST(!check_interlock({true, "/no/such/rig.yaml", ""}, "/dev/sr0", bench.rig->target()));
}

BOOST_AUTO_TEST_CASE(a_refusal_lists_all_that_is_missing) {
    Bench bench("cd-rw-80");
    const auto refused = check_interlock({}, "/no/such/device", bench.rig->target());
    BOOST_REQUIRE(!refused);
    for (const auto* word :
         {"--allow-destructive", "--rig FILE", "serial number '", "--medium-id 'CD-RW", "/no/such"})
        BOOST_TEST(refused.error().message.find(word) != std::string::npos, word);
}

BOOST_AUTO_TEST_CASE(each_missing_yes_refuses_and_the_drive_was_only_asked) {
    Bench bench("cd-rw-80");
    const Directory here;
    const auto serial = *drive_serial(bench.rig->target());
    const auto medium = *medium_identity(bench.rig->target());
    const auto rig = here.file("rig.yaml", "sacrificial_drives: ['" + serial + "']\n");
    const auto other = here.file("other.yaml", "sacrificial_drives: [another]\n");
    const auto node = here.file("node", "");
    struct Case {
        Consent consent;
        const char* missing; ///< nullptr: nothing is
    };
    const Case cases[]{
        {{true, rig, medium}, nullptr},
        {{false, rig, medium}, "--allow-destructive"},
        {{true, "", medium}, "--rig FILE"},
        {{true, other, medium}, "among sacrificial_drives"},
        {{true, rig, "CD-RW of another kind"}, "the medium named"},
    };
    for (const auto& one : cases) {
        Witness witness(bench.rig->target());
        const auto allowed = check_interlock(one.consent, node, witness);
        BOOST_TEST(bool(allowed) == (one.missing == nullptr));
        if (one.missing && !allowed)
            BOOST_TEST(allowed.error().message.find(one.missing) != std::string::npos,
                       allowed.error().message);
        BOOST_TEST(witness.commands > 0);
        BOOST_TEST(witness.others == 0);
    }
}

BOOST_AUTO_TEST_CASE(an_identity_stays_while_the_disc_is_written) {
    for (const auto* medium : {"cd-r-80", "dvd-r", "dvd+r", "bd-r-25"}) {
        Bench bench(medium);
        const auto blank = medium_identity(bench.rig->target());
        auto& structure = const_cast<emulator::Disc*>(bench.rig->drive().disc())->structure();
        emulator::Track track;
        track.number = 1;
        track.session = 1;
        track.end = 1024;
        track.state = emulator::TrackState::complete;
        structure.tracks.push_back(track);
        emulator::Session session;
        session.number = 1;
        session.state = emulator::SessionState::complete;
        structure.sessions.push_back(session);
        bench.rig->drive().insert(bench.rig->drive().remove());
        const auto written = medium_identity(bench.rig->target());
        BOOST_REQUIRE(blank);
        BOOST_REQUIRE(written);
        BOOST_TEST(*blank == *written);
    }
}

BOOST_AUTO_TEST_CASE(the_medium_is_looked_at_again_before_it_is_changed) {
    Bench bench("cd-rw-80");
    int asked = 0;
    bool same = true;
    GuardedTarget guarded(bench.rig->target(), [&]() -> mmc::Result<void> {
        ++asked;
        if (!same)
            return mmc::fail("another medium");
        return {};
    });
    const auto run = [&](std::initializer_list<std::uint8_t> bytes) {
        std::vector<std::uint8_t> cdb(bytes);
        cdb.resize(cdb[0] < 0x20 ? 6 : cdb[0] >= 0xA0 ? 12 : 10);
        const auto sense = mmc::decode_sense(guarded.execute({cdb, {}, {}}).sense.view());
        return sense ? mmc::to_string(sense->code) : std::string("good");
    };
    constexpr std::uint8_t test_unit_ready = 0x00;
    constexpr std::uint8_t blank_fast = 0x01;
    const auto make_ready = [&] {
        for (int i = 0; i < 8 && run({test_unit_ready}) != "good"; ++i)
            ;
    };
    make_ready();
    BOOST_TEST(asked == 0);
    run({0x54, 0x01}); // SEND OPC INFORMATION
    run({0xA1, blank_fast});
    BOOST_TEST(asked == 1);
    // Somebody puts another disc in.
    bench.rig->drive().insert(bench.rig->drive().remove());
    make_ready();
    same = false;
    BOOST_TEST(run({0xA1, blank_fast}) == "07/27/00");
    BOOST_TEST(guarded.refusal() == "another medium");
    same = true;
    BOOST_TEST(run({0xA1, blank_fast}) == "07/27/00");
    BOOST_TEST(run({0x3B, 0x05}) == "05/20/00"); // WRITE BUFFER with microcode
}

BOOST_AUTO_TEST_CASE(rig_files_with_mistakes_are_refused) {
    const auto rig = parse_rig_file("sacrificial_drives: [A1]\nmedia: ['CD-R x']\nledger: l\n"
                                    "power: {A1: {off: down, on: up, wait: 7}}\n",
                                    "rig.yaml");
    BOOST_REQUIRE(rig);
    BOOST_TEST(rig->sacrificial_drives.front() == "A1");
    BOOST_REQUIRE(rig->power_of("A1"));
    BOOST_TEST(rig->power_of("A1")->off == "down");
    BOOST_TEST(rig->power_of("A1")->wait.count() == 7);
    BOOST_TEST(!rig->power_of("A2"));
    const std::pair<const char*, const char*> mistakes[]{
        {"media: [x]\ndrives: [A1]", "line 2: unknown key 'drives'"},
        {"- A1", "give sacrificial_drives"},
        {"{", "rig.yaml: "},
        {"power: {A1: {off: x}}", "wants both off and on"},
        {"power: [A1]", "give serial numbers"},
        {"power: {A1: {off: x, on: y, wait: 0}}", "1 to 3600"},
        {"power: {A1: {of: x}}", "unknown key 'of'"},
    };
    for (const auto& [text, message] : mistakes) {
        const auto refused = parse_rig_file(text, "rig.yaml");
        BOOST_REQUIRE_MESSAGE(!refused, text);
        BOOST_TEST(refused.error().message.find(message) != std::string::npos,
                   refused.error().message);
    }
}

// --- who else uses the drive ---------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_mount_is_found_by_device_number_and_by_name) {
    constexpr auto mounts = "25 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
                            "97 25 11:0 / /media/my\\040disc ro - iso9660 /dev/sr0 ro\n"
                            "98 25 0:44 / /media/fuse ro - fuse /dev/sr7 ro\n";
    BOOST_TEST(mount_point_of(mounts, {{"11:0", "/dev/sr0"}}, "/dev/sg3") == "/media/my disc");
    BOOST_TEST(mount_point_of(mounts, {}, "/dev/sr0") == "/media/my disc");
    BOOST_TEST(mount_point_of(mounts, {{"11:7", "/dev/sr7"}}, "/dev/sr7") == "/media/fuse");
    BOOST_TEST(mount_point_of(mounts, {{"11:1", "/dev/sr1"}}, "/dev/sr1").empty());
    BOOST_TEST(mount_point_of(mounts, {{"1:0", "/dev/sr"}}, "/dev/sr").empty());
    BOOST_TEST(mount_point_of("", {{"11:0", "/dev/sr0"}}, "/dev/sr0").empty());
}

BOOST_AUTO_TEST_CASE(a_generic_node_leads_to_its_block_device_and_what_is_built_on_it) {
    const Directory sys; // a character device that every machine has stands for the generic node
    sys.file("dev/char/1:3/device/block/sr0/dev", "11:0\n");
    const auto devices = block_devices_of("/dev/null", sys.path());
    BOOST_REQUIRE(devices.size() == 1U);
    BOOST_TEST(devices.front().number == "11:0");
    BOOST_TEST(devices.front().node == "/dev/sr0");
    BOOST_TEST(holder_of(devices, sys.path()).empty());
    sys.file("dev/block/11:0/holders/dm-0", "");
    BOOST_TEST(holder_of(devices, sys.path()) == "dm-0");
    BOOST_TEST(block_devices_of("/no/such/node", sys.path()).empty());
}

BOOST_AUTO_TEST_CASE(a_drive_is_locked_by_its_serial_number) {
    const Directory locks;
    auto first = DriveLock::take("A1/x", locks.path());
    BOOST_REQUIRE(first);
    const auto second = DriveLock::take("A1/x", locks.path());
    BOOST_REQUIRE(!second);
    BOOST_TEST(second.error().message.find(fmt::format("process {}", ::getpid())) !=
               std::string::npos);
    BOOST_TEST(bool(DriveLock::take("B2", locks.path())));
    first = DriveLock::take("C3", locks.path());
    BOOST_TEST(bool(DriveLock::take("A1/x", locks.path())));
    BOOST_TEST(!DriveLock::take("A1", locks.path("not-there")));
}

// --- the ledger ----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_ledger_adds_up_what_was_done) {
    const Directory here;
    const auto path = here.path("ledger.jsonl");
    Bench bench("cd-rw-80");
    GuardedTarget guarded(bench.rig->target(), [] { return mmc::Result<void>{}; });
    const auto run = [&](std::vector<std::uint8_t> cdb) {
        cdb.resize(cdb[0] >= 0xA0 ? 12 : cdb[0] < 0x20 ? 6 : 10);
        guarded.execute({cdb, {}, {}});
    };
    for (int i = 0; i < 8; ++i)
        run({0x00});
    run({0x54, 0x01}); // SEND OPC INFORMATION, DoOpc
    run({0xA1, 0x01}); // BLANK, minimal
    auto ledger = Ledger::begin(path, {"A1", "CD-RW x", "burnrig blank"});
    BOOST_REQUIRE(ledger);
    BOOST_TEST(bool(ledger->end(guarded.use())));
    BOOST_REQUIRE(bool(Ledger::begin(path, {"A1", "CD-RW x", "killed"})));
    BOOST_REQUIRE(bool(Ledger::begin(path, {"A1", "CD-R y", "killed"})));

    const auto totals = read_ledger(path);
    BOOST_REQUIRE(totals);
    BOOST_REQUIRE(totals->size() == 2U);
    const auto& first = totals->front();
    BOOST_TEST(first.medium == "CD-RW x");
    BOOST_TEST(first.runs == 2U);
    BOOST_TEST(first.without_end == 1U);
    BOOST_TEST(first.use.calibrations == 1U);
    BOOST_TEST(first.use.blankings == 1U);
    BOOST_TEST(totals->back().without_end == 1U);
    BOOST_TEST(to_text(*totals).find("CD-R y") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_torn_last_line_of_a_ledger_is_left_out_and_another_is_named) {
    const Directory here;
    const auto path = here.path("ledger.jsonl");
    BOOST_REQUIRE(bool(Ledger::begin(path, {"A1", "CD-R", "x"})));
    std::ofstream(path, std::ios::app) << "{\"at\":\"20";
    BOOST_REQUIRE(bool(read_ledger(path)));
    BOOST_TEST(read_ledger(path)->size() == 1U);
    std::ofstream(path, std::ios::app) << "\n";
    const auto refused = read_ledger(path);
    BOOST_REQUIRE(!refused);
    BOOST_TEST(refused.error().message.find("ledger.jsonl:2:") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_ledger_that_cannot_be_written_stops_it_all) {
    BOOST_TEST(!Ledger::begin("/no/such/directory/ledger", {"A1", "CD-R", "x"}));
}

// --- the power -----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(power_is_switched_and_the_drive_waited_for) {
    const Directory here;
    const auto plug = here.file("plug", "");
    mmc::VirtualClock clock;
    bool there = true;
    int looks = 0; // a drive goes and comes some time after its power does
    PowerSwitch power({"rm " + plug, "touch " + plug, std::chrono::seconds(9)}, clock, [&] {
        if (fs::exists(plug) != there && ++looks % 3 == 0)
            there = !there;
        return there;
    });
    BOOST_TEST(bool(power.off()));
    BOOST_TEST(power.is_off());
    BOOST_TEST(!there);
    BOOST_TEST(bool(power.on()));
    BOOST_TEST(!power.is_off());
    BOOST_TEST(there);
    BOOST_TEST((clock.now() < std::chrono::seconds(9)));
}

BOOST_AUTO_TEST_CASE(a_switch_that_does_not_work_is_told) {
    mmc::VirtualClock clock;
    const auto told = [&](const PowerCommands& commands, bool answers) {
        PowerSwitch power(commands, clock, [answers] { return answers; });
        const auto off = power.off();
        const auto on = power.on();
        return off ? on.error().message : off.error().message;
    };
    const auto has = [](const std::string& text, const char* part) {
        return text.find(part) != std::string::npos;
    };
    BOOST_TEST(has(told({"exit 3", "true"}, false), "exit code 3"));
    BOOST_TEST(has(told({"true", "true"}, true), "still answers"));
    BOOST_TEST(has(told({"true", "true"}, false), "does not answer"));
    BOOST_TEST(has(told({"kill -9 $$", "true"}, false), "signal 9"));
    const auto endless = run_shell("while :; do :; done", std::chrono::seconds(0));
    BOOST_REQUIRE(!endless);
    BOOST_TEST(has(endless.error().message, "did not end"));
}
