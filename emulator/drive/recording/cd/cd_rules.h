// SPDX-License-Identifier: Apache-2.0
// The recording rules of CD-R and CD-RW: track at once, session at once, raw and packet writing,
// one or several sessions, reserved tracks, blanking, formatting.
//
//     blank --first WRITE--> open session --CLOSE SESSION--> appendable (empty session) or final
//              SYNCHRONIZE CACHE ends a track                 BLANK (CD-RW): blank again
//
// An open track that is not made of packets, without a write in progress, is one that was cut off:
// it is damaged, nothing can be written behind it, CLOSE TRACK repairs it when it was recorded at
// once. A CD-RW that FORMAT UNIT has filled with packets is only overwritten, until BLANK. Sources:
// MMC-3 chapter 4.3, Orange Book parts II and III as quoted there.
#pragma once

#include <optional>

#include "emulator/drive/recording/cd/cue_sheet.h"
#include "emulator/drive/recording/cd/lead_in_text.h"
#include "emulator/drive/recording/cd/raw_session.h"
#include "emulator/drive/recording/recording_rules.h"
#include "emulator/drive/write_parameters.h"

namespace burnrig::emulator {

class CdRules final : public RecordingRules {
public:
    explicit CdRules(MediumKind kind) : kind_(kind) {}

    mmc::Profile profile(const Disc& disc) const override;
    bool writable(const Disc& disc) const override;
    bool feature_current(const LogicalUnit& unit, std::uint16_t feature) const override;
    DiscView disc_view(const LogicalUnit& unit) const override;
    std::optional<TrackView> next_track(const LogicalUnit& unit) const override;
    TrackView track_view(const LogicalUnit& unit, const Track& track) const override;
    std::int32_t capacity(const LogicalUnit& unit) const override;
    std::int32_t readable_end(const LogicalUnit& unit) const override;
    std::optional<mmc::SenseCode> unrecorded_fault(const LogicalUnit& unit,
                                                   std::int32_t lba) const override;
    std::uint32_t management_entries() const override;
    FormatCapacities format_capacities(const LogicalUnit& unit) const override;
    bool writing() const override { return write_.has_value(); }

    Answer calibrate(LogicalUnit& unit, mmc::Duration now) override;
    Answer write(LogicalUnit& unit, const WriteRequest& request) override;
    Answer synchronize(LogicalUnit& unit, mmc::Duration now, bool immediate) override;
    Answer send_cue_sheet(LogicalUnit& unit, std::span<const std::uint8_t> sheet) override;
    Answer reserve(LogicalUnit& unit, const Request& request) override;
    Answer close(LogicalUnit& unit, std::uint8_t function, std::uint16_t track, mmc::Duration now,
                 bool immediate) override;
    Answer blank(LogicalUnit& unit, std::uint8_t type, std::int32_t address, mmc::Duration now,
                 bool immediate) override;
    Answer format(LogicalUnit& unit, const FormatRequest& request) override;
    Answer repair(LogicalUnit& unit, std::uint16_t track, mmc::Duration now,
                  bool immediate) override;
    TrackResources track_resources(const LogicalUnit& unit) const override;
    void parameters_changed(LogicalUnit& unit) override;
    void cut_off(LogicalUnit& unit, mmc::Duration now) override;
    void end_idle_write(LogicalUnit& unit, mmc::Duration now) override;
    void recover(LogicalUnit& unit) override;

private:
    /// Between the first block and the end of SYNCHRONIZE CACHE.
    struct WriteInProgress {
        WriteMethod method = WriteMethod::track_at_once;
        bool simulated = false; ///< test write: all as usual, only the disc stays as it is
        bool burn_free = false;
        bool overwrite = false; ///< packets of a formatted disc
        Track track; ///< track at once, packet: the one being written, also when simulated
        std::uint16_t block_bytes = 2048; ///< raw: what the host sends for one block
        std::int32_t first = 0;           ///< packet: blocks before it belong to earlier writes
        std::int32_t next = 0;            ///< the only address the next WRITE may have
        std::int32_t program = 0;         ///< raw: behind the lead-in
        std::int32_t limit = 0;           ///< behind the last block there is room for
    };

    // tracks.cpp
    Answer room_for_track(const Structure& structure) const;
    Track invisible_track(const LogicalUnit& unit) const;
    std::int32_t next_start(const LogicalUnit& unit) const;
    void open_track(LogicalUnit& unit);
    Answer register_track(Structure& structure, Track& track);
    Answer complete_track(LogicalUnit& unit, std::uint16_t number);

    // track_at_once.cpp
    Answer plan_track(const LogicalUnit& unit, const WriteRequest& request,
                      WriteInProgress& plan) const;
    Answer record_track(LogicalUnit& unit, const WriteRequest& request);

    // packets.cpp
    std::int32_t track_limit(const LogicalUnit& unit, const Track& track) const;
    Answer plan_packet(const LogicalUnit& unit, const WriteRequest& request,
                       WriteInProgress& plan) const;
    void turn_to_packet(LogicalUnit& unit, const WriteRequest& request);
    bool packet_has_ended(const LogicalUnit& unit, mmc::Duration now) const;

    // formatted.cpp
    Answer check_overwrite(const LogicalUnit& unit, const WriteRequest& request) const;
    Answer overwrite(LogicalUnit& unit, const WriteRequest& request);

    // session_at_once.cpp
    Answer plan_session(const LogicalUnit& unit, const WriteRequest& request,
                        WriteInProgress& plan) const;
    Answer record_session(LogicalUnit& unit, const WriteRequest& request);
    void enter_segment(LogicalUnit& unit, const CueSegment& segment);
    Answer record_segment(LogicalUnit& unit, const CueSegment& segment, std::int32_t blocks,
                          std::span<const std::uint8_t> data);
    mmc::Result<void> keep_segment(LogicalUnit& unit, const CueSegment& segment,
                                   std::int32_t blocks, std::span<const std::uint8_t> data);
    mmc::Result<void> keep_with_subchannel(LogicalUnit& unit, const CueSegment& segment,
                                           std::int32_t lba, std::span<const std::uint8_t> block);
    Answer make_zeros(LogicalUnit& unit, std::int32_t end);
    void skip_made_blocks(LogicalUnit& unit);
    Answer finish_session(LogicalUnit& unit);
    std::size_t host_bytes(const WriteInProgress& write, std::uint32_t blocks) const;

    // raw.cpp
    Answer plan_raw(const LogicalUnit& unit, const WriteRequest& request,
                    WriteInProgress& plan) const;
    Answer record_raw(LogicalUnit& unit, const WriteRequest& request);
    Answer keep_raw_block(LogicalUnit& unit, std::int32_t lba, std::span<std::uint8_t> block);
    void take_raw_tracks(LogicalUnit& unit, std::int32_t end, BlockForm form);
    std::int32_t raw_limit(const LogicalUnit& unit) const;
    Answer finish_raw(LogicalUnit& unit);

    // closing.cpp
    Answer close_session(LogicalUnit& unit, mmc::Duration now, bool immediate);
    Answer close_track(LogicalUnit& unit, std::uint16_t track, mmc::Duration now, bool immediate);
    void complete_session(LogicalUnit& unit, std::int32_t lead_out, bool next_allowed);
    Answer finish_write(LogicalUnit& unit);
    void cut_off_packet(LogicalUnit& unit, const WriteInProgress& write, std::int32_t burned_end);

    // blanking.cpp
    Answer erase_everything(LogicalUnit& unit, bool whole);
    void damage_session(LogicalUnit& unit);
    mmc::Duration blank_time(const LogicalUnit& unit, std::uint8_t type) const;

    // cd_rules.cpp
    bool drive_writes_class(const LogicalUnit& unit) const;
    Answer check_write(const LogicalUnit& unit, const WriteRequest& request,
                       const WriteInProgress& target) const;
    void open_session(LogicalUnit& unit);
    Answer record(LogicalUnit& unit, const WriteRequest& request);
    Answer plan(const LogicalUnit& unit, const WriteRequest& request, WriteInProgress& plan) const;
    Answer begin_write(LogicalUnit& unit, const WriteRequest& request, const WriteInProgress& plan);

    MediumKind kind_;
    std::optional<WriteInProgress> write_;
    std::optional<CueSheet> cue_;
    LeadInText text_; ///< session at once: the CD-TEXT of the lead-in being written
    RawSession raw_;  ///< raw: what the session being written says of itself
};

} // namespace burnrig::emulator
