// SPDX-License-Identifier: Apache-2.0
#include "driver/source/compilation.h"

#include <array>
#include <utility>

namespace burnrig::driver {

std::string_view to_string(TrackKind kind) {
    static constexpr std::array<std::string_view, 6> names{
        "audio", "mode 1", "mode 2", "mode 2 form 1", "mode 2 form 2", "mode 2 of both forms"};
    return names.at(static_cast<std::size_t>(kind));
}

std::optional<std::uint64_t> CompilationTrack::blocks() const {
    const auto all = data->blocks();
    if (!all)
        return std::nullopt;
    return *all - (pregap_in_data ? pregap_blocks : 0);
}

std::uint8_t CompilationTrack::control() const {
    constexpr std::uint8_t data_bit = 4;
    const int bits = (is_audio() ? 0 : data_bit) | (copy_permitted ? 2 : 0) |
                     (pre_emphasis ? 1 : 0) | (four_channels ? 8 : 0);
    return static_cast<std::uint8_t>(bits);
}

bool Compilation::is_plain() const {
    return tracks.size() == 1 && tracks.front().kind == TrackKind::mode1 &&
           tracks.front().data->block_bytes() == data_block_bytes;
}

std::optional<std::uint64_t> Compilation::bytes(std::uint16_t session) const {
    std::uint64_t sum = 0;
    for (const CompilationTrack& track : tracks) {
        if (session != 0 && track.session != session)
            continue;
        const auto size = track.data->size();
        if (!size)
            return std::nullopt;
        sum += *size;
    }
    return sum;
}

Compilation compilation_of(std::unique_ptr<Source> data, TrackKind kind) {
    Compilation compilation;
    compilation.name = data->name();
    compilation.tracks.emplace_back();
    compilation.tracks.back().data = std::move(data);
    compilation.tracks.back().kind = kind;
    return compilation;
}

} // namespace burnrig::driver
