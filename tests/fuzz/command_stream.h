// SPDX-License-Identifier: Apache-2.0
// A hostile host: bytes become a medium, a drive and a stream of commands, and the drive must
// answer each of them as a drive may.
//
//     byte 0 medium | byte 1 drive, options | then commands until the bytes end
//     command: opcode chooser | CDB bytes | where the address points | how much data
//
// Raw CDBs alone would hardly ever begin a recording, so addresses and parameter lists can be asked
// to make sense: "the next writable address", "a write parameters page". Broken promises end the
// process (abort), which is what a fuzzer looks for. Used by the fuzzer and by a unit test with
// seeded bytes.
#pragma once

#include <cstdint>
#include <span>

namespace burnrig::fuzz {

/// Runs one stream; at most 300 commands. Returns how many were run.
std::size_t run_command_stream(std::span<const std::uint8_t> bytes);

} // namespace burnrig::fuzz
