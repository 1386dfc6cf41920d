// SPDX-License-Identifier: Apache-2.0
#include "harness/command/sweep_programs.h"

#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "harness/command/command.h"
#include "harness/sweep/foreign.h"

namespace burnrig::harness {
namespace {

// Where the scenarios of a program's trials go: --out, or a place that is gone afterwards.
class TrialFolder {
public:
    explicit TrialFolder(const std::string& out) : path_(out), keep_(!out.empty()) {
        std::error_code error;
        if (keep_) {
            std::filesystem::create_directories(path_, error);
        } else {
            path_ = (std::filesystem::temp_directory_path() / "burnrig-sweep-XXXXXX").string();
            if (::mkdtemp(path_.data()) == nullptr)
                path_.clear();
        }
        if (error)
            path_.clear();
    }
    ~TrialFolder() {
        std::error_code error;
        if (!keep_ && !path_.empty())
            std::filesystem::remove_all(path_, error);
    }
    TrialFolder(const TrialFolder&) = delete;
    TrialFolder& operator=(const TrialFolder&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_;
    bool keep_;
};

} // namespace

int sweep_programs(const ProgramSweep& options) {
    const TrialFolder folder(options.out);
    if (folder.path().empty())
        return complain("no folder for the trials can be made", exit_rig_broken);
    sweep::ForeignOptions foreign{.drive = options.drive,
                                  .kinds = options.sweep.kinds,
                                  .directory = folder.path(),
                                  .jobs = options.sweep.jobs,
                                  .shard = options.sweep.shard,
                                  .shards = options.sweep.shards,
                                  .progress = options.sweep.progress};
    std::vector<sweep::ForeignResult> results;
    double seconds = 0;
    std::size_t trials = 0;
    for (const auto& text : options.programs) {
        const auto job = sweep::parse_foreign_job(text);
        if (!job)
            return complain(job.error().message, exit_usage);
        auto result = sweep::sweep_program(*job, foreign);
        if (!result)
            return complain(result.error().message, exit_rig_broken);
        seconds += result->wall_seconds;
        trials += result->trials.size();
        results.push_back(std::move(*result));
    }
    if (!options.out.empty())
        fmt::print("{}\n", sweep::foreign_details(results));
    fmt::print("{}", sweep::foreign_table(results));
    fmt::print(
        "{} trials in {:.1f} s ({:.0f} a second); of each command's name the first, the middle "
        "and the last one, each kind of fault once\n",
        trials, seconds, seconds > 0 ? static_cast<double>(trials) / seconds : 0.0);
    return trials > 0 ? exit_pass : exit_skipped;
}

} // namespace burnrig::harness
