// SPDX-License-Identifier: Apache-2.0
// IDE_CDAUDIO: the drive plays to its own outputs.
//
//     sub-command         packet
//     CD_PLAY_AUDIO       PLAY AUDIO MSF (a play by track and index is not offered)
//     CD_PAUSE, RESUME    PAUSE/RESUME
//     CD_STOP_AUDIO       STOP PLAY/SCAN
//     CD_INFO_AUDIO       READ SUB-CHANNEL
//     CD_TRK_INFO_AUDIO   READ TOC: first and last track
//     CD_GET_TRK_MSF      READ TOC: where a track begins
//     CD_SET_VOLUME       mode page 0Eh; alone, or with one of the first five
#include <algorithm>
#include <cerrno>

#include "emulator/nodes/aix/aix_device.h"
#include "emulator/nodes/aix/include/sys/aix_errno.h"
#include "emulator/nodes/aix/include/sys/scdisk.h"
#include "mmc/bytes.h"
#include "mmc/msf.h"

namespace burnrig::emulator::nodes {
namespace {

constexpr std::chrono::seconds usual_timeout(30);
constexpr std::uint8_t lead_out_track = 0xAA;

// Audio status of READ SUB-CHANNEL (MMC-3, table 242).
enum AudioStatus : std::uint8_t {
    audio_invalid = 0x00,
    audio_playing = 0x11,
    audio_paused = 0x12,
    audio_completed = 0x13,
    audio_failed = 0x14,
    audio_none = 0x15,
};

struct StatusRow {
    std::uint8_t drive;
    std::uint8_t program;
};
constexpr StatusRow status_table[] = {
    {audio_playing, CD_PLAY_AUDIO},  {audio_paused, CD_PAUSE_AUDIO},
    {audio_completed, CD_COMPLETED}, {audio_failed, CD_STATUS_ERROR},
    {audio_none, CD_NO_AUDIO},       {audio_invalid, CD_NOT_VALID},
};

std::uint8_t status_for_program(std::uint8_t drive) {
    const auto row = std::find_if(std::begin(status_table), std::end(status_table),
                                  [drive](const StatusRow& known) { return known.drive == drive; });
    return row == std::end(status_table) ? std::uint8_t{CD_NOT_VALID} : row->program;
}

constexpr std::uint8_t sub_channel_cdb[10] = {0x42, 2, 0x40, 1, 0, 0, 0, 0, 16, 0};

} // namespace

struct AixDevice::AudioRow {
    std::uint8_t command;
    int (AixDevice::*run)(cd_audio_cmd& request);
    bool with_volume; ///< CD_SET_VOLUME may be or-ed to it
};

long AixDevice::audio(const Call& call) {
    cd_audio_cmd request{};
    if (!read_struct(call.memory, call.argument, request))
        return -EFAULT;
    if (!attributes_.audio_supported)
        return -EINVAL;
    if (!exclusive(call.file))
        return -EACCES;
    request.status = CD_NOT_VALID;
    const int error = medium_gone_ != 0 ? medium_gone_ : audio_command(request);
    if (error != 0)
        request.status = CD_STATUS_ERROR;
    return write_struct(call.memory, call.argument, request) ? -error : -EFAULT;
}

int AixDevice::audio_command(cd_audio_cmd& request) {
    static constexpr AudioRow rows[] = {
        {CD_PLAY_AUDIO, &AixDevice::play, true},
        {CD_PAUSE_AUDIO, &AixDevice::pause, true},
        {CD_RESUME_AUDIO, &AixDevice::resume, true},
        {CD_STOP_AUDIO, &AixDevice::stop, true},
        {CD_INFO_AUDIO, &AixDevice::audio_information, true},
        {CD_TRK_INFO_AUDIO, &AixDevice::track_information, false},
        {CD_GET_TRK_MSF, &AixDevice::track_address, false},
    };
    if (request.audio_cmds == CD_SET_VOLUME)
        return set_volume(request);
    const bool volume = (request.audio_cmds & CD_SET_VOLUME) != 0;
    const auto row = std::find_if(std::begin(rows), std::end(rows), [&](const AudioRow& known) {
        return known.command == (request.audio_cmds & ~CD_SET_VOLUME);
    });
    if (row == std::end(rows) || (volume && !row->with_volume))
        return EINVAL;
    if (volume)
        if (const int error = set_volume(request))
            return error;
    return (this->*row->run)(request);
}

int AixDevice::audio_in_progress() {
    if (!played_)
        return 0;
    std::array<std::uint8_t, 16> reply{};
    if (const int error = command({sub_channel_cdb, {}, reply, usual_timeout}))
        return error;
    if (reply[1] == audio_playing)
        return EINPROGRESS;
    played_ = reply[1] == audio_paused;
    // The drive tells the end of a play once; a program that asks later is to hear of it too.
    if (reply[1] == audio_completed || reply[1] == audio_failed)
        play_ended_ = reply[1];
    return 0;
}

int AixDevice::play(cd_audio_cmd& request) {
    if (request.msf_flag != 1)
        return EINVAL;
    const auto& range = request.indexing.msf;
    const mmc::Msf first{range.first_mins, range.first_secs, range.first_frames};
    const mmc::Msf last{range.last_mins, range.last_secs, range.last_frames};
    if (!first.valid() || !last.valid())
        return ENXIO;
    if (last <= first)
        return EINVAL;
    if (const int error = audio_in_progress())
        return error;
    const std::uint8_t cdb[10] = {0x47,        0,           0,           first.minute, first.second,
                                  first.frame, last.minute, last.second, last.frame,   0};
    const int error = command({cdb, {}, {}, usual_timeout});
    played_ = played_ || error == 0;
    play_ended_ = error == 0 ? 0 : play_ended_;
    return error;
}

int AixDevice::pause(cd_audio_cmd&) {
    static constexpr std::uint8_t cdb[10] = {0x4B, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    return command({cdb, {}, {}, usual_timeout});
}

int AixDevice::resume(cd_audio_cmd&) {
    static constexpr std::uint8_t cdb[10] = {0x4B, 0, 0, 0, 0, 0, 0, 0, 1, 0};
    return command({cdb, {}, {}, usual_timeout});
}

int AixDevice::stop(cd_audio_cmd&) {
    static constexpr std::uint8_t cdb[10] = {0x4E};
    const int error = command({cdb, {}, {}, usual_timeout});
    played_ = played_ && error != 0;
    play_ended_ = 0;
    return error;
}

int AixDevice::audio_information(cd_audio_cmd& request) {
    std::array<std::uint8_t, 16> reply{};
    if (const int error = command({sub_channel_cdb, {}, reply, usual_timeout}))
        return error;
    std::uint8_t status = reply[1];
    if (status == audio_none && play_ended_ != 0)
        status = play_ended_;
    play_ended_ = 0;
    played_ = status == audio_playing || status == audio_paused;
    request.status = status_for_program(status);
    auto& position = request.indexing.info_audio;
    position = {};
    position.current_track = reply[6];
    position.current_index = reply[7];
    position.current_mins = reply[9];
    position.current_secs = reply[10];
    position.current_frames = reply[11];
    return 0;
}

int AixDevice::track_information(cd_audio_cmd& request) {
    static constexpr std::uint8_t cdb[10] = {0x43, 2, 0, 0, 0, 0, 0, 0, 4, 0};
    std::array<std::uint8_t, 4> reply{};
    if (const int error = command({cdb, {}, reply, usual_timeout}))
        return error;
    request.indexing.track_index = {};
    request.indexing.track_index.first_track = reply[2];
    request.indexing.track_index.last_track = reply[3];
    return 0;
}

int AixDevice::track_address(cd_audio_cmd& request) {
    const std::uint8_t track = request.indexing.track_msf.track;
    cd_audio_cmd tracks{};
    if (const int error = track_information(tracks))
        return error;
    const auto& range = tracks.indexing.track_index;
    if (track != lead_out_track && (track < range.first_track || track > range.last_track))
        return EINVAL;
    const std::uint8_t cdb[10] = {0x43, 2, 0, 0, 0, 0, track, 0, 12, 0};
    std::array<std::uint8_t, 12> reply{};
    if (const int error = command({cdb, {}, reply, usual_timeout}))
        return error;
    request.indexing.track_msf = {track, {}, reply[9], reply[10], reply[11]};
    return 0;
}

/// Changes what the program names in the drive's four output ports, and leaves the rest.
int AixDevice::set_volume(const cd_audio_cmd& request) {
    static constexpr std::uint8_t mode_sense[10] = {0x5A, 0x08, 0x0E, 0, 0, 0, 0, 0, 24, 0};
    static constexpr std::uint8_t mode_select[10] = {0x55, 0x10, 0, 0, 0, 0, 0, 0, 24, 0};
    constexpr std::size_t first_port = 16;
    const std::uint8_t volumes[4] = {request.out_port_0_vol, request.out_port_1_vol,
                                     request.out_port_2_vol, request.out_port_3_vol};
    const std::uint8_t selections[4] = {request.out_port_0_sel, request.out_port_1_sel,
                                        request.out_port_2_sel, request.out_port_3_sel};
    const auto type = request.volume_type;
    if (type < CD_VOLUME_ALL || type > CD_SET_AUDIO_CHNLS)
        return ENXIO;
    std::array<std::uint8_t, 24> pages{};
    if (const int error = command({mode_sense, {}, pages, usual_timeout}))
        return error;
    if (commands_.last().transferred < pages.size())
        return EIO;
    for (std::size_t port = 0; port < 4; ++port) {
        std::uint8_t& selection = pages[first_port + 2 * port];
        std::uint8_t& volume = pages[first_port + 2 * port + 1];
        volume = type == CD_VOLUME_ALL ? request.all_channel_vol
                 : type == CD_ALL_MUTE ? std::uint8_t{0}
                                       : volumes[port];
        if (type == CD_SET_AUDIO_CHNLS)
            selection = selections[port];
    }
    pages[0] = pages[1] = 0;
    pages[8] &= 0x3F;
    return command({mode_select, pages, {}, usual_timeout});
}

} // namespace burnrig::emulator::nodes
