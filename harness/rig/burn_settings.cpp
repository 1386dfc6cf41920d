// SPDX-License-Identifier: Apache-2.0
#include "harness/rig/burn_settings.h"

namespace burnrig::harness {

mmc::Result<driver::BurnJob> make_burn_job(const BurnSettings& settings, driver::Source& source) {
    const auto speed = driver::parse_speed(settings.speed);
    if (!speed)
        return mmc::fail("--speed {}: give max, or a number such as 8 or 1411kb", settings.speed);
    const auto mode = driver::parse_write_mode(settings.mode);
    if (!mode)
        return mmc::fail("--mode {}: the driver has no such mode", settings.mode);
    const auto opc = driver::parse_opc_mode(settings.opc);
    if (!opc)
        return mmc::fail("--opc {}: give auto, always or never", settings.opc);
    driver::BurnJob job{.source = source};
    job.mode = *mode;
    job.speed = *speed;
    job.multi = settings.multi;
    job.simulate = settings.simulate;
    job.opc = *opc;
    job.burn_free = !settings.no_burn_free;
    job.verify = settings.verify;
    job.eject = settings.eject;
    job.overburn = settings.overburn;
    job.resume = settings.resume;
    job.streaming = settings.streaming;
    job.opc_retries = settings.opc_retries;
    job.start_lba = settings.start_lba;
    job.layer_break = settings.layer_break;
    return job;
}

} // namespace burnrig::harness
