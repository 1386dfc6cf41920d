// SPDX-License-Identifier: Apache-2.0
// What any recorder must hold to, whatever the medium: a model so small that it can be seen to be
// right, against which random commands are checked.
//
//     content   block -> tag of what a GOOD write put there; reading must give just that
//     writable  a disc that was finalized never takes a block again until it is blanked
//     address   a sequential medium takes blocks at its next writable address and nowhere else
//
// The model knows nothing of gaps, links or paddings: where the next track begins is asked of the
// drive, and only has to lie behind what is there and within the disc.
// Source: the recording rules as MMC-5 states them for each profile (chapters 4.3 to 4.5).
#pragma once

#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <vector>

namespace burnrig::emulator::model {

enum class Act : std::uint8_t {
    write,       ///< at the next writable address, or at a random one of an overwritable medium
    stray_write, ///< where a sequential medium must not take it
    beyond,      ///< across the end of the medium
    synchronize,
    close_track,
    close_session,
    finalize,
    blank,
    read,
    reload,
    power_cycle,
    test_write, ///< one block with the laser at read power, where the medium has that
};

struct Action {
    Act act = Act::write;
    std::uint32_t number = 0; ///< size, address or choice, as the act needs one

    friend std::ostream& operator<<(std::ostream& out, const Action& action) {
        constexpr const char* words[]{"write",       "stray write",   "beyond",      "synchronize",
                                      "close track", "close session", "finalize",    "blank",
                                      "read",        "reload",        "power cycle", "test write"};
        return out << words[static_cast<std::size_t>(action.act)] << ' ' << action.number;
    }
};

/// How a medium of a fixture is used in the test.
struct Subject {
    std::string medium;
    std::string drive = "generic-bd-recorder";
    bool overwritable = false;     ///< written at random
    bool write_parameters = false; ///< mode page 05h decides (CD, DVD-R, DVD-RW)
    bool test_write = false;
    bool blankable = false;
    bool stays_formatted = false; ///< BLANK would make another kind of medium of it: left out
    bool closes = true;           ///< CLOSE TRACK/SESSION mean something
    std::uint8_t finalize = 2;    ///< the close function that ends the disc
    /// FORMAT UNIT's list before anything else; empty: none.
    std::vector<std::uint8_t> format{};

    friend std::ostream& operator<<(std::ostream& out, const Subject& subject) {
        return out << subject.medium;
    }
};

struct Model {
    std::map<std::int32_t, std::uint8_t> content; ///< acknowledged and safe
    std::map<std::int32_t, std::uint8_t> pending; ///< acknowledged since the last synchronization
    bool complete = false;                        ///< finalized
    bool ever_written = false;                    ///< since it was blank

    void wrote(std::int32_t lba, std::int32_t blocks, std::uint8_t tag) {
        for (std::int32_t at = lba; at < lba + blocks; ++at)
            pending[at] = tag;
        ever_written = true;
    }
    void synchronized() {
        for (const auto& [lba, tag] : pending)
            content[lba] = tag;
        pending.clear();
    }
    /// What a power cut leaves in doubt: it may be the old or the new.
    void cut_off() {
        for (const auto& [lba, tag] : pending)
            content.erase(lba);
        pending.clear();
    }
    void blanked() { *this = {}; }
};

} // namespace burnrig::emulator::model
