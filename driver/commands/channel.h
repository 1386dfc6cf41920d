// SPDX-License-Identifier: Apache-2.0
// The one way from the driver to a Target: runs a command, judges its completion, keeps what went
// wrong as a value.
//
//     GOOD                          -> the bytes transferred
//     CHECK CONDITION, key 1        -> the bytes transferred, and a warning (the command was done)
//     CHECK CONDITION, key 6, 5A/01 -> the command again, at most twice: somebody touched a button,
//                                      the command was not carried out, the medium is the same
//     everything else               -> CommandError
//
// One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "driver/error.h"
#include "mmc/opcode.h"
#include "mmc/target.h"

namespace burnrig::driver {

/// A command that failed, or whose reply cannot be what the standard says.
struct CommandError {
    Cdb cdb;
    mmc::Completion completion;
    mmc::Duration limit{0};
    std::string problem;  ///< what is wrong with the reply; "" when the command itself failed
    std::int32_t lba = 0; ///< the address that the CDB spoke of; valid if has_lba
    bool has_lba = false;

    /// The decoded sense data, nothing without usable ones.
    std::optional<mmc::Sense> sense() const { return mmc::decode_sense(completion.sense.view()); }
    /// Whether it failed with this sense, and about itself (not deferred).
    bool is(mmc::SenseCode code) const;
    /// Whether it failed with this sense key, and about itself.
    bool is(mmc::SenseKey key) const;
};

template <class T>
using Reply = tl::expected<T, CommandError>;

/// A command before it is sent.
struct Request {
    Cdb cdb;
    std::span<const std::uint8_t> data_out{};
    std::span<std::uint8_t> data_in{};
    mmc::Duration limit{};
    std::int32_t lba = 0; ///< for messages
    bool has_lba = false;
};

/// A CDB of the opcode's own length, zero but for the bytes that the caller sets.
Cdb make_cdb(mmc::Opcode opcode);

class Channel {
public:
    explicit Channel(mmc::Target& target) : target_(target) {}

    /// Runs one command. Gives the number of bytes transferred, never more than the request has
    /// room for.
    Reply<std::uint32_t> run(const Request& request);

    /// run() for a parameter list that the drive must take whole; `what` names it in the error.
    Reply<void> give(Request request, std::span<const std::uint8_t> list, std::string_view what);

    /// run() for a reply that is decoded: the buffer is cleared first, so that a drive which sends
    /// less than it says leaves zeros and not what was there before.
    Reply<std::uint32_t> fetch(Request request, std::span<std::uint8_t> reply);

    /// Recovered errors and touched buttons since the last call, at most 32.
    std::vector<std::string> take_warnings();

    mmc::Target& target() { return target_; }

private:
    void warn(std::string text);

    mmc::Target& target_;
    std::vector<std::string> warnings_;
};

/// The error of a command that went through but whose reply is not usable.
CommandError bad_reply(const Request& request, std::uint32_t transferred, std::string problem);

} // namespace burnrig::driver
