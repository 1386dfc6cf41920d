// SPDX-License-Identifier: Apache-2.0
// Goal: profiling a simulated drive gives its own fixture back, as far as a drive can tell, and
// sends nothing but questions. Method: every drive of the fixtures with every kind of medium it
// knows; the written file is loaded again; a list in this test says what no drive tells.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "emulator/disc/medium_yaml.h"
#include "emulator/disc/names.h"
#include "emulator/drive/speeds.h"
#include "emulator/drive_yaml.h"
#include "emulator/fixtures.h"
#include "harness/conformance/suite.h"
#include "harness/profile/drive_profile.h"
#include "harness/rig/rig.h"
#include "mmc/sense.h"
#include "tests/unit/temporary_folder.h"

using namespace burnrig;
using namespace burnrig::harness;
using emulator::DriveModel;
using emulator::Medium;
using emulator::MediumKind;

namespace {

// Remembers what was sent.
class Listening final : public mmc::Target {
public:
    explicit Listening(mmc::Target& next) : next_(next) {}
    mmc::Completion execute(const mmc::Command& command) override {
        sent[command.cdb[0]] += 1;
        wrote += command.data_out.size();
        return next_.execute(command);
    }
    std::array<int, 256> sent{};
    std::size_t wrote = 0;

private:
    mmc::Target& next_;
};

std::vector<DriveModel> all_drives() {
    return emulator::list_drives().value();
}

std::vector<Medium> all_media() {
    return emulator::list_media().value();
}

std::string yaml_of(const DriveModel& model) {
    YAML::Emitter out;
    emulator::write_drive(out, model);
    return out.c_str();
}

std::string yaml_of(const Medium& medium) {
    YAML::Emitter out;
    emulator::write_medium(out, medium);
    return out.c_str();
}

// The lines that only one of two files has; "" when they are the same.
std::string differences(const std::string& read, const std::string& fixture) {
    const auto lines = [](const std::string& text) {
        std::istringstream stream(text);
        std::vector<std::string> all;
        for (std::string line; std::getline(stream, line);)
            all.push_back(line);
        return all;
    };
    const auto one = lines(read);
    const auto other = lines(fixture);
    std::string text;
    for (const auto& line : one)
        if (std::find(other.begin(), other.end(), line) == other.end())
            text += "read    " + line + "\n";
    for (const auto& line : other)
        if (std::find(one.begin(), one.end(), line) == one.end())
            text += "fixture " + line + "\n";
    return text;
}

// Saves a fixture as NAME.yaml and loads it.
template <class Load>
auto reload(const std::string& text, const std::string& name, Load load) {
    const TemporaryFolder folder;
    const auto path = folder / (name + ".yaml");
    std::ofstream(path) << text;
    auto loaded = load(path);
    BOOST_REQUIRE_MESSAGE(loaded, loaded.error().message << "\n" << text);
    return std::move(*loaded);
}

bool knows(const DriveModel& model, const Medium& medium) {
    return !model.speeds[static_cast<std::size_t>(medium.kind)].read.empty();
}

bool records(const DriveModel& model, const Medium& medium) {
    return !model.speeds[static_cast<std::size_t>(medium.kind)].write.empty() &&
           (medium.family() != emulator::MediumFamily::bd ||
            medium.data_zone.layers <= model.bd_layers_max);
}

std::unique_ptr<Rig> rig_with(const std::string& drive, const std::string& medium,
                              mmc::Clock& clock) {
    auto rig = Rig::create({.drive = drive, .medium = medium}, clock);
    BOOST_REQUIRE_MESSAGE(rig, rig.error().message);
    return std::move(*rig);
}

profile::DriveProfile profile_of(const std::string& drive, const std::string& medium) {
    mmc::VirtualClock clock;
    const auto rig = rig_with(drive, medium, clock);
    return profile::read_drive(rig->target());
}

// A drive of before GET CONFIGURATION tells less.
void add_untold_of_old_drive(DriveModel& read, const DriveModel& fixture) {
    BOOST_TEST(((read.lacks_commands & ~fixture.lacks_commands).none())); // no more than it lacks
    for (const auto opcode : profile::asking_commands)
        if (const auto at = static_cast<std::size_t>(opcode); fixture.lacks_commands.test(at))
            BOOST_TEST((read.lacks_commands.test(at) || !fixture.css), mmc::opcode_name(at & 0xFF));
    read.lacks_commands = fixture.lacks_commands;
    read.interface_standard = fixture.interface_standard;
    read.write_modes = fixture.write_modes;
}

// What no command tells: taken from the fixture, so that the rest can be compared.
void add_untold(DriveModel& read, const DriveModel& fixture, const Medium* medium) {
    read.name = fixture.name;
    read.summary = fixture.summary;
    read.timing = fixture.timing;
    read.blocks_when_full = fixture.blocks_when_full;
    read.ready_while_closing = fixture.ready_while_closing;
    read.bd_layers_max = fixture.bd_layers_max;
    read.raw_test_write = fixture.raw_test_write;
    read.family_buffer_bytes = fixture.family_buffer_bytes;
    BOOST_TEST(read.buffer_bytes == emulator::buffer_bytes(fixture, medium));
    read.buffer_bytes = fixture.buffer_bytes;
    read.speeds = fixture.speeds; // see speeds_are_those_of_the_disc
    // Of blocks with sub-channel the mastering feature has one bit for two types.
    const emulator::WriteMode with_pq{2, 2};
    if (std::ranges::count(fixture.write_modes, with_pq) == 0)
        std::erase(read.write_modes, with_pq);
    if (fixture.lacks_commands.test(static_cast<std::size_t>(mmc::Opcode::get_configuration)))
        add_untold_of_old_drive(read, fixture);
}

} // namespace

BOOST_AUTO_TEST_SUITE(profiles)

BOOST_AUTO_TEST_CASE(every_drive_can_be_written_and_read_again) {
    for (const auto& model : all_drives()) {
        const auto again = reload(yaml_of(model), model.name, emulator::load_drive);
        BOOST_TEST(yaml_of(again) == yaml_of(model));
        BOOST_TEST((again.lacks_commands == model.lacks_commands));
    }
}

BOOST_AUTO_TEST_CASE(a_simulated_drive_gives_its_own_fixture_back) {
    for (const auto& fixture : all_drives()) {
        const auto written = profile::to_yaml(profile_of(fixture.name, "cd-r-80"), "again");
        auto again = reload(written, "again", emulator::load_drive);
        const auto medium = *emulator::load_medium("cd-r-80");
        add_untold(again, fixture, &medium);
        BOOST_TEST_CONTEXT(fixture.name)
        BOOST_TEST(differences(yaml_of(again), yaml_of(fixture)) == "");
    }
}

BOOST_AUTO_TEST_CASE(the_profile_of_a_profile_is_the_same) {
    const TemporaryFolder folder;
    for (const auto& fixture : all_drives()) {
        const auto path = folder / (fixture.name + ".yaml");
        const auto first = profile::to_yaml(profile_of(fixture.name, "cd-rw-80"), fixture.name);
        std::ofstream(path) << first;
        BOOST_TEST(profile::to_yaml(profile_of(path, "cd-rw-80"), fixture.name) == first);
    }
}

BOOST_AUTO_TEST_CASE(speeds_are_those_of_the_disc) {
    int compared = 0;
    for (const auto& fixture : all_drives())
        for (const auto& medium : all_media()) {
            if (!knows(fixture, medium) || !records(fixture, medium))
                continue;
            const auto profile = profile_of(fixture.name, medium.name);
            const auto& read = profile.model.speeds[static_cast<std::size_t>(medium.kind)];
            const auto shared = emulator::shared_write_speeds(fixture, &medium);
            BOOST_TEST_CONTEXT(fixture.name << ", " << medium.name) {
                BOOST_REQUIRE(!read.read.empty());
                const auto fastest = emulator::read_speeds(fixture, &medium).front();
                BOOST_TEST(read.read.front().speed == fastest.speed);
                BOOST_TEST((read.read.front().rotation == fastest.rotation));
                const bool tells_fastest_alone = fixture.lacks_commands.test(
                    static_cast<std::size_t>(mmc::Opcode::get_performance));
                BOOST_REQUIRE_EQUAL(read.write.size(), tells_fastest_alone ? 1 : shared.size());
                for (std::size_t i = 0; i < read.write.size(); ++i)
                    BOOST_TEST(read.write[i].speed == shared[i].speed);
                if (!shared.empty())
                    BOOST_TEST((read.write.front().rotation == shared.front().rotation));
            }
            ++compared;
        }
    BOOST_TEST(compared > 60);
}

// What the drive answers to every check that writes nothing, as "name: verdict".
std::string answers_of(const std::string& drive, const std::string& medium) {
    mmc::VirtualClock clock;
    const auto rig = rig_with(drive, medium, clock);
    std::string text;
    for (const auto& result : conformance::run_suite(rig->target(), clock, {}).results)
        text +=
            fmt::format("{}: {}\n", result.check->name, static_cast<int>(result.outcome.verdict));
    return text;
}

BOOST_AUTO_TEST_CASE(a_profile_answers_the_conformance_suite_as_the_drive_did) {
    const TemporaryFolder folder;
    for (const auto& drive : all_drives()) {
        const auto path = folder / (drive.name + ".yaml");
        std::ofstream(path) << profile::to_yaml(profile_of(drive.name, "cd-rw-80"), drive.name);
        const auto answers = answers_of(drive.name, "cd-rw-80");
        BOOST_TEST(std::ranges::count(answers, '\n') > 80);
        BOOST_TEST_CONTEXT(drive.name)
        BOOST_TEST(differences(answers_of(path, "cd-rw-80"), answers) == "");
    }
}

BOOST_AUTO_TEST_CASE(every_medium_comes_back) {
    const auto drive = *emulator::load_drive("generic-bd-xl-recorder");
    for (const auto& fixture : all_media()) {
        mmc::VirtualClock clock;
        const auto rig = rig_with(drive.name, fixture.name, clock);
        const auto profile = profile::read_medium(rig->target());
        if (fixture.pressed() && !profile)
            continue; // nothing on it: the drive has nothing to tell
        BOOST_REQUIRE_MESSAGE(profile, fixture.name << ": " << profile.error().message);
        auto again = reload(profile::to_yaml(*profile, "again"), "again", emulator::load_medium);
        again.name = fixture.name;
        again.summary = fixture.summary;
        again.manufacturer = fixture.manufacturer;
        again.calibration_slots = fixture.calibration_slots;
        again.write_speeds = fixture.write_speeds; // the drive shares a part of them
        const std::string first_untold = profile->untold.front();
        if (first_untold.starts_with("data_zone, revision")) // DVD-R and DVD-RW lack it
            again.data_zone.revision = fixture.data_zone.revision;
        if (fixture.pressed()) // an empty data zone has no capacity
            again.data_zone.blocks = fixture.data_zone.blocks;
        BOOST_TEST_CONTEXT(fixture.name)
        BOOST_TEST(differences(yaml_of(again), yaml_of(fixture)) == "");
    }
}

BOOST_AUTO_TEST_CASE(a_drive_is_only_asked) {
    using mmc::Opcode;
    for (const auto& drive : all_drives())
        for (const auto* medium : {"none", "cd-rw-80", "dvd+rw", "bd-re-25"}) {
            mmc::VirtualClock clock;
            const auto rig = rig_with(drive.name, medium, clock);
            Listening listening(rig->target());
            profile::read_drive(listening);
            (void)profile::read_medium(listening);
            BOOST_TEST(listening.wrote == 0u);
            for (std::size_t opcode = 0; opcode < 256; ++opcode)
                if (listening.sent[opcode] > 0)
                    BOOST_TEST(std::count(profile::asking_commands.begin(),
                                          profile::asking_commands.end(),
                                          static_cast<Opcode>(opcode)) == 1,
                               mmc::opcode_name(static_cast<std::uint8_t>(opcode)));
        }
    // And the list itself has none that sets, moves or records.
    for (const auto opcode : profile::asking_commands) {
        const auto* info = mmc::find_opcode(static_cast<std::uint8_t>(opcode));
        BOOST_REQUIRE(info);
        BOOST_TEST((info->direction != mmc::DataDirection::to_drive), info->name);
        for (const auto group :
             {mmc::Group::write, mmc::Group::close, mmc::Group::tray, mmc::Group::setup})
            BOOST_TEST(!mmc::in_group(static_cast<std::uint8_t>(opcode), group), info->name);
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_a_question_is_not_sent) {
    mmc::VirtualClock clock;
    const auto rig = rig_with("generic-dvd-recorder", "cd-rw-80", clock);
    Listening listening(rig->target());
    profile::Asker asker(listening);
    BOOST_TEST(asker.ask({0xA1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0).empty());
    BOOST_TEST(asker.ask({}, 8).empty());
    BOOST_TEST(std::count(listening.sent.begin(), listening.sent.end(), 0) == 256);
}

BOOST_AUTO_TEST_CASE(an_empty_drive_is_read_too) {
    for (const auto& fixture : all_drives()) {
        const auto profile = profile_of(fixture.name, "none");
        const auto again =
            reload(profile::to_yaml(profile, "again"), "again", emulator::load_drive);
        BOOST_TEST(again.product == fixture.product);
        BOOST_TEST(again.profiles == fixture.profiles);
        mmc::VirtualClock clock;
        const auto rig = rig_with(fixture.name, "none", clock);
        BOOST_TEST(!profile::read_medium(rig->target()));
    }
}

// Answers everything with GOOD and bytes of its own.
class Odd final : public mmc::Target {
public:
    explicit Odd(std::uint8_t seed) : next_(seed) {}
    mmc::Completion execute(const mmc::Command& command) override {
        for (auto& byte : command.data_in)
            byte = next_ = static_cast<std::uint8_t>(next_ * 77 + 13);
        mmc::Completion completion;
        completion.transferred = static_cast<std::uint32_t>(command.data_in.size());
        return completion;
    }

private:
    std::uint8_t next_;
};

BOOST_AUTO_TEST_CASE(a_drive_that_talks_nonsense_gives_a_file_or_a_reason) {
    for (int seed = 0; seed < 256; ++seed) {
        Odd odd(static_cast<std::uint8_t>(seed));
        const auto drive = profile::read_drive(odd);
        BOOST_TEST(!profile::to_yaml(drive, "odd").empty());
        if (const auto medium = profile::read_medium(odd))
            BOOST_TEST(!profile::to_yaml(*medium, "odd").empty());
    }
}

BOOST_AUTO_TEST_SUITE_END()
