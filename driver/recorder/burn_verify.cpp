// SPDX-License-Identifier: Apache-2.0
// The part of a burn that reads back what was written.
#include <fmt/format.h>

#include "driver/recorder/burn.h"
#include "driver/seeded_bugs.h"
#include "driver/source/main_channel.h"
#include "driver/verify/verify.h"
#include "mmc/sector.h"

namespace burnrig::driver {

namespace {

/// A source that was changed meanwhile differs from the disc, and that is not the disc's fault.
BurnError true_cause(BurnError error, const Source& source) {
    const auto intact = source.intact();
    if (error.cause != Cause::verify_mismatch || intact)
        return error;
    BurnError changed =
        make_error(Cause::source_error, error.stage,
                   intact.error().message + " The disc differs from it: " + error.message);
    changed.lba = error.lba;
    return changed;
}

} // namespace

Outcome<void> Burn::verify() {
    if (!job_.verify || seeded(Bug::verify_without_reading))
        return {};
    operation_.enter(Stage::verify);
    if (const auto cleared = clear_read_cache(operation_); !cleared)
        return cleared;
    VerifyResult sum;
    for (const Extent& extent : plan_.tracks())
        if (const auto same = verify_extent(extent, sum); !same)
            return same;
    if (plan_.writes_cd_text)
        if (const auto text = verify_cd_text(operation_, job_.compilation->cd_text_packs); !text)
            return text;
    report_.verify = sum;
    return {};
}

Outcome<void> Burn::verify_extent(const Extent& extent, VerifyResult& sum) {
    if (extent.is_lead_area)
        return {};
    std::optional<MainChannel> main_channel;
    if (extent.has_subchannel)
        main_channel.emplace(*extent.source);
    Source& source = main_channel ? *main_channel : *extent.source;
    const VerifyTask task{.source = source,
                          .first_lba = extent.source_lba(),
                          .source_first = extent.source_first - extent.resumed_blocks,
                          .source_blocks = extent.resumed_blocks + extent.source_blocks,
                          .padding_blocks = extent.trailing_zero_blocks,
                          .block_bytes = source.block_bytes(),
                          .form = extent.read_form,
                          .is_audio = extent.is_audio,
                          .pregap_blocks = extent.pregap_blocks,
                          .is_whole_track = plan_.writes_whole_track,
                          .transfer_bytes = options_.max_transfer_bytes,
                          .digests = wants_digests() ? &digests_ : nullptr};
    if (const auto listed = verify_listing(operation_, disc_.profile, task); !listed)
        return listed;
    const bool in_part = source.block_bytes() != data_block_bytes &&
                         !extent.read_form.is_whole(source.block_bytes());
    if (in_part && wants_digests()) {
        operation_.warn("a stream of blocks of which the drive makes a part is not compared");
        return {};
    }
    if (extent.has_subchannel && wants_digests()) {
        operation_.warn("a stream with sub-channel data is not compared");
        return {};
    }
    auto compared = verify_track(operation_, task);
    if (!compared)
        return tl::unexpected(true_cause(std::move(compared.error()), *extent.source));
    sum.compared += compared->compared;
    if (in_part && source.block_bytes() == mmc::raw_sector_size)
        plan_.notes.push_back(
            "sync, header, EDC and ECC are the drive's and are not compared: only "
            "raw recording puts those of the source on the disc");
    if (extent.has_subchannel)
        plan_.notes.push_back("sub-channel data are not compared, only what they go with");
    if (compared->audio_offset != 0 && sum.audio_offset == 0) {
        sum.audio_offset = compared->audio_offset;
        plan_.notes.push_back(
            fmt::format("the drive reads audio {} samples {} of where they are: compared with that",
                        std::abs(sum.audio_offset), sum.audio_offset > 0 ? "ahead" : "behind"));
    }
    return {};
}

} // namespace burnrig::driver
