// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "emulator/disc/describe.h"
#include "tests/unit/disc/disc_fixture.h"

namespace burnrig::emulator {

BOOST_AUTO_TEST_SUITE(describe_disc)

BOOST_AUTO_TEST_CASE(a_blank_disc) {
    const auto disc = *Disc::in_memory(cd_rw());
    const auto object = describe(*disc);
    BOOST_TEST(object["state"] == "blank");
    BOOST_TEST(object["medium"]["name"] == "test-cd-rw");
    BOOST_TEST(object["medium"]["kind"] == "cd-rw");
    BOOST_TEST(object["erasable"] == true);
    BOOST_TEST(object["capacity_blocks"] == 359849);
    BOOST_TEST(object["recorded_blocks"] == 0);
    BOOST_TEST(object["calibrations"]["used"] == 0);
    BOOST_TEST(object["calibrations"]["total"] == 100);
    BOOST_TEST(object["sessions"].size() == 1U);
    BOOST_TEST(object["tracks"].size() == 0U);
    BOOST_TEST(object["damage"].size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_disc_through_its_life) {
    auto disc = *Disc::in_memory(cd_rw());
    Structure& structure = disc->structure();
    record(*disc, -150, 450);
    Track track;
    track.end = 300;
    track.isrc = "bad\xFFtext";
    structure.tracks = {track};
    structure.sessions[0].state = SessionState::open;
    structure.calibrations_used = 1;
    BOOST_TEST(describe(*disc)["state"] == "appendable");
    BOOST_TEST(describe(*disc)["recorded_blocks"] == 300);
    BOOST_TEST(describe(*disc)["tracks"][0]["isrc"] == "bad?text");
    BOOST_TEST(describe(*disc)["tracks"][0]["state"] == "incomplete");

    structure.tracks[0].damaged = true;
    BOOST_TEST(describe(*disc)["state"] == "damaged");

    structure.tracks[0].damaged = false;
    structure.tracks[0].state = TrackState::complete;
    structure.sessions[0].state = SessionState::complete;
    structure.sessions[0].lead_out = 302;
    structure.finalized = true;
    const auto object = describe(*disc);
    BOOST_TEST(object["state"] == "complete");
    BOOST_TEST(object["sessions"][0]["lead_out"] == 302);
    BOOST_TEST(!object.dump().empty());

    disc->damage().add({5, 6, DamageKind::lost, 0, 0});
    BOOST_TEST(describe(*disc)["damage"][0]["kind"] == "lost");
    BOOST_TEST(describe(*disc)["damage"][0]["first"] == 5);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace burnrig::emulator
