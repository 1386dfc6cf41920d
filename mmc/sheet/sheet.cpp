// SPDX-License-Identifier: Apache-2.0
#include "mmc/sheet/sheet.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "mmc/bytes.h"
#include "mmc/cd_text.h"

namespace burnrig::mmc {
namespace {

namespace fs = std::filesystem;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return c >= 'A' && c <= 'Z';
}

} // namespace

std::uint64_t SheetTrack::bytes() const {
    std::uint64_t sum = 0;
    for (const SheetPart& part : parts)
        sum += part.bytes;
    return sum;
}

std::string shown(std::string_view word) {
    constexpr std::size_t longest = 40;
    std::string text(word.substr(0, longest));
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7F; }, '?');
    return word.size() > longest ? text + "..." : text;
}

std::optional<std::int32_t> blocks_of_time(std::string_view text) {
    std::array<std::int32_t, 3> parts{};
    const char* at = text.data();
    const char* end = at + text.size();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto read = std::from_chars(at, end, parts[i]);
        if (read.ec != std::errc{} || parts[i] < 0 ||
            (i < 2 && (read.ptr == end || *read.ptr != ':')))
            return std::nullopt;
        at = read.ptr + (i < 2 ? 1 : 0);
    }
    if (at != end || parts[0] > 99 || parts[1] > 59 || parts[2] > 74)
        return std::nullopt;
    return (parts[0] * 60 + parts[1]) * 75 + parts[2];
}

std::size_t file_of_sheet(Sheet& sheet, const std::string& name) {
    const fs::path path = sheet.path.parent_path() / name; // an absolute name stays absolute
    const auto found = std::find(sheet.files.begin(), sheet.files.end(), path);
    if (found != sheet.files.end())
        return static_cast<std::size_t>(found - sheet.files.begin());
    sheet.files.push_back(path);
    return sheet.files.size() - 1;
}

std::optional<std::string> isrc_of(std::string text) {
    constexpr std::size_t country_and_owner = 5;
    std::erase(text, '-');
    if (text.size() != 12)
        return std::nullopt;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (!is_digit(text[i]) && !(i < country_and_owner && is_letter(text[i])))
            return std::nullopt;
    return text;
}

bool is_catalog_number(std::string_view text) {
    return text.size() == 13 && std::all_of(text.begin(), text.end(), is_digit);
}

Result<std::vector<std::uint8_t>> cd_text_file(const fs::path& path, SheetFiles& files) {
    constexpr std::size_t header = 4;
    constexpr std::size_t most = std::size_t{8} * 256; // languages of so many packs
    const auto content = files.whole(path);
    if (!content)
        return tl::unexpected(content.error());
    std::vector<std::uint8_t> packs(content->begin(), content->end());
    const std::size_t beside = packs.size() % cd_text_pack_size;
    if (beside == header && get16(packs.data()) == packs.size() - 2)
        packs.erase(packs.begin(), packs.begin() + header);
    else if (beside == 1 && packs.back() == 0)
        packs.pop_back();
    if (packs.empty() || packs.size() % cd_text_pack_size != 0)
        return fail("{}: has {} bytes, which are no CD-TEXT packs of {} each", path.string(),
                    content->size(), cd_text_pack_size);
    const std::size_t count = packs.size() / cd_text_pack_size;
    if (count > most)
        return fail("{}: has {} CD-TEXT packs, and {} are the most", path.string(), count, most);
    const std::size_t bad = first_bad_cd_text_pack(packs);
    if (bad < count)
        return fail("{}: the CRC of pack {} is wrong; is it a file of CD-TEXT packs?",
                    path.string(), bad);
    return packs;
}

} // namespace burnrig::mmc
