// SPDX-License-Identifier: Apache-2.0
// What a raw recording says about itself. The host sends lead-in, tracks and lead-out with their
// sub-channel; the drive reads the Q channel as it goes by, as a player would do later.
//
//     lead-in        ADR 1  POINT 01..99, A0, A1, A2    where tracks and lead-out will be
//                    ADR 5  POINT B0                    whether a session may follow
//                    R to W                             CD-TEXT
//     program area   ADR 1  TNO, INDEX                  where tracks and indexes really begin
//                    ADR 2, 3                           catalogue number, ISRC
//     lead-out       ADR 1  TNO AAh
//
// Source: ECMA-130 clause 22; Orange Book as quoted in MMC-3. Plain data; one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "emulator/disc/structure.h"
#include "emulator/drive/recording/cd/lead_in_text.h"
#include "mmc/subchannel.h"

namespace burnrig::emulator {

class RawSession {
public:
    /// The Q channel of a block in the lead-in (before the first pre-gap).
    void lead_in_block(const mmc::QBytes& q);
    /// The Q channel of a block behind it. Q with a wrong CRC says nothing.
    void program_block(std::int32_t lba, const mmc::QBytes& q);

    LeadInText& text() { return text_; }
    /// CONTROL of the block last seen: whether it is data.
    std::uint8_t control() const { return control_; }
    /// The lead-out has begun, by its Q channel or by the lead-in's word.
    bool in_lead_out(std::int32_t lba) const {
        return lead_out_seen_ || (lead_out_ && lba >= *lead_out_);
    }
    std::optional<std::int32_t> lead_out() const { return lead_out_; }
    bool next_allowed() const { return next_allowed_; }
    std::uint8_t disc_type() const { return disc_type_; }
    const std::string& catalog_number() const { return catalog_number_; }

    /// Tracks seen so far, ascending. `end` reaches to the next track's pre-gap, or to `end`.
    std::vector<Track> tracks(std::int32_t end, BlockForm form) const;

private:
    static constexpr std::size_t most_tracks = 99;
    struct Seen {
        std::optional<std::int32_t> listed; ///< start as the lead-in tells it
        std::optional<std::int32_t> pregap;
        std::optional<std::int32_t> start; ///< index 1 came by
        std::uint8_t control = 0;
        std::uint8_t last_index = 0;
        std::vector<std::int32_t> indexes;
        std::string isrc;
    };
    void position(std::int32_t lba, const mmc::QBytes& q);

    std::array<Seen, most_tracks + 1> seen_{}; ///< by number; 0 is none
    std::uint8_t current_ = 0;
    std::uint8_t control_ = 0;
    std::uint8_t disc_type_ = 0;
    bool next_allowed_ = false;
    bool lead_out_seen_ = false;
    std::optional<std::int32_t> lead_out_;
    std::string catalog_number_;
    LeadInText text_;
};

} // namespace burnrig::emulator
