// SPDX-License-Identifier: Apache-2.0
// The company's test, with Burnrig as a library: the burn code meets a simulated drive in this
// process, once in good health and once with a failing write.
#include <cstdio>
#include <vector>

#include "company_burner.h"
#include "driver/burner.h"
#include "harness/rig/rig.h"

namespace {

using namespace burnrig;

// What the company's code sends goes to the drive.
company::SendCommand sender_to(mmc::Target& drive) {
    return [&drive](std::span<const std::uint8_t> cdb, std::span<const std::uint8_t> data) {
        const auto completion = drive.execute({.cdb = cdb, .data_out = data, .data_in = {}});
        if (completion.good())
            return 0;
        const auto sense = mmc::decode_sense(completion.sense.view());
        return sense ? static_cast<int>(sense->code.key) : -1;
    };
}

// What the company's code says of a burn on a formatted DVD+RW with this fault; and whether the
// image is on the disc, which the disc itself tells.
struct Burned {
    std::string said;
    bool on_the_disc = false;
};
Burned burn_with(const std::vector<std::string>& faults) {
    mmc::VirtualClock clock;
    auto rig = harness::Rig::create({.medium = "dvd+rw", .faults = faults}, clock);
    if (!rig) {
        std::printf("no rig: %s\n", rig.error().message.c_str());
        std::exit(3);
    }
    auto& drive = (*rig)->drive();
    driver::Recorder(drive, clock).format({}).value();
    std::vector<std::uint8_t> image(100 * 2048);
    for (std::size_t i = 0; i < image.size(); ++i)
        image[i] = static_cast<std::uint8_t>(i * 2654435761U >> 13);
    Burned burned{company::burn(sender_to(drive), image)};
    std::vector<std::uint8_t> read(image.size());
    burned.on_the_disc = drive.disc()->read(0, read) && read == image;
    return burned;
}

int expect(const char* what, bool holds) {
    std::printf("%s  %s\n", holds ? "pass" : "FAIL", what);
    return holds ? 0 : 1;
}

} // namespace

int main() {
    const auto well = burn_with({});
    const auto failing = burn_with({"at @write #3 -> fail write-error"});
    const auto silent = burn_with({"at @write lba 40..40 -> corrupt bits 3"});
    return expect("a burn on a drive in good health", well.said.empty() && well.on_the_disc) |
           expect("a failing write is told", failing.said == "WRITE failed with sense key 3") |
           expect("a drive that lies is believed: this burner needs a verify",
                  silent.said.empty() && !silent.on_the_disc);
}
