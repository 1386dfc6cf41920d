// SPDX-License-Identifier: Apache-2.0
// What is swept: a burn on a medium, and all that a trial of it starts from.
//
//     Subject   drive, medium, earlier recordings, image, how to burn        (data)
//     Ground    the starting disc, what the burn leaves on it when nothing goes wrong, and the
//               points at which something can                                (made once a worker)
//
// Every trial begins with a copy of the starting disc in a drive made new: the disc's blocks are
// all that costs, and a drive's own state is less than the rules that go with it (bench_sweep).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "emulator/disc/disc.h"
#include "harness/scenario/scenario.h"
#include "harness/sweep/kinds.h"
#include "mmc/clock.h"
#include "mmc/result.h"

namespace burnrig::harness::sweep {

struct Subject {
    std::string name;            ///< "cd-r-80 tao", or the scenario's
    scenario::Scenario scenario; ///< its first `burn:` run is the burn
    BurnSettings burn;
};

/// A subject of the scenario's first `burn:` run; an error when it has none.
mmc::Result<Subject> subject_of(scenario::Scenario scenario);

/// Every pair of medium and mode that our driver has, with a 1 MiB image and a drive buffer of
/// 128 KiB; some with a verify, some behind an earlier session.
mmc::Result<std::vector<Subject>> every_pair();

/// Where a fault can strike: the nth command of its name, the nth piece of the image.
struct Point {
    std::string name; ///< "WRITE_10", "source.read"
    CommandClass what = asks_drive;
    std::uint64_t nth = 1;
    std::optional<std::int32_t> lba{}; ///< of a write
};

/// What the subject is when nothing goes wrong.
struct Ground {
    static mmc::Result<std::unique_ptr<Ground>> create(const Subject& subject);

    const Subject& subject;
    std::vector<std::uint8_t> image{};
    std::vector<std::uint8_t> small_image{}; ///< for a burn that shows that burning works again
    std::unique_ptr<emulator::Disc> start{};
    std::unique_ptr<emulator::Disc> golden{};          ///< as a good burn leaves it
    std::vector<emulator::Disc::Recording> recorded{}; ///< by that burn; ascending, without gaps
    bool records_once = false;    ///< no block was recorded twice, and the medium forbids it
    std::int32_t image_first = 0; ///< where the image lies on it
    std::vector<Point> points{};  ///< in order
    std::size_t commands = 0;     ///< of the good burn
    mmc::Duration duration{0};    ///< of the good burn
    mmc::Duration deadline{0};    ///< by which any trial has to be over
};

/// Why the disc does not hold the image from `lba` on, in whatever form it is kept; "" when it
/// does.
std::string image_missing(const emulator::Disc& disc, std::int32_t lba,
                          std::span<const std::uint8_t> image);

/// Blocks that are written over on such a disc lie behind the track's end, which moves by them.
bool keeps_elsewhere(const emulator::Disc& disc);

/// Why the disc is not what a good burn leaves, as far as a user can tell; "" when it is. `again`:
/// blocks that were sent more than once.
std::string differs_from_golden(const Ground& ground, const emulator::Disc& disc,
                                std::int64_t again = 0);

} // namespace burnrig::harness::sweep
