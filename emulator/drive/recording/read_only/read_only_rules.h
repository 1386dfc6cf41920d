// SPDX-License-Identifier: Apache-2.0
// A disc that this drive only reads: pressed, or recorded by another drive on a medium that this
// one does not record. It is a CD-ROM, DVD-ROM or BD-ROM to the host; whatever would record is
// refused with 5/30/05.
//
// What a pure reader sees of a disc is its complete sessions. Source: MMC-5, 5.3.1 (profiles 0008h,
// 0010h, 0040h).
#pragma once

#include "emulator/drive/recording/recording_rules.h"

namespace burnrig::emulator {

/// The profile of what a drive reads and does not record.
constexpr mmc::Profile read_only_profile(MediumFamily family) {
    constexpr std::array profiles{mmc::Profile::cd_rom, mmc::Profile::dvd_rom,
                                  mmc::Profile::bd_rom};
    return profiles[static_cast<std::size_t>(family)];
}

class ReadOnlyRules final : public RecordingRules {
public:
    explicit ReadOnlyRules(mmc::Profile profile) : profile_(profile) {}

    mmc::Profile profile(const Disc&) const override { return profile_; }
    bool writable(const Disc&) const override { return false; }
    bool feature_current(const LogicalUnit& unit, std::uint16_t feature) const override;
    DiscView disc_view(const LogicalUnit& unit) const override;
    std::optional<TrackView> next_track(const LogicalUnit&) const override { return std::nullopt; }
    TrackView track_view(const LogicalUnit& unit, const Track& track) const override;
    bool knows_invisible_track() const override { return false; }
    std::int32_t capacity(const LogicalUnit& unit) const override;
    std::int32_t readable_end(const LogicalUnit& unit) const override { return capacity(unit); }
    std::optional<mmc::SenseCode> unrecorded_fault(const LogicalUnit& unit,
                                                   std::int32_t lba) const override;
    bool writing() const override { return false; }
    Answer write(LogicalUnit& unit, const WriteRequest& request) override;
    Answer synchronize(LogicalUnit&, mmc::Duration, bool) override { return good(); }
    FormatCapacities format_capacities(const LogicalUnit& unit) const override;
    void cut_off(LogicalUnit&, mmc::Duration) override {}
    void end_idle_write(LogicalUnit&, mmc::Duration) override {}
    void recover(LogicalUnit&) override {}

private:
    mmc::Profile profile_;
};

} // namespace burnrig::emulator
