// SPDX-License-Identifier: Apache-2.0
// The book of what was done to real discs: a line of JSON when a disc is going to be changed,
// before the first such command, and one when the drive is left.
//
//     {"at":"2026-11-22T05:12:31Z","run":"1732252351-4711","what":"begun","drive":"K0OD5H12345",
//      "medium":"CD-R 97:24:01 79:59:73","command":"burnrig burn ..."}
//     {"at":"...","run":"1732252351-4711","what":"ended","blocks_written":1024,"calibrations":1,...}
//
// A run that ended without its second line (power, kill -9) stays visible as that. Lines are only
// ever added, each with one write, so that several programs can share the file.
//
// One thread at a time.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/safety/disc_use.h"
#include "mmc/result.h"

namespace burnrig::harness {

class Ledger {
public:
    struct Entry {
        std::string drive;  ///< serial number
        std::string medium; ///< identity
        std::string command;
    };
    /// Writes the first line. Fails when the file cannot be added to: then nothing may be written.
    static mmc::Result<Ledger> begin(const std::string& path, const Entry& entry);

    /// Writes the second one.
    mmc::Result<void> end(const DiscUse& use);

private:
    Ledger(std::string path, std::string run) : path_(std::move(path)), run_(std::move(run)) {}

    std::string path_;
    std::string run_;
};

/// All that was done to media of one identity in one drive.
struct LedgerTotal {
    std::string drive;
    std::string medium;
    std::uint32_t runs = 0;
    std::uint32_t without_end = 0;
    DiscUse use;
    std::string last; ///< when it was begun the last time, UTC
};

/// In order of first use. The error names file and line; a last line that was torn is left out.
mmc::Result<std::vector<LedgerTotal>> read_ledger(const std::string& path);

/// A table for people, ends in a line feed.
std::string to_text(const std::vector<LedgerTotal>& totals);

} // namespace burnrig::harness
