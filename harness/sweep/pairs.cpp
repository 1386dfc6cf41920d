// SPDX-License-Identifier: Apache-2.0
// Every medium and mode that our driver has, as subjects of a sweep.
#include <array>

#include <fmt/format.h>

#include "emulator/fixtures.h"
#include "harness/sweep/subject.h"

namespace burnrig::harness::sweep {
namespace {

constexpr std::uint32_t small_buffer = 128 << 10;

// What is on the disc already.
enum class Earlier : std::uint8_t { nothing, session, image };

struct Pair {
    const char* medium;
    const char* mode;
    Earlier earlier = Earlier::nothing;
    bool verify = false;
    const char* drive = "generic-bd-xl-recorder"; ///< it writes all of them
};

// One medium for each row of the driver's table of plans (plan.cpp), with a test that none is
// missing; below them discs with an earlier recording, and burns that are read back.
constexpr std::array pair_rows{
    Pair{"cd-r-80", "tao"},
    Pair{"cd-r-80", "sao"},
    Pair{"cd-r-80", "raw16"},
    Pair{"cd-r-80", "raw96p"},
    Pair{"cd-r-80", "raw96r"},
    Pair{"cd-rw-80", "tao"},
    Pair{"cd-rw-80", "sao"},
    Pair{"cd-rw-80", "raw16"},
    Pair{"cd-rw-80", "raw96p"},
    Pair{"cd-rw-80", "raw96r"},
    Pair{"dvd-r", "dao"},
    Pair{"dvd-r", "incremental"},
    Pair{"dvd-r-dl", "dao"},
    Pair{"dvd-r-dl", "incremental"},
    Pair{"dvd-download", "dao"},
    Pair{"dvd-download", "incremental"},
    Pair{"dvd-rw", "dao"},
    Pair{"dvd-rw", "incremental"},
    Pair{"dvd-rw", "overwrite"},
    Pair{"dvd-rw-dl", "dao"},
    Pair{"dvd-rw-dl", "incremental"},
    Pair{"dvd+r", "sequential"},
    Pair{"dvd+r-dl", "sequential"},
    Pair{"dvd+rw", "overwrite"},
    Pair{"dvd+rw-dl", "overwrite"},
    Pair{"dvd-ram", "overwrite"},
    Pair{"bd-r-25", "sequential"},
    Pair{"bd-r-25", "pow"},
    Pair{"bd-r-25", "random"},
    Pair{"bd-re-25", "overwrite"},

    Pair{"cd-r-80", "tao", Earlier::session},
    Pair{"dvd-r", "incremental", Earlier::session},
    Pair{"dvd+r", "sequential", Earlier::session},
    Pair{"bd-r-25", "sequential", Earlier::session},
    Pair{"dvd+rw", "overwrite", Earlier::image},
    Pair{"bd-re-25", "overwrite", Earlier::image},

    Pair{"cd-rw-80", "sao", Earlier::nothing, true},
    Pair{"dvd+rw", "overwrite", Earlier::nothing, true},
    Pair{"bd-r-25", "sequential", Earlier::nothing, true},
};

mmc::Result<Subject> subject_of_pair(const Pair& pair) {
    auto drive = emulator::load_drive(pair.drive);
    if (!drive)
        return tl::unexpected(drive.error());
    auto medium = emulator::load_medium(pair.medium);
    if (!medium)
        return tl::unexpected(medium.error());
    Subject subject;
    subject.name = fmt::format("{} {}{}{}", pair.medium, pair.mode,
                               pair.earlier == Earlier::session ? " appended"
                               : pair.earlier == Earlier::image ? " over"
                                                                : "",
                               pair.verify ? " verify" : "");
    drive->buffer_bytes = small_buffer;
    drive->family_buffer_bytes = {};
    auto& scenario = subject.scenario;
    scenario.name = subject.name;
    scenario.title = subject.name;
    scenario.drive = std::move(*drive);
    scenario.medium = std::move(*medium);
    subject.burn.mode = pair.mode;
    subject.burn.verify = pair.verify;
    if (pair.earlier != Earlier::nothing) {
        scenario::BurnJob before;
        before.settings.mode = pair.mode;
        before.settings.multi = pair.earlier == Earlier::session;
        before.image_seed = 99;
        before.image_bytes = 2 << 20;
        scenario.before.emplace_back(before);
    }
    scenario::Run run;
    run.job = scenario::BurnJob{subject.burn};
    scenario.runs.push_back(std::move(run));
    return subject;
}

} // namespace

mmc::Result<std::vector<Subject>> every_pair() {
    std::vector<Subject> subjects;
    for (const auto& pair : pair_rows) {
        auto subject = subject_of_pair(pair);
        if (!subject)
            return tl::unexpected(subject.error());
        subjects.push_back(std::move(*subject));
    }
    return subjects;
}

} // namespace burnrig::harness::sweep
