// SPDX-License-Identifier: Apache-2.0
#include "harness/scenario/suite.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fnmatch.h>
#include <poll.h>
#include <set>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "harness/scenario/peers.h"
#include "harness/scenario/runner.h"
#include "harness/scenario/scenario_yaml.h"

namespace burnrig::harness::scenario {
namespace {

namespace fs = std::filesystem;
using SteadyTime = std::chrono::steady_clock::time_point;

// A scenario's process, seen from here.
struct Worker {
    std::size_t index = 0; ///< of its file
    pid_t process = 0;
    int pipe = -1;
    std::string said;  ///< not yet a whole line
    std::string begun; ///< the job it began last
    SteadyTime last_word;
    std::optional<ScenarioResult> result;
};

void say(int pipe, const Json& json) {
    const auto line = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    for (std::string_view rest = line; !rest.empty();) {
        const ssize_t written = ::write(pipe, rest.data(), rest.size());
        if (written < 0 && errno != EINTR)
            return;
        rest.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
    }
}

ScenarioResult run_there(const Scenario& scenario, RunnerOptions& runner,
                         const SuiteOptions& options) {
    if (options.device.empty())
        return run_scenario(scenario, runner);
    const auto broken = [&](const mmc::Error& error) {
        auto result = malformed_scenario(scenario.file, error.message);
        result.malformed = false;
        return result;
    };
    auto drive = PhysicalDrive::open(options.device);
    if (!drive)
        return broken(drive.error());
    auto consent = options.consent;
    consent.countdown_s = 0; // it was counted down before the first scenario, and locked
    consent.locked = true;
    runner.dry_run = options.dry_run;
    if (options.dry_run)
        (*drive)->guard({});
    if (const auto allowed =
            options.dry_run ? mmc::Result<void>{} : (*drive)->allow_writing(consent);
        !allowed)
        return broken(allowed.error());
    runner.physical = drive->get();
    return run_scenario(scenario, runner);
}

// The child's whole life.
[[noreturn]] void work(const std::string& file, const SuiteOptions& options, int pipe) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    RunnerOptions runner;
    runner.trace_directory = options.trace_directory;
    runner.artifacts = options.artifacts;
    runner.starts = [pipe](const std::string& job) { say(pipe, {{"begins", job}}); };
    runner.assess = options.assess || !options.compare.empty();
    auto scenario = read_scenario(file);
    if (scenario && !options.compare.empty())
        scenario = comparison_of(*scenario, options.compare);
    say(pipe, to_json(scenario ? run_there(*scenario, runner, options)
                               : malformed_scenario(file, scenario.error().message)));
    std::fflush(nullptr);
    ::_exit(0);
}

mmc::Result<Worker> start(std::size_t index, const std::string& file, const SuiteOptions& options) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return mmc::fail("no pipe: {}", std::strerror(errno));
    std::fflush(nullptr);
    const pid_t process = ::fork();
    if (process == 0) {
        ::close(ends[0]);
        work(file, options, ends[1]);
    }
    const int error = errno;
    ::close(ends[1]);
    if (process < 0) {
        ::close(ends[0]);
        return mmc::fail("no process: {}", std::strerror(error));
    }
    ::setpgid(process, process); // whoever is first
    Worker worker;
    worker.index = index;
    worker.process = process;
    worker.pipe = ends[0];
    worker.last_word = std::chrono::steady_clock::now();
    return worker;
}

void take_line(Worker& worker, const std::string& line) {
    const auto json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (json.contains("begins"))
        worker.begun = json["begins"];
    else if (json.is_object())
        worker.result = result_from_json(json);
}

// False when it has nothing more to say.
bool listen(Worker& worker) {
    char room[65536];
    const ssize_t count = ::read(worker.pipe, room, sizeof room);
    if (count < 0)
        return errno == EINTR;
    worker.said.append(room, static_cast<std::size_t>(count));
    worker.last_word = std::chrono::steady_clock::now();
    for (auto end = worker.said.find('\n'); end != std::string::npos;
         end = worker.said.find('\n')) {
        take_line(worker, worker.said.substr(0, end));
        worker.said.erase(0, end + 1);
    }
    return count > 0;
}

// Its process group goes with it, and so does everything a program left behind.
int end(Worker& worker, bool at_once) {
    int status = 0;
    if (at_once)
        ::kill(-worker.process, SIGKILL);
    while (::waitpid(worker.process, &status, 0) < 0 && errno == EINTR) {
    }
    ::kill(-worker.process, SIGKILL);
    ::close(worker.pipe);
    return status;
}

ScenarioResult lost(const std::string& file, const Worker& worker, const std::string& how) {
    auto result = malformed_scenario(
        file,
        fmt::format("{}{}", how, worker.begun.empty() ? "" : ", in the run of " + worker.begun));
    result.malformed = false;
    return result;
}

// Runs the files on as many workers as there may be.
class Pool {
public:
    Pool(const std::vector<std::string>& files, const SuiteOptions& options)
        : files_(files), options_(options), results_(files.size()) {}

    std::vector<ScenarioResult> run() {
        while (next_ < files_.size() || !workers_.empty()) {
            while (next_ < files_.size() && workers_.size() < std::max(1U, options_.jobs))
                begin(next_++);
            wait();
        }
        return std::move(results_);
    }

private:
    void begin(std::size_t index) {
        auto worker = start(index, files_[index], options_);
        if (worker)
            workers_.push_back(std::move(*worker));
        else
            finish(index, lost(files_[index], {}, worker.error().message));
    }

    void wait() {
        constexpr int look_again_ms = 500;
        std::vector<pollfd> polls;
        for (const auto& worker : workers_)
            polls.push_back({worker.pipe, POLLIN, 0});
        ::poll(polls.data(), polls.size(), look_again_ms);
        const auto now = std::chrono::steady_clock::now();
        for (std::size_t i = polls.size(); i-- > 0;) {
            auto& worker = workers_[i];
            const bool more = polls[i].revents == 0 || listen(worker);
            const bool too_long = now - worker.last_word > options_.patience;
            if (more && !too_long && !worker.result)
                continue;
            conclude(worker, more && !worker.result);
            workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(i));
        }
    }

    void conclude(Worker& worker, bool too_long) {
        const auto& file = files_[worker.index];
        const int status = end(worker, too_long);
        if (worker.result)
            finish(worker.index, std::move(*worker.result));
        else if (too_long)
            finish(worker.index, lost(file, worker,
                                      fmt::format("it did not end within {} s of real time",
                                                  options_.patience.count())));
        else
            finish(worker.index,
                   lost(file, worker,
                        WIFSIGNALED(status)
                            ? fmt::format("the rig was ended by signal {}", WTERMSIG(status))
                            : fmt::format("the rig ended with exit code {}", WEXITSTATUS(status))));
    }

    void finish(std::size_t index, ScenarioResult result) {
        if (options_.finished)
            options_.finished(result);
        results_[index] = std::move(result);
    }

    const std::vector<std::string>& files_;
    const SuiteOptions& options_;
    std::vector<ScenarioResult> results_;
    std::vector<Worker> workers_;
    std::size_t next_ = 0;
};

bool is_chosen(const fs::path& file, const std::string& filter) {
    const auto name = file.stem().string();
    return filter.empty() || ::fnmatch(filter.c_str(), name.c_str(), 0) == 0 ||
           name.find(filter) != std::string::npos;
}

} // namespace

std::vector<ScenarioResult> run_suite(const std::vector<std::string>& files,
                                      const SuiteOptions& options) {
    return Pool(files, options).run();
}

mmc::Result<std::vector<std::string>> find_scenarios(const std::vector<std::string>& paths,
                                                     const std::string& filter) {
    std::vector<std::string> found;
    for (const auto& path : paths) {
        std::error_code error;
        if (fs::is_regular_file(path, error)) {
            if (is_chosen(path, filter))
                found.push_back(path);
            continue;
        }
        std::set<std::string> inside;
        for (fs::recursive_directory_iterator entry(path, error), end; !error && entry != end;
             entry.increment(error))
            if (entry->path().extension() == ".yaml" && is_chosen(entry->path(), filter))
                inside.insert(entry->path().string());
        if (error)
            return mmc::fail("{}: {}", path, error.message());
        found.insert(found.end(), inside.begin(), inside.end());
    }
    return found;
}

} // namespace burnrig::harness::scenario
