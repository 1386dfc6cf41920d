// SPDX-License-Identifier: Apache-2.0
// libFuzzer's way into the drive: every input is a hostile host (command_stream.h).
#include "tests/fuzz/command_stream.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    burnrig::fuzz::run_command_stream({bytes, size});
    return 0;
}
