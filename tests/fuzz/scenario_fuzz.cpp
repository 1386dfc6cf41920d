// SPDX-License-Identifier: Apache-2.0
// libFuzzer's way into scenario files: ci/fuzz 60 scenario_fuzz.
#include <cstdint>

#include "tests/fuzz/scenario_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    burnrig::fuzz::try_scenario({reinterpret_cast<const char*>(data), size});
    return 0;
}
