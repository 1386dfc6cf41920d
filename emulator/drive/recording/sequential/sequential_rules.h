// SPDX-License-Identifier: Apache-2.0
// The recording rules that all sequentially recorded DVD and BD media share: tracks with a next
// writable address each, whole ECC blocks, reservation, sessions, closing.
//
//     blank --RESERVE TRACK, WRITE--> open session --CLOSE TRACK, CLOSE SESSION--> appendable
//                                                                       finalize --> complete
//
// What a medium has beside that is in a class of its own: DvdMinusRules (mode page 05h, disc at
// once, blanking), DvdPlusRules (layer break), BdRules (formats with spares, pseudo-overwrite). The
// numbers are in media.h, the arithmetic of addresses in zones.h.
//
// A test write works on a copy of the disc's structure, which is dropped when it ends; blocks are
// never touched. Source: MMC-5, chapters 4.4 to 4.6 and the commands' own.
#pragma once

#include <optional>

#include "emulator/drive/recording/recording_rules.h"
#include "emulator/drive/recording/sequential/media.h"
#include "emulator/drive/recording/sequential/zones.h"

namespace burnrig::emulator {

class SequentialRules : public RecordingRules {
public:
    explicit SequentialRules(MediumKind kind) : traits_(sequential::traits_of(kind)) {}

    // views.cpp
    mmc::Profile profile(const Disc&) const override { return traits_.profile; }
    bool writable(const Disc& disc) const override;
    DiscView disc_view(const LogicalUnit& unit) const override;
    std::optional<TrackView> next_track(const LogicalUnit& unit) const override;
    TrackView track_view(const LogicalUnit& unit, const Track& track) const override;
    bool knows_invisible_track() const override { return traits_.invisible_number; }
    std::int32_t capacity(const LogicalUnit& unit) const override;
    std::int32_t readable_end(const LogicalUnit& unit) const override;
    std::optional<mmc::SenseCode> unrecorded_fault(const LogicalUnit& unit,
                                                   std::int32_t lba) const override;
    std::uint32_t management_entries() const override { return traits_.management_entries; }
    FormatCapacities format_capacities(const LogicalUnit& unit) const override;
    TrackResources track_resources(const LogicalUnit& unit) const override;
    bool writing() const override { return stream_.has_value(); }
    bool can_simulate() const override { return traits_.write_parameters; }

    // sequential_rules.cpp
    Answer calibrate(LogicalUnit& unit, mmc::Duration now) override;
    Answer write(LogicalUnit& unit, const WriteRequest& request) override;
    Answer synchronize(LogicalUnit& unit, mmc::Duration now, bool immediate) override;
    void parameters_changed(LogicalUnit& unit) override;
    void cut_off(LogicalUnit& unit, mmc::Duration now) override;
    void end_idle_write(LogicalUnit& unit, mmc::Duration now) override;
    void recover(LogicalUnit& unit) override;

    // closing.cpp
    Answer reserve(LogicalUnit& unit, const Request& request) override;
    Answer close(LogicalUnit& unit, std::uint8_t function, std::uint16_t track, mmc::Duration now,
                 bool immediate) override;
    Answer repair(LogicalUnit& unit, std::uint16_t track, mmc::Duration now,
                  bool immediate) override;

protected:
    /// What CLOSE TRACK/SESSION does for a close function.
    enum class CloseAction : std::uint8_t { invalid, close_track, close_session, finalize };

    /// How the next blocks are to be recorded, as mode page 05h says where it counts.
    struct Method {
        bool at_once = false;     ///< disc at once
        bool simulated = false;   ///< test write: all as usual, only the disc stays as it is
        bool is_protected = true; ///< the buffer may run dry
        bool next_session = true; ///< after CLOSE SESSION another may follow
    };

    /// Between the first block of a track and the end of SYNCHRONIZE CACHE.
    struct Stream {
        Method method;
        std::uint16_t track = 1;
        std::int32_t begin = 0; ///< first block of this stream
        std::int32_t next = 0;  ///< the address of the next WRITE
        std::int32_t limit = 0; ///< behind the last block there is room for
    };

    virtual Method method(const LogicalUnit&) const { return {}; }
    virtual CloseAction close_action(const LogicalUnit& unit, std::uint8_t function) const = 0;
    /// Why nothing can be recorded by this method on the disc as it is.
    virtual Answer admit(const LogicalUnit&, const Method&) const { return good(); }
    /// Whether this method may be used for this zone.
    virtual Answer admit_zone(const LogicalUnit&, const Method&, const sequential::Zone&) const {
        return good();
    }
    /// A WRITE whose address is no next writable one.
    virtual Answer write_elsewhere(LogicalUnit& unit, const WriteRequest& request);
    /// Whether the drive reads what it has written, and replaces what is bad.
    virtual bool verifies(const LogicalUnit&, const WriteRequest&) const { return false; }
    /// A session was closed by the host; whether the disc is finalized by that.
    virtual bool finalizes_by_itself(const LogicalUnit& unit) const;

    const sequential::MediumTraits& traits() const { return traits_; }
    /// The structure as the host sees it: that of the disc, or the copy of a test write.
    const Structure& structure(const LogicalUnit& unit) const;
    Structure& structure(LogicalUnit& unit);
    std::optional<sequential::Zone> last_zone(const LogicalUnit& unit) const;
    std::int32_t recordable_end(const LogicalUnit& unit) const;
    void open_track(LogicalUnit& unit, const Stream& target);
    Answer finish_stream(LogicalUnit& unit);
    Answer update_management_area(LogicalUnit& unit);
    /// Forgets what went on: the disc has become another.
    void forget() {
        stream_.reset();
        shadow_.reset();
    }

    std::optional<Stream> stream_;

private:
    bool continues_stream(std::int32_t lba) const {
        return stream_ && lba == stream_->next && lba < stream_->limit;
    }
    Answer find_target(LogicalUnit& unit, const WriteRequest& request, Stream& target) const;
    Answer begin(LogicalUnit& unit, const WriteRequest& request, const Stream& target);
    Answer record(LogicalUnit& unit, const WriteRequest& request);
    static Answer verify(LogicalUnit& unit, const WriteRequest& request);
    Answer pad(LogicalUnit& unit, Track& track, std::int32_t end);
    Answer reserve_at_once(LogicalUnit& unit, std::uint32_t blocks);
    Answer split(LogicalUnit& unit, std::int64_t end);
    Answer close_track(LogicalUnit& unit, std::uint16_t number, mmc::Duration now, bool immediate);
    Answer finish_track(LogicalUnit& unit, std::uint16_t number);
    Answer close_session(LogicalUnit& unit, bool next_allowed, mmc::Duration now, bool immediate);
    Answer unclosed_track(const LogicalUnit& unit) const;
    void complete_session(LogicalUnit& unit, bool next_allowed);
    void join_fragments(Structure& structure, std::uint16_t session) const;
    std::int32_t padded_session_end(const Structure& structure) const;

    const sequential::MediumTraits& traits_;
    std::optional<Structure> shadow_; ///< of a test write
};

} // namespace burnrig::emulator
