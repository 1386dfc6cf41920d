// SPDX-License-Identifier: Apache-2.0
#include "harness/safety/ledger.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <sstream>
#include <utility>

#include <fcntl.h>
#include <fmt/chrono.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "harness/safety/rig_file.h"

namespace burnrig::harness {
namespace {

using Json = nlohmann::ordered_json;

/// Name in the file and what it counts.
struct Count {
    const char* name;
    std::uint32_t DiscUse::*number;
};
constexpr Count counts[]{
    {"calibrations", &DiscUse::calibrations},
    {"blankings", &DiscUse::blankings},
    {"formats", &DiscUse::formats},
    {"closings", &DiscUse::closings},
};

mmc::Result<void> add_line(const std::string& path, const Json& json) {
    const auto line = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    const bool written =
        file >= 0 && ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
        ::fsync(file) == 0;
    const int error = errno;
    if (file >= 0)
        ::close(file);
    if (!written)
        return mmc::fail("{}: the ledger cannot be written: {}", path, std::strerror(error));
    return {};
}

std::string now_text(std::time_t now) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
}

struct Reading {
    std::vector<LedgerTotal> totals;
    std::map<std::string, std::size_t> open; ///< run -> its total

    LedgerTotal& total_of(const std::string& drive, const std::string& medium) {
        for (auto& total : totals)
            if (total.drive == drive && total.medium == medium)
                return total;
        return totals.emplace_back(LedgerTotal{drive, medium, 0, 0, {}, {}});
    }

    void take(const Json& line) {
        const std::string run = line.at("run");
        if (line.at("what") == "begun") {
            auto& total = total_of(line.at("drive"), line.at("medium"));
            ++total.runs;
            ++total.without_end;
            total.last = line.at("at");
            open[run] = static_cast<std::size_t>(&total - totals.data());
            return;
        }
        const auto found = open.find(run);
        if (found == open.end())
            return;
        auto& total = totals[found->second];
        --total.without_end;
        total.use.blocks_written += line.at("blocks_written").get<std::uint64_t>();
        for (const auto& count : counts)
            total.use.*count.number += line.at(count.name).get<std::uint32_t>();
        open.erase(found);
    }
};

} // namespace

mmc::Result<Ledger> Ledger::begin(const std::string& path, const Entry& entry) {
    const auto now = std::time(nullptr);
    Ledger ledger(path, fmt::format("{}-{}", now, ::getpid()));
    const auto added = add_line(path, {{"at", now_text(now)},
                                       {"run", ledger.run_},
                                       {"what", "begun"},
                                       {"drive", entry.drive},
                                       {"medium", entry.medium},
                                       {"command", entry.command}});
    if (!added)
        return tl::unexpected(added.error());
    return ledger;
}

mmc::Result<void> Ledger::end(const DiscUse& use) {
    Json line{{"at", now_text(std::time(nullptr))}, {"run", run_}, {"what", "ended"}};
    line["blocks_written"] = use.blocks_written;
    for (const auto& count : counts)
        line[count.name] = use.*count.number;
    return add_line(path_, line);
}

mmc::Result<std::vector<LedgerTotal>> read_ledger(const std::string& path) {
    const auto text = read_text(path);
    if (!text)
        return tl::unexpected(text.error());
    Reading reading;
    std::istringstream lines(*text);
    std::size_t number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        const bool torn = lines.eof(); // no line feed: its writer died over it
        try {
            reading.take(Json::parse(line));
        } catch (const Json::exception& error) {
            if (!torn)
                return mmc::fail("{}:{}: no line of a ledger: {}", path, number, error.what());
        }
    }
    return std::move(reading.totals);
}

std::string to_text(const std::vector<LedgerTotal>& totals) {
    if (totals.empty())
        return "no disc was changed yet\n";
    auto text = fmt::format("{:<16} {:<32} {:>5} {:>7} {:>10} {:>8} {:>8} {:>8} {:>8}  {}\n",
                            "drive", "medium", "runs", "no end", "blocks", "OPC", "blanked",
                            "formats", "closings", "last");
    for (const auto& total : totals)
        text += fmt::format("{:<16} {:<32} {:>5} {:>7} {:>10} {:>8} {:>8} {:>8} {:>8}  {}\n",
                            total.drive, total.medium, total.runs, total.without_end,
                            total.use.blocks_written, total.use.calibrations, total.use.blankings,
                            total.use.formats, total.use.closings, total.last);
    return text;
}

} // namespace burnrig::harness
