// SPDX-License-Identifier: Apache-2.0
// Commands that ask the drive who it is and how it is: INQUIRY, TEST UNIT READY, REQUEST SENSE, GET
// CONFIGURATION, MODE SENSE of page 2Ah, GET EVENT STATUS NOTIFICATION.
//
// Source: SPC-3 and MMC-5 as transcribed in the layouts below each struct. Reply sizes are checked:
// what a drive does not send is absent, what it must send and does not is an error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver/commands/channel.h"

namespace burnrig::driver {

struct Inquiry {
    std::uint8_t device_type = 0; ///< 05h: CD/DVD/BD
    bool removable = false;
    std::uint8_t version = 0;
    std::uint8_t response_format = 0;
    std::string vendor;   ///< 8 characters at most, trailing blanks removed
    std::string product;  ///< 16
    std::string revision; ///< 4
};

/// 12h.
Reply<Inquiry> inquiry(Channel& channel);

/// 00h.
Reply<void> test_unit_ready(Channel& channel);

/// 03h. Nothing when the reply is no sense data.
Reply<std::optional<mmc::Sense>> request_sense(Channel& channel);

/// What the drive can record on the medium that is in now: bits of the features that are current
/// (GET CONFIGURATION).
struct WriteFeatures {
    bool tao = false; ///< 002Dh
    bool tao_test_write = false;
    bool tao_underrun_free = false;
    bool sao = false; ///< 002Eh
    bool sao_test_write = false;
    bool sao_underrun_free = false;
    std::uint32_t max_cue_sheet_bytes = 0;
    bool sao_subchannel = false; ///< 002Eh: R to W, and with them CD-TEXT
    bool raw = false;            ///< 002Eh
    bool raw_multi_session = false;
    bool incremental = false; ///< 0021h
    bool dvd_minus = false;   ///< 002Fh: DVD-R, DVD-RW
    bool dvd_minus_test_write = false;
    bool dvd_minus_underrun_free = false;
    bool pseudo_overwrite = false;      ///< 0038h: BD-R formatted for it
    bool random_recording = false;      ///< 0023h: BD-R can be formatted for it
    bool format_without_spares = false; ///< 0023h: BD-RE
    bool stream_writing = false;        ///< 0107h: WRITE(12) with its Streaming bit
    bool lists_write_speeds = false;    ///< 0107h: GET PERFORMANCE of type 3
};

struct Configuration {
    std::uint16_t current_profile = 0;   ///< 0: no medium
    std::vector<std::uint16_t> profiles; ///< feature 0000h, in the drive's order
    std::vector<std::uint16_t> features; ///< all codes, in the drive's order
    WriteFeatures write;
};

/// 46h, all features.
Reply<Configuration> get_configuration(Channel& channel);

/// Page 2Ah.
struct Capabilities {
    bool reads_cd_r = false;
    bool writes_cd_r = false;
    bool writes_cd_rw = false;
    bool test_write = false;
    bool buffer_underrun_free = false;
    bool multi_session = false;
    bool tray_locked = false;
    std::uint16_t buffer_kib = 0;
    std::uint16_t current_write_kb = 0;
    std::uint16_t max_write_kb = 0;
    std::vector<std::uint16_t> write_speeds_kb; ///< fastest first; empty in old drives
};

/// 5Ah, page 2Ah.
Reply<Capabilities> mode_sense_capabilities(Channel& channel);

enum class MediaEvent : std::uint8_t {
    none = 0,
    eject_request = 1,
    new_medium = 2,
    medium_removal = 3,
    medium_changed = 4,
    background_format_completed = 5,
    background_format_restarted = 6,
};

struct MediaStatus {
    MediaEvent event = MediaEvent::none;
    bool medium_present = false;
    bool tray_open = false;
};

/// 4Ah, media class, polled. Nothing when the drive has no such class.
Reply<std::optional<MediaStatus>> get_event_status(Channel& channel);

} // namespace burnrig::driver
