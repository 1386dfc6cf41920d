// SPDX-License-Identifier: Apache-2.0
// Burn code of a company that knows nothing of Burnrig: it builds its own commands and sends them
// through whatever it is given. (A DVD+RW, overwritten from its beginning.)
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace company {

/// Sends a command with its data and gives the sense key, 0 when all went well.
using SendCommand =
    std::function<int(std::span<const std::uint8_t> cdb, std::span<const std::uint8_t> data)>;

/// "" when the image was burned, else why not. Whole blocks of 2048 bytes.
std::string burn(const SendCommand& send, std::span<const std::uint8_t> image);

} // namespace company
