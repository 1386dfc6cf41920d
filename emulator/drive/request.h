// SPDX-License-Identifier: Apache-2.0
// One command on its way through the drive: what a handler gets and what it gives back.
//
//     Request (CDB filled up with zeros, the host's buffers, time of arrival) -> handler -> Answer
//
// A handler never sleeps: it says in Answer::time how long the drive needs, and the pipeline in
// drive.cpp lets that time pass.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "mmc/bytes.h"
#include "mmc/clock.h"
#include "mmc/sense.h"

namespace burnrig::emulator {

struct Request {
    std::array<std::uint8_t, 16> cdb{}; ///< bytes the host did not send are zero
    std::span<const std::uint8_t> data_out;
    std::span<std::uint8_t> data_in;
    mmc::Duration now{0}; ///< drive time of arrival

    std::uint8_t operator[](std::size_t index) const { return cdb[index]; }
    std::uint16_t word(std::size_t index) const { return mmc::get16(&cdb[index]); }
    std::uint32_t triple(std::size_t index) const { return mmc::get24(&cdb[index]); }
    std::uint32_t quad(std::size_t index) const { return mmc::get32(&cdb[index]); }
    std::int32_t address(std::size_t index) const { return static_cast<std::int32_t>(quad(index)); }
    bool bit(std::size_t index, int number) const { return (cdb[index] >> number & 1) != 0; }
};

struct Answer {
    std::optional<mmc::Sense> sense; ///< nothing: GOOD
    std::uint32_t transferred = 0;
    mmc::Duration time{0};         ///< what the drive needs beside the least time of any command
    bool awaits_operation = false; ///< status comes when the operation just begun has ended

    bool good() const { return !sense; }
};

inline Answer good(mmc::Duration time = mmc::Duration{0}) {
    return Answer{std::nullopt, 0, time, false};
}

inline Answer refuse(mmc::SenseCode code) {
    return Answer{mmc::Sense{code, false, false, {}, {}, {}}, 0, mmc::Duration{0}, false};
}

/// A refusal that names the logical block it speaks of.
inline Answer refuse_at(mmc::SenseCode code, std::int32_t lba) {
    auto answer = refuse(code);
    answer.sense->information = static_cast<std::uint32_t>(lba);
    return answer;
}

/// INVALID FIELD IN CDB with the byte, and the bit where one is at fault.
inline Answer refuse_cdb(std::uint16_t byte, std::optional<std::uint8_t> bit = std::nullopt) {
    auto answer = refuse(mmc::sense::invalid_field_in_cdb);
    answer.sense->field = mmc::FieldPointer{true, byte, bit};
    return answer;
}

/// INVALID FIELD IN PARAMETER LIST with the byte.
inline Answer refuse_list(std::size_t byte) {
    auto answer = refuse(mmc::sense::invalid_field_in_list);
    answer.sense->field = mmc::FieldPointer{
        false, static_cast<std::uint16_t>(std::min<std::size_t>(byte, 0xFFFF)), std::nullopt};
    return answer;
}

/// A reply under construction, on the stack: commands do not allocate. What does not fit is
/// dropped; no reply built here comes near the capacity (the longest, a full TOC of 99 tracks, has
/// under 3000 bytes).
class Reply {
public:
    static constexpr std::size_t capacity = 4096;

    Reply& byte(unsigned value) {
        if (size_ < capacity)
            bytes_[size_++] = static_cast<std::uint8_t>(value);
        return *this;
    }
    Reply& word(std::uint32_t value) { return byte(value >> 8).byte(value & 0xFF); }
    Reply& quad(std::uint32_t value) { return word(value >> 16).word(value & 0xFFFF); }
    Reply& zeros(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i)
            byte(0);
        return *this;
    }
    Reply& bytes(std::span<const std::uint8_t> values) {
        for (const auto value : values)
            byte(value);
        return *this;
    }
    std::uint8_t& operator[](std::size_t index) { return bytes_[index]; }
    std::uint8_t* at(std::size_t index) { return bytes_.data() + index; }
    std::size_t size() const { return size_; }
    /// Drops what is behind the first `size` bytes.
    void cut(std::size_t size) { size_ = std::min(size_, size); }

    /// Copies as much as allocation length and host buffer allow. The rest is cut silently; the
    /// length fields inside still tell the whole size (MMC-5, 4.2.3 allocation length).
    Answer deliver(const Request& request, std::size_t allocation_length) const {
        return deliver_padded(request, allocation_length, size_);
    }

    /// The same for a reply of `whole` bytes, of which those not said here are zeros.
    Answer deliver_padded(const Request& request, std::size_t allocation_length,
                          std::size_t whole) const {
        const auto count = std::min({whole, allocation_length, request.data_in.size()});
        const auto said = std::min(count, size_);
        if (said > 0)
            std::memcpy(request.data_in.data(), bytes_.data(), said);
        if (count > said)
            std::memset(request.data_in.data() + said, 0, count - said);
        auto answer = good();
        answer.transferred = static_cast<std::uint32_t>(count);
        return answer;
    }

private:
    std::array<std::uint8_t, capacity> bytes_; // not zeroed: only bytes below size_ are read
    std::size_t size_ = 0;
};

} // namespace burnrig::emulator
