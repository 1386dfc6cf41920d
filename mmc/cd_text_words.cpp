// SPDX-License-Identifier: Apache-2.0
#include "mmc/cd_text_words.h"

#include <algorithm>

#include "mmc/bytes.h"
#include "mmc/cd_text.h"

namespace burnrig::mmc {
namespace {

constexpr std::size_t text_offset = 4;
constexpr std::size_t text_bytes = 12;
constexpr std::size_t types = 16; // 80h to 8Fh
constexpr std::size_t most_packs = 256;
constexpr std::size_t size_packs = 3;
constexpr std::uint8_t first_type = 0x80;
constexpr std::uint8_t two_bytes_a_character = 0x80;

std::size_t index_of(CdTextType type) {
    return static_cast<std::size_t>(type) - first_type;
}

// The packs of one language; those with the sizes are put behind when all languages are known.
class BlockWriter {
public:
    explicit BlockWriter(std::size_t number) : number_(number) {}

    void add_texts(CdTextType type, const std::map<int, std::string>& texts, int last_track) {
        std::string all;
        std::vector<std::size_t> begins; // of each track's text
        const int last = type == CdTextType::disc_id ? 0 : last_track;
        std::vector<int> tracks;
        for (int track = 0; track <= last; track = track == 0 ? first_track_ : track + 1) {
            const auto found = texts.find(track);
            begins.push_back(all.size());
            tracks.push_back(track);
            all += found == texts.end() ? std::string() : found->second;
            all += '\0';
        }
        for (std::size_t at = 0; at < all.size(); at += text_bytes) {
            const auto behind = std::upper_bound(begins.begin(), begins.end(), at);
            const auto current = static_cast<std::size_t>(behind - begins.begin()) - 1;
            const auto before = std::min<std::size_t>(at - begins[current], 15);
            add(type, static_cast<std::uint8_t>(tracks[current]), before,
                std::string_view(all).substr(at, text_bytes));
        }
    }
    void add_bytes(CdTextType type, std::string_view bytes) {
        for (std::size_t at = 0; at < bytes.size(); at += text_bytes)
            add(type, static_cast<std::uint8_t>(type == CdTextType::size_information ? at / 12 : 0),
                0, bytes.substr(at, text_bytes));
    }

    void set_first_track(int first) { first_track_ = first; }
    std::size_t packs() const { return packs_.size() / cd_text_pack_size; }
    std::uint8_t packs_of(std::size_t type) const { return count_[type]; }
    std::span<const std::uint8_t> bytes() const { return packs_; }

private:
    void add(CdTextType type, std::uint8_t track, std::size_t position, std::string_view text) {
        std::array<std::uint8_t, cd_text_pack_size> pack{};
        pack[0] = static_cast<std::uint8_t>(type);
        pack[1] = track;
        pack[2] = static_cast<std::uint8_t>(packs());
        pack[3] = static_cast<std::uint8_t>(number_ << 4 | position);
        std::copy(text.begin(), text.end(), pack.begin() + text_offset);
        put16(&pack[text_offset + text_bytes], cd_text_crc(pack));
        packs_.insert(packs_.end(), pack.begin(), pack.end());
        ++count_[index_of(type)];
    }

    std::size_t number_;
    int first_track_ = 1;
    std::array<std::uint8_t, types> count_{};
    std::vector<std::uint8_t> packs_;
};

BlockWriter write_block(const CdTextBlock& block, std::size_t number, int first, int last) {
    BlockWriter writer(number);
    writer.set_first_track(first);
    for (std::size_t i = 0; i < types; ++i) {
        const auto type = static_cast<CdTextType>(first_type + i);
        if (const auto found = block.texts.find(type); found != block.texts.end())
            writer.add_texts(type, found->second, last);
        else if (const auto raw = block.bytes.find(type);
                 raw != block.bytes.end() && type != CdTextType::size_information)
            writer.add_bytes(type, raw->second);
    }
    return writer;
}

using Blocks = std::vector<std::pair<std::size_t, BlockWriter>>;

// 36 bytes: character set, tracks, copyright, packs of each type, last sequence and language of
// each of eight blocks.
std::string size_information(const CdText& text, const BlockWriter& block, std::size_t number,
                             const Blocks& all, int first, int last) {
    constexpr std::size_t counts_at = 4;
    constexpr std::size_t sequences_at = 20;
    constexpr std::size_t languages_at = 28;
    std::string bytes(size_packs * text_bytes, '\0');
    bytes[0] = static_cast<char>(text[number].character_set);
    bytes[1] = static_cast<char>(first);
    bytes[2] = static_cast<char>(last);
    for (std::size_t type = 0; type < types; ++type)
        bytes[counts_at + type] = static_cast<char>(block.packs_of(type));
    bytes[counts_at + index_of(CdTextType::size_information)] = size_packs;
    for (const auto& [index, writer] : all) {
        bytes[sequences_at + index] = static_cast<char>(writer.packs() + size_packs - 1);
        bytes[languages_at + index] = static_cast<char>(text[index].language);
    }
    return bytes;
}

// --- reading -------------------------------------------------------------------------------------

struct Piece {
    std::uint8_t first_track = 0; ///< of its first text
    std::string bytes;
};
using Pieces = std::map<CdTextType, Piece>;

// Texts end with a zero; the first belongs to the piece's track, each other to the next one. A tab
// stands for the text before.
std::map<int, std::string> texts_of(const Piece& piece, int first_track, int last_track) {
    std::map<int, std::string> texts;
    int track = piece.first_track;
    std::string before;
    for (std::size_t at = 0; at < piece.bytes.size() && track <= last_track;) {
        const auto end = std::min(piece.bytes.find('\0', at), piece.bytes.size());
        auto text = piece.bytes.substr(at, end - at);
        if (text == "\t")
            text = before;
        if (!text.empty())
            texts[track] = text;
        before = text;
        track = track == 0 ? first_track : track + 1;
        at = end + 1;
    }
    return texts;
}

CdTextBlock block_of(const Pieces& pieces, std::size_t number) {
    CdTextBlock block;
    int first_track = 1;
    int last_track = 99;
    if (const auto sizes = pieces.find(CdTextType::size_information);
        sizes != pieces.end() && sizes->second.bytes.size() >= size_packs * text_bytes) {
        const auto& bytes = sizes->second.bytes;
        const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
        block.character_set = at(0);
        first_track = std::max(1, int{at(1)});
        last_track = std::min(99, int{at(2)});
        block.language = at(28 + number);
    }
    for (const auto& [type, piece] : pieces) {
        if (holds_bytes(type))
            block.bytes[type] = piece.bytes;
        else if (auto texts = texts_of(piece, first_track, last_track); !texts.empty())
            block.texts[type] = std::move(texts);
    }
    block.bytes.erase(CdTextType::size_information); // it is made anew
    return block;
}

} // namespace

bool is_empty(const CdText& text) {
    return std::all_of(text.begin(), text.end(),
                       [](const CdTextBlock& block) { return block.empty(); });
}

Result<std::vector<std::uint8_t>> make_cd_text_packs(const CdText& text, int first, int last) {
    Blocks all;
    for (std::size_t number = 0; number < text.size(); ++number)
        if (!text[number].empty())
            all.emplace_back(number, write_block(text[number], number, first, last));
    for (const auto& [number, writer] : all)
        if (writer.packs() + size_packs > most_packs)
            return fail("the CD-TEXT of language {} needs {} packs, and {} are the most; shorten "
                        "its texts",
                        number, writer.packs() + size_packs, most_packs);
    std::vector<std::uint8_t> packs;
    const auto sized = all; // as they are before the sizes come behind them
    for (auto& [number, writer] : all) {
        writer.add_bytes(CdTextType::size_information,
                         size_information(text, writer, number, sized, first, last));
        packs.insert(packs.end(), writer.bytes().begin(), writer.bytes().end());
    }
    return packs;
}

CdText read_cd_text_packs(std::span<const std::uint8_t> packs) {
    std::array<Pieces, std::tuple_size_v<CdText>> pieces;
    for (; packs.size() >= cd_text_pack_size; packs = packs.subspan(cd_text_pack_size)) {
        const auto pack = packs.first<cd_text_pack_size>();
        if (!cd_text_crc_good(pack) || pack[0] < first_type ||
            (pack[3] & two_bytes_a_character) != 0)
            continue;
        auto& of_block = pieces[pack[3] >> 4 & 7U];
        auto [at, is_new] = of_block.try_emplace(static_cast<CdTextType>(pack[0]));
        if (is_new)
            at->second.first_track = pack[1] & 0x7FU;
        const auto text = pack.subspan<text_offset, text_bytes>();
        at->second.bytes.append(text.begin(), text.end());
    }
    CdText text;
    for (std::size_t number = 0; number < text.size(); ++number)
        text[number] = block_of(pieces[number], number);
    return text;
}

} // namespace burnrig::mmc
