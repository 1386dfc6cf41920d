// SPDX-License-Identifier: Apache-2.0
// What the tests of discs share: a medium, blocks with known content, a directory that goes away.
#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "emulator/disc/disc.h"
#include "mmc/sector.h"

namespace burnrig::emulator {

inline Medium cd_rw() {
    Medium medium;
    medium.name = "test-cd-rw";
    medium.summary = "a medium for tests";
    medium.kind = MediumKind::cd_rw;
    medium.atip.lead_in = {97, 17, 1};
    medium.atip.lead_out = {79, 59, 74};
    medium.atip.additional[0] = {0x24, 0x2C, 0xDC};
    medium.write_speeds = {1764, 706};
    return medium;
}

/// `count` blocks whose bytes depend on address, place and `salt`.
inline std::vector<std::uint8_t> pattern(std::int32_t lba, std::int32_t count, BlockForm form,
                                         std::uint32_t salt = 0) {
    std::vector<std::uint8_t> bytes;
    for (std::int32_t block = lba; block < lba + count; ++block) {
        for (std::uint32_t at = 0; at < block_size(form); ++at) {
            const std::uint32_t mixed =
                (static_cast<std::uint32_t>(block) * 2654435761U + at * 40503U + salt * 97U);
            bytes.push_back(static_cast<std::uint8_t>(mixed >> 13));
        }
    }
    return bytes;
}

inline void record(Disc& disc, std::int32_t lba, std::int32_t count,
                   BlockForm form = BlockForm::mode1, std::uint32_t salt = 0) {
    const auto written = disc.write(lba, form, pattern(lba, count, form, salt));
    BOOST_REQUIRE_MESSAGE(written, written.error().message);
}

inline std::vector<std::uint8_t> read_back(const Disc& disc, std::int32_t lba, std::int32_t count,
                                           BlockForm form = BlockForm::mode1) {
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(count) * block_size(form));
    const auto read = disc.read(lba, bytes);
    BOOST_REQUIRE_MESSAGE(read, read.error().message);
    return bytes;
}

/// A new directory, removed with everything in it.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        std::string name =
            (std::filesystem::temp_directory_path() / "burnrig-test-XXXXXX").string();
        BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

inline std::string content_of(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    BOOST_REQUIRE_MESSAGE(in, path.string() + " cannot be opened");
    return {std::istreambuf_iterator<char>(in), {}};
}

inline void put_content(const std::filesystem::path& path, const std::string& content) {
    std::ofstream(path, std::ios::binary) << content;
}

inline std::string bytes_of(const std::vector<std::uint8_t>& bytes) {
    return {bytes.begin(), bytes.end()};
}

/// The pattern's blocks in mode 1 as whole sectors, at their addresses.
inline std::string sectors(std::int32_t lba, std::int32_t count) {
    std::string all;
    for (std::int32_t block = lba; block < lba + count; ++block) {
        std::array<std::uint8_t, mmc::raw_sector_size> sector{};
        const auto user = pattern(block, 1, BlockForm::mode1);
        mmc::build_mode1(sector, block, std::span(user).first<mmc::mode1_user_size>());
        all.append(sector.begin(), sector.end());
    }
    return all;
}

} // namespace burnrig::emulator
