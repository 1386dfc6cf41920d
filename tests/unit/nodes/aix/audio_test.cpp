// SPDX-License-Identifier: Apache-2.0
// Goal: IDE_CDAUDIO plays, and says how it goes, as the manual says.
#include "mmc/msf.h"
#include "tests/unit/nodes/aix/aix_fixture.h"

namespace mmc = burnrig::mmc;
using namespace burnrig::emulator;
using namespace burnrig::emulator::nodes;

namespace {

class Player : public AixBench {
public:
    explicit Player(long extension = IDE_SINGLE) : cd(opened(extension)) {}

    cd_audio_cmd request{};

    long audio(unsigned command) {
        request.audio_cmds = static_cast<uchar>(command);
        request.status = 0xEE;
        return ioctl(cd, IDE_CDAUDIO, &request);
    }
    long play(std::int32_t begin, std::int32_t end, unsigned more = 0) {
        const auto from = mmc::msf_from_lba(begin);
        const auto to = mmc::msf_from_lba(end);
        request.msf_flag = 1;
        request.indexing.msf = {from.minute, from.second, from.frame,
                                to.minute,   to.second,   to.frame};
        return audio(CD_PLAY_AUDIO | more);
    }
    unsigned status() {
        BOOST_TEST(audio(CD_INFO_AUDIO) == 0);
        return request.status;
    }
    /// Volume and selection of the ports, as the drive has them.
    Bytes ports() {
        const auto page = get({0x5A, 0x08, 0x0E, 0, 0, 0, 0, 0, 24, 0});
        BOOST_REQUIRE_EQUAL(page.size(), 24U);
        return {page.begin() + 16, page.end()};
    }

    AixFile& cd;
};

} // namespace

// AUD-1: audio needs exclusive access: EACCES without.
// ATT-4: audio_supported no refuses every audio operation: EINVAL.
// AUD-2: a device whose audio-supported attribute is no refuses everything with EINVAL.
BOOST_AUTO_TEST_CASE(audio_needs_exclusive_access_and_a_drive_that_plays) {
    for (const long extension : {0L, 0L + SC_DIAGNOSTIC}) {
        Player bench(extension);
        BOOST_TEST(bench.audio(CD_INFO_AUDIO) == -EACCES);
    }
    for (const long extension : {0L, 0L + IDE_SINGLE}) {
        AixBench bench;
        BOOST_TEST(bench.device.configure("audio_supported", "no") == 0);
        AixFile& cd = bench.opened(extension);
        const auto before = bench.sent();
        for (unsigned command = 1; command <= 8; ++command) {
            cd_audio_cmd request{};
            request.audio_cmds = static_cast<uchar>(command);
            BOOST_TEST(bench.ioctl(cd, IDE_CDAUDIO, &request) == -EINVAL);
        }
        BOOST_TEST(bench.sent() == before);
    }
}

// AUD-3: a play by track and index is not supported: EINVAL.
// AUD-4: a play from and to a minute, second and frame of an audio track plays.
// AUD-5: an end before the beginning is EINVAL, one beyond the disc EIO.
// AUD-14: a data track does not play: EIO.
BOOST_AUTO_TEST_CASE(audio_plays_by_minute_second_and_frame) {
    Player bench;
    bench.request.msf_flag = 0;
    bench.request.indexing.track_index = {2, 1, 2, 1, {}};
    BOOST_TEST(bench.audio(CD_PLAY_AUDIO) == -EINVAL);
    BOOST_TEST(bench.play(audio_start + 100, audio_start + 100) == -EINVAL);
    BOOST_TEST(bench.play(audio_start + 100, audio_start + 50) == -EINVAL);
    BOOST_TEST(bench.play(disc_blocks + 100, disc_blocks + 200) == -EIO);
    BOOST_TEST(bench.play(0, 100) == -EIO);
    bench.request.msf_flag = 1;
    bench.request.indexing.msf = {0, 6, 75, 0, 8, 0};
    BOOST_TEST(bench.audio(CD_PLAY_AUDIO) == -ENXIO);
    BOOST_TEST(bench.play(audio_start, audio_start + 250) == 0);
    BOOST_TEST(bench.packet(0x47)[4] == 6); // 300 + 150 frames are 00:06:00
    BOOST_TEST(bench.status() == 0U + CD_PLAY_AUDIO);
}

// AUD-6: while the drive plays another play is EINPROGRESS.
// AUD-9: while it plays CD_INFO_AUDIO tells track, index and place.
BOOST_AUTO_TEST_CASE(a_play_is_told_of_while_it_lasts) {
    Player bench;
    BOOST_TEST(bench.play(audio_start, audio_start + 290) == 0);
    BOOST_TEST(bench.play(audio_start, audio_start + 100) == -EINPROGRESS);
    bench.pass(std::chrono::seconds(2));
    BOOST_TEST(bench.status() == 0U + CD_PLAY_AUDIO);
    const auto& place = bench.request.indexing.info_audio;
    BOOST_TEST(place.current_track == 2);
    BOOST_TEST(place.current_index == 1);
    const auto block =
        mmc::lba_from_msf({place.current_mins, place.current_secs, place.current_frames});
    BOOST_TEST(block >= audio_start + 75);
    BOOST_TEST(block < audio_start + 290);
    bench.pass(std::chrono::seconds(30));
    BOOST_TEST(bench.play(audio_start, audio_start + 100) == 0);
}

// AUD-7: a pause of nothing is EIO.
// AUD-8: pause, resume, stop show as paused, playing, and no audio.
// AUD-15: a failure sets the status byte.
BOOST_AUTO_TEST_CASE(a_play_is_held_resumed_and_stopped) {
    Player bench;
    BOOST_TEST(bench.status() == 0U + CD_NO_AUDIO);
    BOOST_TEST(bench.audio(CD_PAUSE_AUDIO) == -EIO);
    BOOST_TEST(bench.request.status == CD_STATUS_ERROR);
    BOOST_TEST(bench.play(audio_start, audio_start + 290) == 0);
    BOOST_TEST(bench.audio(CD_PAUSE_AUDIO) == 0);
    BOOST_TEST(bench.status() == 0U + CD_PAUSE_AUDIO);
    BOOST_TEST(bench.audio(CD_RESUME_AUDIO) == 0);
    BOOST_TEST(bench.status() == 0U + CD_PLAY_AUDIO);
    BOOST_TEST(bench.audio(CD_STOP_AUDIO) == 0);
    BOOST_TEST(bench.status() == 0U + CD_NO_AUDIO);
    BOOST_TEST(bench.play(audio_start, audio_start + 100) == 0);
    bench.pass(std::chrono::seconds(30));
    BOOST_TEST(bench.status() == 0U + CD_COMPLETED);
    BOOST_TEST(bench.status() == 0U + CD_NO_AUDIO);
}

// AUD-10: CD_TRK_INFO_AUDIO tells the first and the last track.
// AUD-11: CD_GET_TRK_MSF tells where a track begins, AAh is the lead-out; others are EINVAL.
BOOST_AUTO_TEST_CASE(tracks_are_told) {
    Player bench;
    BOOST_TEST(bench.audio(CD_TRK_INFO_AUDIO) == 0);
    BOOST_TEST(bench.request.indexing.track_index.first_track == 1);
    BOOST_TEST(bench.request.indexing.track_index.last_track == 5);
    for (std::int32_t track = 1; track <= 6; ++track) {
        auto& told = bench.request.indexing.track_msf;
        told.track = track == 6 ? 0xAA : static_cast<uchar>(track);
        BOOST_TEST(bench.audio(CD_GET_TRK_MSF) == 0);
        BOOST_TEST(mmc::lba_from_msf({told.mins, told.secs, told.frames}) ==
                   (track - 1) * track_blocks);
    }
    for (const int track : {0, 6, 99, 0xA9, 0xFF}) {
        bench.request.indexing.track_msf.track = static_cast<uchar>(track);
        BOOST_TEST(bench.audio(CD_GET_TRK_MSF) == -EINVAL);
    }
}

// AUD-12: CD_SET_VOLUME stands alone, or goes with the first five.
// AUD-19: volumes of 0 to 255 go to the drive's ports as they are.
BOOST_AUTO_TEST_CASE(volumes_and_channels_are_set) {
    Player bench;
    const Bytes before = bench.ports();
    bench.request.volume_type = CD_VOLUME_ALL;
    bench.request.all_channel_vol = 77;
    BOOST_TEST(bench.audio(CD_SET_VOLUME) == 0);
    BOOST_TEST(
        (bench.ports() == Bytes{before[0], 77, before[2], 77, before[4], 77, before[6], 77}));
    bench.request.volume_type = CD_VOLUME_CHNLS;
    bench.request.out_port_0_vol = 255;
    bench.request.out_port_1_vol = 1;
    BOOST_TEST(bench.play(audio_start, audio_start + 200, CD_SET_VOLUME) == 0);
    BOOST_TEST(bench.status() == 0U + CD_PLAY_AUDIO);
    BOOST_TEST((bench.ports() == Bytes{before[0], 255, before[2], 1, before[4], 0, before[6], 0}));
    bench.request.volume_type = CD_SET_AUDIO_CHNLS;
    bench.request.out_port_0_sel = CD_AUDIO_CHNL_1;
    bench.request.out_port_1_sel = CD_AUDIO_CHNL_0;
    BOOST_TEST(bench.audio(CD_SET_VOLUME) == 0);
    BOOST_TEST(bench.ports()[0] == CD_AUDIO_CHNL_1);
    BOOST_TEST(bench.ports()[2] == CD_AUDIO_CHNL_0);
    bench.request.volume_type = CD_ALL_MUTE;
    BOOST_TEST(bench.audio(CD_SET_VOLUME | CD_PAUSE_AUDIO) == 0);
    for (std::size_t port = 0; port < 4; ++port)
        BOOST_TEST(bench.ports()[2 * port + 1] == 0);
    BOOST_TEST(bench.status() == 0U + CD_PAUSE_AUDIO);
}

// AUD-13: without a disc it is ENOTREADY.
// AUD-18: closing does not stop the music: the drive plays by itself.
BOOST_AUTO_TEST_CASE(the_disc_plays_until_it_is_gone) {
    Player bench;
    BOOST_TEST(bench.play(audio_start, audio_start + 290) == 0);
    BOOST_TEST(bench.device.close(bench.cd) == 0);
    AixFile& again = bench.opened(IDE_SINGLE);
    cd_audio_cmd information{};
    information.audio_cmds = CD_INFO_AUDIO;
    BOOST_TEST(bench.ioctl(again, IDE_CDAUDIO, &information) == 0);
    BOOST_TEST(information.status == CD_PLAY_AUDIO);
    bench.drive.eject(true);
    information.audio_cmds = CD_TRK_INFO_AUDIO;
    BOOST_TEST(bench.ioctl(again, IDE_CDAUDIO, &information) == -ENOTREADY);
    AixBench empty(nullptr);
    AixFile& cd = empty.opened(SC_DIAGNOSTIC | IDE_SINGLE);
    BOOST_TEST(empty.ioctl(cd, IDE_CDAUDIO, &information) == -ENOTREADY);
}

// AUD-16: an unknown sub-command is EINVAL.
// AUD-17: a bad address is EFAULT.
BOOST_AUTO_TEST_CASE(other_audio_commands_are_refused) {
    Player bench;
    for (const unsigned command : {0x00U, 0x0EU, 0x0FU, 0x10U, 0x21U, 0xFFU})
        BOOST_TEST(bench.audio(command) == -EINVAL);
    BOOST_TEST(bench.ioctl(bench.cd, IDE_CDAUDIO, std::uint64_t{16}) == -EFAULT);
}
