// SPDX-License-Identifier: Apache-2.0
// The second and further drives of `burnrig run` and `burnrig serve`:
//
//     burnrig run --drive A --medium cd-r-80 --drive B --disc copy --device /dev/sr1 -- cdrdao copy
//     ...
//                 `------- the first -----'  `---------- the second ----------'
//
// Every --drive after the first begins another drive, which the options behind it are about.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/command/target_options.h"
#include "harness/command/via.h"
#include "harness/report/result_json.h"
#include "harness/rig/rig.h"

namespace burnrig::harness {

/// Takes the further drives' options out of the arguments of `burnrig run` and `burnrig serve`;
/// what is about no drive (--json, --quiet, ...) stays. Errors name the option.
mmc::Result<void> take_further_drives(std::vector<std::string>& arguments);

/// What take_further_drives() found.
struct FurtherDrive {
    TargetOptions target;
    std::string device;  ///< "/dev/sr1" for the second, and so on
    std::string generic; ///< "/dev/sg1"
    std::string cuse{};  ///< of `serve`, as its own options
    std::string tcmu{};
};
const std::vector<FurtherDrive>& further_drives();

/// The rigs of all further drives, on the first one's clock.
class FurtherRigs {
public:
    static mmc::Result<FurtherRigs> create(mmc::Clock& clock, const RigOptions& first);
    /// And told of that door's events.
    void meet(ProgramDoor& door);

    /// `first` and all of these.
    std::vector<mmc::Target*> targets(mmc::Target& first);
    std::vector<std::unique_ptr<Rig>>& rigs() { return rigs_; }
    std::vector<Rig*> all(Rig& first);

private:
    std::vector<std::unique_ptr<Rig>> rigs_;
};

} // namespace burnrig::harness
