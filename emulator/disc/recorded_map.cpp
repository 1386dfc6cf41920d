// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/recorded_map.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cassert>

namespace burnrig::emulator {

namespace {

constexpr std::uint64_t every_block = 0x1111111111111111; // a one in each four bits
constexpr std::int32_t word_blocks = RecordedMap::blocks_per_word;

// The bits of a word's blocks [first, end).
constexpr std::uint64_t mask(std::int32_t first, std::int32_t end) {
    const std::uint64_t below_end =
        end == word_blocks ? ~std::uint64_t{0} : (std::uint64_t{1} << end * 4) - 1;
    return below_end & ~((std::uint64_t{1} << first * 4) - 1);
}
static_assert(mask(0, 16) == ~std::uint64_t{0} && mask(1, 3) == 0xFF0);

// In one piece, also for whoever opens the file after this process was killed.
void store(std::uint64_t& word, std::uint64_t value) {
    std::atomic_ref(word).store(value, std::memory_order_release);
}

std::int32_t page_count(std::int32_t blocks) {
    return std::max(1, (blocks + RecordedMap::blocks_per_page - 1) / RecordedMap::blocks_per_page);
}

std::int32_t block_count(const BlockLayout& layout) {
    return layout.end_address() - layout.first_address();
}

} // namespace

std::uint64_t RecordedMap::bytes_for(const BlockLayout& layout) {
    return static_cast<std::uint64_t>(page_count(block_count(layout))) * page_bytes;
}

mmc::Result<RecordedMap> RecordedMap::in_memory(const BlockLayout& layout) {
    auto memory = MappedMemory::anonymous(bytes_for(layout));
    if (!memory) {
        return tl::unexpected(memory.error());
    }
    return RecordedMap(layout, std::move(*memory), 0, {}, nullptr);
}

RecordedMap::RecordedMap(const BlockLayout& layout, MappedMemory memory, std::uint64_t offset,
                         const std::vector<bool>& pages, MakeRoom make_room)
    : first_address_(layout.first_address()), blocks_(block_count(layout)),
      memory_(std::move(memory)), words_(reinterpret_cast<std::uint64_t*>(memory_.data() + offset)),
      make_room_(std::move(make_room)),
      pages_(static_cast<std::size_t>(page_count(blocks_)), unrecorded) {
    for (std::size_t page = 0; page < std::min(pages.size(), pages_.size()); ++page) {
        pages_[page] = pages[page] ? differing : unrecorded;
    }
}

bool RecordedMap::valid(std::span<const std::uint64_t> page) {
    // 12 to 15 are no forms: bits 3 and 2 are both set.
    static_assert(static_cast<int>(BlockForm::subchannel) + 1 == 11);
    return std::none_of(page.begin(), page.end(), [](std::uint64_t word) {
        return (word >> 3 & word >> 2 & every_block) != 0;
    });
}

std::uint8_t RecordedMap::value_at(std::int32_t index) const {
    const std::uint8_t page = pages_[static_cast<std::size_t>(index / blocks_per_page)];
    if (page != differing)
        return page;
    return static_cast<std::uint8_t>(words_[index / word_blocks] >> index % word_blocks * 4 & 0xF);
}

// The first of blocks [index, end), all of one page, that has another value; `end` without one.
std::int32_t RecordedMap::first_other(std::int32_t index, std::int32_t end,
                                      std::uint8_t value) const {
    const std::uint64_t same = every_block * value;
    for (std::int32_t at = index / word_blocks * word_blocks; at < end; at += word_blocks) {
        std::uint64_t other = words_[at / word_blocks] ^ same;
        if (at < index) {
            other &= mask(index - at, word_blocks);
        }
        if (other != 0) {
            return std::min(end, at + std::countr_zero(other) / 4);
        }
    }
    return end;
}

std::int32_t RecordedMap::end_of_run(std::int32_t index, std::uint8_t value) const {
    while (index < blocks_) {
        const std::int32_t number = index / blocks_per_page;
        const std::int32_t begin = number * blocks_per_page;
        const std::int32_t end = std::min(begin + blocks_per_page, blocks_);
        std::uint8_t& page = pages_[static_cast<std::size_t>(number)];
        if (page == differing) {
            const std::int32_t stop = first_other(index, end, value);
            if (stop < end) {
                return stop;
            }
            if (index == begin) {
                page = value;
            }
        } else if (page != value) {
            return index;
        }
        index = end;
    }
    return blocks_;
}

RecordedMap::Run RecordedMap::run_at(std::int32_t lba) const {
    const std::int32_t index = lba - first_address_;
    assert(index >= 0 && index < blocks_);
    const bool is_known = known_.first <= index && index < known_.end;
    const std::uint8_t value = is_known ? known_.value : value_at(index);
    const std::int32_t from = is_known ? known_.end : index;
    const std::int32_t first = is_known ? known_.first : index;
    known_ = {first, end_of_run(from, value), value};
    Run run{first_address_ + known_.end, std::nullopt};
    if (value != unrecorded) {
        run.form = static_cast<BlockForm>(value - 1);
    }
    return run;
}

mmc::Result<void> RecordedMap::record(std::int32_t first, std::int32_t end, BlockForm form) {
    const std::int32_t last_page = (end - 1 - first_address_) / blocks_per_page;
    for (std::int32_t page = (first - first_address_) / blocks_per_page;
         make_room_ && page <= last_page; ++page) {
        if (pages_[static_cast<std::size_t>(page)] != unrecorded) {
            continue; // stored to before
        }
        if (auto room = make_room_(static_cast<std::uint64_t>(page)); !room) {
            return room;
        }
    }
    fill(first, end, static_cast<std::uint8_t>(static_cast<unsigned>(form) + 1));
    return {};
}

void RecordedMap::fill(std::int32_t first, std::int32_t end, std::uint8_t value) {
    first = std::max(first - first_address_, 0);
    end = std::min(end - first_address_, blocks_);
    if (first >= end) {
        return;
    }
    for (std::int32_t at = first; at < end;) {
        const std::int32_t number = at / blocks_per_page;
        const std::int32_t begin = number * blocks_per_page;
        const std::int32_t behind = std::min(begin + blocks_per_page, blocks_);
        const std::int32_t stop = std::min(end, behind);
        std::uint8_t& page = pages_[static_cast<std::size_t>(number)];
        if (page != value) { // nothing is to be done for what is known to be so already
            put(at, stop, value);
            page = at == begin && stop == behind ? value : differing;
        }
        at = stop;
    }
    know(first, end, value);
}

void RecordedMap::put(std::int32_t first, std::int32_t end, std::uint8_t value) {
    const std::uint64_t same = every_block * value;
    for (std::int32_t at = first / word_blocks * word_blocks; at < end; at += word_blocks) {
        std::uint64_t& word = words_[at / word_blocks];
        const std::uint64_t changed =
            mask(std::max(first - at, 0), std::min(end - at, word_blocks));
        store(word, (word & ~changed) | (same & changed));
    }
}

// Keeps the known run true after blocks [first, end) became `value`: it grows, or keeps the longer
// of the parts that are left of it.
void RecordedMap::know(std::int32_t first, std::int32_t end, std::uint8_t value) {
    if (value == known_.value && known_.first <= first && first <= known_.end) {
        known_.end = std::max(known_.end, end);
    } else if (first < known_.end && known_.first < end) {
        const bool keep_front = first - known_.first > known_.end - end;
        (keep_front ? known_.end : known_.first) = keep_front ? first : end;
    }
}

bool RecordedMap::empty() const {
    if (blocks_ == 0) {
        return true;
    }
    const Run run = run_at(first_address_);
    return !run.form && run.end == first_address_ + blocks_;
}

} // namespace burnrig::emulator
