// SPDX-License-Identifier: Apache-2.0
#include "harness/physical/disc_reader.h"

#include <algorithm>

#include "driver/commands/recording.h"
#include "mmc/profile.h"

namespace burnrig::harness {
namespace {

using driver::DiscStatus;
using emulator::Disc;
using emulator::MediumKind;
using mmc::Profile;

struct KindOfProfile {
    Profile profile;
    MediumKind kind;
    emulator::FormatKind format = emulator::FormatKind::none;
};
constexpr KindOfProfile kinds[]{
    {Profile::cd_r, MediumKind::cd_r},
    {Profile::cd_rw, MediumKind::cd_rw},
    {Profile::cd_rom, MediumKind::cd_rom},
    {Profile::dvd_rom, MediumKind::dvd_rom},
    {Profile::dvd_minus_r, MediumKind::dvd_minus_r},
    {Profile::dvd_minus_r_dl, MediumKind::dvd_minus_r_dl},
    {Profile::dvd_minus_r_dl_jump, MediumKind::dvd_minus_r_dl},
    {Profile::dvd_minus_rw, MediumKind::dvd_minus_rw},
    {Profile::dvd_minus_rw_overwrite, MediumKind::dvd_minus_rw,
     emulator::FormatKind::restricted_overwrite},
    {Profile::dvd_minus_rw_dl, MediumKind::dvd_minus_rw_dl},
    {Profile::dvd_download, MediumKind::dvd_download},
    {Profile::dvd_plus_r, MediumKind::dvd_plus_r},
    {Profile::dvd_plus_r_dl, MediumKind::dvd_plus_r_dl},
    {Profile::dvd_plus_rw, MediumKind::dvd_plus_rw, emulator::FormatKind::overwritable},
    {Profile::dvd_plus_rw_dl, MediumKind::dvd_plus_rw_dl, emulator::FormatKind::overwritable},
    {Profile::dvd_ram, MediumKind::dvd_ram, emulator::FormatKind::overwritable},
    {Profile::bd_rom, MediumKind::bd_rom},
    {Profile::bd_r, MediumKind::bd_r},
    {Profile::bd_r_random, MediumKind::bd_r, emulator::FormatKind::random_recording},
    {Profile::bd_re, MediumKind::bd_re, emulator::FormatKind::overwritable},
};

const KindOfProfile* find_kind(std::uint16_t profile) {
    const auto found =
        std::find_if(std::begin(kinds), std::end(kinds),
                     [&](const KindOfProfile& one) { return mmc::code(one.profile) == profile; });
    return found == std::end(kinds) ? nullptr : found;
}

class Reader {
public:
    Reader(mmc::Target& target, Disc& disc, const DiscReaderOptions& options)
        : channel_(target), disc_(disc), options_(options) {}

    /// The data blocks of a track as far as they can be read.
    mmc::Result<void> read(const emulator::Track& track) {
        constexpr std::int32_t chunk = 16;
        const auto end = std::min<std::int64_t>(track.end, std::int64_t{track.start} +
                                                               options_.blocks_of_a_track);
        unreadable_ = 0;
        for (std::int32_t lba = track.start; lba < end && unreadable_ < options_.unreadable_max;) {
            const auto count = static_cast<std::int32_t>(std::min<std::int64_t>(chunk, end - lba));
            if (auto taken = take(lba, count, track.form); !taken)
                return taken;
            lba += count;
        }
        return {};
    }

private:
    mmc::Result<void> take(std::int32_t lba, std::int32_t count, emulator::BlockForm form) {
        bytes_.resize(static_cast<std::size_t>(count) * driver::data_block_bytes);
        const auto read = driver::read_10(channel_, lba, bytes_);
        if (read)
            return disc_.write(lba, form, bytes_);
        if (read.error().completion.host != mmc::HostStatus::ok)
            return mmc::fail("the drive no longer answers at LBA {}", lba);
        if (count == 1) {
            ++unreadable_;
            disc_.damage().ranges.push_back(
                {.first = lba, .end = lba + 1, .kind = emulator::DamageKind::unreadable});
            return disc_.write_zeros(lba, form, 1);
        }
        for (std::int32_t i = 0; i < count && unreadable_ < options_.unreadable_max; ++i)
            if (auto taken = take(lba + i, 1, form); !taken)
                return taken;
        return {};
    }

    driver::Channel channel_;
    Disc& disc_;
    const DiscReaderOptions& options_;
    std::vector<std::uint8_t> bytes_;
    std::uint32_t unreadable_ = 0;
};

/// As the reply has it. The size of a track written at once counts the two blocks of its run-out,
/// which nobody can read: they are unreadable on the copy.
emulator::Track track_of(const driver::TrackInformation& info, const driver::DiscSummary& disc) {
    emulator::Track track;
    track.number = info.number;
    track.session = info.session;
    track.control = info.track_mode;
    track.damaged = info.damaged;
    track.form = track.audio() ? emulator::BlockForm::audio : emulator::BlockForm::mode1;
    track.start = info.start;
    track.pregap = info.start;
    const bool open = info.next_writable.has_value() && info.session == disc.sessions;
    track.state = open ? emulator::TrackState::open : emulator::TrackState::complete;
    track.end = open ? *info.next_writable : info.start + static_cast<std::int32_t>(info.size);
    return track;
}

std::vector<emulator::Session> sessions_of(const driver::DiscSummary& disc) {
    std::vector<emulator::Session> sessions;
    for (std::uint16_t number = 1; number <= disc.sessions; ++number) {
        emulator::Session session;
        session.number = number;
        session.state = number < disc.sessions
                            ? emulator::SessionState::complete
                            : static_cast<emulator::SessionState>(disc.last_session);
        sessions.push_back(session);
    }
    return sessions;
}

} // namespace

bool is_of_profile(MediumKind kind, std::uint16_t profile) {
    const auto* found = find_kind(profile);
    return found != nullptr && found->kind == kind;
}

mmc::Result<std::unique_ptr<Disc>> read_disc(mmc::Target& target, mmc::Clock& clock,
                                             const emulator::Medium& medium,
                                             const DiscReaderOptions& options) {
    const auto found = driver::Recorder(target, clock).disc();
    if (!found)
        return mmc::fail("what is on the disc cannot be asked: {}", found.error().message);
    auto disc = Disc::in_memory(medium);
    if (!disc || found->status == DiscStatus::blank)
        return disc;
    auto& structure = (*disc)->structure();
    structure.sessions = sessions_of(*found);
    structure.finalized = found->status == DiscStatus::complete;
    if (const auto* kind = find_kind(found->profile))
        structure.format.kind = kind->format;
    Reader reader(target, **disc, options);
    for (const auto& info : found->tracks) {
        if (info.blank)
            continue;
        auto& track = structure.tracks.emplace_back(track_of(info, *found));
        if (!track.audio())
            if (auto read = reader.read(track); !read)
                return tl::unexpected(read.error());
    }
    return disc;
}

} // namespace burnrig::harness
