// SPDX-License-Identifier: Apache-2.0
// Goal: READ CD gives the bytes of every choice of fields, for every kind of sector. Method: a disc
// with one track of each kind, and the table of lengths of MMC-3 (READ CD, main channel selection).
#include "tests/unit/drive/cd_text_fixture.h"
#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {
namespace {

constexpr std::array forms{BlockForm::audio, BlockForm::mode1, BlockForm::mode2,
                           BlockForm::xa_form1_header, BlockForm::xa_form2};
constexpr std::int32_t track_blocks = 300;

std::unique_ptr<Disc> one_track_of_each() {
    Medium medium;
    medium.name = "test-cd-rom";
    medium.kind = MediumKind::cd_rom;
    medium.data_zone.blocks = track_blocks * 5;
    auto disc = *Disc::in_memory(medium);
    auto& structure = disc->structure();
    structure.sessions.assign(1, Session{});
    structure.sessions[0].state = SessionState::complete;
    structure.sessions[0].lead_out = track_blocks * 5;
    structure.finalized = true;
    for (std::uint16_t i = 0; i < forms.size(); ++i) {
        Track track;
        track.number = static_cast<std::uint16_t>(i + 1);
        track.state = TrackState::complete;
        track.control = forms[i] == BlockForm::audio ? 0 : 4;
        track.form = forms[i];
        track.start = track.pregap = i * track_blocks;
        track.end = track.start + track_blocks;
        structure.tracks.push_back(track);
        BOOST_REQUIRE(disc->write(track.start, track.form,
                                  pattern(track.start, track_blocks, block_size(track.form))));
    }
    return disc;
}

struct Row {
    std::uint8_t main;
    std::array<std::size_t, 5> bytes; ///< CD-DA, mode 1, mode 2, form 1, form 2
};

// Where the standard forbids a choice for one kind of sector, or sources differ: any.
constexpr std::size_t any = 9999;
constexpr std::array rows{
    Row{0x10, {2352, 2048, 2336, 2048, 2328}},
    Row{0x18, {2352, 2336, 2336, 2328, 2328}},
    Row{0x20, {any, 4, 4, 4, 4}},
    Row{0x30, {2352, 2052, 2340, any, any}},
    Row{0x38, {2352, 2340, 2340, any, any}},
    Row{0x40, {any, 0, 0, 8, 8}},
    Row{0x50, {2352, 2048, 2336, 2056, 2336}},
    Row{0x58, {2352, 2336, 2336, 2336, 2336}},
    Row{0x60, {any, 4, 4, 12, 12}},
    Row{0x70, {2352, 2052, 2340, 2060, 2340}},
    Row{0x78, {2352, 2340, 2340, 2340, 2340}},
    Row{0x80, {any, 12, 12, 12, 12}},
    Row{0xA0, {any, 16, 16, 16, 16}},
    Row{0xB0, {2352, 2064, 2352, any, any}},
    Row{0xB8, {2352, 2352, 2352, any, any}},
    Row{0xE0, {any, 16, 16, 24, 24}},
    Row{0xF0, {2352, 2064, 2352, 2072, 2352}},
    Row{0xF8, {2352, 2352, 2352, 2352, 2352}},
};

BOOST_AUTO_TEST_CASE(every_choice_of_fields_has_its_length) {
    Bench bench;
    bench.drive.insert(one_track_of_each());
    bench.settle();
    constexpr std::array<std::size_t, 3> c2_bytes{0, 294, 296};
    constexpr std::array<std::size_t, 5> subchannel_bytes{0, 96, 16, any, 96};
    for (const auto& row : rows)
        for (std::size_t kind = 0; kind < forms.size(); ++kind) {
            if (row.bytes[kind] == any)
                continue;
            const auto lba = static_cast<std::int32_t>(kind) * track_blocks + 7;
            BOOST_TEST_CONTEXT("byte 9 " << int(row.main) << ", track " << kind + 1) {
                for (std::uint8_t c2 = 0; c2 < c2_bytes.size(); ++c2)
                    for (std::uint8_t sub = 0; sub < subchannel_bytes.size(); ++sub) {
                        if (subchannel_bytes[sub] == any)
                            continue;
                        Bytes cdb(12);
                        cdb[0] = 0xBE;
                        mmc::put32(&cdb[2], static_cast<std::uint32_t>(lba));
                        cdb[8] = 1;
                        cdb[9] = static_cast<std::uint8_t>(row.main | c2 << 1);
                        cdb[10] = sub;
                        BOOST_TEST(bench.get(cdb, 4096).size() ==
                                   row.bytes[kind] + c2_bytes[c2] + subchannel_bytes[sub]);
                    }
            }
        }
}

BOOST_AUTO_TEST_CASE(choices_with_a_hole_are_refused_even_for_no_blocks) {
    Bench bench;
    bench.drive.insert(one_track_of_each());
    bench.settle();
    const auto sense = [&](std::uint8_t main, std::uint8_t sub) {
        return Bench::sense(bench.send({0xBE, 0, 0, 0, 0, 0, 0, 0, 0, main, sub, 0}));
    };
    for (const std::uint8_t main : {std::uint8_t{0x90}, std::uint8_t{0x08}, std::uint8_t{0x28},
                                    std::uint8_t{0xC0}, std::uint8_t{0x16}})
        BOOST_TEST(sense(main, 0) == mmc::sense::invalid_field_in_cdb);
    for (const std::uint8_t sub :
         {std::uint8_t{3}, std::uint8_t{5}, std::uint8_t{6}, std::uint8_t{7}})
        BOOST_TEST(sense(0x10, sub) == mmc::sense::invalid_field_in_cdb);
    BOOST_TEST(sense(0x10, 1) == mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(the_expected_type_has_to_be_there) {
    Bench bench;
    bench.drive.insert(one_track_of_each());
    bench.settle();
    for (std::uint8_t expected = 1; expected <= 5; ++expected)
        for (std::uint8_t kind = 1; kind <= 5; ++kind) {
            Bytes cdb(12);
            cdb[0] = 0xBE;
            cdb[1] = static_cast<std::uint8_t>(expected << 2);
            mmc::put32(&cdb[2], static_cast<std::uint32_t>((kind - 1) * track_blocks));
            cdb[8] = 1;
            cdb[9] = 0x10;
            bench.get(cdb, 4096);
            BOOST_TEST(Bench::sense(bench.last) ==
                       (expected == kind ? mmc::sense::none : mmc::sense::illegal_mode_for_track));
        }
}

} // namespace
} // namespace burnrig::emulator
