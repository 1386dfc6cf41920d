// SPDX-License-Identifier: Apache-2.0
// What goes over the control socket of a running rig: a line of JSON each way.
//
//     -> {"do":"inject","argument":"opc-failure@take=3s"}
//     <- {"ok":true,"rules":["opc-failure"]}
//     -> {"do":"status","drive":2}            the first one is 1, and meant when none is named
//     -> {"do":"injekt"}
//     <- {"ok":false,"error":"there is no 'injekt'; did you mean inject?"}
//
// The answer comes when the change has taken effect. Thread-safe (no state).
#pragma once

#include <string>
#include <string_view>

#include "harness/report/result_json.h"
#include "mmc/result.h"

namespace burnrig::harness::control {

/// Longer lines are refused.
inline constexpr std::size_t longest_request = std::size_t{64} << 10;
inline constexpr std::size_t longest_reply = std::size_t{16} << 20;

struct Request {
    std::string action;
    std::string argument{}; ///< "" for actions that have none
    std::size_t drive = 1;  ///< which of the rig's drives
};

/// Who does what a client asks for. Called between the commands of the drive, never during one.
class Handler {
public:
    virtual ~Handler() = default;
    /// Keys for the reply, or why it was not done.
    virtual mmc::Result<Json> handle(const Request& request) = 0;
};

/// Lines end in a line feed when written, and come without it when read.
std::string write_request(const Request& request);
mmc::Result<Request> read_request(std::string_view line);
/// The same from words as a person writes them: "inject opc-failure".
Request read_words(std::string_view line);
std::string write_reply(const mmc::Result<Json>& reply);
/// The keys beside "ok", or the error it tells of.
mmc::Result<Json> read_reply(std::string_view line);

} // namespace burnrig::harness::control
