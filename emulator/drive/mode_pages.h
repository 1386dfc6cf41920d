// SPDX-License-Identifier: Apache-2.0
// The mode pages a host can change, with their defaults and the bits that may change. Pages 2Ah and
// 30h, which tell of the drive's state, are made when asked for (mode_commands.cpp).
//
// A page is taken over whole or not at all. One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "emulator/drive/write_parameters.h"
#include "mmc/clock.h"

namespace burnrig::emulator {

enum class PageControl : std::uint8_t { current = 0, changeable = 1, defaults = 2, saved = 3 };

class ModePages {
public:
    static constexpr std::uint8_t write_parameters_page = 0x05;
    static constexpr std::uint8_t capabilities_page = 0x2A;
    static constexpr std::uint8_t link_counter_page = 0x30;
    static constexpr std::uint8_t all_pages = 0x3F;

    ModePages() { reset(); }

    /// All pages as after power-on.
    void reset();

    /// Write parameters of a medium that is recorded incrementally, in blocks of 2048 bytes.
    void set_incremental();

    /// Codes of the stored pages, ascending.
    static std::span<const std::uint8_t> codes();

    /// Page code and length included; empty for an unknown page.
    std::span<const std::uint8_t> page(std::uint8_t code, PageControl control) const;

    /// The first byte of `wanted` (a whole page) that cannot be set: wrong length, or a bit that
    /// may not change. Nothing when all is well. `wanted` must be of a known page.
    std::optional<std::size_t> find_unchangeable(std::span<const std::uint8_t> wanted) const;

    /// Takes a page over; find_unchangeable() must have found nothing.
    void set(std::span<const std::uint8_t> wanted);

    const WriteParameters& write_parameters() const { return write_parameters_; }
    bool software_write_protect() const;
    void set_software_write_protect(bool protect);

    /// Page 1Ah: how long the drive waits; nothing for a timer that is off.
    struct PowerTimers {
        std::optional<mmc::Duration> idle;
        std::optional<mmc::Duration> standby;
    };
    PowerTimers power_timers() const;

private:
    static constexpr std::size_t longest = 52; // page 05h
    static constexpr std::size_t count = 7;

    std::array<std::array<std::uint8_t, longest>, count> current_{};
    WriteParameters write_parameters_;
};

} // namespace burnrig::emulator
