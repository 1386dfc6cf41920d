// SPDX-License-Identifier: Apache-2.0
// Where a scenario is carried out: on the emulated drive that it names, or on the one behind a
// node. The sender, the rules' words and the judge are the same.
//
//     sender -> RecordingTarget -> TracingTarget -> DriveUnderTest     bench.h
//                                                   |-- SimulatedDrive: Drive, Surroundings
//                                                   `-- AttachedDrive:  FaultyTarget ->
//                                                   PhysicalDrive
//
// One thread at a time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "emulator/drive/drive.h"
#include "emulator/faults/engine.h"
#include "emulator/faults/hooks.h"
#include "harness/physical/physical_drive.h"
#include "harness/scenario/scenario.h"
#include "mmc/result.h"

namespace burnrig::harness::scenario {

using DiscPointer = std::unique_ptr<emulator::Disc>;

class DriveUnderTest {
public:
    DriveUnderTest() = default;
    DriveUnderTest(const DriveUnderTest&) = delete;
    DriveUnderTest& operator=(const DriveUnderTest&) = delete;
    virtual ~DriveUnderTest() = default;

    virtual mmc::Target& target() = 0;
    /// For reports that look into it; nullptr when it is none.
    virtual const emulator::Drive* emulated() const { return nullptr; }
    virtual emulator::faults::FaultEngine& rules() = 0;
    /// For rules that act beside the drive.
    virtual const emulator::faults::Hooks& hooks() const = 0;
    /// What rules do to the program that uses the device.
    virtual void connect(std::function<void(int signal)> signal) = 0;
    /// A program opens or closes the device: the errno that refuses it, or 0.
    virtual int host_event(std::string_view event) = 0;

    /// What is left when the sender is done. The disc goes to the caller; nullptr: there is none.
    struct Remains {
        emulator::DriveStatus drive;
        DiscPointer disc;
    };
    virtual mmc::Result<Remains> leave() = 0;
};

/// What rules can rest on there. `around`: who stands around the drive in this run.
emulator::faults::Backend backend_of(const PhysicalDrive* attached,
                                     emulator::faults::Backend around);

/// Rules are the scenario's own, without those while a disc is being made. The clock must outlive
/// it.
mmc::Result<std::unique_ptr<DriveUnderTest>> simulate_drive(const Scenario& scenario,
                                                            const std::vector<std::string>& rules,
                                                            DiscPointer disc, mmc::Clock& clock,
                                                            emulator::faults::Backend around);

/// The drive must outlive it; the disc that is in it is the one.
mmc::Result<std::unique_ptr<DriveUnderTest>>
attach_drive(PhysicalDrive& drive, const Scenario& scenario, const std::vector<std::string>& rules,
             mmc::Clock& clock, emulator::faults::Backend around);

} // namespace burnrig::harness::scenario
