// SPDX-License-Identifier: Apache-2.0
// What the tests of the AIX device share: a drive with a disc of every kind of sector, the device
// on top of it, and the calls of a program.
//
//     AixBench bench;
//     AixFile& cd = bench.opened(IDE_SINGLE);
//     BOOST_TEST(bench.ioctl(cd, IDE_CDPMR) == 0);   BOOST_TEST(bench.sent(0x1E) == 1U);
//
// The program's memory is this process's own, so that a bad address is one. A comment of the form
// "// OPN-4: words" above a test says which line of the manual it is for; the table in
// emulator/nodes/aix/README.md is made of these lines (tests/unit/nodes/aix/table.py).
#pragma once

#include <deque>
#include <fcntl.h>
#include <unistd.h>

#include "emulator/nodes/aix/aix_device.h"
#include "emulator/nodes/aix/include/errno.h"
#include "emulator/nodes/aix/include/sys/devinfo.h"
#include "emulator/nodes/aix/include/sys/idecdrom.h"
#include "emulator/nodes/aix/include/sys/scdisk.h"
#include "emulator/nodes/process_memory.h"
#include "tests/unit/drive/overwrite_fixture.h"

namespace burnrig::emulator::nodes {

inline constexpr std::int32_t track_blocks = 300;
/// Tracks of the disc, in order; each of 300 blocks.
inline constexpr std::array track_forms{BlockForm::mode1, BlockForm::audio,
                                        BlockForm::xa_form1_header, BlockForm::xa_form2,
                                        BlockForm::audio};
inline constexpr std::int32_t audio_start = track_blocks;
inline constexpr std::int32_t form1_start = 2 * track_blocks;
inline constexpr std::int32_t form2_start = 3 * track_blocks;
inline constexpr std::int32_t disc_blocks = 5 * track_blocks;

inline std::unique_ptr<Disc> disc_of_every_kind() {
    Medium medium;
    medium.name = "test-cd-rom";
    medium.kind = MediumKind::cd_rom;
    medium.data_zone.blocks = disc_blocks;
    auto disc = *Disc::in_memory(medium);
    auto& structure = disc->structure();
    structure.sessions.assign(1, Session{});
    structure.sessions[0].state = SessionState::complete;
    structure.sessions[0].lead_out = disc_blocks;
    structure.finalized = true;
    for (std::uint16_t i = 0; i < track_forms.size(); ++i) {
        Track track;
        track.number = static_cast<std::uint16_t>(i + 1);
        track.state = TrackState::complete;
        track.control = track_forms[i] == BlockForm::audio ? 0 : 4;
        track.form = track_forms[i];
        track.start = track.pregap = i * track_blocks;
        track.end = track.start + track_blocks;
        structure.tracks.push_back(track);
        BOOST_REQUIRE(disc->write(track.start, track.form,
                                  pattern(track.start, track_blocks, block_size(track.form))));
    }
    return disc;
}

inline DriveModel aix_drive() {
    auto model = recorder();
    model.audio_play = true;
    return model;
}

/// Remembers what the driver sends, and answers in the drive's place when told to.
class Overheard final : public mmc::Target {
public:
    explicit Overheard(mmc::Target& target) : target_(target) {}
    mmc::Completion execute(const mmc::Command& command) override {
        packets.emplace_back(command.cdb.begin(), command.cdb.end());
        if (instead)
            if (auto answer = instead(command))
                return *answer;
        return target_.execute(command);
    }

    std::vector<Bytes> packets;
    std::function<std::optional<mmc::Completion>(const mmc::Command&)> instead;

private:
    mmc::Target& target_;
};

class AixBench : public OverwriteBench {
public:
    /// The disc of every kind; or another one.
    AixBench() : AixBench(disc_of_every_kind()) {}
    explicit AixBench(std::unique_ptr<Disc> disc) : OverwriteBench(cd_r(), aix_drive()) {
        drive.remove();
        if (disc)
            drive.insert(std::move(disc));
        settle();
    }
    explicit AixBench(Medium medium) : OverwriteBench(std::move(medium)) {}

    AixFile& file(long extension = 0, int flags = O_RDONLY, bool raw = true) {
        files_.push_back({raw, flags, extension});
        return files_.back();
    }
    /// What an open gives.
    int open(long extension = 0, int flags = O_RDONLY, bool raw = true, bool privileged = true) {
        return device.open(file(extension, flags, raw), privileged);
    }
    AixFile& opened(long extension = 0, int flags = O_RDONLY, bool raw = true) {
        AixFile& made = file(extension, flags, raw);
        BOOST_REQUIRE_EQUAL(device.open(made, true), 0);
        return made;
    }
    /// The file of the last open(), file() or opened().
    AixFile& last_file() { return files_.back(); }

    long ioctl(AixFile& file, unsigned request, std::uint64_t argument = 0) {
        return device.ioctl(file, request, argument, memory);
    }
    template <class T>
    long ioctl(AixFile& file, unsigned request, T* argument) {
        return ioctl(file, request, reinterpret_cast<std::uint64_t>(argument));
    }
    long change_mode(AixFile& file, unsigned mode) {
        mode_form_op operation{CD_CHG_MODE, static_cast<uchar>(mode), {}};
        return ioctl(file, IDE_CDMODE, &operation);
    }
    unsigned mode(AixFile& file) {
        mode_form_op operation{CD_GET_MODE, 0, {}};
        BOOST_TEST(ioctl(file, IDE_CDMODE, &operation) == 0);
        return operation.cd_mode_form;
    }

    /// What a read gives: bytes, or the errno.
    long read(AixFile& file, std::uint64_t offset, std::uint64_t length) {
        int error = 0;
        const auto bytes = device.read(file, offset, length, payload_, error);
        data.assign(bytes.begin(), bytes.end());
        return error != 0 ? error : static_cast<long>(bytes.size());
    }
    long write(AixFile& file, std::uint64_t offset, const Bytes& bytes) {
        return device.write(file, offset, bytes.size(), bytes);
    }

    /// How many packets with this operation code the driver has sent; all when -1.
    std::size_t sent(int opcode = -1) const {
        return static_cast<std::size_t>(
            std::count_if(wire.packets.begin(), wire.packets.end(),
                          [opcode](const Bytes& p) { return opcode < 0 || p[0] == opcode; }));
    }
    /// The last packet with this operation code.
    Bytes packet(std::uint8_t opcode) const {
        const auto found = std::find_if(wire.packets.rbegin(), wire.packets.rend(),
                                        [opcode](const Bytes& p) { return p[0] == opcode; });
        return found == wire.packets.rend() ? Bytes{} : *found;
    }
    bool write_cache() {
        const auto page = get({0x5A, 0x08, 0x08, 0, 0, 0, 0, 0, 20, 0});
        BOOST_REQUIRE_EQUAL(page.size(), 20U);
        return (page[10] & 0x04) != 0;
    }
    bool locked() { return drive.status().removal_prevented; }
    /// Somebody takes the disc out by force and puts it in again.
    void reinsert() {
        drive.eject(true);
        drive.insert(disc_of_every_kind());
    }

    Overheard wire{drive};
    AixDevice device{wire, clock};
    Bytes data;

private:
    Bytes payload_ = Bytes(512 * 1024);
    std::deque<AixFile> files_;

public:
    ProcessMemory memory{::getpid(), payload_};
};

} // namespace burnrig::emulator::nodes
