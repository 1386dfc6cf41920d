// SPDX-License-Identifier: Apache-2.0
// A burning program of your own, on Burnrig's driver as a library and nothing else of Burnrig:
//
//     burn_image /dev/sr0 IMAGE [SPEED]
//
// It shows the three things that a program wants from a driver: a job as a value, progress while it
// is carried out, and an error that says what happened as data, not as text to be searched.
//
// Built with the rest, as `build/release/examples/burn_image`; try it without a drive:
//
//     burnrig run -- build/release/examples/burn_image /dev/sr0 image.iso
//     burnrig run --fault opc-failure -- build/release/examples/burn_image /dev/sr0 image.iso
//
// Against a physical drive it writes at once and without asking, as a burning program does.
#include <cstdio>
#include <string>

#include "driver/burner.h"

namespace {

using namespace burnrig;

// Called on the thread that burns, as it goes along.
class Watcher final : public driver::Observer {
public:
    void stage(driver::Stage stage, std::string_view) override {
        std::printf("stage %s\n", std::string(driver::stage_name(stage)).c_str());
    }
    void progress(const driver::Progress& now) override {
        if (now.total == 0)
            return;
        const double left =
            now.time_left() ? std::chrono::duration<double>(*now.time_left()).count() : 0;
        std::printf("progress %.0f %%, %.0f kB/s, %.0f s left\n",
                    100.0 * static_cast<double>(now.bytes) / static_cast<double>(now.total),
                    now.kb_per_second, left);
    }
    void warning(std::string_view text) override {
        std::printf("warning %s\n", std::string(text).c_str());
    }
};

// What a program can decide upon, each by its type. `driver::to_text(error)` has it all as text.
int explain(const driver::BurnError& error) {
    std::printf("failed while %s\n", std::string(driver::stage_text(error.stage)).c_str());
    std::printf("cause %s\n", std::string(driver::cause_name(error.cause)).c_str());
    if (error.sense)
        std::printf("sense %s\n", mmc::to_string(error.sense->code).c_str());
    if (error.cdb.length > 0)
        std::printf("command %s\n", error.command.c_str());
    if (error.lba)
        std::printf("lba %d\n", *error.lba);
    std::printf("disc now %s\n", error.disc_now.c_str());
    for (const auto& advice : error.advice)
        std::printf("try %s\n", advice.c_str());
    const bool another_disc = error.cause == driver::Cause::opc_failed ||
                              error.cause == driver::Cause::medium_not_blank ||
                              error.cause == driver::Cause::no_medium;
    return another_disc ? 2 : 1;
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "usage: burn_image DEVICE IMAGE [SPEED]\n");
        return 64;
    }
    const auto speed = driver::parse_speed(argc > 3 ? argv[3] : "max");
    auto image = driver::FileSource::open(argv[2]);
    if (!image || !speed) {
        std::fprintf(stderr, "burn_image: %s\n",
                     image ? "SPEED is max, or a number such as 8" : image.error().message.c_str());
        return 64;
    }
    auto device = driver::SgDevice::open(argv[1]);
    if (!device)
        return explain(device.error());

    mmc::RealClock clock;
    driver::Recorder recorder(*device, clock, {.max_transfer_bytes = device->max_transfer()});
    driver::BurnJob job{.source = *image};
    job.speed = *speed;
    job.opc_retries = 2;
    job.verify = true;
    Watcher watcher;
    const driver::Outcome<driver::BurnReport> report = recorder.burn(job, &watcher);
    if (!report)
        return explain(report.error());
    std::printf("burned %llu blocks, %llu compared; the disc is %s\n",
                static_cast<unsigned long long>(report->blocks),
                static_cast<unsigned long long>(report->verify->compared),
                report->disc_now.c_str());
    return 0;
}
