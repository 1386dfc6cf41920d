// SPDX-License-Identifier: Apache-2.0
// The burn driver as a library: everything a program needs to record on an emulated or a physical
// drive.
//
//     auto image = driver::FileSource::open("debian.iso");
//     auto device = driver::SgDevice::open("/dev/sr0");
//     mmc::RealClock clock;
//     driver::Recorder recorder(*device, clock, {.max_transfer_bytes = device->max_transfer()});
//
//     driver::BurnJob job{.source = *image, .verify = true};
//     driver::Outcome<driver::BurnReport> report = recorder.burn(job);
//     if (!report) {
//         std::cerr << driver::to_text(report.error());   // stage, command, sense, cause, advice
//         return 1;
//     }
//     std::cout << driver::to_text(*report);
//
// On the emulated drive the target is the drive itself and the clock its VirtualClock; nothing else
// changes. Errors are values of type BurnError with a cause from a closed list; nothing throws
// except for lack of memory.
#pragma once

#include "driver/cause.h"                   // IWYU pragma: export
#include "driver/error.h"                   // IWYU pragma: export
#include "driver/recorder/disc_summary.h"   // IWYU pragma: export
#include "driver/recorder/job.h"            // IWYU pragma: export
#include "driver/recorder/recorder.h"       // IWYU pragma: export
#include "driver/source/compilation.h"      // IWYU pragma: export
#include "driver/source/file_source.h"      // IWYU pragma: export
#include "driver/source/memory_source.h"    // IWYU pragma: export
#include "driver/source/open_compilation.h" // IWYU pragma: export
#include "driver/transport/sg_device.h"     // IWYU pragma: export
