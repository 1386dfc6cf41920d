// SPDX-License-Identifier: Apache-2.0
#include "harness/transcript/replay_target.h"

#include <algorithm>

#include <fmt/format.h>

#include "harness/results/finding.h"
#include "mmc/opcode.h"

namespace burnrig::harness::transcript {
namespace {

constexpr std::size_t shown_bytes = 32;

std::string command_line(std::span<const std::uint8_t> cdb) {
    return cdb.empty() ? "no command" : fmt::format("{}   {}", hex(cdb), mmc::opcode_name(cdb[0]));
}

// Marks under the bytes that differ, as hex() shows them; what only one of them has differs.
std::string marks(std::span<const std::uint8_t> one, std::span<const std::uint8_t> other) {
    std::string line;
    for (std::size_t i = 0; i < std::min(std::max(one.size(), other.size()), shown_bytes); ++i) {
        const bool same = i < one.size() && i < other.size() && one[i] == other[i];
        line += same ? "   " : "^^ ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

std::string compared(std::span<const std::uint8_t> expected, std::span<const std::uint8_t> got) {
    return fmt::format("  expected  {}\n  got       {}\n            {}\n", command_line(expected),
                       command_line(got), marks(expected, got));
}

// The lists from a little before the first byte that differs.
std::string compared_parameters(std::span<const std::uint8_t> expected,
                                std::span<const std::uint8_t> got) {
    const auto first = std::mismatch(expected.begin(), expected.end(), got.begin(), got.end());
    const auto at = static_cast<std::size_t>(first.first - expected.begin());
    const auto from = at < shown_bytes / 2 ? 0 : (at - shown_bytes / 2) / 16 * 16;
    const auto part = [&](std::span<const std::uint8_t> bytes) {
        const auto rest = bytes.subspan(std::min(from, bytes.size()));
        return rest.first(std::min(rest.size(), shown_bytes));
    };
    return fmt::format("  from byte {}:\n  expected  {}\n  got       {}\n            {}\n", from,
                       hex(part(expected)), hex(part(got)), marks(part(expected), part(got)));
}

bool same_command(const Exchange& expected, const Exchange& got, bool compare_data) {
    return expected.cdb == got.cdb && expected.out == got.out &&
           (!compare_data || expected.out_digest == got.out_digest) &&
           (expected.in > 0) == (got.in > 0);
}

std::string what_differs(const Exchange& expected, const Exchange& got, std::string& lines) {
    lines = compared(expected.cdb, got.cdb);
    if (expected.cdb != got.cdb)
        return expected.cdb.front() == got.cdb.front() ? "the same command with other parameters"
                                                       : "another command";
    lines = fmt::format("  command   {}\n", command_line(got.cdb));
    if (expected.out != got.out) {
        lines += fmt::format("  expected  {} bytes from the host\n  got       {}\n", expected.out,
                             got.out);
        return "another length of data";
    }
    if (expected.out_digest != got.out_digest) {
        if (!expected.parameters.empty() && !got.parameters.empty())
            lines += compared_parameters(expected.parameters, got.parameters);
        else
            lines += fmt::format("  expected  {} bytes with digest {}\n  got       {} bytes with "
                                 "digest {}\n",
                                 expected.out, expected.out_digest, got.out, got.out_digest);
        return "the same command with other data";
    }
    lines += fmt::format("  expected  room for {} bytes of reply\n  got       room for {}\n",
                         expected.in, got.in);
    return "the same command in another direction";
}

} // namespace

std::string to_text(const Divergence& divergence) {
    if (divergence.number > divergence.of)
        return fmt::format("the run goes on where the transcript ends, after command {}: {}\n{}",
                           divergence.of, divergence.what, divergence.expected);
    return fmt::format("the run left the transcript at command {} of {}: {}\n{}", divergence.number,
                       divergence.of, divergence.what, divergence.expected);
}

mmc::Completion ReplayTarget::gone() {
    if (++refused_ == patience && exhausted_)
        exhausted_();
    mmc::Completion completion;
    completion.host = mmc::HostStatus::no_connect;
    return completion;
}

mmc::Completion ReplayTarget::execute(const mmc::Command& command) {
    if (divergence_)
        return gone();
    const auto got = make_exchange(next_ + 1, clock_.now(), command, {});
    const auto& all = transcript_.exchanges;
    if (next_ == all.size()) {
        divergence_ = {next_ + 1, all.size(), "one command more",
                       fmt::format("  got       {}\n", command_line(got.cdb))};
        return gone();
    }
    const auto& expected = all[next_];
    if (!same_command(expected, got, compare_data_)) {
        divergence_ = {next_ + 1, all.size(), "", ""};
        divergence_->what = what_differs(expected, got, divergence_->expected);
        return gone();
    }
    ++next_;
    auto completion = expected.completion;
    if (expected.reply) {
        const auto length = std::min(expected.reply->size(), command.data_in.size());
        std::copy_n(expected.reply->begin(), length, command.data_in.begin());
        completion.transferred = static_cast<std::uint32_t>(length);
    }
    clock_.sleep_for(completion.duration);
    return completion;
}

std::string ReplayTarget::rest() const {
    const auto& all = transcript_.exchanges;
    if (next_ == all.size())
        return {};
    return fmt::format("{} of {} commands were not asked for, the first of them command {}: {}\n",
                       all.size() - next_, all.size(), next_ + 1, command_line(all[next_].cdb));
}

} // namespace burnrig::harness::transcript
