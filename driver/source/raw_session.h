// SPDX-License-Identifier: Apache-2.0
// A whole session of a CD as raw recording wants it: every sector with its sub-channel, from the
// lead-in to the lead-out. The drive adds nothing but CIRC and EFM.
//
//     lead-in              pregap    track 1 ...            lead-out
//     | Q: table, thrice   | index 0 | data scrambled, Q:   | Q: track AAh
//     | R-W: CD-TEXT       |         | position, MCN, ISRC  |
//
//     auto layout = std::make_shared<RawLayout>(...);
//     RawSession lead_in(layout, layout->lead_in, -150);     three sources of one session
//
// Source: ECMA-130, clause 22 (sub-channels); MMC-3, write parameters page (data block types 1 to
// 3). The layout stays as it is once sources look at it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "driver/source/compilation.h"
#include "driver/source/source.h"
#include "mmc/msf.h"
#include "mmc/sector.h"
#include "mmc/subchannel.h"

namespace burnrig::driver {

/// What stands behind the 2352 bytes of a sector.
enum class RawForm : std::uint8_t {
    pq16 = 1,     ///< 16 bytes: Q, zeros, P
    packed96 = 2, ///< 96 bytes of P to W; the drive completes the packs in R to W
    raw96 = 3,    ///< 96 bytes of P to W as they go to the disc
};
std::uint32_t block_bytes_of(RawForm form);

struct RawTrack {
    Source* data = nullptr; ///< lives as long as the job
    TrackKind kind = TrackKind::mode1;
    SubchannelData subchannel = SubchannelData::none;
    std::uint8_t number = 1;
    std::uint8_t control = 4;
    std::int32_t pregap = 0;             ///< LBA of index 0; equal to `start` when there is none
    std::int32_t start = 0;              ///< LBA of index 1
    std::int32_t end = 0;                ///< behind the last block, padding and all
    std::int32_t data_begin = 0;         ///< LBA of the source's first block
    std::int32_t data_end = 0;           ///< behind its last one; zeros follow
    std::vector<std::int32_t> indexes{}; ///< LBA of index 2, 3 ...
    std::string isrc{};
};

struct RawLayout {
    RawForm form = RawForm::raw96;
    std::int32_t lead_in = 0;                  ///< LBA
    std::int32_t pregap = -mmc::pregap_blocks; ///< LBA behind the lead-in; 150 blocks
    std::int32_t disc_lead_in = 0;             ///< LBA of the first session's, from the ATIP
    bool is_first_session = true;
    std::vector<RawTrack> tracks;
    std::int32_t lead_out = 0;
    std::int32_t lead_out_blocks = 0;
    std::string media_catalog_number;
    std::vector<std::uint8_t> cd_text_packs; ///< 18 bytes each
    SessionFormat format = SessionFormat::cd_rom;
    bool more_may_follow = false;   ///< another session
    std::int32_t last_lead_out = 0; ///< where the last lead-out of the disc may begin at most

    std::int32_t program() const { return pregap + mmc::pregap_blocks; } ///< LBA of index 1
    std::int32_t end() const { return lead_out + lead_out_blocks; }
};

/// The blocks of a layout from `first` to `end`.
class RawSession final : public Source {
public:
    RawSession(std::shared_ptr<const RawLayout> layout, std::int32_t first, std::int32_t end);

    const std::string& name() const override { return name_; }
    std::uint32_t block_bytes() const override { return block_bytes_of(layout_->form); }
    std::optional<std::uint64_t> size() const override;
    Supply supply() const override;
    bool rewinds() const override;
    mmc::Result<std::span<const std::uint8_t>> read(BlockRange range) override;
    mmc::Result<std::size_t> fill(std::uint32_t first, std::span<std::uint8_t> out) override;
    mmc::Duration available_at(mmc::Duration now) const override;
    mmc::Result<void> intact() const override;
    void stop() override;

private:
    struct Block {
        mmc::RawSector main;
        std::span<std::uint8_t> sub;
    };
    Block block_in(std::span<std::uint8_t> out, std::int32_t number) const;
    void make_lead_in(std::int32_t lba, Block block) const;
    void make_lead_out(std::int32_t lba, Block block) const;
    void make_gap(const RawTrack& track, std::int32_t lba, Block block) const;
    void make_data(const RawTrack& track, std::int32_t lba, Block block,
                   std::span<const std::uint8_t> from) const;
    mmc::Result<void> make_data_run(const RawTrack& track, std::int32_t lba, std::int32_t count,
                                    std::span<std::uint8_t> out);
    const RawTrack* track_at(std::int32_t lba) const;
    mmc::Result<void> make_run(std::int32_t lba, std::int32_t count, std::span<std::uint8_t> out);

    std::string name_;
    std::shared_ptr<const RawLayout> layout_;
    std::int32_t first_;
    std::int32_t end_;
    std::int32_t next_;              ///< what will be asked for next, most likely
    std::vector<mmc::QBytes> table_; ///< of the lead-in
    std::vector<std::uint8_t> buffer_;
};

} // namespace burnrig::driver
