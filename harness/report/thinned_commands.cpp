// SPDX-License-Identifier: Apache-2.0
#include "harness/report/thinned_commands.h"

#include <algorithm>

#include "mmc/sense.h"

namespace burnrig::harness {
namespace {

// Opcode, status, host status, sense code, and whether a rule had a hand in it.
std::uint64_t kind_of(const CommandRecord& record) {
    const auto& completion = record.completion;
    std::uint64_t kind = record.opcode();
    kind = kind << 8 | static_cast<std::uint8_t>(completion.status);
    kind = kind << 8 | static_cast<std::uint8_t>(completion.host);
    kind = kind << 1 | (record.faulted ? 1U : 0U);
    const auto sense = mmc::decode_sense(completion.sense.view());
    if (!sense)
        return kind << 24;
    kind = kind << 8 | static_cast<std::uint8_t>(sense->code.key);
    return kind << 16 | static_cast<std::uint64_t>(sense->code.asc) << 8 | sense->code.ascq;
}

} // namespace

void ThinnedCommands::add(const CommandRecord& record) {
    ++total_;
    ++by_opcode_[record.opcode()];
    last_ = record;
    const auto of_its_kind = seen_[kind_of(record)]++;
    if (kept_.size() == kept_max)
        thin_out();
    if (stays(of_its_kind) && kept_.size() < kept_max)
        kept_.push_back({record, of_its_kind});
}

void ThinnedCommands::thin_out() {
    if (stride_ > total_)
        return; // nothing is left that could go
    stride_ *= 2;
    const auto gone = std::remove_if(kept_.begin(), kept_.end(),
                                     [this](const Kept& one) { return !stays(one.of_its_kind); });
    kept_.erase(gone, kept_.end());
}

std::vector<CommandRecord> ThinnedCommands::kept() const {
    std::vector<CommandRecord> records;
    for (const auto& one : kept_)
        records.push_back(one.record);
    if (total_ > 0 && (records.empty() || records.back().number != last_.number))
        records.push_back(last_);
    return records;
}

std::map<std::uint8_t, std::uint64_t> ThinnedCommands::left_out() const {
    auto missing = by_opcode_;
    for (const auto& record : kept())
        if (--missing[record.opcode()] == 0)
            missing.erase(record.opcode());
    return missing;
}

} // namespace burnrig::harness
